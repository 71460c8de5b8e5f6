"""Results around many areas: those of a place that lie close together are counted as one, where all pairs would be too many.

100,000 areas and 400,000 results are 4e10 pairs. Here results of one place in one square of a quarter of the reach are taken
together, at their mean position, and none counts beyond eight reaches (where exp(-d / r) is below 0.0004). Areas go by their day, so
that blocks hold what was known before it; what became known between the days of a chunk of areas counts pair by pair, each by its own
day. Shares found around differ from those of all pairs by some hundredths at most (tested).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Days = NDArray[np.datetime64]

_SIDE: Final = 0.25
"""Side of a block's square, in reaches."""
_FARTHEST: Final = 8.0
"""In reaches."""
_CHUNK: Final = 256


@dataclass(frozen=True, eq=False)
class DatedResults:
    """Results with a location, sorted by the day on which they were known.

    Attributes
    ----------
    xy : array, m x 2, metres
    place : array of int, m, 0 .. n_places - 1
    is_present : array of float, m
        1 or 0.
    day : array of datetime64, m
    n_places : int
    """

    xy: Floats
    place: Integers
    is_present: Floats
    day: Days
    n_places: int


def count_by_place(asked_on: Days, results: DatedResults) -> tuple[Floats, Floats]:
    """Results found to hold ordnance, and all results, of each place that were known before each day; n x places each."""
    found, known = np.zeros((2, len(asked_on), results.n_places))
    for place in range(results.n_places):
        rows = results.place == place
        n_before = np.searchsorted(results.day[rows], asked_on, side="left")
        known[:, place] = n_before
        found[:, place] = np.concatenate([[0.0], np.cumsum(results.is_present[rows])])[n_before]
    return found, known


def sum_blocks(xy: Floats, asked_on: Days, results: DatedResults, reach_m: float) -> tuple[Floats, Floats]:
    """Sums of w y and of w by place with w = exp(-distance / reach), n x places each; 0 where an area has no location.

    Parameters
    ----------
    xy : array, n x 2, metres
    asked_on : array of datetime64, n
        Results known before that day count.
    results : DatedResults
    reach_m : float
    """
    found, known = np.zeros((2, len(xy), results.n_places))
    block, place, centre = _blocks(results, reach_m * _SIDE)
    tree = cKDTree(centre)
    n_known, n_present = np.zeros((2, len(centre)))
    located = np.flatnonzero(~np.isnan(xy).any(axis=1))
    rows = located[np.argsort(asked_on[located], kind="stable")]
    done = 0
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        first, last = (int(np.searchsorted(results.day, asked_on[row], side="left")) for row in (chunk[0], chunk[-1]))
        n_known += np.bincount(block[done:first], minlength=len(centre))
        n_present += np.bincount(block[done:first], weights=results.is_present[done:first], minlength=len(centre))
        done = first
        pairs = cKDTree(xy[chunk]).sparse_distance_matrix(tree, reach_m * _FARTHEST, output_type="ndarray")
        weight = np.exp(-pairs["v"] / reach_m)
        cell, shape = pairs["i"] * results.n_places + place[pairs["j"]], (len(chunk), results.n_places)
        known[chunk] = _sum(cell, weight * n_known[pairs["j"]], shape)
        found[chunk] = _sum(cell, weight * n_present[pairs["j"]], shape)
        for part, more in zip((found, known), _between(xy[chunk], asked_on[chunk], results, slice(first, last), reach_m), strict=True):
            part[chunk] += more
    return found, known


def _blocks(results: DatedResults, side_m: float) -> tuple[Integers, Integers, Floats]:
    """Block of each result; and place and mean position of each block."""
    square = np.floor((results.xy - results.xy.min(axis=0)) / side_m).astype(np.int64)
    code = (square[:, 0] * (square[:, 1].max() + 1) + square[:, 1]) * results.n_places + results.place
    names, block, n = np.unique(code, return_inverse=True, return_counts=True)
    centre = np.column_stack([np.bincount(block, weights=results.xy[:, axis]) / n for axis in (0, 1)])
    return block.astype(np.int64), names % results.n_places, centre


def _between(xy: Floats, asked_on: Days, results: DatedResults, rows: slice, reach_m: float) -> tuple[Floats, Floats]:
    """What results that became known between the days of these areas add, pair by pair."""
    shape = (len(xy), results.n_places)
    apart = xy[:, np.newaxis] - results.xy[np.newaxis, rows]
    distance = np.hypot(apart[..., 0], apart[..., 1])
    counts = (results.day[np.newaxis, rows] < asked_on[:, np.newaxis]) & (distance <= reach_m * _FARTHEST)
    area, result = np.nonzero(counts)
    weight = np.exp(-distance[area, result] / reach_m)
    cell = area * results.n_places + results.place[rows][result]
    return _sum(cell, weight * results.is_present[rows][result], shape), _sum(cell, weight, shape)


def _sum(cell: Integers, weight: Floats, shape: tuple[int, int]) -> Floats:
    total: Floats = np.bincount(cell, weights=weight, minlength=shape[0] * shape[1]).astype(np.float64)
    return total.reshape(shape)
