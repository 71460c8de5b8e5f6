"""Whether a model still fits: have the areas changed since it was learned, and did later results come out as it said?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2

from models.likelihood.metrics import share_interval

Floats = NDArray[np.float64]
Level = Literal["stable", "shifted", "drifted"]

SHIFTED, DRIFTED = 0.10, 0.25
N_BINS: Final = 10
LEAST_RESULTS: Final = 30
_LEAST_SHARE: Final = 1e-4


@dataclass(frozen=True)
class FeatureShift:
    """How far the values of a feature differ between two sets of areas.

    Attributes
    ----------
    feature : str
    index : float
        Population stability index, 0 where the shares are the same.
    by_chance : float
        What the index exceeds once in twenty times where nothing changed; large where areas are few.
    level : {"stable", "shifted", "drifted"}
    """

    feature: str
    index: float
    by_chance: float
    level: Level


@dataclass(frozen=True)
class LaterResults:
    """What a model said of areas whose result came later, and what was found.

    Attributes
    ----------
    n, n_found : int
    expected_share : float
        Mean of P(found) as the model gave it.
    found_share, low, high : float
        With its exact 95 % interval (areas as independent draws).
    is_off : bool
        At least 30 results, and the expected share lies outside the interval.
    """

    n: int
    n_found: int
    expected_share: float
    found_share: float
    low: float
    high: float
    is_off: bool


def stability_index(before: Floats, now: Floats) -> tuple[float, float]:
    """Population stability index of one feature, and what chance alone exceeds once in twenty times.

    sum over bins of (q - p) ln(q / p), p and q the shares of ``before`` and ``now`` in bins that hold a tenth of ``before`` each (fewer
    where values repeat), unknown values in a bin of their own; shares below 1e-4 count as that. Without change it is about
    chi-square with bins - 1 degrees of freedom times (1/n + 1/m) (Yurdakul 2018).

    Parameters
    ----------
    before, now : array, n and m
        NaN is unknown.

    Returns
    -------
    tuple of float
        0 and 0 where one of them is empty.

    References
    ----------
    Siddiqi, N. (2006). Credit Risk Scorecards. Wiley: below 0.10 no change to speak of, from 0.25 a large one.
    Yurdakul, B. (2018). Statistical Properties of Population Stability Index. Western Michigan University.
    """
    if not len(before) or not len(now):
        return 0.0, 0.0
    known = before[~np.isnan(before)]
    ends = np.unique(np.quantile(known, np.arange(1, N_BINS) / N_BINS)) if len(known) else np.array([])
    then = _shares(before, ends)
    later = then if now is before else _shares(now, ends)
    p, q = (np.maximum(shares, _LEAST_SHARE) for shares in (then, later))
    used = int(((then > 0) | (later > 0)).sum())
    chance = float(chi2.ppf(0.95, max(used - 1, 1)) * (1 / len(before) + 1 / len(now)))
    return float(((q - p) * np.log(q / p)).sum()), chance


def feature_shifts(before: pd.DataFrame, now: pd.DataFrame) -> tuple[FeatureShift, ...]:
    """The shift of each feature that both hold, the largest first; it counts as one only beyond chance."""
    found = []
    for name in before.columns.intersection(now.columns):
        first = before[name].to_numpy(dtype=float)
        index, chance = stability_index(first, first if now is before else now[name].to_numpy(dtype=float))
        level: Level = "stable" if index < SHIFTED or index <= chance else "shifted" if index < DRIFTED else "drifted"
        found.append(FeatureShift(str(name), index, chance, level))
    return tuple(sorted(found, key=lambda each: (-each.index, each.feature)))


def later_results(prob: Floats, detected: float, is_found: NDArray[np.bool_]) -> LaterResults | None:
    """Compare P(present) x P(found | present) with what was found; None without later results.

    Parameters
    ----------
    prob : array, n
        P(present) as the model gave it, without the rule for confirmed areas.
    detected : float
        P(found | present) as it was estimated then.
    is_found : array of bool, n
    """
    n, n_found = len(prob), int(is_found.sum())
    if not n:
        return None
    expected = float((prob * detected).mean())
    low, high = share_interval(n_found, n, 0.95)
    return LaterResults(n, n_found, expected, n_found / n, low, high, n >= LEAST_RESULTS and not low <= expected <= high)


def _shares(values: Floats, ends: Floats) -> Floats:
    place = np.where(np.isnan(values), len(ends) + 1, np.searchsorted(ends, values, side="left"))
    return np.bincount(place, minlength=len(ends) + 2) / len(values)
