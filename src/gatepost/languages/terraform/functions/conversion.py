"""Terraform's functions that convert and mark values; never a provider's schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from gatepost.languages.terraform.conversions import (
    Fails,
    NotComputed,
    first_unknown,
    number_of_scalar,
    scalar_kind,
    text_of_scalar,
    truth_of_scalar,
)
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import hidden, on_values
from gatepost.languages.terraform.steps import Named, Several
from gatepost.model.values import Value


def unified(elements: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return elements as one type: scalars beside text become text; raises NotComputed for mixtures beyond that."""
    kinds = {scalar_kind(element.literal) for element in elements} - {"null", "unknown"}
    if len(kinds) <= 1:
        return elements
    if kinds <= {"string", "number", "bool"} and "string" in kinds:
        return tuple(
            element._replace(literal=text_of_scalar(element.literal))
            if isinstance(element.literal, (bool, int, float))
            else element
            for element in elements
        )
    raise NotComputed("a collection of elements of different kinds")


def _scalar(convert: Callable[[Any], Any]) -> Callable[[Value], Value]:
    def converted(value: Value) -> Value:
        if value.unknown is not None or value.literal is None:
            return value
        return value._replace(literal=convert(value.literal))

    return converted


def _elements(value: Value) -> Value:
    literal = value.literal
    if isinstance(literal, Several):
        return Value((literal.one,), open=not literal.exactly_one)
    if type(literal) is not tuple:
        raise Fails("something that is no list is made into one")
    return value.__class__(*value._replace(literal=unified(cast("tuple[Value, ...]", literal))))


def _tolist(value: Value) -> Value:
    return value if value.unknown is not None or value.literal is None else Value(*_elements(value))


def _toset(value: Value) -> Value:
    from gatepost.languages.terraform.constraints import as_set

    if value.unknown is not None or value.literal is None:
        return value
    made = _elements(value)
    if made.open and not made.literal:
        return hidden(made) or made
    if first_unknown(made._replace(open=False)) is not None:
        return made
    return as_set(made)


def _tomap(value: Value) -> Value:
    if value.unknown is not None or value.literal is None:
        return value
    if not isinstance(value.literal, Mapping) or isinstance(value.literal, Named):
        raise Fails("something that is no map is made into one")
    entries = cast("Mapping[str, Value]", value.literal)
    converted = unified(tuple(entries.values()))
    return value._replace(literal=dict(zip(entries, converted, strict=True)))


def _marked(sensitive: bool) -> Callable[[Value], Value]:
    def marked(value: Value) -> Value:
        return value._replace(sensitive=sensitive)

    return marked


def _issensitive(value: Value) -> Value:
    return Value(value.sensitive)


FUNCTIONS: dict[str, Function] = {
    "issensitive": on_values(1, 1, _issensitive),
    "nonsensitive": on_values(1, 1, _marked(False)),
    "sensitive": on_values(1, 1, _marked(True)),
    "tobool": on_values(1, 1, _scalar(truth_of_scalar)),
    "tolist": on_values(1, 1, _tolist),
    "tomap": on_values(1, 1, _tomap),
    "tonumber": on_values(1, 1, _scalar(number_of_scalar)),
    "toset": on_values(1, 1, _toset),
    "tostring": on_values(1, 1, _scalar(text_of_scalar)),
}
