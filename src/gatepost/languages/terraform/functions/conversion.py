"""Terraform's functions that convert and mark values; never a provider's schema."""

from __future__ import annotations

from collections.abc import Callable

from gatepost.languages.terraform.conversions import Fails, first_unknown
from gatepost.languages.terraform.converting import converted
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import on_values
from gatepost.languages.terraform.steps import Named, Several
from gatepost.languages.terraform.value_types import Type, parsed
from gatepost.model.values import Unknown, Value


def _to(spelling: str) -> Callable[[Value], Value]:
    wanted: Type = parsed(spelling)

    def made(value: Value) -> Value:
        literal = value.literal
        if isinstance(literal, Several):
            value = literal.listed()
        if isinstance(literal, Named) and wanted[0] != "map":
            raise Fails("a resource is made into something else")
        if wanted[0] == "set" and value.is_list and first_unknown(value) is not None:
            return _half_known_set(value)
        return converted(value, wanted)

    return made


def _half_known_set(value: Value) -> Value:
    """Elements that are not known may equal others, so how many there are, and their order, stays open."""
    made = converted(value._replace(open=False), ("list", "any"))
    return made._replace(open=value.open, gap=value.gap, type=("set", made.type[1]))


def _sensitive(value: Value) -> Value:
    return value._replace(sensitive=True)


def _nonsensitive(value: Value) -> Value:
    return value._replace(sensitive=False)


def _same(value: Value) -> Value:
    return value


def _issensitive(value: Value) -> Value:
    if value.unknown is not None and not value.sensitive:
        return Value(Unknown(value.unknown.why, False))
    return Value(value.sensitive)


FUNCTIONS: dict[str, Function] = {
    "ephemeralasnull": on_values("any?", _same),
    "issensitive": on_values("any?", _issensitive),
    "nonsensitive": on_values("any?", _nonsensitive),
    "sensitive": on_values("any?", _sensitive),
    "tobool": on_values("any?", _to("bool")),
    "tolist": on_values("any?", _to("list(any)")),
    "tomap": on_values("any?", _to("map(any)")),
    "tonumber": on_values("any?", _to("number")),
    "toset": on_values("any?", _to("set(any)")),
    "tostring": on_values("any?", _to("string")),
}
