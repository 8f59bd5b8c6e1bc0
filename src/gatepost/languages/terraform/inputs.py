"""Which value a variable has: module argument, what is set outside, var files, default; never asks a terminal."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.conversions import Fails, NotComputed
from gatepost.languages.terraform.evaluate import settle
from gatepost.languages.terraform.frame import Frame
from gatepost.languages.terraform.given import DEFAULT_WORKSPACE, Inputs
from gatepost.languages.terraform.modules import File, Item, Reader, read_file
from gatepost.languages.terraform.steps import follow
from gatepost.model.values import Notation, Origin, OriginKind, Unknown, Value, unknown

if TYPE_CHECKING:
    from gatepost.languages.terraform.scope import Scope


def read_var_files(directory: str, reader: Reader, given: Sequence[str]) -> list[File]:
    """Return the var files of a root module in the order in which Terraform takes them, the last one counts."""
    names = {posixpath.basename(path): path for path in reader.list(directory)}
    automatic = sorted(name for name in names if name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    wanted = [names[name] for name in ("terraform.tfvars", "terraform.tfvars.json", *automatic) if name in names]
    files: list[File] = []
    for path in (*wanted, *given):
        source = reader.read(path)
        if source is not None:
            files.append(read_file(source))
    return files


def settled_inputs(inputs: Inputs, path: str, reader: Reader, automatic: int) -> Inputs:
    """Return the inputs with ranks that count all var files, `automatic` of them found unasked, in order of rank.

    The workspace is, where nobody told it, the one that `terraform workspace select` has left behind, else "default".
    """
    ranked = [one._replace(rank=0 if one.rank < 0 else one.rank + automatic) for one in inputs.assigned]
    ranked.sort(key=lambda one: one.rank)
    workspace = inputs.workspace or _selected(path, reader)
    return Inputs(tuple(ranked), workspace or DEFAULT_WORKSPACE, bool(workspace))


def _selected(path: str, reader: Reader) -> str:
    source = reader.read(posixpath.normpath(posixpath.join(path, ".terraform/environment")))
    return source.text.strip() if source is not None else ""


def variable_value(scope: Scope, name: str, item: Item | None) -> Value:
    """Return the value of a variable as expressions see it: sensitive, converted, with where it is set."""
    if item is None:
        return unknown(f"var.{name} is not declared")
    body = scope.body(item, None, {})
    attributes = item.attributes
    sensitive = _is_true(attributes.get("sensitive")) or _is_true(attributes.get("ephemeral"))
    given = _given(scope, name, item, sensitive)
    default: Value | None = body.get("default") if "default" in attributes else None
    if given is not None and given.literal is None and default is not None and _is_false(attributes.get("nullable")):
        given = None
    what = f"var.{name}"
    if given is None and default is None:
        return _nobody_says(scope, what, sensitive)
    value, kind = (given, "code") if given is not None else (cast(Value, default), "default")
    value = _converted(value, item, scope)
    value = follow(value, what if scope.arguments is None else f"{scope.prefix}{what}", cast(OriginKind, kind))
    return value._replace(sensitive=True) if sensitive else value


def _nobody_says(scope: Scope, what: str, sensitive: bool) -> Value:
    kind: OriginKind = "input" if sensitive else "shown_input"
    if scope.arguments is None:
        why = f"{what} has no default and no var file gives it"
    else:
        why = f"{scope.prefix}{what} has no default and the module call does not give it"
    return unknown(why, may_be_missing=False, sensitive=sensitive, origins=(Origin(what, kind, None),))


def _given(scope: Scope, name: str, item: Item, sensitive: bool) -> Value | None:
    call = scope.arguments
    if call is not None:
        return call.body.get(name)
    state = scope.state
    assigned = next((one for one in reversed(state.inputs.assigned) if one.name == name), None)
    least = assigned.rank if assigned is not None else 0
    for number in range(len(state.var_files) - 1, -1, -1):
        if assigned is not None and number < least:
            break
        file = state.var_files[number]
        for chunk in file.chunks:
            node = chunk.node
            if isinstance(node, nodes.Attribute) and node.name == name:
                notation: Notation = "json" if file.source.path.endswith(".json") else "hcl"
                frame = Frame(scope, file.source, file.deltas.get(chunk, 0), notation)
                return settle(node.value, frame)
    if assigned is None:
        return None
    from gatepost.languages.terraform.assigned import assigned_value

    return assigned_value(assigned, item, scope, sensitive)


def _converted(value: Value, item: Item, scope: Scope) -> Value:
    type = item.attributes.get("type")
    if type is None:
        return value
    from gatepost.languages.terraform.constraints import convert

    try:
        return convert(value, type.value, scope.frame(item.home("type")))
    except (Fails, NotComputed) as failure:
        return value._replace(literal=Unknown(f"var.{item.name} does not fit its type: {failure}"))


def _is_true(attribute: nodes.Attribute | None) -> bool:
    return attribute is not None and isinstance(attribute.value, nodes.Literal) and attribute.value.value is True


def _is_false(attribute: nodes.Attribute | None) -> bool:
    return attribute is not None and isinstance(attribute.value, nodes.Literal) and attribute.value.value is False
