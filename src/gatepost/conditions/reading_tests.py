"""Tests of an attribute, from plain data to steps: which operators its sort has and what they need; never judges.

A test is a tuple that begins with what it is, and `tests` makes functions of them:

    ("all", tests), ("not", test), ("exists",), ("known",)
    (operator on one value or on members, operand, kind of the sort, whether it is constant)
    ("some", test, of a map), ("every", test, of a map)
    ("count", test or None, pairs of operator and operand, largest number, of a map)
    ("element", step of a condition, guards)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias, cast

from gatepost.conditions.guards import guards_of
from gatepost.conditions.membership import Members
from gatepost.conditions.operands import names_in
from gatepost.conditions.operators import EQUAL, OPERATORS
from gatepost.conditions.outcome import ConditionError, nearest_word
from gatepost.conditions.scalars import scalar_text
from gatepost.conditions.sorts import ORDERED, SCALARS, SETS, Schema, Sort, element_sort, sort_of

Path: TypeAlias = "tuple[str | int, ...]"
Step: TypeAlias = "tuple[Any, ...]"


class Scope:
    """Where a part of a condition stands: the schema at hand and that of the subject, and the names found so far."""

    __slots__ = ("attributes", "known", "names", "outer", "placeholders", "proved", "schema", "subject")

    def __init__(
        self,
        schema: Schema | None,
        subject: Schema | None,
        placeholders: Collection[str] | None,
        known: bool,
        proved: bool = False,
    ) -> None:
        self.schema = schema
        self.subject = subject
        self.placeholders = placeholders
        self.known = known
        self.proved = proved  # it was read before without a fault, so that operands can be left until they are used
        self.outer = True
        self.attributes: list[str] = []
        self.names: list[str] = []

    def inside(self, schema: Schema | None) -> Scope:
        """Return the scope of the elements of a list; attributes found there are not the subject's."""
        inner = Scope(schema, self.subject, self.placeholders, self.known, self.proved)
        inner.outer = False
        inner.names = self.names
        return inner


ReadCondition: TypeAlias = Callable[[Any, Scope, Path], Step]

_EVERYWHERE = frozenset({"exists", "origin", "not"})
_SCALAR = _EVERYWHERE | {"in"}
_LISTS = frozenset({"includes", "covers", "within", "some", "every", "count"})
_ALL = _SCALAR | _LISTS | {"like", "matches", "at_least", "at_most", "known"}


def operators_of(kind: str) -> frozenset[str]:
    """Return the operators that a sort has (a value alone is for scalars and `any`)."""
    if kind == "any":
        return _ALL - {"known"}
    if kind in SETS:
        return _EVERYWHERE | {"includes", "covers", "within"} | (_LISTS if kind == "set" else frozenset[str]())
    if kind == "list":
        return _EVERYWHERE | _LISTS
    if kind == "map":
        return _EVERYWHERE | {"includes", "some", "every", "count"}
    if kind not in SCALARS:
        return _EVERYWHERE
    found = _SCALAR | ({"at_least", "at_most"} if kind in ORDERED else frozenset[str]())
    return found | {"like", "matches"} if kind not in ("truth", "number") else found


def read_test(plain: Any, sort: Sort, scope: Scope, path: Path, condition: ReadCondition) -> Step:
    """Return the test that a value or a mapping of operators stands for; raises ConditionError."""
    if not isinstance(plain, Mapping):
        return _value(plain, sort, scope, path)
    written = cast("Mapping[Any, Any]", plain)
    if not written:
        raise ConditionError(path, "an empty test says nothing")
    if len(path) > 40:
        raise ConditionError(path, "a condition nested deeper than 40")
    allowed = operators_of(sort.kind) | ({"known"} if scope.known else frozenset[str]())
    found: list[Step] = []
    for name, operand in written.items():
        here = (*path, name)
        if name not in allowed:
            raise _not_allowed(str(name), sort, allowed, here)
        found.append(_operator(str(name), operand, sort, scope, here, condition))
    return found[0] if len(found) == 1 else ("all", tuple(found))


def _not_allowed(name: str, sort: Sort, allowed: frozenset[str], path: Path) -> ConditionError:
    if name in _ALL and name != "known":
        fitting = ", ".join(sorted(allowed))
        return ConditionError(path, f"{name} does not fit the sort {sort.kind}, which has {fitting}")
    return ConditionError(path, f"there is no operator {name!r}", nearest_word(name, allowed))


def _value(plain: Any, sort: Sort, scope: Scope, path: Path) -> Step:
    if plain is None:
        raise ConditionError(path, "a test is missing; write {exists: false} for what is not there")
    if isinstance(plain, list):
        raise ConditionError(path, "a list is no value; write {in: […]} for one of several")
    if scalar_text(plain) is None:
        raise ConditionError(path, f"{plain!r} is no value to compare with")
    if sort.kind not in SCALARS and sort.kind != "any":
        instead = {"list": "includes or some", "map": "some or exists"}.get(sort.kind, "exists")
        instead = "includes or covers" if sort.kind in SETS else instead
        raise ConditionError(path, f"one value cannot be equal to the sort {sort.kind}; use {instead}")
    return _leaf(EQUAL, plain, sort, scope, path)


def _operator(name: str, operand: Any, sort: Sort, scope: Scope, path: Path, condition: ReadCondition) -> Step:
    if name == "not":
        return ("not", read_test(operand, sort, scope, path, condition))
    if name in ("exists", "known"):
        if not isinstance(operand, bool):
            raise ConditionError(path, f"{name} needs true or false")
        return (name,) if operand else ("not", (name,))
    if name in ("some", "every"):
        inner = _element_test(operand, sort, scope, path, condition, name == "some")
        return (name, inner, sort.kind == "map")
    if name == "count":
        return _count(operand, sort, scope, path, condition)
    if name in ("includes", "covers", "within"):
        return _membership(name, operand, sort, scope, path)
    if isinstance(operand, Mapping) or operand is None:
        raise ConditionError(path, f"{name} needs a value")
    if isinstance(operand, list) and name in ("at_least", "at_most"):
        raise ConditionError(path, f"{name} needs one value")
    if name == "in" and not isinstance(operand, list) and "${" not in str(operand):
        raise ConditionError(path, "in needs a list of values")
    return _leaf(name, operand, sort, scope, path)


def _is_constant(plain: Any, scope: Scope, path: Path) -> bool:
    """Note the placeholders of an operand, and return whether there are none; raises ConditionError for a bad one."""
    names = names_in(plain)
    for name in names:
        scope.names.append(name)
        if scope.placeholders is None or name in scope.placeholders:
            continue
        if scope.subject is None or sort_of(scope.subject, name) is None:
            words = [*scope.placeholders, *(scope.subject.names() if scope.subject is not None else ())]
            raise ConditionError(
                path, f"${{{name}}} is neither a setting nor an attribute of the subject", nearest_word(name, words)
            )
    return not names


def _leaf(operator: str, plain: Any, sort: Sort, scope: Scope, path: Path) -> Step:
    constant = _is_constant(plain, scope, path)
    if constant and not scope.proved:
        try:
            OPERATORS[operator].prepare(plain, sort.kind)
        except ValueError as error:
            raise ConditionError(path, str(error)) from None
    return (operator, plain, sort.kind, constant)


def _membership(operator: str, plain: Any, sort: Sort, scope: Scope, path: Path) -> Step:
    if isinstance(plain, Mapping) or plain is None:
        raise ConditionError(path, f"{operator} needs a member or a list of members")
    constant = _is_constant(plain, scope, path)
    if constant and not scope.proved:
        try:
            Members(plain, sort.kind)
        except ValueError as error:
            raise ConditionError(path, str(error)) from None
    return (operator, plain, sort.kind, constant)


def _element_test(operand: Any, sort: Sort, scope: Scope, path: Path, condition: ReadCondition, guarded: bool) -> Step:
    """Return what is tested of each element: a condition where it has attributes, else a test.

    `guarded`: nobody asks why an element fails, so that one look may be enough.
    """
    inner = element_sort(sort)
    schema = inner.of if inner.kind in ("element", "map", "secret") else None
    has_attributes = schema is not None and not isinstance(schema, Sort)
    if inner.kind == "any":
        has_attributes = isinstance(operand, Mapping) and not _is_test(cast("Mapping[Any, Any]", operand))
    if not has_attributes:
        return read_test(operand, inner, scope, path, condition)
    found = scope.inside(None if schema is None or isinstance(schema, Sort) else schema)
    step = condition(operand, found, path)
    return ("element", step, guards_of(operand, found.schema) if guarded else ())


def _is_test(plain: Mapping[Any, Any]) -> bool:
    """Whether a mapping, of an element that nothing is known of, is a test: it has nothing but operators."""
    for key, value in plain.items():
        if key == "not" and isinstance(value, Mapping):
            if not _is_test(cast("Mapping[Any, Any]", value)):
                return False
        elif key not in _ALL:
            return False
    return True


def _count(plain: Any, sort: Sort, scope: Scope, path: Path, condition: ReadCondition) -> Step:
    of: Step | None = None
    wanted = plain
    if isinstance(plain, Mapping):
        rest = dict(cast("Mapping[Any, Any]", plain))
        if "of" in rest:
            of = _element_test(rest.pop("of"), sort, scope, (*path, "of"), condition, True)
        if not rest:
            raise ConditionError(path, "count needs a number, in, at_least or at_most beside of")
        wanted = rest
    numbers: list[int] = []
    holds = _count_test(wanted, path, numbers)
    return ("count", of, holds, max(numbers, default=0), sort.kind == "map")


def _count_test(plain: Any, path: Path, numbers: list[int]) -> Step:
    if isinstance(plain, Mapping):
        return tuple(_count_operator(k, v, (*path, k), numbers) for k, v in cast("Mapping[Any, Any]", plain).items())
    return (_count_operator("in", [plain], path, numbers),)


def _count_operator(name: Any, plain: Any, path: Path, numbers: list[int]) -> Step:
    if name == "not":
        return ("not", _count_test(plain, path, numbers))
    if name not in ("in", "at_least", "at_most"):
        raise ConditionError(path, f"count has no operator {name!r}", nearest_word(str(name), _COUNT_WORDS))
    members: list[Any] = cast("list[Any]", plain) if isinstance(plain, list) else [plain]
    if any(isinstance(one, bool) or not isinstance(one, int) or not 0 <= one <= 10_000 for one in members):
        raise ConditionError(path, "how many is a whole number between 0 and 10000")
    numbers.extend(members)
    if name != "in" and len(members) != 1:
        raise ConditionError(path, f"{name} needs one number")
    return (name, members if name == "in" else members[0])


_COUNT_WORDS = ("in", "at_least", "at_most", "not", "of")
