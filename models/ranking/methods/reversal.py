"""Rank reversal: how often the order of two areas turns around because a third one came or went."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import kendalltau
from sklearn.base import BaseEstimator, clone

from models.errors import ModelsError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RankReversal:
    """How a method bears areas that leave.

    Attributes
    ----------
    n_trials : int
        Each leaves some areas out and ranks the rest again.
    n_reversed : int
        Trials in which the order of at least one pair turned around.
    pair_share : float
        Mean share of the pairs that turned around, 0..1; NaN where fewer than two areas have a score.
    """

    n_trials: int
    n_reversed: int
    pair_share: float


def rank_reversal(ranker: BaseEstimator, X: ArrayLike, *, n_trials: int = 10, left_out: float = 0.1, seed: int = 0) -> RankReversal:
    """Leave areas out at random, rank the rest again, and count the pairs whose order turned around.

    Parameters
    ----------
    ranker : estimator with ``fit(X)`` and ``predict(X)``, scores from high to low
    X : array, n x k
    n_trials : int, >= 1
    left_out : float, 0..1
        Share of the areas left out in each trial, one at least.
    seed : int

    Returns
    -------
    RankReversal
        Scores that are equal count as ordered by row, as the list orders them by identifier.
    """
    if n_trials < 1 or not 0 < left_out < 1:
        raise ModelsError(
            f"One trial or more is needed that leaves out a share between 0 and 1; found {n_trials} and {left_out}.",
            "Use n_trials=10, left_out=0.1.",
        )
    measured = np.asarray(X, dtype=np.float64)
    draw = np.random.default_rng(seed)
    whole = own_scores(clone(ranker), measured)
    measured, whole = measured[~np.isnan(whole)], whole[~np.isnan(whole)]
    n_kept = len(whole) - max(round(left_out * len(whole)), 1)
    if n_kept < 2:
        return RankReversal(n_trials, 0, float("nan"))
    whole = own_scores(clone(ranker), measured)
    shares = []
    for _ in range(n_trials):
        kept = np.sort(draw.choice(len(whole), n_kept, replace=False))
        alone = own_scores(clone(ranker), measured[kept])
        shares.append(_turned(whole[kept], alone))
    return RankReversal(n_trials, sum(share > 0 for share in shares), float(np.mean(shares)))


def own_scores(ranker: BaseEstimator, measured: Floats) -> Floats:
    """Scores of areas judged against each other, n."""
    at_once = getattr(ranker, "fit_predict", None)
    scores = ranker.fit(measured).predict(measured) if at_once is None else at_once(measured)
    return np.asarray(scores, dtype=np.float64)


def _turned(before: Floats, after: Floats) -> float:
    """Share of pairs whose order differs; places are all different, so that tau counts every pair."""
    first, second = (np.argsort(np.argsort(-scores, kind="stable"), kind="stable") for scores in (before, after))
    if np.array_equal(first, second):
        return 0.0
    return float((1.0 - kendalltau(first, second).statistic) / 2.0)
