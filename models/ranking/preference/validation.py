"""How well learned preferences foretell judgements about places they were not learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone

from models.errors import ModelsError
from models.ranking.preference.ranker import PairwisePreferenceRanker

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_N_RESAMPLES: Final = 500
_WIDEST: Final = 0.15


@dataclass(frozen=True)
class PreferenceMeasure:
    """One measure of a learned ranker.

    Attributes
    ----------
    metric : {"pair_accuracy", "kendall_tau", "ndcg"}
        Share of held-out judgements that it foretells; twice that less 1; and the discounted gain of the first k areas of its
        order over that of the best order, an area's gain being the share of its held-out judgements that it won.
    value, low, high : float
        With the 95 % interval over resampled places.
    baseline : float
        The same of equal weights.
    """

    metric: str
    value: float
    low: float
    high: float
    baseline: float


@dataclass(frozen=True)
class PreferenceReport:
    """Held-out measures of a learned ranker.

    Attributes
    ----------
    n_pairs : int
        Judgements held out once each.
    n_places : int
    measures : tuple of PreferenceMeasure
    trust : {"trust", "too_few", "no_better"}
        too_few: the interval of the accuracy is wider than 0.15; no_better: equal weights may foretell as well (the interval of
        the paired difference of accuracy reaches 0).
    gain_low, gain_high : float
        That interval.
    """

    n_pairs: int
    n_places: int
    measures: tuple[PreferenceMeasure, ...]
    trust: str
    gain_low: float
    gain_high: float


def evaluate_preferences(
    ranker: PairwisePreferenceRanker,
    X: ArrayLike,
    pairs: ArrayLike,
    places: Sequence[object],
    *,
    n_folds: int = 5,
    k: int = 50,
    seed: int = 0,
) -> PreferenceReport:
    """Hold places out, learn from judgements that touch none of them, and foretell those that do.

    Parameters
    ----------
    ranker : PairwisePreferenceRanker
        Its settings are used; it is not changed.
    X : array, n x k
    pairs : array of int, m x 2
        The first was judged to come before the second.
    places : sequence, n
        Name of the place of each area, e.g. its municipality.
    n_folds : int, >= 2
    k : int
        Length of the list that ndcg looks at.
    seed : int

    Returns
    -------
    PreferenceReport

    Raises
    ------
    ModelsError
        Fewer places than folds, or too few judgements are left to learn from where places are held out.
    """
    measured, judged = np.asarray(X, dtype=np.float64), np.asarray(pairs, dtype=np.int64)
    _, place = np.unique(np.asarray([str(name) for name in places]), return_inverse=True)
    n_places = int(place.max(initial=-1)) + 1
    if len(place) != len(measured) or not 2 <= n_folds <= n_places:
        raise ModelsError(
            f"Each area has a place, and there are at least as many places as folds; found {len(place)} for {len(measured)} areas, "
            f"{n_places} places and {n_folds} folds.",
            "Use smaller places, or fewer folds.",
        )
    draw = np.random.default_rng(seed)
    fold = (draw.permutation(n_places) % n_folds)[place]
    margin, plain = _foretell(ranker, measured, judged, fold, n_folds)
    block = place[judged[:, 0]]
    resamples = [_resample(draw, block) for _ in range(_N_RESAMPLES)]
    learned, equal = _hits(margin), _hits(plain)
    gains = np.array([learned[rows].mean() - equal[rows].mean() for rows in resamples])
    accuracy = _measure("pair_accuracy", learned, equal, resamples)
    tau = PreferenceMeasure("kendall_tau", *(2 * part - 1 for part in (accuracy.value, accuracy.low, accuracy.high, accuracy.baseline)))
    gain_low, gain_high = (float(end) for end in np.quantile(gains, [0.025, 0.975]))
    too_few = accuracy.high - accuracy.low > _WIDEST
    trust = "too_few" if too_few else "no_better" if gain_low <= 0 else "trust"
    measures = (accuracy, tau, _ndcg(margin, plain, judged, resamples, k))
    return PreferenceReport(len(judged), n_places, measures, trust, gain_low, gain_high)


def _foretell(ranker: PairwisePreferenceRanker, X: Floats, pairs: Integers, fold: Integers, n_folds: int) -> tuple[Floats, Floats]:
    """Score of the first less that of the second of each judgement, learned without its places; and by equal weights."""
    margin, times = np.zeros(len(pairs)), np.zeros(len(pairs))
    sides = fold[pairs]
    for held_out in range(n_folds):
        touches = (sides == held_out).any(axis=1)
        learned = clone(ranker).fit(X, pairs=pairs[~touches])
        margin[touches] += learned.pair_differences(X, pairs[touches]) @ learned.pieces_.ravel()
        times += touches
    equal = clone(ranker).set_params(n_pieces=1)
    return margin / times, equal.pair_differences(X, pairs).mean(axis=1)


def _hits(margin: Floats) -> Floats:
    """1 for a judgement foretold, 0 for one missed, one half where nothing tells the two apart."""
    return np.where(margin > 0, 1.0, np.where(margin < 0, 0.0, 0.5))


def _measure(metric: str, ours: Floats, equal: Floats, resamples: Sequence[Integers]) -> PreferenceMeasure:
    low, high = np.quantile([ours[rows].mean() for rows in resamples], [0.025, 0.975])
    return PreferenceMeasure(metric, float(ours.mean()), float(low), float(high), float(equal.mean()))


def _ndcg(margin: Floats, plain: Floats, pairs: Integers, resamples: Sequence[Integers], k: int) -> PreferenceMeasure:
    everyone = np.arange(len(pairs))
    values = [_gain(margin[rows], pairs[rows], k) for rows in resamples]
    low, high = np.quantile(values, [0.025, 0.975])
    return PreferenceMeasure("ndcg", _gain(margin, pairs, k), float(low), float(high), _gain(plain[everyone], pairs, k))


def _gain(margin: Floats, pairs: Integers, k: int) -> float:
    """NDCG@k of the areas' mean held-out margin against the share of their judgements that they won."""
    areas, side = np.unique(pairs, return_inverse=True)
    side = side.reshape(pairs.shape)
    times = np.bincount(side.ravel(), minlength=len(areas))
    won = np.bincount(side[:, 0], minlength=len(areas)) / times
    foretold = (
        np.bincount(side[:, 0], weights=margin, minlength=len(areas)) - np.bincount(side[:, 1], weights=margin, minlength=len(areas))
    ) / times
    discount = 1.0 / np.log2(np.arange(2, min(k, len(areas)) + 2))
    best = float(np.sort(won)[::-1][: len(discount)] @ discount)
    ours = float(won[np.argsort(-foretold, kind="stable")[: len(discount)]] @ discount)
    return ours / best if best > 0 else float("nan")


def _resample(draw: np.random.Generator, block: Integers) -> Integers:
    """Judgements of places drawn with replacement."""
    names = np.unique(block)
    rows = {name: np.flatnonzero(block == name) for name in names}
    return np.concatenate([rows[name] for name in draw.choice(names, len(names))])
