"""How good probabilities are, with intervals from resampling whole places.

Areas of one place resemble each other, so an interval that treats them as independent is too narrow: places are drawn, not areas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta
from sklearn.metrics import average_precision_score, roc_auc_score

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

N_DRAWS: Final = 1000
N_BINS: Final = 10
METRICS: Final = ("auc_within_place", "average_precision_within_place", "brier", "log_loss", "ece")
HIGHER_IS_BETTER: Final = frozenset({"auc_within_place", "average_precision_within_place"})


@dataclass(frozen=True)
class Measured:
    """A figure with its 95 % interval.

    Attributes
    ----------
    value, low, high : float
        NaN where nothing could be measured.
    n : int
        Areas it rests on.
    n_places : int
        Places it rests on: for measures within places, those that hold both kinds of areas.
    """

    value: float
    low: float
    high: float
    n: int
    n_places: int


@dataclass(frozen=True, eq=False)
class PlaceTable:
    """What resampling needs of each place: sums, not areas.

    Attributes
    ----------
    total : array, places x parts
        Summed over the areas of a place, or the place's own figure where there is no sum.
    n_areas : array, places
    statistic : callable
        From summed totals (draws x parts) to the metric (draws).
    """

    total: Floats
    n_areas: NDArray[np.int64]
    statistic: Callable[[Floats], Floats]


def place_table(metric: str, is_present: Flags, prob: Floats, place: ArrayLike) -> PlaceTable:
    """Parts of a metric by place.

    Parameters
    ----------
    metric : str
        One of ``METRICS``. ``ece`` is the mean distance between probability and share over 10 bins of equal width,
        weighted by areas; within-place metrics are means over places with both kinds of areas.
    is_present : array of bool, n
    prob : array, n, 0..1
    place : array, n
    """
    code = np.unique(np.asarray(place), return_inverse=True)[1]
    count = np.bincount(code)
    if metric in HIGHER_IS_BETTER:
        score = roc_auc_score if metric == "auc_within_place" else average_precision_score
        value = np.full(len(count), np.nan)
        for where in range(len(count)):
            rows = code == where
            if 0 < is_present[rows].sum() < rows.sum():
                value[where] = score(is_present[rows], prob[rows])
        known = ~np.isnan(value)
        return PlaceTable(np.column_stack((value[known], np.ones(known.sum()))), count[known], _ratio)
    if metric == "ece":
        bins = np.minimum((prob * N_BINS).astype(int), N_BINS - 1)
        cell = code * N_BINS + bins
        size = len(count) * N_BINS
        gap = np.bincount(cell, weights=prob - is_present, minlength=size).reshape(-1, N_BINS)
        return PlaceTable(np.column_stack((gap, count)), count, _ece)
    error = (prob - is_present) ** 2 if metric == "brier" else -np.log(np.clip(np.where(is_present, prob, 1 - prob), 1e-15, 1))
    return PlaceTable(np.column_stack((np.bincount(code, weights=error), count)), count, _ratio)


def _ratio(total: Floats) -> Floats:
    return np.asarray(total[:, 0] / total[:, 1])


def _ece(total: Floats) -> Floats:
    return np.asarray(np.abs(total[:, :-1]).sum(axis=1) / total[:, -1])


def draws_of(table: PlaceTable, seed: int, n_draws: int = N_DRAWS) -> Floats:
    """The metric in samples of places drawn with replacement; n_draws."""
    n = len(table.total)
    times = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=n_draws).astype(float)
    return table.statistic(times @ table.total)


def measure(metric: str, is_present: Flags, prob: Floats, place: ArrayLike, *, seed: int = 0) -> Measured:
    """A metric with its 95 % interval over places; see :func:`place_table`."""
    table = place_table(metric, is_present, prob, place)
    if not len(table.total):
        return Measured(np.nan, np.nan, np.nan, 0, 0)
    value = float(table.statistic(table.total.sum(axis=0, keepdims=True))[0])
    low, high = np.quantile(draws_of(table, seed), [0.025, 0.975])
    return Measured(value, float(low), float(high), int(table.n_areas.sum()), len(table.total))


def compare(metric: str, is_present: Flags, prob: Floats, other: Floats, place: ArrayLike, *, seed: int = 0) -> Measured:
    """How much better one set of probabilities is than another on the same areas, with the paired 95 % interval over places.

    Returns
    -------
    Measured
        Above 0 where ``prob`` is better, also for metrics that are errors.
    """
    ours, theirs = (place_table(metric, is_present, each, place) for each in (prob, other))
    if not len(ours.total):
        return Measured(np.nan, np.nan, np.nan, 0, 0)
    sign = 1.0 if metric in HIGHER_IS_BETTER else -1.0
    whole = [float(table.statistic(table.total.sum(axis=0, keepdims=True))[0]) for table in (ours, theirs)]
    drawn = sign * (draws_of(ours, seed) - draws_of(theirs, seed))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Measured(sign * (whole[0] - whole[1]), float(low), float(high), int(ours.n_areas.sum()), len(ours.total))


@dataclass(frozen=True)
class ReliabilityBin:
    """Areas of similar probability: what was said, and what was found.

    Attributes
    ----------
    low, high : float
        Ends of the bin; the upper one belongs to it only at 1.
    n, n_present : int
    mean_prob, share_present : float
    share_low, share_high : float
        95 % interval of the share (Clopper-Pearson: areas as independent draws).
    """

    low: float
    high: float
    n: int
    n_present: int
    mean_prob: float
    share_present: float
    share_low: float
    share_high: float


def reliability(is_present: Flags, prob: Floats, n_bins: int = N_BINS) -> tuple[ReliabilityBin, ...]:
    """The reliability curve: bins of equal width that hold areas."""
    code = np.minimum((prob * n_bins).astype(int), n_bins - 1)
    found = []
    for number in np.unique(code):
        rows = code == number
        n, n_present = int(rows.sum()), int(is_present[rows].sum())
        low, high = share_interval(n_present, n)
        found.append(
            ReliabilityBin(number / n_bins, (number + 1) / n_bins, n, n_present, float(prob[rows].mean()), n_present / n, low, high)
        )
    return tuple(found)


def share_interval(n_present: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Exact two-sided interval of a share (Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404); 0..1 where n is 0."""
    tail = (1 - level) / 2
    low = float(beta.ppf(tail, n_present, n - n_present + 1)) if n_present else 0.0
    high = float(beta.ppf(1 - tail, n_present + 1, n - n_present)) if n_present < n else 1.0
    return low, high


@dataclass(frozen=True)
class LowProbability:
    """What was found in areas that were given a low probability.

    Attributes
    ----------
    below : float
        The probability that all of them lie under.
    n, n_present : int
        Areas, and those that did hold explosive ordnance.
    upper_share : float
        95 % upper bound (one-sided Clopper-Pearson) of the share that hold it; 1 where there is no such area.
    """

    below: float
    n: int
    n_present: int
    upper_share: float


def low_probability(is_present: Flags, prob: Floats, below: float = 0.05) -> LowProbability:
    """The upper bound of what areas under a probability did hold."""
    rows = prob < below
    n, n_present = int(rows.sum()), int(is_present[rows].sum())
    return LowProbability(below, n, n_present, share_interval(n_present, n, 0.90)[1])


def by_group(groups: ArrayLike) -> list[tuple[str, Flags]]:
    """Rows of each group, in sorted order; text with ``;`` belongs to several, unknown ones to none."""
    parts = [
        {part.strip() for part in value.split(";")} - {""} if isinstance(value, str) else set()
        for value in np.asarray(groups, dtype=object)
    ]
    return [(name, np.array([name in each for each in parts])) for name in sorted(set().union(*parts))]
