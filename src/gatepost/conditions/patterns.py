"""Sets of texts given by globs (`*` any run, `?` any one character), as IAM writes actions and ARNs.

Never where they were written. Containment is exact: a glob is a small automaton whose states are the bits of a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from gatepost.model.records import NamedTuple
from gatepost.model.values import Value

_FRESH = ""  # stands for a character that no pattern names


class PatternSet(NamedTuple):
    """A set of texts: what one of `patterns` matches, or with `complement` what none of them matches.

    `possible` are patterns that may be meant besides (the holes of a text count as `*`), because of `unknowns`.
    `ignore_case`: letters compare without case (IAM actions do). `parts`: the patterns as they were written.
    """

    patterns: tuple[str, ...]
    complement: bool = False
    possible: tuple[str, ...] = ()
    unknowns: tuple[Value, ...] = ()
    ignore_case: bool = False
    parts: tuple[tuple[PatternSet, Value], ...] = ()

    @classmethod
    def parse(cls, text: object) -> PatternSet:
        """Return the set of one pattern; "all" is everything, "internet" and the like are not names here."""
        pattern = str(text)
        return cls(("*",)) if pattern == "all" else cls((pattern,))

    def union(self, *others: PatternSet) -> PatternSet:
        """Return what is in this set or one of the others.

        Where the union of a complement and patterns cannot be written down, the part that cannot is `possible`.
        """
        joined = self
        for other in others:
            joined = _union(joined, other)
        return joined

    @property
    def empty(self) -> bool | None:
        """Whether nothing is in the set; None when that is not known."""
        if self.complement:
            return True if "*" in self.patterns else None if self.unknowns else False
        if self.patterns or surely_something(self.unknowns):
            return False
        return None if self.unknowns or self.possible else True

    def covers(self, other: PatternSet) -> bool | None:
        """Whether everything in `other` (all known) is in this set."""
        mine, theirs = self._folded(other)
        lower, upper = _bounds(mine)
        if _contains(lower, theirs):
            return True
        return None if (mine.possible or mine.unknowns) and _contains(upper, theirs) else False

    def within(self, other: PatternSet) -> bool | None:
        """Whether everything in this set is in `other` (all known)."""
        mine, theirs = self._folded(other)
        lower, upper = _bounds(mine)
        if not _contains(theirs, lower):
            return False
        return True if _contains(theirs, upper) else None

    def _folded(self, other: PatternSet) -> tuple[PatternSet, PatternSet]:
        if not (self.ignore_case or other.ignore_case):
            return self, other
        return _fold(self), _fold(other)

    def __str__(self) -> str:
        return ("everything but " if self.complement else "") + ", ".join(self.patterns)


def surely_something(unknowns: tuple[Value, ...]) -> bool:
    """Whether one of the values that are not known is there for certain, such as a reference."""
    return any(value.unknown is not None and not value.unknown.may_be_missing for value in unknowns)


def _fold(one: PatternSet) -> PatternSet:
    patterns = tuple(p.lower() for p in one.patterns)
    return one._replace(patterns=patterns, possible=tuple(p.lower() for p in one.possible))


def _bounds(one: PatternSet) -> tuple[PatternSet, PatternSet]:
    """Return what is in the set for certain and what is in it at most."""
    if not one.possible:
        return one, one
    wide = one.patterns + one.possible
    if one.complement:
        return PatternSet(wide, True), PatternSet(one.patterns, True)
    return PatternSet(one.patterns), PatternSet(wide)


def _contains(big: PatternSet, small: PatternSet) -> bool:
    if not small.complement:
        if big.complement:
            return not any(globs_meet(s, b) for s in small.patterns for b in big.patterns)
        return all(glob_within(s, big.patterns) for s in small.patterns)
    if big.complement:
        return all(glob_within(b, small.patterns) for b in big.patterns)
    return glob_within("*", big.patterns + small.patterns)


def _union(left: PatternSet, right: PatternSet) -> PatternSet:
    unknowns, parts = left.unknowns + right.unknowns, left.parts + right.parts
    fold = left.ignore_case or right.ignore_case
    if not left.complement and not right.complement:
        possible = left.possible + right.possible
        return PatternSet(left.patterns + right.patterns, False, possible, unknowns, fold, parts)
    if not left.complement:
        left, right = right, left
    # Here `left` is a complement: what `right` surely holds no longer has to be left out.
    lower = _bounds(right)[0]
    kept = tuple(p for p in left.patterns if not _contains(lower, PatternSet((p,))))
    doubtful = tuple(p for p in left.possible if not _contains(lower, PatternSet((p,))))
    apart = not any(_meets(p, right) for p in kept)
    if apart:
        return PatternSet(kept, True, doubtful, unknowns, fold, parts)
    rest = tuple(p for p in kept if not _meets(p, right))
    return PatternSet(rest, True, doubtful + tuple(p for p in kept if p not in rest), unknowns, fold, parts)


def _meets(pattern: str, other: PatternSet) -> bool:
    upper = _bounds(other)[1]
    if upper.complement:
        return not glob_within(pattern, upper.patterns)
    return any(globs_meet(pattern, p) for p in upper.patterns)


class _Automaton(NamedTuple):
    stars: int  # states that stand before a `*`
    singles: int  # states that stand before a `?`
    letters: dict[str, int]  # states that stand before this letter
    start: int
    final: int


@lru_cache(maxsize=4096)
def _automaton(patterns: tuple[str, ...]) -> _Automaton:
    """Return one automaton for all the patterns: bit i is the place before character i of their row."""
    stars = singles = start = final = bit = 0
    letters: dict[str, int] = {}
    for pattern in patterns:
        start |= 1 << bit
        for letter in pattern:
            if letter == "*":
                stars |= 1 << bit
            elif letter == "?":
                singles |= 1 << bit
            else:
                letters[letter] = letters.get(letter, 0) | 1 << bit
            bit += 1
        final |= 1 << bit
        bit += 1
    return _Automaton(stars, singles, letters, _rest(start, stars), final)


def _rest(states: int, stars: int) -> int:
    """Add the states that are reached by letting a `*` stand for nothing."""
    while True:
        more = states | (states & stars) << 1
        if more == states:
            return states
        states = more


def _step(machine: _Automaton, states: int, letter: str) -> int:
    moved = states & (machine.singles | machine.letters.get(letter, 0))
    return _rest((moved << 1) | (states & machine.stars), machine.stars)


@lru_cache(maxsize=16384)
def glob_within(small: str, big: tuple[str, ...]) -> bool:
    """Whether every text that `small` matches is matched by one of `big`.

    A letter that no pattern names is the hardest to match, so a `*` of `small` is tried as every number of those;
    sets of states that hold another one are left out, being easier.
    """
    if "*" in big or small in big:
        return True
    machine = _automaton(big)
    now: set[int] = {machine.start}
    for letter in small:
        if letter == "*":
            after: set[int] = set()
            for states in now:
                while states not in after:
                    after.add(states)
                    states = _step(machine, states, _FRESH)
            now = after
        else:
            now = {_step(machine, states, _FRESH if letter == "?" else letter) for states in now}
        now = _hardest(now)
        if 0 in now:
            return False
    return all(states & machine.final for states in now)


def _hardest(found: set[int]) -> set[int]:
    if len(found) == 1:
        return found
    return {one for one in found if not any(other != one and other & one == other for other in found)}


@lru_cache(maxsize=16384)
def globs_meet(left: str, right: str) -> bool:
    """Whether some text is matched by both."""
    machine = _automaton((right,))
    states = machine.start
    every = (1 << len(right) + 1) - 1
    for letter in left:
        if letter == "*":
            lowest = states & -states
            states = every & ~(lowest - 1) if states else 0
        elif letter == "?":
            after = (states & ~machine.final & ~machine.stars) << 1 | states & machine.stars
            states = _rest(after & every, machine.stars)
        else:
            states = _step(machine, states, letter)
        if not states:
            return False
    return bool(states & machine.final)


def glob_matches(pattern: str, text: str) -> bool:
    """Whether a glob with `*` and `?` matches the whole text."""
    machine = _automaton((pattern,))
    states = machine.start
    for letter in text:
        states = _step(machine, states, letter)
        if not states:
            return False
    return bool(states & machine.final)


def pieces_glob(pieces: Sequence[str | None]) -> str:
    """Return the glob for text with holes: each hole is a `*`."""
    return "".join("*" if piece is None else piece for piece in pieces)
