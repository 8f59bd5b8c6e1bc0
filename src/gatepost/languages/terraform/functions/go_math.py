"""Powers and logarithms of doubles, bit for bit as Go's package math computes them; never Python's own.

Facts: the algorithms that the documentation of Go's math.Pow and math.Log name (FreeBSD's e_log.c, and squaring).
"""

from __future__ import annotations

import math

from gatepost.languages.terraform.conversions import NotComputed

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_L = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860510658591e-01,
)


def log(number: float) -> float:
    """Return the natural logarithm."""
    if number == 0:
        return -math.inf
    if number < 0 or math.isnan(number):
        return math.nan
    if math.isinf(number):
        return number
    fraction, exponent = math.frexp(number)
    if fraction < math.sqrt(2) / 2:
        fraction *= 2
        exponent -= 1
    rest = fraction - 1
    k = float(exponent)
    s = rest / (2 + rest)
    s2 = s * s
    s4 = s2 * s2
    odd = s2 * (_L[0] + s4 * (_L[2] + s4 * (_L[4] + s4 * _L[6])))
    even = s4 * (_L[1] + s4 * (_L[3] + s4 * _L[5]))
    half = 0.5 * rest * rest
    return k * _LN2_HIGH - ((half - (s * (half + (odd + even)) + k * _LN2_LOW)) - rest)


def power(base: float, exponent: float) -> float:
    """Return a power; raises NotComputed where that takes Go's exponential function."""
    if exponent == 0 or base == 1:
        return 1.0
    if exponent == 1:
        return base
    if math.isinf(base) or math.isinf(exponent):
        raise NotComputed("a power of infinity")
    if base == 0:
        if exponent < 0:
            return math.copysign(math.inf, base) if exponent % 2 == 1 else math.inf
        return base if exponent % 2 == 1 else 0.0
    if exponent in (0.5, -0.5) and base > 0:
        return math.sqrt(base) if exponent > 0 else 1 / math.sqrt(base)
    if not exponent.is_integer():
        if base < 0:
            return math.nan
        raise NotComputed("a power that is not whole")
    if abs(exponent) >= 2.0**63:
        raise NotComputed("so large a power")
    return _whole_power(base, exponent)


def _whole_power(base: float, exponent: float) -> float:
    made, scale = 1.0, 0
    factor, size = math.frexp(base)
    left = int(abs(exponent))
    while left:
        if size < -(1 << 12) or size > 1 << 12:
            scale += size
            break
        if left & 1:
            made *= factor
            scale += size
        factor *= factor
        size <<= 1
        if factor < 0.5:
            factor += factor
            size -= 1
        left >>= 1
    if exponent < 0:
        made, scale = 1 / made, -scale
    try:
        return math.ldexp(made, scale)
    except OverflowError:
        return math.copysign(math.inf, made)
