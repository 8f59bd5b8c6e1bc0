"""Reads templates: quoted text, heredocs, interpolations and directives; never the expressions inside them.

Trims and the indentation of `<<-` follow what `terraform console` prints: `~` trims one line's literal text only, and
of a `<<-` heredoc all lines count that are not blank.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from functools import lru_cache
from typing import TypeAlias

from gatepost.languages.terraform import tokens
from gatepost.languages.terraform.nodes import (
    Expression,
    ForDirective,
    IfDirective,
    Interpolation,
    Part,
    Piece,
    Template,
    TemplateStyle,
)
from gatepost.model.records import NamedTuple

DEPTH_LIMIT = 100  # nested brackets, blocks, templates and directives
HEIGHT_LIMIT = 250  # of the tree, so that chains of operators cannot overflow whoever walks it
TOO_DEEP = "nested more than 100 levels deep"


class Fault(NamedTuple):
    """Something that is not HCL: a 0-based offset, what is wrong, what to do about it."""

    offset: int
    what: str
    hint: str


class HclError(Exception):
    """Ends the reading of an attribute, a block or a text; `fault` says why."""

    def __init__(self, offset: int, what: str, hint: str) -> None:
        super().__init__(what)
        self.fault = Fault(offset, what, hint)


class TooDeep(HclError):
    """The text nests deeper than anybody writes."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset, TOO_DEEP, "split the expression or the block into smaller ones")


class Mark:
    """An interpolation or directive before the tree is built; `kind` is "$" or the directive's keyword."""

    __slots__ = ("end", "expression", "kind", "names", "start", "trims_after", "trims_before")

    def __init__(self, start: int, kind: str, trims_before: bool) -> None:
        self.start = start
        self.end = start
        self.kind = kind
        self.expression: Expression | None = None
        self.names: tuple[str, str] = ("", "")
        self.trims_before = trims_before
        self.trims_after = False


Token: TypeAlias = "Piece | Mark"
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


@lru_cache(maxsize=64)
def _terminator(marker: str) -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*+{re.escape(marker)}(?=[ \t]*+\r?\n)", re.MULTILINE)


def unescape(raw: str, offset: int) -> str:
    """Return what quoted text means; `offset` is where it begins. Raises HclError on an unknown escape."""
    if "\\" not in raw and "{" not in raw:
        return raw

    def meaning(match: re.Match[str]) -> str:
        simple, short, long, bad, dollar, percent = match.groups()
        if simple is not None:
            return _SIMPLE[simple]
        if short is not None or long is not None:
            code = int(short or long, 16)
            if code > 0x10FFFF:
                raise HclError(offset + match.start(), "invalid escape sequence", "Unicode ends at \\U0010FFFF")
            if 0xD800 <= code <= 0xDFFF:
                raise HclError(
                    offset + match.start(), "invalid escape sequence", "half a surrogate pair is no character"
                )
            return chr(code)
        if bad is not None:
            hint = 'escapes are \\n, \\r, \\t, \\", \\\\, \\uNNNN and \\UNNNNNNNN; write \\\\ for a backslash'
            raise HclError(offset + match.start(), "invalid escape sequence", hint)
        return dollar or percent

    return tokens.ESCAPE.sub(meaning, raw)


def _unmark(raw: str) -> str:
    return raw.replace("$${", "${").replace("%%{", "%{") if "{" in raw else raw


class TemplateParser(ABC):
    """What templates need of the parser: the text, the depth so far and how to read an expression.

    `height` is the largest height of the trees read since somebody set it to 0.
    """

    __slots__ = ("depth", "height", "resume", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.depth: int = 0
        self.height: int = 0
        self.resume: int = 0  # the end of the last heredoc that was begun: what is broken in it, is in it alone

    @abstractmethod
    def expression(self, at: int, anywhere: bool, minimum: int = 0) -> Expression:
        """Read an expression at an offset; raises HclError."""

    def quoted(self, start: int) -> Template:
        """Read the template whose quotation mark stands at `start`."""
        text, at, found = self.text, start + 1, list[Token]()
        while True:
            match = tokens.QUOTED_PIECE(text, at)
            end = match.end() if match else at
            if end > at:
                found.append(Piece(at, end, unescape(text[at:end], at)))
            following = text[end : end + 1]
            if following == '"':
                parts = self._tree(found)
                return Template(start, end + 1, parts, "quoted", (start + 1, end))
            if following not in ("$", "%") or not following:
                hint = 'close the text with ", or use a heredoc for text of several lines'
                raise HclError(start, "text in quotes is not closed on its line", hint)
            found.append(self._mark(end))
            at = found[-1].end

    def heredoc(self, start: int, operator: str, marker: str, at: int) -> Template:
        """Read the heredoc that stands at `start` and whose text begins at `at`."""
        text, begin = self.text, at
        flush = operator == "<<-"
        last = _terminator(marker).search(text, at)
        found: list[Token] = []
        while last is not None:
            self.resume = last.end()
            at = self._literals(found, at, last.start())
            if at <= last.start():
                break
            last = _terminator(marker).search(text, at)  # it stood inside an interpolation
        if last is None:
            hint = f"write {marker} alone on a line to end it"
            raise HclError(start, f"heredoc <<{marker} is not closed", hint)
        style: TemplateStyle = "flush" if flush else "heredoc"
        if flush or any(type(token) is Mark and (token.trims_before or token.trims_after) for token in found):
            found = _by_line(text, found)
        parts = self._tree(found, flush)
        return Template(start, last.end(), parts, style, (begin, last.start()))

    def bare(self, start: int, end: int) -> list[Part]:
        """Read a stretch of the text as a template without quotation marks, as in a JSON string."""
        found: list[Token] = []
        if self._literals(found, start, end) > end:
            raise HclError(start, "interpolation is not closed", "write } at its end")
        return self._tree(found)

    def _literals(self, found: list[Token], at: int, limit: int) -> int:
        """Read pieces and marks from `at` to `limit`; returns where reading stopped, beyond it if a mark does."""
        text, base = self.text, at
        while (match := tokens.HEREDOC_MARK.search(text, at, limit)) is not None:
            at = match.end()
            if at - match.start() == 3:
                continue
            if match.start() > base:
                found.append(Piece(base, match.start(), _unmark(text[base : match.start()])))
            mark = self._mark(match.start())
            found.append(mark)
            at = base = mark.end
            if at > limit:
                return at
        if limit > base:
            found.append(Piece(base, limit, _unmark(text[base:limit])))
        return limit

    def _mark(self, start: int) -> Mark:
        """Read the interpolation or directive at `start`."""
        text, at = self.text, start + 2
        mark = Mark(start, text[start], text.startswith("~", at))
        if mark.kind == "%":
            at = self._directive(mark)
        else:
            mark.expression = self.expression(at + mark.trims_before, True)
            at = mark.expression.end
        end = tokens.SEQUENCE_END(text, at)
        if end is None:
            raise HclError(at, "extra characters in an interpolation or directive", "close it with }")
        mark.trims_after = bool(end[1])
        mark.end = end.end()
        return mark

    def _directive(self, mark: Mark) -> int:
        match = tokens.DIRECTIVE.match(self.text, mark.start)
        if match is None:
            raise HclError(mark.start, "unknown template directive", "directives are if, else, endif, for, endfor")
        mark.kind = match[1]
        at = match.end()
        if mark.kind == "if":
            mark.expression = self.expression(at, True)
        elif mark.kind == "for":
            introduction = tokens.FOR_INTRODUCTION.match(self.text, match.start(1))
            if introduction is None:
                raise HclError(at, "invalid for directive", "write %{ for item in list }")
            mark.names = (introduction[1], introduction[2]) if introduction[2] else ("", introduction[1])
            mark.expression = self.expression(introduction.end(), True)
        else:
            return at
        return mark.expression.end

    def _tree(self, found: list[Token], flush: bool = False) -> list[Part]:
        """Trim, take indentation off, and nest what stands between directives."""
        parts: list[Part] = []
        nests = False
        for index, token in enumerate(found):
            if type(token) is Mark:
                nests = nests or token.kind != "$"
                if token.trims_before or token.trims_after:
                    _trim(found, index, token)
        if flush:
            _take_indentation(found)
        if nests:
            return self._nest(found)
        for token in found:
            if isinstance(token, Piece):
                if token.value:
                    parts.append(token)
            elif token.expression is not None:
                parts.append(Interpolation(token.start, token.end, token.expression))
        return parts

    def _nest(self, found: list[Token]) -> list[Part]:
        parts: list[Part] = []
        opened: list[tuple[Mark, list[Part], list[Part]]] = []  # the directive, its parts, what those are added to
        first: dict[int, list[Part]] = {}  # the parts before an else, by the number of directives around it
        deepest = 0
        for token in found:
            if isinstance(token, Piece):
                if token.value:
                    parts.append(token)
                continue
            if token.kind == "$" and token.expression is not None:
                parts.append(Interpolation(token.start, token.end, token.expression))
            elif token.kind in ("if", "for"):
                opened.append((token, parts, parts))
                parts = []
                deepest = max(deepest, len(opened))
                if deepest + self.depth > DEPTH_LIMIT:
                    raise TooDeep(token.start)
            elif token.kind == "else" and opened and opened[-1][0].kind == "if" and len(opened) not in first:
                first[len(opened)] = parts
                parts = []
            elif token.kind != "else" and opened and token.kind == "end" + opened[-1][0].kind:
                otherwise = first.pop(len(opened), None)
                mark, outer, _ = opened.pop()
                outer.append(_directive_node(mark, token.end, parts, otherwise))
                parts = outer
            else:
                raise HclError(token.start, f"unexpected {token.kind} directive", "it has no directive to belong to")
        if opened:
            mark = opened[-1][0]
            raise HclError(mark.start, f"%{{{mark.kind}}} has no %{{end{mark.kind}}}", "close the directive")
        self.height += deepest
        return parts


def _directive_node(mark: Mark, end: int, parts: list[Part], otherwise: list[Part] | None) -> Part:
    assert mark.expression is not None
    if mark.kind == "for":
        return ForDirective(mark.start, end, mark.names, mark.expression, parts)
    if otherwise is None:
        return IfDirective(mark.start, end, mark.expression, parts, [])
    return IfDirective(mark.start, end, mark.expression, otherwise, parts)


def _by_line(text: str, found: list[Token]) -> list[Token]:
    """Cut literal text at line breaks."""
    cut: list[Token] = []
    for token in found:
        if type(token) is Mark:
            cut.append(token)
            continue
        at = token.start
        while at < token.end:
            line_break = text.find("\n", at, token.end)
            end = line_break + 1 if line_break >= 0 else token.end
            cut.append(Piece(at, end, _unmark(text[at:end])))
            at = end
    return cut


def _trim(found: list[Token], index: int, mark: Mark) -> None:
    """Take white space off the pieces next to a mark with ~; their stretches follow where they run in parallel."""
    if mark.trims_before and index and isinstance(before := found[index - 1], Piece):
        kept = before.value.rstrip()
        if len(before.value) == before.end - before.start:
            before.end = before.start + len(kept)
        before.value = kept
    if mark.trims_after and index + 1 < len(found) and isinstance(after := found[index + 1], Piece):
        kept = after.value.lstrip()
        if len(after.value) == after.end - after.start:
            after.start = after.end - len(kept)
        after.value = kept


def _take_indentation(found: list[Token]) -> None:
    least: int | None = None
    lines: list[Piece] = []
    at_line_start = True
    for token in found:
        if type(token) is Mark:
            least = 0 if at_line_start else least
            at_line_start = False
            continue
        assert isinstance(token, Piece)
        value = token.value
        text = value.lstrip()
        if at_line_start and (text or not value.endswith("\n")):
            spaces = len(value) - len(text)
            least = spaces if least is None else min(least, spaces)
            lines.append(token)
        at_line_start = value.endswith("\n")
    for piece in lines if least else ():
        piece.value = piece.value[least:]
        piece.start += least or 0
