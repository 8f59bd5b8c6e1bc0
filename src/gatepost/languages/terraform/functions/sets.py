"""Terraform's functions that combine and cut whole collections; unknown parts are never guessed."""

from __future__ import annotations

from typing import Any

from gatepost.languages.terraform.conversions import Fails, NotComputed, pairs, same
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import as_list, hidden, on_plain, on_values, texts, whole
from gatepost.languages.terraform.functions.collections import concatenated, elements_of, listed
from gatepost.languages.terraform.functions.conversion import unified
from gatepost.model.values import Value


def _chunklist(data: Any, size: Any) -> list[Any]:
    length = whole(size)
    rows = as_list(data)
    if length < 0:
        raise Fails("chunklist is called with a negative size")
    if len({str(row.__class__) for row in rows}) > 1:
        raise NotComputed("a list of elements of different kinds")
    return [rows[at : at + length] for at in range(0, len(rows), length)] if length else [rows]


def _transpose(data: Any) -> dict[str, Any]:
    turned: dict[str, list[str]] = {}
    for key in sorted(data):
        for inner in texts(data[key]):
            turned.setdefault(inner, []).append(key)
    return turned


def _matchkeys(list: Value, keys: Value, wanted: Value) -> Value:
    unknown = hidden(keys, wanted) or (hidden(list) if list.unknown is not None or list.open else None)
    if unknown is not None:
        return unknown
    found, names, search = elements_of(list), elements_of(keys), elements_of(wanted)
    if len(found) != len(names):
        raise Fails("matchkeys has lists of different length")
    return listed(e for e, name in zip(found, names, strict=True) if any(same(name, one) for one in search))


def _union(*sets: Value) -> Value:
    from gatepost.languages.terraform.constraints import as_set

    joined = concatenated(*sets)
    if joined.unknown is not None or joined.open or hidden(joined) is not None:
        return joined._replace(open=True) if joined.unknown is None else joined
    return as_set(joined._replace(literal=unified(elements_of(joined))))


def _intersection(*sets: Value) -> Value:
    unknown = hidden(*sets)
    if unknown is not None:
        return unknown
    rest = [elements_of(other) for other in sets[1:]]
    kept = [e for e in elements_of(sets[0]) if all(any(same(e, other) for other in others) for others in rest)]
    return _union(listed(kept))


def _subtract(list: Value, taken: Value) -> Value:
    unknown = hidden(list, taken)
    if unknown is not None:
        return unknown
    kept = [e for e in elements_of(list) if not any(same(e, other) for other in elements_of(taken))]
    return _union(listed(kept))


def _setproduct(*sets: Value) -> Value:
    unknown = hidden(*sets)
    if unknown is not None:
        return unknown
    rows: list[tuple[Value, ...]] = [()]
    for value in sets:
        elements = unified(tuple([element for _, element in pairs(value)]))
        if len(rows) * len(elements) > 10_000:
            raise NotComputed("a product of this size")
        rows = [(*row, element) for row in rows for element in elements]
    return listed(Value(row) for row in rows)


FUNCTIONS: dict[str, Function] = {
    "chunklist": on_plain(2, 2, _chunklist),
    "matchkeys": on_values(3, 3, _matchkeys),
    "setintersection": on_values(1, None, _intersection),
    "setproduct": on_values(1, None, _setproduct),
    "setsubtract": on_values(2, 2, _subtract),
    "setunion": on_values(1, None, _union),
    "transpose": on_plain(1, 1, _transpose),
}
