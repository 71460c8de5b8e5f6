"""What survey and clearance found around an area: never in its own place, never on the day of the decision or later.

An area's own result is what is to be predicted. It may therefore never stand in a feature, its own or a neighbour's that is judged
together with it: results of the same place are left out, so that a held-out place is judged by other places alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelsError

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

REACHES_M: Final = (500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0)
PRIOR_WEIGHT: Final = 0.3
_ROWS: Final = 256


@dataclass(frozen=True, eq=False)
class Results:
    """What was found where.

    Attributes
    ----------
    xy : array, m x 2, metres
    place : array, m
    is_present : array of bool, m
    known_on : array of datetime64, m, or None
        Day on which the result was known; None: all are known from the start.
    """

    xy: Floats
    place: NDArray[np.object_]
    is_present: NDArray[np.bool_]
    known_on: Days | None = None


def share_found_around(
    xy: Floats, place: NDArray[np.object_], results: Results, *, asked_on: Days | None = None, reaches_m: tuple[float, ...] = REACHES_M
) -> Floats:
    """Share of areas in other places around that held explosive ordnance, by distance.

    For each reach r: (sum of w_j y_j + 0.3 s) / (sum of w_j + 0.3) with w_j = exp(-distance_j / r), y_j what area j held and s the
    overall share of the results that count for the area; where nothing is known around, it is s.

    Parameters
    ----------
    xy : array, n x 2, metres
        NaN where the location is unknown.
    place : array, n
        Results of the same place do not count.
    results : Results
    asked_on : array of datetime64, n, optional
        Only results known before that day count; needs ``results.known_on``.
    reaches_m : tuple of float, r

    Returns
    -------
    array, n x r, 0..1
        NaN where the location is unknown or no result counts at all.
    """
    if asked_on is not None and results.known_on is None:
        raise ModelsError("A day of asking needs results with the day on which they were known.", "Pass known_on.")
    found = np.full((len(xy), len(reaches_m)), np.nan)
    for start in range(0, len(xy), _ROWS):
        rows = slice(start, start + _ROWS)
        counts = place[rows, None] != results.place[None, :]
        if asked_on is not None and results.known_on is not None:
            counts &= results.known_on[None, :] < asked_on[rows, None]
        found[rows] = _shares(xy[rows], results, counts, reaches_m)
    return found


def _shares(xy: Floats, results: Results, counts: NDArray[np.bool_], reaches_m: tuple[float, ...]) -> Floats:
    located = ~np.isnan(results.xy).any(axis=1)
    counts = counts & located
    n_counting = counts.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        overall = (counts @ results.is_present.astype(float)) / n_counting
        distance = np.hypot(xy[:, None, 0] - results.xy[None, :, 0], xy[:, None, 1] - results.xy[None, :, 1])
        columns = []
        for reach in reaches_m:
            weight = np.where(counts, np.exp(-distance / reach), 0.0)
            columns.append((weight @ results.is_present + PRIOR_WEIGHT * overall) / (weight.sum(axis=1) + PRIOR_WEIGHT))
    shares: Floats = np.column_stack(columns)
    shares[np.isnan(xy).any(axis=1)] = np.nan
    return shares
