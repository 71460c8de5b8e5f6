"""Which events lie within reach of which areas, a few thousand areas at a time: a large country has hundreds of millions of pairs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_AREAS: Final = 2_000
_SLACK_M: Final = 1e-3
"""Distances nearer to a limit than this are measured exactly."""


class Surroundings:
    """Areas made ready to be asked what lies near them.

    Parameters
    ----------
    shapes : GeoSeries, n rows, projected CRS in metres
        Missing and empty shapes have no surroundings.

    Attributes
    ----------
    crs : CRS
    n : int
    is_located : array of bool, n
    """

    def __init__(self, shapes: gpd.GeoSeries) -> None:
        self.crs, self.n = shapes.crs, len(shapes)
        self.is_located = np.asarray(~(shapes.isna() | shapes.is_empty))
        self._rows = np.flatnonzero(self.is_located)
        self._shapes: NDArray[Any] = shapes.to_numpy()[self._rows]
        self._inside = _points_of(self._shapes)
        self._radius = _farthest_corner(self._inside, shapely.bounds(self._shapes))

    def pairs(self, events: NDArray[Any], reach_m: float) -> Iterator[tuple[Integers, Integers]]:
        """Rows of an area and an event that lie at most ``reach_m`` apart, each pair once.

        Parameters
        ----------
        events : array of shapely geometries, m, none missing or empty
        reach_m : float, metres
        """
        if not len(events):
            return
        from scipy.spatial import cKDTree

        order = np.argsort(self._radius, kind="stable")  # small areas together: a large one widens the search of its part
        is_points = bool((shapely.get_type_id(events) == shapely.GeometryType.POINT).all())
        points, shapes = (cKDTree(shapely.get_coordinates(events)), None) if is_points else (None, shapely.STRtree(events))
        for start in range(0, len(order), _AREAS):
            part = order[start : start + _AREAS]
            if shapes is None:
                area, event = self._near_points(part, points, events, reach_m)
            else:
                area, event = shapes.query(self._shapes[part], predicate="dwithin", distance=reach_m)
            yield self._rows[part[area]], event

    def _near_points(self, part: Integers, tree: cKDTree, events: NDArray[Any], reach_m: float) -> tuple[Integers, Integers]:
        """Points within reach of a point of the area are near; those a little further are measured to its outline."""
        from scipy.spatial import cKDTree

        radius = self._radius[part]
        found = cKDTree(self._inside[part]).sparse_distance_matrix(tree, reach_m + radius.max() + _SLACK_M, output_type="ndarray")
        area, event, distance = found["i"], found["j"], found["v"]
        is_near = distance <= reach_m - _SLACK_M
        asked = np.flatnonzero(~is_near & (distance <= reach_m + radius[area] + _SLACK_M))
        is_near[asked] = shapely.dwithin(self._shapes[part[area[asked]]], events[event[asked]], reach_m)
        return area[is_near], event[is_near]


def _points_of(shapes: NDArray[Any]) -> Floats:
    """A point of each shape, inside where it has an inside; n x 2."""
    inside = shapely.point_on_surface(shapes)
    points: Floats = np.column_stack([shapely.get_x(inside), shapely.get_y(inside)])
    for row in np.flatnonzero(np.isnan(points).any(axis=1)):
        points[row] = shapely.get_coordinates(shapes[row])[0]
    return points


def _farthest_corner(points: Floats, bounds: Floats) -> Floats:
    """Distance from each point to the farthest corner of its box, which no part of the shape exceeds."""
    x = np.maximum(points[:, 0] - bounds[:, 0], bounds[:, 2] - points[:, 0])
    y = np.maximum(points[:, 1] - bounds[:, 1], bounds[:, 3] - points[:, 1])
    result: Floats = np.hypot(x, y)
    return result
