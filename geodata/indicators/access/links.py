"""Roads cut into links between junctions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely


@dataclass(frozen=True)
class Links:
    """Stretches of road between junctions and ends.

    Attributes
    ----------
    geometry : array of m LineString, metres
    road : int array, m
        Row of the road that a link is part of.
    start, end : int arrays, m
        Numbers of the junctions (or ends of roads) that it joins.
    n_junctions : int
    """

    geometry: np.ndarray
    road: np.ndarray
    start: np.ndarray
    end: np.ndarray
    n_junctions: int


def cut_at_junctions(roads: np.ndarray, snap_m: float) -> Links:
    """Cut roads wherever two of them share a corner, or one its own; roads that only cross on the map stay apart, as on a bridge.

    Parameters
    ----------
    roads : array of n LineString or MultiLineString, metres
    snap_m : float, > 0
        Corners in the same square of this size are one.
    """
    parts, of_road = shapely.get_parts(roads, return_index=True)
    at, part = shapely.get_coordinates(parts, return_index=True)
    if not len(at):
        nothing = np.empty(0, dtype="int64")
        return Links(np.empty(0, dtype=object), nothing, nothing, nothing, 0)
    square = np.round(at / snap_m).astype("int64")
    _, corner = np.unique(square, axis=0, return_inverse=True)
    corner = corner.ravel()
    # a corner written twice in a row is one corner, not a junction
    is_first = np.r_[True, part[1:] != part[:-1]]
    is_kept = is_first | np.r_[True, corner[1:] != corner[:-1]]
    at, part, corner = at[is_kept], part[is_kept], corner[is_kept]
    is_first = np.r_[True, part[1:] != part[:-1]]
    is_last = np.r_[is_first[1:], True]
    is_cut = is_first | is_last | (np.bincount(corner) > 1)[corner]
    times = np.where(is_cut & ~is_first & ~is_last, 2, 1)
    vertex = np.repeat(np.arange(len(at)), times)
    begins = np.r_[True, vertex[1:] == vertex[:-1]] | is_first[vertex]
    link = np.cumsum(begins) - 1
    size = np.bincount(link)
    whole = size[link] > 1
    vertex, link = vertex[whole], np.unique(link[whole], return_inverse=True)[1].ravel()
    first = np.flatnonzero(np.r_[True, link[1:] != link[:-1]])
    last = np.r_[first[1:], len(link)] - 1
    junction, ends = np.unique(np.concatenate([corner[vertex[first]], corner[vertex[last]]]), return_inverse=True)
    ends = ends.ravel()
    return Links(
        geometry=shapely.linestrings(at[vertex], indices=link),
        road=of_road[part[vertex[first]]],
        start=ends[: len(first)],
        end=ends[len(first) :],
        n_junctions=len(junction),
    )
