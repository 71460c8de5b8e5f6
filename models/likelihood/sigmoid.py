"""Sigmoid calibration: one slope and one intercept in log-odds, so that contributions stay exact."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

Floats = NDArray[np.float64]


class Sigmoid(NamedTuple):
    """Calibrated log-odds = ``slope`` x score + ``intercept``."""

    slope: float
    intercept: float


def fit_sigmoid(score: Floats, is_present: NDArray[np.bool_], weight: Floats | None = None) -> Sigmoid:
    """Slope and intercept by Platt's method, with targets drawn in from 0 and 1.

    Parameters
    ----------
    score : array, n
        Log-odds by a model that has not seen the area.
    is_present : array of bool, n
    weight : array, n, optional

    Returns
    -------
    Sigmoid
        The slope is never below 0: scores that point the wrong way out of their own places carry no signal, and every area then
        gets the overall share.

    References
    ----------
    Platt, J. (1999). Probabilistic outputs for support vector machines. Advances in Large Margin Classifiers, 61-74.
    """
    share = np.ones(len(score)) if weight is None else weight
    n_present, n_absent = share[is_present].sum(), share[~is_present].sum()
    target = np.where(is_present, (n_present + 1) / (n_present + 2), 1 / (n_absent + 2))
    centre, spread = float(score.mean()), float(score.std())
    scaled = (score - centre) / spread if spread > 0 else np.zeros_like(score)
    total = share.sum()

    def loss(point: Floats) -> tuple[float, Floats]:
        logit = point[0] * scaled + point[1]
        error = share * (expit(logit) - target)
        cost = share * (np.logaddexp(0, logit) - target * logit)
        return float(cost.sum() / total), np.array([(error * scaled).sum(), error.sum()]) / total

    mean = float(np.average(target, weights=share))
    start = np.array([max(spread, 1e-3), np.log(mean / (1 - mean))])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None), (None, None)], options={"ftol": 1e-14, "gtol": 1e-10})
    slope = float(found.x[0]) / spread if spread > 0 else 0.0
    return Sigmoid(slope, float(found.x[1]) - slope * centre)
