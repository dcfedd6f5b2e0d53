"""Logarithm, exponential and normal quantile written in plain additions and multiplications.

NumPy's and the C library's versions differ in the last bit between processors; a draw or a utility that differs in the
last bit sooner or later flips a household's choice. These use only IEEE operations that are exact everywhere (frexp,
ldexp, + - * / sqrt), so that states and counts are equal on every machine. Accuracy: relative error under 1e-15 for log
and exp (tests compare with math.log and math.exp), under 2e-9 for the normal quantile.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from simulation.foundations.kernel import kernel

FloatArray = npt.NDArray[np.float64]

LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
SQRT_HALF = 0.7071067811865476
EXP_LIMIT = 700.0
SMALLEST_NORMAL, TWO_TO_54 = 2.2250738585072014e-308, 18014398509481984.0
MANTISSA, HALF_BITS = 0x000FFFFFFFFFFFFF, 0x3FE0000000000000
"""Of a float64: the bits of its mantissa, and those of 0.5."""


@kernel
def log(x: float) -> float:
    """Return the natural logarithm of x > 0 (minus infinity at 0).

    x = m 2^k with m in [sqrt(1/2), sqrt(2)); ln m = 2 artanh(s), s = (m - 1) / (m + 1), as a series in s squared.
    """
    if x <= 0.0:
        return -math.inf
    tiny = x < SMALLEST_NORMAL
    bits = np.float64(x * TWO_TO_54 if tiny else x).view(np.int64)
    k = (bits >> 52) - (1076 if tiny else 1022)
    m = np.int64((bits & MANTISSA) | HALF_BITS).view(np.float64)
    if m < SQRT_HALF:
        m = 2.0 * m
        k = k - 1
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    w = z * z  # pairs of terms side by side: half the time of one long chain
    low = (1.0 / 3.0 + z * (1.0 / 5.0)) + w * (1.0 / 7.0 + z * (1.0 / 9.0))
    high = (1.0 / 11.0 + z * (1.0 / 13.0)) + w * (1.0 / 15.0 + z * (1.0 / 17.0))
    top = (1.0 / 19.0 + z * (1.0 / 21.0)) + w * (1.0 / 23.0)
    p = low + w * w * (high + w * w * top)
    series = 2.0 * s + 2.0 * s * z * p
    value = k * LN2_HIGH + (series + k * LN2_LOW)
    return value if x < math.inf else x  # what is infinite or no number stays so


@kernel
def exp(x: float) -> float:
    """Return e to the power x; 0 below -700 and e^700 above 700, which no utility reaches.

    x = k ln 2 + r with |r| <= ln(2) / 2; e^r by its Taylor series to the 14th power.
    """
    if x < -EXP_LIMIT:
        return 0.0
    if x > EXP_LIMIT:
        x = EXP_LIMIT
    k = math.floor(x / (LN2_HIGH + LN2_LOW) + 0.5)
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    p = 1.0
    for n in range(14, 0, -1):
        p = 1.0 + r * p / n
    return math.ldexp(p, int(k))


@kernel
def logistic(x: float) -> float:
    """Return 1 / (1 + e^-x)."""
    return 1.0 / (1.0 + exp(-x))


@kernel
def normal_quantile(u: float) -> float:
    """Return the standard normal quantile of 0 < u < 1 (P. J. Acklam's rational approximation)."""
    if u < 0.02425:
        q = math.sqrt(-2.0 * log(u))
        return _tail(q)
    if u > 1.0 - 0.02425:
        q = math.sqrt(-2.0 * log(1.0 - u))
        return -_tail(q)
    q = u - 0.5
    r = q * q
    top = -3.969683028665376e01
    top = top * r + 2.209460984245205e02
    top = top * r - 2.759285104469687e02
    top = top * r + 1.383577518672690e02
    top = top * r - 3.066479806614716e01
    top = top * r + 2.506628277459239e00
    low = -5.447609879822406e01
    low = low * r + 1.615858368580409e02
    low = low * r - 1.556989798598866e02
    low = low * r + 6.680131188771972e01
    low = low * r - 1.328068155288572e01
    low = low * r + 1.0
    return top * q / low


@kernel
def _tail(q: float) -> float:
    top = -7.784894002430293e-03
    top = top * q - 3.223964580411365e-01
    top = top * q - 2.400758277161838e00
    top = top * q - 2.549732539343734e00
    top = top * q + 4.374664141464968e00
    top = top * q + 2.938163982698783e00
    low = 7.784695709041462e-03
    low = low * q + 3.224671290700398e-01
    low = low * q + 2.445134137142996e00
    low = low * q + 3.754408661907416e00
    low = low * q + 1.0
    return top / low


@kernel
def _apply_exp(x: FloatArray, out: FloatArray) -> None:
    for i in range(x.size):
        out[i] = exp(x[i])


@kernel
def _apply_normal_quantile(u: FloatArray, out: FloatArray) -> None:
    for i in range(u.size):
        out[i] = normal_quantile(u[i])


def exp_array(x: FloatArray) -> FloatArray:
    """Return e^x for each element of a 1-d array."""
    out = np.empty_like(x)
    _apply_exp(x, out)
    return out


def normal_quantile_array(u: FloatArray) -> FloatArray:
    """Return the standard normal quantile for each element of a 1-d array of numbers in (0, 1)."""
    out = np.empty_like(u)
    _apply_normal_quantile(u, out)
    return out
