"""Conversions between Terraform's kinds of value, exact or refused; never reads the syntax tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from gatepost.model.values import Origin, Unknown, Value

EXACT_INTEGER = 2**53
LARGEST_TEXT = 4_000_000


class Fails(Exception):
    """Terraform refuses the expression; its text says why in plain words without a full stop."""


class NotComputed(Exception):
    """The expression means something that is not worked out here; its text says what."""


class SetValue(Value):
    """A list value that is a set: sorted, without duplicates, without indexes."""

    __slots__ = ()


def number(value: float) -> int | float:
    """Return a number as an int where it is a whole one that a float holds exactly."""
    if type(value) is float and value.is_integer() and abs(value) < EXACT_INTEGER:
        return int(value)
    return value


def text_of_scalar(scalar: Any) -> str:
    """Return a known scalar as Terraform's tostring writes it; raises Fails and NotComputed."""
    kind = scalar.__class__
    if kind is str:
        return cast(str, scalar)
    if kind is bool:
        return "true" if scalar else "false"
    if kind is int:
        return str(scalar) if abs(scalar) < 10**300 else _huge()
    if kind is float:
        return _text_of_float(scalar)
    if scalar is None:
        raise Fails("a null value is used where text is needed")
    raise Fails(f"{kind_of(scalar)} is used where text is needed")


def _huge() -> str:
    raise NotComputed("the text of a very large number")


def _text_of_float(scalar: float) -> str:
    from decimal import Decimal

    if scalar != scalar or scalar in (float("inf"), float("-inf")) or abs(scalar) > 1e40:
        return _huge()
    text = format(Decimal(repr(scalar)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def number_of_scalar(scalar: Any) -> int | float:
    """Return a known scalar as a number; raises Fails where Terraform would refuse it."""
    kind = scalar.__class__
    if kind is int or kind is float:
        return number(cast("int | float", scalar))
    if kind is str:
        return number_of_text(cast(str, scalar))
    raise Fails(f"{kind_of(scalar)} is used where a number is needed")


def number_of_text(text: str) -> int | float:
    """Read a decimal number; raises Fails, and NotComputed where a float cannot hold it exactly."""
    digits = text[1:] if text[:1] == "-" else text
    if len(text) > 300 or not digits or not digits[0].isdigit() or not digits.isascii():
        raise Fails("text that is no number is used where a number is needed")
    if digits.isdigit():
        return int(text)
    from decimal import Decimal, InvalidOperation

    try:
        exact = Decimal(text)
        near = float(text)
    except (InvalidOperation, ValueError):
        raise Fails("text that is no number is used where a number is needed") from None
    if "_" in text or not exact.is_finite() or abs(exact) > Decimal("1e40"):
        raise NotComputed("a number of this size")
    if exact == exact.to_integral_value():
        return int(exact)
    if Decimal(repr(near)) != exact:
        raise NotComputed("a number with that many digits")
    return near


def truth_of_scalar(scalar: Any) -> bool:
    """Return a known scalar as true or false; raises Fails where Terraform would refuse it."""
    if type(scalar) is bool:
        return scalar
    if scalar in ("true", "false"):
        return scalar == "true"
    raise Fails(f"{kind_of(scalar)} is used where true or false is needed")


def kind_of(literal: Any) -> str:
    """Return what a literal is, in a word or two for messages."""
    if literal is None:
        return "null"
    if isinstance(literal, bool):
        return "true or false"
    if isinstance(literal, (int, float)):
        return "a number"
    if isinstance(literal, str):
        return "text"
    return "a list" if isinstance(literal, tuple) else "a map" if isinstance(literal, Mapping) else "a value"


def scalar_kind(literal: Any) -> str:
    """Return "string", "number", "bool", "null", "list", "map" or "unknown"."""
    kind = literal.__class__
    known = _KINDS.get(kind)
    if known is not None:
        return known
    return "map" if isinstance(literal, Mapping) else "unknown"


_KINDS: dict[type, str] = {
    str: "string",
    bool: "bool",
    int: "number",
    float: "number",
    type(None): "null",
    tuple: "list",
    dict: "map",
    Unknown: "unknown",
}


def first_unknown(value: Value) -> Value | None:
    """Return the first value inside that is not known, or is open, in writing order; None when all is known."""
    literal = value.literal
    kind = literal.__class__
    if kind is Unknown:
        return value
    if value.open:
        return value
    if kind is tuple:
        for element in cast("tuple[Value, ...]", literal):
            found = first_unknown(element)
            if found is not None:
                return found
    elif kind is dict:
        for element in cast("dict[str, Value]", literal).values():
            found = first_unknown(element)
            if found is not None:
                return found
    elif isinstance(literal, Mapping):
        return value
    return None


def why_not(value: Value) -> str:
    """Return the reason of something that `first_unknown` found."""
    literal = value.literal
    if isinstance(literal, Unknown):
        return literal.why
    if value.refers_to is not None:
        return f"{value.refers_to.address} is only known when Terraform runs"
    return "part of the value is only known when Terraform runs"


def plain(value: Value) -> Any:
    """Return a wholly known value as Python data: None, bool, int, float, str, list, dict."""
    literal = value.literal
    kind = literal.__class__
    if kind is tuple:
        return [plain(element) for element in cast("tuple[Value, ...]", literal)]
    if isinstance(literal, Mapping):
        return {key: plain(inner) for key, inner in cast("Mapping[str, Value]", literal).items()}
    return literal


def wrap(data: Any) -> Value:
    """Return Python data as a value without a place."""
    if isinstance(data, (list, tuple)):
        return Value(tuple(wrap(inner) for inner in cast("Iterable[Any]", data)))
    if isinstance(data, dict):
        return Value({str(key): wrap(inner) for key, inner in cast("dict[Any, Any]", data).items()})
    return Value(number(data) if type(data) is float else data)


def sort_key(value: Value) -> Any:
    """Order of the elements of a set: numbers by size, text by code points."""
    literal = value.literal
    if isinstance(literal, bool):
        return (0, literal, "")
    if isinstance(literal, (int, float)):
        return (1, literal, "")
    if isinstance(literal, str):
        return (2, 0, literal)
    return (3, 0, repr(plain(value)))


def same(left: Value, right: Value) -> bool | None:
    """Compare two values without converting them; None when something unknown could decide."""
    one, other = left.literal, right.literal
    if type(one) is Unknown or type(other) is Unknown:
        return None
    kinds = scalar_kind(one), scalar_kind(other)
    if "unknown" in kinds:
        return None
    if kinds[0] != kinds[1]:
        return False
    if kinds[0] == "list":
        return _same_lists(left, right)
    if kinds[0] == "map":
        return _same_maps(left, right)
    return one == other


def _same_lists(left: Value, right: Value) -> bool | None:
    if left.open or right.open:
        return None
    if len(left.literal) != len(right.literal):
        return False
    return _all_same(zip(left.literal, right.literal, strict=True))


def _same_maps(left: Value, right: Value) -> bool | None:
    if left.open or right.open or type(left.literal) is not dict or type(right.literal) is not dict:
        return None
    mine, theirs = cast("dict[str, Value]", left.literal), cast("dict[str, Value]", right.literal)
    if mine.keys() != theirs.keys():
        return False
    return _all_same((mine[key], theirs[key]) for key in mine)


def _all_same(pairs: Iterable[tuple[Value, Value]]) -> bool | None:
    result: bool | None = True
    for one, other in pairs:
        equal = same(one, other)
        if equal is False:
            return False
        if equal is None:
            result = None
    return result


_RANK = {"secret_store": 5, "input": 4, "shown_input": 3, "resource": 2, "default": 1, "code": 0}


def derived_origins(values: Iterable[Value]) -> tuple[Origin, ...]:
    """Return the origins of something computed from `values`: the most telling ones, marked as not writable there."""
    best: tuple[Origin, ...] = ()
    rank = -1
    for value in values:
        origins = value.origins
        if origins and _RANK[origins[-1].kind] > rank:
            best, rank = origins, _RANK[origins[-1].kind]
    if not best or best[-1].notation == "":
        return best
    return (*best[:-1], best[-1]._replace(notation=""))


def pairs(value: Value) -> list[tuple[Value, Value]]:
    """Return (key, element) of each element of a known collection; raises Fails for anything else."""
    literal = value.literal
    if type(literal) is tuple:
        elements = cast("tuple[Value, ...]", literal)
        if isinstance(value, SetValue):
            return [(element, element) for element in elements]
        return [(Value(index), element) for index, element in enumerate(elements)]
    if isinstance(literal, Mapping):
        entries = cast("Mapping[str, Value]", literal)
        return [(Value(key), entries[key]) for key in sorted(entries)]
    raise Fails("a value that is no collection is used as one")
