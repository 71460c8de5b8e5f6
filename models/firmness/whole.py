"""Draws of weights in whole numbers, so that every processor counts the same.

A matrix product of doubles differs in the last bit between processors and numbers of threads. Weights are therefore rounded to
units of 2^-17 and values to units of 2^-24: every product and every partial sum is a whole number below 2^42, which doubles
hold exactly in any order of summation. Two scores that differ by less than about 1e-7 count as tied, and ties go by identifier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelsError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

WEIGHT_UNITS: Final = float(2**17)
VALUE_UNITS: Final = float(2**24)
CODE_BITS: Final = 42
"""A score in units of 2^-41 and below; the largest is a little above 2^41 by the rounding of weights."""


@dataclass(frozen=True, eq=False)
class WholeValues:
    """Values of some areas in whole units.

    Attributes
    ----------
    filled : array of float, n x k
        Whole numbers 0 .. 2^24; 0 where unknown.
    known : array of float, n x k, or None
        1 where known, 0 where not; None where everything is known.
    """

    filled: Floats
    known: Floats | None

    @classmethod
    def of(cls, values: Floats) -> WholeValues:
        """From values within 0..1, NaN unknown."""
        is_known = ~np.isnan(values)
        filled = np.rint(np.where(is_known, values, 0.0) * VALUE_UNITS)
        return cls(filled, None if is_known.all() else is_known.astype(np.float64))

    def __len__(self) -> int:
        return len(self.filled)

    def take(self, rows: Integers) -> WholeValues:
        """Some of the areas."""
        return WholeValues(self.filled[rows], None if self.known is None else self.known[rows])

    def scores(self, weights: Floats) -> Floats:
        """Scores of each area under each draw, d x n, whole numbers 0 .. 2^41 and a little more.

        Weights are those of :func:`whole_weights`. A score is the weighted mean of what is known; 0 where nothing is.
        """
        gained: Floats = weights @ self.filled.T
        if self.known is None:
            return gained
        known = weights @ self.known.T
        np.divide(gained, known, out=gained, where=known > 0)
        gained *= WEIGHT_UNITS
        result: Floats = np.rint(gained, out=gained)
        return result

    def scores_of(self, rows: Integers, weights: Floats) -> Floats:
        """Score of each of some areas under a draw of its own, p; the same numbers as :meth:`scores` gives."""
        gained: Floats = np.einsum("pk,pk->p", weights, self.filled[rows])
        if self.known is None:
            return gained
        known = np.einsum("pk,pk->p", weights, self.known[rows])
        np.divide(gained, known, out=gained, where=known > 0)
        result: Floats = np.rint(gained * WEIGHT_UNITS)
        return result


def whole_weights(draws: Floats) -> Floats:
    """Draws of weights as whole units of their sum, d x k.

    Raises
    ------
    ModelsError
        A weight is negative or not finite, or all of a draw are 0.
    """
    total = draws.sum(axis=1, keepdims=True)
    if not (np.isfinite(draws).all() and (draws >= 0).all() and (total > 0).all()):
        raise ModelsError("Weights of a draw are finite and 0 or more, and not all 0; others were found.", "Draw again.")
    units: Floats = np.rint(draws / total * WEIGHT_UNITS)
    return units
