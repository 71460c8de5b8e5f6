"""Weighted sums over known values, the same bits on every machine.

Sums run criterion by criterion, one elementwise multiplication and addition at a time: unlike a matrix product this gives the
same bits with any number of threads and on any processor, and no area's sum depends on which other areas there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SHARE_TOLERANCE: Final = 1e-9
"""Weights carry 9 significant digits, so shares of them are compared within this."""


@dataclass(frozen=True, eq=False)
class KnownValues:
    """A value matrix split into what is known and which cells are known.

    Attributes
    ----------
    filled : sequence of k arrays of float, n
        One array a criterion, unknown values as 0 (they are never counted).
    known : sequence of k arrays of float, n, or None
        1 where the value is known, 0 where not; None where the whole criterion is known.
    n : int
        Number of areas.
    """

    filled: tuple[Floats, ...]
    known: tuple[Floats | None, ...]
    n: int

    @classmethod
    def from_columns(cls, columns: Sequence[Floats], n: int) -> KnownValues:
        """Split columns of values (NaN unknown), each of n rows."""
        filled, known = [], []
        for column in columns:
            is_known = ~np.isnan(column)
            everywhere = bool(is_known.all())
            filled.append(np.ascontiguousarray(column) if everywhere else np.where(is_known, column, 0.0))
            known.append(None if everywhere else is_known.astype(np.float64))
        return cls(tuple(filled), tuple(known), n)


@dataclass(frozen=True, eq=False)
class WeightedSums:
    """Parts of the score of every area.

    Attributes
    ----------
    gained : array of float, n
        Sum of weight x value over the known criteria.
    known : array of float, n, or float
        Sum of the weights of the known criteria; one number where everything is known.
    total : float
        Sum of all weights.
    """

    gained: Floats
    known: Floats | float
    total: float

    @property
    def score(self) -> Floats:
        """Weighted mean of the known values, 0..1; NaN where no weighted criterion is known."""
        if isinstance(self.known, float):
            return self.gained / self.known
        mean: Floats = np.divide(self.gained, self.known, out=np.full(len(self.gained), np.nan), where=self.known > 0)
        return mean

    @property
    def known_share(self) -> Floats:
        """Share of the whole weight whose criteria are known, 0..1."""
        return np.broadcast_to(np.float64(1.0), self.gained.shape) if isinstance(self.known, float) else self.known / self.total

    @property
    def low(self) -> Floats:
        """Score if every unknown value were 0."""
        return self.gained / self.total

    @property
    def high(self) -> Floats:
        """Score if every unknown value were 1."""
        missing = np.maximum(self.total - np.asarray(self.known), 0.0)
        return np.minimum((self.gained + missing) / self.total, 1.0)


def weighted_sums(values: KnownValues, weights: Sequence[float]) -> WeightedSums:
    """Sums of weight x value and of weight over the known values.

    Parameters
    ----------
    values : KnownValues, n areas x k criteria
    weights : sequence of k floats, >= 0, sum above 0

    Returns
    -------
    WeightedSums
    """
    gained, term = np.zeros(values.n), np.empty(values.n)
    known: Floats | float = 0.0
    total = 0.0
    for column, is_known, weight in zip(values.filled, values.known, weights, strict=True):
        total += weight
        np.multiply(column, weight, out=term)
        gained += term
        if is_known is None:
            known = known + weight
        else:
            known = known + np.multiply(is_known, weight, out=term)
    return WeightedSums(gained, known, total)


def has_enough_known(known_share: Floats, least: float | Floats) -> Flags:
    """Which areas have at least this share of the weight known, and more than none of it."""
    enough: Flags = (known_share >= least - SHARE_TOLERANCE) & (known_share > 0)
    return enough
