"""Correction for which areas were looked at.

Areas whose contents are known are not a fair sample: teams go first to roads, large villages and safe provinces. Areas looked at
are weighted so that together they resemble those never looked at, for which the probability is wanted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from models.errors import ModelsError
from models.likelihood.estimator import OrdnanceLikelihood

Floats = NDArray[np.float64]

LARGEST_WEIGHT: Final = 10.0


@dataclass(frozen=True, eq=False)
class SurveyWeights:
    """How likely each area was to be looked at, and what it weighs in learning.

    Attributes
    ----------
    propensity_prob : array, n
        P(looked at), from areas of other places only.
    weight : array, n
        Odds of not being looked at, at most 10 and with mean 1 over areas looked at; 0 for the others.
    n_clipped : int
        Areas looked at whose weight reached the limit.
    n_effective : float
        (sum w)^2 / sum w^2 over areas looked at: the size of the sample that is left.
    is_unlike_looked_at : array of bool, n
        Areas that teams practically never look at (odds beyond the limit): nothing corrects for them.
    """

    propensity_prob: Floats
    weight: Floats
    n_clipped: int
    n_effective: float
    is_unlike_looked_at: NDArray[np.bool_]


def weigh_survey(X: ArrayLike, is_looked_at: ArrayLike, groups: ArrayLike, *, random_state: int = 0) -> SurveyWeights:
    """Weights that make areas looked at resemble those never looked at.

    Parameters
    ----------
    X : array or DataFrame, n x k
        What may have decided where teams went; NaN is unknown.
    is_looked_at : array of bool, n
    groups : array, n
        Place of each area; its own place is left out when its propensity is estimated.
    random_state : int

    Raises
    ------
    ModelsError
        All areas were looked at, or none, or all lie in one place.

    References
    ----------
    Shimodaira, H. (2000). Improving predictive inference under covariate shift by weighting the log-likelihood function.
    Journal of Statistical Planning and Inference 90(2). doi:10.1016/S0378-3758(00)00115-4
    """
    looked = np.asarray(is_looked_at, dtype=bool)
    if looked.all() or not looked.any():
        raise ModelsError(
            f"Weights need areas that were looked at and areas that were not; {int(looked.sum())} of {len(looked)} were looked at.",
            "Learn without weights.",
        )
    model = OrdnanceLikelihood(max_iter=60, random_state=random_state).fit(X, looked, groups=groups)
    slope, intercept = model.sigmoid_
    score = model.out_of_fold_score_
    logit = np.where(np.isnan(score), np.log(looked.mean() / (1 - looked.mean())), slope * score + intercept)
    return _weights(expit(logit), looked)


def _weights(propensity: Floats, looked: NDArray[np.bool_]) -> SurveyWeights:
    odds = (1 - propensity) / propensity
    scale = float(odds[looked].mean())
    raw: Any = odds / scale
    is_beyond = raw > LARGEST_WEIGHT
    weight = np.where(looked, np.minimum(raw, LARGEST_WEIGHT), 0.0)
    weight /= weight[looked].mean()
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    return SurveyWeights(propensity, weight, int((is_beyond & looked).sum()), effective, is_beyond)
