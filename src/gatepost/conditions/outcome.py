"""What a condition is asked about and what it answers; never how a test is made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol, TypeAlias

from gatepost.model.records import NamedTuple
from gatepost.model.values import Value


class Subject(Protocol):
    """Something a condition is judged on: a resource, an element, a finding."""

    def get(self, name: str, /) -> Value | None:
        """Return the value of an attribute (dotted names allowed), None when it is missing."""
        ...


class Asked(NamedTuple):
    """One thing a condition asked for.

    `attribute` is the dotted name from the subject ("statements.effect"); `value` what was found, None when missing;
    `element` the innermost element that was being tested, None outside `some`, `every` and `count`.
    """

    attribute: str
    value: Value | None
    element: Value | None = None


# What was asked, as plain tuples of what `Asked` names: most of it nobody ever looks at.
Entry: TypeAlias = "tuple[str, Value | None, Value | None]"
Trace: TypeAlias = "tuple[Entry, ...]"
# Truth, and what was asked: the unknowns when undecided, else what decided.
Answer: TypeAlias = "tuple[bool | None, Trace]"


def told(trace: Trace) -> tuple[Asked, ...]:
    """Return what was asked by its names."""
    return tuple(Asked(*one) for one in trace)


class Outcome(NamedTuple):
    """The answer: True, False, or None for undecided.

    `unknowns` is empty unless undecided; then it holds exactly what could change the answer (a value that is
    `Unknown`, a list or map that is `open`, a set with `unknowns`).
    `evidence` is empty when undecided; else it holds what decided, in the order of the condition. The entry of a
    `some` that holds (or an `every` that fails) carries the element, and the entries after it what decided there.
    """

    truth: bool | None
    unknowns: tuple[Asked, ...] = ()
    evidence: tuple[Asked, ...] = ()


class ConditionError(Exception):
    """A condition that cannot be compiled.

    `path` leads into the plain data to the fault; `message` is one plain sentence without a full stop; `nearest` is
    the valid word that is closest to a misspelt one, "" when there is none.
    """

    def __init__(self, path: Sequence[str | int], message: str, nearest: str = "") -> None:
        super().__init__(message)
        self.path: tuple[str | int, ...] = tuple(path)
        self.message = message
        self.nearest = nearest


def nearest_word(word: str, words: Collection[str]) -> str:
    """Return the word of `words` that `word` most likely stands for, "" when none is close."""
    from difflib import get_close_matches  # only when something is wrong

    found = get_close_matches(word, sorted(words), n=1, cutoff=0.6)
    return found[0] if found else ""
