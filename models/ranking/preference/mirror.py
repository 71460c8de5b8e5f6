"""Past decisions as a mirror: what order they speak of, and who would lose if it were followed. Never a default."""

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
_MOST_PAIRS: Final = 5_000


@dataclass(frozen=True)
class GroupShare:
    """How one group of areas fares.

    Attributes
    ----------
    group : str
    n_areas : int
    top_now : float
        Share of its areas in the top of the present list.
    top_mirror : float
        Share of its areas in the top of the list that past decisions speak of.
    """

    group: str
    n_areas: int
    top_now: float
    top_mirror: float

    @property
    def change(self) -> float:
        """What the group would win (positive) or lose, as a share of its areas."""
        return self.top_mirror - self.top_now


@dataclass(frozen=True, eq=False)
class Mirror:
    """What past decisions speak of.

    Attributes
    ----------
    ranker : PairwisePreferenceRanker
        Learned from decided areas before undecided ones.
    n_top : int
        Length of the top: as many as were decided.
    groups : tuple of GroupShare
        Who loses most first.
    """

    ranker: PairwisePreferenceRanker
    n_top: int
    groups: tuple[GroupShare, ...]


def mirror_decisions(
    ranker: PairwisePreferenceRanker, X: ArrayLike, decided: ArrayLike, score_now: ArrayLike, groups: Sequence[object], *, seed: int = 0
) -> Mirror:
    """Learn the order that past decisions speak of and hold it beside the present one.

    Parameters
    ----------
    ranker : PairwisePreferenceRanker
        Its settings are used; it is not changed.
    X : array, n x k
    decided : array of bool, n
        Areas that were chosen (given a team, funded) while the others could have been.
    score_now : array of float, n
        Scores of the present list.
    groups : sequence, n
        Group of each area, e.g. its province, or the fifth of poverty it belongs to.
    seed : int
        Of the pairs drawn; at most 5,000.

    Raises
    ------
    ModelsError
        Nothing was decided, or everything, or the arrays do not fit each other.
    """
    measured, chosen, now = np.asarray(X, dtype=np.float64), np.asarray(decided, dtype=bool), np.asarray(score_now, dtype=np.float64)
    names = np.asarray([str(group) for group in groups], dtype=object)
    if not len(measured) == len(chosen) == len(now) == len(names) or not 0 < chosen.sum() < len(chosen):
        raise ModelsError(
            f"Some areas were chosen and some were not, each with a score and a group; found {int(chosen.sum())} of {len(chosen)} chosen.",
            "Pass areas that could all have been chosen.",
        )
    draw = np.random.default_rng(seed)
    first, second = np.flatnonzero(chosen), np.flatnonzero(~chosen)
    n_pairs = min(len(first) * len(second), _MOST_PAIRS)
    code = draw.choice(len(first) * len(second), n_pairs, replace=False)
    learned = clone(ranker).fit(measured, pairs=np.column_stack([first[code // len(second)], second[code % len(second)]]))
    n_top = int(chosen.sum())
    in_now, in_mirror = _top(now, n_top), _top(learned.predict(measured), n_top)
    shares = [
        GroupShare(str(name), int((names == name).sum()), float(in_now[names == name].mean()), float(in_mirror[names == name].mean()))
        for name in np.unique(names)
    ]
    return Mirror(learned, n_top, tuple(sorted(shares, key=lambda share: (share.change, share.group))))


def _top(scores: Floats, n_top: int) -> NDArray[np.bool_]:
    inside = np.zeros(len(scores), dtype=bool)
    inside[np.argsort(-np.where(np.isnan(scores), -np.inf, scores), kind="stable")[:n_top]] = True
    return inside & ~np.isnan(scores)
