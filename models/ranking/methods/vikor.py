"""VIKOR: a compromise between the sum of an area's regrets and its largest one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.schema.scenario import WeightedCriterion
from models.errors import ModelsError
from models.ranking.methods.base import MethodRanker, column_extremes, known_weight

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class VikorReference:
    """What areas are compared with.

    Attributes
    ----------
    best, worst : array of float, k
        Largest and smallest value; NaN where none is known.
    least_sum, most_sum, least_regret, most_regret : float
        Ends of S and R over the areas; NaN where there is none.
    """

    best: Floats
    worst: Floats
    least_sum: float
    most_sum: float
    least_regret: float
    most_regret: float


def vikor_reference(values: Floats, weights: Floats) -> VikorReference:
    """Ends of the criteria, of S and of R; values n x k (the larger the better, NaN unknown), weights k that sum to 1."""
    best, worst = column_extremes(values)
    sums, regrets = vikor_regrets(values, weights, best, worst)
    (most_sum, most_regret), (least_sum, least_regret) = column_extremes(np.column_stack([sums, regrets]))
    return VikorReference(best, worst, float(least_sum), float(most_sum), float(least_regret), float(most_regret))


def vikor_regrets(values: Floats, weights: Floats, best: Floats, worst: Floats) -> tuple[Floats, Floats]:
    """Sum S and largest R of the weighted regrets, both n; a constant criterion has no regret.

    Both are over the known criteria, as if their weight were the whole; NaN where none is known.
    """
    sums, largest = np.zeros(len(values)), np.zeros(len(values))
    for column, weight, top, bottom in zip(values.T, weights, best, worst, strict=True):
        if top > bottom:
            regret = np.where(np.isnan(column), 0.0, weight * ((top - column) / (top - bottom)))
            sums += regret
            largest = np.maximum(largest, regret)
    known = known_weight(values, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        return sums / known, largest / known


def vikor_index(values: Floats, weights: Floats, reference: VikorReference, v: float = 0.5) -> Floats:
    """Q of each area, n: 0 for the best compromise; a term whose ends are equal is 0."""
    sums, regrets = vikor_regrets(values, weights, reference.best, reference.worst)
    by_sum = _between(sums, reference.least_sum, reference.most_sum)
    by_regret = _between(regrets, reference.least_regret, reference.most_regret)
    index: Floats = v * by_sum + (1.0 - v) * by_regret
    return index


class VikorRanker(MethodRanker):
    """VIKOR on the values of the criteria; the score is 1 - Q.

    With S the sum and R the largest of the weighted regrets w (f* - f) / (f* - f-),
    ``Q = v (S - S*) / (S- - S*) + (1 - v) (R - R*) / (R- - R*)``. All ends come from the areas seen in ``fit``, so ranks can
    reverse when areas come or go.

    Parameters
    ----------
    criteria, min_known_share
        As in :class:`MethodRanker`.
    v : float, 0..1
        Weight of the sum against the largest regret.

    Attributes
    ----------
    reference_ : VikorReference
    n_features_in_ : int

    References
    ----------
    Opricovic, S. & Tzeng, G.-H. (2004). Compromise solution by MCDM methods. European Journal of Operational Research
    156(2), 445-455. doi:10.1016/S0377-2217(03)00020-1

    Examples
    --------
    >>> VikorRanker().fit([[0.0, 0.5], [1.0, 0.5]]).predict([[0.25, 0.5]])
    array([0.25])
    """

    def __init__(self, criteria: Sequence[WeightedCriterion] | None = None, min_known_share: float = 0.5, v: float = 0.5) -> None:
        super().__init__(criteria, min_known_share)
        self.v = v

    def _learn(self, values: Floats, weights: Floats) -> VikorReference:
        if not 0 <= self.v <= 1:
            raise ModelsError(f"v weighs the sum of regrets against the largest, 0 to 1; it is {self.v}.", "Give v = 0.5.")
        return vikor_reference(values, weights)

    def _scores(self, values: Floats, weights: Floats) -> Floats:
        return 1.0 - vikor_index(values, weights, self.reference_, self.v)


def _between(numbers: Floats, low: float, high: float) -> Floats:
    if not high > low:
        return np.where(np.isnan(numbers), np.nan, 0.0)
    share: Floats = (numbers - low) / (high - low)
    return share
