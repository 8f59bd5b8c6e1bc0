"""The exec form: a JSON list of strings with their places; never what the strings mean."""

from __future__ import annotations

import re

from gatepost.model.records import NamedTuple


class JsonWord(NamedTuple):
    """A string of the exec form: offsets of it without its quotes into the instruction's text."""

    text: str
    start: int
    end: int


_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"')
_BETWEEN = re.compile(r"\s*([,\]])\s*")
_ESCAPE = r"\\(?:u([0-9A-Fa-f]{4})|(.))"
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def read_json_words(text: str, start: int, end: int) -> list[JsonWord] | None:
    """Return the strings of the JSON list that begins at `start`; None when it is no list.

    A list with something else than strings ends with a word that starts at -1. What stands behind the list is
    ignored, as BuildKit does.
    """
    words: list[JsonWord] = []
    at = start + 1
    while at < end and text[at].isspace():
        at += 1
    if text.startswith("]", at, end):
        return words
    while True:
        found = _STRING.match(text, at, end)
        if not found:
            return _other_json(text, start, end)
        inner = found[0][1:-1]
        words.append(JsonWord(_unescaped(inner) if "\\" in inner else inner, found.start() + 1, found.end() - 1))
        between = _BETWEEN.match(text, found.end(), end)
        if not between:
            return _other_json(text, start, end)
        if between[1] == "]":
            return words
        at = between.end()


def _other_json(text: str, start: int, end: int) -> list[JsonWord] | None:
    import json

    try:
        json.JSONDecoder().raw_decode(text[start:end])
    except (ValueError, RecursionError):
        return None
    return [JsonWord("", -1, -1)]


def _unescaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else _ESCAPES.get(match[2], match[2])

    plain = re.sub(_ESCAPE, one, text)
    # Two escapes of a surrogate pair are one character; a lone half is none.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
