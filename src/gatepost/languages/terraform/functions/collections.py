"""Terraform's functions on lists, sets and maps; an element never loses its place, nor a list its holes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from gatepost.languages.terraform.conversions import (
    Fails,
    NotComputed,
    SetValue,
    kind_of,
    number_of_scalar,
    same,
    sort_key,
    text_of_scalar,
)
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import (
    LARGEST,
    hidden,
    number,
    on_plain,
    on_values,
    truth,
    whole,
)
from gatepost.languages.terraform.functions.conversion import unified
from gatepost.languages.terraform.steps import Named, Several, index, member
from gatepost.model.values import Unknown, Value


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


def listed(values: Iterable[Value]) -> Value:
    """Return values as a list."""
    return Value(tuple(values))


def concatenated(*lists: Value) -> Value:
    """Return the lists end to end, open where a part is not known."""
    found: list[Value] = []
    cause: Unknown | None = None
    is_open = False
    for value in lists:
        if value.unknown is not None:
            cause = cause or value.unknown
        else:
            found.extend(elements_of(value))
            is_open = is_open or value.open
    if cause is not None and not found:
        return Value(
            Unknown(cause.why, cause.may_be_missing), refers_to=lists[0].refers_to if len(lists) == 1 else None
        )
    return Value(tuple(found), open=is_open or cause is not None)


def _merge(*maps: Value) -> Value:
    found: dict[str, Value] = {}
    cause: Unknown | None = None
    is_open = False
    for value in maps:
        if value.literal is None:
            continue
        hides = value.unknown or (
            Unknown("a part of the map is only known when Terraform runs") if value.open else None
        )
        if isinstance(value.literal, Named):
            hides = Unknown("the attributes of a resource are only known when Terraform runs")
        if hides is not None:
            cause, is_open = cause or hides, True
            found = {key: Value(Unknown(hides.why), inner.span, inner.origins) for key, inner in found.items()}
        if value.unknown is None and not isinstance(value.literal, Named):
            found.update(entries_of(value))
    if cause is not None and not found:
        return Value(Unknown(cause.why, cause.may_be_missing))
    return Value(found, open=is_open)


def _lookup(map: Value, key: Value, default: Value | None = None) -> Value:
    if map.unknown is None and key.unknown is None:
        entries = entries_of(map)
        name = text_of_scalar(key.literal)
        if isinstance(entries, Named) or name in entries:
            return member(map, name)
        if not map.open:
            if default is None:
                raise Fails(f'there is no "{name}" in the map')
            return default
    cause = map.unknown or key.unknown or Unknown("the map is only known in part")
    return Value(Unknown(cause.why, default is None or default.literal in (None, "")))


def _element(list: Value, position: Value) -> Value:
    if list.unknown is not None or position.unknown is not None or isinstance(list.literal, Several):
        return index(list, position)
    found = elements_of(list)
    at = number_of_scalar(position.literal)
    if not found and not list.open:
        raise Fails("element is called on an empty list")
    if not isinstance(at, int) or at < 0 or isinstance(list, SetValue):
        raise NotComputed("this element of the list")
    if list.open:
        return index(list, position)
    return found[at % len(found)]


def _length(value: Value) -> Value:
    literal = value.literal
    if isinstance(literal, Several):
        return Value(1) if literal.exactly_one else Value(Unknown("the number of instances is not known", False))
    if type(literal) is Unknown or value.open:
        why = literal.why if type(literal) is Unknown else "the list is only known in part"
        return Value(Unknown(why, False))
    if isinstance(literal, str):
        return Value(_characters(literal))
    if isinstance(literal, Named):
        raise NotComputed("the length of a resource")
    if isinstance(literal, (tuple, Mapping)):
        return Value(len(cast("tuple[Value, ...]", literal)))
    raise Fails(f"{kind_of(literal)} has no length")


def _characters(text: str) -> int:
    """How many characters people see; raises NotComputed where marks and joiners make that a question."""
    if not text.isascii():
        from unicodedata import category, is_normalized

        simple = all(category(c)[0] in "LNPSZ" and not "\u1100" <= c <= "\u11ff" and c < "\U0001f000" for c in text)
        if not simple or not is_normalized("NFC", text):
            raise NotComputed("the length of this text")
    return len(text)


def _contains(list: Value, wanted: Value) -> Value:
    if list.unknown is not None or wanted.unknown is not None:
        return Value(Unknown((list.unknown or cast(Unknown, wanted.unknown)).why, False))
    doubt = list.open
    for element in elements_of(list):
        equal = same(element, wanted)
        if equal:
            return Value(True)
        doubt = doubt or equal is None
    return Value(Unknown("the list is only known in part", False)) if doubt else Value(False)


def _distinct(list: Value) -> Value:
    if list.unknown is not None:
        return list
    kept: list_type = []
    doubt = list.open
    for element in unified(elements_of(list)):
        equals = [same(element, other) for other in kept]
        if any(equals):
            continue
        doubt = doubt or None in equals
        kept.append(element)
    return Value(tuple(kept), open=doubt)


list_type = list[Value]


def _flatten(value: Value) -> Value:
    if value.unknown is not None:
        return value
    found: list[Value] = []
    is_open = value.open
    waiting = list(reversed(elements_of(value)))
    while waiting:
        element = waiting.pop()
        if type(element.literal) is tuple:
            is_open = is_open or element.open
            waiting.extend(reversed(elements_of(element)))
        elif element.unknown is not None and element.refers_to is None:
            is_open = True
        else:
            found.append(element)
        if len(found) > LARGEST:
            raise NotComputed("a list of this length")
    return Value(tuple(found), open=is_open)


def _compact(list: Value) -> Value:
    if list.unknown is not None:
        return list
    found = [element for element in elements_of(list) if element.literal is not None and element.literal != ""]
    sure = [element for element in found if element.unknown is None or not element.unknown.may_be_missing]
    sure = [
        e._replace(literal=text_of_scalar(e.literal)) if isinstance(e.literal, (bool, int, float)) else e for e in sure
    ]
    return Value(tuple(sure), open=list.open or len(sure) != len(found))


def _coalesce(*values: Value) -> Value:
    text = any(isinstance(value.literal, str) for value in values)
    for position, value in enumerate(values):
        literal = value.literal
        if literal is None or literal == "":
            continue
        if value.unknown is not None and value.unknown.may_be_missing:
            rest = values[position + 1 :]
            sure = any(
                other.literal not in (None, "") and (other.unknown is None or not other.unknown.may_be_missing)
                for other in rest
            )
            reference = value.refers_to if all(other.literal in (None, "") for other in rest) else None
            return value._replace(literal=Unknown(value.unknown.why, not sure), refers_to=reference)
        if text and isinstance(literal, (bool, int, float)):
            return value._replace(literal=text_of_scalar(literal))
        return value
    raise Fails("coalesce has no argument that is there")


def _coalescelist(*lists: Value) -> Value:
    for value in lists:
        if value.unknown is not None or (value.open and not value.literal):
            return Value(Unknown("which list is not empty is only known when Terraform runs", False))
        if value.literal is not None and elements_of(value):
            return value
    raise Fails("coalescelist has no list that is not empty")


def _keys(map: Value) -> Value:
    if map.unknown is not None or isinstance(map.literal, Named):
        return hidden(map) or map
    return Value(tuple([Value(key) for key in sorted(entries_of(map))]), open=map.open)


def _values(map: Value) -> Value:
    if isinstance(map.literal, Several):
        return Value((map.literal.one,), open=not map.literal.exactly_one)
    if map.unknown is not None:
        return map
    entries = entries_of(map)
    if isinstance(entries, Named):
        raise NotComputed("the values of a resource")
    return Value(tuple([entries[key] for key in sorted(entries)]), open=map.open)


def _zipmap(keys: Value, values: Value) -> Value:
    unknown = hidden(keys) or (hidden(values) if values.unknown is not None or values.open else None)
    if unknown is not None:
        return unknown
    names, found = elements_of(keys), elements_of(values)
    if len(names) != len(found):
        raise Fails("zipmap has lists of different length")
    return Value({text_of_scalar(name.literal): value for name, value in zip(names, found, strict=True)})


def _reverse(list: Value) -> Value:
    return list if list.unknown is not None else Value(tuple(reversed(elements_of(list))), open=list.open)


def _sort(list: Value) -> Value:
    unknown = hidden(list)
    if unknown is not None:
        return unknown
    texts = [element._replace(literal=text_of_scalar(element.literal)) for element in elements_of(list)]
    return listed(sorted(texts, key=sort_key))


def _slice(list: Value, start: Value, end: Value) -> Value:
    unknown = hidden(start, end) or (hidden(list) if list.unknown is not None or list.open else None)
    if unknown is not None:
        return unknown
    found, first, last = elements_of(list), whole(start.literal), whole(end.literal)
    if not 0 <= first <= last <= len(found):
        raise Fails("slice is called with positions outside the list")
    return listed(found[first:last])


def _index(list: Value, wanted: Value) -> Value:
    unknown = hidden(list, wanted)
    if unknown is not None:
        return unknown
    for position, element in enumerate(elements_of(list)):
        if same(element, wanted):
            return Value(position)
    raise Fails("the list has no such element")


def _one(list: Value) -> Value:
    if list.unknown is not None:
        return Value(Unknown(list.unknown.why), refers_to=list.refers_to)
    found = elements_of(list)
    if list.open:
        reference = found[0].refers_to if found else None
        return Value(Unknown("the number of elements is only known when Terraform runs"), refers_to=reference)
    if len(found) > 1:
        raise Fails("one is called with a list of several elements")
    return found[0] if found else Value(None)


def _range(*limits: Any) -> list[int]:
    found = [whole(limit) for limit in limits]
    start, end = (0, found[0]) if len(found) == 1 else found[:2]
    step = found[2] if len(found) == 3 else (1 if start <= end else -1)
    if step == 0 or abs(end - start) // abs(step) > 1024 or (end - start) * step < 0:
        raise Fails("range is called with limits that Terraform refuses")
    return list(range(start, end, step))


def _alltrue(list: Value) -> Value:
    return _truths(list, False)


def _anytrue(list: Value) -> Value:
    return _truths(list, True)


def _truths(list: Value, decides: bool) -> Value:
    if list.unknown is not None:
        return Value(Unknown(list.unknown.why, False))
    doubt = list.open
    for element in elements_of(list):
        if element.unknown is not None:
            doubt = True
        elif element.literal is not None and truth(element.literal) is decides:
            return Value(decides)
        elif element.literal is None and not decides:
            return Value(False)
    return Value(Unknown("the list is only known in part", False)) if doubt else Value(not decides)


def _sum(data: Any) -> int | float:
    from gatepost.languages.terraform.evaluate_operators import arithmetic

    if not data:
        raise Fails("sum is called with an empty list")
    total: int | float = 0
    for element in data:
        total = arithmetic("+", total, number(element))
    return total


FUNCTIONS: dict[str, Function] = {
    "alltrue": on_values(1, 1, _alltrue),
    "anytrue": on_values(1, 1, _anytrue),
    "coalesce": on_values(1, None, _coalesce),
    "coalescelist": on_values(1, None, _coalescelist),
    "compact": on_values(1, 1, _compact),
    "concat": on_values(1, None, concatenated),
    "contains": on_values(2, 2, _contains),
    "distinct": on_values(1, 1, _distinct),
    "element": on_values(2, 2, _element),
    "flatten": on_values(1, 1, _flatten),
    "index": on_values(2, 2, _index),
    "keys": on_values(1, 1, _keys),
    "length": on_values(1, 1, _length),
    "lookup": on_values(2, 3, _lookup),
    "merge": on_values(0, None, _merge),
    "one": on_values(1, 1, _one),
    "range": on_plain(1, 3, _range),
    "reverse": on_values(1, 1, _reverse),
    "slice": on_values(3, 3, _slice),
    "sort": on_values(1, 1, _sort),
    "sum": on_plain(1, 1, _sum),
    "values": on_values(1, 1, _values),
    "zipmap": on_values(2, 2, _zipmap),
}
