"""Matches regular expressions in a time that grows with text times pattern, with Go's priorities; never backtracks.

A program of instructions is run with a list of threads in order of preference (Pike's machine, as Go's regexp does).
"""

from __future__ import annotations

from typing import Any, TypeAlias

from gatepost.languages.terraform.conversions import NotComputed
from gatepost.languages.terraform.functions.re2_syntax import Parsed, Tree

MOST_INSTRUCTIONS = 4_000
Spans: TypeAlias = tuple[int, ...]  # start and end of the match and of each group, -1 where a group has no part in it

SET, ASSERT, SAVE, SPLIT, JUMP, MATCH = range(6)


class Program:
    """A pattern that can be searched for."""

    __slots__ = ("_cache", "_code", "folds", "groups", "names")

    def __init__(self, pattern: str) -> None:
        parsed = Parsed(pattern)
        self.groups = parsed.groups
        self.names = parsed.names
        self.folds = parsed.folds
        self._code: list[list[Any]] = []
        self._emit(("group", 0, parsed.tree))
        self._add(MATCH)
        self._cache: dict[tuple[int, str], bool] = {}

    def search(self, text: str, start: int, left: list[int]) -> Spans | None:
        """Return where the leftmost match from `start` on stands, the preferred one of those that begin there.

        `left` holds how many steps may still be made; raises NotComputed when these do not suffice.
        """
        if self.folds and not text.isascii():
            raise NotComputed("text beyond ASCII without regard to case")
        blank: Spans = (-1,) * (2 * self.groups + 2)
        found: Spans | None = None
        threads: list[tuple[int, Spans]] = []
        code, cache = self._code, self._cache
        for position in range(start, len(text) + 1):
            if found is None:
                self._follow(threads, {pc for pc, _ in threads}, 0, position, blank, text)
            elif not threads:
                break
            left[0] -= len(threads) + 1
            if left[0] < 0:
                raise NotComputed("so long a search")
            following: list[tuple[int, Spans]] = []
            seen: set[int] = set()
            character = text[position] if position < len(text) else ""
            for pc, spans in threads:
                instruction = code[pc]
                if instruction[0] == MATCH:
                    found = spans
                    break
                if not character:
                    continue
                holds = cache.get((pc, character))
                if holds is None:
                    holds = cache[pc, character] = instruction[1].holds(ord(character))
                if holds:
                    self._follow(following, seen, pc + 1, position + 1, spans, text)
            threads = following
        return found

    def _follow(
        self, threads: list[tuple[int, Spans]], seen: set[int], pc: int, position: int, spans: Spans, text: str
    ) -> None:
        """Add the threads that go on from an instruction without taking a character, the preferred ones first."""
        waiting = [(pc, spans)]
        while waiting:
            pc, spans = waiting.pop()
            if pc in seen:
                continue
            seen.add(pc)
            instruction = self._code[pc]
            kind = instruction[0]
            if kind == JUMP:
                waiting.append((instruction[1], spans))
            elif kind == SPLIT:
                waiting.append((instruction[2], spans))
                waiting.append((instruction[1], spans))
            elif kind == SAVE:
                slot = instruction[1]
                waiting.append((pc + 1, (*spans[:slot], position, *spans[slot + 1 :])))
            elif kind == ASSERT:
                if _holds(instruction[1], text, position):
                    waiting.append((pc + 1, spans))
            else:
                threads.append((pc, spans))

    def _add(self, *instruction: Any) -> int:
        if len(self._code) >= MOST_INSTRUCTIONS:
            raise NotComputed("so large a pattern")
        self._code.append(list(instruction))
        return len(self._code) - 1

    def _emit(self, tree: Tree) -> None:
        kind = tree[0]
        if kind == "set":
            self._add(SET, tree[1])
        elif kind == "assert":
            self._add(ASSERT, tree[1])
        elif kind == "cat":
            for inner in tree[1]:
                self._emit(inner)
        elif kind == "group":
            self._add(SAVE, 2 * tree[1])
            self._emit(tree[2])
            self._add(SAVE, 2 * tree[1] + 1)
        elif kind == "or":
            self._emit_or(tree[1])
        else:
            self._emit_repeat(tree[1], tree[2], tree[3], tree[4])

    def _emit_or(self, branches: list[Tree]) -> None:
        ends: list[int] = []
        for branch in branches[:-1]:
            split = self._add(SPLIT, len(self._code) + 1, 0)
            self._emit(branch)
            ends.append(self._add(JUMP, 0))
            self._code[split][2] = len(self._code)
        self._emit(branches[-1])
        for end in ends:
            self._code[end][1] = len(self._code)

    def _emit_repeat(self, tree: Tree, least: int, most: int, lazy: bool) -> None:
        if most < 0 and least == 0:
            if nullable(tree):  # (x+)? prefers what Go prefers
                split = self._split(lazy)
                self._emit_plus(tree, lazy)
            else:
                split = self._split(lazy)
                self._emit(tree)
                self._add(JUMP, split)
            self._leave(split, lazy)
            return
        for _ in range(least - 1 if most < 0 else least):
            self._emit(tree)
        if most < 0:
            self._emit_plus(tree, lazy)
            return
        splits: list[int] = []
        for _ in range(most - least):
            splits.append(self._split(lazy))
            self._emit(tree)
        for split in splits:
            self._leave(split, lazy)

    def _emit_plus(self, tree: Tree, lazy: bool) -> None:
        start = len(self._code)
        self._emit(tree)
        split = self._add(SPLIT, start, len(self._code) + 1)
        if lazy:
            self._code[split][1:] = self._code[split][:0:-1]

    def _split(self, lazy: bool) -> int:
        """Add a choice between what follows it and a place that is told later."""
        split = self._add(SPLIT, 0, 0)
        self._code[split][2 if lazy else 1] = split + 1
        return split

    def _leave(self, split: int, lazy: bool) -> None:
        self._code[split][1 if lazy else 2] = len(self._code)


def nullable(tree: Tree) -> bool:
    """Tell whether a part of a pattern can match nothing."""
    kind = tree[0]
    if kind == "set":
        return False
    if kind == "assert":
        return True
    if kind == "group":
        return nullable(tree[2])
    if kind == "cat":
        return all(nullable(inner) for inner in tree[1])
    if kind == "or":
        return any(nullable(inner) for inner in tree[1])
    return tree[2] == 0 or nullable(tree[1])


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isascii() and (text[at].isalnum() or text[at] == "_")


def _boundary(text: str, at: int) -> bool:
    return _is_word(text, at - 1) != _is_word(text, at)


def _holds(kind: str, text: str, at: int) -> bool:
    """Tell whether an assertion holds at a position."""
    if kind == "start":
        return at == 0
    if kind == "end":
        return at == len(text)
    if kind == "line start":
        return at == 0 or text[at - 1] == "\n"
    if kind == "line end":
        return at == len(text) or text[at] == "\n"
    return _boundary(text, at) == (kind == "boundary")
