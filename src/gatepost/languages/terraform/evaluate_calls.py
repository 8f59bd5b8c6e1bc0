"""Evaluates function calls: order of evaluation, unknown arguments, try and can; never what a function computes."""

from __future__ import annotations

from typing import cast

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.conversions import (
    Fails,
    NotComputed,
    derived_origins,
    first_unknown,
    holds_secrets,
    normal,
    why_not,
)
from gatepost.languages.terraform.frame import Frame
from gatepost.languages.terraform.functions import GIVES, find
from gatepost.languages.terraform.steps import Evaluate
from gatepost.model.places import Span
from gatepost.model.values import Unknown, Value, unknown

KEEPS_PLACES = frozenset(("try", "element", "coalesce", "lookup", "one", "nonsensitive", "sensitive", "tostring"))


def evaluate_call(node: nodes.Call, frame: Frame, evaluate: Evaluate) -> Value:
    """Return what a call gives; a function that is not known here gives an unknown that names it."""
    name = node.name.removeprefix("core::")
    span = frame.span(node)
    if name == "try":
        return _try(node, frame, evaluate)
    if name == "can":
        return _can(node, frame, evaluate, span)
    arguments = [evaluate(argument, frame) for argument in node.arguments]
    if name == "templatestring" and not isinstance(node.arguments[0] if arguments else None, _REFERENCES):
        raise Fails("templatestring() takes its template by reference")
    if node.expands and arguments:
        spread = arguments.pop()
        if spread.unknown is not None or spread.open:
            why = spread.unknown.why if spread.unknown is not None else f"not all that {name}() is given is known"
            return unknown(why, span, origins=derived_origins([spread]))
        if not spread.is_list:
            raise Fails(f"the last argument of {name} is no list")
        arguments.extend(cast("tuple[Value, ...]", spread.literal))
    found = find(name)
    if found is None:
        return _not_here(name, arguments, span)
    _spend(name, arguments, frame)
    try:
        result = found(arguments, frame)
    except NotComputed as missing:
        result = unknown(f"{name}(): {missing} is not worked out", None, may_be_missing=False)
    except Fails as failure:
        why = "an argument that is sensitive is refused" if any(map(holds_secrets, arguments)) else str(failure)
        raise Fails(f"{name}(): {why}") from None
    return _placed(name, result, arguments, span, frame)


def _spend(name: str, arguments: list[Value], frame: Frame) -> None:
    """Count the work on long texts, so that many calls cannot add up to hours."""
    size = sum(len(argument.literal) for argument in arguments if argument.literal.__class__ is str)
    if size > 256:
        if name in ("regex", "regexall", "replace") and arguments[1].literal.__class__ is str:
            size *= 1 + min(len(arguments[1].literal), len(arguments[0].literal or "")) // 4
        frame.scope.state.spend(size // 256)


def _not_here(name: str, arguments: list[Value], span: Span) -> Value:
    if not name.startswith("provider::"):
        raise Fails(f"there is no function {name}()")
    return unknown(
        f"{name}() is only known when Terraform runs",
        span,
        may_be_missing=False,
        origins=derived_origins(arguments),
        sensitive=any(holds_secrets(argument) for argument in arguments),
    )


def _placed(name: str, result: Value, arguments: list[Value], span: Span, frame: Frame) -> Value:
    if result.literal.__class__ is str and not result.literal.isascii():
        result = result._replace(literal=normal(result.literal))
    if result.literal.__class__ is Unknown and result.type is None and name in GIVES:
        result = result._replace(type=GIVES[name])
    sensitive = result.sensitive
    if not sensitive and name not in _UNMARKS:
        shallow = name in KEEPS_MARKS
        sensitive = any(argument.sensitive if shallow else holds_secrets(argument) for argument in arguments)
    if name in KEEPS_PLACES and result.span is not None:
        return result if sensitive == result.sensitive else result._replace(sensitive=sensitive)
    origins = result.origins or derived_origins(arguments)
    return result._replace(span=span, origins=origins, sensitive=sensitive, notation=frame.notation)


_REFERENCES = (nodes.Reference, nodes.Access)
_UNMARKS = frozenset(("nonsensitive", "issensitive"))
# What is sensitive inside an argument of these stays sensitive there, and the rest is not.
_KEEPS_MARKS = """
    chunklist concat element ephemeralasnull flatten keys length lookup merge one reverse
    setproduct slice tobool tolist tomap tonumber toset tostring values zipmap
"""
KEEPS_MARKS = frozenset(_KEEPS_MARKS.split())


def _try(node: nodes.Call, frame: Frame, evaluate: Evaluate) -> Value:
    """The first argument that Terraform accepts; an unknown one may or may not be."""
    doubtful: Value | None = None
    for argument in node.arguments:
        try:
            value = evaluate(argument, frame)
        except Fails:
            continue
        if doubtful is None:
            if value.unknown is None or _is_surely_there(argument, value, frame, evaluate):
                return value
            doubtful = value
            continue
        if value.unknown is None or not value.unknown.may_be_missing:
            return _maybe(doubtful, value)
    if doubtful is None:
        raise Fails("no argument of try can be evaluated")
    return doubtful


def _is_surely_there(argument: nodes.Node, value: Value, frame: Frame, evaluate: Evaluate) -> bool:
    """Tell whether what cannot be known yet is an attribute of a resource of which there are as many as is written."""
    if not isinstance(argument, _REFERENCES) or value.refers_to is None or "." in value.refers_to.attribute:
        return False
    if isinstance(argument, nodes.Access) and not _has_known_keys(argument, frame, evaluate):
        return False
    address = value.refers_to.address.partition("[")[0]
    scope = frame.scope
    if not address.startswith(scope.prefix):
        return False
    address = address[len(scope.prefix) :]
    item = scope.directory.index.get(address if address.startswith("data.") else f"resource.{address}")
    return item is not None and item.kind in ("resource", "data") and not scope.instances(item).open


def _has_known_keys(argument: nodes.Access, frame: Frame, evaluate: Evaluate) -> bool:
    """Tell whether each index from a name is worked out here (`a[each.key].b`)."""
    source = argument.source
    if not isinstance(source, nodes.Reference):
        return False
    keys = [step.key for step in (*source.steps, *argument.steps) if isinstance(step, nodes.Index)]
    return all(evaluate(key, frame).unknown is None for key in keys)


def _maybe(value: Value, fallback: Value) -> Value:
    literal = fallback.literal
    nothing = literal is None or literal in ("", (), {})
    cause = cast(Unknown, value.literal)
    missing = nothing or (fallback.unknown is not None and fallback.unknown.may_be_missing)
    reference = value.refers_to if nothing or value.refers_to == fallback.refers_to else None
    return value._replace(literal=Unknown(cause.why, missing), refers_to=reference)


def _can(node: nodes.Call, frame: Frame, evaluate: Evaluate, span: Span) -> Value:
    if len(node.arguments) != 1:
        raise Fails("can() takes one argument")
    try:
        value = evaluate(node.arguments[0], frame)
    except Fails:
        return Value(False, span)
    hidden = first_unknown(value)
    if hidden is not None:
        return unknown(why_not(hidden), span, may_be_missing=False)
    return Value(True, span)
