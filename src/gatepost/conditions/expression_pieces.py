"""Whether a regular expression can be found in text with holes; never the search in known text, which is `re`'s."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from gatepost.conditions.expressions import tree_of

MOST_STATES = 4_000
_MOST_PIECES = 2_000

Takes = Callable[[str], bool]


class _TooLarge(Exception):
    """The expression has something this does not follow, or too many states."""


class _States:
    """States with moves: on a character that `takes` accepts, or on nothing where `edge` allows it."""

    def __init__(self, fold: bool) -> None:
        self.fold = fold
        self.moves: list[list[tuple[Takes, int]]] = []
        self.free: list[list[tuple[str, int]]] = []  # (edge, state): edge "" always, "^" at the start, "$" at the end

    def new(self) -> int:
        self.moves.append([])
        self.free.append([])
        if len(self.moves) > MOST_STATES:
            raise _TooLarge
        return len(self.moves) - 1

    def build(self, tree: Any, at: int) -> int:
        """Add the states of a sequence after state `at`; returns the state after it."""
        for operator, argument in tree:
            at = self._one(str(operator), argument, at)
        return at

    def _one(self, name: str, argument: Any, at: int) -> int:
        after = self.new()
        if name == "LITERAL":
            self.moves[at].append((_same(chr(argument), self.fold), after))
        elif name == "NOT_LITERAL":
            same = _same(chr(argument), self.fold)
            self.moves[at].append((lambda c: not same(c), after))
        elif name in ("ANY", "IN"):
            # A class is taken as any character where it is not simple: a hole more, never a wrong "never".
            self.moves[at].append((_any_one if name == "ANY" or self.fold else _class(argument), after))
        elif name == "BRANCH":
            for branch in argument[1]:
                start = self.new()
                self.free[at].append(("", start))
                self.free[self.build(branch, start)].append(("", after))
        elif name == "SUBPATTERN":
            if argument[1] or argument[2]:
                raise _TooLarge
            self.free[self.build(argument[3], at)].append(("", after))
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            low, high, body = argument
            self._repeat((low, high, body), at, after)
        elif name == "AT":
            edge = {"AT_BEGINNING": "^", "AT_BEGINNING_STRING": "^", "AT_END": "$", "AT_END_STRING": "$"}
            self.free[at].append((edge.get(str(argument), ""), after))
        else:
            raise _TooLarge
        return after

    def _repeat(self, repeated: tuple[int, int, Any], at: int, after: int) -> None:
        low, high, body = repeated
        for _ in range(low):
            at = self.build(body, at)
        if high > 1000 or str(high) == "MAXREPEAT":
            loop = self.new()
            self.free[at].append(("", loop))
            self.free[self.build(body, loop)].append(("", loop))
            self.free[loop].append(("", after))
            return
        for _ in range(int(high) - low):
            self.free[at].append(("", after))
            at = self.build(body, at)
        self.free[at].append(("", after))


def _any_one(_: str) -> bool:
    return True


def _same(letter: str, fold: bool) -> Takes:
    return (lambda c: c.lower() == letter.lower()) if fold else (lambda c: c == letter)


def _class(items: Sequence[Any]) -> Takes:
    negated, tests = False, list[Takes]()
    for operator, argument in items:
        name = str(operator)
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            tests.append(_same(chr(argument), False))
        elif name == "RANGE":
            low, high = argument
            tests.append(lambda c, low=low, high=high: low <= ord(c) <= high)
        elif str(argument) in _CATEGORIES:
            tests.append(_CATEGORIES[str(argument)])
        else:
            raise _TooLarge
    return lambda c: any(test(c) for test in tests) != negated


_CATEGORIES: dict[str, Takes] = {
    "CATEGORY_DIGIT": str.isdecimal,
    "CATEGORY_NOT_DIGIT": lambda c: not c.isdecimal(),
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_NOT_SPACE": lambda c: not c.isspace(),
    "CATEGORY_WORD": lambda c: c.isalnum() or c == "_",
    "CATEGORY_NOT_WORD": lambda c: not (c.isalnum() or c == "_"),
}


@lru_cache(maxsize=256)
def _states(pattern: str) -> tuple[_States, int, int] | None:
    tree = tree_of(pattern)
    flags = int(tree.state.flags)
    if flags & 0b1000:  # re.MULTILINE: its anchors hold in the middle too
        return None
    states = _States(bool(flags & 0b10))
    try:
        start = states.new()
        return states, start, states.build(tree, start)
    except _TooLarge:
        return None


def may_be_found(pattern: str, pieces: tuple[str | None, ...]) -> bool:
    """Whether some text in the holes makes the expression be found; True also when it cannot be told."""
    built = _states(pattern)
    if built is None or sum(len(piece or "") for piece in pieces) > _MOST_PIECES:
        return True
    if "$" in pattern and any(piece and "\n" in piece for piece in pieces):
        return True  # `$` also holds before a last line break, which is not followed here
    states, start, final = built
    now = _closed(states, {start}, "^")
    for number, piece in enumerate(pieces):
        if piece is None:
            now = _anything(states, now | ({start} if number else now))
            continue
        for letter in piece:
            if final in now:
                return True
            moved = {to for state in now for takes, to in states.moves[state] if takes(letter)}
            now = _closed(states, moved | {start}, "")
    return final in now or final in _closed(states, now, "$") or final in _closed_end(states, now, pieces, start)


def _closed_end(states: _States, now: set[int], pieces: tuple[str | None, ...], start: int) -> set[int]:
    # The whole text may be empty, then it begins and ends at once.
    if all(not piece for piece in pieces):
        return _closed(states, now | {start}, "^$")
    return now


def _closed(states: _States, found: set[int], edges: str) -> set[int]:
    """Add the states that are reached on nothing, through anchors only where `edges` has them."""
    reached, todo = set(found), list(found)
    while todo:
        for edge, to in states.free[todo.pop()]:
            if (not edge or edge in edges) and to not in reached:
                reached.add(to)
                todo.append(to)
    return reached


def _anything(states: _States, found: set[int]) -> set[int]:
    """Add all states that any characters lead to; a `^` after them does not hold (it may, where they are none)."""
    reached, todo = set(found), list(found)
    while todo:
        state = todo.pop()
        after = [to for _, to in states.moves[state]] + [to for edge, to in states.free[state] if not edge]
        for to in after:
            if to not in reached:
                reached.add(to)
                todo.append(to)
    return reached
