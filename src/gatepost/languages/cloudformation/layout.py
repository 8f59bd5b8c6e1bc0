"""A template's text as entries (a parameter, a resource …), each with its own tree; never what an entry means.

An entry's nodes are counted from its `base`, so that the entries behind an edit are moved and not read again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from gatepost.languages.cloudformation.intrinsics import call_of
from gatepost.languages.positioned import Malformed, Node, read_json, read_yaml
from gatepost.model.records import NamedTuple

SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs")

Notation = Literal["yaml", "json"]

# Keys that stand for members which only deployment makes.
GENERATORS = ("Fn::ForEach", "Fn::Transform")


class Shape(NamedTuple):
    """What is seen at once of a resource: its type ("" when it has none), its properties when they are a plain map.

    `is_open`: the properties may have more than is written. `condition` is the name of its condition, or "".
    `is_told`: its metadata say which construct it was made by.
    """

    type: str = ""
    properties: Node | None = None
    is_open: bool = False
    condition: str = ""
    is_told: bool = False


class Made(NamedTuple):
    """How an entry came to be that is not written as such.

    `of` is the name of the written entry; `kind` says what it became ("loop", "lambda", "role" …); `inherited` are
    properties that `Globals` gives, with the nodes there.
    """

    of: str
    kind: str
    inherited: tuple[tuple[str, Node], ...] = ()


class Entry(NamedTuple):
    """One thing in a section; in the section "" a top-level key of its own, or a mark without a node.

    A mark is where a section begins or, in JSON, ends: nothing can be put in between by reading a slice again.
    """

    section: str
    name: str
    key: Node
    node: Node | None
    base: int
    shape: Shape = Shape()
    made: Made | None = None

    @property
    def start(self) -> int:
        """Where the key begins, as an offset into the text."""
        return self.base + self.key.start

    @property
    def end(self) -> int:
        """Where the value ends, as an offset into the text."""
        return self.base + (self.node or self.key).end


class Flaw(NamedTuple):
    """Something wrong at an offset that costs less than the file."""

    offset: int
    what: str
    hint: str


class Layout(NamedTuple):
    """The entries of a template in file order; `sliceable` when an entry can be read again on its own.

    `starts` are the offsets where the slices of the entries begin: in YAML their lines, in JSON their keys.
    `unread` are the types of the resources that could not be read, "" where that is not told. `loops` are identifiers
    of Fn::ForEach whose values are not known, each with the reason. `renamed` are names that refer to what a transform
    makes ("Api.Stage"), with its logical id.
    """

    notation: Notation
    entries: tuple[Entry, ...]
    flaws: tuple[Flaw, ...]
    sliceable: bool
    starts: tuple[int, ...] = ()
    unread: frozenset[str] = frozenset()
    loops: Mapping[str, str] = {}
    renamed: Mapping[str, str] = {}


class Again(NamedTuple):
    """A layout after edits, and which entries were read again: before and after."""

    layout: Layout
    before: tuple[Entry, ...]
    after: tuple[Entry, ...]


class Slice(NamedTuple):
    """New text in place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str


def read_layout(text: str) -> Layout:
    """Read a whole template; raises `Malformed`."""
    notation: Notation = "json" if text.lstrip("\ufeff \t\r\n").startswith("{") else "yaml"
    try:
        root = read_json(text) if notation == "json" else read_yaml(text)
    except Malformed:
        if notation == "yaml":
            raise
        root = _flow_yaml(text)
        notation = "yaml"
    if root.kind != "map":
        raise Malformed("a template has to be a map with a key Resources", "write Resources: and below it", root.start)
    entries: list[Entry] = []
    flaws: list[Flaw] = []
    sliceable = notation == "json" or (root.style == "block" and not _anchored(text))
    for name, key, value in root.items():
        if name not in SECTIONS:
            entries.append(Entry("", name, key, value, 0))
            continue
        entries.append(Entry("", name, key, None, 0))
        if value.kind == "map" and not value.tag:
            entries.extend(_entry(name, inner, at, node, 0) for inner, at, node in value.items())
            sliceable = sliceable and (notation == "json" or (value.style == "block" and _keys_lead(text, value)))
            if notation == "json":
                entries.append(Entry("", "", Node("text", value.end - 1, value.end, ""), None, 0))
        elif value.kind != "null":
            flaws.append(Flaw(value.start, f"{name} has to be a map", "write a name and below it what it is"))
    starts = tuple(_slice_start(notation, text, entry.key.start) for entry in entries)
    return Layout(notation, tuple(entries), tuple(flaws), sliceable, starts)


def _entry(section: str, name: str, key: Node, node: Node, base: int) -> Entry:
    if section != "Resources" or node.kind != "map" or node.tag:
        return Entry(section, name, key, node, base)
    properties, condition, type_ = node.get("Properties"), node.get("Condition"), node.get("Type")
    is_open = False
    if properties is not None and (properties.kind != "map" or call_of(properties) is not None):
        properties, is_open = None, properties.kind != "null"
    elif properties is not None:
        is_open = any(key.value.startswith(GENERATORS) for key, _ in properties.value)
    metadata = node.get("Metadata")
    is_told = metadata is not None and metadata.get("aws:cdk:path") is not None
    shape = Shape(_text_of(type_), properties, is_open, _text_of(condition), is_told)
    return Entry(section, name, key, node, base, shape)


def shaped(entry: Entry, made: Made | None) -> Entry:
    """Return an entry with the shape that its node has, and how it was made."""
    assert entry.node is not None
    return _entry(entry.section, entry.name, entry.key, entry.node, entry.base)._replace(made=made)


def _text_of(node: Node | None) -> str:
    return node.value if node is not None and node.kind == "text" and not node.tag else ""


def _flow_yaml(text: str) -> Node:
    """Read a template that looks like JSON but is YAML in braces; complains as JSON does when it is neither."""
    try:
        return read_yaml(text)
    except Malformed:
        return read_json(text)


def _anchored(text: str) -> bool:
    return text.startswith("%") or re.search(r"(?:^|[\s,\[{:-])[&*][A-Za-z0-9_]", text) is not None


def _keys_lead(text: str, section: Node) -> bool:
    starts = [key.start for key, _ in section.value]
    return all(not text[text.rfind("\n", 0, start) + 1 : start].strip(" ") for start in starts)


def spliced(text: str, edits: Sequence[Slice]) -> str:
    """Return the text after edits that are in order and do not overlap."""
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts.append(text[at : edit.start])
        parts.append(edit.text)
        at = edit.end
    parts.append(text[at:])
    return "".join(parts)


def read_again(layout: Layout, text: str, edits: Sequence[Slice]) -> Again | None:
    """Return the layout after ordered edits, reading only the entries they touch; None when all must be read."""
    if not layout.sliceable or layout.flaws:
        return None
    entries, starts = layout.entries, layout.starts
    result: list[Entry] = []
    new_starts: list[int] = []
    before: list[Entry] = []
    after: list[Entry] = []
    done = moved = 0
    for first, last, group in _groups(entries, starts, edits):
        result.extend(_moved(entries[done:first], moved))
        new_starts.extend([start + moved for start in starts[done:first]])
        end = starts[last + 1] if last + 1 < len(starts) else len(text)
        again = _slice(layout, text, (first, last), (starts[first] if first >= 0 else 0, end), group, moved)
        if again is None:
            return None
        result.extend(again[0])
        new_starts.extend(again[1])
        before.extend(entries[first : last + 1])
        after.extend(again[0])
        moved += sum(len(edit.text) - (edit.end - edit.start) for edit in group)
        done = last + 1
    result.extend(_moved(entries[done:], moved))
    new_starts.extend([start + moved for start in starts[done:]])
    if [e[:2] for e in before] != [e[:2] for e in after]:
        names = [(entry.section, entry.name) for entry in result if entry.section]
        if len(set(names)) != len(names):
            return None
    new = layout._replace(entries=tuple(result), starts=tuple(new_starts))
    return Again(new, tuple(before), tuple(after))


def _slice_start(notation: Notation, text: str, start: int) -> int:
    return start if notation == "json" else text.rfind("\n", 0, start) + 1


def _moved(entries: Sequence[Entry], by: int) -> Sequence[Entry]:
    if not by:
        return entries
    # Three times as fast as Entry(…), for thousands of entries at each edit.
    new: Any = tuple.__new__  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return [new(Entry, (*entry[:4], entry[4] + by, entry[5], entry[6])) for entry in entries]


def _groups(
    entries: Sequence[Entry], starts: Sequence[int], edits: Sequence[Slice]
) -> Iterator[tuple[int, int, list[Slice]]]:
    """Yield (first entry, last entry, edits) for stretches of entries that edits touch, in order."""
    first = last = -1
    group: list[Slice] = []
    for edit in edits:
        at = bisect_right(starts, edit.start) - 1
        if edit.start == edit.end and at > 0 and starts[at] == edit.start and entries[at - 1].section:
            at -= 1
        to = at
        while to + 1 < len(starts) and starts[to + 1] < edit.end:
            to += 1
        if group and at <= last:
            group.append(edit)
            last = max(last, to)
            continue
        if group:
            yield first, last, group
        first, last, group = at, to, [edit]
    if group:
        yield first, last, group


def _slice(
    layout: Layout, text: str, which: tuple[int, int], stretch: tuple[int, int], edits: Sequence[Slice], moved: int
) -> tuple[list[Entry], list[int]] | None:
    """Read the entries `which` (first and last) again, whose text is `stretch`; None when that cannot be done.

    Returns the entries and where their slices begin.
    """
    first, last = which
    if first < 0:
        return None
    touched = layout.entries[first : last + 1]
    section = touched[0].section
    if not section or any(entry.section != section for entry in touched):
        return None
    start, end = stretch
    inner = [Slice(edit.start - start, edit.end - start, edit.text) for edit in edits]
    new = spliced(text[start:end], inner)
    follows = layout.entries[last + 1] if last + 1 < len(layout.entries) else None
    try:
        if layout.notation == "json":
            root = _json_slice(new, follows)
            base = start + moved - 1
        else:
            root = _yaml_slice(new, layout.entries[first].start - start, follows is None)
            base = start + moved
    except Malformed:
        return None
    if root is None:
        return None
    entries = [_entry(section, name, key, node, base) for name, key, node in root.items()]
    return entries, [_slice_start(layout.notation, new, entry.key.start) + base for entry in entries]


def _json_slice(new: str, follows: Entry | None) -> Node | None:
    if follows is not None and follows.section:
        new = new.rstrip()
        if new:
            if not new.endswith(","):
                return None
            new = new[:-1]
    root = read_json("{" + new + "}")
    return root if root.end == len(new) + 2 else None


def _yaml_slice(new: str, column: int, is_last: bool) -> Node | None:
    if (new and not is_last and not new.endswith("\n")) or _anchored(new) or new.startswith("\ufeff"):
        return None
    if re.search(r"^(?:---|\.\.\.)", new, re.MULTILINE):
        return None
    root = read_yaml(new)
    if root.kind == "null" and root.start == root.end:
        return root
    here = root.start - new.rfind("\n", 0, root.start) - 1
    if root.kind != "map" or root.style != "block" or root.tag or here != column:
        return None
    return root if _keys_lead(new, root) else None
