"""Type constraints of variables: values converted as Terraform converts them; never a provider's schema."""

from __future__ import annotations

from typing import cast

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.converting import converted
from gatepost.languages.terraform.evaluate import evaluate
from gatepost.languages.terraform.frame import Frame
from gatepost.languages.terraform.value_types import ANY, BOOL, NUMBER, STRING, Type
from gatepost.model.values import Unknown, Value

_WORDS = {"string": STRING, "number": NUMBER, "bool": BOOL, "any": ANY, "dynamic": ANY}
_ALONE = {"list": ("list", ANY), "set": ("set", ANY), "map": ("map", ANY)}


def convert(value: Value, type: nodes.Node, frame: Frame) -> Value:
    """Return the value as one of a type, attributes that are left out filled in; raises Fails for what is refused."""
    return converted(_filled(value, type, frame), wanted(type))


def type_name(type: nodes.Node) -> str:
    """Return the word of a type ("string", "list"); also of the older quoted spelling."""
    if isinstance(type, nodes.Reference):
        return type.text
    if isinstance(type, nodes.Call):
        return type.name
    return str(type.value) if isinstance(type, nodes.Literal) else ""


def wanted(type: nodes.Node) -> Type:
    """Return the type that is written; any for what is none."""
    name = type_name(type)
    if isinstance(type, nodes.Parentheses):
        return wanted(type.inner)
    if name in _WORDS:
        return _WORDS[name]
    inner = type.arguments[0] if isinstance(type, nodes.Call) and type.arguments else None
    if name in _ALONE:
        return _ALONE[name] if inner is None else (name, wanted(inner))
    if name == "tuple" and isinstance(inner, nodes.ListExpression):
        return ("tuple", tuple([wanted(item) for item in inner.items]))
    if name == "object" and isinstance(inner, nodes.ObjectExpression):
        return ("object", tuple(sorted({_key(key): wanted(_inside(kind)) for key, kind in inner.items}.items())))
    return ANY


def _key(key: nodes.Node) -> str:
    return str(key.value) if isinstance(key, nodes.Literal) else ""


def _optional(kind: nodes.Node) -> nodes.Call | None:
    return kind if isinstance(kind, nodes.Call) and kind.name == "optional" and kind.arguments else None


def _inside(kind: nodes.Node) -> nodes.Node:
    """What `optional(…)` speaks of."""
    optional = _optional(kind)
    return kind if optional is None else optional.arguments[0]


def _filled(value: Value, type: nodes.Node, frame: Frame) -> Value:
    """Return the value with the defaults of optional attributes, as deep as types are written."""
    inner = type.arguments[0] if isinstance(type, nodes.Call) and type.arguments else None
    if value.type is not None and (value.literal in (None, (), {}) or isinstance(value.literal, Unknown)):
        value = value._replace(type=_type_filled(value.type, type))
    if inner is None or value.literal is None or isinstance(value.literal, Unknown):
        return value
    name = type_name(type)
    if name in ("list", "set") and value.is_list:
        elements = cast("tuple[Value, ...]", value.literal)
        return value._replace(literal=tuple([_filled(element, inner, frame) for element in elements]))
    if name == "tuple" and value.is_list and isinstance(inner, nodes.ListExpression):
        elements = cast("tuple[Value, ...]", value.literal)
        if len(elements) == len(inner.items):
            pairs = zip(elements, inner.items, strict=True)
            return value._replace(literal=tuple([_filled(element, kind, frame) for element, kind in pairs]))
    if not isinstance(value.literal, dict):
        return value
    entries = cast("dict[str, Value]", value.literal)
    if name == "map":
        return value._replace(literal={key: _filled(element, inner, frame) for key, element in entries.items()})
    if name == "object" and isinstance(inner, nodes.ObjectExpression):
        return value._replace(literal=_object(value, entries, inner, frame), type=None)
    return value


def _type_filled(have: Type, type: nodes.Node) -> Type:
    """Return a type with the optional attributes that it lacks: nothing is refused for them."""
    inner = type.arguments[0] if isinstance(type, nodes.Call) and type.arguments else None
    if isinstance(type, nodes.Parentheses):
        return _type_filled(have, type.inner)
    if inner is None or isinstance(have, str) or have == ANY:
        return have
    name, kind = type_name(type), have[0]
    if name in _ALONE:
        if kind == "tuple":
            return (kind, tuple([_type_filled(element, inner) for element in have[1]]))
        if kind == "object":
            return (kind, tuple([(key, _type_filled(element, inner)) for key, element in have[1]]))
        return (kind, _type_filled(have[1], inner))
    if name == "tuple" and kind == "tuple" and isinstance(inner, nodes.ListExpression):
        if len(inner.items) != len(have[1]):
            return have
        return (kind, tuple(map(_type_filled, have[1], inner.items)))
    if name == "object" and kind in ("object", "map") and isinstance(inner, nodes.ObjectExpression):
        attributes: dict[str, Type] = dict(have[1]) if kind == "object" else {}
        for key, written in inner.items:
            attribute, wished = _key(key), _inside(written)
            if attribute in attributes:
                attributes[attribute] = _type_filled(attributes[attribute], wished)
            elif _optional(written) is not None:
                attributes[attribute] = wanted(wished)
            elif kind == "map":
                attributes[attribute] = _type_filled(have[1], wished)
        return ("object", tuple(sorted(attributes.items())))
    return have


def _object(value: Value, entries: dict[str, Value], inner: nodes.ObjectExpression, frame: Frame) -> dict[str, Value]:
    made = dict(entries)
    for key, kind in inner.items:
        name = _key(key)
        written = entries.get(name)
        optional = _optional(kind)
        if written is not None and (written.literal is not None or optional is None):
            made[name] = _filled(written, _inside(kind), frame)
        elif optional is not None and (written is not None or not value.open):
            made[name] = Value(None)
            if len(optional.arguments) > 1:
                # The default has the defaults of its own optional attributes before it is made to fit the type.
                default = _filled(evaluate(optional.arguments[1], frame), _inside(kind), frame)
                made[name] = converted(default, wanted(_inside(kind)))
    return made
