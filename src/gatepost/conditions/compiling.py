"""Conditions from steps to something that can be judged; never reads a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from gatepost.conditions.guards import Guards, ready
from gatepost.conditions.operands import Getter, Given
from gatepost.conditions.outcome import Answer, Outcome, Subject, Trace, told
from gatepost.conditions.quantifiers import Run, Test
from gatepost.conditions.reading import read_condition
from gatepost.conditions.reading_tests import Step
from gatepost.conditions.sets import NetworkSet
from gatepost.conditions.sorts import Schema
from gatepost.conditions.tests import make_attribute, make_test, negated
from gatepost.model.values import Value


class Condition:
    """A compiled condition; judged as often as wanted.

    `attributes` are the subject's, in the order they are written; `placeholders` the names in `${…}`. `guards` are
    attributes that have to be one of some texts for the condition to hold: see `guards.fails`.
    """

    __slots__ = ("_run", "attributes", "guards", "placeholders")

    def __init__(
        self, run: Run, attributes: tuple[str, ...], placeholders: tuple[str, ...], guards: Guards = ()
    ) -> None:
        self._run = run
        self.attributes = attributes
        self.placeholders = placeholders
        self.guards = guards

    def judge(self, subject: Subject, settings: Mapping[str, Any]) -> Outcome:
        """Return the answer for a subject; `settings` are plain data (or Values) for the placeholders.

        A placeholder without a value (a setting that is null, an attribute that is missing) makes its test false,
        whatever the test; one that is not known makes it undecided.
        """
        truth, trace = self.answer(subject.get, settings)
        return Outcome(None, told(trace)) if truth is None else Outcome(truth, (), told(trace))

    def answer(self, get: Getter, settings: Mapping[str, Any]) -> Answer:
        """Return what `judge` does for a subject that is asked by `get`, with what was asked as a plain trace."""
        return self._run(get, (get, settings), "", None)


def compile_condition(
    plain: Any,
    schema: Schema | None = None,
    placeholders: Collection[str] | None = None,
    *,
    known: bool = False,
    proved: bool = False,
) -> Condition:
    """Return the compiled condition.

    `plain` is a mapping as read from YAML. `schema` None: every attribute is there and of any sort.
    `placeholders` are the names of the settings; other names in `${…}` are attributes of the subject; None: any name.
    `proved`: it is known to compile, so that expressions and the like are made ready when they are first used.
    With `known` there are the operator `known: true|false` and `all`, a list of conditions (the gate's; rules do not
    have them).
    Raises ConditionError.
    """
    return make_condition(read_condition(plain, schema, placeholders, known=known, proved=proved))


def make_condition(steps: tuple[Any, ...]) -> Condition:
    """Return the condition that `reading.Steps` stand for, also when they were kept in a file."""
    first, attributes, placeholders, guards = steps
    return Condition(_run(first), attributes, placeholders, ready(guards))


def _run(step: Step) -> Run:
    name = step[0]
    if name == "attribute":
        return make_attribute(step[1], step[2], _run)
    if name == "not":
        return negated(_run(step[1]))
    if name == "size":
        return _sized(step[1], make_test(step[2], _run))
    return (all_of if name == "all" else any_of)([_run(one) for one in step[1]])


def all_of(runs: list[Run]) -> Run:
    """Return what holds when all hold."""
    return _until(runs, False)


def any_of(runs: list[Run]) -> Run:
    """Return what holds when one holds."""
    return _until(runs, True)


def _until(runs: list[Run], decisive: bool) -> Run:
    """Return what comes to `decisive` as soon as one does, and to the opposite when none can."""
    every = tuple(runs)

    def run(get: Getter, given: Given, prefix: str, element: Value | None) -> Answer:
        unknowns: Trace = ()
        evidence: Trace = ()
        for one in every:
            truth, asked = one(get, given, prefix, element)
            if truth is decisive:
                return decisive, asked
            if truth is None:
                unknowns += asked
            else:
                evidence += asked
        return (None, unknowns) if unknowns else (not decisive, evidence)

    return run


def _sized(above: str, test: Test) -> Run:
    """Ask for how many addresses are in networks: `.size` is theirs, not an attribute of its own."""
    name = above + ".size"

    def run(get: Getter, given: Given, prefix: str, element: Value | None) -> Answer:
        networks = get(above)
        if networks is not None and (networks.unknown is not None or type(networks.literal) is NetworkSet):
            value = _size(networks)
        else:
            value = get(name)
        return test(value, given, prefix + name, element)

    return run


def _size(networks: Value) -> Value:
    from gatepost.conditions.operators import Between

    if networks.unknown is not None:
        return networks
    literal: NetworkSet = networks.literal
    least = literal.size
    most = None if networks.open else literal.largest
    return networks._replace(literal=least if most == least else Between(least, most), open=False)
