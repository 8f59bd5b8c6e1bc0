"""Tests of an attribute, from steps to functions that answer for a value; never attributes, never what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from gatepost.conditions import membership, quantifiers
from gatepost.conditions.guards import ready
from gatepost.conditions.membership import Answer, Members
from gatepost.conditions.operands import NOTHING, UNDECIDED, Frame, Operand, names_in
from gatepost.conditions.operators import OPERATORS, Operator
from gatepost.conditions.outcome import Asked
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


def _all(tests: list[Test]) -> Test:
    every = tuple(tests)

    def test(value: Value | None, frame: Frame, name: str) -> Answer:
        unknowns: tuple[Asked, ...] = ()
        evidence: tuple[Asked, ...] = ()
        for one in every:
            truth, asked = one(value, frame, name)
            if truth is False:
                return False, asked
            if truth is None:
                unknowns += asked
            else:
                evidence += asked
        return (None, membership.once(list(unknowns))) if unknowns else (True, evidence)

    return test


def _negated(inner: Test) -> Test:
    def test(value: Value | None, frame: Frame, name: str) -> Answer:
        truth, asked = inner(value, frame, name)
        return (None if truth is None else not truth), asked

    return test


def _exists(value: Value | None, frame: Frame, name: str) -> Answer:
    return exists(value), (Asked(name, value, frame.element),)


def _known(value: Value | None, frame: Frame, name: str) -> Answer:
    known = value is not None and value.literal is not None and value.unknown is None
    return known, (Asked(name, value, frame.element),)


_SIMPLE: dict[str, Test] = {"exists": _exists, "known": _known}


def _leaf(name: str, plain: Any, kind: str) -> Test:
    operator = OPERATORS[name]
    if names_in(plain):
        return _of_placeholders(operator, Operand(plain, operator.literal), kind)
    prepare, decide = operator.prepare, operator.decide
    operand: Any = None

    def constant(value: Value | None, frame: Frame, name: str) -> Answer:
        if value is None or value.literal is None:
            return False, (Asked(name, value, frame.element),)
        nonlocal operand
        if operand is None:  # most of what a rule asks for is missing
            operand = prepare(plain, kind)
        return decide(value, operand), (Asked(name, value, frame.element),)

    return constant


def _of_placeholders(operator: Operator, operand: Operand, kind: str) -> Test:
    prepare, decide = operator.prepare, operator.decide

    def test(value: Value | None, frame: Frame, name: str) -> Answer:
        return _with_operand(operand, value, frame, name, lambda plain: decide_plain(value, frame, name, plain))

    def decide_plain(value: Value | None, frame: Frame, name: str, plain: Any) -> Answer:
        assert value is not None
        return decide(value, prepare(plain, kind)), (Asked(name, value, frame.element),)

    return test


def _with_operand(
    operand: Operand, value: Value | None, frame: Frame, name: str, decide: Callable[[Any], Answer]
) -> Answer:
    """Answer with an operand that holds placeholders; one that does not fit the operator makes the test false."""
    asked = (Asked(name, value, frame.element),)
    if value is None or is_missing(value):
        return False, asked
    plain, unknowns = operand.resolve(frame)
    if plain is NOTHING:
        return False, asked
    if plain is UNDECIDED:
        return None, unknowns + asked if value.unknown is not None else unknowns
    try:
        return decide(plain)
    except ValueError:
        return False, asked


def _membership(operator: str, plain: Any, kind: str) -> Test:
    if names_in(plain):
        operand = Operand(plain)

        def test(value: Value | None, frame: Frame, name: str) -> Answer:
            def decide(found: Any) -> Answer:
                return membership.decide(operator, value, Members(found, kind), name, frame.element)

            return _with_operand(operand, value, frame, name, decide)

        return test
    members: Members | None = None

    def constant(value: Value | None, frame: Frame, name: str) -> Answer:
        if value is None or value.literal is None:
            return False, (Asked(name, value, frame.element),)
        nonlocal members
        if members is None:
            members = Members(plain, kind)
        return membership.decide(operator, value, members, name, frame.element)

    return constant


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
