"""Ports as a set, from numbers, "a-b", `*`, lists of those and pairs of ends; never which port is dangerous."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from gatepost.conditions.intervals import LAST_PORT, PortSet
from gatepost.conditions.scalars import scalar_text
from gatepost.conditions.sorts import Sort
from gatepost.model.values import Unknown, Value
from gatepost.rules.readers.embedded import more_of, unreadable

SORT = Sort("ports")
EVERY = ((0, LAST_PORT),)
_FIRST = ("from", "from_port", "FromPort", "From", "start")
_LAST = ("to", "to_port", "ToPort", "To", "end")


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return the ports; a list that is open, or members that are not known, may hold any port besides."""
    del options
    if value.literal is None or value.unknown is not None or isinstance(value.literal, PortSet):
        return value
    if not value.is_list:
        one = _one(value)
        return value._replace(literal=one if one is not None else Unknown("it is no port or range of ports", False))
    members = cast("tuple[Value, ...]", value.literal)
    sets: list[PortSet] = []
    for member in members:
        if member.literal is None:
            continue
        one = _one(member)
        if one is None:
            one = PortSet((), EVERY, (unreadable(member, "port or range of ports"),))
        sets.append(one._replace(parts=((one, member),)))
    if value.open:
        sets.append(PortSet((), EVERY, (more_of(value),)))
    return value._replace(literal=PortSet(()).union(*sets), repeated=False, tree=None)


def _one(value: Value) -> PortSet | None:
    literal: Any = value.literal
    if isinstance(literal, PortSet):
        return literal
    if value.is_map:
        body = cast("Mapping[str, Value | None]", literal)
        ends = [next((body[n] for n in names if body.get(n) is not None), None) for names in (_FIRST, _LAST)]
        return between(ends[0], ends[1])
    text = scalar_text(literal)
    if text is None or not text:
        return None
    try:
        return PortSet.parse(text)
    except ValueError:
        return None


def between(first: Value | None, last: Value | None) -> PortSet | None:
    """Return the ports between two ends, one of which may not be known; None when that says nothing."""
    low, high = _number(first), _number(last)
    unknowns = tuple(end for end in (first, last) if end is not None and end.unknown is not None)
    if low is not None and high is not None:
        return PortSet(EVERY) if low < 0 or high < 0 else PortSet.between(low, high)
    if not unknowns:
        only = low if high is None else high
        return None if only is None else PortSet.between(only, only)
    if low is not None:
        return PortSet(((low, low),), ((low, LAST_PORT),), unknowns)
    if high is not None:
        return PortSet(((high, high),), ((0, high),), unknowns)
    return PortSet((), EVERY, unknowns)


def _number(value: Value | None) -> int | None:
    text = scalar_text(value.literal) if value is not None else None
    if text is None or len(text) > 6:
        return None
    return int(text) if text.lstrip("-").isdecimal() and text.isascii() else None
