"""Geometries in the unit square to parts in tile units: rounded, thinned, rings turned the right way."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from dashboard.tiles.encode import LINE, POINT, POLYGON, Parts

_PART_TYPES = {POINT: (0,), LINE: (1, 2), POLYGON: (3,)}


def _pieces(geometries: NDArray[Any], geometry_type: int) -> tuple[NDArray[Any], NDArray[np.int64], NDArray[np.bool_]]:
    """Simple pieces (points, lines or rings), the geometry of each, and whether it is a hole."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    while np.isin(shapely.get_type_id(parts), (4, 5, 6, 7)).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    right = np.isin(shapely.get_type_id(parts), _PART_TYPES[geometry_type]) & ~shapely.is_empty(parts)
    parts, owner = parts[right], owner[right]
    if geometry_type != POLYGON:
        return parts, owner, np.zeros(len(parts), dtype=bool)
    rings, polygon = shapely.get_rings(parts, return_index=True)
    is_hole = np.diff(polygon, prepend=-1) == 0
    return rings, owner[polygon], is_hole


def _keep_parts(keep: NDArray[np.bool_], sizes: NDArray[np.int64], *per_part: NDArray[Any]) -> tuple[NDArray[np.bool_], list[NDArray[Any]]]:
    """Vertices that stay when parts go, and the per-part arrays cut to the parts that stay."""
    return np.repeat(keep, sizes), [values[keep] for values in per_part]


def _reversed_order(sizes: NDArray[np.int64], reverse: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Order of vertices that turns the marked parts round."""
    ends = np.cumsum(sizes)
    place = np.arange(int(sizes.sum()))
    mirrored = np.repeat(2 * ends - sizes - 1, sizes) - place
    return np.where(np.repeat(reverse, sizes), mirrored, place)


def _doubled_areas(xy: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Twice the signed area of each ring (surveyor's formula)."""
    starts = np.cumsum(sizes) - sizes
    following = np.arange(1, len(xy) + 1)
    following[starts + sizes - 1] = starts
    cross = xy[:, 0] * xy[following, 1] - xy[following, 0] * xy[:, 1]
    return np.add.reduceat(cross, starts) if len(sizes) else np.empty(0, dtype=np.int64)


def _without_repeats(xy: NDArray[np.int64], piece: NDArray[np.int64], is_ring: bool) -> NDArray[np.bool_]:
    """Marks vertices that differ from the one before (and, in rings, the last one if it closes the ring)."""
    keep = np.ones(len(xy), dtype=bool)
    new_piece = np.diff(piece) != 0
    keep[1:] = new_piece | (xy[1:] != xy[:-1]).any(axis=1)
    if is_ring and len(xy):
        kept = np.flatnonzero(keep)
        starts = np.flatnonzero(np.diff(piece[kept], prepend=-1) != 0)
        lasts = np.append(starts[1:], len(kept)) - 1
        closes = (xy[kept[starts]] == xy[kept[lasts]]).all(axis=1) & (lasts > starts)
        keep[kept[lasts[closes]]] = False
    return keep


def to_parts(geometries: NDArray[Any], geometry_type: int, origin: tuple[float, float], scale: float) -> tuple[Parts, NDArray[np.int64]]:
    """Round geometries to tile units and cut them into parts.

    Parameters
    ----------
    geometries : array of shapely geometries, unit square
    geometry_type : int
        POINT, LINE or POLYGON; parts of another dimension are left out.
    origin : pair of float
        North-west corner of the tile in the unit square.
    scale : float
        Tile units in the unit square's side.

    Returns
    -------
    parts : Parts
        ``feature`` counts only geometries that left something; shells have positive, holes negative area with y down.
    rows : array of int
        Which geometry each of those features is.
    """
    pieces, owner, is_hole = _pieces(geometries, geometry_type)
    vertices, piece = shapely.get_coordinates(pieces, return_index=True)
    xy = np.rint((vertices - np.asarray(origin)) * scale).astype(np.int64)
    keep = _without_repeats(xy, piece, geometry_type == POLYGON)
    xy, sizes = xy[keep], np.bincount(piece[keep], minlength=len(pieces)).astype(np.int64)
    stays = sizes >= {POINT: 1, LINE: 2, POLYGON: 3}[geometry_type]
    vertex_stays, (owner, is_hole, sizes) = _keep_parts(stays, sizes, owner, is_hole, sizes)
    xy = xy[vertex_stays]
    if geometry_type == POLYGON:
        xy, owner, sizes = _wound(xy, owner, is_hole, sizes)
    rows, feature = np.unique(owner, return_inverse=True)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    if geometry_type == POINT:
        first = np.flatnonzero(np.diff(owner, prepend=-1) != 0)
        starts, feature = np.append(starts[first], starts[-1]), feature[first]
    return Parts(xy, starts.astype(np.int64), feature.astype(np.int64)), rows


def _wound(
    xy: NDArray[np.int64], owner: NDArray[np.int64], is_hole: NDArray[np.bool_], sizes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Drop rings that collapsed (and holes whose shell did), turn the others the way the format asks."""
    doubled = _doubled_areas(xy, sizes)
    has_area = doubled != 0
    shell = np.maximum.accumulate(np.where(is_hole, -1, np.arange(len(sizes)))) if len(sizes) else np.empty(0, dtype=np.int64)
    has_shell = np.where(shell >= 0, has_area[shell], False)
    same_owner = np.where(shell >= 0, owner[shell] == owner, False)
    stays = has_area & has_shell & same_owner
    vertex_stays, (owner, is_hole, doubled, kept) = _keep_parts(stays, sizes, owner, is_hole, doubled, sizes)
    order = _reversed_order(kept, (doubled < 0) != is_hole)
    return xy[vertex_stays][order], owner, kept


def squares(centres: NDArray[np.float64], side: int, origin: tuple[float, float], scale: float) -> Parts:
    """One square of ``side`` tile units around each centre (unit square), for what is too small to be seen."""
    centre = np.rint((centres - np.asarray(origin)) * scale).astype(np.int64)
    corners = np.array([[0, 0], [side, 0], [side, side], [0, side]]) - side // 2
    xy = (centre[:, None, :] + corners[None, :, :]).reshape(-1, 2)
    n = len(centres)
    return Parts(xy, np.arange(n + 1, dtype=np.int64) * 4, np.arange(n, dtype=np.int64))
