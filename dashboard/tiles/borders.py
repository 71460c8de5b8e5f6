"""Border lines of an administrative layer: each shared border once, the coast left to the land layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

_LEAST_SHARED = 0.004


def _segments(polygons: NDArray[Any]) -> NDArray[np.float64]:
    """Pieces between successive corners of all rings, each from its lesser to its greater end; shape (n, 2, 2)."""
    rings = shapely.get_rings(shapely.get_parts(polygons))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    ends = np.stack([corners[:-1][joined], corners[1:][joined]], axis=1)
    swapped = (ends[:, 0, 0] > ends[:, 1, 0]) | ((ends[:, 0, 0] == ends[:, 1, 0]) & (ends[:, 0, 1] > ends[:, 1, 1]))
    ends[swapped] = ends[swapped, ::-1]
    return ends


def border_lines(polygons: NDArray[Any], *, keep_outer: bool) -> NDArray[Any]:
    """Borders of areas that tile a country, as few lines.

    Parameters
    ----------
    polygons : array of polygons and multipolygons
        Neighbours share their corners exactly; where less than 0.4 % of the pieces are shared they are taken for
        outlines of their own and all are kept.
    keep_outer : bool
        Keep also what only one area borders on, such as the coast.

    Returns
    -------
    array of LineString
    """
    present = polygons[(shapely.get_dimensions(polygons) == 2) & ~shapely.is_empty(polygons)]
    if not len(present):
        return np.empty(0, dtype=object)
    unique, count = np.unique(_segments(present).reshape(-1, 4), axis=0, return_counts=True)
    shared = count > 1
    if not keep_outer and shared.mean() >= _LEAST_SHARED:
        unique = unique[shared]
    lines = shapely.multilinestrings(shapely.linestrings(unique.reshape(-1, 2, 2)))
    merged: NDArray[Any] = shapely.get_parts(shapely.line_merge(lines))
    return merged
