"""P(explosive ordnance present) as a scikit-learn classifier: additive, monotone, calibrated on areas of places it has not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from models.errors import ModelsError
from models.likelihood.folds import folds_of_places, out_of_fold_scores
from models.likelihood.sigmoid import Sigmoid, fit_sigmoid
from models.likelihood.unlike import Familiar, is_unlike, learn_familiar, outside_range

Floats = NDArray[np.float64]

_ROWS_FOR_THREADS = 40_000


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why a probability is what it is: ``base_logit + contributions.sum(axis=1) == logit``, within 1e-9.

    Attributes
    ----------
    base_logit : float
        Mean log-odds of the areas learned from (by their weight).
    contributions : array, n x k
        What each feature adds to the log-odds; 0 for one that tells nothing.
    logit : array, n
    prob : array, n
        Calibrated probability, 0..1.
    """

    base_logit: float
    contributions: Floats
    logit: Floats
    prob: Floats


class OrdnanceLikelihood(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """P(present | x) = sigmoid(intercept + slope x (b + f_1(x_1) + ... + f_k(x_k))).

    Each f_j is a step function of one feature, learned by gradient boosting without interactions and held to rise or fall where
    the field knows the direction. Slope and intercept come from log-odds of areas whose place was left out (Platt), so
    they do not break the sum: each feature's part of the log-odds is exact.

    Parameters
    ----------
    monotone : mapping feature -> {-1, 0, 1}, or sequence of k such, optional
        1 where more of the feature never lowers the probability, -1 where it never raises it. Names need a DataFrame in
        ``fit``; names it does not hold are passed over.
    n_folds : int, >= 2
        Folds of places that calibration leaves out in turn.
    max_iter, learning_rate, max_leaf_nodes, min_samples_leaf, l2_regularization
        Of :class:`sklearn.ensemble.HistGradientBoostingClassifier`.
    random_state : int

    Attributes
    ----------
    classes_ : array, 2
        Absent, present (in sorted order).
    sigmoid_ : tuple slope, intercept
        Slope 0: no signal outside the places learned from.
    base_logit_ : float
        Calibrated mean log-odds of the areas learned from.
    is_calibrated_ : bool
        False where the data allowed no fold; then the slope is 1.
    n_iter_ : int
        Boosting steps done.
    n_features_in_ : int
    feature_names_in_ : array of str, k
        Only where ``fit`` had a DataFrame.

    References
    ----------
    Friedman, J. (2001). Greedy function approximation. Annals of Statistics 29(5). doi:10.1214/aos/1013203451
    Platt, J. (1999). Probabilistic outputs for support vector machines. Advances in Large Margin Classifiers, 61-74.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.linspace(0, 1, 200)[:, None]
    >>> model = OrdnanceLikelihood(monotone=[1]).fit(x, x[:, 0] > 0.5, groups=np.arange(200) % 10)
    >>> bool(model.predict_proba([[0.9]])[0, 1] > 0.9)
    True
    """

    def __init__(
        self,
        monotone: Mapping[str, int] | Sequence[int] | None = None,
        n_folds: int = 5,
        max_iter: int = 120,
        learning_rate: float = 0.06,
        max_leaf_nodes: int = 6,
        min_samples_leaf: int = 20,
        l2_regularization: float = 1.0,
        random_state: int = 0,
    ) -> None:
        self.monotone = monotone
        self.n_folds = n_folds
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.l2_regularization = l2_regularization
        self.random_state = random_state

    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> OrdnanceLikelihood:
        """Learn from areas that were looked at.

        Parameters
        ----------
        X : array or DataFrame, n x k
            Features; NaN is unknown, and unknown is learned as such.
        y : array, n
            Two classes; the second in sorted order is "present".
        sample_weight : array, n, optional
            For instance of :func:`models.likelihood.selection.weigh_survey`.
        groups : array, n, optional
            Place of each area. Without it, single areas are left out, which flatters wherever neighbours resemble each other.

        Raises
        ------
        ModelsError
            All areas lie in one place.
        ValueError
            There are not two classes, or a value is infinite.
        """
        checked, target = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan")
        labels = self._encode(np.asarray(target))
        weight = None if sample_weight is None else np.asarray(_check_sample_weight(sample_weight, checked), dtype=np.float64)
        bare = self._bare(checked.shape[1])
        folds = folds_of_places(labels, groups, self.n_folds, self.random_state)
        # below that a second thread saves nothing, and waits for cores that others use
        with threadpool_limits(1 if len(checked) < _ROWS_FOR_THREADS else None, user_api="openmp"):
            scores = out_of_fold_scores(bare, checked, labels, weight, folds)
            self.model_ = bare.fit(checked, labels, sample_weight=weight)
        self.n_iter_ = int(self.model_.n_iter_)
        self._calibrate(scores, labels, weight)
        self._learn_parts(checked, weight)
        self.familiar_: tuple[Any, ...] = tuple(learn_familiar(checked, self.random_state))
        return self

    def _encode(self, y: NDArray[Any]) -> NDArray[np.int64]:
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError(f"Only binary classification is supported. The type of the target is {type_of_target(y)}.")
        if len(self.classes_) < 2:
            raise ValueError(f"Learning needs areas of two classes; all {len(y)} areas are of one class, {self.classes_[0]!r}.")
        encoded: NDArray[np.int64] = labels.astype(np.int64)
        return encoded

    def _bare(self, n_features: int) -> HistGradientBoostingClassifier:
        return HistGradientBoostingClassifier(
            max_iter=self.max_iter, learning_rate=self.learning_rate, max_leaf_nodes=self.max_leaf_nodes,
            min_samples_leaf=self.min_samples_leaf, l2_regularization=self.l2_regularization, early_stopping=False,
            interaction_cst="no_interactions", monotonic_cst=self._directions(n_features), random_state=self.random_state,
        )  # fmt: skip

    def _directions(self, n_features: int) -> list[int] | None:
        if self.monotone is None:
            return None
        if isinstance(self.monotone, Mapping):
            names = getattr(self, "feature_names_in_", None)
            if names is None:
                raise ModelsError("Directions by name need named features; X has no column names.", "Pass a DataFrame, or a sequence.")
            return [int(self.monotone.get(name, 0)) for name in names]
        if len(self.monotone) != n_features:
            raise ModelsError(
                f"One direction a feature is needed: there are {len(self.monotone)} directions and {n_features} features.",
                "Use 0 where no direction is known.",
            )
        return [int(direction) for direction in self.monotone]

    def _calibrate(self, scores: Floats, labels: NDArray[np.int64], weight: Floats | None) -> None:
        judged = ~np.isnan(scores)
        self.is_calibrated_ = bool(judged.any())
        part = None if weight is None else weight[judged]
        fitted = fit_sigmoid(scores[judged], labels[judged] == 1, part) if self.is_calibrated_ else Sigmoid(1.0, 0.0)
        self.sigmoid_: tuple[float, float] = (fitted.slope, fitted.intercept)
        self.out_of_fold_score_ = scores

    def _learn_parts(self, X: Floats, weight: Floats | None) -> None:
        """Mean of each f_j over the areas learned from, which contributions are counted from."""
        parts, start = self._raw_parts(X)
        means = np.average(parts, axis=0, weights=weight)
        self.part_means_ = means
        slope, intercept = self.sigmoid_
        self.base_logit_ = float(intercept + slope * (start + means.sum()))

    def _raw_parts(self, X: Floats) -> tuple[Floats, float]:
        """Each f_j relative to its value where everything is unknown, n x k, and the score there.

        Trees split on one feature each, and only at the ends of its bins, so a part is read off by asking the model once for
        each bin of each feature with all else unknown.
        """
        n, k = X.shape
        ends = [np.asarray(each, dtype=float) for each in self.model_._bin_mapper.bin_thresholds_]
        probes = [np.array([*each, np.nextafter(each[-1], np.inf) if len(each) else 0.0, np.nan]) for each in ends]
        asked = np.full((1 + sum(map(len, probes)), k), np.nan)
        starts = np.cumsum([1, *map(len, probes)])
        for place, values in enumerate(probes):
            asked[starts[place] : starts[place + 1], place] = values
        scores = self.model_.decision_function(asked)
        parts = np.zeros((n, k))
        for place, thresholds in enumerate(ends):
            is_unknown = np.isnan(X[:, place])
            found = np.where(is_unknown, len(thresholds) + 1, np.searchsorted(thresholds, X[:, place], side="left"))
            parts[:, place] = scores[starts[place] + found] - scores[0]
        return parts, float(scores[0])

    def decision_function(self, X: ArrayLike) -> Floats:
        """Calibrated log-odds that explosive ordnance is present, n."""
        check_is_fitted(self)
        checked: Floats = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        slope, intercept = self.sigmoid_
        logit: Floats = slope * self.model_.decision_function(checked) + intercept
        return logit

    def predict_proba(self, X: ArrayLike) -> Floats:
        """Calibrated probability of absent and present, n x 2; rows sum to 1."""
        present = expit(self.decision_function(X))
        return np.column_stack((1 - present, present))

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The likelier class, n. It never releases land: use the probability."""
        is_likely = self.decision_function(X) > 0
        found: NDArray[Any] = self.classes_[is_likely.astype(int)]
        return found

    def explain(self, X: ArrayLike) -> Explanation:
        """The probability of each area with what every feature adds to its log-odds."""
        check_is_fitted(self)
        checked: Floats = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        contributions = self.sigmoid_[0] * (self._raw_parts(checked)[0] - self.part_means_)
        logit = self.decision_function(X)
        return Explanation(self.base_logit_, contributions, logit, expit(logit))

    def is_unlike_training(self, X: ArrayLike) -> NDArray[np.bool_]:
        """Whether an area is unlike those learned from, so that its probability is an extrapolation; n."""
        check_is_fitted(self)
        checked: Floats = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        return is_unlike(checked, Familiar(*self.familiar_))

    def outside_training_range(self, X: ArrayLike) -> NDArray[np.bool_]:
        """Which values lie outside all that was learned from; n x k."""
        check_is_fitted(self)
        checked: Floats = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        return outside_range(checked, Familiar(*self.familiar_))

    @property
    def has_signal(self) -> bool:
        """Whether the features told anything about places that were left out."""
        check_is_fitted(self)
        return Sigmoid(*self.sigmoid_).slope > 0

    def __sklearn_tags__(self) -> Tags:
        tags: Any = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags
