"""Contributions whose decimals add up to the score."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.ranking.canonical import round_scores

Floats = NDArray[np.float64]
_TINY: Final = 1e-280
"""Below this a whole number of units over the sum of the parts would overflow."""


def contributions_of(values: Floats, weights: Floats, score: Floats) -> Floats:
    """What each criterion adds to the score, in whole units of the score's last digit.

    A score of 9 significant digits is a whole number of units (1e-9 for scores of 0.1 and more, finer below). The exact
    parts w_k v_k / sum of known w are cut to whole units, and the units still missing go to the largest remainders (Hamilton's
    method; ties to the criterion listed first), so no part is off by a unit or more.

    Parameters
    ----------
    values : array of float, n x k, 0..1; NaN unknown
    weights : array of float, k
    score : array of float, n
        Rounded to 9 significant digits; NaN where there is none.

    Returns
    -------
    array of float, n x k
        NaN where the value is unknown or there is no score.
    """
    if not values.size:
        return np.full(values.shape, np.nan)
    unit = _units_per_one(score)
    parts = np.where(np.isnan(values), 0.0, values) * weights
    total = np.zeros(len(parts))
    for column in parts.T:
        total += column
    wanted = np.rint(np.nan_to_num(score) * unit)
    exact = parts * np.divide(wanted, total, out=np.zeros_like(total), where=total > _TINY)[:, np.newaxis]
    tiny = np.flatnonzero((total > 0) & (total <= _TINY))
    exact[tiny] = parts[tiny] / total[tiny, np.newaxis] * wanted[tiny, np.newaxis]
    whole = np.floor(exact)
    missing = np.rint(wanted - whole.sum(axis=1))
    remainder = exact - whole
    place = np.argsort(np.argsort(-remainder, axis=1, kind="stable"), axis=1, kind="stable")
    whole += place < missing[:, np.newaxis]
    result: Floats = np.where(np.isnan(values) | np.isnan(score)[:, np.newaxis], np.nan, whole / unit[:, np.newaxis])
    return result


def _units_per_one(score: Floats) -> Floats:
    """How many units of the score's last digit make 1."""
    codes = round_scores(score)[1]
    decade = np.clip((codes - 1) // 900_000_000, 0, 12)
    units: Floats = np.array([float(10**power) for power in range(21, 8, -1)])[decade]
    return units
