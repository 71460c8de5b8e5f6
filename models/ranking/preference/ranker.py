"""Weights and value functions learned from judgements "this area before that one"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.base import BaseEstimator
from sklearn.utils import Tags
from sklearn.utils.validation import check_consistent_length, check_is_fitted, column_or_1d, validate_data

from geodata.schema.scenario import WeightedCriterion
from models.errors import ModelsError
from models.ranking.canonical import round_scores
from models.ranking.preference.pairs import MIN_PAIRS
from models.ranking.sums import has_enough_known
from models.ranking.value import evaluate

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_RIDGE: Final = 1e-3
_SLIPS: Final = (0.02, 0.05, 0.1, 0.2)


class PairwisePreferenceRanker(BaseEstimator):  # type: ignore[misc]
    """Pairwise logit with non-negative weights on a piecewise-linear monotone basis.

    Each criterion's value v is cut into pieces b_j(v), each rising from 0 to 1 over its part of 0..1, and
    ``P(a before b) = e + (1 - 2 e) / (1 + exp(-sum_kj beta_kj (b_j(v_ak) - b_j(v_bk))))`` with beta >= 0 and e the share of
    judgements that are slips. The score is the sum with beta scaled to sum to 1: additive, rising in every value, and
    transitive whatever the judgements; contributions explain it as they explain the weighted sum. Criteria that one area of a
    pair does not know tell nothing about that pair, and are left out of an area's score as in the weighted sum.

    It is a view beside the adopted weights, never in their place by itself.

    Parameters
    ----------
    criteria : sequence of WeightedCriterion, k, optional
        One a column; their value functions turn measurements into values, their weights are not used. None: every column is a
        value within 0..1 already.
    n_pieces : int, >= 1
        Pieces of each learned value function; 1 learns weights only.
    penalty : float, > 0
        How strongly pieces of one criterion are held together: the larger, the straighter its line.
    slips : float, 0 <= slips < 0.5, or None
        Share of judgements given the wrong way round by slip; None: the one of 0.02, 0.05, 0.1 and 0.2 that explains the
        judgements best.
    min_pairs : int
        Fewer judgements are refused.
    min_known_share : float, 0..1
        Share of the learned weight that must be known for an area to get a score.

    Attributes
    ----------
    beta_ : array of float, k x n_pieces, >= 0
        Before scaling: the larger their sum, the surer the judges.
    weights_ : array of float, k
        Learned weight of each criterion; they sum to 1.
    pieces_ : array of float, k x n_pieces
        Share of the score that each piece adds; a row sums to the criterion's weight.
    slips_ : float
        The share of slips that was used.
    n_pairs_ : int
    n_features_in_ : int

    References
    ----------
    Jacquet-Lagreze, E. & Siskos, J. (1982). Assessing a set of additive utility functions for multicriteria decision-making, the
    UTA method. European Journal of Operational Research 10(2), 151-164. doi:10.1016/0377-2217(82)90155-2
    Bradley, R. A. & Terry, M. E. (1952). Rank analysis of incomplete block designs. Biometrika 39, 324-345.
    """

    def __init__(
        self,
        criteria: Sequence[WeightedCriterion] | None = None,
        n_pieces: int = 4,
        penalty: float = 1.0,
        slips: float | None = None,
        min_pairs: int = MIN_PAIRS,
        min_known_share: float = 0.5,
    ) -> None:
        self.criteria = criteria
        self.n_pieces = n_pieces
        self.penalty = penalty
        self.slips = slips
        self.min_pairs = min_pairs
        self.min_known_share = min_known_share

    def fit(self, X: ArrayLike, y: ArrayLike | None = None, *, pairs: ArrayLike | None = None) -> PairwisePreferenceRanker:
        """Learn from judgements, or from grades.

        Parameters
        ----------
        X : array or DataFrame, n x k
            Measurements, one column a criterion; NaN is unknown.
        y : array of float, n, optional
            Grades, the higher the earlier; every two areas with different grades make a pair. Used where ``pairs`` is absent.
        pairs : array of int, m x 2, optional
            Rows of X: the first was judged to come before the second.

        Raises
        ------
        ModelsError
            Fewer than ``min_pairs`` judgements, a row that is not there, an area compared with itself, or a parameter out of
            its range.
        """
        self._check_parameters()
        checked: Floats = validate_data(self, X, ensure_all_finite="allow-nan", dtype=np.float64, ensure_min_samples=2)
        judged = _pairs_of_grades(checked, y) if pairs is None else _checked_pairs(pairs, len(checked))
        if len(judged) < self.min_pairs:
            raise ModelsError(
                f"At least {self.min_pairs} judgements are needed to learn from; there are {len(judged)}.",
                "Collect more, or use weights from an order or from points.",
            )
        basis = self._basis(checked)
        difference = np.nan_to_num(basis[judged[:, 0]] - basis[judged[:, 1]])
        beta, self.slips_ = _fit_beta(difference, self.n_pieces, self.penalty, self.slips)
        self.beta_ = beta.reshape(-1, self.n_pieces)
        total = self.beta_.sum()
        self.pieces_ = self.beta_ / total if total > 0 else np.full(self.beta_.shape, 1.0 / self.beta_.size)
        self.weights_ = self.pieces_.sum(axis=1)
        self.n_pairs_ = len(judged)
        return self

    def predict(self, X: ArrayLike) -> Floats:
        """Scores within 0..1, n, rounded to 9 significant digits; NaN where too little is known."""
        parts = self._parts(X)
        known = self._known_weight(parts)
        with np.errstate(divide="ignore", invalid="ignore"):
            score = np.clip(np.nansum(parts, axis=1) / known, 0.0, 1.0)
        return round_scores(np.where(has_enough_known(known, self.min_known_share), score, np.nan))[0]

    def contributions(self, X: ArrayLike) -> Floats:
        """What each criterion adds to the score, n x k, before rounding; NaN where unknown."""
        parts = self._parts(X)
        with np.errstate(divide="ignore", invalid="ignore"):
            shares: Floats = parts / self._known_weight(parts)[:, np.newaxis]
        return shares

    def value_function(self, place: int) -> tuple[Floats, Floats]:
        """Points (value, learned value) of one criterion, both 0..1; a straight line where its weight is 0."""
        ends = np.linspace(0.0, 1.0, self.n_pieces + 1)
        if self.weights_[place] <= 0:
            return ends, ends.copy()
        return ends, np.concatenate([[0.0], np.cumsum(self.pieces_[place]) / self.weights_[place]])

    def pair_differences(self, X: ArrayLike, pairs: Integers) -> Floats:
        """What the pieces of the first have over those of the second, m x (k n_pieces); 0 where one does not know."""
        basis = self._basis(np.asarray(X, dtype=np.float64))
        difference: Floats = np.nan_to_num(basis[pairs[:, 0]] - basis[pairs[:, 1]])
        return difference

    def _check_parameters(self) -> None:
        if self.n_pieces < 1 or self.penalty <= 0 or not 0 <= (self.slips or 0.0) < 0.5:
            raise ModelsError(
                f"n_pieces is 1 or more, penalty above 0, slips from 0 to below 0.5; found {self.n_pieces}, {self.penalty}, {self.slips}.",
                "Leave them at their defaults.",
            )
        if self.criteria is not None and not len(self.criteria):
            raise ModelsError("Preferences are learned about one criterion or more; there is none.", "Name the criteria.")

    def _parts(self, X: ArrayLike) -> Floats:
        check_is_fitted(self)
        checked: Floats = validate_data(self, X, ensure_all_finite="allow-nan", dtype=np.float64, reset=False)
        cut = self._basis(checked).reshape(len(checked), *self.pieces_.shape)
        parts = np.zeros((len(checked), len(self.pieces_)))
        for piece in range(self.n_pieces):
            parts += cut[:, :, piece] * self.pieces_[:, piece]
        return parts

    def _known_weight(self, parts: Floats) -> Floats:
        known: Floats = np.where(np.isnan(parts), 0.0, self.weights_).sum(axis=1)
        return known

    def _basis(self, measured: Floats) -> Floats:
        """Pieces of the values, n x (k n_pieces), NaN where unknown."""
        if self.criteria is None:
            values = np.clip(measured, 0.0, 1.0)
        elif len(self.criteria) != measured.shape[1]:
            raise ModelsError(
                f"One column a criterion is needed: there are {len(self.criteria)} criteria and {measured.shape[1]} columns.",
                "Pass the indicator of each criterion, in the order of the criteria.",
            )
        else:
            values = np.column_stack([evaluate(criterion.value, measured[:, place]) for place, criterion in enumerate(self.criteria)])
        starts = np.arange(self.n_pieces) / self.n_pieces
        pieces: Floats = np.clip((values[:, :, np.newaxis] - starts) * self.n_pieces, 0.0, 1.0)
        return pieces.reshape(len(values), -1)

    def __sklearn_tags__(self) -> Tags:
        tags: Any = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = True
        return tags


def _fit_beta(difference: Floats, n_pieces: int, penalty: float, slips: float | None) -> tuple[Floats, float]:
    """Maximum of the penalised likelihood over beta >= 0: first without slips, which is convex, then from there with them."""
    plain, _ = _minimise(difference, n_pieces, penalty, 0.0, np.full(difference.shape[1], 1.0))
    if slips == 0:
        return plain, 0.0
    shares = _SLIPS if slips is None else (slips,)
    found = [_minimise(difference, n_pieces, penalty, share, plain) for share in shares]
    best = min(range(len(shares)), key=lambda place: found[place][1])
    return found[best][0], shares[best]


def _minimise(difference: Floats, n_pieces: int, penalty: float, slips: float, start: Floats) -> tuple[Floats, float]:
    def loss(beta: Floats) -> tuple[float, Floats]:
        right = expit(difference @ beta)
        chance = np.maximum(slips + (1.0 - 2.0 * slips) * right, 1e-300)
        slope = (1.0 - 2.0 * slips) * right * (1.0 - right) / chance
        pieces = beta.reshape(-1, n_pieces)
        bend = pieces - pieces.mean(axis=1, keepdims=True)
        value = -np.log(chance).sum() + 0.5 * penalty * (bend**2).sum() + 0.5 * _RIDGE * (beta**2).sum()
        return float(value), penalty * bend.ravel() + _RIDGE * beta - difference.T @ slope

    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(start), options={"maxiter": 500})
    return np.asarray(found.x, dtype=np.float64), float(found.fun)


def _checked_pairs(pairs: ArrayLike, n_areas: int) -> Integers:
    judged = np.asarray(pairs)
    if judged.ndim != 2 or judged.shape[1] != 2 or not np.issubdtype(judged.dtype, np.integer):
        raise ModelsError(f"Judgements are pairs of row numbers, m x 2; found {judged.dtype} {judged.shape}.", "Pass whole numbers.")
    if len(judged) and (judged.min() < 0 or judged.max() >= n_areas):
        raise ModelsError(f"Judgements name rows from 0 to {n_areas - 1}; found {judged.min()} to {judged.max()}.", "Pass rows of X.")
    if (judged[:, 0] == judged[:, 1]).any():
        raise ModelsError("A judgement compares two areas; one compares an area with itself.", "Leave it out.")
    return judged.astype(np.int64)


def _pairs_of_grades(X: Floats, y: ArrayLike | None) -> Integers:
    if y is None:
        raise ValueError("This PairwisePreferenceRanker estimator requires y to be passed, but the target y is None.")
    grades = column_or_1d(y, warn=True).astype(np.float64)
    if not np.isfinite(grades).all():
        raise ValueError("Input y contains NaN or infinity.")
    check_consistent_length(X, grades)
    first, second = np.nonzero(grades[:, np.newaxis] > grades)
    return np.column_stack([first, second])
