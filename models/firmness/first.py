"""The first of some scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def first_of(scores: Floats, places: int) -> Integers:
    """Positions of the first of some scores; of equal ones at the line, those that stand first."""
    if places >= len(scores):
        return np.arange(len(scores))
    line = line_of(scores, places)
    above = np.flatnonzero(scores > line)
    tied = np.flatnonzero(scores == line)
    return np.concatenate([above, tied[: places - len(above)]])


def count_first_of(scores: Floats, places: int, pilot: Integers) -> Integers:
    """How often each of n areas is among the first, over many draws at once: the same as :func:`first_of` of every row.

    Parameters
    ----------
    scores : array of float, d x n, 0 or more
    places : int, >= 1
    pilot : array of int, at least ``places`` of the n
        Areas that do well: only scores that reach the line among them are sorted.

    Returns
    -------
    array of int, n
    """
    n_draws, n = scores.shape
    if places >= n:
        return np.full(n, n_draws, dtype=np.int64)
    draw, area = np.divmod(np.flatnonzero(scores >= _lines_of(scores[:, pilot], places)[:, np.newaxis]), n)
    reached = scores[draw, area]
    n_near = np.bincount(draw, minlength=n_draws)
    start = np.cumsum(n_near) - n_near
    near = np.full((n_draws, int(n_near.max())), -1.0)  # fewer where a draw has fewer: below every score
    near[draw, np.arange(len(draw)) - start[draw]] = reached
    line = _lines_of(near, places)[draw]
    is_above, is_tied = reached > line, reached == line
    tied_before = np.cumsum(is_tied) - is_tied
    left = places - np.bincount(draw[is_above], minlength=n_draws)
    is_first = is_above | (is_tied & (tied_before - tied_before[start[draw]] < left[draw]))
    counts: Integers = np.bincount(area[is_first], minlength=n)
    return counts


def line_of(scores: Floats, places: int) -> float:
    """The score of the last that is among the first ``places``."""
    return float(np.partition(scores, len(scores) - places)[len(scores) - places])


def _lines_of(scores: Floats, places: int) -> Floats:
    """The same of each row."""
    at = scores.shape[1] - places
    lines: Floats = np.partition(scores, at, axis=1)[:, at]
    return lines
