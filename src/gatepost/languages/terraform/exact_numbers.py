"""Numbers as Terraform has them, binary fractions of 512 bits; never a result that was rounded in another way.

A number is an `int`, a `float` (which stands for the decimal number that Python writes for it), or an `Exact` where
that would lose digits. Most files have whole numbers only, so fractions are loaded where there is one.
Facts: Go's math/big (Float) and github.com/zclconf/go-cty, and what `terraform console` prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from fractions import Fraction

PRECISION = 512
MOST_BITS = 12_000  # of a numerator or denominator: numbers with exponents beyond that are refused
MOST_PLACES = 5_500  # behind the binary point; what is smaller has more digits than Python writes
_INFINITE = (float("inf"), float("-inf"))


class TooLarge(ArithmeticError):
    """A number with an exponent that nobody writes."""


class Exact(float):
    """A number that `float` does not hold: `value` is exact, `precision` is how many bits results of it keep."""

    __slots__ = ("precision", "value")
    value: Fraction
    precision: int

    def __reduce__(self) -> tuple[Any, ...]:
        return (exact, (self.value, self.precision))


class Narrow(int):
    """A whole number whose results keep fewer bits than 512, as those of length() and pow() do."""

    precision: int

    def __reduce__(self) -> tuple[Any, ...]:
        return (narrow, (int(self), self.precision))


def exact(value: Fraction, precision: int) -> Exact:
    """Return a number that is not whole."""
    try:
        near = float(value)
    except OverflowError:
        near = float("inf") if value > 0 else float("-inf")
    made = Exact(near)
    made.value = value
    made.precision = precision
    return made


def narrow(value: int, precision: int = 0) -> Narrow:
    """Return a whole number as functions give it that count: with 64 bits, or as many as it needs."""
    made = Narrow(value)
    made.precision = precision or max(64, value.bit_length())
    return made


def is_infinite(number: float) -> bool:
    """Tell whether a number is the result of a division by zero."""
    return type(number) is float and number in _INFINITE


def fraction_of(number: float) -> Fraction:
    """Return what a number is exactly."""
    from fractions import Fraction

    if type(number) is Exact:
        return number.value
    if isinstance(number, int):
        return Fraction(int(number))
    return rounded(decimal_fraction(repr(number)), PRECISION)


def precision_of(number: float) -> int:
    """Return how many bits a number has."""
    return cast("Exact | Narrow", number).precision if type(number) in (Exact, Narrow) else PRECISION


def decimal_fraction(digits: str) -> Fraction:
    """Return what decimal digits with a point and an exponent mean; raises TooLarge."""
    from fractions import Fraction

    mantissa, _, exponent = digits.lower().partition("e")
    power = int(exponent or 0) if len(exponent) < 8 else MOST_BITS
    if abs(power) > MOST_BITS // 4 or len(mantissa) > MOST_BITS // 4:
        raise TooLarge
    whole, _, behind = mantissa.partition(".")
    value = Fraction(int((whole + behind) or "0"))
    power -= len(behind)
    return value * 10**power if power >= 0 else value / 10**-power


def rounded(value: Fraction, precision: int) -> Fraction:
    """Return a number with that many bits, ties to even; raises TooLarge."""
    from fractions import Fraction

    top, bottom = abs(value.numerator), value.denominator
    if max(top.bit_length(), bottom.bit_length()) > MOST_BITS * 2:
        raise TooLarge
    if top.bit_length() <= precision and bottom & (bottom - 1) == 0:
        return value
    shift = precision - (top.bit_length() - bottom.bit_length())
    quotient, rest = _divided(top, bottom, shift)
    if quotient.bit_length() > precision:
        shift -= 1
        quotient, rest = _divided(top, bottom, shift)
    twice = rest * 2
    divisor = bottom << -shift if shift < 0 else bottom
    quotient += twice > divisor or (twice == divisor and quotient & 1)
    made = Fraction(quotient, 1 << shift) if shift >= 0 else Fraction(quotient << -shift)
    return -made if value < 0 else made


def _divided(top: int, bottom: int, shift: int) -> tuple[int, int]:
    return divmod(top << shift, bottom) if shift >= 0 else divmod(top, bottom << -shift)


def number_of(value: Fraction, precision: int = PRECISION) -> int | float:
    """Return a number of some precision in the plainest form that loses nothing; raises TooLarge."""
    value = rounded(value, precision)
    if max(abs(value.numerator).bit_length(), value.denominator.bit_length()) > MOST_BITS:
        raise TooLarge
    if value.denominator == 1:
        whole = value.numerator
        return whole if precision == PRECISION else narrow(whole, precision)
    if precision == PRECISION:
        try:
            near = float(value)
        except OverflowError:
            raise TooLarge from None
        if near and rounded(decimal_fraction(repr(near)), PRECISION) == value:
            return near
    return exact(value, precision)


def read_decimal(digits: str) -> int | float:
    """Return what a decimal number means; raises TooLarge."""
    return number_of(decimal_fraction(digits))


def text_of(number: float) -> str:
    """Return a number with as few digits as tell it apart from its neighbours, without an exponent; raises TooLarge."""
    if isinstance(number, int):
        precision = precision_of(number)
        return str(int(number)) if number.bit_length() <= precision else _shortest(fraction_of(number), precision)
    if type(number) is Exact:
        return _shortest(number.value, number.precision)
    written = repr(number)
    if "e" not in written:
        return written.removesuffix(".0")
    from decimal import Decimal

    return format(Decimal(written), "f").removesuffix(".0")


def _shortest(value: Fraction, precision: int) -> str:
    """Go's big.Float.Text('f', -1)."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    if not value:
        return "0"
    top, bottom = value.numerator, value.denominator
    scale = bottom.bit_length() - 1  # value is mantissa / 2**scale, with precision + 1 bits of mantissa
    shift = precision + 1 - top.bit_length()
    mantissa = top << shift if shift >= 0 else top >> -shift
    scale += shift
    if scale > MOST_PLACES:
        raise TooLarge
    digits, point = _decimal_digits(mantissa, scale)
    lower, _ = _decimal_digits(mantissa - 1, scale)
    upper, _ = _decimal_digits(mantissa + 1, scale)
    return sign + _placed(*_cut(digits, point, lower, upper, mantissa & 2 == 0))


def _cut(digits: str, point: int, lower: str, upper: str, inclusive: bool) -> tuple[str, int]:
    for at, digit in enumerate(digits):
        low = lower[at] if at < len(lower) else "0"
        high = upper[at] if at < len(upper) else "0"
        down = low != digit or (inclusive and at + 1 == len(lower))
        up = digit != high and (inclusive or ord(digit) + 1 < ord(high) or at + 1 < len(upper))
        if down or up:
            behind = digits[at + 1 :]
            nearer = behind > "5" or (behind == "5" and int(digit) % 2 == 1)
            if up and (nearer or not down):
                grown = str(int(digits[: at + 1]) + 1)
                return grown, point + len(grown) - at - 1
            return digits[: at + 1], point
    return digits, point


def _decimal_digits(mantissa: int, scale: int) -> tuple[str, int]:
    """Return the digits of mantissa / 2**scale without zeros at the end, and where the point stands among them."""
    if scale <= 0:
        written, behind = str(mantissa << -scale), 0
    else:
        written, behind = str(mantissa * 5**scale), scale
    return written.rstrip("0"), len(written) - behind


def _placed(digits: str, point: int) -> str:
    digits = digits.rstrip("0")
    if point <= 0:
        return f"0.{'0' * -point}{digits}"
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"


def negated(number: float) -> int | float:
    """Return a number with the other sign, of the same precision; zero has a sign too."""
    if not number and type(number) is not Exact:
        return 0 if str(number)[0] == "-" else -0.0
    if type(number) is Exact:
        return exact(-number.value, number.precision)
    return narrow(-int(number), number.precision) if type(number) is Narrow else -number


def arithmetic(operator: str, left: float, right: float) -> int | float:
    """Return the result of +, -, *, / or % of two finite numbers; a division by zero is infinite.

    Raises ZeroDivisionError for zero divided by zero, and TooLarge.
    """
    if (
        type(left) is int
        and type(right) is int
        and (operator in "+-" or (operator == "*" and left and right))
        and left.bit_length() + right.bit_length() < 500
    ):
        return left + right if operator == "+" else left - right if operator == "-" else left * right
    one, other = fraction_of(left), fraction_of(right)
    if not one or not other:
        signed = _with_zero(operator, left, right)
        if signed is not None:
            return signed
    precision = max(precision_of(left), precision_of(right))
    if operator == "*":
        made = rounded(one * other, PRECISION)
        return number_of(made, max(precision, abs(made.numerator).bit_length()))
    if operator == "/":
        return number_of(one / other, precision)
    if operator == "%":
        times = rounded(one / other, precision)
        return number_of(one - rounded(int(times) * other, precision), precision)
    return number_of(one + other if operator == "+" else one - other, precision)


def _with_zero(operator: str, left: float, right: float) -> int | float | None:
    """Return the result where zero decides it, whose sign counts; None where it does not."""
    negative = _is_negative(left) != _is_negative(right)
    if operator == "%":
        return left
    if operator == "/" and not right and left:
        return float("-inf") if negative else float("inf")
    if operator in "*/" and (not left or operator == "*"):
        return (-0.0 if negative else 0) if left or right or operator == "*" else None
    if not left and not right and operator in "+-":
        both = _is_negative(left) and _is_negative(right) is (operator == "+")
        return -0.0 if both else 0
    return None


def _is_negative(number: float) -> bool:
    return str(number)[0] == "-" if not number else number < 0


def equal(left: float, right: float) -> bool:
    """Compare two numbers exactly."""
    if type(left) is Exact or type(right) is Exact:
        return not (is_infinite(left) or is_infinite(right)) and fraction_of(left) == fraction_of(right)
    return left == right


def less(left: float, right: float) -> bool:
    """Tell whether one number is below another, exactly."""
    if type(left) is Exact or type(right) is Exact:
        if is_infinite(left) or is_infinite(right):
            return float(left) < float(right)
        return fraction_of(left) < fraction_of(right)
    return left < right
