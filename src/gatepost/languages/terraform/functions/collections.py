"""Terraform's functions on lists, sets and maps; an element never loses its place, nor a list its holes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from gatepost.languages.terraform.conversions import (
    Fails,
    NotComputed,
    is_set,
    kind_of,
    same,
    truth_of_scalar,
)
from gatepost.languages.terraform.converting import converted
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import (
    LARGEST,
    hidden,
    on_known,
    on_plain,
    on_values,
    whole,
)
from gatepost.languages.terraform.steps import Named, Several, index
from gatepost.languages.terraform.value_types import ANY, Type, type_of, unified
from gatepost.model.values import Unknown, Value, gap_of

MOST_COMPARISONS = 100_000


def elements_of(value: Value) -> tuple[Value, ...]:
    """Return the elements of a list or set; raises Fails for anything else."""
    if type(value.literal) is not tuple:
        raise Fails(f"{kind_of(value.literal)} is used where a list is needed")
    return cast("tuple[Value, ...]", value.literal)


def entries_of(value: Value) -> Mapping[str, Value]:
    """Return the entries of a map; raises Fails for anything else."""
    if not isinstance(value.literal, Mapping):
        raise Fails(f"{kind_of(value.literal)} is used where a map is needed")
    return cast("Mapping[str, Value]", value.literal)


def type_word(value: Value) -> str:
    """Return the first word of a collection's type: tuple, list, set, object, map; "" for the rest."""
    if value.type is not None and not isinstance(value.type, str):
        return value.type[0]
    return "tuple" if value.is_list else "object" if value.is_map else ""


def inside(value: Value, element: Value) -> Value:
    """Return an element taken out of a collection: sensitive when that is, a null of its type."""
    if value.sensitive and not element.sensitive:
        element = element._replace(sensitive=True)
    if element.literal is None and value.type is not None and value.type[0] in ("list", "set", "map"):
        element = element._replace(type=value.type[1])
    return element


def listed(values: Iterable[Value], type: Type = None) -> Value:
    """Return values as a tuple, or a list of a type."""
    return Value(tuple(values), type=type)


def concatenated(*lists: Value) -> Value:
    """Return the lists end to end, open where a part is not known."""
    found: list[Value] = []
    cause: Unknown | None = None
    is_open = False
    if not lists:
        raise Fails("at least one list is needed")
    for value in lists:
        if value.unknown is not None:
            cause = cause or value.unknown
        else:
            if is_set(value):
                raise Fails("a set has no order to put others behind")
            found.extend(elements_of(value))
            is_open = is_open or value.open
    secret = any(value.sensitive for value in lists)
    if cause is not None and not found:
        refers = lists[0].refers_to if len(lists) == 1 else None
        return Value(Unknown(cause.why, cause.may_be_missing), refers_to=refers, sensitive=secret)
    types = {value.type if type_word(value) == "list" else None for value in lists}
    made = Value(tuple(found), open=is_open or cause is not None, sensitive=secret, gap=gap_of(*lists))
    if None in types or made.open:
        return made
    common = unified(types)
    return made if common is None else converted(made, common)


def _element(list: Value, position: Value) -> Value:
    if list.unknown is not None or position.unknown is not None or isinstance(list.literal, Several):
        return index(list, position)
    found = elements_of(list)
    at = whole(position.literal)
    if is_set(list):
        raise Fails("a set has no elements by number")
    if not found and not list.open:
        raise Fails("the list is empty")
    if list.open:
        return index(list, position)
    if at < 0:
        raise Fails("the number of an element is negative")
    return inside(list, found[at % len(found)])


def _length(value: Value) -> Value:
    literal = value.literal
    if isinstance(literal, Several):
        return (
            Value(1)
            if literal.exactly_one
            else Value(Unknown(literal.why or "the number of instances is not known", False))
        )
    if type(literal) is Unknown or value.open:
        why = gap_of(value) or "the list is only known in part"
        return Value(Unknown(why, False))
    from gatepost.languages.terraform.exact_numbers import narrow

    if isinstance(literal, str):
        from gatepost.languages.terraform.functions.text_lengths import characters

        return Value(narrow(characters(literal)))
    if isinstance(literal, Named):
        raise NotComputed("the length of a resource")
    if isinstance(literal, (tuple, Mapping)):
        if is_set(value) and hidden(value) is not None:
            return Value(Unknown("elements of the set that are not known may be equal", False))
        return Value(narrow(len(cast("tuple[Value, ...]", literal))))
    raise Fails(f"{kind_of(literal)} has no length")


def _contains(list: Value, wanted: Value) -> Value:
    if list.unknown is not None or wanted.unknown is not None:
        return Value(Unknown((list.unknown or cast(Unknown, wanted.unknown)).why, False))
    doubt, gap = list.open, list.gap
    for element in elements_of(list):
        equal = same(inside(list, element), wanted)
        if equal:
            return Value(True)
        if equal is None:
            doubt, gap = True, gap or gap_of(element)
    return Value(Unknown(gap or "the list is only known in part", False)) if doubt else Value(False)


def _distinct(list: Value) -> Value:
    if list.unknown is not None:
        return list
    kept: list_type = []
    seen = set[Any]()
    work = 0
    doubt, gap = list.open, list.gap
    for element in elements_of(list):
        literal = element.literal
        if literal.__class__ is str or literal.__class__ is bool or literal.__class__ is int:
            mark = (literal.__class__, literal)
            if mark not in seen:
                seen.add(mark)
                kept.append(element)
            continue
        work += len(kept)
        if work > MOST_COMPARISONS:
            raise NotComputed("so many elements")
        equals = [same(element, other) for other in kept]
        if any(equals):
            continue
        if None in equals:
            doubt, gap = True, gap or gap_of(element, *kept)
        kept.append(element)
    return Value(tuple(kept), open=doubt, type=list.type, gap=gap)


list_type = list[Value]


def _flatten(value: Value) -> Value:
    if value.unknown is not None:
        return value
    found: list[Value] = []
    is_open, gap = value.open, value.gap
    secret = False
    waiting = list(reversed(elements_of(value)))
    while waiting:
        element = waiting.pop()
        if type(element.literal) is tuple:
            is_open, gap = is_open or element.open, gap or element.gap
            secret = secret or element.sensitive
            waiting.extend(reversed([inside(element._replace(sensitive=False), one) for one in elements_of(element)]))
        elif element.unknown is not None and element.refers_to is None:
            is_open, gap = True, gap or element.unknown.why
        else:
            found.append(element)
        if len(found) + len(waiting) > LARGEST:
            raise NotComputed("a list of this length")
    return Value(tuple(found), open=is_open, sensitive=secret, gap=gap)


def _compact(list: Value) -> Value:
    if list.unknown is not None:
        return list
    found = [element for element in elements_of(list) if element.literal is not None and element.literal != ""]
    sure = [element for element in found if element.unknown is None or not element.unknown.may_be_missing]
    is_open = list.open or len(sure) != len(found)
    gap = list.gap or gap_of(*(element for element in found if element not in sure)) if is_open else ""
    return Value(tuple(sure), open=is_open, type=None if is_open else ("list", "string"), gap=gap)


def _coalesce(*values: Value) -> Value:
    if not values:
        raise Fails("at least one argument is needed")
    common = unified([type_of(value) for value in values if value.literal is not None or value.type is not None])
    if common is None and any(value.literal is not None for value in values):
        raise Fails("the arguments have no type in common")
    for position, value in enumerate(values):
        literal = value.literal
        if literal is None or (literal == "" and common in ("string", ANY)):
            continue
        if value.unknown is not None and value.unknown.may_be_missing:
            return _perhaps(value, values[position + 1 :])
        return value if common is None or common == ANY else converted(value, common)
    raise Fails("no argument is there and not empty")


def _perhaps(value: Value, rest: tuple[Value, ...]) -> Value:
    sure = any(
        other.literal not in (None, "") and (other.unknown is None or not other.unknown.may_be_missing)
        for other in rest
    )
    reference = value.refers_to if all(other.literal in (None, "") for other in rest) else None
    return value._replace(literal=Unknown(cast(Unknown, value.unknown).why, not sure), refers_to=reference)


def _coalescelist(*lists: Value) -> Value:
    if not lists:
        raise Fails("at least one argument is needed")
    for value in lists:
        if value.unknown is None and value.literal is not None and type_word(value) not in ("list", "tuple"):
            raise Fails(f"{kind_of(value.literal)} is used where a list is needed")
    for value in lists:
        if value.unknown is not None or (value.open and not value.literal):
            why = gap_of(value) or "which list is not empty is only known when Terraform runs"
            return Value(Unknown(why, False))
        if value.literal is None and value.type is not None:
            continue
        if type_word(value) not in ("list", "tuple"):
            raise Fails(f"{kind_of(value.literal)} is used where a list is needed")
        if elements_of(value):
            return value
    raise Fails("there is no list that is not empty")


def _reverse(list: Value) -> Value:
    if list.unknown is not None:
        return list
    found = elements_of(list)
    if is_set(list):
        return Value(tuple(reversed(found)), type=("list", list.type[1]))
    return Value(tuple(reversed(found)), open=list.open, type=list.type, gap=list.gap)


def _sort(list: Value) -> Value:
    found = elements_of(list)
    if any(element.literal is None for element in found):
        raise Fails("an element is null")
    return listed(sorted(found, key=lambda element: element.literal), ("list", "string"))


def _slice(list: Value, start: Value, end: Value) -> Value:
    unknown = hidden(start, end) or (hidden(list) if list.unknown is not None or list.open else None)
    if unknown is not None:
        return unknown
    if is_set(list):
        raise Fails("a set has no order to take a part of")
    found, first, last = elements_of(list), whole(start.literal), whole(end.literal)
    if not 0 <= first <= last <= len(found):
        raise Fails("the positions are outside the list")
    return listed(found[first:last], list.type)


def _index(list: Value, wanted: Value) -> Value:
    if type_word(list) not in ("list", "tuple"):
        raise Fails(f"{kind_of(list.literal)} is used where a list is needed")
    found = elements_of(list)
    if not found:
        raise Fails("the list is empty")
    from gatepost.languages.terraform.exact_numbers import narrow

    for position, element in enumerate(found):
        if same(inside(list, element), wanted):
            return Value(narrow(position))
    raise Fails("the list has no such element")


def _one(list: Value) -> Value:
    if list.unknown is not None:
        return Value(Unknown(list.unknown.why), refers_to=list.refers_to)
    found = elements_of(list)
    if list.open:
        reference = found[0].refers_to if found else None
        why = list.gap or "the number of elements is only known when Terraform runs"
        return Value(Unknown(why), refers_to=reference)
    if len(found) > 1:
        raise Fails("the list has several elements")
    return inside(list, found[0]) if found else Value(None, type=list.type[1] if list.type is not None else None)


def _range(*limits: Any) -> list[Any]:
    from gatepost.languages.terraform.evaluate_operators import arithmetic, compare
    from gatepost.languages.terraform.exact_numbers import is_infinite

    if not 1 <= len(limits) <= 3:
        raise Fails("one, two or three numbers are needed")
    if any(is_infinite(limit) for limit in limits):
        raise NotComputed("a range without end")
    start, end = (0, limits[0]) if len(limits) == 1 else limits[:2]
    step = limits[2] if len(limits) == 3 else (-1 if compare("<", end, start) else 1)
    down = compare("<", step, 0)
    if step == 0 and not compare("<=", end, start):
        raise Fails("the step is zero")
    if step == 0 or (compare(">", end, start) if down else compare("<", end, start)):
        raise Fails("the step leads away from the end")
    found: list[Any] = []
    while compare(">" if down else "<", start, end):
        if len(found) >= 1024:
            raise Fails("more than 1024 values would be made")
        found.append(start)
        start = arithmetic("+", start, step)
    return found


def _alltrue(list: Value) -> Value:
    return _truths(list, False)


def _anytrue(list: Value) -> Value:
    return _truths(list, True)


def _truths(list: Value, decides: bool) -> Value:
    if list.unknown is not None:
        return Value(Unknown(list.unknown.why, False))
    doubt, gap = list.open, list.gap
    for element in elements_of(list):
        if element.unknown is not None:
            doubt, gap = True, gap or element.unknown.why
        elif element.literal is not None and truth_of_scalar(element.literal) is decides:
            return Value(decides)
        elif element.literal is None and not decides:
            return Value(False)
    return Value(Unknown(gap or "the list is only known in part", False)) if doubt else Value(not decides)


def _sum(list: Value) -> Value:
    from gatepost.languages.terraform.evaluate_operators import arithmetic

    found = elements_of(list)
    if not found:
        raise Fails("there is nothing to sum up")
    total: int | float = 0
    for position, element in enumerate(found):
        if element.literal is None:
            raise Fails("an element is null")
        number = converted(element, "number").literal
        total = arithmetic("+", total, number) if position else number
    return Value(total)


FUNCTIONS: dict[str, Function] = {
    "alltrue": on_values("list(bool)", _alltrue),
    "anytrue": on_values("list(bool)", _anytrue),
    "coalesce": on_values("...any?", _coalesce),
    "coalescelist": on_values("...any?", _coalescelist),
    "compact": on_values("list(string)", _compact),
    "concat": on_values("...any", concatenated),
    "contains": on_values("any, any", _contains),
    "distinct": on_values("list(any)", _distinct),
    "element": on_values("any, number", _element),
    "flatten": on_values("any", _flatten),
    "index": on_known("any, any", _index),
    "length": on_values("any", _length),
    "one": on_values("any", _one),
    "range": on_plain("...number", _range, "list(number)"),
    "reverse": on_values("any", _reverse),
    "slice": on_values("any, number, number", _slice),
    "sort": on_known("list(string)", _sort),
    "sum": on_known("any", _sum),
}
