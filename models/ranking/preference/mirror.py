"""Another order held beside the present list: who would be served less if it were followed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from models.errors import ModelsError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class GroupShare:
    """How one group of areas fares.

    Attributes
    ----------
    group : str
    n_areas : int
    n_now : int
        Its areas in the top of the present list.
    n_other : int
        Its areas in the top of the other order.
    """

    group: str
    n_areas: int
    n_now: int
    n_other: int

    @property
    def change(self) -> float:
        """What the group would win (positive) or lose, as a share of its areas."""
        return (self.n_other - self.n_now) / self.n_areas


def who_would_lose(score_now: ArrayLike, score_other: ArrayLike, n_top: int, groups: ArrayLike) -> tuple[GroupShare, ...]:
    """How many areas of each group are in the top of two orders; the group that would lose most comes first.

    Parameters
    ----------
    score_now, score_other : array of float, n
        The higher the earlier; ties by row; NaN is in no top.
    n_top : int, >= 1
    groups : array, n
        Group of each area, e.g. its province, or the fifth of poverty it belongs to.

    Raises
    ------
    ModelsError
        The arrays do not fit each other, or the top is empty.
    """
    now, other = np.asarray(score_now, dtype=np.float64), np.asarray(score_other, dtype=np.float64)
    named = np.array([str(group) for group in np.asarray(groups, dtype=object)], dtype=object)
    if not len(now) == len(other) == len(named) or n_top < 1:
        raise ModelsError(
            f"Each area has two scores and a group, and the top holds one or more; found {len(now)}, {len(other)}, {len(named)}; {n_top}.",
            "Pass both scores and the group of the same areas.",
        )
    code, names = pd.factorize(named)
    counts = [np.bincount(code[rows], minlength=len(names)) for rows in (slice(None), _top(now, n_top), _top(other, n_top))]
    shares = [GroupShare(str(name), *map(int, each)) for name, *each in zip(names, *counts, strict=True)]
    return tuple(sorted(shares, key=lambda share: (share.change, share.group)))


def _top(scores: Floats, n_top: int) -> NDArray[np.bool_]:
    inside = np.zeros(len(scores), dtype=bool)
    inside[np.argsort(-np.where(np.isnan(scores), -np.inf, scores), kind="stable")[:n_top]] = True
    return inside & ~np.isnan(scores)
