"""Numbers as they are ranked, shown and exported: 9 significant digits, the same on every machine.

Rounding uses exact powers of ten only: the result is the double nearest to the 9-digit decimal, so writing it as text and
reading it back gives the same double.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

DIGITS: Final = 9
SMALLEST_SCORE: Final = 1e-13
"""Scores below this are 0: they are below what a sum of weights in double precision can tell apart."""
LARGEST_CODE: Final = 13 * 900_000_000 + 1
"""Code of the score 1."""

_LEAST_EXPONENT: Final = -12
_MOST_EXPONENT: Final = 22
_POWERS: Final = tuple(float(10**power) for power in range(_MOST_EXPONENT + 1))
_BOUNDS: Final = tuple(float(f"1e{exponent}") for exponent in range(_LEAST_EXPONENT, _MOST_EXPONENT + 1))
_SCORE_BOUNDS: Final = tuple(float(f"1e{exponent}") for exponent in range(-13, 1))


def round_significant(numbers: Floats) -> Floats:
    """Numbers rounded to 9 significant digits; 0, NaN and infinities stay.

    Parameters
    ----------
    numbers : array of float, any shape

    Returns
    -------
    array of float, same shape
        The double nearest to the rounded decimal. Rounding twice changes nothing.
    """
    numbers = np.asarray(numbers, dtype=np.float64)
    size = np.abs(numbers)
    place = np.searchsorted(_BOUNDS, size.ravel(), side="right").reshape(size.shape)
    digits_up = DIGITS - 1 - (place - 1 + _LEAST_EXPONENT)
    is_usual = (place > 0) & (size < _BOUNDS[-1])
    powers = np.array(_POWERS)
    up = powers[np.clip(digits_up, 0, _MOST_EXPONENT)]
    down = powers[np.clip(-digits_up, 0, _MOST_EXPONENT)]
    rounded: Floats = np.rint(np.where(is_usual, numbers, 0.0) * up / down) / up * down
    rest = ~is_usual & (size > 0) & np.isfinite(size)
    rounded = np.where(is_usual, rounded, numbers)
    if rest.any():
        rounded[rest] = [float(f"{number:.{DIGITS - 1}e}") for number in numbers[rest]]
    return rounded


def round_scores(scores: Floats) -> tuple[Floats, Integers]:
    """Scores rounded to 9 significant digits, with a whole number that orders them as the rounded scores do.

    Parameters
    ----------
    scores : array of float, n, within 0 .. 1; NaN for none

    Returns
    -------
    rounded : array of float, n
        0 for scores below 1e-13; NaN stays NaN.
    codes : array of int, n, within 0 .. :data:`LARGEST_CODE`
        Equal for equal rounded scores, larger for larger ones; 0 for NaN.
    """
    decade = np.searchsorted(_SCORE_BOUNDS, scores, side="right")
    is_nothing = (decade == 0) | np.isnan(scores)
    decade[is_nothing] = len(_SCORE_BOUNDS)
    unit = np.array(_POWERS[::-1])[decade]
    digits = np.rint(np.where(is_nothing, 0.0, scores) * unit)
    codes = digits.astype(np.int64) + (decade.astype(np.int64) * 900_000_000 - 999_999_999)
    codes[is_nothing] = 0
    rounded: Floats = digits / unit
    rounded[np.isnan(scores)] = np.nan
    return rounded, codes
