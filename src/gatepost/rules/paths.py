"""Paths into resource bodies: reading a value along one, and finding what a change has to name; never writes text."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from gatepost.model.changes import Step
from gatepost.model.problems import CannotWrite
from gatepost.model.records import NamedTuple
from gatepost.model.values import Unknown, Value, is_map_type

EACH = "[]"
_NO_NAMES = frozenset("[]{} $")  # characters


class Path(NamedTuple):
    """A way into a body: names, positions, and `EACH` for every element; `beside` starts beside the properties."""

    steps: tuple[Step, ...]
    beside: bool = False


@lru_cache(4096)
def parse_path(text: str) -> Path:
    """Read `a.b`, `a.0.b`, `a[].b`, `$.a` or `.` (the thing itself); raises `ValueError` with what is wrong."""
    rest, beside = text, False
    if text.startswith("$."):
        rest, beside = text[2:], True
    if rest == ".":
        return Path((), beside)
    steps: list[Step] = []
    for part in rest.split("."):
        name, each = (part[:-2], True) if part.endswith(EACH) else (part, False)
        if not name or not _NO_NAMES.isdisjoint(name):
            raise ValueError(f'"{text}" is no path: write names with dots between them, as in a.b, a.0.b or a[].b')
        steps.append(int(name) if name.isdigit() else name)
        if each:
            steps.append(EACH)
    return Path(tuple(steps), beside)


def part_of_unknown(value: Value) -> Value:
    """Return what is known about a part of a value that is not known: nothing, and perhaps it is not there."""
    reasons = value.unknown
    why = reasons.why if reasons is not None else value.gap or "it may have more parts than are written"
    return Value(Unknown(why), value.span, value.origins, sensitive=value.sensitive)


def _more_than_once(value: Value, step: Step) -> Value:
    return Value(
        Unknown(f"it is written more than once, so that which {step} is meant is not clear", False), value.span
    )


def step_into(value: Value, step: Step) -> Value | None:
    """Return the part of `value` that one step names; None when it is not there."""
    literal: Any = value.literal
    kind: type[object] = literal.__class__
    if kind is tuple:
        return _step_into_list(value, step)
    if kind is Unknown:
        return part_of_unknown(value)
    if kind is dict or is_map_type(kind):
        if type(step) is int:
            return value if step == 0 else None
        found: Value | None = literal.get(step)
        if found is None and value.open:
            return part_of_unknown(value)
        return found
    return None


def _step_into_list(value: Value, step: Step) -> Value | None:
    items: tuple[Value, ...] = value.literal
    if type(step) is int:
        if step < len(items):
            return items[step]
        return part_of_unknown(value) if value.open else None
    if value.open:
        return part_of_unknown(value)
    if len(items) > 1:
        return _more_than_once(value, step)
    return step_into(items[0], step) if items else None


def walk(value: Value, steps: tuple[Step, ...]) -> Value | None:
    """Return the value at the end of `steps` below `value`; None when it is missing or null."""
    at: Value | None = value
    for index, step in enumerate(steps):
        if step == EACH:
            return _gather(at, steps[index + 1 :])
        at = step_into(at, step)
        if at is None or at.literal is None:
            return None
    return None if at.literal is None else at


def _gather(value: Value, rest: tuple[Step, ...]) -> Value | None:
    """Return a list of what `rest` names below each element; a single thing counts as a list of one."""
    if value.literal is None:
        return None
    if value.unknown is not None:
        return part_of_unknown(value) if rest else value
    if not value.is_list:
        value = Value((value,), value.span, value.origins, repeated=True)
    if not rest:
        return value
    found: list[Value] = []
    is_open, gap = value.open, value.gap
    for element in value.literal:
        part = walk(element, rest)
        if part is None:
            continue
        if EACH in rest and part.is_list:
            found.extend(part.literal)
            is_open, gap = is_open or part.open, gap or part.gap
        else:
            found.append(part)
    return value._replace(literal=tuple(found), open=is_open, tree=None, gap=gap)


def steps_to_write(path: Path) -> tuple[Step, ...]:
    """Return the steps that a change names for a path; raises `CannotWrite` where several things would be meant."""
    steps = path.steps[:-1] if path.steps[-1:] == (EACH,) else path.steps
    if EACH in steps:
        raise CannotWrite("the value stands in a list, and which element is meant is not clear")
    return steps
