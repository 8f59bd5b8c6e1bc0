"""Text to nodes for JSON, with the place of every key and value; never tolerant of what JSON does not allow."""

from __future__ import annotations

import re

from gatepost.languages.positioned.nodes import DEEPEST, REPEATED, Malformed, Node
from gatepost.model.regexes import regex

# One member or element with a simple value and what follows it, at one stroke. Possessive quantifiers: no backtracking.
_SIMPLE = (
    r'(?:("[^"\\\x00-\x1f]*+")|(-?+(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][-+]?+[0-9]++)?+)|(true|false|null)|([{\[]))'
    r"(?:[ \t\r\n]*+([,}\]]))?+"
)
_MEMBER = re.compile(r'[ \t\r\n]*+"([^"\\\x00-\x1f]*+)"[ \t\r\n]*+:[ \t\r\n]*+' + _SIMPLE).match
_ELEMENT = re.compile(r"[ \t\r\n]*+" + _SIMPLE).match
_KEY = regex(r'[ \t\r\n]*+("(?:[^"\\\x00-\x1f]|\\.)*+")[ \t\r\n]*+:[ \t\r\n]*+')
_STRING_BODY = r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+'
_STRING = regex(_STRING_BODY + '"')
_GOOD = regex(_STRING_BODY)
_BLANK = re.compile(r"[ \t\r\n]*+").match
_FOLLOWS = re.compile(r"[ \t\r\n]*+([,}\]])").match
_CONSTANTS = {"true": True, "false": False, "null": None}
_LONGEST_NUMBER = 300


def read_json(text: str, tolerant: bool = False) -> Node:
    """Read one JSON value; `tolerant` keeps keys that are written twice instead of refusing them.

    Raises `Malformed` with the exact place. A byte order mark is skipped.
    """
    start = 1 if text.startswith("\ufeff") else 0
    reader = _Reader(text, tolerant)
    node, at, follows = reader.value(start, 0)
    if follows is not None:
        raise Malformed(f"'{follows}' closes nothing", "remove it", at - 1)
    at = _end(_BLANK(text, at))
    if at != len(text):
        raise Malformed("there is more text after the end of the value", "a JSON file holds one value", at)
    return node


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match is not None else 0


class _Reader:
    """Recursive descent over one text. Each method returns the node, the offset after it, and the mark that follows."""

    def __init__(self, text: str, tolerant: bool) -> None:
        self.text = text
        self.tolerant = tolerant

    def value(self, at: int, depth: int) -> tuple[Node, int, str | None]:
        found = _ELEMENT(self.text, at)
        if found is None:
            return self.odd_value(_end(_BLANK(self.text, at)))
        return self.simple(found, 1, depth)

    def simple(self, found: re.Match[str], first: int, depth: int) -> tuple[Node, int, str | None]:
        """Make the node of a match whose value groups begin at number `first`."""
        follows: str | None = found[first + 4]
        start, end = found.span(first)
        if start >= 0:
            return Node("text", start, end, found[first][1:-1], "", '"'), found.end(), follows
        start, end = found.span(first + 2)
        if start >= 0:
            word = found[first + 2]
            return Node("null" if word == "null" else "truth", start, end, _CONSTANTS[word]), found.end(), follows
        start, end = found.span(first + 1)
        if start >= 0:
            return Node("number", start, end, self.number(found[first + 1], start)), found.end(), follows
        start, end = found.span(first + 3)
        if depth >= DEEPEST:
            raise Malformed(f"nested deeper than {DEEPEST} levels", "flatten it", start)
        node, at = self.map(start, end, depth + 1) if found[first + 3] == "{" else self.list(start, end, depth + 1)
        after = _FOLLOWS(self.text, at)
        return (node, after.end(), after[1]) if after is not None else (node, at, None)

    def number(self, word: str, start: int) -> int | float:
        if len(word) > _LONGEST_NUMBER:
            raise Malformed("a number with too many digits", "write it as text, in quotes", start)
        return int(word) if word.lstrip("-").isdigit() else float(word)

    def odd_value(self, at: int) -> tuple[Node, int, str | None]:
        """Read text with escapes, or say exactly what is wrong at `at`."""
        found = _STRING.match(self.text, at)
        if found is None:
            raise self.wrong(at)
        node = Node("text", at, found.end(), _unescape(found[0]), "", '"')
        after = _FOLLOWS(self.text, found.end())
        return (node, after.end(), after[1]) if after is not None else (node, found.end(), None)

    def map(self, start: int, at: int, depth: int) -> tuple[Node, int]:
        members: list[tuple[Node, Node]] = []
        seen: set[str] = set()
        text, follows = self.text, ","
        empty = _FOLLOWS(text, at)
        if empty is not None and empty[1] == "}":
            return Node("map", start, empty.end(), members, "", "flow"), empty.end()
        while follows == ",":
            found = _MEMBER(text, at)
            if found is not None:
                begin, end = found.span(1)
                key = Node("text", begin - 1, end + 1, found[1], "", '"')
                value, at, mark = self.simple(found, 2, depth)
            else:
                key, at = self.odd_key(at)
                value, at, mark = self.value(at, depth)
            if key.value in seen and not self.tolerant:
                raise Malformed(f"the key {key.value!r}{REPEATED}", "keep one of the two", key.start)
            seen.add(key.value)
            members.append((key, value))
            follows = mark
        if follows != "}":
            raise self.unclosed(at, "}", start, follows)
        return Node("map", start, at, members, "", "flow"), at

    def odd_key(self, at: int) -> tuple[Node, int]:
        found = _KEY.match(self.text, at)
        if found is not None and _STRING.match(self.text, found.start(1)) is not None:
            return Node("text", found.start(1), found.end(1), _unescape(found[1]), "", '"'), found.end()
        at = _end(_BLANK(self.text, at))
        if self.text.startswith("}", at):
            raise Malformed("a comma stands before '}'", "JSON allows no comma after the last member: remove it", at)
        key = _STRING.match(self.text, at)
        if key is None:
            raise (
                self.wrong(at)
                if self.text[at : at + 1] in ("", '"', "'", "/", "#", "\x00")
                else Malformed("a key has to be text in double quotes", 'write it as "key"', at)
            )
        raise Malformed("a ':' is missing after the key", "write the value after a ':'", key.end())

    def list(self, start: int, at: int, depth: int) -> tuple[Node, int]:
        elements: list[Node] = []
        text, follows = self.text, ","
        empty = _FOLLOWS(text, at)
        if empty is not None and empty[1] == "]":
            return Node("list", start, empty.end(), elements, "", "flow"), empty.end()
        while follows == ",":
            found = _ELEMENT(text, at)
            if found is not None:
                value, at, mark = self.simple(found, 1, depth)
            else:
                value, at, mark = self.odd_value(_end(_BLANK(text, at)))
            elements.append(value)
            follows = mark
        if follows != "]":
            raise self.unclosed(at, "]", start, follows)
        return Node("list", start, at, elements, "", "flow"), at

    def unclosed(self, at: int, closing: str, start: int, follows: str | None) -> Malformed:
        if follows is not None:
            return Malformed(f"'{follows}' where '{closing}' is expected", "make the brackets match", at - 1)
        at = _end(_BLANK(self.text, at))
        if at >= len(self.text):
            return Malformed(f"'{self.text[start]}' is never closed", f"add the '{closing}' that is missing", start)
        return Malformed(f"a comma or '{closing}' is missing here", "put a comma between two values", at)

    def wrong(self, at: int) -> Malformed:
        """Say what is wrong with the value that should be at `at`."""
        text = self.text
        if at >= len(text):
            return Malformed("the text ends where a value is expected", "the file may be cut off", len(text))
        character = text[at]
        if character == "\x00" or text.startswith("\x00", at + 1):
            return Malformed("there are NUL characters in the text", "save the file as UTF-8", at)
        if character == '"':
            return _bad_string(text, at)
        if character == "'":
            return Malformed("text stands in single quotes", "JSON uses double quotes", at)
        if character in "/#":
            return Malformed("JSON has no comments", "remove the comment", at)
        if character in "]}":
            return Malformed(f"a value is missing before '{character}'", "remove the comma before it", at)
        return Malformed("this is no JSON value", 'text has to stand in double quotes, as in "text"', at)


def _bad_string(text: str, at: int) -> Malformed:
    where = _end(_GOOD.match(text, at))
    if where >= len(text):
        return Malformed("text is never closed", "add the '\"' that is missing", at)
    if text[where] == "\\":
        return Malformed("an escape that JSON does not know", "write a backslash as \\\\", where)
    hint = "write a line break as \\n, or close the text" if text[where] in "\r\n" else "escape it"
    return Malformed("a control character stands inside text", hint, where)


def _unescape(quoted: str) -> str:
    if "\\" not in quoted:
        return quoted[1:-1]
    from json import loads

    text: str = loads(quoted)
    if "\\u" in quoted:  # half a surrogate pair could not be written out again
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
