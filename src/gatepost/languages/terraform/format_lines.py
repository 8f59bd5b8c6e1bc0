"""How `terraform fmt` puts equals signs and trailing comments in columns, and what it takes to keep that; never more.

Facts: github.com/hashicorp/hcl hclwrite/format.go, as `terraform fmt` 1.11 behaves: lines that follow one another and
have a whole `name = value` share the column of the sign; trailing comments on lines that follow one another share
theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import itemgetter

from gatepost.languages.positioned.splices import Splice, apply
from gatepost.languages.terraform.nodes import Literal, Node, Template, below
from gatepost.languages.terraform.syntax import parse
from gatepost.model.records import NamedTuple

_MARK = re.compile(r"\n|#|//|/\*|[\[\](){}]|(?<![=!<>])=(?![=>])").search
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


class Line(NamedTuple):
    """A line of a body as fmt sees it; offsets, with `equals` and `comment` -1 where there is none in a column.

    `lead_end` is where the text before the equals sign ends, `text_end` where the text before the comment does. A sign
    whose value goes on on further lines is in no column: it is `opener`.
    """

    start: int
    equals: int
    lead_end: int
    comment: int
    text_end: int
    opener: int = -1


def texts_in(root: Node, text: str) -> dict[int, int]:
    """Return start and end of all quoted text and heredocs below a node, where a bracket or # means nothing."""
    return {
        node.start: node.end
        for node in below(root)
        if isinstance(node, Template) or (isinstance(node, Literal) and text.startswith('"', node.start))
    }


def marks(text: str, start: int, end: int, opaque: dict[int, int]) -> Iterator[tuple[str, int, int]]:
    """Yield line breaks, comments, brackets and equals signs between two offsets as (what, start, end).

    A comment is "#" whatever it begins with; `opaque` is what `texts_in` gives.
    """
    at = start
    stops = sorted(position for position in opaque if start <= position < end)
    stops.append(end)
    following = 0
    while at < end:
        while stops[following] < at and following < len(stops) - 1:
            following += 1
        match = _MARK(text, at, end)
        stop = stops[following]
        if stop < end and stop >= at and (match is None or stop < match.end()):
            at = max(opaque[stop], at + 1)
            continue
        if match is None:
            return
        at = match.end()
        if match[0] in ("#", "//"):
            line_end = text.find("\n", at, end)
            at = line_end if line_end >= 0 else end
            yield "#", match.start(), at
        elif match[0] == "/*":
            closing = text.find("*/", at, end)
            at = closing + 2 if closing >= 0 else end
            yield "#", match.start(), at
        else:
            yield match[0], match.start(), at


def lines_of(text: str, start: int, end: int, opaque: dict[int, int]) -> list[Line]:
    """Return the lines between two offsets, the first of which begins a line."""
    lines: list[Line] = []
    line_start, equals, level, comment = start, -1, 0, (-1, -1)
    for what, at, after in (*marks(text, start, end, opaque), ("\n", end, end)):
        if what == "\n":
            lines.append(_line(text, line_start, equals, level == 0, comment, at))
            line_start, equals, level, comment = after, -1, 0, (-1, -1)
        elif what == "#":
            comment = (at, after)
        elif what == "=" and equals < 0:
            equals = at
        elif equals >= 0:
            level += _BRACKETS.get(what, 0)
    return lines


def _line(text: str, start: int, equals: int, whole: bool, comment: tuple[int, int], end: int) -> Line:
    trails = comment[0] >= 0 and not text[comment[1] : end].strip() and bool(text[start : comment[0]].strip())
    text_end = start + len(text[start : comment[0]].rstrip()) if trails else end
    if equals >= 0 and comment[0] >= 0 and comment[0] < equals:
        equals = -1
    lead_end = start + len(text[start:equals].rstrip()) if equals >= 0 else start
    equals = equals if lead_end > start else -1
    column, opener = (equals, -1) if whole else (-1, equals)
    return Line(start, column, lead_end, comment[0] if trails else -1, text_end, opener)


def wanted(lines: Sequence[Line]) -> list[tuple[int, int, int, int]]:
    """Return what columns want: (line number, start and end of the blanks, how many they should be), changes only."""
    changes: list[tuple[int, int, int, int]] = []
    shift = [0] * len(lines)
    for i, line in enumerate(lines):
        if line.opener > line.lead_end + 1:
            shift[i] = line.lead_end + 1 - line.opener
            changes.append((i, line.lead_end, line.opener, 1))
    for chain in _chains([line.equals >= 0 for line in lines]):
        widest = max(lines[i].lead_end - lines[i].start for i in chain)
        for i in chain:
            line = lines[i]
            blanks = widest - (line.lead_end - line.start) + 1
            shift[i] = blanks - (line.equals - line.lead_end)
            if shift[i]:
                changes.append((i, line.lead_end, line.equals, blanks))
    for chain in _chains([line.comment >= 0 for line in lines]):
        widths = [lines[i].text_end - lines[i].start + shift[i] for i in chain]
        for i, width in zip(chain, widths, strict=True):
            line = lines[i]
            blanks = max(widths) - width + 1
            if blanks != line.comment - line.text_end:
                changes.append((i, line.text_end, line.comment, blanks))
    return changes


def _chains(belongs: Sequence[bool]) -> Iterator[range]:
    start = 0
    for i, belonging in enumerate((*belongs, False)):
        if not belonging:
            if i > start:
                yield range(start, i)
            start = i + 1


def keep_columns(text: str, start: int, end: int, splices: Sequence[Splice]) -> list[Splice]:
    """Return splices that also keep the columns of the lines around them, where they were kept before.

    `start` and `end` enclose whole items on whole lines that hold all places of the splices.
    """
    ordered = sorted(splices, key=itemgetter(0, 1))
    before = text[start:end]
    after, kept = _applied(before, [Splice(s - start, e - start, t) for s, e, t in ordered])
    new_lines, changes = _columns(after)
    if not changes:
        return ordered
    old_lines, crooks = _columns(before)
    crooked = {old_lines[change[0]].start for change in crooks}
    sources = [_source(kept, line.start) for line in new_lines]
    inside: dict[int, list[Splice]] = {}
    for line, first, last, blanks in changes:
        if _near(sources, new_lines, line, crooked):
            continue
        place = next((place for place in kept if place.start <= first and last <= place.end), None)
        if place is not None and place.splice < 0:
            offset = start + place.source - place.start
            ordered.append(Splice(first + offset, last + offset, " " * blanks))
        elif place is not None:
            inside.setdefault(place.splice, []).append(Splice(first - place.start, last - place.start, " " * blanks))
    for number, blanks in inside.items():
        ordered[number] = ordered[number]._replace(text=apply(ordered[number].text, blanks))
    return sorted(ordered, key=itemgetter(0, 1))


@lru_cache(64)  # every fix of a block begins with the same text
def _columns(text: str) -> tuple[list[Line], list[tuple[int, int, int, int]]]:
    """Return the lines of whole items, and what their columns want."""
    body, _ = parse(text)
    lines = lines_of(text, 0, len(text), texts_in(body, text))
    return lines, wanted(lines)


class _Kept(NamedTuple):
    """A stretch of the new text: kept from `source` of the old one (`splice` -1), or from a splice."""

    start: int
    end: int
    source: int
    splice: int


def _applied(text: str, splices: Sequence[Splice]) -> tuple[str, list[_Kept]]:
    parts: list[str] = []
    kept: list[_Kept] = []
    at = length = 0
    for number, (start, end, new) in enumerate(splices):
        kept.append(_Kept(length, length + start - at, at, -1))
        length += start - at
        kept.append(_Kept(length, length + len(new), start, number))
        length += len(new)
        parts.extend((text[at:start], new))
        at = end
    kept.append(_Kept(length, length + len(text) - at, at, -1))
    parts.append(text[at:])
    return "".join(parts), kept


def _source(kept: Sequence[_Kept], offset: int) -> int:
    """Return the old offset of a new one, -1 for text that is new."""
    for place in kept:
        if place.start <= offset < place.end:
            return place.source + offset - place.start if place.splice < 0 else -1
    return -1


def _near(sources: Sequence[int], lines: Sequence[Line], line: int, crooked: set[int]) -> bool:
    """Tell whether a line stands in a run of lines of which one was out of its column before."""
    first = last = line
    while first > 0 and (lines[first - 1].equals >= 0 or lines[first - 1].comment >= 0):
        first -= 1
    while last + 1 < len(lines) and (lines[last + 1].equals >= 0 or lines[last + 1].comment >= 0):
        last += 1
    return any(sources[i] in crooked for i in range(first, last + 1))
