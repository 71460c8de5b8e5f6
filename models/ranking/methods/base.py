"""What the comparison methods share: values by the criteria's value functions, weights, and what is too little known."""

from __future__ import annotations

from abc import abstractmethod
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
from models.ranking.sums import has_enough_known
from models.ranking.value import evaluate
from models.ranking.weights import check_weights

Floats = NDArray[np.float64]


class MethodRanker(BaseEstimator):  # type: ignore[misc]
    """Base of the comparison methods: ``fit`` takes the areas that others are judged against, ``predict`` gives scores.

    A criterion that an area does not know is left out of its own sums, and the weight of the others counts for the whole;
    an unknown value is never 0. Scores lie within 0..1, the higher the earlier.

    Parameters
    ----------
    criteria : sequence of WeightedCriterion, k, optional
        One a column; None: every column is a value within 0..1 already and all weigh the same.
    min_known_share : float, 0..1
        Share of the weight that must be known for an area to get a score.
    """

    def __init__(self, criteria: Sequence[WeightedCriterion] | None = None, min_known_share: float = 0.5) -> None:
        self.criteria = criteria
        self.min_known_share = min_known_share

    def fit(self, X: ArrayLike, y: object = None) -> MethodRanker:
        """Take the areas that others are judged against.

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
        self._learned_values(X)
        return self

    def fit_predict(self, X: ArrayLike, y: object = None) -> Floats:
        """Scores of areas judged against each other, n: those of ``fit(X).predict(X)``, with the values worked out once."""
        return self._scores_of(self._learned_values(X))

    def predict(self, X: ArrayLike) -> Floats:
        """Scores within 0..1, n, rounded to 9 significant digits; NaN where too little is known."""
        check_is_fitted(self)
        checked: Floats = validate_data(self, X, ensure_all_finite="allow-nan", dtype=np.float64, reset=False, ensure_min_samples=0)
        return self._scores_of(self._values(checked))

    def _learned_values(self, X: ArrayLike) -> Floats:
        """Values of the areas that others are judged against, kept as the method needs them."""
        checked: Floats = validate_data(self, X, ensure_all_finite="allow-nan", dtype=np.float64, ensure_min_samples=0)
        if self.criteria is not None:
            check_weights({criterion.id: criterion.weight for criterion in self.criteria})
            if checked.shape[1] != len(self.criteria):
                raise ModelsError(
                    f"One column a criterion is needed: there are {len(self.criteria)} criteria and {checked.shape[1]} columns.",
                    "Pass the indicator of each criterion, in the order of the criteria.",
                )
        values = self._values(checked)
        self.reference_ = self._learn(values, self._weights(checked.shape[1]))
        return values

    def _scores_of(self, values: Floats) -> Floats:
        weights = self._weights(values.shape[1])
        enough = has_enough_known(known_weight(values, weights), self.min_known_share)
        with np.errstate(divide="ignore", invalid="ignore"):
            scores = np.clip(self._scores(values, weights), 0.0, 1.0)
        return round_scores(np.where(enough, scores, np.nan))[0]

    @abstractmethod
    def _learn(self, values: Floats, weights: Floats) -> Any:
        """What is kept of the areas that others are judged against."""

    @abstractmethod
    def _scores(self, values: Floats, weights: Floats) -> Floats:
        """Scores within 0..1; anything where nothing is known."""

    def _values(self, measured: Floats) -> Floats:
        if self.criteria is None:
            return np.clip(measured, 0.0, 1.0)
        return np.column_stack([evaluate(criterion.value, measured[:, place]) for place, criterion in enumerate(self.criteria)])

    def _weights(self, n_columns: int) -> Floats:
        if self.criteria is None:
            return np.full(n_columns, 1.0 / n_columns)
        weights = np.array([criterion.weight for criterion in self.criteria])
        total = 0.0
        for weight in weights:
            total += weight
        shares: Floats = weights / total
        return shares

    def __sklearn_tags__(self) -> Tags:
        tags: Any = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def known_weight(values: Floats, weights: Floats) -> Floats:
    """Sum of the weights of what each area knows, n; summed criterion by criterion."""
    known = np.zeros(len(values))
    for column, weight in zip(values.T, weights, strict=True):
        known += np.where(np.isnan(column), 0.0, weight)
    return known


def column_extremes(values: Floats) -> tuple[Floats, Floats]:
    """Largest and smallest known value of each criterion; NaN where none is known."""
    known = ~np.isnan(values)
    largest = np.where(known, values, -np.inf).max(axis=0, initial=-np.inf)
    smallest = np.where(known, values, np.inf).min(axis=0, initial=np.inf)
    return np.where(np.isfinite(largest), largest, np.nan), np.where(np.isfinite(smallest), smallest, np.nan)
