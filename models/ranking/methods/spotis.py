"""SPOTIS: distance to the best end of fixed bounds; free of rank reversal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geodata.schema.criteria import Categorical, Piecewise
from models.ranking.methods.base import MethodRanker, known_weight
from models.ranking.value import evaluate, position

Floats = NDArray[np.float64]


def spotis_distance(measured: Floats, bounds: Floats, ideal: Floats, weights: Floats) -> Floats:
    """Weighted mean of |x - ideal| / (high - low) over the known criteria.

    Parameters
    ----------
    measured : array of float, n x k
        NaN unknown; held within the bounds.
    bounds : array of float, k x 2
        Low and high end of each criterion, low < high.
    ideal : array of float, k
        Best point of each criterion.
    weights : array of float, k, sum 1

    Returns
    -------
    array of float, n, 0..1
        0 for the best; NaN where nothing is known.
    """
    distance = np.zeros(len(measured))
    for column, (low, high), best, weight in zip(measured.T, bounds, ideal, weights, strict=True):
        held = np.clip(column, low, high)
        distance += np.where(np.isnan(column), 0.0, weight * (np.abs(held - best) / (high - low)))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean: Floats = distance / known_weight(measured, weights)
    return mean


class SpotisRanker(MethodRanker):
    """SPOTIS between the fixed bounds of the criteria; the score is 1 - distance.

    Each measurement counts by its straight distance to the better bound; the bend of a value function (log, exponential,
    logistic) is left out, so the difference from the additive score shows what those bends do. Piecewise and categorical
    criteria have no pair of bounds and count by their value. Where every value function is linear, SPOTIS **is** the additive
    score. Nothing is learned from the areas, so no rank reverses when areas come or go.

    Parameters
    ----------
    criteria, min_known_share
        As in :class:`MethodRanker`.

    Attributes
    ----------
    n_features_in_ : int

    References
    ----------
    Dezert, J., Tchamova, A., Han, D. & Tacnet, J.-M. (2020). The SPOTIS rank reversal free method for multi-criteria
    decision-making support. FUSION 2020. doi:10.23919/FUSION45008.2020.9190347

    Examples
    --------
    >>> SpotisRanker().fit([[0.0, 0.5]]).predict([[0.25, 0.5]])
    array([0.375])
    """

    def _learn(self, values: Floats, weights: Floats) -> None:
        return None

    def _scores(self, values: Floats, weights: Floats) -> Floats:
        n_columns = values.shape[1]
        return 1.0 - spotis_distance(values, np.tile([0.0, 1.0], (n_columns, 1)), np.ones(n_columns), weights)

    def _values(self, measured: Floats) -> Floats:
        """Where each measurement lies between its bounds: 0 at the worse, 1 at the better."""
        if self.criteria is None:
            return np.clip(measured, 0.0, 1.0)
        columns = [
            evaluate(criterion.value, column)
            if isinstance(criterion.value, Piecewise | Categorical)
            else position(column, criterion.value.low, criterion.value.high)
            for criterion, column in zip(self.criteria, measured.T, strict=True)
        ]
        return np.column_stack(columns)
