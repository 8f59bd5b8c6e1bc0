"""Type constraints of variables: values converted as Terraform converts them; never a provider's schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.conversions import (
    Fails,
    SetValue,
    number_of_scalar,
    same,
    sort_key,
    text_of_scalar,
    truth_of_scalar,
)
from gatepost.languages.terraform.evaluate import evaluate
from gatepost.languages.terraform.frame import Frame
from gatepost.model.values import Unknown, Value

_SCALARS = {"string": text_of_scalar, "number": number_of_scalar, "bool": truth_of_scalar}


def convert(value: Value, type: nodes.Node, frame: Frame) -> Value:
    """Return the value as one of a type; raises Fails where Terraform refuses it."""
    if value.literal is None or type_name(type) in ("any", "dynamic"):
        return value
    if isinstance(value.literal, Unknown):
        return value
    name = type_name(type)
    if name in _SCALARS:
        return _scalar(value, name)
    arguments = type.arguments if isinstance(type, nodes.Call) else []
    inner = arguments[0] if arguments else None
    if name in ("list", "set"):
        return _sequence(value, name, inner, frame)
    if name == "tuple" and isinstance(inner, nodes.ListExpression) and value.is_list:
        pairs = zip(value.literal, inner.items, strict=False)
        return value._replace(literal=tuple([convert(element, kind, frame) for element, kind in pairs]))
    if name == "map":
        return _map(value, inner, frame)
    if name == "object" and isinstance(inner, nodes.ObjectExpression):
        return _object(value, inner, frame)
    return value


def type_name(type: nodes.Node) -> str:
    """Return the word of a type ("string", "list"); also of the older quoted spelling."""
    if isinstance(type, nodes.Reference):
        return type.text
    if isinstance(type, nodes.Call):
        return type.name
    return str(type.value) if isinstance(type, nodes.Literal) else ""


def _scalar(value: Value, name: str) -> Value:
    literal = value.literal
    if isinstance(literal, (tuple, Mapping)):
        raise Fails(f"a {name} is needed")
    converted = _SCALARS[name](literal)
    return value if converted is literal else value._replace(literal=converted)


def _sequence(value: Value, name: str, inner: nodes.Node | None, frame: Frame) -> Value:
    if not value.is_list:
        raise Fails("a list is needed")
    elements = cast("tuple[Value, ...]", value.literal)
    if inner is not None:
        elements = tuple([convert(element, inner, frame) for element in elements])
    return as_set(value._replace(literal=elements)) if name == "set" else value._replace(literal=elements)


def as_set(value: Value) -> Value:
    """Return a list as a set: sorted, each element once."""
    kept: list[Value] = []
    seen: set[Any] = set()
    for element in cast("tuple[Value, ...]", value.literal):
        literal = element.literal
        if isinstance(literal, (str, int, float, bool)):
            mark = (literal.__class__ is bool, literal)
            if mark not in seen:
                seen.add(mark)
                kept.append(element)
        elif not any(same(element, other) for other in kept):
            kept.append(element)
    if all(isinstance(element.literal, (str, int, float)) for element in kept):
        kept.sort(key=sort_key)
    return SetValue(*value._replace(literal=tuple(kept)))


def _map(value: Value, inner: nodes.Node | None, frame: Frame) -> Value:
    if not value.is_map:
        raise Fails("a map is needed")
    if inner is None or not isinstance(value.literal, dict):
        return value
    entries = cast("dict[str, Value]", value.literal)
    return value._replace(literal={key: convert(element, inner, frame) for key, element in entries.items()})


def _object(value: Value, inner: nodes.ObjectExpression, frame: Frame) -> Value:
    if not value.is_map:
        raise Fails("an object is needed")
    if not isinstance(value.literal, dict):
        return value
    entries = cast("dict[str, Value]", value.literal)
    converted: dict[str, Value] = {}
    for key, kind in inner.items:
        name = str(key.value) if isinstance(key, nodes.Literal) else ""
        written = entries.get(name)
        optional = isinstance(kind, nodes.Call) and kind.name == "optional"
        inside = kind.arguments[0] if isinstance(kind, nodes.Call) and optional and kind.arguments else kind
        if written is None or (written.literal is None and optional):
            converted[name] = _left_out(name, kind, inside, frame, optional and not value.open, written)
        else:
            converted[name] = convert(written, inside, frame)
    return value._replace(literal=converted)


def _left_out(
    name: str, kind: nodes.Node, inside: nodes.Node, frame: Frame, optional: bool, written: Value | None
) -> Value:
    if not optional:
        if written is not None:
            return written
        raise Fails(f'the object has no "{name}"')
    if isinstance(kind, nodes.Call) and len(kind.arguments) > 1:
        return convert(evaluate(kind.arguments[1], frame), inside, frame)
    return Value(None)
