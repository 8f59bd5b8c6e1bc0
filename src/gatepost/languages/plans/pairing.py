"""Which elements of a planned list are which elements of the written one; never what they are worth.

A plan lists the members of a set in an order of its own, so position says little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from gatepost.model.records import NamedTuple
from gatepost.model.values import Unknown, Value

MOST_COMPARED = 10_000
DEEPEST = 30


class Pair(NamedTuple):
    """A written element as it was and as it is (None: not there), and the positions it has in the plan."""

    was: Value | None
    now: Value | None
    planned: tuple[int, ...]


def pair_elements(planned: Sequence[Any], was: Sequence[Value], now: Sequence[Value]) -> list[Pair]:
    """Return the written elements with their positions in the plan, in the order of the source."""
    placed = _positions(planned, was)
    if now is was:
        return [Pair(one, one, placed[number]) for number, one in enumerate(was)]
    ways = _aligned(was, now)
    kept = {number for number in ways if number is not None}
    pairs = [
        Pair(was[number] if number is not None else None, one, placed[number] if number is not None else ())
        for one, number in zip(now, ways, strict=True)
    ]
    # What was taken out takes its place in the plan along.
    return pairs + [Pair(was[number], None, placed[number]) for number in range(len(was)) if number not in kept]


def _aligned(was: Sequence[Value], now: Sequence[Value]) -> list[int | None]:
    """Return for each element that is there now which one it was; those left over on both sides pair in order."""
    left = list(range(len(was)))
    ways: list[int | None] = [None] * len(now)
    cheap = len(was) * len(now) <= MOST_COMPARED
    for position, one in enumerate(now):
        if not cheap:
            ways[position] = position if position < len(was) else None
            continue
        found = next((number for number in left if same(was[number], one)), None)
        if found is not None:
            left.remove(found)
            ways[position] = found
    if cheap and len(was) == len(now):
        rest = iter(left)
        ways = [next(rest) if way is None else way for way in ways]
    return ways


def _positions(planned: Sequence[Any], written: Sequence[Value]) -> list[tuple[int, ...]]:
    found: list[list[int]] = [[] for _ in written]
    left = list(range(len(planned)))
    if len(planned) * len(written) > MOST_COMPARED:
        return [(number,) if number < len(planned) else () for number in range(len(written))]
    straight = len(planned) == len(written)
    if straight and all(_likeness(data, one) >= 0 for data, one in zip(planned, written, strict=True)):
        return [(number,) for number in range(len(written))]
    scores = [
        (-score, number, position)
        for number, one in enumerate(written)
        for position, data in enumerate(planned)
        if (score := _likeness(data, one)) >= 0
    ]
    taken: set[int] = set()
    for score, number, position in sorted(scores):
        several = written[number].unknown is not None
        if position not in taken and (not found[number] or several) and (score or several):
            found[number].append(position)
            taken.add(position)
    left = [position for position in left if position not in taken]
    empty = [number for number in range(len(written)) if not found[number]]
    if len(left) == len(empty):
        # Nothing that is known tells them apart, or the files give another value than the plan had.
        for number, position in zip(empty, left, strict=True):
            found[number].append(position)
    return [tuple(sorted(positions)) for positions in found]


def _likeness(data: Any, written: Value) -> int:
    """Return how many known parts are equal, or -1 when one is not."""
    template = written.tree if written.unknown is not None else written
    if not isinstance(template, Value):
        return 0
    if isinstance(data, dict):
        if not template.is_map:
            return 0 if written.unknown is not None else -1
        return _map_likeness(cast("dict[str, Any]", data), template.literal)
    if isinstance(data, list):
        return 0 if template.is_list or written.unknown is not None else -1
    return 1 if _text(data) == _text(template.literal) else -1


def _map_likeness(data: Mapping[str, Any], written: Any) -> int:
    score = 0
    for key in written:
        inner: Value | None = written.get(key)
        if inner is None or key not in data or type(inner.literal) is Unknown:
            continue
        if isinstance(data[key], dict):
            continue
        if isinstance(data[key], list):
            score += _list_likeness(cast("list[Any]", data[key]), inner)
        elif isinstance(inner.literal, tuple | Mapping) or _text(data[key]) != _text(inner.literal):
            return -1
        else:
            score += 2
    return score


def _list_likeness(data: list[Any], written: Value) -> int:
    if not written.is_list or any(isinstance(one, dict | list) for one in data):
        return 0
    mine = sorted(_text(one.literal) for one in written.literal if type(one.literal) is not Unknown)
    return 1 if mine == sorted(_text(one) for one in data) else 0


def _text(data: Any) -> str:
    if data is True or data is False:
        return "true" if data else "false"
    if isinstance(data, float) and data.is_integer():
        return str(int(data))
    return "" if data is None else str(data)


def same(one: Value, other: Value, depth: int = 0) -> bool:
    """Whether two values say the same; where they stand does not matter, what they name does."""
    if one is other:
        return True
    if depth > DEEPEST or _named(one) != _named(other) or one.open != other.open:
        return False
    mine: Any = one.literal
    yours: Any = other.literal
    if type(mine) is Unknown and type(yours) is Unknown:
        trees = isinstance(one.tree, Value) == isinstance(other.tree, Value)
        alike = not isinstance(one.tree, Value) or not trees or same(one.tree, other.tree, depth + 1)
        return trees and alike and mine.pieces == yours.pieces and mine.why == yours.why
    if one.is_list and other.is_list:
        return _same_list(one.literal, other.literal, depth)
    if one.is_map or other.is_map:
        return type(mine) is dict and type(yours) is dict and _same_map(cast("Any", mine), cast("Any", yours), depth)
    return type(mine) is type(yours) and bool(mine == yours)


def _same_list(mine: Sequence[Value], yours: Sequence[Value], depth: int) -> bool:
    return len(mine) == len(yours) and all(same(a, b, depth + 1) for a, b in zip(mine, yours, strict=True))


def _same_map(mine: dict[str, Value], yours: dict[str, Value], depth: int) -> bool:
    return mine.keys() == yours.keys() and all(same(mine[key], yours[key], depth + 1) for key in mine)


def _named(value: Value) -> tuple[str, str]:
    reference = value.refers_to
    return (reference.address, reference.attribute) if reference is not None else ("", "")
