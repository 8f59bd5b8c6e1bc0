"""Terraform's functions that combine and cut whole collections; unknown parts are never guessed."""

from __future__ import annotations

from typing import Any

from gatepost.languages.terraform.conversions import Fails, NotComputed, is_set, kind_of, same
from gatepost.languages.terraform.converting import as_one_type, as_set, converted
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import hidden, on_known, on_plain, on_values, whole
from gatepost.languages.terraform.functions.collections import (
    MOST_COMPARISONS,
    concatenated,
    elements_of,
    inside,
    listed,
    type_word,
)
from gatepost.languages.terraform.value_types import ANY, type_of, unified
from gatepost.model.values import Value, gap_of

MOST_PRODUCTS = 50_000


def _chunklist(list: Value, size: Value) -> Value:
    unknown = hidden(size) or (hidden(list) if list.unknown is not None or list.open else None)
    if unknown is not None:
        return unknown
    rows, length = elements_of(list), whole(size.literal)
    if length < 0:
        raise Fails("the size is negative")
    type = list.type
    cuts = [rows[at : at + length] for at in range(0, len(rows), length)] if length else [rows] if rows else []
    return listed([Value(cut, type=type) for cut in cuts], ("list", type))


def _transpose(data: dict[str, Any]) -> dict[str, Any]:
    turned: dict[str, list[str]] = {}
    for key in sorted(data):
        if data[key] is None or None in data[key]:
            raise Fails("a list or text is null")
        for inner in data[key]:
            turned.setdefault(inner, []).append(key)
    return {key: sorted(turned[key]) for key in sorted(turned)}


def _matchkeys(list: Value, keys: Value, wanted: Value) -> Value:
    unknown = hidden(keys, wanted) or (hidden(list) if list.unknown is not None or list.open else None)
    if unknown is not None:
        return unknown
    found, names, search = elements_of(list), elements_of(keys), elements_of(wanted)
    if len(found) != len(names):
        raise Fails("the lists are of different length")
    common = unified((keys.type, wanted.type))
    if common is None:
        raise Fails("the keys and what is searched for are of types that have nothing in common")
    if common != ANY:
        names, search = elements_of(converted(keys, common)), elements_of(converted(wanted, common))
    if len(names) * len(search) > MOST_COMPARISONS:
        raise NotComputed("lists of this length")
    kept = [e for e, name in zip(found, names, strict=True) if any(same(name, one) for one in search)]
    return listed(kept, list.type)


def _one_kind(sets: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return sets as sets of one type; raises Fails."""
    types = [one.type if one.type is not None else type_of(one) for one in sets if one.type != ("set", ANY)]
    common = unified(types)
    if common is None and types:
        raise Fails("the sets have no type in common")
    return sets if common is None or common == ANY else tuple([converted(one, common) for one in sets])


def _union(*sets: Value) -> Value:
    known = [one for one in sets if hidden(one) is None]
    if len(known) < len(sets):
        joined = concatenated(*[one._replace(type=None) for one in sets])
        return joined._replace(open=True, gap=gap_of(*sets)) if joined.unknown is None else joined
    alike = _one_kind(sets)
    joined = tuple([element for one in alike for element in elements_of(one)])
    return as_set(Value(joined, type=("list", alike[0].type[1])))


def _intersection(*sets: Value) -> Value:
    alike = _one_kind(sets)
    kept = _filter(alike[0], alike[1:], True)
    return Value(tuple(kept), type=alike[0].type)


def _filter(first: Value, others: tuple[Value, ...], wanted: bool) -> list[Value]:
    kept = list(elements_of(first))
    for other in others:
        rest = elements_of(other)
        simple = {e.literal for e in rest if e.literal.__class__ is str}
        if len(simple) == len(rest):
            kept = [e for e in kept if (e.literal.__class__ is str and e.literal in simple) is wanted]
        elif len(kept) * len(rest) > MOST_COMPARISONS:
            raise NotComputed("sets of this size")
        else:
            kept = [e for e in kept if any(same(e, one) for one in rest) is wanted]
    return kept


def _subtract(list: Value, taken: Value) -> Value:
    alike = _one_kind((list, taken))
    return Value(tuple(_filter(alike[0], alike[1:], False)), type=alike[0].type)


def _setproduct(*sets: Value) -> Value:
    if len(sets) < 2:
        raise Fails("at least two sets are needed")
    unknown = hidden(*sets)
    if unknown is not None:
        return unknown
    total = 1
    for value in sets:
        if type_word(value) not in ("list", "set", "tuple"):
            raise Fails(f"{kind_of(value.literal)} is used where a set or list is needed")
        total *= len(elements_of(value))
    unordered = any(is_set(value) for value in sets)
    columns: list[tuple[Value, ...]] = []
    kinds: list[Any] = []
    for value in sets:
        elements = elements_of(value)
        if type_word(value) == "tuple":
            elements = as_one_type(elements)
            kinds.append(unified([type_of(e) for e in elements]) or ANY)
        else:
            kinds.append(value.type[1])
        columns.append(tuple([inside(value, element) for element in elements]))
    if total > MOST_PRODUCTS:
        raise NotComputed("a product of this size")
    rows: list[tuple[Value, ...]] = [()]
    for column in columns:
        rows = [(*row, element) for row in rows for element in column]
    made = listed([Value(row) for row in rows], ("list", ("tuple", tuple(kinds))))
    return as_set(made) if unordered else made


FUNCTIONS: dict[str, Function] = {
    "chunklist": on_values("list(any), number", _chunklist),
    "matchkeys": on_values("list(any), list(any), list(any)", _matchkeys),
    "setintersection": on_known("set(any), ...set(any)", _intersection),
    "setproduct": on_values("...any", _setproduct),
    "setsubtract": on_known("set(any), set(any)", _subtract),
    "setunion": on_values("set(any), ...set(any)", _union),
    "transpose": on_plain("map(list(string))", _transpose, "map(list(string))"),
}
