"""Natural logarithm and exponential that are the same, bit for bit, on every processor.

The vectorised ``log`` and ``exp`` of numpy and of C libraries differ in the last bit between processors (AVX-512 or not,
FMA or not), and a last bit is enough to turn a tie of scores around. These two use additions, multiplications, divisions
and exact scalings by powers of two only, which IEEE 754 fixes to the bit. Error below 4 units in the last place.

References
----------
Muller, J.-M. (2016). Elementary Functions: Algorithms and Implementation, 3rd ed., ch. 11. doi:10.1007/978-1-4899-7983-4
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LN2_HIGH: Final = 6.93147180369123816490e-01
_LN2_LOW: Final = 1.90821492927058770002e-10
_SQRT_HALF: Final = 0.7071067811865476
_LOG_TERMS: Final = 12
_EXP_TERMS: Final = 15
_EXP_LEAST: Final = -708.0
_EXP_MOST: Final = 709.0


def natural_log(x: Floats) -> Floats:
    """Natural logarithm of positive numbers; NaN stays NaN.

    Parameters
    ----------
    x : array of float, any shape, above 0
        Split as ``m * 2**e`` with m in [sqrt(1/2), sqrt(2)); ``ln m = 2 artanh((m - 1) / (m + 1))`` as a series.

    Returns
    -------
    array of float, same shape
    """
    mantissa, exponent = np.frexp(np.asarray(x, dtype=np.float64))
    is_small = mantissa < _SQRT_HALF
    mantissa = np.where(is_small, mantissa * 2.0, mantissa)
    power = (exponent - is_small).astype(np.float64)
    ratio = (mantissa - 1.0) / (mantissa + 1.0)
    square = ratio * ratio
    series = np.full_like(square, 1.0 / (2 * _LOG_TERMS - 1))
    for term in range(_LOG_TERMS - 2, -1, -1):
        series = series * square + 1.0 / (2 * term + 1)
    result: Floats = power * _LN2_HIGH + (power * _LN2_LOW + 2.0 * ratio * series)
    return result


def exponential(x: Floats) -> Floats:
    """Exponential of numbers; NaN stays NaN, arguments are held within -708 .. 709.

    Parameters
    ----------
    x : array of float, any shape
        Split as ``k ln 2 + r`` with \\|r\\| <= ln(2) / 2; ``exp r`` as a Taylor series of degree 15.

    Returns
    -------
    array of float, same shape, above 0
    """
    held = np.clip(np.asarray(x, dtype=np.float64), _EXP_LEAST, _EXP_MOST)
    is_known = ~np.isnan(held)
    power = np.rint(np.where(is_known, held, 0.0) / (_LN2_HIGH + _LN2_LOW))
    rest = (held - power * _LN2_HIGH) - power * _LN2_LOW
    series = np.ones_like(rest)
    for term in range(_EXP_TERMS, 0, -1):
        series = series * rest / term + 1.0
    result: Floats = np.ldexp(series, power.astype(np.int32))
    return result
