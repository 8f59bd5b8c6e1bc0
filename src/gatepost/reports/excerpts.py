"""Source lines as they are shown, with the place that is meant marked below; never more than a screen is wide."""

from __future__ import annotations

from gatepost.model.records import NamedTuple
from gatepost.reports.safe_text import printable, without_commands

TAB = 4
_BEFORE = 160  # characters of a very long line that are looked at before the place that is meant
_AFTER = 320


class Excerpt(NamedTuple):
    """One line ready to be shown; `start` and `width` (in columns, 0-based) say what to underline."""

    text: str
    start: int
    width: int


def columns(text: str) -> int:
    """Return how many columns a terminal needs for text without control characters."""
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def _columns_of(character: str) -> int:
    if character < "\u0300":
        return 1
    from unicodedata import category, east_asian_width  # a megabyte that most files never need

    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def excerpt(line: str, start: int, end: int, room: int, ellipsis: str = "…") -> Excerpt:
    """Return a source line that fits into `room` columns (0: no limit), keeping the part that is meant in sight.

    `start` and `end` are 0-based columns in characters, end exclusive; an empty or outlying region marks one column.
    Tabs are expanded, invisible characters are written out.
    """
    start = max(0, min(start, len(line)))
    end = max(start, min(end, len(line)))
    left = max(0, start - _BEFORE)
    glyphs: list[str] = []
    at = 0
    marks = [0, 0]  # columns where the region begins and ends
    for index in range(left, min(len(line), start + _AFTER)):
        if index == start:
            marks[0] = at
        glyph = " " * (TAB - at % TAB) if line[index] == "\t" else printable(line[index])
        glyphs.append(glyph)
        at += columns(glyph)
        if index < end:
            marks[1] = at
    if start >= left + len(glyphs):
        marks[0] = at
    width = max(1, marks[1] - marks[0])
    cut_left, cut_right = left > 0, left + len(glyphs) < len(line)
    if (room and at > room) or cut_left or cut_right:
        return _cropped(glyphs, marks[0], width, room or at, ellipsis, (cut_left, cut_right))
    return Excerpt(_safe("".join(glyphs).rstrip()), marks[0], width)


def _cropped(glyphs: list[str], start: int, width: int, room: int, ellipsis: str, cut: tuple[bool, bool]) -> Excerpt:
    total = sum(map(columns, glyphs))
    inner = room - len(ellipsis) * 2
    first = 0 if start + width <= inner else max(0, min(start - room // 3, total - inner))
    kept: list[str] = []
    at = used = skipped = 0
    for glyph in glyphs:
        size = columns(glyph)
        if at < first:
            skipped = at + size
        elif used + size <= inner:
            kept.append(glyph)
            used += size
        else:
            cut = (cut[0], True)
            break
        at += size
    before = ellipsis if skipped or cut[0] else ""
    after = ellipsis if cut[1] else ""
    begin = len(before) + max(0, start - skipped)
    return Excerpt(_safe(before + "".join(kept) + after), begin, max(1, min(width, len(before) + used - begin)))


def _safe(text: str) -> str:
    return without_commands(text)
