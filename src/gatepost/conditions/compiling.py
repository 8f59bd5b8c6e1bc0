"""Conditions from plain data to something that can be judged; never reads a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast

from gatepost.conditions.guards import Guards, guards_of
from gatepost.conditions.membership import Answer
from gatepost.conditions.operands import Frame
from gatepost.conditions.outcome import Asked, ConditionError, Outcome, Subject, nearest_word
from gatepost.conditions.quantifiers import Run, Test
from gatepost.conditions.sets import NetworkSet
from gatepost.conditions.sorts import ANY, Schema, Sort, sort_of
from gatepost.conditions.tests import Scope, compile_test
from gatepost.model.values import Value

MOST_NESTING = 40


class Condition:
    """A compiled condition; judged as often as wanted.

    `attributes` are the subject's, in the order they are written; `placeholders` the names in `${…}`. `guards` are
    attributes that have to be one of some texts for the condition to hold: see `guards.fails`.
    """

    __slots__ = ("attributes", "guards", "placeholders", "run")

    def __init__(
        self, run: Run, attributes: tuple[str, ...], placeholders: tuple[str, ...], guards: Guards = ()
    ) -> None:
        self.run = run
        self.attributes = attributes
        self.placeholders = placeholders
        self.guards = guards

    def judge(self, subject: Subject, settings: Mapping[str, Any]) -> Outcome:
        """Return the answer for a subject; `settings` are plain data (or Values) for the placeholders.

        A placeholder without a value (a setting that is null, an attribute that is missing) makes its test false,
        whatever the test; one that is not known makes it undecided.
        """
        get = subject.get
        truth, asked = self.run(Frame(get, get, settings))
        return Outcome(None, asked) if truth is None else Outcome(truth, (), asked)


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
    scope = Scope(schema, schema, placeholders, known, proved)
    run = _condition(plain, scope, ())
    names, found = tuple(dict.fromkeys(scope.attributes)), tuple(dict.fromkeys(scope.names))
    return Condition(run, names, found, guards_of(plain, schema))


def _condition(plain: Any, scope: Scope, path: tuple[str | int, ...]) -> Run:
    if not isinstance(plain, Mapping):
        raise ConditionError(path, "a condition is a mapping of attributes to tests")
    written = cast("Mapping[Any, Any]", plain)
    if not written:
        raise ConditionError(path, "an empty condition says nothing")
    if len(path) > MOST_NESTING:
        raise ConditionError(path, f"a condition nested deeper than {MOST_NESTING}")
    runs: list[Run] = []
    for key, value in written.items():
        here = (*path, key)
        if not isinstance(key, str):
            raise ConditionError(here, "the name of an attribute is text")
        if key == "any" and isinstance(value, list):
            runs.append(_any(cast("list[Any]", value), scope, here))
        elif key == "all" and scope.known:
            runs.extend(_every(value, scope, here))
        elif key == "any":
            raise ConditionError(here, "any needs a list of conditions")
        elif key == "not":
            runs.append(_not(_condition(value, scope, here)))
        else:
            runs.append(_attribute(key, value, scope, here))
    return runs[0] if len(runs) == 1 else all_of(runs)


def _any(written: list[Any], scope: Scope, path: tuple[str | int, ...]) -> Run:
    if not written:
        raise ConditionError(path, "an empty list of conditions never holds")
    runs = [_condition(one, scope, (*path, number)) for number, one in enumerate(written)]
    return runs[0] if len(runs) == 1 else any_of(runs)


def _every(written: Any, scope: Scope, path: tuple[str | int, ...]) -> list[Run]:
    """Return the conditions of `all`, which lets the same attribute be asked for twice."""
    if not isinstance(written, list) or not written:
        raise ConditionError(path, "all needs a list of conditions")
    listed = cast("list[Any]", written)
    return [_condition(one, scope, (*path, number)) for number, one in enumerate(listed)]


def all_of(runs: list[Run]) -> Run:
    """Return what holds when all hold."""
    return _until(runs, False)


def any_of(runs: list[Run]) -> Run:
    """Return what holds when one holds."""
    return _until(runs, True)


def _until(runs: list[Run], decisive: bool) -> Run:
    """Return what comes to `decisive` as soon as one does, and to the opposite when none can."""
    every = tuple(runs)

    def run(frame: Frame) -> Answer:
        unknowns: tuple[Asked, ...] = ()
        evidence: tuple[Asked, ...] = ()
        for one in every:
            truth, asked = one(frame)
            if truth is decisive:
                return decisive, asked
            if truth is None:
                unknowns += asked
            else:
                evidence += asked
        return (None, unknowns) if unknowns else (not decisive, evidence)

    return run


def _not(inner: Run) -> Run:
    def run(frame: Frame) -> Answer:
        truth, asked = inner(frame)
        return (None if truth is None else not truth), asked

    return run


def _attribute(name: str, plain: Any, scope: Scope, path: tuple[str | int, ...]) -> Run:
    sort = ANY if scope.schema is None else sort_of(scope.schema, name)
    if sort is None:
        raise _unknown_attribute(name, scope, path)
    if scope.outer:
        scope.attributes.append(name)
    test = compile_test(plain, sort, scope, path, _condition)
    if name.endswith(".size"):
        return _sized(name, test)
    return _asked(name, test)


def _asked(name: str, test: Test) -> Run:
    def run(frame: Frame) -> Answer:
        return test(frame.get(name), frame, frame.prefix + name)

    return run


def _sized(name: str, test: Test) -> Run:
    """Ask for how many addresses are in networks: `.size` is theirs, not an attribute of its own."""
    above = name[: -len(".size")]

    def run(frame: Frame) -> Answer:
        networks = frame.get(above)
        if networks is not None and (networks.unknown is not None or type(networks.literal) is NetworkSet):
            value = _size(networks)
        else:
            value = frame.get(name)
        return test(value, frame, frame.prefix + name)

    return run


def _size(networks: Value) -> Value:
    from gatepost.conditions.operators import Between

    if networks.unknown is not None:
        return networks
    literal: NetworkSet = networks.literal
    least = literal.size
    most = None if networks.open else literal.largest
    return networks._replace(literal=least if most == least else Between(least, most), open=False)


def _unknown_attribute(name: str, scope: Scope, path: tuple[str | int, ...]) -> ConditionError:
    schema = scope.schema
    assert schema is not None
    near = ""
    if "." in name:
        above, _, last = name.rpartition(".")
        sort = sort_of(schema, above)
        inside = sort.of if sort is not None else None
        if inside is not None and not isinstance(inside, Sort):
            word = nearest_word(last, inside.names())
            near = f"{above}.{word}" if word else ""
    near = near or nearest_word(name, schema.names())
    return ConditionError(path, f"there is no attribute {name!r} here", near)
