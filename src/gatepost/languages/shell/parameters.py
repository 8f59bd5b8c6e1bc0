"""What `$NAME` and `${NAME…}` come to; never guesses: what is not known becomes a hole."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from gatepost.languages.shell.places import LONGEST, Given, Piece, Word
from gatepost.model.records import NamedTuple
from gatepost.model.regexes import regex

Lookup: TypeAlias = Callable[[str], Given]

_NAME = re.compile(r"[A-Za-z_]\w*|[0-9@*#?$!-]")
_OPERATOR = regex(r":[-+?=]|##|%%|//|[-+?=#%/]")
# Longer ones are left unknown: matching costs the product of both lengths.
_LONGEST_TEXT, _LONGEST_PATTERN, _MOST_STEPS, _DEEPEST = 2_048, 128, 40, 20


class Parameter(NamedTuple):
    """A parameter as written, from `start` to `end`; operators "odd" and "unclosed" cannot be read."""

    name: str
    operator: str
    operand: tuple[int, int]
    start: int
    end: int


def read_parameter(text: str, start: int, end: int, escape: str = "\\") -> Parameter | None:
    """Return the parameter whose `$` stands at `start`, or None where this `$` is just a character."""
    at = start + 1
    if at < end and text[at] == "{":
        close = closing_brace(text, at + 1, end, escape)
        if close < 0:
            return Parameter("", "unclosed", (at, end), start, end)
        name = _NAME.match(text, at + 1, close)
        if name is None:
            return Parameter("", "odd", (at + 1, close), start, close + 1)
        if name.end() == close:
            return Parameter(name[0], "", (close, close), start, close + 1)
        operator = _OPERATOR.match(text, name.end(), close)
        if operator is None or not (name[0][0].isalpha() or name[0][0] == "_"):
            return Parameter(name[0], "odd", (name.end(), close), start, close + 1)
        return Parameter(name[0], operator[0], (operator.end(), close), start, close + 1)
    name = _NAME.match(text, at, end)
    return Parameter(name[0], "", (name.end(), name.end()), start, name.end()) if name else None


def closing_brace(text: str, at: int, end: int, escape: str = "\\") -> int:
    """Return where the brace closes that was opened before `at`; -1 if it does not."""
    depth = 1
    while at < end:
        character = text[at]
        if character == escape:
            at += 1
        elif character == "{" and text[at - 1] == "$":
            depth += 1
            if depth > _DEEPEST:
                return -1
        elif character == "}":
            depth -= 1
            if not depth:
                return at
        elif character == "'":
            close = text.find("'", at + 1, end)
            at = close if close >= 0 else at
        at += 1
    return -1


def expand(parameter: Parameter, lookup: Lookup, operand: Callable[[int, int], Word], quoted: bool) -> Piece:
    """Return what a parameter comes to; `operand` reads a stretch of the text as a word."""
    start, end, operator = parameter.start, parameter.end, parameter.operator
    if operator in ("odd", "unclosed") or not (parameter.name[0].isalpha() or parameter.name[0] == "_"):
        return Piece(None, start, end, False, None, "this is known only when it runs", quoted)
    given = lookup(parameter.name)
    text = given.word.known if given.word is not None and given.state == "known" else None
    if given.depth > _MOST_STEPS or (text is not None and len(text) > LONGEST):
        return Piece(None, start, end, False, None, f"{parameter.name} is made up in too many steps", quoted)
    if operator in ("", "?", ":?") or (operator[-1] in "-=" and text is not None and (text or operator[0] != ":")):
        return _whole(given, text, start, end, quoted)
    if operator[-1] in "-=":
        settled = given.state == "not_given" or text == ""
        return _other(given, operand(*parameter.operand) if settled else None, start, end, quoted)
    if operator[-1] == "+":
        if given.state == "not_given" or (text == "" and operator[0] == ":"):
            return Piece("", start, end, False, None, "", quoted)
        settled = text is not None
        return _other(given, operand(*parameter.operand) if settled else None, start, end, quoted)
    pattern = operand(*parameter.operand).known
    changed = None if text is None or pattern is None else _changed(text, operator, pattern)
    return _whole(given, changed, start, end, quoted)


def _whole(given: Given, text: str | None, start: int, end: int, quoted: bool) -> Piece:
    why = ("" if text is not None else given.why or f"{given.name} is not known here") or ""
    return Piece(text, start, end, False, given, why, quoted)


def _other(given: Given, word: Word | None, start: int, end: int, quoted: bool) -> Piece:
    text = word.known if word is not None else None
    if word is None or text is None or len(text) > LONGEST:
        return Piece(None, start, end, False, given, given.why or f"{given.name} is not known here", quoted)
    return Piece(text, start, end, False, None, "", quoted, word)


def _changed(text: str, operator: str, pattern: str) -> str | None:
    if len(text) > _LONGEST_TEXT or len(pattern) > _LONGEST_PATTERN or any(c in pattern for c in "[]\\"):
        return None
    if operator[0] == "/":
        old, _, new = pattern.partition("/")
        if not old or "*" in old or "?" in old:
            return None
        return text.replace(old, new, -1 if operator == "//" else 1)
    if operator[0] == "#":
        ends = _matching_ends(text, pattern)
        return text[(ends[-1] if operator == "##" else ends[0]) :] if ends else text
    ends = _matching_ends(text[::-1], pattern[::-1])
    return text[: len(text) - (ends[-1] if operator == "%%" else ends[0])] if ends else text


def _matching_ends(text: str, pattern: str) -> list[int]:
    """Return the lengths of all prefixes of the text that a glob of `*` and `?` matches, ascending."""
    states = {0}
    ends: list[int] = []
    for length in range(len(text) + 1):
        for state in sorted(states):
            while state < len(pattern) and pattern[state] == "*":
                state += 1
                states.add(state)
        if len(pattern) in states:
            ends.append(length)
        if length == len(text):
            break
        character, after = text[length], set[int]()
        for state in states:
            if state < len(pattern):
                if pattern[state] == "*":
                    after.add(state)
                elif pattern[state] in ("?", character):
                    after.add(state + 1)
        states = after
        if not states:
            break
    return ends
