"""Folds of whole places, and scores for areas by a model that has not seen their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone
from sklearn.model_selection import GroupKFold, StratifiedKFold

from models.errors import ModelsError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Fold(NamedTuple):
    """Rows to learn from and rows to judge by."""

    train: Integers
    test: Integers


def folds_of_places(y: NDArray[Any], groups: ArrayLike | None, n_folds: int, random_state: int) -> list[Fold]:
    """Folds in which no place is on both sides.

    Parameters
    ----------
    y : array, n
        Two classes.
    groups : array, n, or None
        Place of each area. None: areas stand for themselves, and folds keep the share of each class.
    n_folds : int, >= 2
        At most; fewer where there are fewer places or fewer areas of the rarer class.
    random_state : int
        Order of the areas where there are no groups; folds of places need no chance.

    Returns
    -------
    list of Fold
        Only those whose rows to learn from hold both classes; empty where the data allow no fold.
    """
    if groups is None:
        n_splits = min(n_folds, int(np.bincount(np.unique(y, return_inverse=True)[1]).min()))
        if n_splits < 2:
            return []
        found = StratifiedKFold(n_splits, shuffle=True, random_state=random_state).split(y, y)
    else:
        places = np.unique(np.asarray(groups), return_inverse=True)[1]
        n_splits = min(n_folds, int(places.max()) + 1)
        if n_splits < 2:
            raise ModelsError(
                "Calibration needs areas of at least two places; all areas lie in one.", "Group areas by a smaller admin level."
            )
        found = GroupKFold(n_splits).split(y, y, places)
    return [Fold(train, test) for train, test in found if len(np.unique(y[train])) == 2]


def out_of_fold_scores(estimator: Any, X: Floats, y: NDArray[Any], weight: Floats | None, folds: Sequence[Fold]) -> Floats:
    """Log-odds of each area by a clone of the estimator that was fitted without its fold.

    Parameters
    ----------
    estimator : classifier with ``decision_function``
    X : array, n x k
    y : array, n
    weight : array, n, or None
    folds : sequence of Fold

    Returns
    -------
    array, n
        NaN where no fold judges the area.
    """
    scores = np.full(len(y), np.nan)
    for fold in folds:
        part = None if weight is None else weight[fold.train]
        fitted = clone(estimator).fit(X[fold.train], y[fold.train], sample_weight=part)
        scores[fold.test] = fitted.decision_function(X[fold.test])
    return scores
