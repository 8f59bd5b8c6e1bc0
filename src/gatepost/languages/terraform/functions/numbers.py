"""Terraform's functions on numbers, with Terraform's own rounding; never a rounding of Python's."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from gatepost.languages.terraform.conversions import Fails, NotComputed, text_of_scalar
from gatepost.languages.terraform.exact_numbers import (
    Exact,
    TooLarge,
    fraction_of,
    is_infinite,
    less,
    narrow,
    number_of,
)
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import on_known, on_plain, whole
from gatepost.model.values import Value

_DOUBLE = 53


def _max(*values: Any) -> int | float:
    if not values:
        raise Fails("at least one number is needed")
    best = values[0]
    for value in values[1:]:
        best = value if less(best, value) else best
    return best


def _min(*values: Any) -> int | float:
    if not values:
        raise Fails("at least one number is needed")
    best = values[0]
    for value in values[1:]:
        best = value if less(value, best) else best
    return best


def _abs(value: Any) -> int | float:
    if not less(value, 0):
        return value
    if isinstance(value, int) or not isinstance(value, Exact):
        return -value
    return number_of(-value.value, value.precision)


def _floor(value: Any) -> int | float:
    return value if is_infinite(value) else narrow(math.floor(fraction_of(value)))


def _ceil(value: Any) -> int | float:
    return value if is_infinite(value) else narrow(math.ceil(fraction_of(value)))


def _double(number: Any) -> float:
    """The nearest float64, as Go takes it for functions of its math package."""
    try:
        return float(fraction_of(number)) if not is_infinite(number) else number
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _from_double(number: float) -> int | float:
    if math.isnan(number):
        raise NotComputed("a result that is no number")
    return number if math.isinf(number) else number_of(Fraction(number), _DOUBLE)


def _pow(base: Any, exponent: Any) -> int | float:
    one, other = _double(base), _double(exponent)
    try:
        made = math.pow(one, other)
    except OverflowError:
        made = -math.inf if one < 0 and other % 2 == 1 else math.inf
    except ValueError:
        if one == 0:
            return math.inf
        raise Fails("a root of a negative number has no result") from None
    exact = one.is_integer() and 0 <= other <= 64 and other.is_integer() and Fraction(int(one)) ** int(other) == made
    if not exact and not (one == 2 and other.is_integer()) and not math.isinf(made) and other != 1:
        raise NotComputed("a power that is not whole")
    return _from_double(made)


def _log(number: Any, base: Any) -> int | float:
    one, other = _double(number), _double(base)
    if other == 1 or one <= 0 or other <= 0 or math.isinf(one) or math.isinf(other):
        raise NotComputed("this logarithm")
    # Go computes log(x)/log(b) with its own logarithm, whose last bit may differ from that of the C library.
    upper, lower = math.log(one), math.log(other)
    results = {u / w for u in _near(upper) for w in _near(lower)}
    if one == 1:
        results = {0.0 if lower > 0 else -0.0}
    if len(results) > 1:
        raise NotComputed("a logarithm that is not whole")
    return _from_double(results.pop())


def _near(number: float) -> tuple[float, ...]:
    return (math.nextafter(number, -math.inf), number, math.nextafter(number, math.inf))


def _signum(value: Any) -> int:
    found = whole(value)
    return (found > 0) - (found < 0)


def _parseint(value: Value, base: Value) -> Value:
    digits, radix = value.literal, whole(base.literal)
    if not isinstance(digits, str):
        if isinstance(digits, (int, float)) and not isinstance(digits, bool):
            digits = text_of_scalar(digits)
        raise Fails("the first argument has to be text")
    if not 2 <= radix <= 62:
        raise Fails("the base has to be between 2 and 62")
    if len(digits) > 1_000:
        raise NotComputed("a number of this size")
    body = digits[1:] if digits[:1] in ("+", "-") else digits
    total = 0
    for character in body:
        worth = _DIGITS.find(character if radix > 36 else character.lower())
        if not 0 <= worth < radix:
            raise Fails(f"the text is no whole number of base {radix}")
        total = total * radix + worth
    if not body:
        raise Fails(f"the text is no whole number of base {radix}")
    total = -total if digits[0] == "-" else total
    return Value(narrow(total))


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _guarded(function: Any) -> Any:
    def called(*numbers: Any) -> Any:
        try:
            return function(*numbers)
        except TooLarge:
            raise NotComputed("a number of this size") from None

    return called


FUNCTIONS: dict[str, Function] = {
    "abs": on_plain("number", _guarded(_abs)),
    "ceil": on_plain("number", _guarded(_ceil)),
    "floor": on_plain("number", _guarded(_floor)),
    "log": on_plain("number, number", _guarded(_log)),
    "max": on_plain("...number", _guarded(_max)),
    "min": on_plain("...number", _guarded(_min)),
    "parseint": on_known("any, number", _parseint),
    "pow": on_plain("number, number", _guarded(_pow)),
    "signum": on_plain("number", _signum),
}
