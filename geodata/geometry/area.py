"""Area in square metres, measured in an equal-area CRS."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geodata.errors import CrsError
from geodata.geometry.crs import WGS84, local_equal_area, lonlat_bounds, reproject

_SEGMENT_DEG = 0.05
"""Longer edges are cut before projection, so that a straight edge in degrees stays one; 0.05 degree is about 5 km."""


def measured_area_m2(geometry: NDArray[np.object_], crs: CRS | None = None) -> NDArray[np.float64]:
    """Area of each geometry.

    Parameters
    ----------
    geometry : array of geometries, EPSG:4326
    crs : CRS or None
        Projected equal-area CRS in metres; Lambert azimuthal equal area at the middle of the geometries where None.

    Returns
    -------
    array of float, m2; NaN for a missing geometry, a point or a line: their extent is unknown, not zero.

    Raises
    ------
    CrsError
        The CRS is in degrees.
    """
    result = np.full(len(geometry), np.nan)
    has_extent = shapely.get_dimensions(geometry) == 2
    if not has_extent.any():
        return result
    polygons = geometry[has_extent]
    target = crs or local_equal_area(lonlat_bounds(polygons))
    if not target.is_projected:
        raise CrsError(f"Areas cannot be measured in {target.name}, which is in degrees.", "Use a projected equal-area CRS.")
    boxes = shapely.bounds(polygons)
    long = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) > _SEGMENT_DEG
    long[long] = shapely.is_valid(polygons[long])  # an invalid polygon would come back mended from segmentize
    if long.any():
        polygons = polygons.copy()
        polygons[long] = shapely.segmentize(polygons[long], _SEGMENT_DEG)
    result[has_extent] = shapely.area(reproject(polygons, CRS.from_user_input(WGS84), target))
    return result
