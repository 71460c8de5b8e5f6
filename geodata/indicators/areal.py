"""A value known for polygons of one zoning, carried to areas of another."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geodata.indicators.measured import Measured, as_numbers, has_place, measured, require_metres
from geodata.indicators.parameters import ArealParameters, ZonalParameters
from geodata.indicators.zonal import zonal
from geodata.layers.raster import RasterLayer

VERSION = 1
"""Raised when the same inputs give other numbers."""


def areal(areas: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, parameters: ArealParameters, weights: RasterLayer | None = None) -> Measured:
    """Mean of the zones that an area lies in, or its part of their totals, by common ground or people.

    Totals are preserved: areas that tile the zones without gaps add up to the zones' total (the pycnophylactic property).

    Parameters
    ----------
    areas : GeoDataFrame, n rows, projected equal-area CRS in metres
        The index is kept.
    zones : GeoDataFrame of polygons that do not overlap, same CRS, with ``parameters.column``
        Whole zones; those without a value do not count.
    parameters : ArealParameters
    weights : RasterLayer, optional
        Mass, e.g. people a cell, by which zones are weighed instead of ground.

    Returns
    -------
    Measured, n rows, unit of the column
        NaN where no zone with a value is met, or where all that is met weighs nothing; an area known only as a point takes the
        mean of the zone that holds it, and no total. Coverage is the share of the area under zones with a value.

    Raises
    ------
    CrsError, LayerError

    References
    ----------
    Goodchild & Lam (1980), Areal interpolation, Geo-processing 1; Tobler (1979), doi:10.1080/01621459.1979.10481647.
    """
    require_metres(areas, zones)
    known = as_numbers(zones[parameters.column], "areal")
    shapes, known = zones.geometry.to_numpy()[~np.isnan(known)], known[~np.isnan(known)]
    geometry, located = areas.geometry.to_numpy(), has_place(areas)
    rows = np.flatnonzero(located)
    area, zone = shapely.STRtree(shapes).query(geometry[rows], predicate="intersects")
    order = np.lexsort((zone, area))
    area, zone = rows[area[order]], zone[order]
    pieces = shapely.intersection(geometry[area], shapes[zone])
    is_point = shapely.get_dimensions(geometry[area]) == 0
    ground = shapely.area(pieces)
    mass = ground if weights is None else _mass(pieces, areas, weights)
    n = len(areas)
    if parameters.measure == "total":
        of_zone = shapely.area(shapes) if weights is None else _mass(shapes, areas, weights)
        part = np.divide(mass, of_zone[zone], out=np.full(len(mass), np.nan), where=of_zone[zone] > 0)
        values = _sum_known(area, known[zone] * np.where(is_point, np.nan, part), n)
    else:
        mass = np.where(is_point, 1.0, mass)
        total, whole = (np.bincount(area, weights=each, minlength=n) for each in (known[zone] * mass, mass))
        values = np.divide(total, whole, out=np.full(n, np.nan), where=whole > 0)
    covered = np.bincount(area, weights=np.where(is_point, 1.0, ground), minlength=n)
    extent = np.where(shapely.get_dimensions(geometry) == 0, 1.0, shapely.area(geometry))
    coverage = np.where(located, np.clip(np.divide(covered, extent, out=np.zeros(n), where=extent > 0), 0.0, 1.0), np.nan)
    return measured(values, coverage, areas.index, f"areal_{parameters.measure}", "unit of the column")


def _mass(shapes: np.ndarray, areas: gpd.GeoDataFrame, weights: RasterLayer) -> np.ndarray:
    """Sum of the raster in each shape; 0 where it has no data."""
    found = zonal(gpd.GeoDataFrame(geometry=shapes, crs=areas.crs), weights, ZonalParameters(stat="sum"))
    return np.asarray(np.nan_to_num(found.values.to_numpy("float64")))


def _sum_known(area: np.ndarray, parts: np.ndarray, n: int) -> np.ndarray:
    """Sum of each area's parts; NaN where none of them is known."""
    known = ~np.isnan(parts)
    total = np.bincount(area[known], weights=parts[known], minlength=n)
    return np.asarray(np.where(np.bincount(area[known], minlength=n) > 0, total, np.nan))
