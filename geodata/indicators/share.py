"""Share or hectares of an area under polygons: land use, reserves, zones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely

from geodata.indicators.measured import Measured, has_place, measured, require_metres
from geodata.indicators.parameters import ShareParameters
from geodata.layers.table import holds_one_of

VERSION = 1
"""Raised when the same inputs give other numbers."""

_MOST_PIECES_IN_PAIRS = 16
_ROUNDINGS = 8
_SLANT = np.array([0.31, 0.19])
_MOST_WEIGHT = (1 - 0.31 - 0.19) ** -3


def share(areas: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame, parameters: ShareParameters, pieces: Pieces | None = None) -> Measured:
    """How much of each area lies under polygons of the chosen classes; overlapping polygons count once.

    With classes, the layer is a map of all land: the share is of the part that the map covers, and unknown where it
    covers nothing. Without classes, the layer lists things that are there (zones, reserves): the share is of the whole
    area, and 0 where none is. An area known only as a point is inside (1) or outside (0); its hectares are unknown.

    Parameters
    ----------
    areas : GeoDataFrame, n rows, projected equal-area CRS in metres
        The index is kept.
    polygons : GeoDataFrame of Polygon or MultiPolygon, same CRS, with ``class_column``
    parameters : ShareParameters
    pieces : Pieces, optional
        ``cut(areas, polygons)``, where several indicators share it.

    Returns
    -------
    Measured, n rows, unit share (0..1) or ha

    Raises
    ------
    CrsError
    """
    require_metres(areas, polygons)
    located = has_place(areas)
    geometry = areas.geometry.to_numpy()
    extent = np.where(located, shapely.area(geometry), np.nan)
    pieces = pieces or _cut(geometry, polygons.geometry.to_numpy(), located)
    under, whole, coverage = pieces.covered_m2(located), extent, np.where(located, 1.0, np.nan)
    is_point = located & (extent == 0)
    if parameters.class_column is not None:
        whole, under = under, pieces.of(_is_class(polygons, parameters)).covered_m2(located)
        coverage = np.where(is_point, whole, np.clip(_ratio(whole, extent), 0.0, 1.0))
    if parameters.measure == "ha":
        values, unit = np.where(is_point, np.nan, under / 1e4), "ha"
    else:
        values, unit = np.where(is_point, under, np.clip(_ratio(under, whole), 0.0, 1.0)), "share"
    values = np.where(coverage == 0, np.nan, values)
    return measured(values, coverage, areas.index, f"area_{parameters.measure}", unit)


def cut(areas: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame) -> Pieces:
    """Where areas and polygons meet, for :func:`share`; the dear part of it.

    Raises
    ------
    CrsError
    """
    require_metres(areas, polygons)
    return _cut(areas.geometry.to_numpy(), polygons.geometry.to_numpy(), has_place(areas))


def covered_m2(geometry: np.ndarray, polygons: np.ndarray, located: np.ndarray) -> np.ndarray:
    """Square metres of each geometry under the union of polygons; for a point 1 inside and 0 outside.

    Parameters
    ----------
    geometry : array of n geometries, equal-area CRS in metres
    polygons : array of Polygon or MultiPolygon, same CRS
    located : boolean array, n
        Others give NaN.

    Returns
    -------
    float64, n
    """
    return _cut(geometry, polygons, located).covered_m2(located)


@dataclass(frozen=True)
class Pieces:
    """Where areas and polygons meet: one row a meeting, sorted by area, then by polygon.

    Attributes
    ----------
    is_point : boolean array over areas
    area, polygon : int arrays
    geometry : array of geometries
        The common part; for a point area the point.
    overlap : boolean array over areas
        Pieces of the area may cover the same ground twice.
    """

    is_point: np.ndarray
    area: np.ndarray
    polygon: np.ndarray
    geometry: np.ndarray
    overlap: np.ndarray

    def of(self, chosen: np.ndarray) -> Pieces:
        """The pieces of chosen polygons, given as a boolean array over polygons."""
        keep = chosen[self.polygon]
        fewer = Pieces(self.is_point, self.area[keep], self.polygon[keep], self.geometry[keep], self.overlap)
        return replace(fewer, overlap=_overlap(fewer, self.overlap))

    def covered_m2(self, located: np.ndarray) -> np.ndarray:
        """Area of the union of each area's pieces, 1 for a point under a polygon, 0 without pieces, NaN if unlocated."""
        n_pieces = self.n_pieces()
        first = np.cumsum(n_pieces) - n_pieces
        total = np.bincount(self.area, weights=shapely.area(self.geometry), minlength=len(n_pieces))
        overlapping = np.flatnonzero(self.overlap)
        for size in np.unique(n_pieces[overlapping]):
            rows = overlapping[n_pieces[overlapping] == size]
            groups = self.geometry[first[rows][:, None] + np.arange(size)]
            total[rows] = shapely.area(shapely.union_all(groups, axis=1))
        total = np.where(self.is_point, np.minimum(n_pieces, 1), total)
        return np.asarray(np.where(located, total, np.nan))

    def n_pieces(self) -> np.ndarray:
        """Pieces of each area, int array."""
        return np.bincount(self.area, minlength=len(self.is_point))


def _cut(geometry: np.ndarray, polygons: np.ndarray, located: np.ndarray) -> Pieces:
    rows = np.flatnonzero(located)
    area, polygon = shapely.STRtree(polygons).query(geometry[rows], predicate="intersects")
    order = np.lexsort((polygon, area))
    area, polygon = rows[area[order]], polygon[order]
    pieces = geometry[area]
    is_alone = np.bincount(area, minlength=len(geometry))[area] == 1
    is_cut = ~is_alone
    is_cut[is_alone] = ~shapely.covers(polygons[polygon[is_alone]], pieces[is_alone])
    pieces[is_cut] = shapely.intersection(pieces[is_cut], polygons[polygon[is_cut]])
    found = Pieces(shapely.get_dimensions(geometry) == 0, area, polygon, pieces, np.zeros(len(geometry), dtype=bool))
    is_open = found.n_pieces() > 1
    is_open[is_open] = ~_tiled(geometry, found, np.flatnonzero(is_open))
    return replace(found, overlap=_overlap(found, is_open))


def _overlap(pieces: Pieces, is_open: np.ndarray) -> np.ndarray:
    """Which of the open areas have pieces that may overlap: testing pairs costs a third of uniting them, and most maps have none."""
    n_pieces = pieces.n_pieces()
    first = np.cumsum(n_pieces) - n_pieces
    overlap = is_open & (n_pieces > _MOST_PIECES_IN_PAIRS)
    is_open = is_open & (n_pieces > 1) & ~overlap
    for size in np.unique(n_pieces[is_open]):
        start = first[is_open & (n_pieces == size)][:, None]
        one, other = (np.ravel(start + place) for place in np.triu_indices(size, 1))
        meets = shapely.relate_pattern(pieces.geometry[one], pieces.geometry[other], "T********")
        overlap[pieces.area[one[meets]]] = True
    return overlap


def _tiled(geometry: np.ndarray, pieces: Pieces, rows: np.ndarray) -> np.ndarray:
    """Whether the pieces of some areas fill each without overlap, as those of a map of all land do; far cheaper than pairs.

    The pieces are then as large together as the area. Overlaps that happen to equal the gaps are told by a second measure,
    the size in a perspective view: straight lines stay straight in it, but ground counts up to 27 times more at one corner
    than at the opposite one, so that no symmetry hides them.
    """
    of_area = np.full(len(geometry), -1)
    of_area[rows] = np.arange(len(rows))
    part = of_area[pieces.area]
    shapes, part = pieces.geometry[part >= 0], part[part >= 0]
    whole = geometry[rows]
    box = shapely.bounds(whole)
    half_m = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        rounding = np.spacing(np.abs(box).max(axis=1)) * shapely.length(whole) * _ROUNDINGS
        is_tiled = np.abs(np.bincount(part, shapely.area(shapes), len(rows)) - shapely.area(whole)) <= rounding
        seen = np.bincount(part, shapely.area(_in_perspective(shapes, box[part], half_m[part])), len(rows))
        is_tiled &= np.abs(seen - shapely.area(_in_perspective(whole, box, half_m))) <= rounding / half_m**2 * _MOST_WEIGHT
    return np.asarray(is_tiled)


def _in_perspective(shapes: np.ndarray, box: np.ndarray, half_m: np.ndarray) -> np.ndarray:
    """Shapes in units of half a box, seen from beyond its upper right corner; each box is that of the whole area."""
    at, shape = shapely.get_coordinates(shapes, return_index=True)
    middle = (box[:, :2] + box[:, 2:]) / 2
    local = (at - middle[shape]) / half_m[shape][:, None]
    return np.asarray(shapely.set_coordinates(shapes.copy(), local / (1 + local @ _SLANT)[:, None]))


def _is_class(polygons: gpd.GeoDataFrame, parameters: ShareParameters) -> np.ndarray:
    return holds_one_of(polygons[str(parameters.class_column)], parameters.classes)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0))
