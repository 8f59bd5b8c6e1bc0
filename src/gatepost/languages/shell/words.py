"""Reads one shell word: quotes, escapes, variables, substitutions; never what the word means."""

from __future__ import annotations

import re
from collections.abc import Callable

from gatepost.languages.shell.parameters import Lookup, expand, read_parameter
from gatepost.languages.shell.places import Piece, Places, Word, plain_word
from gatepost.model.regexes import regex

_PLAIN = re.compile(r"[^\s\"'`$\\;&|<>()]+")
_IN_QUOTES = regex(r"[^\"`$\\]+")
_WHITE = regex(r"[ \t\r\n]+")
_ENDS = frozenset(" \t\r\n;&|<>()")
_MOST_FIELDS = 2_000


class Unreadable(Exception):
    """Shell text that cannot be read from here on; its text says why."""


class WordReader:
    """Reads words out of `text` up to `end`.

    `substituted` is given where `$(` or a backtick stands and which it is, reads it, and returns where it ends.
    """

    __slots__ = ("end", "lookup", "places", "substituted", "text")

    def __init__(
        self, text: str, places: Places, end: int, lookup: Lookup, substituted: Callable[[int, str], int]
    ) -> None:
        self.text = text
        self.places = places
        self.end = end
        self.lookup = lookup
        self.substituted = substituted

    def read(self, at: int) -> tuple[Word, int]:
        """Return the word that begins at `at` and where it ends; raises `Unreadable`."""
        text, end = self.text, self.end
        plain = _PLAIN.match(text, at, end)
        if plain:
            stop = plain.end()
            if stop == end or text[stop] in _ENDS:
                return plain_word(plain[0], self.places, at, stop), stop
        pieces: list[Piece] = []
        here = at
        while here < end and text[here] not in _ENDS:
            here = self._piece(here, pieces)
        return Word(tuple(pieces), self.places, at, here), here

    def _piece(self, at: int, pieces: list[Piece]) -> int:
        text, end = self.text, self.end
        character = text[at]
        plain = _PLAIN.match(text, at, end)
        if plain:
            pieces.append(Piece(plain[0], at, plain.end()))
            return plain.end()
        if character == "\\":
            if text.startswith(("\\\n", "\\\r\n"), at):
                return text.index("\n", at) + 1
            if at + 1 < end:
                pieces.append(Piece(text[at + 1], at, at + 2, False, quoted=True))
            return at + 2
        if character == "'":
            close = text.find("'", at + 1, end)
            if close < 0:
                raise Unreadable("a quote is not closed")
            pieces.append(Piece(text[at + 1 : close], at + 1, close, quoted=True))
            return close + 1
        if character == '"':
            return self._quoted(at + 1, pieces)
        return self._special(at, pieces, False)

    def _special(self, at: int, pieces: list[Piece], quoted: bool) -> int:
        text, end = self.text, self.end
        if text[at] == "`":
            after = self.substituted(at, "`")
            pieces.append(Piece(None, at, after, False, None, "a command gives this when it runs", quoted))
            return after
        if text.startswith("$((", at):
            close = text.find("))", at, end)
            if close >= 0:
                pieces.append(Piece(None, at, close + 2, False, None, "this is calculated when it runs", quoted))
                return close + 2
        if text.startswith("$(", at):
            after = self.substituted(at, "$(")
            pieces.append(Piece(None, at, after, False, None, "a command gives this when it runs", quoted))
            return after
        if not quoted and text.startswith("$'", at):
            return self._ansi(at, pieces)
        if not quoted and text.startswith('$"', at):
            return self._quoted(at + 2, pieces)
        parameter = read_parameter(text, at, end)
        if parameter is None:
            pieces.append(Piece("$", at, at + 1, quoted=quoted))
            return at + 1
        if parameter.operator == "unclosed":
            raise Unreadable("a brace is not closed")
        pieces.append(expand(parameter, self.lookup, self._operand, quoted))
        return parameter.end

    def _ansi(self, at: int, pieces: list[Piece]) -> int:
        close = at + 2
        while close < self.end and self.text[close] != "'":
            close += 2 if self.text[close] == "\\" else 1
        if close >= self.end:
            raise Unreadable("a quote is not closed")
        inner = self.text[at + 2 : close]
        if "\\" in inner:
            pieces.append(Piece(None, at, close + 1, False, None, "the escapes of $'…' are not read", True))
        else:
            pieces.append(Piece(inner, at + 2, close, quoted=True))
        return close + 1

    def _quoted(self, at: int, pieces: list[Piece]) -> int:
        text, end = self.text, self.end
        if at < end and text[at] == '"':
            pieces.append(Piece("", at, at, quoted=True))
        while at < end:
            plain = _IN_QUOTES.match(text, at, end)
            if plain:
                pieces.append(Piece(plain[0], at, plain.end(), quoted=True))
                at = plain.end()
                continue
            character = text[at]
            if character == '"':
                return at + 1
            if character == "\\":
                following = text[at + 1 : at + 2]
                if following and following in '"`$\\':
                    pieces.append(Piece(following, at, at + 2, False, quoted=True))
                elif following != "\n":
                    pieces.append(Piece(text[at : at + 2], at, min(at + 2, end), quoted=True))
                at += 2
            else:
                at = self._special(at, pieces, True)
        raise Unreadable("a quote is not closed")

    def _operand(self, start: int, end: int) -> Word:
        """Read the word inside `${NAME:-…}`, which may hold blanks; a substitution in it makes it unknown."""
        reader = WordReader(self.text, self.places, end, self.lookup, _none)
        pieces: list[Piece] = []
        at = start
        try:
            while at < end:
                if self.text[at] in _ENDS:
                    pieces.append(Piece(self.text[at], at, at + 1))
                    at += 1
                else:
                    at = reader._piece(at, pieces)
        except Unreadable:
            pieces = [Piece(None, start, end, False, None, "this is known only when it runs")]
        return Word(tuple(pieces), self.places, start, end)


def _none(_at: int, _opening: str) -> int:
    raise Unreadable("a command inside a default is not read")


def fields(word: Word) -> tuple[Word, ...]:
    """Return the words the shell makes of one: an unquoted variable is split at its blanks, an empty one is none."""
    pieces = word.pieces
    for piece in pieces:
        loose = piece.given is not None and not piece.quoted and piece.text is not None
        if loose and (not piece.text or _WHITE.search(piece.text)):
            break
    else:
        return (word,)
    if not any(p.quoted or p.text is None or p.text for p in pieces):
        return ()
    made: list[Word] = []
    current: list[Piece] = []
    for piece in pieces:
        text = piece.text
        if text is None or piece.quoted or piece.given is None or not _WHITE.search(text):
            current.append(piece)
            continue
        alone = Word((piece,), word.places, piece.start, piece.end)
        at = 0
        for gap in _WHITE.finditer(text):
            current.extend(alone.cut(at, gap.start()))
            if current:
                made.append(_field(current, word))
                current = []
            at = gap.end()
            if len(made) > _MOST_FIELDS:
                return (word,)
        current.extend(alone.cut(at, len(text)))
    if current:
        made.append(_field(current, word))
    return tuple(made)


def _field(pieces: list[Piece], word: Word) -> Word:
    return Word(tuple(pieces), word.places, pieces[0].start, pieces[-1].end)


def closing_backtick(text: str, at: int, end: int) -> int:
    """Return where the backtick stands that closes a substitution; raises `Unreadable`."""
    while at < end and text[at] != "`":
        at += 2 if text[at] == "\\" else 1
    if at >= end:
        raise Unreadable("a backtick is not closed")
    return at
