"""Sets of whole numbers as sorted intervals, and ports and networks upon them; never where they were written."""

from __future__ import annotations

from collections.abc import Iterable

from gatepost.conditions.addresses import LAST4, LAST6, network, written
from gatepost.conditions.patterns import surely_something
from gatepost.model.records import NamedTuple
from gatepost.model.values import Value

Interval = tuple[int, int]  # first and last, both inside
Intervals = tuple[Interval, ...]  # sorted, neither overlapping nor touching

LAST_PORT = 65535


def union(intervals: Iterable[Interval]) -> Intervals:
    """Return the intervals sorted, with those that overlap or touch made one."""
    merged: list[Interval] = []
    for first, last in sorted(intervals):
        if merged and first <= merged[-1][1] + 1:
            if last > merged[-1][1]:
                merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return tuple(merged)


def minus(left: Intervals, right: Intervals) -> Intervals:
    """Return what is in `left` and not in `right`."""
    kept: list[Interval] = []
    at = 0
    for first, last in left:
        while at < len(right) and right[at][1] < first:
            at += 1
        here = at
        while here < len(right) and right[here][0] <= last:
            if right[here][0] > first:
                kept.append((first, right[here][0] - 1))
            first = right[here][1] + 1
            here += 1
        if first <= last:
            kept.append((first, last))
    return tuple(kept)


def overlap(left: Intervals, right: Intervals) -> bool:
    """Whether some number is in both."""
    at = 0
    for first, last in left:
        while at < len(right) and right[at][1] < first:
            at += 1
        if at < len(right) and right[at][0] <= last:
            return True
    return False


class PortSet(NamedTuple):
    """Ports. `known` is in the set for certain; `possible` may be in it besides (because of `unknowns`).

    `parts` are the members as they were written, each with the value that says it, for pointing.
    """

    known: Intervals
    possible: Intervals = ()
    unknowns: tuple[Value, ...] = ()
    parts: tuple[tuple[PortSet, Value], ...] = ()

    @classmethod
    def parse(cls, text: object) -> PortSet:
        """Return the ports of "22", 22, "20-30", "*", "all" or "-1" (all), or a comma-separated list of those.

        Raises ValueError for anything else.
        """
        if isinstance(text, bool):
            raise ValueError("not a port")
        found: list[Interval] = []
        for word in str(text).split(","):
            word = word.strip()
            if word.lower() in ("*", "all", "any", "-1"):
                found.append((0, LAST_PORT))
                continue
            first, dash, last = word.partition("-")
            low, high = first.strip(), last.strip() if dash else first.strip()
            if not (low.isascii() and low.isdigit() and high.isascii() and high.isdigit() and len(low) < 9 > len(high)):
                raise ValueError(f"{word!r} is no port, range of ports or *")
            if int(low) > int(high) or int(high) > LAST_PORT:
                raise ValueError(f"{word!r} is no range of ports between 0 and {LAST_PORT}")
            found.append((int(low), int(high)))
        return cls(union(found))

    @classmethod
    def between(cls, first: int, last: int) -> PortSet:
        """Return the ports from `first` to `last`, both inside; empty when `last` is the smaller."""
        low, high = max(first, 0), min(last, LAST_PORT)
        return cls(((low, high),) if low <= high else ())

    def union(self, *others: PortSet) -> PortSet:
        """Return what is in this set or one of the others."""
        every = (self, *others)
        return PortSet(
            union(i for one in every for i in one.known),
            union(i for one in every for i in one.possible),
            tuple(u for one in every for u in one.unknowns),
            tuple(p for one in every for p in one.parts),
        )

    @property
    def empty(self) -> bool | None:
        """Whether nothing is in the set; None when that is not known."""
        if self.known or surely_something(self.unknowns):
            return False
        return None if self.unknowns or self.possible else True

    def covers(self, other: PortSet) -> bool | None:
        """Whether everything in `other` (all known) is in this set."""
        left = minus(other.known, self.known)
        if not left:
            return True
        return None if not minus(left, self.possible) else False

    def within(self, other: PortSet) -> bool | None:
        """Whether everything in this set is in `other` (all known)."""
        if minus(self.known, other.known):
            return False
        return None if minus(self.possible, other.known) else True

    def __str__(self) -> str:
        return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in self.known)


class NetworkSet(NamedTuple):
    """Addresses of both families. `known…` are in the set for certain; `possible…` may be besides (`unknowns`).

    `parts` are the members as they were written. `either`: as an operand of `covers`, one family is enough; that is
    what `internet` means.
    """

    known4: Intervals = ()
    known6: Intervals = ()
    possible4: Intervals = ()
    possible6: Intervals = ()
    unknowns: tuple[Value, ...] = ()
    parts: tuple[tuple[NetworkSet, Value], ...] = ()
    either: bool = False

    @classmethod
    def parse(cls, text: object) -> NetworkSet:
        """Return the addresses of a CIDR, an address, first-last, a name (all, internet, private), or several by comma.

        Raises ValueError for anything else.
        """
        words = str(text).split(",")
        if len(words) == 1:
            return _one_network(words[0])
        return cls().union(*(_one_network(word) for word in words))

    def union(self, *others: NetworkSet) -> NetworkSet:
        """Return what is in this set or one of the others."""
        every = (self, *others)
        return NetworkSet(
            union(i for one in every for i in one.known4),
            union(i for one in every for i in one.known6),
            union(i for one in every for i in one.possible4),
            union(i for one in every for i in one.possible6),
            tuple(u for one in every for u in one.unknowns),
            tuple(p for one in every for p in one.parts),
        )

    @property
    def empty(self) -> bool | None:
        """Whether nothing is in the set; None when that is not known."""
        if self.known4 or self.known6 or surely_something(self.unknowns):
            return False
        return None if self.unknowns or self.possible4 or self.possible6 else True

    @property
    def size(self) -> int:
        """How many addresses are known to be in it, of both families together."""
        return sum(last - first + 1 for part in (self.known4, self.known6) for first, last in part)

    @property
    def largest(self) -> int:
        """How many addresses could be in it at most."""
        four, six = union(self.known4 + self.possible4), union(self.known6 + self.possible6)
        return sum(last - first + 1 for part in (four, six) for first, last in part)

    def covers(self, other: NetworkSet) -> bool | None:
        """Whether everything in `other` (all known) is in this set; for `internet`, all of one family."""
        four = _covers(self.known4, self.possible4, other.known4)
        six = _covers(self.known6, self.possible6, other.known6)
        if other.either:
            return True if four or six else False if four is False and six is False else None
        return False if four is False or six is False else True if four and six else None

    def within(self, other: NetworkSet) -> bool | None:
        """Whether everything in this set is in `other` (all known)."""
        if minus(self.known4, other.known4) or minus(self.known6, other.known6):
            return False
        return None if minus(self.possible4, other.known4) or minus(self.possible6, other.known6) else True

    def __str__(self) -> str:
        four = (written(4, *i) for i in self.known4)
        return ", ".join([*four, *(written(6, *i) for i in self.known6)])


def _covers(known: Intervals, possible: Intervals, wanted: Intervals) -> bool | None:
    left = minus(wanted, known)
    if not left:
        return True
    return None if not minus(left, possible) else False


def _one_network(word: str) -> NetworkSet:
    word = word.strip()
    named = NAMED_NETWORKS.get(word.lower())
    if named is not None:
        return named
    family, first, last = network(word)
    return NetworkSet(((first, last),)) if family == 4 else NetworkSet((), ((first, last),))


EVERY4: Intervals = ((0, LAST4),)
EVERY6: Intervals = ((0, LAST6),)


def _several(*texts: str) -> NetworkSet:
    found = [network(text) for text in texts]
    return NetworkSet(union((a, b) for f, a, b in found if f == 4), union((a, b) for f, a, b in found if f == 6))


# RFC 1918, 4193, 6598 and 3927, loopback and link-local: what cannot be reached from the internet.
NAMED_NETWORKS = {
    "all": NetworkSet(EVERY4, EVERY6),
    "internet": NetworkSet(EVERY4, EVERY6, either=True),
    "private": _several(
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "fc00::/7", "fe80::/10", "::1",
    ),
}  # fmt: skip
