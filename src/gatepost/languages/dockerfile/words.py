"""Reads the builder's own words: its quotes, its escape character, its variables; never shell text."""

from __future__ import annotations

import re

from gatepost.languages.dockerfile.exec_form import JsonWord
from gatepost.languages.dockerfile.syntax import Instruction
from gatepost.languages.shell.parameters import Lookup, expand, read_parameter
from gatepost.languages.shell.places import Piece, Places, Word, plain_word
from gatepost.model.regexes import regex

_PLAIN = re.compile(r"[^\s\"'$\\`]+")
_BLANKS = re.compile(r"\s+")
_JSON_PART = regex(r"[^\\]+|\\u[0-9A-Fa-f]{4}|\\.", re.S)
_JSON_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class WordReader:
    """Reads words of one instruction's joined text."""

    __slots__ = ("escape", "lookup", "places", "text")

    def __init__(self, text: str, places: Places, escape: str, lookup: Lookup) -> None:
        self.text = text
        self.places = places
        self.escape = escape
        self.lookup = lookup

    def word(self, start: int, end: int, blanks: bool = True) -> tuple[Word, int]:
        """Return one word and where it ends; `blanks`: they belong to it, and it reaches to `end`."""
        text, at = self.text, start
        plain = _PLAIN.match(text, at, end)
        if plain:
            stop = plain.end()
            if stop == end or (not blanks and text[stop].isspace()):
                return plain_word(plain[0], self.places, at, stop), stop
        pieces: list[Piece] = []
        while at < end and (blanks or not text[at].isspace()):
            at = self._piece(at, end, pieces, False)
        at = min(at, end)
        return Word(tuple(pieces), self.places, start, at), at

    def words(self, start: int, end: int) -> list[Word]:
        """Return the words between two offsets."""
        found: list[Word] = []
        for begin, stop in self.ranges(start, end):
            found.append(self.word(begin, stop)[0])
        return found

    def ranges(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the places of the words between two offsets, quotes kept together."""
        text, at = self.text, start
        found: list[tuple[int, int]] = []
        if self.escape not in text and '"' not in text and "'" not in text:
            for word in text[start:end].split():
                begin = text.index(word, at)
                at = begin + len(word)
                found.append((begin, at))
            return found
        while at < end:
            blank = _BLANKS.match(text, at, end)
            if blank:
                at = blank.end()
                if at >= end:
                    break
            begin = at
            quote = ""
            while at < end and (quote or not text[at].isspace()):
                character = text[at]
                if character == self.escape and quote != "'":
                    at += 1
                elif quote:
                    quote = "" if character == quote else quote
                elif character in "\"'":
                    quote = character
                at += 1
            found.append((begin, min(at, end)))
        return found

    def _piece(self, at: int, end: int, pieces: list[Piece], quoted: bool) -> int:
        text, character = self.text, self.text[at]
        if character == self.escape:
            following = text[at + 1 : at + 2] if at + 1 < end else ""
            if quoted and following not in ('"', "$", self.escape):
                pieces.append(Piece(character, at, at + 1, quoted=quoted))
                return at + 1
            if following:
                pieces.append(Piece(following, at, at + 2, False, quoted=True))
            return at + 2
        if character == "$":
            parameter = read_parameter(text, at, end, self.escape)
            if parameter is None:
                pieces.append(Piece("$", at, at + 1, quoted=quoted))
                return at + 1
            pieces.append(expand(parameter, self.lookup, self._operand, quoted))
            return parameter.end
        if not quoted and character == "'":
            close = text.find("'", at + 1, end)
            close = end if close < 0 else close
            pieces.append(Piece(text[at + 1 : close], at + 1, close, quoted=True))
            return close + 1
        if not quoted and character == '"':
            pieces.append(Piece("", at + 1, at + 1, quoted=True))
            at += 1
            while at < end and text[at] != '"':
                at = self._piece(at, end, pieces, True)
            return at + 1
        plain = _PLAIN.match(text, at, end)
        stop = plain.end() if plain else at + 1
        while (
            stop < end
            and text[stop] not in "\"'$"
            and text[stop] != self.escape
            and (quoted or not text[stop].isspace())
        ):
            stop += 1
        pieces.append(Piece(text[at:stop], at, stop, quoted=quoted))
        return stop

    def _operand(self, start: int, end: int) -> Word:
        return self.word(start, end)[0]


def json_word(word: JsonWord, instruction: Instruction) -> Word:
    """Return a string of the exec form as a word; nothing in it is expanded."""
    raw = instruction.text[word.start : word.end]
    if "\\" not in raw:
        return Word((Piece(raw, word.start, word.end, quoted=True),), instruction.places, word.start, word.end)
    pieces: list[Piece] = []
    for part in _JSON_PART.finditer(raw):
        text = part[0]
        start, end = word.start + part.start(), word.start + part.end()
        if text[0] != "\\":
            pieces.append(Piece(text, start, end, quoted=True))
        elif text[1:2] == "u" and len(text) == 6:
            code = int(text[2:], 16)
            shown = chr(code) if not 0xD800 <= code < 0xE000 else "\ufffd"
            pieces.append(Piece(shown, start, end, False, quoted=True))
        else:
            pieces.append(Piece(_JSON_ESCAPES.get(text[1:], text[1:]), start, end, False, quoted=True))
    return Word(tuple(pieces), instruction.places, word.start, word.end)
