"""Numbers laid out as Go's fmt does for big.Int and big.Float; never rounded twice.

Facts: the documentation of Go's packages fmt and math/big.
"""

from __future__ import annotations

from fractions import Fraction

from gatepost.languages.terraform.exact_numbers import fraction_of, is_infinite, text_of

_BASES = {"b": 2, "d": 10, "o": 8, "x": 16, "X": 16}
_PREFIXES = {"b": "0b", "o": "0", "x": "0x", "X": "0X", "d": ""}


def integer_text(number: int, verb: str, flags: str, width: int, precision: int | None) -> str:
    """Return a whole number in the base of a verb of b, d, o, x and X."""
    sign = "-" if number < 0 else "+" if "+" in flags else " " if " " in flags else ""
    prefix = _PREFIXES[verb] if "#" in flags else ""
    digits = format(abs(number), verb)
    if precision == 0 and number == 0:
        return ""
    zeros = max(0, (precision or 0) - len(digits))
    missing = max(0, width - len(sign) - len(prefix) - zeros - len(digits))
    if "-" in flags:
        return f"{sign}{prefix}{'0' * zeros}{digits}{' ' * missing}"
    if "0" in flags and precision is None:
        return f"{sign}{prefix}{'0' * missing}{digits}"
    return f"{' ' * missing}{sign}{prefix}{'0' * zeros}{digits}"


def float_text(number: float, verb: str, flags: str, width: int, precision: int | None) -> str:
    """Return a number as a verb of e, E, f, g and G writes it."""
    if is_infinite(number):
        sign, body = ("-" if number < 0 else "+"), "Inf"
        sign = " " if sign == "+" and " " in flags else sign
    else:
        value = fraction_of(number)
        body = _laid_out(number, abs(value), verb, precision)
        sign = (
            "-"
            if value < 0 or (not value and str(number)[0] == "-")
            else "+"
            if "+" in flags
            else " "
            if " " in flags
            else ""
        )
    missing = max(0, width - len(sign) - len(body))
    if "0" in flags and not is_infinite(number):
        return sign + "0" * missing + body
    if "-" in flags:
        return sign + body + " " * missing
    return " " * missing + sign + body


def _laid_out(number: float, value: Fraction, verb: str, precision: int | None) -> str:
    kind = verb.lower()
    if not value and kind == "g":
        return "0"
    if kind == "f":
        return _fixed(value, 6 if precision is None else precision)
    if kind == "e":
        digits, point = _significant(value, (6 if precision is None else precision) + 1)
        return _exponential(digits, point, verb)
    if precision is None:
        digits, point = _shortest(text_of(number).lstrip("-"))
        limit, shown = 6, len(digits)
    else:
        shown = precision or 1
        digits, point = _significant(value, shown)
        digits = digits.rstrip("0")
        limit = len(digits) if shown > len(digits) >= point else shown
        shown = min(shown, len(digits))
    if not digits:
        return "0"
    if point - 1 < -4 or point - 1 >= limit:
        return _exponential(digits, point, "e" if verb == "g" else "E")
    if point <= 0:
        return f"0.{'0' * -point}{digits}"
    return digits + "0" * (point - len(digits)) if point >= len(digits) else f"{digits[:point]}.{digits[point:]}"


def _fixed(value: Fraction, places: int) -> str:
    scaled = round(value * 10**places)  # ties to even, as Go's
    digits = str(scaled).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def _shortest(text: str) -> tuple[str, int]:
    whole, _, behind = text.partition(".")
    if whole.strip("0"):
        return (whole + behind).rstrip("0"), len(whole)
    bare = behind.lstrip("0")
    return bare.rstrip("0"), len(bare) - len(behind)


def _significant(value: Fraction, count: int) -> tuple[str, int]:
    """Return that many digits, and where the point stands before or among them."""
    if not value:
        return "0" * count, 1
    point = len(str(value.numerator)) - len(str(value.denominator)) + 1
    while value * 10 < _power(point):
        point -= 1
    scaled = round(value * _power(count - point))
    if scaled >= 10**count:
        scaled, point = scaled // 10, point + 1
    return str(scaled), point


def _power(exponent: int) -> Fraction:
    return Fraction(10) ** exponent


def _exponential(digits: str, point: int, verb: str) -> str:
    exponent = point - 1 if digits.strip("0") else 0
    behind = f".{digits[1:]}" if len(digits) > 1 else ""
    sign = "-" if exponent < 0 else "+"
    return f"{digits[0]}{behind}{verb}{sign}{abs(exponent):02d}"
