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
from models.likelihood.blocks import DatedResults, count_by_place, sum_blocks

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Days = NDArray[np.datetime64]

REACHES_M: Final = (500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0)
PRIOR_WEIGHT: Final = 0.3
MOST_PAIRS: Final = 200_000_000
"""Pairs of an area and a result up to which each is counted by itself; more are counted by blocks."""
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


@dataclass(frozen=True, eq=False)
class PlaceSums:
    """Weighted counts of results around areas, kept by place so that any place can be left out without measuring again.

    Attributes
    ----------
    places : array, p
        Places of the results, sorted.
    found, known : array, n x p x (r + 1)
        Sums of w y and of w; the last of the r + 1 has w = 1 at any distance.
    is_located : array of bool, n
    """

    places: NDArray[np.object_]
    found: Floats
    known: Floats
    is_located: NDArray[np.bool_]

    def shares(self, place: NDArray[np.object_], left_out: NDArray[np.object_] | None = None) -> Floats:
        """Share found around, n x r, as :func:`share_found_around` gives it.

        Parameters
        ----------
        place : array, n
            Results of an area's own place do not count for it.
        left_out : array, optional
            Places whose results count for no area.
        """
        counts = place[:, None] != self.places[None, :]
        if left_out is not None:
            counts &= ~np.isin(self.places.astype(str), np.asarray(left_out).astype(str))
        found = np.einsum("npr,np->nr", self.found, counts.astype(float))
        known = np.einsum("npr,np->nr", self.known, counts.astype(float))
        with np.errstate(invalid="ignore", divide="ignore"):
            overall = found[:, -1:] / known[:, -1:]
            shares: Floats = (found[:, :-1] + PRIOR_WEIGHT * overall) / (known[:, :-1] + PRIOR_WEIGHT)
        shares[~self.is_located] = np.nan
        return shares


def sum_around(xy: Floats, results: Results, *, asked_on: Days | None = None, reaches_m: tuple[float, ...] = REACHES_M) -> PlaceSums:
    """Weighted counts around each area by place; parameters as in :func:`share_found_around`.

    Where there are more than ``MOST_PAIRS`` pairs, results that lie close together are counted as one
    (:mod:`models.likelihood.blocks`).

    Raises
    ------
    ModelsError
        A day of asking is given and the results do not say when they were known.
    """
    if asked_on is not None and results.known_on is None:
        raise ModelsError("A day of asking needs results with the day on which they were known.", "Pass known_on.")
    located = np.flatnonzero(~np.isnan(results.xy).any(axis=1))
    names, code = np.unique(results.place[located].astype(str), return_inverse=True)
    is_located = np.asarray(~np.isnan(xy).any(axis=1))
    add = _sum_pairs if len(xy) * len(located) <= MOST_PAIRS else _sum_blocks
    found, known = add(xy, results, located, code, asked_on, reaches_m)
    return PlaceSums(names.astype(object), found, known, is_located)


def _sum_pairs(
    xy: Floats, results: Results, located: Integers, code: Integers, asked_on: Days | None, reaches_m: tuple[float, ...]
) -> tuple[Floats, Floats]:
    """Sums by place over every pair; ``code`` is the place of each located result."""
    order = np.argsort(code, kind="stable")
    rows_of = located[order]
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    at, present = results.xy[rows_of], results.is_present[rows_of].astype(float)
    known_on = None if results.known_on is None else results.known_on[rows_of]
    found, known = np.zeros((2, len(xy), len(starts), len(reaches_m) + 1))
    for start in range(0, len(xy) if len(rows_of) else 0, _ROWS):
        rows = slice(start, start + _ROWS)
        distance = np.hypot(xy[rows, None, 0] - at[None, :, 0], xy[rows, None, 1] - at[None, :, 1])
        counts = np.ones(distance.shape)
        if asked_on is not None and known_on is not None:
            counts = (known_on[None, :] < asked_on[rows, None]).astype(float)
        for column, reach in enumerate((*reaches_m, np.inf)):
            weight = counts * np.exp(-distance / reach) if np.isfinite(reach) else counts
            known[rows, :, column] = np.add.reduceat(weight, starts, axis=1)
            found[rows, :, column] = np.add.reduceat(weight * present, starts, axis=1)
    return found, known


def _sum_blocks(
    xy: Floats, results: Results, located: Integers, code: Integers, asked_on: Days | None, reaches_m: tuple[float, ...]
) -> tuple[Floats, Floats]:
    """The same by blocks."""
    always = np.zeros(len(located), dtype="datetime64[s]")
    day = always if asked_on is None or results.known_on is None else results.known_on[located]
    asked = np.full(len(xy), np.datetime64(1, "s")) if asked_on is None else asked_on
    order = np.argsort(day, kind="stable")
    rows_of = located[order]
    dated = DatedResults(results.xy[rows_of], code[order], results.is_present[rows_of].astype(float), day[order], int(code.max()) + 1)
    sums = [*(sum_blocks(xy, asked, dated, reach) for reach in reaches_m), count_by_place(asked, dated)]
    found, known = (np.stack([each[part] for each in sums], axis=2) for part in (0, 1))
    return found, known


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
    return sum_around(xy, results, asked_on=asked_on, reaches_m=reaches_m).shares(place)
