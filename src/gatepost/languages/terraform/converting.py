"""Values made into other types as Terraform makes them, exactly or refused; never reads the syntax tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from gatepost.languages.terraform.conversions import (
    Fails,
    NotComputed,
    holds_secrets,
    kind_of,
    number_of_scalar,
    same,
    scalar_kind,
    text_of_scalar,
    truth_of_scalar,
)
from gatepost.languages.terraform.value_types import (
    ANY,
    Type,
    convertible,
    type_of,
    unified,
    words,
)
from gatepost.model.values import Unknown, Value

_SCALARS = {"string": text_of_scalar, "number": number_of_scalar, "bool": truth_of_scalar}


def converted(value: Value, want: Type) -> Value:
    """Return the value as one of a type, elements that are not known left as they are; raises Fails."""
    if want == ANY:
        return value
    literal = value.literal
    if isinstance(want, str):
        return _scalar(value, want)
    if literal is None or literal.__class__ is Unknown:
        if not convertible(value.type or ANY, want):
            raise Fails(f"{words(value.type)} is used where {words(want)} is needed")
        return value if value.type == want else value._replace(type=want)
    kind = want[0]
    if kind in ("list", "set"):
        return _sequence(value, kind, want[1])
    if kind == "map":
        return _map(value, want[1])
    if kind == "tuple":
        elements = cast("tuple[Value, ...]", literal) if value.is_list else ()
        if not value.is_list or len(elements) != len(want[1]) or (value.type or ("tuple",))[0] != "tuple":
            raise Fails(f"a tuple of {len(want[1])} elements is needed")
        return value._replace(literal=tuple(map(converted, elements, want[1])), type=None)
    return _object(value, want[1])


def _scalar(value: Value, want: str) -> Value:
    literal = value.literal
    kind = scalar_kind(literal)
    if kind == want:
        return value
    if kind in ("null", "unknown"):
        if isinstance(literal, Mapping):
            return value
        if not convertible(value.type or ANY, want):
            raise Fails(f"{words(value.type)} is used where {words(want)} is needed")
        return value._replace(type=want)
    made = _SCALARS[want](literal)
    return value._replace(literal=made, type=None)


def _sequence(value: Value, kind: str, want: Type) -> Value:
    if not value.is_list:
        raise Fails(f"{kind_of(value.literal)} is used where a {kind} is needed")
    elements = cast("tuple[Value, ...]", value.literal)
    have = value.type
    if want == ANY:
        if have is not None and have[0] in ("list", "set"):
            want = have[1]
        else:
            want = _common(elements)
    if have is not None and have[0] in ("list", "set") and have[1] == want:
        made = elements
    elif have is not None and not elements and not convertible(have, (kind, want)):
        raise Fails(f"{words(have)} of another type is needed")
    else:
        made = tuple([converted(element, want) for element in elements])
    result = value._replace(literal=made, type=("list", want), repeated=False)
    return as_set(result) if kind == "set" and not (have is not None and have == ("set", want)) else result._replace(
        type=(kind, want)
    )  # fmt: skip


def _common(elements: tuple[Value, ...]) -> Type:
    """Return the type that elements have in common; raises Fails where they have none."""
    if not elements:
        return ANY
    common = unified([type_of(element) for element in elements])
    if common is None or (common == ANY and _is_mixed(elements)):
        raise Fails("the elements of a collection have no type in common")
    return common


def _is_mixed(elements: tuple[Value, ...]) -> bool:
    """Whether nulls of no type stand beside lists or maps, which Terraform cannot make alike."""
    if any(element.literal is not None and type_of(element) == ANY for element in elements):
        return False
    if any(element.literal is None and element.sensitive for element in elements):
        raise NotComputed("a collection of a sensitive null and others")
    return any(element.literal is not None for element in elements)


def _map(value: Value, want: Type) -> Value:
    if not value.is_map:
        raise Fails(f"{kind_of(value.literal)} is used where a map is needed")
    if type(value.literal) is not dict:
        return value
    entries = cast("dict[str, Value]", value.literal)
    have = value.type
    if have is not None and not entries and not convertible(have, ("map", want)):
        raise Fails("a map of another type is needed")
    if want == ANY:
        want = have[1] if have is not None and have[0] == "map" else _common(tuple(entries.values()))
    made = {key: converted(element, want) for key, element in entries.items()}
    return value._replace(literal=made, type=("map", want))


def _object(value: Value, want: Any) -> Value:
    if not value.is_map:
        raise Fails(f"{kind_of(value.literal)} is used where an object is needed")
    if type(value.literal) is not dict:
        return value
    entries = cast("dict[str, Value]", value.literal)
    made: dict[str, Value] = {}
    for name, wanted in want:
        written = entries.get(name)
        if written is None:
            if value.open:
                continue
            raise Fails(f'the object has no "{name}"')
        made[name] = converted(written, wanted)
    return value._replace(literal=made, type=None)


def as_one_type(elements: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return elements made into the type they have in common; raises Fails where they have none."""
    common = _common(elements)
    return elements if common == ANY else tuple([converted(element, common) for element in elements])


def as_set(value: Value) -> Value:
    """Return a list whose elements are of one type as a set: sorted, each element once."""
    elements = cast("tuple[Value, ...]", value.literal)
    kept: list[Value] = []
    seen: dict[Any, list[Value]] = {}
    for element in elements:
        literal = element.literal
        if literal.__class__ is str or literal.__class__ is bool or literal.__class__ is int:
            if literal not in seen:
                seen[literal] = []
                kept.append(element)
            continue
        alike = seen.setdefault(("", _order(element)), [])
        if not any(same(element, other) for other in alike):
            alike.append(element)
            kept.append(element)
    kept.sort(key=_order)
    secret = value.sensitive or any(holds_secrets(element) for element in kept)
    element_type = value.type[1] if value.type is not None and value.type[0] in ("list", "set") else ANY
    return value._replace(literal=tuple(kept), type=("set", element_type), repeated=False, sensitive=secret)


def _order(element: Value) -> tuple[int, Any, str]:
    """Order of the elements of a set: by size or code points, others by the text that go-cty hashes; null, unknown."""
    literal = element.literal
    kind = scalar_kind(literal)
    if kind == "string":
        return (0, 0, literal)
    if kind == "number":
        from gatepost.languages.terraform.exact_numbers import Exact, fraction_of

        return (0, fraction_of(literal) if type(literal) is Exact else literal, "")
    if kind == "bool":
        return (0, literal, "")
    if kind in ("list", "map"):
        return (0, 0, _hashed(element))
    return (1 if kind == "null" else 2, 0, "")


def _hashed(value: Value) -> str:
    literal = value.literal
    kind = scalar_kind(literal)
    if kind == "string":
        from gatepost.languages.terraform.functions.go_quoting import quoted

        return quoted(literal)
    if kind == "number":
        return f"{float(literal):.10g}"
    if kind == "bool":
        return "T" if literal else "F"
    if kind == "list":
        inner = "".join(f"{_hashed(element)};" for element in cast("tuple[Value, ...]", literal))
        return f"[{inner}]" if value.type is not None and value.type[0] != "tuple" else f"<{inner}>"
    if kind == "map" and type(literal) is dict:
        entries = cast("dict[str, Value]", literal)
        if value.type is not None and value.type[0] == "map":
            return "{" + "".join(f"{_hashed(Value(k))}:{_hashed(entries[k])};" for k in sorted(entries)) + "}"
        return "<" + "".join(f"{_hashed(entries[key])};" for key in sorted(entries)) + ">"
    return "~" if literal is None else "?"
