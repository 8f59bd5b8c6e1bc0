"""Terraform's functions on numbers, with Terraform's own rounding; never a rounding of Python's."""

from __future__ import annotations

import math
from collections.abc import Callable
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
    negated,
    number_of,
    precision_of,
)
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import on_known, on_plain, whole
from gatepost.languages.terraform.functions.go_math import log, power
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
    return negated(value) if less(value, 0) else value or 0


def _floor(value: Any) -> int | float:
    return _whole(value, math.floor)


def _ceil(value: Any) -> int | float:
    return _whole(value, math.ceil)


def _whole(value: Any, rounded: Callable[[Fraction], int]) -> int | float:
    if isinstance(value, int) or is_infinite(value):
        return value
    return number_of(Fraction(rounded(fraction_of(value))), precision_of(value))


def _double(number: Any) -> float:
    """The nearest float64, as Go takes it for functions of its math package."""
    if not number and type(number) is not Exact:
        return float(number)
    try:
        return float(fraction_of(number)) if not is_infinite(number) else number
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _from_double(number: float) -> int | float:
    if math.isnan(number):
        raise Fails("the result is no number")
    if number == 0 and math.copysign(1, number) < 0:
        return number
    return number if math.isinf(number) else number_of(Fraction(number), _DOUBLE)


def _pow(base: Any, exponent: Any) -> int | float:
    return _from_double(power(_double(base), _double(exponent)))


def _log(number: Any, base: Any) -> int | float:
    upper, lower = log(_double(number)), log(_double(base))
    if lower == 0:
        if upper == 0 or math.isnan(upper):
            raise Fails("the result is no number")
        return math.copysign(math.inf, upper) * math.copysign(1, lower)
    return _from_double(upper / lower)


def _signum(value: Any) -> int:
    found = whole(value)
    return narrow((found > 0) - (found < 0))


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
