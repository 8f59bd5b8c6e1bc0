"""Conditions from plain data to steps, every word and every sort of attribute looked up; never judges.

What it returns is plain data itself, so that steps can be read once and kept in a file. A step is a tuple that begins
with what it is, and `compiling` makes functions of them:

    ("all", steps), ("any", steps), ("not", step)
    ("attribute", name, test), ("size", name of the networks, test)

`reading_tests` tells of the tests.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast

from gatepost.conditions.guards import PlainGuards, guards_of
from gatepost.conditions.outcome import ConditionError, nearest_word
from gatepost.conditions.reading_tests import Path, Scope, Step, read_test
from gatepost.conditions.sorts import ANY, Schema, Sort, sort_of
from gatepost.model.records import NamedTuple

MOST_NESTING = 40


class Steps(NamedTuple):
    """A condition as steps, with the names that `compiling.Condition` tells of; a plain tuple of it can be kept."""

    first: Step
    attributes: tuple[str, ...]
    placeholders: tuple[str, ...]
    guards: PlainGuards


def read_condition(
    plain: Any,
    schema: Schema | None = None,
    placeholders: Collection[str] | None = None,
    *,
    known: bool = False,
    proved: bool = False,
) -> Steps:
    """Return the steps of a condition; for the arguments and what is raised see `compiling.compile_condition`."""
    scope = Scope(schema, schema, placeholders, known, proved)
    first = _condition(plain, scope, ())
    names, found = tuple(dict.fromkeys(scope.attributes)), tuple(dict.fromkeys(scope.names))
    return Steps(first, names, found, guards_of(plain, schema))


def _condition(plain: Any, scope: Scope, path: Path) -> Step:
    if not isinstance(plain, Mapping):
        raise ConditionError(path, "a condition is a mapping of attributes to tests")
    written = cast("Mapping[Any, Any]", plain)
    if not written:
        raise ConditionError(path, "an empty condition says nothing")
    if len(path) > MOST_NESTING:
        raise ConditionError(path, f"a condition nested deeper than {MOST_NESTING}")
    steps: list[Step] = []
    for key, value in written.items():
        here = (*path, key)
        if not isinstance(key, str):
            raise ConditionError(here, "the name of an attribute is text")
        if key == "any" and isinstance(value, list):
            steps.append(_any(cast("list[Any]", value), scope, here))
        elif key == "all" and scope.known:
            steps.extend(_every(value, scope, here))
        elif key == "any":
            raise ConditionError(here, "any needs a list of conditions")
        elif key == "not":
            steps.append(("not", _condition(value, scope, here)))
        else:
            steps.append(_attribute(key, value, scope, here))
    return steps[0] if len(steps) == 1 else ("all", tuple(steps))


def _any(written: list[Any], scope: Scope, path: Path) -> Step:
    if not written:
        raise ConditionError(path, "an empty list of conditions never holds")
    steps = [_condition(one, scope, (*path, number)) for number, one in enumerate(written)]
    return steps[0] if len(steps) == 1 else ("any", tuple(steps))


def _every(written: Any, scope: Scope, path: Path) -> list[Step]:
    """Return the conditions of `all`, which lets the same attribute be asked for twice."""
    if not isinstance(written, list) or not written:
        raise ConditionError(path, "all needs a list of conditions")
    listed = cast("list[Any]", written)
    return [_condition(one, scope, (*path, number)) for number, one in enumerate(listed)]


def _attribute(name: str, plain: Any, scope: Scope, path: Path) -> Step:
    sort = ANY if scope.schema is None else sort_of(scope.schema, name)
    if sort is None:
        raise _unknown_attribute(name, scope, path)
    if scope.outer:
        scope.attributes.append(name)
    test = read_test(plain, sort, scope, path, _condition)
    if name.endswith(".size"):
        return ("size", name[: -len(".size")], test)
    return ("attribute", name, test)


def _unknown_attribute(name: str, scope: Scope, path: Path) -> ConditionError:
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
