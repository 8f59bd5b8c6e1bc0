"""Provider versions: whether a form or default holds for the version in use; never reads a lock file."""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

from gatepost.model.records import NamedTuple
from gatepost.model.regexes import regex

_Number: TypeAlias = "tuple[int, ...]"
_ENDLESS: _Number = (1_000_000,)


class Range(NamedTuple):
    """The versions from `low` on and below `high`."""

    low: tuple[int, ...]
    high: tuple[int, ...]


class VersionClause(NamedTuple):
    """A provider and the versions that are meant, from text such as "azurerm >= 4"."""

    provider: str
    range: Range

    def holds(self, versions: tuple[tuple[str, str], ...]) -> bool | None:
        """Return whether the version in use is one that the clause means; None when that is not known."""
        for provider, text in versions:
            if provider != self.provider:
                continue
            used = read_range(text)
            if used is None or used.low >= used.high:
                return None
            if self.range.low <= used.low and used.high <= self.range.high:
                return True
            if used.high <= self.range.low or self.range.high <= used.low:
                return False
            return None
        return None


_COMPARISON = regex(r"\s*(~>|>=|<=|!=|=|>|<)?\s*v?(\d+(?:\.\d+){0,3})(?:-[\w.]+)?\s*$")


def _next(number: _Number) -> _Number:
    return (*number, 0)


def _padded(number: _Number) -> _Number:
    kept = number
    while kept and kept[-1] == 0:
        kept = kept[:-1]
    return kept


def _one(text: str) -> Range | None:
    found = _COMPARISON.match(text)
    if found is None:
        return None
    operator = found[1] or "="
    number = tuple(int(part) for part in found[2].split("."))
    plain = _padded(number)
    if operator == "~>":
        head = number[:-1] if len(number) > 1 else number
        return Range(plain, (*head[:-1], head[len(head) - 1] + 1))
    ranges = {
        "=": Range(plain, _next(number)),
        ">=": Range(plain, _ENDLESS),
        ">": Range(_next(number), _ENDLESS),
        "<": Range((), plain),
        "<=": Range((), _next(number)),
        "!=": Range((), _ENDLESS),
    }
    return ranges[operator]


def read_range(text: str) -> Range | None:
    """Read an exact version or a constraint ("~> 4.0, < 4.9"); None when it is not understood."""
    low, high = (), _ENDLESS
    for part in text.split(","):
        one = _one(part)
        if one is None:
            return None
        low, high = max(low, one.low), min(high, one.high)
    return Range(low, high)


@cache
def read_clause(text: str) -> VersionClause:
    """Read "azurerm >= 4" or "aws >= 4, < 6"; raises `ValueError` with what is wrong."""
    provider, _, rest = text.strip().partition(" ")
    found = read_range(rest) if rest.strip()[:1] in tuple("<>=~!") else None
    if found is None or not provider:
        raise ValueError(f'"{text}" is no version clause: write a provider and its versions, as in "azurerm >= 4"')
    return VersionClause(provider, found)
