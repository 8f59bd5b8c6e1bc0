"""`some`, `every` and `count` over the elements of a list or the values of a map; never a single value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

from gatepost.conditions.guards import Guards, fails
from gatepost.conditions.membership import once
from gatepost.conditions.operands import Getter, Given
from gatepost.conditions.outcome import Answer, Entry, Trace
from gatepost.conditions.scalars import is_missing
from gatepost.model.values import Unknown, Value

# Tests a value that the attribute `name` has, inside an element of a list (None: outside any).
Test: TypeAlias = Callable[[Value | None, Given, str, Value | None], Answer]
# Asks the thing at hand for attributes; their names in what is told begin with a prefix, and the element is it.
Run: TypeAlias = Callable[[Getter, Given, str, Value | None], Answer]


def elements_of(value: Value, as_map: bool) -> tuple[Value, ...]:
    """Return what is quantified over: members, the values of a map (`as_map`), else the value as the only one."""
    literal: Any = value.literal
    if value.is_list:
        return cast("tuple[Value, ...]", literal)
    if as_map and value.is_map:
        held = cast("Mapping[str, Value | None]", literal)
        found = (held.get(key) for key in held)
        return tuple(one for one in found if one is not None)
    return (value,)


def on_element(run: Run, guards: Guards = ()) -> Test:
    """Return the test that a condition makes of an element: its attributes are asked of the element."""

    def test(value: Value | None, given: Given, name: str, element: Value | None) -> Answer:
        del element
        assert value is not None
        if type(value.literal) is Unknown:
            return _on_unknown(run, value, given, name)
        get = _getter(value.literal) if value.is_map else _nothing
        if guards and fails(guards, get):
            return False, ()
        return run(get, given, name + ".", value)

    return test


def _on_unknown(run: Run, value: Value, given: Given, name: str) -> Answer:
    held = Value(Unknown(cast("Unknown", value.literal).why), value.span)

    def get(_: str) -> Value | None:
        return held

    truth, _ = run(get, given, name + ".", value)
    return truth, ((name, value, value),)


def _nothing(_: str) -> Value | None:
    return None


def _getter(literal: Mapping[str, Value | None]) -> Callable[[str], Value | None]:
    def get(name: str) -> Value | None:
        found = literal.get(name)
        if found is not None or "." not in name:
            return found
        return walk(literal, name)

    return get


def walk(literal: Mapping[str, Value | None], name: str) -> Value | None:
    """Return what a dotted name leads to through maps and lists; an unknown on the way is the answer."""
    first, _, rest = name.partition(".")
    value = literal.get(first)
    while value is not None and rest:
        if type(value.literal) is Unknown:
            return Value(Unknown(value.literal.why), value.span, refers_to=value.refers_to)
        if value.is_map:
            whole = value.literal.get(rest)
            if whole is not None:
                return whole
        first, _, rest = rest.partition(".")
        value = _step(value, first)
    return value


def _step(value: Value, name: str) -> Value | None:
    literal: Any = value.literal
    if value.is_map:
        found = literal.get(name)
        if found is None and value.open:
            return Value(Unknown(value.gap or "not everything in the map is known"), value.span)
        return found
    if value.is_list and name.isdigit():
        if int(name) < len(literal):
            return literal[int(name)]
        return Value(Unknown(value.gap or "the list may have more elements"), value.span) if value.open else None
    return None


def some(test: Test, as_map: bool) -> Test:
    """True when an element holds; missing: false."""

    def decide(value: Value | None, given: Given, name: str, element: Value | None) -> Answer:
        if value is None or is_missing(value):
            return False, ((name, value, element),)
        if value.unknown is not None:
            return None, ((name, value, element),)
        unknowns: list[Entry] = []
        for one in elements_of(value, as_map):
            truth, asked = test(one, given, name, one)
            if truth:
                return True, ((name, value, one), *asked)
            if truth is None:
                unknowns.extend(asked)
        if value.open:
            unknowns.append((name, value, element))
        return (None, once(unknowns)) if unknowns else (False, ((name, value, element),))

    return decide


def every(test: Test, as_map: bool) -> Test:
    """True when no element fails, also when there is none; missing: true."""

    def decide(value: Value | None, given: Given, name: str, element: Value | None) -> Answer:
        if value is None or is_missing(value):
            return True, ((name, value, element),)
        if value.unknown is not None:
            return None, ((name, value, element),)
        unknowns: list[Entry] = []
        for one in elements_of(value, as_map):
            truth, asked = test(one, given, name, one)
            if truth is False:
                return False, ((name, value, one), *asked)
            if truth is None:
                unknowns.extend(asked)
        if value.open:
            unknowns.append((name, value, element))
        return (None, once(unknowns)) if unknowns else (True, ((name, value, element),))

    return decide


def count(test: Test | None, holds: Callable[[int], bool], largest: int, as_map: bool) -> Test:
    """True when `holds` says so of how many elements there are (that hold); missing: none.

    `holds` does not change any more for numbers above `largest`.
    """

    def decide(value: Value | None, given: Given, name: str, element: Value | None) -> Answer:
        here = ((name, value, element),)
        if value is None or is_missing(value):
            return holds(0), here
        if value.unknown is not None:
            return _over(holds, 0, largest + 1, here, here)
        sure, unknowns, doubtful, holding = 0, list[Entry](), 0, list[Entry]()
        for one in elements_of(value, as_map):
            truth, asked = (True, ()) if test is None else test(one, given, name, one)
            if truth:
                sure += 1
                holding.append((name, value, one))
            elif truth is None:
                doubtful += 1
                unknowns.extend(asked)
        if value.open:
            unknowns.append(here[0])
        high = max(largest + 1, sure) if value.open else sure + doubtful
        return _over(holds, sure, high, once(unknowns), (*here, *holding))

    return decide


def _over(holds: Callable[[int], bool], low: int, high: int, unknowns: Trace, evidence: Trace) -> Answer:
    first = holds(low)
    if any(holds(number) != first for number in range(low + 1, high + 1)):
        return None, unknowns
    return first, evidence
