"""Make outlines usable: two dimensions, valid, polygons only, cut at the antimeridian."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GeometryType

_AREAL = (GeometryType.POLYGON, GeometryType.MULTIPOLYGON)


@dataclass(frozen=True)
class Repair:
    """Geometries after repair, and what was done to which rows.

    Attributes
    ----------
    geometry : array of geometries
    repaired : array of row numbers
        Were invalid and are valid now.
    collapsed : array of row numbers
        Polygons that have no area even after repair; left as they came.
    flattened : array of row numbers
        Had height or measure, which was dropped.
    partial : array of row numbers
        Held points or lines beside polygons, which were dropped.
    """

    geometry: NDArray[np.object_]
    repaired: NDArray[np.intp]
    collapsed: NDArray[np.intp]
    flattened: NDArray[np.intp]
    partial: NDArray[np.intp]


def repair_geometries(geometry: NDArray[np.object_]) -> Repair:
    """Repair every geometry that needs it; idempotent, and valid ones pass through unchanged.

    A self-crossing outline (a bowtie has area 0 as it stands) becomes the parts it encloses; a collection keeps its polygons; a
    multipolygon of one part becomes a polygon. Points and lines stay as they are.

    Parameters
    ----------
    geometry : array of geometries, finite coordinates, any CRS

    Returns
    -------
    Repair
        Same length and order.
    """
    result = geometry.copy()
    flattened = np.flatnonzero(shapely.has_z(result) | shapely.has_m(result))
    result[flattened] = shapely.force_2d(result[flattened])
    repaired = np.flatnonzero(~shapely.is_valid(result) & ~shapely.is_missing(result))
    areal = shapely.get_dimensions(result) == 2
    result[repaired] = shapely.make_valid(result[repaired], method="structure", keep_collapsed=False)
    for row in repaired[~shapely.is_valid(result[repaired])]:
        result[row] = shapely.union_all(shapely.get_parts(result[row]))
    result, partial = _keep_polygons(result, areal)
    collapsed = np.flatnonzero(areal & ~(shapely.area(result) > 0))
    result[collapsed] = geometry[collapsed]
    return Repair(result, np.setdiff1d(repaired, collapsed), collapsed, flattened, partial)


def _keep_polygons(geometry: NDArray[np.object_], areal: NDArray[np.bool_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Drop what is no polygon from areal rows, and unwrap multi-geometries of one part."""
    kinds = shapely.get_type_id(geometry)
    mixed = np.flatnonzero(areal & (kinds == GeometryType.GEOMETRYCOLLECTION))
    result = geometry.copy()
    for row in mixed:
        parts = _flat_parts(geometry[row])
        result[row] = shapely.union_all(parts[np.isin(shapely.get_type_id(parts), _AREAL)])
    single = np.isin(shapely.get_type_id(result), (GeometryType.MULTIPOLYGON, GeometryType.MULTIPOINT, GeometryType.MULTILINESTRING))
    single &= shapely.get_num_geometries(result) == 1
    result[single] = shapely.get_geometry(result[single], 0)
    return result, mixed


def _flat_parts(geometry: shapely.Geometry) -> NDArray[np.object_]:
    """Parts of a collection, collections inside it opened too."""
    parts: NDArray[np.object_] = shapely.get_parts(geometry)
    while (shapely.get_type_id(parts) == GeometryType.GEOMETRYCOLLECTION).any():
        parts = shapely.get_parts(parts)
    return parts


def split_antimeridian(geometry: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Cut polygons at 180 degrees, as RFC 7946 asks.

    A ring with an edge longer than 180 degrees of longitude goes the short way round: it is unrolled, cut and put back.

    Parameters
    ----------
    geometry : array of geometries, EPSG:4326; longitudes from -180 to 180, or on to 360 where a source unrolled them itself

    Returns
    -------
    geometries, and the numbers of the rows that were cut or put back
    """
    boxes = shapely.bounds(geometry)
    wide = (boxes[:, 2] - boxes[:, 0] > 180.0) | (boxes[:, 2] > 180.0) | (boxes[:, 0] < -180.0)
    rows = [row for row in np.flatnonzero(wide) if _crosses(geometry[row])]
    if not rows:
        return geometry, np.empty(0, np.intp)
    result = geometry.copy()
    for row in rows:
        result[row] = _cut(geometry[row])
    return result, np.asarray(rows, np.intp)


def _crosses(geometry: shapely.Geometry) -> bool:
    """Whether an edge jumps more than half-way round, or a longitude runs past 180 degrees (by less than a full turn)."""
    if shapely.get_dimensions(geometry) != 2:
        return False
    west, _, east, _ = shapely.bounds(geometry)
    if (east > 180.0 or west < -180.0) and west >= -360.0 and east <= 360.0:
        return True
    rings = shapely.get_rings(shapely.get_parts(geometry))
    return any(bool((np.abs(np.diff(shapely.get_coordinates(ring)[:, 0])) > 180.0).any()) for ring in rings)


def _cut(geometry: shapely.Geometry) -> shapely.Geometry:
    """Unroll to 0..360, cut into the two hemispheres, put both back into -180..180."""
    unrolled = shapely.make_valid(shapely.transform(geometry, lambda xy: np.column_stack([np.mod(xy[:, 0], 360.0), xy[:, 1]])))
    east = shapely.intersection(unrolled, shapely.box(0, -90, 180, 90))
    west = shapely.transform(shapely.intersection(unrolled, shapely.box(180, -90, 360, 90)), lambda xy: xy - [360.0, 0.0])
    parts = _flat_parts(shapely.geometrycollections([east, west]))
    polygons = shapely.get_parts(parts[np.isin(shapely.get_type_id(parts), _AREAL)])
    polygons = polygons[shapely.area(polygons) > 0]
    return polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)
