"""Terraform's functions on maps and objects; an element never loses its place, nor a map its holes."""

from __future__ import annotations

from gatepost.languages.terraform.conversions import Fails, NotComputed, kind_of, text_of_scalar
from gatepost.languages.terraform.converting import converted
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import hidden, on_values
from gatepost.languages.terraform.functions.collections import elements_of, entries_of, inside, type_word
from gatepost.languages.terraform.steps import Named, Several, member
from gatepost.model.values import Unknown, Value


def _merge(*maps: Value) -> Value:
    found: dict[str, Value] = {}
    cause: Unknown | None = None
    is_open = False
    for value in maps:
        if value.literal is None:
            continue
        hides = value.unknown or (
            Unknown(value.gap or "a part of the map is only known when Terraform runs") if value.open else None
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
    if not is_open:
        return _typed_merge(found, [value for value in maps if value.literal is not None])
    return Value(found, open=is_open, gap=cause.why if cause is not None else "")


def _typed_merge(found: dict[str, Value], maps: list[Value]) -> Value:
    """Maps of one type stay one; where one of several is an object, the result is one."""
    types = {value.type if type_word(value) == "map" else None for value in maps}
    if len(types) == 1 and None not in types:
        return Value(found, type=types.pop())
    return Value(found)


def _lookup(map: Value, key: Value, *defaults: Value) -> Value:
    default = defaults[0] if defaults else None
    if len(defaults) > 1:
        raise Fails("at most three arguments are needed")
    if map.unknown is None and key.unknown is None:
        entries = entries_of(map)
        name = text_of_scalar(key.literal)
        if isinstance(entries, Named) or name in entries:
            return inside(map, member(map, name))
        if not map.open:
            if default is None:
                raise Fails("the map has no such key, and no default is given")
            if type_word(map) == "map":
                default = converted(default, map.type[1])
            return default
    cause = map.unknown or key.unknown or Unknown(map.gap or "the map is only known in part")
    return Value(Unknown(cause.why, default is None or default.literal in (None, "")))


def _keys(map: Value) -> Value:
    if map.unknown is not None or isinstance(map.literal, Named):
        return hidden(map) or map
    found = tuple([Value(key) for key in sorted(entries_of(map))])
    typed = type_word(map) == "map"
    return Value(found, open=map.open, type=("list", "string") if typed else None, sensitive=map.sensitive, gap=map.gap)


def _values(map: Value) -> Value:
    if isinstance(map.literal, Several):
        return map.literal.listed()
    if map.unknown is not None:
        return map
    entries = entries_of(map)
    if isinstance(entries, Named):
        raise NotComputed("the values of a resource")
    type = ("list", map.type[1]) if type_word(map) == "map" else None
    return Value(
        tuple([entries[key] for key in sorted(entries)]), open=map.open, type=type, sensitive=map.sensitive, gap=map.gap
    )


def _zipmap(keys: Value, values: Value) -> Value:
    unknown = hidden(keys) or (hidden(values) if values.unknown is not None or values.open else None)
    if unknown is not None:
        return unknown
    if type_word(values) not in ("list", "tuple"):
        raise Fails(f"{kind_of(values.literal)} is used where a list is needed")
    names, found = elements_of(keys), elements_of(values)
    if len(names) != len(found):
        raise Fails("the lists are of different length")
    type = ("map", values.type[1]) if type_word(values) == "list" else None
    secret = any(name.sensitive for name in names)
    return Value(
        {text_of_scalar(name.literal): value for name, value in zip(names, found, strict=True)},
        type=type,
        sensitive=secret,
    )


FUNCTIONS: dict[str, Function] = {
    "keys": on_values("any", _keys),
    "lookup": on_values("any, string, ...any?", _lookup),
    "merge": on_values("...any?", _merge),
    "values": on_values("any", _values),
    "zipmap": on_values("list(string), any", _zipmap),
}
