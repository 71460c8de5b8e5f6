"""What the likelihood must beat: the overall share, distance alone, history alone, a random forest."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

Floats = NDArray[np.float64]


def base_rate() -> DummyClassifier:
    """Every area gets the share of those learned from."""
    return DummyClassifier(strategy="prior")


def log_logistic() -> Pipeline:
    """Logistic regression on log(1 + x) of features that are 0 or more, such as distances and counts; unknown at the median."""
    log = FunctionTransformer(_log, feature_names_out="one-to-one")
    return make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), log, StandardScaler(), LogisticRegression())


def random_forest(random_state: int = 0, n_trees: int = 100) -> Pipeline:
    """A forest on all features, leaves of 5 areas or more; unknown at the median."""
    forest = RandomForestClassifier(n_trees, min_samples_leaf=5, random_state=random_state)
    return make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), forest)


def _log(values: ArrayLike) -> Floats:
    return np.asarray(np.log1p(np.maximum(values, 0.0)))


def decayed_count(years_before: ArrayLike, half_life: float) -> Any:
    """Weight of events by age: 1 for today's, a half after ``half_life`` years; events of the day or later weigh nothing."""
    age = np.asarray(years_before, dtype=float)
    return np.where(age > 0, 0.5 ** (age / half_life), 0.0)
