"""The additive value model as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from geodata.schema.scenario import WeightedCriterion
from models.errors import ModelsError
from models.ranking.canonical import round_scores
from models.ranking.sums import KnownValues, WeightedSums, has_enough_known, weighted_sums
from models.ranking.value import evaluate
from models.ranking.weights import check_weights

Floats = NDArray[np.float64]


class AdditiveValueRanker(BaseEstimator):  # type: ignore[misc]
    """Score = sum of w_k v_k(x_k) over known criteria / sum of their weights.

    The bounds of the value functions are fixed literals: ``fit`` learns nothing but the number of columns, so another area
    added or removed never changes a score.

    Parameters
    ----------
    criteria : sequence of WeightedCriterion, k, optional
        One a column, in the order of the columns; id, value function and weight are used. None: every column is a value
        within 0..1 already and all weigh the same.
    min_known_share : float, 0..1
        Share of the weight that must be known for an area to get a score.

    Attributes
    ----------
    n_features_in_ : int
        Number of columns seen in ``fit``.

    References
    ----------
    Keeney, R. L. & Raiffa, H. (1976). Decisions with Multiple Objectives, ch. 3.

    Examples
    --------
    >>> AdditiveValueRanker().fit([[0.0, 1.0]]).predict([[0.2, 0.6], [0.5, float("nan")]])
    array([0.4, 0.5])
    """

    def __init__(self, criteria: Sequence[WeightedCriterion] | None = None, min_known_share: float = 0.5) -> None:
        self.criteria = criteria
        self.min_known_share = min_known_share

    def fit(self, X: ArrayLike, y: object = None) -> AdditiveValueRanker:
        """Check the number of columns and the weights; learn nothing.

        Parameters
        ----------
        X : array or DataFrame, n x k
            Measurements, one column a criterion; NaN is unknown.
        y : ignored

        Raises
        ------
        ModelsError
            The number of columns is not that of the criteria, or weights are negative, not finite or all 0.
        """
        checked: Floats = validate_data(self, X, ensure_all_finite="allow-nan", dtype=np.float64)
        if self.criteria is not None:
            check_weights({criterion.id: criterion.weight for criterion in self.criteria})
            if checked.shape[1] != len(self.criteria):
                raise ModelsError(
                    f"One column a criterion is needed: there are {len(self.criteria)} criteria and {checked.shape[1]} columns.",
                    "Pass the indicator of each criterion, in the order of the criteria.",
                )
        return self

    def value_matrix(self, X: ArrayLike) -> Floats:
        """Values within 0..1, n x k; NaN where unknown."""
        check_is_fitted(self)
        checked: Floats = validate_data(self, X, ensure_all_finite="allow-nan", dtype=np.float64, reset=False)
        if self.criteria is None:
            return np.clip(checked, 0.0, 1.0)
        return np.column_stack([evaluate(criterion.value, checked[:, place]) for place, criterion in enumerate(self.criteria)])

    def predict(self, X: ArrayLike) -> Floats:
        """Scores within 0..1, n, rounded to 9 significant digits; NaN where too little is known."""
        sums = self._sums(self.value_matrix(X))
        return round_scores(np.where(has_enough_known(sums.known_share, self.min_known_share), sums.score, np.nan))[0]

    def contributions(self, X: ArrayLike) -> Floats:
        """What each criterion adds to the score, n x k, before rounding; NaN where unknown."""
        values = self.value_matrix(X)
        known = np.broadcast_to(np.asarray(self._sums(values).known), len(values))
        with np.errstate(divide="ignore", invalid="ignore"):
            shares: Floats = values * self._weights(values.shape[1]) / known[:, np.newaxis]
        return shares

    def _sums(self, values: Floats) -> WeightedSums:
        return weighted_sums(KnownValues.from_columns(list(values.T), len(values)), self._weights(values.shape[1]).tolist())

    def _weights(self, n_columns: int) -> Floats:
        if self.criteria is None:
            return np.full(n_columns, 1.0 / n_columns)
        return np.array([criterion.weight for criterion in self.criteria])

    def __sklearn_tags__(self) -> Tags:
        tags: Any = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.requires_fit = True
        return tags
