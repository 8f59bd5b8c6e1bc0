"""Terraform's functions on numbers; never inexact."""

from __future__ import annotations

from typing import Any

from gatepost.languages.terraform.conversions import Fails, NotComputed
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import number, on_plain, text, whole


def _max(*values: Any) -> int | float:
    return max(number(value) for value in values)


def _min(*values: Any) -> int | float:
    return min(number(value) for value in values)


def _abs(value: Any) -> int | float:
    return abs(number(value))


def _floor(value: Any) -> int:
    from math import floor

    return floor(number(value))


def _ceil(value: Any) -> int:
    from math import ceil

    return ceil(number(value))


def _pow(base: Any, exponent: Any) -> int:
    power = number(exponent)
    start = number(base)
    if not isinstance(power, int) or not isinstance(start, int) or power < 0 or power > 64 or abs(start) > 10**6:
        raise NotComputed("a power that is not whole")
    result = start**power
    if abs(result) > 2**53:
        raise NotComputed("a power of this size")
    return result


def _signum(value: Any) -> int:
    found = whole(value)
    return (found > 0) - (found < 0)


def _parseint(value: Any, base: Any) -> int:
    digits, radix = text(value), whole(base)
    if not 2 <= radix <= 36 or not digits.lstrip("+-").isalnum() or not digits.isascii() or len(digits) > 100:
        raise Fails("text that is no number is given to parseint")
    try:
        return int(digits, radix)
    except ValueError:
        raise Fails("text that is no number is given to parseint") from None


FUNCTIONS: dict[str, Function] = {
    "abs": on_plain(1, 1, _abs),
    "ceil": on_plain(1, 1, _ceil),
    "floor": on_plain(1, 1, _floor),
    "max": on_plain(1, None, _max),
    "min": on_plain(1, None, _min),
    "parseint": on_plain(2, 2, _parseint),
    "pow": on_plain(2, 2, _pow),
    "signum": on_plain(1, 1, _signum),
}
