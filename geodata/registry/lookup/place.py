"""The place that is asked about: a parcel, a road or a point, and how much of it other outlines take up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod

from geodata.errors import GeodataError
from geodata.geometry.area import measured_area_m2
from geodata.geometry.crs import WGS84, check_lonlat, local_equal_area, lonlat_bounds, measuring_crs, reproject
from geodata.geometry.repair import repair_geometries, split_antimeridian
from geodata.registry.lookup.result import Extent

_EARTH = Geod(ellps="WGS84")


class Place:
    """A place in EPSG:4326.

    Parameters
    ----------
    geometry : Polygon, MultiPolygon, LineString, MultiLineString, Point or MultiPoint, EPSG:4326
    crs_setting : str
        ``programme.crs``, in which areas are measured. Lengths are geodesic; distances are taken in an equal-area CRS around the place.

    Raises
    ------
    GeodataError
        The geometry is missing or empty, mixes areas and lines, has no area, or its coordinates are no longitude and latitude.
    """

    def __init__(self, geometry: shapely.Geometry, crs_setting: str) -> None:
        self.geometry = _checked(geometry)
        self.dimension = int(shapely.get_dimensions(self.geometry))
        shapely.prepare(self.geometry)
        self.parts: NDArray[np.object_] = shapely.get_parts(self.geometry)
        self._crs = measuring_crs(crs_setting, self.parts)
        self._local = local_equal_area(lonlat_bounds(self.parts))
        self._flat = shapely.union_all(reproject(self.parts, CRS.from_user_input(WGS84), self._local))

    @property
    def size(self) -> Extent:
        """The whole place."""
        return self._measure(self.geometry)

    def touches(self, outlines: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Which outlines share at least a point with the place; False for a missing one."""
        found: NDArray[np.bool_] = shapely.intersects(self.geometry, outlines)
        return found

    def extent_within(self, outlines: Sequence[shapely.Geometry], less: Sequence[shapely.Geometry] = ()) -> Extent:
        """How much of the place lies in any of the outlines and in none of ``less``, each piece counted once."""
        covered = shapely.intersection(self.geometry, shapely.union_all(shapely.make_valid(np.array(outlines, object))))
        if less:
            covered = shapely.difference(covered, shapely.union_all(shapely.make_valid(np.array(less, object))))
        return self._measure(covered)

    def holds(self, outlines: Sequence[shapely.Geometry]) -> bool:
        """Whether every outline lies wholly in the place."""
        return bool(len(outlines)) and bool(shapely.covers(self.geometry, np.array(outlines, object)).all())

    def distance_m(self, points: NDArray[np.object_]) -> NDArray[np.float64]:
        """Metres from the place to each point, 0 inside; inf where there is no point."""
        result = np.full(len(points), np.inf)
        has = ~(shapely.is_missing(points) | shapely.is_empty(points))
        if has.any():
            moved = reproject(points[has], CRS.from_user_input(WGS84), self._local)
            reachable = np.isfinite(shapely.bounds(moved)).all(axis=1)
            result[np.flatnonzero(has)[reachable]] = shapely.distance(self._flat, moved[reachable])
        return result

    def _measure(self, piece: shapely.Geometry) -> Extent:
        """Size of a piece of the place; 0 where they only touch."""
        parts = _flat_parts(piece)
        parts = parts[shapely.get_dimensions(parts) == self.dimension]
        if self.dimension == 2:
            return Extent(m2=float(np.nansum(measured_area_m2(parts, self._crs))) if len(parts) else 0.0)
        if self.dimension == 1:
            return Extent(m=float(sum(_EARTH.geometry_length(part) for part in parts)))
        return Extent()


def _checked(geometry: shapely.Geometry) -> shapely.Geometry:
    if geometry is None or shapely.is_empty(geometry):
        message = "A place to look up needs coordinates, but has none."
        raise GeodataError(message, "Draw it, or name a file that holds it.", code="place_empty")
    looks = check_lonlat(np.array([geometry], object))
    if len(looks.not_finite) or len(looks.out_of_range):
        message = "The coordinates of the place are no longitude and latitude."
        raise GeodataError(message, "Give it in EPSG:4326, or with its CRS in a file.", code="place_not_lonlat")
    mended = split_antimeridian(repair_geometries(np.array([geometry], object)).geometry)[0][0]
    parts = _flat_parts(mended)
    if len(set(shapely.get_dimensions(parts).tolist())) > 1:
        message = "A place to look up is either areas, lines or points; this one mixes them."
        raise GeodataError(message, "Look them up one after the other.", code="place_mixed")
    if shapely.get_dimensions(mended) == 2 and not shapely.area(mended) > 0:
        raise GeodataError("The outline of the place has no area.", "Draw it again.", code="place_empty")
    return shapely.union_all(parts)


def _flat_parts(geometry: shapely.Geometry) -> NDArray[np.object_]:
    """Simple parts of a geometry, collections opened."""
    parts: NDArray[np.object_] = shapely.get_parts(geometry)
    while (shapely.get_type_id(parts) >= shapely.GeometryType.MULTIPOINT).any():
        parts = shapely.get_parts(parts)
    filled: NDArray[np.object_] = parts[~shapely.is_empty(parts)]
    return filled
