"""Regular expressions of `matches`, refused where they could take for ever; never globs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

# Longer text is searched in this much only, so that time stays bounded on hostile input.
MOST_TEXT = 20_000
MOST_EXPRESSION = 2_000


@lru_cache(maxsize=2048)
def compile_expression(text: str) -> re.Pattern[str]:
    """Return the compiled expression; ValueError with a plain reason when it is bad or could backtrack without end."""
    if len(text) > MOST_EXPRESSION:
        raise ValueError(f"longer than {MOST_EXPRESSION} characters")
    try:
        compiled = re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"{error}") from None
    if any(mark in text for mark in "*+{"):
        from re import _parser  # type: ignore[attr-defined]  # the tree is needed for nested repetition only

        tree: Any = _parser.parse(text)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if _nested(tree, False):
            raise ValueError("a repetition inside a repetition, which can take for ever")
    return compiled


def _nested(tree: Any, inside: bool) -> bool:
    for operator, argument in tree:
        name = str(operator)
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            low, high, body = argument
            varies = high != low and high > 16
            if inside and varies:
                return True
            if not (varies and not inside and _delimited(body)) and _nested(body, inside or varies):
                return True
        elif name == "BRANCH":
            if inside and _alike(argument[1]):
                return True
            if any(_nested(branch, inside) for branch in argument[1]):
                return True
        elif name == "SUBPATTERN":
            if _nested(argument[-1], inside):
                return True
        elif name == "ATOMIC_GROUP":
            if _nested(argument, inside):
                return True
        elif name in ("ASSERT", "ASSERT_NOT"):
            if _nested(argument[1], inside):
                return True
        elif name in ("GROUPREF", "GROUPREF_EXISTS") and inside:
            return True
    return False


def _delimited(body: Any) -> bool:
    """Whether each turn of a repetition begins or ends in a letter that its inner repetition cannot take.

    Then there is one way only to split text into turns, as in `([a-z]+\\.)+` and `(/[^/]+)*`.
    """
    items = _items(body)
    while len(items) == 1 and items[0][0] == "SUBPATTERN":
        items = _items(items[0][1][-1])
    inner = [argument for name, argument in items if name in ("MAX_REPEAT", "MIN_REPEAT")]
    others = [name for name, _ in items if name not in ("MAX_REPEAT", "MIN_REPEAT")]
    if len(inner) != 1 or any(name != "LITERAL" for name in others):
        return False
    repeated = _items(inner[0][2])
    ends = [argument for name, argument in (items[0], items[-1]) if name == "LITERAL"]
    return len(repeated) == 1 and any(not _takes(repeated[0], letter) for letter in ends)


def _items(tree: Any) -> list[tuple[str, Any]]:
    return [(str(operator), argument) for operator, argument in tree]


def _takes(item: tuple[str, Any], letter: int) -> bool:
    """Whether one item of an expression can match a letter; True where that is not simple."""
    name, argument = item
    if name == "LITERAL":
        return argument == letter
    if name == "NOT_LITERAL":
        return argument != letter
    if name != "IN":
        return True
    negated = any(str(operator) == "NEGATE" for operator, _ in argument)
    held = False
    for operator, inner in argument:
        if str(operator) == "LITERAL":
            held = held or inner == letter
        elif str(operator) == "RANGE":
            held = held or inner[0] <= letter <= inner[1]
        elif str(operator) == "CATEGORY":
            word = chr(letter).isalnum() or letter in (95, 32, 9, 10)
            held = held or word or "NOT" in str(inner)
    return held != negated


def _alike(branches: Sequence[Any]) -> bool:
    """Whether two branches of an alternative that is repeated may begin alike, so that both are tried."""
    seen: set[int] = set()
    for branch in branches:
        if not len(branch):
            return True
        operator, argument = branch[0]
        if str(operator) != "LITERAL" or argument in seen:
            return True
        seen.add(argument)
    return False


def search(expression: re.Pattern[str], text: str) -> bool:
    """Whether the expression is found in the text."""
    return expression.search(text if len(text) <= MOST_TEXT else text[:MOST_TEXT]) is not None


def decide_pieces(expression: re.Pattern[str], pieces: Sequence[str | None]) -> bool | None:
    """Whether the expression is found in text with holes (None): None when that depends on what is in the holes.

    Found for certain: inside one known piece, away from its edges to a hole, in an expression that looks at nothing
    outside. Never found: no way through the expression fits the known pieces.
    """
    from gatepost.conditions.expression_pieces import may_be_found

    if not may_be_found(expression.pattern, tuple(pieces)):
        return False
    looks_around = "(?" in expression.pattern.replace("(?:", "").replace("(?i)", "").replace("(?P<", "")
    if looks_around:
        return None
    for number, piece in enumerate(pieces):
        if piece is None:
            continue
        for found in expression.finditer(piece[:MOST_TEXT]):
            begins = found.start() > 0 or number == 0
            ends = found.end() < len(piece) or number == len(pieces) - 1
            if (begins or not _edges(expression.pattern)) and (ends or not _edges(expression.pattern)):
                return True
    return None


def _edges(pattern: str) -> bool:
    return any(mark in pattern for mark in ("^", "$", "\\b", "\\B", "\\A", "\\Z"))
