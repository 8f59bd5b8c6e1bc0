"""Reads text as numbers the way Go's big.Float does for Terraform; never for what a person would call a number."""

from __future__ import annotations

import re
from fractions import Fraction

from gatepost.languages.terraform.conversions import Fails, NotComputed
from gatepost.languages.terraform.exact_numbers import TooLarge, decimal_fraction, number_of

_NUMBER = re.compile(r"([+-]?)(\d*+(?:\.\d*+)?)(?:([eEpP])([+-]?\d++))?", re.ASCII)
_INFINITE = re.compile(r"([+-]?)[iI]nf")


def read_number(text: str) -> int | float:
    """Return what text means as a number; raises Fails, and NotComputed for a size that nobody writes."""
    match = _NUMBER.fullmatch(text)
    if match is None or match[2] in ("", "."):
        infinite = _INFINITE.fullmatch(text)
        if infinite is None:
            raise Fails("text that is no number is used where a number is needed")
        return float(f"{infinite[1]}inf")
    try:
        if match[3] in ("p", "P"):
            power = int(match[4]) if len(match[4]) < 6 else 10**6
            if abs(power) > 10_000:
                raise TooLarge
            value = decimal_fraction(match[2]) * Fraction(2) ** power
        else:
            value = decimal_fraction(f"{match[2]}e{match[4] or 0}")
        if not value:
            return -0.0 if match[1] == "-" else 0
        return number_of(-value if match[1] == "-" else value)
    except TooLarge:
        raise NotComputed("a number of this size") from None
