"""Where the source is no longer what a plan was made from, by the configuration in the plan; never by values alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard, cast

from gatepost.languages.plans.addresses import parse_address
from gatepost.languages.plans.belonging import says
from gatepost.languages.plans.matching import judged_of
from gatepost.languages.plans.plan import MOST_INSTANCES, Module, Plan
from gatepost.languages.plans.reading import AGAIN
from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.bodies import BESIDE
from gatepost.languages.terraform.document import TerraformDocument
from gatepost.languages.terraform.modules import Item
from gatepost.languages.terraform.scope import Scope
from gatepost.model.places import Location, Span
from gatepost.model.problems import NOWHERE, Problem
from gatepost.model.records import NamedTuple
from gatepost.model.values import Value

MOST_TOLD = 6
_EXPRESSION = frozenset(("constant_value", "references"))
_COMPARED = ("var.", "local.")


class Told(NamedTuple):
    """What differs: (address of a block without keys, attribute) pairs, and the problems that say so."""

    differing: frozenset[tuple[str, str]] = frozenset()
    problems: tuple[Problem, ...] = ()


class Difference(NamedTuple):
    """One difference: the block's address without keys, the attribute ("" for all of it), and the words for it."""

    address: str
    attribute: str
    words: str


def told_differences(plan: Plan, source: TerraformDocument) -> Told:
    """Return what differs between a plan's configuration and the source, as a problem of the plan's file."""
    found = list(_differences(plan, source))
    problems: list[Problem] = []
    place = Location(plan.path, NOWHERE)
    folder = "" if source.path == "." else f" in {source.path}"
    if found:
        words = list(dict.fromkeys(one.words for one in found))
        more = f"; and {len(words) - MOST_TOLD} more" if len(words) > MOST_TOLD else ""
        when = f" of {plan.timestamp}" if plan.timestamp.isascii() and 0 < len(plan.timestamp) < 40 else ""
        what = f"the plan{when} was not made from the files as they are: {'; '.join(words[:MOST_TOLD])}{more}"
        hint = (
            f"{AGAIN}{folder and ' (' + folder.strip() + ')'}; until then what differs is judged as the files have it"
        )
        problems.append(Problem(place, what, hint))
    if not plan.complete:
        what = "the plan is not complete: what it leaves out is judged as the files have it"
        problems.append(Problem(place, what, "plan without -target, or make another plan after this one is applied"))
    left = len(plan.resources) - sum(1 for _ in judged_of(plan))
    if left:
        what = f"{left} planned resources are not judged: of one block {MOST_INSTANCES} instances are"
        problems.append(Problem(place, what, "make a root module of each part"))
    return Told(frozenset((one.address, one.attribute) for one in found if one.attribute), tuple(problems))


def _differences(plan: Plan, source: TerraformDocument) -> Iterator[Difference]:
    scopes: dict[tuple[str, ...], Scope] = {}
    for scope in source.scopes():
        address = parse_address(scope.prefix.rstrip("."))
        names = tuple(address.base.split(".")[1::2]) if address is not None else ()
        scopes.setdefault(names, scope)
    waiting: list[tuple[tuple[str, ...], Module]] = [((), plan.root)]
    while waiting:
        names, module = waiting.pop()
        scope = scopes.get(names)
        if scope is not None:
            yield from _in_module(module, scope, "".join(f"module.{name}." for name in names))
        waiting += [((*names, name), call.module) for name, call in reversed(list(module.calls.items()))]


def _in_module(module: Module, scope: Scope, prefix: str) -> Iterator[Difference]:
    index = scope.directory.index
    here = {item.key.removeprefix("resource."): item for item in index.values() if item.kind in ("resource", "data")}
    here.update({key: item for key, item in index.items() if item.kind == "module"})
    there = {**module.resources, **{f"module.{name}": call for name, call in module.calls.items()}}
    unread = any(file.faults for file in scope.directory.files.values())
    for name in there:
        if name not in here and not unread and not name.startswith("data."):  # a `check` has data of its own
            yield Difference(prefix + name, "", f"{prefix}{name} is not in them")
    for name, item in here.items():
        made = there.get(name)
        if made is None:
            where = _at(scope.directory.span(item, item.node))
            yield Difference(prefix + name, "", f"{prefix}{name} is new ({where})")
        elif not item.over:
            yield from _in_block(_Compared(scope, item, prefix + name), made.expressions)
    for name, declared in module.variables.items():
        item = index.get(f"variable.{name}")
        if item is not None and isinstance(declared, dict):
            yield from _in_default(_Compared(scope, item, f"{prefix}var.{name}"), cast("dict[str, Any]", declared))


class _Compared:
    """A block of the source that is compared, and where its attributes stand."""

    __slots__ = ("address", "body", "item", "scope")

    def __init__(self, scope: Scope, item: Item, address: str) -> None:
        self.scope = scope
        self.item = item
        self.address = address
        self.body = scope.body(item, None, {})

    def differs(self, name: str, how: str) -> Difference:
        node = self.item.attributes.get(name)
        node = node if node is not None else next(iter(self.item.body.blocks(name)), self.item.node)
        where = _at(self.scope.directory.span(self.item, node))
        return Difference(self.address, name, f"{name} of {self.address} {how} ({where})")


def _at(span: Span) -> str:
    return f"{span.source.path}:{span.region.start_line}"


def _in_block(compared: _Compared, expressions: Mapping[str, Any]) -> Iterator[Difference]:
    attributes = {name for name in compared.item.attributes if name not in BESIDE and name != "dynamic"}
    attributes -= {"source", "version"} if compared.item.kind == "module" else set()
    for name, given in expressions.items():
        if name in BESIDE:
            continue
        if name in attributes:
            if _attribute_differs(compared, name, given):
                yield compared.differs(name, "is written otherwise")
        elif _is_expression(given) and given.get("constant_value", 0) is not None and not _has_block(compared, name):
            yield compared.differs(name, "is not in them")
    for name in attributes:
        if name not in expressions and not _says_null(compared, name):
            yield compared.differs(name, "is new")
    for name in {block.type for block in compared.item.body.blocks()} - BESIDE - {"dynamic"}:
        if name in expressions and not _has_dynamic(compared, name):
            value = compared.body.get(name)
            if isinstance(value, Value) and _blocks_differ(value, expressions[name]):
                yield compared.differs(name, "is written otherwise")


def _blocks_differ(value: Value, given: Any) -> bool:
    if _is_expression(given):  # blocks that are an attribute to the provider
        return _is_constant(given) and given["constant_value"] is not None and not says(value, given["constant_value"])
    return bool(given) and not _same_blocks(value, given)


def _is_expression(given: Any) -> TypeGuard[dict[str, Any]]:
    if not isinstance(given, dict):
        return False
    names = cast("dict[str, Any]", given)
    return bool(names) and _EXPRESSION.issuperset(names)


def _is_constant(given: Any) -> bool:
    """Whether an expression is one; of JSON the text of a template is given, beside what it refers to."""
    return _is_expression(given) and "constant_value" in given and not given.get("references")


def _has_dynamic(compared: _Compared, name: str) -> bool:
    return any(block.labels[:1] == (name,) for block in compared.item.body.blocks("dynamic"))


def _has_block(compared: _Compared, name: str) -> bool:
    return bool(compared.item.body.blocks(name)) or _has_dynamic(compared, name)


def _says_null(compared: _Compared, name: str) -> bool:
    """Whether an attribute is written as null, or in JSON, where blocks look like attributes."""
    value = compared.body.get(name)
    return not isinstance(value, Value) or value.literal is None or value.notation == "json"


def _attribute_differs(compared: _Compared, name: str, given: Any) -> bool:
    if not _is_expression(given):
        return False
    in_json = compared.item.chunk.path.endswith(".json")
    if _is_constant(given):
        if in_json and any(mark in str(given["constant_value"]) for mark in ("${", "%{")):
            return False  # as it is written, marks and all
        value = compared.body.get(name)
        if not isinstance(value, Value) or value.sensitive:
            return False
        if value.unknown is not None:
            return any(isinstance(one, nodes.Reference) for one in nodes.below(compared.item.attributes[name].value))
        return not says(value, given["constant_value"])
    references = given.get("references")
    node = compared.item.attributes[name]
    if not isinstance(references, list) or in_json:
        return False
    named = {_head(text) for text in cast("list[Any]", references) if isinstance(text, str)}
    written = {_head(one.text) for one in nodes.below(node.value) if isinstance(one, nodes.Reference)}
    return {text for text in named if text.startswith(_COMPARED)} != {
        text for text in written if text.startswith(_COMPARED)
    }


def _head(text: str) -> str:
    return ".".join(text.replace("[", ".").split(".")[:2])


def _same_blocks(value: Value, given: Any) -> bool:
    """Whether blocks that are written one after another have the constants that the plan's configuration has."""
    listed: list[Any] = cast("list[Any]", given) if isinstance(given, list) else [given]
    blocks: tuple[Value, ...] = value.literal if value.is_list else (value,)
    if len(blocks) != len(listed):
        return False
    return all(_same_block(one, other) for one, other in zip(blocks, listed, strict=True))


def _same_block(value: Value, given: Any) -> bool:
    if not isinstance(given, dict) or not value.is_map:
        return True
    members = cast("Mapping[str, Value]", value.literal)
    for name, one in cast("dict[str, Any]", given).items():
        inner = members.get(name)
        if inner is None:
            if _is_constant(one) and one["constant_value"] is not None:
                return False
        elif isinstance(one, list):
            if not _same_blocks(inner, cast("list[Any]", one)):
                return False
        elif _is_constant(one) and not says(inner, one["constant_value"]):
            return False
    return True


def _in_default(compared: _Compared, declared: Mapping[str, Any]) -> Iterator[Difference]:
    value = compared.body.get("default")
    given = declared.get("default")
    if isinstance(given, dict | list):
        return  # the type of the variable has changed it
    if (isinstance(value, Value) and not says(value, given)) if given is not None else _is_known(value):
        yield compared.differs("default", "is another")


def _is_known(value: Any) -> bool:
    return isinstance(value, Value) and value.unknown is None and value.literal is not None
