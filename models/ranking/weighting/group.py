"""Weights of several stakeholders: their mean, how far apart they are, and how far their orders agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelsError

Floats = NDArray[np.float64]
Agreement = Literal["none", "weak", "moderate", "strong"]
_STEPS: Final[tuple[tuple[float, Agreement], ...]] = ((0.3, "none"), (0.5, "weak"), (0.7, "moderate"))


@dataclass(frozen=True)
class GroupWeights:
    """What a group says together.

    Attributes
    ----------
    weights : dict from criterion to weight
        Mean of the stakeholders' shares, each stakeholder counting the same; they sum to 1.
    least, most : dict from criterion to weight
        Smallest and largest share that any stakeholder gives.
    kendall_w : float
        Kendall's coefficient of concordance of the orders, 0 (none) to 1 (all the same); NaN where nothing can be said.
    p_value : float
        Chance of a W this large among people who order at random (chi-square); NaN where nothing can be said.
    """

    weights: dict[str, float]
    least: dict[str, float]
    most: dict[str, float]
    kendall_w: float
    p_value: float

    @property
    def agreement(self) -> Agreement:
        """W in a word: below 0.3 none, below 0.5 weak, below 0.7 moderate, else strong (Schmidt 1997)."""
        return next((word for end, word in _STEPS if not self.kendall_w >= end), "strong")


def agree_on_weights(stakeholders: Mapping[str, Mapping[str, float]]) -> GroupWeights:
    """Weights of a group.

    Parameters
    ----------
    stakeholders : mapping from name to a mapping from criterion to weight, any scale
        A criterion left out weighs 0.

    Raises
    ------
    ModelsError
        There is nobody, or somebody's weights are all 0.

    References
    ----------
    Kendall, M. G. & Babington Smith, B. (1939). The problem of m rankings. Annals of Mathematical Statistics 10(3), 275-287.
    """
    if not stakeholders:
        raise ModelsError("A group needs one stakeholder or more; there is none.", "Name them with their weights.")
    names = list(dict.fromkeys(name for weights in stakeholders.values() for name in weights))
    table = np.array([[weights.get(name, 0.0) for name in names] for weights in stakeholders.values()], dtype=np.float64)
    if not (table.sum(axis=1) > 0).all():
        raise ModelsError("Each stakeholder gives some weight; somebody gives none.", "Leave that stakeholder out.")
    shares = table / table.sum(axis=1, keepdims=True)
    w, p_value = kendall_w(shares)
    return GroupWeights(
        weights=dict(zip(names, shares.mean(axis=0).tolist(), strict=True)),
        least=dict(zip(names, shares.min(axis=0).tolist(), strict=True)),
        most=dict(zip(names, shares.max(axis=0).tolist(), strict=True)),
        kendall_w=w,
        p_value=p_value,
    )


def kendall_w(table: Floats) -> tuple[float, float]:
    """Kendall's W, corrected for ties, and its p-value.

    Parameters
    ----------
    table : array of float, m judges x n objects
        Numbers that order the objects; equal numbers are ties.

    Returns
    -------
    (float, float)
        Both NaN with fewer than two judges or objects, or where every judge ties all.
    """
    n_judges, n_objects = table.shape
    if n_judges < 2 or n_objects < 2:
        return float("nan"), float("nan")
    from scipy.stats import chi2, rankdata  # loaded late: a server starts without it

    ranks = rankdata(table, axis=1)
    deviation = float(((ranks.sum(axis=0) - n_judges * (n_objects + 1) / 2) ** 2).sum())
    ties = sum(float((counts**3 - counts).sum()) for counts in (np.unique(row, return_counts=True)[1] for row in ranks))
    most = n_judges**2 * (n_objects**3 - n_objects) - n_judges * ties
    if most <= 0:
        return float("nan"), float("nan")
    w = 12 * deviation / most
    return w, float(chi2.sf(n_judges * (n_objects - 1) * w, n_objects - 1))
