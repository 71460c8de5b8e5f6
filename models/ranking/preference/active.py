"""Which two areas to ask about next: the pairs whose answer would teach most.

References
----------
Chaloner, K. & Verdinelli, I. (1995). Bayesian experimental design: a review. Statistical Science 10(3), 273-304.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from models.errors import ModelsError
from models.ranking.preference.ranker import PairwisePreferenceRanker

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_PRIOR: Final = 0.05


def choose_pairs(
    ranker: PairwisePreferenceRanker, X: ArrayLike, judged: ArrayLike, n: int, *, n_candidates: int = 1000, seed: int = 0
) -> Integers:
    """Pairs to ask about next, the most telling first.

    A judgement's information about beta is ``p'^2 / (p (1 - p)) d d'`` with d the difference of the pieces; of some random pairs the
    one is taken that shrinks the determinant of beta's covariance most (D-optimal), and so on as if it had been answered.

    Parameters
    ----------
    ranker : PairwisePreferenceRanker
        Fitted on the judgements so far.
    X : array, n x k
        Measurements of the areas that may be asked about.
    judged : array of int, m x 2
        Judgements so far; no pair is asked about twice.
    n : int, >= 1
    n_candidates : int
        Random pairs to choose from.
    seed : int

    Returns
    -------
    array of int, at most n x 2
        Rows of X; fewer than n where there are not so many new pairs.
    """
    measured, known = np.asarray(X, dtype=np.float64), np.asarray(judged, dtype=np.int64).reshape(-1, 2)
    if n < 1 or len(measured) < 2:
        raise ModelsError(f"A pair needs two areas, and one pair at least is chosen; found {len(measured)} areas, n = {n}.", "Pass more.")
    pairs = _candidates(len(measured), known, n_candidates, seed)
    scaled = ranker.pair_differences(measured, pairs) * _information(ranker, measured, pairs)[:, np.newaxis]
    so_far = ranker.pair_differences(measured, known) * _information(ranker, measured, known)[:, np.newaxis]
    covariance = np.linalg.inv(so_far.T @ so_far + _PRIOR * np.eye(scaled.shape[1]))
    chosen: list[int] = []
    for _ in range(min(n, len(pairs))):
        spread = scaled @ covariance
        gain = (spread * scaled).sum(axis=1)
        gain[chosen] = -1.0
        best = int(np.argmax(gain))
        chosen.append(best)
        covariance -= np.outer(spread[best], spread[best]) / (1.0 + gain[best])
    return pairs[chosen]


def _information(ranker: PairwisePreferenceRanker, X: Floats, pairs: Integers) -> Floats:
    """Square root of what a judgement of each pair tells about its own log-odds."""
    right = expit(ranker.pair_differences(X, pairs) @ ranker.beta_.ravel())
    chance = ranker.slips_ + (1.0 - 2.0 * ranker.slips_) * right
    slope = (1.0 - 2.0 * ranker.slips_) * right * (1.0 - right)
    information: Floats = slope / np.sqrt(np.maximum(chance * (1.0 - chance), 1e-12))
    return information


def _candidates(n_areas: int, known: Integers, n_candidates: int, seed: int) -> Integers:
    """Different pairs that were not judged yet, the smaller row first."""
    draw = np.random.default_rng(seed)
    drawn = np.sort(draw.integers(0, n_areas, (2 * n_candidates, 2)), axis=1)
    drawn = np.unique(drawn[drawn[:, 0] != drawn[:, 1]], axis=0)
    codes = np.sort(known, axis=1) @ np.array([n_areas, 1])
    fresh = drawn[~np.isin(drawn @ np.array([n_areas, 1]), codes)]
    result: Integers = fresh[np.sort(draw.permutation(len(fresh))[:n_candidates])]
    return result
