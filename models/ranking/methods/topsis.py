"""TOPSIS: how near an area is to the best of all criteria, and how far from the worst."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.ranking.methods.base import MethodRanker, column_extremes

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TopsisReference:
    """What areas are compared with.

    Attributes
    ----------
    norm : array of float, k
        Euclidean length of each column; 0 where all are 0 or unknown.
    ideal, anti_ideal : array of float, k
        Largest and smallest weighted normalised value; NaN where none is known.
    """

    norm: Floats
    ideal: Floats
    anti_ideal: Floats


def topsis_reference(values: Floats, weights: Floats) -> TopsisReference:
    """Norms and ideal points of a table; values n x k (the larger the better, NaN unknown), weights k."""
    norm = np.array([math.sqrt(math.fsum(column[~np.isnan(column)] ** 2)) for column in values.T])
    largest, smallest = column_extremes(_weighted(values, weights, norm))
    return TopsisReference(norm, largest, smallest)


def topsis_closeness(values: Floats, weights: Floats, reference: TopsisReference) -> Floats:
    """Distance to the worst over the sum of both distances, n, 0..1; 0.5 where both are 0.

    An unknown criterion is in neither distance.
    """
    to_ideal, to_anti = np.zeros(len(values)), np.zeros(len(values))
    weighted = _weighted(values, weights, reference.norm)
    for column, best, worst in zip(weighted.T, reference.ideal, reference.anti_ideal, strict=True):
        to_ideal += np.where(np.isnan(column), 0.0, (best - column) ** 2)
        to_anti += np.where(np.isnan(column), 0.0, (column - worst) ** 2)
    to_ideal, to_anti = np.sqrt(to_ideal), np.sqrt(to_anti)
    both = to_ideal + to_anti
    closeness: Floats = np.divide(to_anti, both, out=np.full(len(values), 0.5), where=both > 0)
    return closeness


class TopsisRanker(MethodRanker):
    """TOPSIS on the values of the criteria, with vector normalisation: C = d- / (d+ + d-).

    Norms and ideal points come from the areas seen in ``fit``, so another area added or removed can turn the order of
    others around (rank reversal); :func:`models.ranking.methods.rank_reversal` measures how often.

    Parameters
    ----------
    criteria, min_known_share
        As in :class:`MethodRanker`.

    Attributes
    ----------
    reference_ : TopsisReference
    n_features_in_ : int

    References
    ----------
    Hwang, C.-L. & Yoon, K. (1981). Multiple Attribute Decision Making. doi:10.1007/978-3-642-48318-9

    Examples
    --------
    >>> TopsisRanker().fit([[0.0, 0.5], [1.0, 0.5]]).predict([[0.25, 0.5]])
    array([0.25])
    """

    def _learn(self, values: Floats, weights: Floats) -> TopsisReference:
        return topsis_reference(values, weights)

    def _scores(self, values: Floats, weights: Floats) -> Floats:
        return topsis_closeness(values, weights, self.reference_)


def _weighted(values: Floats, weights: Floats, norm: Floats) -> Floats:
    scale: Floats = np.where(norm > 0, norm, 1.0)
    weighted: Floats = values / scale * weights
    return weighted
