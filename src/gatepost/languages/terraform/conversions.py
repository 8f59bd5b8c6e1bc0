"""Conversions between Terraform's kinds of value, exact or refused; never reads the syntax tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from gatepost.model.values import Origin, Unknown, Value

LARGEST_TEXT = 4_000_000
MOST_DIGITS = 4_000


class Fails(Exception):
    """Terraform refuses the expression; its text says why in plain words without a full stop."""


class NotComputed(Exception):
    """The expression means something that is not worked out here; its text says what."""


def is_set(value: Value) -> bool:
    """Tell whether a list is a set: sorted, without duplicates, without indexes."""
    return value.type is not None and value.type[0] == "set"


def text_of_scalar(scalar: Any) -> str:
    """Return a known scalar as Terraform's tostring writes it; raises Fails and NotComputed."""
    kind = scalar.__class__
    if kind is str:
        return cast(str, scalar)
    if kind is bool:
        return "true" if scalar else "false"
    if kind is int and -(2**63) < scalar < 2**63:
        return str(scalar)
    if isinstance(scalar, (int, float)):
        return _text_of_number(scalar)
    if scalar is None:
        raise Fails("a null value is used where text is needed")
    raise Fails(f"{kind_of(scalar)} is used where text is needed")


def _text_of_number(number: float) -> str:
    from gatepost.languages.terraform.exact_numbers import TooLarge, is_infinite, text_of

    if is_infinite(number):
        return "+Inf" if number > 0 else "-Inf"
    if number != number or (isinstance(number, int) and number.bit_length() > MOST_DIGITS * 3):
        raise NotComputed("the text of a very large number")
    try:
        return text_of(number)
    except TooLarge:
        raise NotComputed("the text of so small a number") from None


def number_of_scalar(scalar: Any) -> int | float:
    """Return a known scalar as a number; raises Fails where Terraform would refuse it."""
    kind = scalar.__class__
    if kind is int:
        return cast(int, scalar)
    if kind is str:
        return number_of_text(cast(str, scalar))
    if kind is not bool and isinstance(scalar, (int, float)):
        return scalar
    raise Fails(f"{kind_of(scalar)} is used where a number is needed")


def number_of_text(text: str) -> int | float:
    """Read a decimal number as Go does; raises Fails, and NotComputed for a size that nobody writes."""
    if text.isdigit() and text.isascii() and len(text) < 150:
        return int(text)
    from gatepost.languages.terraform.numbers_in_text import read_number

    return read_number(text)


def truth_of_scalar(scalar: Any) -> bool:
    """Return a known scalar as true or false; raises Fails where Terraform would refuse it."""
    if type(scalar) is bool:
        return scalar
    if scalar.__class__ is str and scalar in _TRUTHS:
        return _TRUTHS[scalar]
    raise Fails(f"{kind_of(scalar)} is used where true or false is needed")


_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


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
    if isinstance(literal, (int, float)):
        return "number"
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


def holds_secrets(value: Value) -> bool:
    """Tell whether a value, or one inside it, is sensitive."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if here.sensitive:
            return True
        if type(here.literal) is tuple:
            waiting.extend(cast("tuple[Value, ...]", here.literal))
        elif type(here.literal) is dict:
            waiting.extend(cast("dict[str, Value]", here.literal).values())
    return False


def text_size(value: Value) -> int:
    """Return how many characters the texts inside a value have, keys included."""
    size, waiting = 0, [value]
    while waiting:
        literal = waiting.pop().literal
        if literal.__class__ is str:
            size += len(literal)
        elif type(literal) is tuple:
            waiting.extend(cast("tuple[Value, ...]", literal))
        elif type(literal) is dict:
            entries = cast("dict[str, Value]", literal)
            size += sum(map(len, entries))
            waiting.extend(entries.values())
    return size


def why_not(value: Value) -> str:
    """Return the reason of something that `first_unknown` found."""
    literal = value.literal
    if isinstance(literal, Unknown):
        return literal.why
    if value.refers_to is not None:
        return f"{value.refers_to.address} is only known when Terraform runs"
    return value.gap or "part of the value is only known when Terraform runs"


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
    if data.__class__ is str and not data.isascii():
        data = normal(data)
    return Value(data)


def normal(text: str) -> str:
    """Return text as Terraform keeps it: composed where Unicode can."""
    from unicodedata import normalize

    return normalize("NFC", text)


def same(left: Value, right: Value) -> bool | None:
    """Compare two values as == does, without converting them; None when something unknown could decide."""
    one, other = left.literal, right.literal
    kind = one.__class__
    if kind is other.__class__ and (kind is str or kind is bool or kind is int):
        return one == other
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
    if kinds[0] == "number":
        from gatepost.languages.terraform.exact_numbers import equal

        return equal(one, other)
    return one == other


def _other_types(left: Value, right: Value) -> bool:
    """Whether two collections are of types that are known to differ; elements of tuples speak for themselves."""
    mine, theirs = left.type, right.type
    if mine is theirs or left.repeated or right.repeated:
        return False
    if mine is None or theirs is None:
        given = mine or theirs
        return given is not None and given[0] in ("list", "set", "map")
    from gatepost.languages.terraform.value_types import has_any

    if mine[0] != theirs[0]:
        return True
    return mine[0] in ("list", "set", "map") and mine != theirs and not (has_any(mine) or has_any(theirs))


def _same_lists(left: Value, right: Value) -> bool | None:
    if left.open or right.open:
        return None
    if len(left.literal) != len(right.literal) or _other_types(left, right):
        return False
    return _all_same(zip(left.literal, right.literal, strict=True))


def _same_maps(left: Value, right: Value) -> bool | None:
    if left.open or right.open or type(left.literal) is not dict or type(right.literal) is not dict:
        return None
    mine, theirs = cast("dict[str, Value]", left.literal), cast("dict[str, Value]", right.literal)
    if mine.keys() != theirs.keys() or _other_types(left, right):
        return False
    return _all_same((mine[key], theirs[key]) for key in mine)


def _all_same(pairs: Iterable[tuple[Value, Value]]) -> bool | None:
    result: bool | None = True
    for one, other in pairs:
        equal = same(one, other)
        if equal is False or (one.literal is None and other.literal is None and one.type != other.type):
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
        if is_set(value):
            return [(element, element) for element in elements]
        return [(Value(index), element) for index, element in enumerate(_typed(value, elements))]
    if isinstance(literal, Mapping):
        entries = cast("Mapping[str, Value]", literal)
        kept = sorted(entries)
        return [
            (Value(key), inner) for key, inner in zip(kept, _typed(value, [entries[key] for key in kept]), strict=True)
        ]
    raise Fails("a value that is no collection is used as one")


def _typed(whole: Value, elements: Iterable[Value]) -> Iterable[Value]:
    """A null in a list or map of one type is a null of that type."""
    if whole.type is None or whole.type[0] not in ("list", "map"):
        return elements
    inner = whole.type[1]
    return [element if element.literal is not None else element._replace(type=inner) for element in elements]
