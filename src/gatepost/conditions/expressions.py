"""Regular expressions of `matches`, refused where they could take for ever; never globs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias, cast

# How much text is searched at once, by how many parts of the expression may each run over all of it: time stays
# bounded on hostile input. Longer text is searched line by line and then in stretches that overlap by half.
MOST_TEXT = 20_000
_AT_ONCE = (MOST_TEXT, MOST_TEXT, 5_000, 400, 150)
_MOST_STRETCHES = 2_000
MOST_EXPRESSION = 2_000


# Whether capitals are not told apart, and texts of which an expression cannot be found without one: `needs_of`.
Needs: TypeAlias = "tuple[bool, tuple[str, ...]]"
_known: dict[str, Needs | None] = {}


def remember(needs: Mapping[str, Needs | None]) -> None:
    """Take in what `needs_of` said, at another time, of expressions that `compile_expression` took."""
    _known.update(needs)


class Expression:
    """An expression of an operand. One that is known to be good is compiled when a text may have it."""

    __slots__ = ("_compiled", "_needs", "_text")

    def __init__(self, text: str) -> None:
        """Raise ValueError as `compile_expression` does."""
        self._text = text
        self._needs = _known.get(text)
        self._compiled = None if text in _known else compile_expression(text)

    @property
    def compiled(self) -> re.Pattern[str]:
        """The compiled expression."""
        if self._compiled is None:
            self._compiled = compile_expression(self._text)
        return self._compiled

    def found_in(self, text: str) -> bool:
        """Whether the expression is found in the text, with the limits of `search`."""
        needs = self._needs
        if needs is not None and lacks(text, needs):
            return False
        return search(self._compiled or self.compiled, text)


def lacks(text: str, needs: Needs) -> bool:
    """Whether a text has nothing of what an expression cannot be found without: then it is not found."""
    folded, words = needs
    if folded:
        # Beyond ASCII a letter can be the same as two others with capitals left aside: there only `re` knows.
        if not text.isascii():
            return False
        text = text.lower()
    for word in words:  # noqa: SIM110  # a generator costs more than the look itself
        if word in text:
            return False
    return True


@lru_cache(maxsize=2048)
def compile_expression(text: str) -> re.Pattern[str]:
    """Return the compiled expression; ValueError with a plain reason when it is bad or could backtrack without end."""
    if len(text) > MOST_EXPRESSION:
        raise ValueError(f"longer than {MOST_EXPRESSION} characters")
    try:
        compiled = re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"{error}") from None
    if any(mark in text for mark in "*+{") and _nested(tree_of(text), False):
        raise ValueError("a repetition inside a repetition, which can take for ever")
    return compiled


def tree_of(pattern: str) -> Any:
    """Return how Python reads a pattern that compiles: pairs of operator and argument, and `state.flags`."""
    from re import _parser  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]  # has no types

    return cast("Any", _parser).parse(pattern)


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
    """Whether the expression is found in the text.

    In text too long to be searched at once, only what fits into half a stretch is found, and an expression with
    anchors is looked for at the end that it names.
    """
    if len(text) <= 150:
        return expression.search(text) is not None
    pattern = expression.pattern
    limit, by_line = _reach(pattern)
    if len(text) <= limit:
        return expression.search(text) is not None
    if _edges(pattern) or "(?" in pattern:
        end = not pattern.startswith(("^", "\\A")) and pattern.endswith(("$", "\\Z"))
        return expression.search(text[-limit:] if end else text[:limit]) is not None
    count = 0
    for line in text.split("\n") if by_line else (text,):
        for start in range(0, max(len(line) - limit // 2, 1), limit // 2):
            count += 1
            if expression.search(line, start, start + limit) is not None:
                return True
            if count >= _MOST_STRETCHES and len(line) > limit:
                return False
    return False


@lru_cache(maxsize=2048)
def _reach(pattern: str) -> tuple[int, bool]:
    """Return how much text is searched at once, and whether no match goes over the end of a line."""
    wide, over_lines = _wide(tree_of(pattern))
    power = wide + (0 if pattern.startswith(("^", "\\A")) else 1)
    return _AT_ONCE[min(power, len(_AT_ONCE) - 1)], not over_lines and "(?s" not in pattern


def _wide(tree: Any) -> tuple[int, bool]:
    """Count what may run over any text, and tell whether a line break may be matched."""
    count, over = 0, False
    for operator, argument in tree:
        name = str(operator)
        inner: list[Any] = []
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            inner = [argument[2]]
            count += argument[1] > 1000 and any(_takes(item, 0x2020) for item in _items(argument[2]))
        elif name == "SUBPATTERN":
            inner = [argument[-1]]
        elif name == "BRANCH":
            inner = list(argument[1])
        elif name not in ("ANY", "AT"):
            over = over or _takes((name, argument), 10)
        for part in inner:
            more, crosses = _wide(part)
            count, over = count + more, over or crosses
    return count, over


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
        held = piece[: _reach(expression.pattern)[0]]
        for found in expression.finditer(held):
            begins = found.start() > 0 or number == 0
            ends = found.end() < len(held) or (number == len(pieces) - 1 and held == piece)
            if (begins or not _edges(expression.pattern)) and (ends or not _edges(expression.pattern)):
                return True
    return None


def _edges(pattern: str) -> bool:
    return any(mark in pattern for mark in ("^", "$", "\\b", "\\B", "\\A", "\\Z"))
