"""Tests of an attribute, from steps to functions that answer for a value; never attributes, never what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from gatepost.conditions import membership, quantifiers
from gatepost.conditions.guards import ready
from gatepost.conditions.membership import Members
from gatepost.conditions.operands import NOTHING, UNDECIDED, Getter, Given, Operand
from gatepost.conditions.operators import OPERATORS, Operator
from gatepost.conditions.outcome import Answer, Entry, Trace
from gatepost.conditions.quantifiers import Run, Test
from gatepost.conditions.reading_tests import Step
from gatepost.conditions.scalars import exists, is_missing
from gatepost.model.values import Value

MakeRun: TypeAlias = Callable[[Step], Run]


def make_test(step: Step, run: MakeRun) -> Test:
    """Return the function of a test; `run` makes that of a condition."""
    name = step[0]
    if name in OPERATORS:
        return _leaf(*step)
    if name in ("includes", "covers", "within"):
        return _membership(*step)
    if name in _SIMPLE:
        return _SIMPLE[name]
    if name == "not":
        return _negated(make_test(step[1], run))
    if name == "all":
        return _all([make_test(one, run) for one in step[1]])
    if name == "element":
        return quantifiers.on_element(run(step[1]), ready(step[2]))
    if name == "count":
        _, of, holds, largest, as_map = step
        return quantifiers.count(None if of is None else make_test(of, run), _counted(holds), largest, as_map)
    return (quantifiers.some if name == "some" else quantifiers.every)(make_test(step[1], run), step[2])


def make_attribute(name: str, step: Step, run: MakeRun) -> Run:
    """Return the function that asks for an attribute and tests it.

    The tests that nearly all conditions are made of, a comparison with what is constant and whether something is there,
    are one function with their attribute: conditions are asked all day, and every call counts.
    """
    word = step[0]
    if word == "not":
        return negated(make_attribute(name, step[1], run))
    if word == "exists":
        return _there(name)
    if word in OPERATORS and step[3]:
        return _compared(name, OPERATORS[word], step[1], step[2])
    test = make_test(step, run)

    def ask(get: Getter, given: Given, prefix: str, element: Value | None) -> Answer:
        return test(get(name), given, prefix + name, element)

    return ask


def _there(name: str) -> Run:
    def ask(get: Getter, _: Given, prefix: str, element: Value | None) -> Answer:
        value = get(name)
        return exists(value), ((prefix + name, value, element),)

    return ask


def _compared(name: str, operator: Operator, plain: Any, kind: str) -> Run:
    prepare, decide = operator.prepare, operator.decide
    operand: Any = None

    def ask(get: Getter, _: Given, prefix: str, element: Value | None) -> Answer:
        value = get(name)
        asked = ((prefix + name, value, element),)
        if value is None or value.literal is None:
            return False, asked
        nonlocal operand
        if operand is None:  # most of what a rule asks for is missing
            operand = prepare(plain, kind)
        return decide(value, operand), asked

    return ask


def negated(inner: Run) -> Run:
    """Return what holds when the other does not."""

    def run(get: Getter, given: Given, prefix: str, element: Value | None) -> Answer:
        truth, asked = inner(get, given, prefix, element)
        return (None if truth is None else not truth), asked

    return run


def _all(tests: list[Test]) -> Test:
    every = tuple(tests)

    def test(value: Value | None, given: Given, name: str, element: Value | None) -> Answer:
        unknowns: Trace = ()
        evidence: Trace = ()
        for one in every:
            truth, asked = one(value, given, name, element)
            if truth is False:
                return False, asked
            if truth is None:
                unknowns += asked
            else:
                evidence += asked
        return (None, membership.once(list(unknowns))) if unknowns else (True, evidence)

    return test


def _negated(inner: Test) -> Test:
    def test(value: Value | None, given: Given, name: str, element: Value | None) -> Answer:
        truth, asked = inner(value, given, name, element)
        return (None if truth is None else not truth), asked

    return test


def _exists(value: Value | None, _: Given, name: str, element: Value | None) -> Answer:
    return exists(value), ((name, value, element),)


def _known(value: Value | None, _: Given, name: str, element: Value | None) -> Answer:
    known = value is not None and value.literal is not None and value.unknown is None
    return known, ((name, value, element),)


_SIMPLE: dict[str, Test] = {"exists": _exists, "known": _known}


def _leaf(name: str, plain: Any, kind: str, constant: bool) -> Test:
    operator = OPERATORS[name]
    if not constant:
        return _of_placeholders(operator, Operand(plain, operator.literal), kind)
    prepare, decide = operator.prepare, operator.decide
    operand: Any = None

    def test(value: Value | None, _: Given, name: str, element: Value | None) -> Answer:
        if value is None or value.literal is None:
            return False, ((name, value, element),)
        nonlocal operand
        if operand is None:  # most of what a rule asks for is missing
            operand = prepare(plain, kind)
        return decide(value, operand), ((name, value, element),)

    return test


def _of_placeholders(operator: Operator, operand: Operand, kind: str) -> Test:
    prepare, decide = operator.prepare, operator.decide

    def test(value: Value | None, given: Given, name: str, element: Value | None) -> Answer:
        def decide_plain(plain: Any) -> Answer:
            assert value is not None
            return decide(value, prepare(plain, kind)), ((name, value, element),)

        return _with_operand(operand, (name, value, element), given, decide_plain)

    return test


def _with_operand(operand: Operand, entry: Entry, given: Given, decide: Callable[[Any], Answer]) -> Answer:
    """Answer with an operand that holds placeholders; one that does not fit the operator makes the test false."""
    _, value, _ = entry
    if value is None or is_missing(value):
        return False, (entry,)
    plain, unknowns = operand.resolve(given)
    if plain is NOTHING:
        return False, (entry,)
    if plain is UNDECIDED:
        return None, (*unknowns, entry) if value.unknown is not None else unknowns
    try:
        return decide(plain)
    except ValueError:
        return False, (entry,)


def _membership(operator: str, plain: Any, kind: str, constant: bool) -> Test:
    if not constant:
        operand = Operand(plain)

        def with_operand(value: Value | None, given: Given, name: str, element: Value | None) -> Answer:
            def decide(found: Any) -> Answer:
                return membership.decide(operator, value, Members(found, kind), name, element)

            return _with_operand(operand, (name, value, element), given, decide)

        return with_operand
    members: Members | None = None

    def test(value: Value | None, _: Given, name: str, element: Value | None) -> Answer:
        if value is None or value.literal is None:
            return False, ((name, value, element),)
        nonlocal members
        if members is None:
            members = Members(plain, kind)
        return membership.decide(operator, value, members, name, element)

    return test


def _counted(holds: Step) -> Callable[[int], bool]:
    tests = [_counted_by(*one) for one in holds]
    return tests[0] if len(tests) == 1 else lambda number: all(test(number) for test in tests)


def _counted_by(name: str, operand: Any) -> Callable[[int], bool]:
    if name == "not":
        inner = _counted(operand)
        return lambda number: not inner(number)
    if name == "in":
        return lambda number: number in operand
    return (lambda number: number >= operand) if name == "at_least" else (lambda number: number <= operand)
