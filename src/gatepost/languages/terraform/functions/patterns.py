"""Terraform's functions on regular expressions, with Go's meaning and in bounded time; never Python's meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, TypeAlias

from gatepost.languages.terraform.conversions import LARGEST_TEXT, Fails, NotComputed, wrap
from gatepost.languages.terraform.converting import converted
from gatepost.languages.terraform.functions.re2_matching import Program, Spans
from gatepost.languages.terraform.value_types import Type
from gatepost.model.values import Value

Search: TypeAlias = Callable[[str, int], Spans | None]

# What Python and Go read alike: plain characters, classes, repetitions of one of these.
_PLAIN = re.compile(r"(?:[^\\()\[\]{}?*+$|^.]|\\[dwDW.^$*+?()\[\]{}|/\\-])")
_CLASS = re.compile(r"\[\^?(?:\\[dwDW.^$*+?()\[\]{}|/\\-]|[^\\\[\]])+\]")
_REPEAT = re.compile(r"[*+?]\??|\{\d{1,3}(?:,\d{0,3})?\}\??")
_GROUP = re.compile(r"\((?:\?:|\?P<[A-Za-z_]\w*>)?")
MOST_WORK = 60_000
LONGEST = 20_000
MOST_STEPS = 500_000
MOST_MATCHES = 50_000


class Pattern:
    """A pattern that was read: how many groups it has and their names by number, and how it is searched for."""

    __slots__ = ("_quick", "_unbounded", "groups", "names", "program")

    def __init__(self, pattern: str) -> None:
        if len(pattern) > LONGEST:
            raise NotComputed("a pattern of this length")
        self.program = Program(pattern)
        self.groups = self.program.groups
        self.names = self.program.names
        self._quick, self._unbounded = _quick(pattern)

    def search(self, text: str) -> Search:
        """Return what looks for the pattern in a text, from a position on."""
        quick = self._quick
        if quick is None or (len(text) + 1) ** (self._unbounded + 1) > MOST_WORK:
            left = [MOST_STEPS]
            return lambda text, start: self.program.search(text, start, left)

        def search(text: str, start: int) -> Spans | None:
            match = quick.search(text, start)
            return None if match is None else tuple([place for group in match.regs for place in group])

        return search


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Pattern:
    """Return a pattern that was read; raises Fails where it is none, NotComputed where it is too large."""
    return Pattern(pattern)


def _quick(pattern: str) -> tuple[re.Pattern[str] | None, int]:
    """Return Python's form of a simple pattern and how many unbounded repetitions it has; None for the others."""
    position, unbounded, depth = 0, 0, 0
    written: list[str] = []
    if not pattern.isascii():
        return None, 0
    while position < len(pattern):
        group = _GROUP.match(pattern, position)
        atom = _PLAIN.match(pattern, position) or _CLASS.match(pattern, position)
        character = pattern[position]
        closes = character == ")" and depth > 0
        if group is None and not closes and atom is None and character not in ".^|$":
            return None, 0
        depth += (group is not None) - closes
        match = group[0] if group is not None else atom[0] if atom is not None and not closes else character
        written.append(r"\Z" if match == "$" else match)
        position += len(match)
        repeat = _REPEAT.match(pattern, position)
        if repeat is not None:
            if group is not None or match in "^|$" or (closes and repeat[0] != "?"):
                return None, 0
            unbounded += repeat[0] != "?"
            written.append(repeat[0])
            position = repeat.end()
    try:
        return re.compile("".join(written), re.ASCII), unbounded
    except re.error:
        return None, 0


def _found(pattern: Pattern, text: str, spans: Spans) -> Any:
    groups = [text[spans[n] : spans[n + 1]] if spans[n] >= 0 else None for n in range(2, len(spans), 2)]
    if pattern.names:
        return {name: groups[number - 1] for number, name in pattern.names.items()}
    return groups if groups else text[spans[0] : spans[1]]


def regex(pattern: Value, text: Value) -> Value:
    """Return the first match as Terraform does: its text, a list of groups, or a map of named ones."""
    made = compiled(pattern.literal)
    type = _type(made)
    spans = made.search(text.literal)(text.literal, 0)
    if spans is None:
        raise Fails("the pattern does not match")
    return converted(wrap(_found(made, text.literal, spans)), type)


def regexall(pattern: Value, text: Value) -> Value:
    """Return all matches."""
    made = compiled(pattern.literal)
    type = ("list", _type(made))
    return converted(wrap([_found(made, text.literal, spans) for spans in _all(made, text.literal)]), type)


def _type(pattern: Pattern) -> Type:
    if not pattern.groups:
        return "string"
    if not pattern.names:
        return ("tuple", ("string",) * pattern.groups)
    if len(pattern.names) != pattern.groups:
        raise Fails("the pattern has named and unnamed groups")
    return ("object", tuple(sorted((name, "string") for name in pattern.names.values())))


def _all(pattern: Pattern, text: str) -> Iterator[Spans]:
    """Yield the matches one after another, an empty one never right behind another."""
    search = pattern.search(text)
    position, before, found = 0, -1, 0
    while position <= len(text):
        spans = search(text, position)
        if spans is None:
            return
        if spans[1] > spans[0] or spans[0] != before:
            found += 1
            if found > MOST_MATCHES:
                raise NotComputed("so many matches")
            yield spans
        position = spans[1] if spans[1] > position else position + 1
        before = spans[1]


def replace_pattern(text: str, pattern: str, put: str) -> str:
    """Return the text with each match replaced; `put` may name groups as `$1` or `${name}`."""
    made = compiled(pattern)
    search = made.search(text)
    parts: list[str] = []
    position = last = size = 0
    while position <= len(text):
        spans = search(text, position)
        if spans is None:
            break
        parts.append(text[last : spans[0]])
        if spans[1] > last or spans[0] == 0:
            parts.append(_expanded(put, made, text, spans) if "$" in put else put)
            size += len(parts[-1])
            if size > LARGEST_TEXT:
                raise NotComputed("a text of this length")
        last = spans[1]
        position = max(position + 1, last) if last <= position else last
    parts.append(text[last:])
    return "".join(parts)


_NAMED = re.compile(r"\$(?:(\$)|\{(\w+)\}|(\w+))?")


def _expanded(put: str, pattern: Pattern, text: str, spans: Spans) -> str:
    def meaning(match: re.Match[str]) -> str:
        if match[1]:
            return "$"
        name = match[2] or match[3]
        if name is None:
            return "$"
        if name.isascii() and name.isdigit() and (name == "0" or name[0] != "0") and len(name) < 9:
            number: int | None = int(name)
        else:
            number = next((number for number, given in pattern.names.items() if given == name), None)
        if number is None or number > pattern.groups or spans[2 * number] < 0:
            return ""
        return text[spans[2 * number] : spans[2 * number + 1]]

    return _NAMED.sub(meaning, put)
