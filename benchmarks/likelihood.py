"""Fit the likelihood with calibration on 80,000 areas x 30 features, beside the sum of its own bare fits."""

from __future__ import annotations

import numpy as np
from sklearn.base import clone

from benchmarks.figure import Figure, time_pair
from models.likelihood.estimator import OrdnanceLikelihood
from models.likelihood.folds import folds_of_places

N_AREAS, N_FEATURES, N_PLACES = 80_000, 30, 200


def make_case(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features with one value in twenty unknown, results and places."""
    draw = np.random.default_rng(seed)
    X = draw.normal(size=(N_AREAS, N_FEATURES))
    present = draw.random(N_AREAS) < 1 / (1 + np.exp(-X[:, :6].sum(axis=1)))
    X[draw.random(X.shape) < 0.05] = np.nan
    return X, present, draw.integers(0, N_PLACES, N_AREAS)


def run() -> list[Figure]:
    """Calibration by five folds of places: six bare fits are the floor."""
    X, present, place = make_case()
    model = OrdnanceLikelihood()
    bare = model._bare(N_FEATURES)
    folds = folds_of_places(present, place, model.n_folds, 0)

    def fit_bare() -> None:
        for fold in folds:
            clone(bare).fit(X[fold.train], present[fold.train])
        clone(bare).fit(X, present)

    ours, floor = time_pair(lambda: clone(model).fit(X, present, groups=place), fit_bare, repeats=3)
    at = f"{N_AREAS:,} areas x {N_FEATURES} features, {len(folds)} folds"
    return [Figure("likelihood, fit with calibration", at, ours, floor, "its own bare fits", "s", "<= 1.2x")]
