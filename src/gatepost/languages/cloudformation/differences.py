"""What differs between two layouts of one template, in the words of what judgements read; never places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from gatepost.languages.cloudformation.layout import Again, Entry, Layout
from gatepost.languages.positioned import Node
from gatepost.model.documents import ReadKey

if TYPE_CHECKING:
    from gatepost.languages.cloudformation.assembly import Assembly
    from gatepost.languages.cloudformation.parts import Part

# What a parameter file says of a parameter.
GIVEN = "given"
# The whole of an item, as `values` reads it; and which items there are.
WHOLE = "**"
ITEMS: ReadKey = ("items", "*")
# What says that there is such an item at all.
BEING = "@"


def item_of(entry: Entry) -> str:
    """Return the item that an entry is: a resource's logical id, "Parameters.Key", "Metadata"."""
    if entry.section == "Resources":
        return entry.name
    return f"{entry.section}.{entry.name}" if entry.section else entry.name


def same(one: Node, other: Node) -> bool:
    """Tell whether two trees say the same; where they stand does not matter."""
    if one is other:
        return True
    if one.kind != other.kind or one.tag != other.tag or (one.style == "") != (other.style == ""):
        return False
    if one.kind == "map":
        pairs = zip(one.value, other.value, strict=False)
        return len(one.value) == len(other.value) and all(
            a[0].value == b[0].value and same(a[1], b[1]) for a, b in pairs
        )
    if one.kind == "list":
        return len(one.value) == len(other.value) and all(map(same, one.value, other.value))
    if one.kind == "number" and one.end - one.start != other.end - other.start:
        return False  # 012 is not 12
    return type(one.value) is type(other.value) and one.value == other.value


def between(before: Assembly, after: Assembly) -> frozenset[ReadKey]:
    """Return every (item, attribute) whose reading may differ between two assemblies."""
    changed: set[ReadKey] = set()
    old, new = ({part.prefix: part for part in one.parts} for one in (before, after))
    for prefix in old.keys() | new.keys():
        mine, yours = old.get(prefix), new.get(prefix)
        for which in ("layout", "written"):
            changed |= _under(prefix, _entries(mine, which), _entries(yours, which))
        if mine is None or yours is None or mine.layout.loops != yours.layout.loops:
            changed.add(ITEMS)
    changed.update(_given(before, after))
    return frozenset(changed)


def _entries(part: Part | None, which: str) -> Iterable[Entry]:
    if part is None:
        return ()
    return part.layout.entries if which == "layout" else part.written.entries


def _under(prefix: str, before: Iterable[Entry], after: Iterable[Entry]) -> set[ReadKey]:
    changed = _differences(before, after)
    if not prefix:
        return set(changed)
    return {
        (item if item.startswith("type:") or (item, name) == ITEMS else prefix + item, name) for item, name in changed
    }


def _given(before: Assembly, after: Assembly) -> Iterator[ReadKey]:
    """Yield the parameters for which the parameter files give something else."""
    old, new = ({name: one for file in a.inputs for name, one in file.given.items()} for a in (before, after))
    for name in old.keys() | new.keys():
        mine, yours = old.get(name), new.get(name)
        nodes = [one.node if one is not None else None for one in (mine, yours)]
        if mine is None or yours is None or nodes[0] is None or nodes[1] is None or not same(nodes[0], nodes[1]):
            yield f"Parameters.{name}", GIVEN


def differences_again(before: Layout, again: Again) -> frozenset[ReadKey]:
    """Return the same for a layout that was read again in parts: what was not read again is as it was."""
    old, new = [e.name for e in again.before], [e.name for e in again.after]
    if [name for name in old if name in new] != [name for name in new if name in old]:
        return _differences(before.entries, again.layout.entries)
    return _differences(again.before, again.after)


def _differences(before: Iterable[Entry], after: Iterable[Entry]) -> frozenset[ReadKey]:
    old = {(e.section, e.name): e for e in before if e.node is not None}
    new = {(e.section, e.name): e for e in after if e.node is not None}
    changed: set[ReadKey] = set()
    types = [[(name, entry.shape.type) for name, entry in entries.items()] for entries in (old, new)]
    if types[0] != types[1]:
        changed.add(ITEMS)
    for name, entry in old.items():
        other = new.get(name)
        if other is None:
            changed.update(_all_of(entry))
        elif other.node is not entry.node:
            changed.update(_between(entry, other))
    for name, entry in new.items():
        if name not in old:
            changed.update(_all_of(entry))
    if ITEMS in changed:
        changed.update(_order(old, new))
    return frozenset(changed)


def _order(old: dict[tuple[str, str], Entry], new: dict[tuple[str, str], Entry]) -> Iterator[ReadKey]:
    """Yield the types whose resources come in another order, or are others."""
    by_type: list[dict[str, list[str]]] = []
    for entries in (old, new):
        found: dict[str, list[str]] = {}
        for entry in entries.values():
            for type_ in _types(entry):
                found.setdefault(type_, []).append(entry.name)
        by_type.append(found)
    for type_ in by_type[0].keys() | by_type[1].keys():
        if by_type[0].get(type_) != by_type[1].get(type_):
            yield f"type:{type_}", "*"


def _types(entry: Entry) -> tuple[str, ...]:
    if entry.section == "Resources":
        return (entry.shape.type,)
    return ("parameter",) if entry.section == "Parameters" else ()


def _all_of(entry: Entry) -> Iterator[ReadKey]:
    item = item_of(entry)
    yield item, BEING
    yield item, "*"
    yield item, "$.*"
    yield item, WHOLE
    for type_ in _types(entry):
        yield f"type:{type_}", "*"
    for name in _parts(entry):
        yield item, name


def _parts(entry: Entry) -> dict[str, Node]:
    """Return what an entry is made of, by the attribute that reads it."""
    node = entry.node
    if node is None:
        return {}
    if entry.section != "Resources" or node.kind != "map":
        return {name: value for name, _, value in node.items()} if node.kind == "map" and not node.tag else {"": node}
    parts = {f"$.{name}": value for name, _, value in node.items()}
    properties = node.get("Properties")
    if properties is not None:
        parts.update({name: value for name, _, value in properties.items()})
    return parts


def _between(entry: Entry, other: Entry) -> Iterator[ReadKey]:
    assert entry.node is not None and other.node is not None
    if same(entry.node, other.node):
        return
    item = item_of(entry)
    yield item, WHOLE
    old, new = _parts(entry), _parts(other)
    if entry.section not in ("Resources", "Parameters"):
        yield item, "*"
    for one in (False, True):
        mine = [name for name in old if name.startswith("$.") is one]
        yours = [name for name in new if name.startswith("$.") is one]
        if mine != yours:
            yield item, "$.*" if one else "*"
    for name in old.keys() | new.keys():
        before, after = old.get(name), new.get(name)
        if before is None or after is None or not same(before, after):
            yield item, name
            if name in ("$.Type", "$.Condition"):
                yield f"type:{entry.shape.type}", "*"
                yield f"type:{other.shape.type}", "*"
                yield item, BEING
            if name == "$.Properties" and (before is None or after is None or before.tag or after.tag):
                yield item, "*"
                yield from ((item, inner) for part in (old, new) for inner in part)
