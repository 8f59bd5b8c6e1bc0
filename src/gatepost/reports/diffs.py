"""Fixes as differences of lines; never applies one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from gatepost.model.changes import Edit, Fix
from gatepost.model.places import Source
from gatepost.model.records import NamedTuple
from gatepost.reports.secrets import Secrets


class DiffLine(NamedTuple):
    """A line that goes ("-"), comes ("+") or stays (" "), with its 1-based number in the old or the new file."""

    number: int
    mark: Literal["-", "+", " "]
    text: str


class FileDiff(NamedTuple):
    """What changes in one file, a tuple of lines per place; `masked` when a secret had to be hidden in it."""

    path: str
    hunks: tuple[tuple[DiffLine, ...], ...]
    masked: bool = False


class Change(NamedTuple):
    """Lines `old`, the 1-based line `first` and those below it, become `new`; without line ends."""

    first: int
    old: list[str]
    new: list[str]


def diff(fix: Fix, sources: Mapping[str, Source], secrets: Secrets | None = None, context: int = 0) -> list[FileDiff]:
    """Return the difference a fix makes, files in order of path, with `context` unchanged lines around.

    Where the text of a file is not at hand only the new lines are known.
    """
    by_path: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        by_path.setdefault(edit.location.path, []).append(edit)
    shown: list[FileDiff] = []
    for path in sorted(by_path):
        edits = sorted(by_path[path], key=lambda e: e.location.region)
        source = sources.get(path)
        changes = changes_in(source, edits) if source else [_blind(edit) for edit in edits]
        hunks = _hunks(changes, source, context)
        shown.append(_hidden(FileDiff(path, tuple(tuple(hunk) for hunk in hunks)), secrets))
    return shown


def patch(diffs: Sequence[FileDiff]) -> str:
    """Return differences (made with context) as a patch that `git apply` takes."""
    lines: list[str] = []
    for file in diffs:
        lines += [f"--- a/{file.path}", f"+++ b/{file.path}"]
        offset = 0
        for hunk in file.hunks:
            old = [line for line in hunk if line.mark != "+"]
            new = [line for line in hunk if line.mark != "-"]
            start = hunk[0].number - (0 if hunk[0].mark == "-" else offset)
            before = start - 1 if not old else start
            after = start + offset - (0 if new else 1)
            lines.append(f"@@ -{before},{len(old)} +{after},{len(new)} @@")
            lines += [line.mark + line.text for line in hunk]
            offset += len(new) - len(old)
    return "\n".join(lines) + "\n"


def _blind(edit: Edit) -> Change:
    return Change(edit.location.region.start_line, [], edit.replacement.strip("\n").split("\n"))


def changes_in(source: Source, edits: Sequence[Edit]) -> list[Change]:
    """Return the lines that differ, edits (in the order of their regions) that share a line taken together."""
    changes: list[Change] = []
    at = 0
    while at < len(edits):
        group = [edits[at]]
        while at + 1 < len(edits) and edits[at + 1].location.region.start_line <= group[-1].location.region.end_line:
            at += 1
            group.append(edits[at])
        at += 1
        first, last = group[0].location.region.start_line, max(e.location.region.end_line for e in group)
        start, end = source.offset(first, 1), source.offset(last + 1, 1)
        pieces: list[str] = []
        here = start
        for edit in group:
            region = edit.location.region
            pieces += [source.text[here : source.offset(region.start_line, region.start_column)], edit.replacement]
            here = source.offset(region.end_line, region.end_column)
        pieces.append(source.text[here:end])
        change = _trimmed(first, _lines(source.text[start:end]), _lines("".join(pieces)))
        if changes and change.old and changes[-1].old and changes[-1].first + len(changes[-1].old) == change.first:
            above = changes.pop()  # lines below one another are shown as one change
            change = Change(above.first, above.old + change.old, above.new + change.new)
        if change.old or change.new:
            changes.append(change)
    return changes


def _lines(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _trimmed(first: int, old: list[str], new: list[str]) -> Change:
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return Change(first + head, old[head : len(old) - tail], new[head : len(new) - tail])


def _hunks(changes: Sequence[Change], source: Source | None, context: int) -> list[list[DiffLine]]:
    hunks: list[list[DiffLine]] = []
    offset = 0
    shown_to = 0  # last old line that has been shown
    total = source.line_count() if source else 0
    for index, change in enumerate(changes):
        first = max(shown_to + 1, change.first - context, 1)
        if not hunks or first > shown_to + 1 or not context:
            hunks.append([])
        hunk = hunks[-1]
        if source:
            hunk += [DiffLine(n + offset, " ", source.line(n)) for n in range(first, change.first)]
        hunk += [DiffLine(change.first + i, "-", text) for i, text in enumerate(change.old)]
        hunk += [DiffLine(change.first + offset + i, "+", text) for i, text in enumerate(change.new)]
        offset += len(change.new) - len(change.old)
        shown_to = change.first + len(change.old) - 1
        following = changes[index + 1].first if index + 1 < len(changes) else total + 1
        if source:
            stop = min(shown_to + context, following - 1, total)
            hunk += [DiffLine(n + offset, " ", source.line(n)) for n in range(shown_to + 1, stop + 1)]
            shown_to = max(shown_to, stop)
    return hunks


def _hidden(file: FileDiff, secrets: Secrets | None) -> FileDiff:
    if secrets is None:
        return file
    masked = False
    hunks: list[tuple[DiffLine, ...]] = []
    for hunk in file.hunks:
        lines: list[DiffLine] = []
        for line in hunk:
            text = secrets.line(file.path, line.number, line.text) if line.mark == "-" else line.text
            text = secrets.text(text)
            masked = masked or text != line.text
            lines.append(line._replace(text=text))
        hunks.append(tuple(lines))
    return FileDiff(file.path, tuple(hunks), masked)
