"""PROMETHEE II: by how much an area is preferred to the others, criterion by criterion, less how much they are to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geodata.schema.scenario import WeightedCriterion
from models.errors import ModelsError
from models.ranking.methods.base import MethodRanker, known_weight

Floats = NDArray[np.float64]


def net_flows(values: Floats, others: Floats, indifference: Floats, preference: Floats) -> Floats:
    """Net flow of each area on each criterion against a set of areas that it belongs to.

    Preference of a over b by the linear function (type V): 0 where a leads by ``q`` or less, 1 by more than ``p``, straight
    between. The flow is the mean preference over the others less their mean preference over it; sorting makes it
    O(n log n) a criterion.

    Parameters
    ----------
    values : array of float, n x k
        NaN unknown.
    others : array of float, m x k
        The set, of which every area of ``values`` is taken to be one: means are over m - 1.
    indifference, preference : array of float, k
        q and p, 0 <= q <= p, in the unit of the values. q = p = 0 is the usual criterion (type I).

    Returns
    -------
    array of float, n x k, -1..1
        NaN where the value is unknown; 0 where it is the only known one.
    """
    flows = np.full(values.shape, np.nan)
    for place, (column, q, p) in enumerate(zip(values.T, indifference, preference, strict=True)):
        ordered = np.sort(others[:, place][~np.isnan(others[:, place])])
        known = np.flatnonzero(~np.isnan(column))
        known = known[np.argsort(column[known])]  # looking up in rising order stays in the processor's cache
        rising = column[known]
        net = _preferred(rising, ordered, q, p) - _preferred(-rising[::-1], -ordered[::-1], q, p)[::-1]
        flows[known, place] = net / max(len(ordered) - 1, 1)
    return flows


class PrometheeRanker(MethodRanker):
    """PROMETHEE II on the values of the criteria; the score is (1 + net flow) / 2.

    The net flow is the weighted mean of the flows of each criterion (:func:`net_flows`) against the areas seen in ``fit``,
    so ranks can reverse when areas come or go. A criterion that one of two areas does not know compares them not.

    Parameters
    ----------
    criteria, min_known_share
        As in :class:`MethodRanker`.
    indifference, preference : float, 0..1
        A lead in value up to which two areas count as equal, and from which the better is fully preferred.

    Attributes
    ----------
    reference_ : array of float, m x k
        Values of the areas seen in ``fit``.
    n_features_in_ : int

    References
    ----------
    Brans, J. P. & Vincke, P. (1985). A preference ranking organisation method. Management Science 31(6), 647-656.
    doi:10.1287/mnsc.31.6.647

    Examples
    --------
    >>> PrometheeRanker(indifference=0.0, preference=1.0).fit([[0.0], [1.0]]).predict([[0.0], [1.0]])
    array([0., 1.])
    """

    def __init__(
        self,
        criteria: Sequence[WeightedCriterion] | None = None,
        min_known_share: float = 0.5,
        indifference: float = 0.05,
        preference: float = 0.5,
    ) -> None:
        super().__init__(criteria, min_known_share)
        self.indifference = indifference
        self.preference = preference

    def _learn(self, values: Floats, weights: Floats) -> Floats:
        if not 0 <= self.indifference <= self.preference <= 1:
            raise ModelsError(
                f"0 <= indifference <= preference <= 1 must hold; they are {self.indifference} and {self.preference}.",
                "Give indifference=0.05 and preference=0.5.",
            )
        return values

    def _scores(self, values: Floats, weights: Floats) -> Floats:
        k = values.shape[1]
        flows = net_flows(values, self.reference_, np.full(k, self.indifference), np.full(k, self.preference))
        total = np.zeros(len(values))
        for column, weight in zip(flows.T, weights, strict=True):
            total += np.where(np.isnan(column), 0.0, weight * column)
        scores: Floats = (1.0 + total / known_weight(values, weights)) / 2.0
        return scores


def _preferred(column: Floats, ordered: Floats, q: float, p: float) -> Floats:
    """Sum of the preferences of each value over the values of a rising array."""
    sums = np.concatenate([[0.0], np.cumsum(ordered)])
    far = np.searchsorted(ordered, column - p, side="left")  # led by more than p
    near = np.maximum(np.searchsorted(ordered, column - q, side="left"), far)  # led by more than q
    if p <= q:
        return near.astype(np.float64)
    partly = ((near - far) * (column - q) - (sums[near] - sums[far])) / (p - q)
    result: Floats = far + partly
    return result
