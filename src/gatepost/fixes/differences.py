"""The edits that lead from one text to another; never what they are for."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.model.changes import Edit
from gatepost.model.places import Location, Source


def edits_between(source: Source, new: str) -> Iterator[Edit]:
    """Yield the edits that make a source's text `new`: whole lines, narrowed to the characters that differ."""
    old = source.text
    if old == new:
        return
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    old_part, new_part = before[head : len(before) - tail], after[head : len(after) - tail]
    offsets = [sum(map(len, before[:head]))]
    for line in old_part:
        offsets.append(offsets[-1] + len(line))
    if set(old_part).isdisjoint(new_part):  # as after most edits: the stretch is one difference
        yield _narrowed(source, offsets[0], offsets[-1], "".join(new_part))
        return
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, old_part, new_part, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind != "equal":
            yield _narrowed(source, offsets[start], offsets[end], "".join(new_part[new_start:new_end]))


def _common(one: list[str], other: list[str]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _narrowed(source: Source, start: int, end: int, replacement: str) -> Edit:
    old = source.text[start:end]
    if old.count("\n") <= 1 and replacement.count("\n") <= 1:
        head = 0
        while head < min(len(old), len(replacement)) and old[head] == replacement[head]:
            head += 1
        tail = 0
        while tail < min(len(old), len(replacement)) - head and old[-1 - tail] == replacement[-1 - tail]:
            tail += 1
        start, end = start + head, end - tail
        replacement = replacement[head : len(replacement) - tail]
    return Edit(Location(source.path, source.region(start, end)), replacement)
