"""Pairs "this area before that one" drawn from what was decided, or from what came of it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

MIN_PAIRS: Final = 50
"""Fewer judgements teach nothing."""

Integers = NDArray[np.int64]
MOST_PAIRS: Final = 5_000
"""More pairs than these change learned weights by less than their own uncertainty, and take longer."""


def pairs_of_decisions(decided: ArrayLike, *, n_most: int = MOST_PAIRS, seed: int = 0) -> Integers:
    """Each chosen area before each that could have been chosen, or as many such pairs drawn at random.

    Parameters
    ----------
    decided : array of bool, n
    n_most : int
        Pairs at most.
    seed : int

    Returns
    -------
    array of int, at most n_most x 2
        Rows; the first of each pair was chosen, the second was not. No pair comes twice.
    """
    chosen = np.asarray(decided, dtype=bool)
    first, second = np.flatnonzero(chosen), np.flatnonzero(~chosen)
    n_all = len(first) * len(second)
    code = np.random.default_rng(seed).choice(n_all, min(n_all, n_most), replace=False) if n_all else np.empty(0, dtype=np.int64)
    return np.column_stack([first[code // max(len(second), 1)], second[code % max(len(second), 1)]])


def pairs_of_grades(grades: ArrayLike, *, n_most: int = MOST_PAIRS, seed: int = 0) -> Integers:
    """Pairs of areas of which the first has the higher grade; areas without a grade are in none.

    Parameters
    ----------
    grades : array of float, n
        The higher the better; NaN is unknown.
    n_most : int
        Pairs at most; of more, so many are drawn at random.
    seed : int

    Returns
    -------
    array of int, at most n_most x 2
        Rows. No pair comes twice.
    """
    grade = np.asarray(grades, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(grade))
    if len(known) * (len(known) - 1) // 2 <= n_most:
        places = np.column_stack(np.triu_indices(len(known), k=1))
    else:
        draw = np.random.default_rng(seed)
        drawn = np.sort(draw.integers(0, len(known), (8 * n_most, 2)), axis=1)
        places = draw.permutation(np.unique(drawn, axis=0))
    pairs = known[places]
    pairs = pairs[grade[pairs[:, 0]] != grade[pairs[:, 1]]][:n_most]
    is_turned = grade[pairs[:, 0]] < grade[pairs[:, 1]]
    turned: Integers = np.where(is_turned[:, np.newaxis], pairs[:, ::-1], pairs)
    return turned
