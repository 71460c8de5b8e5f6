"""The likelihood of each area, with everything that explains it: what people see, and what survey is directed by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from models.likelihood.estimator import OrdnanceLikelihood
from models.likelihood.parts import FLOOR

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class AreaLikelihood:
    """P(explosive ordnance present) of n areas. It directs survey; it never releases land.

    Attributes
    ----------
    prob : array, n, 0..1
        With the rule for confirmed areas.
    modelled_prob : array, n, 0..1
        Without it.
    base_logit : float
    contributions : DataFrame, n x (k + 1)
        What each feature adds to the log-odds, and last ``confirmed_floor``, what the rule adds. With ``base_logit`` they sum to
        the log-odds of ``prob``, within 1e-9.
    is_floored : array of bool, n
        The rule raised the probability.
    is_unlike : array of bool, n
        Unlike the areas learned from: an extrapolation.
    """

    prob: Floats
    modelled_prob: Floats
    base_logit: float
    contributions: pd.DataFrame
    is_floored: Flags
    is_unlike: Flags


def estimate_areas(
    model: OrdnanceLikelihood, X: pd.DataFrame, is_confirmed: Flags, is_contradicted: Flags, floor_prob: float
) -> AreaLikelihood:
    """The likelihood of each area.

    Parameters
    ----------
    model : OrdnanceLikelihood
    X : DataFrame, n x k
    is_confirmed : array of bool, n
        Confirmed hazardous areas: direct evidence is on record.
    is_contradicted : array of bool, n
        Work since then found nothing; the rule does not hold for them.
    floor_prob : float, 0..1
        A confirmed area that nothing contradicts is never given less.
    """
    found = model.explain(X)
    is_floored = is_confirmed & ~is_contradicted & (found.prob < floor_prob)
    raised = np.where(is_floored, logit(floor_prob) - found.logit, 0.0)
    parts = pd.DataFrame(found.contributions, columns=X.columns, index=X.index).assign(**{FLOOR: raised})
    prob = np.where(is_floored, floor_prob, found.prob)
    return AreaLikelihood(prob, expit(found.logit), found.base_logit, parts, is_floored, model.is_unlike_training(X))
