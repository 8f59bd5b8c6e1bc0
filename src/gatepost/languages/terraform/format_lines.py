"""How `terraform fmt` puts equals signs and trailing comments in columns, and what it takes to keep that; never more.

Facts: github.com/hashicorp/hcl hclwrite/format.go, as `terraform fmt` 1.11 behaves: lines that follow one another and
have a whole `name = value` share the column of the sign; trailing comments on lines that follow one another share
theirs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import itemgetter

from gatepost.languages.positioned.splices import Splice, apply
from gatepost.languages.terraform import tokens
from gatepost.languages.terraform.syntax import FAULT_LIMIT
from gatepost.languages.terraform.syntax_expressions import ExpressionParser
from gatepost.languages.terraform.syntax_templates import HclError
from gatepost.model.records import NamedTuple

# Groups: 1 line break, bracket or equals sign, 2 comment, 3 plain text in quotes, 4 quotation mark of a template,
# 5 heredoc operator, 6 its marker; none for a sign that is something else.
_MARK = re.compile(
    r"[^\n\[\](){}=\"<#/]*+(?:(\n|[\[\](){}]|(?<![=!<>])=(?![=>]))|((?:#|//)[^\n]*+|/\*(?s:.*?)(?:\*/|\Z))"
    rf"|({tokens.PLAIN_TEXT})|(\")|(<<-?)({tokens.IDENTIFIER})\r?\n|[=</])"
).match
# A whole line with a name, an equals sign (group 1) and one plain value, or with nothing but names and brackets. What
# `_MARK` finds in it is no more than the sign, brackets and the line break.
_EASY_LINE = re.compile(
    rf"(?:[ \t]*+[\w-]++[ \t]*+(=)[ \t]*+(?:{tokens.PLAIN_TEXT}|[\w.-]++)[ \t]*+|[^\n=\"<#/]*+)\n"
).match
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


def marks(text: str, start: int = 0, easy_lines: bool = False) -> Iterator[tuple[str, int, int]]:
    """Yield line breaks, comments, brackets and equals signs from an offset on as (what, start, end).

    A comment is "#" whatever it begins with. What stands in quoted text and heredocs is passed over; the mark of
    one that nothing closes stands for itself. With `easy_lines`, a line without comment that is in one column with
    its neighbours, or in none, comes as a whole: ("line", where its equals sign is or -1, behind its line break).
    """
    at, unclosed, begins = start, 0, easy_lines
    while True:
        while begins and (line := _EASY_LINE(text, at)) is not None:
            at = line.end()
            yield "line", line.start(1), at
        begins = False
        match = _MARK(text, at)
        if match is None:
            return
        kind = match.lastindex
        at = match.end()
        if kind == 1:
            begins = easy_lines and match[1] == "\n"
            yield match[1], at - 1, at
        elif kind == 2:
            yield "#", match.start(2), at
        elif kind in (4, 6):
            end = _end_of_template(text, match) if unclosed < FAULT_LIMIT else -1
            unclosed += end < 0
            at = end if end >= 0 else match.end(4 if kind == 4 else 5)


def _end_of_template(text: str, match: re.Match[str]) -> int:
    """Return where the template or heredoc ends that a match of `_MARK` begins, -1 if nothing closes it."""
    parser = ExpressionParser(text)
    try:
        if match[4]:
            return parser.quoted(match.start(4)).end
        return parser.heredoc(match.start(5), match[5], match[6], match.end()).end
    except HclError:
        return -1


@lru_cache(64)  # every fix of a block begins with the same text
def lines_of(text: str) -> list[Line]:
    """Return the lines of a text that begins and ends outside of quoted text, heredocs and comments."""
    lines: list[Line] = []
    line_start, equals, level, comment = 0, -1, 0, (-1, -1)
    for what, at, after in (*marks(text, 0, True), ("\n", len(text), len(text))):
        if what == "line":
            lead_end = line_start + len(text[line_start:at].rstrip()) if at >= 0 else line_start
            lines.append(Line(line_start, at, lead_end, -1, after - 1))
            line_start = after
        elif what == "\n":
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
    if equals < 0 and comment[0] < 0:
        return Line(start, -1, start, -1, end)
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
    first, old_lines, stop = _around(text[start:end], ordered[0].start - start, max(s.end for s in ordered) - start)
    start, before = start + first, text[start + first : start + stop]
    after, kept = _applied(before, [Splice(s - start, e - start, t) for s, e, t in ordered])
    new_lines = lines_of(after)
    changes = wanted(new_lines)
    if not changes:
        return ordered
    crooked = {old_lines[change[0]].start - first for change in wanted(old_lines)}
    sources = [_source(kept, line.start) for line in new_lines]
    inside: dict[int, list[Splice]] = {}
    for line, begin, last, blanks in changes:
        if _near(sources, new_lines, line, crooked):
            continue
        place = next((place for place in kept if place.start <= begin and last <= place.end), None)
        if place is not None and place.splice < 0:
            offset = start + place.source - place.start
            ordered.append(Splice(begin + offset, last + offset, " " * blanks))
        elif place is not None:
            inside.setdefault(place.splice, []).append(Splice(begin - place.start, last - place.start, " " * blanks))
    for number, blanks in inside.items():
        ordered[number] = ordered[number]._replace(text=apply(ordered[number].text, blanks))
    return sorted(ordered, key=itemgetter(0, 1))


def _around(text: str, start: int, end: int) -> tuple[int, list[Line], int]:
    """Return the lines that two offsets stand on and those that share a column with them or with lines between them.

    They come with where they begin and end. What is further away has the columns it had, whatever is written between
    the offsets: a line without sign and comment in a column keeps it apart.
    """
    lines = lines_of(text)
    first, last = (bisect_right(lines, at, key=itemgetter(0)) - 1 for at in (start, end))
    while first > 0 and _in_column(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and _in_column(lines[last + 1]):
        last += 1
    stop = lines[last + 1].start if last + 1 < len(lines) else len(text)
    return lines[first].start, lines[first : last + 1], stop


def _in_column(line: Line) -> bool:
    return line.equals >= 0 or line.comment >= 0


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
    while first > 0 and _in_column(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and _in_column(lines[last + 1]):
        last += 1
    return any(sources[i] in crooked for i in range(first, last + 1))
