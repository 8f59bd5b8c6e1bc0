"""A template's text as entries (a parameter, a resource …), each with its own tree; never what an entry means.

An entry's nodes are counted from its `base`, so that the entries behind an edit are moved and not read again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from gatepost.languages.positioned import Malformed, Node, read_json, read_yaml

SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs")

Notation = Literal["yaml", "json"]


class Entry(NamedTuple):
    """One thing in a section; in the section "" a top-level key of its own, or a mark without a node.

    A mark is where a section begins or, in JSON, ends: nothing can be put in between by reading a slice again.
    """

    section: str
    name: str
    key: Node
    node: Node | None
    base: int

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
    """The entries of a template in file order; `sliceable` when an entry can be read again on its own."""

    notation: Notation
    entries: tuple[Entry, ...]
    flaws: tuple[Flaw, ...]
    sliceable: bool


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
            entries.extend(Entry(name, inner, at, node, 0) for inner, at, node in value.items())
            sliceable = sliceable and (notation == "json" or (value.style == "block" and _keys_lead(text, value)))
            if notation == "json":
                entries.append(Entry("", "", Node("text", value.end - 1, value.end, ""), None, 0))
        elif value.kind != "null":
            flaws.append(Flaw(value.start, f"{name} has to be a map", "write a name and below it what it is"))
    return Layout(notation, tuple(entries), tuple(flaws), sliceable)


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


def read_again(layout: Layout, text: str, edits: Sequence[Slice]) -> Layout | None:
    """Return the layout after ordered edits, reading only the entries they touch; None when all must be read."""
    if not layout.sliceable or layout.flaws:
        return None
    entries = layout.entries
    starts = [_slice_start(layout, text, entry) for entry in entries]
    result: list[Entry] = []
    done = moved = 0
    for first, last, group in _groups(entries, starts, edits):
        result.extend(_moved(entries[done:first], moved))
        end = starts[last + 1] if last + 1 < len(starts) else len(text)
        again = _slice(layout, text, (first, last), (starts[first], end), group, moved)
        if again is None:
            return None
        result.extend(again)
        moved += sum(len(edit.text) - (edit.end - edit.start) for edit in group)
        done = last + 1
    result.extend(_moved(entries[done:], moved))
    names = [(entry.section, entry.name) for entry in result if entry.section]
    if len(set(names)) != len(names):
        return None
    return layout._replace(entries=tuple(result))


def _slice_start(layout: Layout, text: str, entry: Entry) -> int:
    start = entry.base + entry.key.start
    return start if layout.notation == "json" else text.rfind("\n", 0, start) + 1


def _moved(entries: Sequence[Entry], by: int) -> Sequence[Entry]:
    if not by:
        return entries
    return [Entry(section, name, key, node, base + by) for section, name, key, node, base in entries]


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
) -> list[Entry] | None:
    """Read the entries `which` (first and last) again, whose text is `stretch`; None when that cannot be done."""
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
            return _json_entries(new, section, start + moved, follows)
        column = layout.entries[first].start - start
        return _yaml_entries(new, section, start + moved, column, follows is None)
    except Malformed:
        return None


def _json_entries(new: str, section: str, start: int, follows: Entry | None) -> list[Entry] | None:
    if follows is not None and follows.section:
        new = new.rstrip()
        if new:
            if not new.endswith(","):
                return None
            new = new[:-1]
    root = read_json("{" + new + "}")
    if root.end != len(new) + 2:
        return None
    return [Entry(section, name, key, node, start - 1) for name, key, node in root.items()]


def _yaml_entries(new: str, section: str, start: int, column: int, is_last: bool) -> list[Entry] | None:
    if (new and not is_last and not new.endswith("\n")) or _anchored(new) or new.startswith("\ufeff"):
        return None
    if re.search(r"^(?:---|\.\.\.)", new, re.MULTILINE):
        return None
    root = read_yaml(new)
    if root.kind == "null" and root.start == root.end:
        return []
    here = root.start - new.rfind("\n", 0, root.start) - 1
    if root.kind != "map" or root.style != "block" or root.tag or here != column:
        return None
    if not _keys_lead(new, root):
        return None
    return [Entry(section, name, key, node, start) for name, key, node in root.items()]
