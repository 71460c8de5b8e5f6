"""Correction for explosive ordnance that was there and that no release product counts.

"Nothing found" is not "nothing there": areas recorded as empty are a mix. With P(found | present) = c known from elsewhere, an area
recorded as empty held explosive ordnance with probability (1 - c) / c x g / (1 - g), g its P(found | x).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import fisher_exact

from models.errors import ModelsError
from models.likelihood.estimator import OrdnanceLikelihood

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEAST_WITNESSED: Final = 30
CHANCE: Final = 0.025


@dataclass(frozen=True)
class DetectedShare:
    """P(found | present), from areas that something else proved to hold explosive ordnance.

    Attributes
    ----------
    value : float
        0..1; 1 where it is not known: then nothing is corrected.
    n, n_found : int
        Areas in which an accident or incident proved explosive ordnance before the work began, and those among them whose
        release products count a device.
    n_others, n_others_found : int
        The same of areas that were looked at and that no event proved.
    """

    value: float
    n: int
    n_found: int
    n_others: int = 0
    n_others_found: int = 0

    @property
    def has_enough(self) -> bool:
        """Whether there are at least 30 proven areas."""
        return self.n >= LEAST_WITNESSED

    @property
    def is_telling(self) -> bool:
        """Whether devices are counted in proven areas more often than in the others, beyond chance.

        An event that happened where its record says proves explosive ordnance there, so devices are counted there more often than
        where it may be absent. Where they are not, either every area holds some, or records name areas in which nothing happened:
        no share that is detected follows from them.
        """
        counts = [[self.n_found, self.n - self.n_found], [self.n_others_found, self.n_others - self.n_others_found]]
        return self.n_others == 0 or bool(fisher_exact(counts, alternative="greater").pvalue <= CHANCE)

    @property
    def is_known(self) -> bool:
        """Whether there are at least 30 proven areas, and they tell something."""
        return self.has_enough and self.is_telling


def detected_share(is_found: Flags, is_witnessed: Flags, is_looked_at: Flags) -> DetectedShare:
    """P(found | present) by what one source says of the other (as in capture and recapture).

    Parameters
    ----------
    is_found, is_witnessed, is_looked_at : array of bool, n
        Devices counted by release products; an event inside the area before the work began; the result is known.

    Returns
    -------
    DetectedShare
        Areas with accidents tend to hold more devices, so the share is more likely too high than too low, and the
        correction too small than too large. Unless records name areas in which nothing happened; where they do so at random
        throughout, ``is_telling`` is False and the value 1.

    References
    ----------
    Elkan, C. & Noto, K. (2008). Learning classifiers from only positive and unlabeled data. KDD. doi:10.1145/1401890.1401920
    """
    proven = is_witnessed & is_looked_at
    others = is_looked_at & ~is_witnessed
    counted = DetectedShare(1.0, *(int(rows.sum()) for rows in (proven, proven & is_found, others, others & is_found)))
    return replace(counted, value=counted.n_found / counted.n) if counted.is_known else counted


def missed_share(prob_found: Floats, detected: float) -> Floats:
    """P(present | nothing found), 0..1, from P(found | x) and P(found | present)."""
    if not 0 < detected <= 1:
        raise ModelsError(f"A detected share lies above 0 and at most at 1; found {detected}.", "Learn without the correction.")
    odds = np.minimum(prob_found, detected * (1 - 1e-9))
    share: Floats = np.clip((1 - detected) / detected * odds / (1 - odds), 0.0, 1.0)
    return share


def fit_corrected(
    model: OrdnanceLikelihood, X: pd.DataFrame, is_found: Flags, groups: NDArray[Any], detected: float, weight: Floats | None = None
) -> OrdnanceLikelihood:
    """The model of P(present): areas recorded as empty count as present by the share that was missed, as empty by the rest.

    Parameters
    ----------
    model : OrdnanceLikelihood
        Fitted on the same areas as P(found | x); its out-of-fold scores give the shares, so no area decides its own.
    X : DataFrame, n x k
    is_found : array of bool, n
    groups : array, n
    detected : float, above 0 up to 1
        1: nothing was missed, and ``model`` itself comes back.
    weight : array, n, optional
    """
    if detected == 1:
        return model
    slope, intercept = model.sigmoid_
    score = np.nan_to_num(model.out_of_fold_score_, nan=float(np.nanmean(model.out_of_fold_score_)))
    missed = np.where(is_found, 1.0, missed_share(expit(slope * score + intercept), detected))
    own = np.ones(len(X)) if weight is None else weight
    empty = np.flatnonzero(~is_found)
    rows = np.concatenate([np.arange(len(X)), empty])
    present = np.concatenate([np.ones(len(X), dtype=bool), np.zeros(len(empty), dtype=bool)])
    shares = np.concatenate([own * missed, (own * (1 - missed))[empty]])
    twin = OrdnanceLikelihood(**model.get_params())
    return twin.fit(X.iloc[rows].reset_index(drop=True), present, sample_weight=shares, groups=groups[rows])
