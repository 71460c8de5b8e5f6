"""People who live where no gazetteer lists a place: newly settled families are in no village list and so in no plan."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geodata.geometry.crs import reproject
from geodata.indicators.measured import Measured, has_place, measured, require_metres
from geodata.indicators.parameters import UnlistedParameters
from geodata.layers.raster import RasterLayer

VERSION = 1
"""Raised when the same inputs give other numbers."""

_MARGIN_CELLS = 2


def unlisted(areas: gpd.GeoDataFrame, people: RasterLayer, places: gpd.GeoDataFrame, parameters: UnlistedParameters) -> Measured:
    """People of cells whose middle lies in the area or its reach and far from every listed place.

    Parameters
    ----------
    areas : GeoDataFrame, n rows, projected CRS in metres
        The index is kept.
    people : RasterLayer, any CRS
        People a cell.
    places : GeoDataFrame of Point, same CRS as the areas
        At least those within ``away_m`` and ``reach_m`` of the areas.
    parameters : UnlistedParameters

    Returns
    -------
    Measured, n rows, unit people
        0 where everybody lives near a listed place; NaN where no middle of a cell with data lies within reach. Coverage is NaN: cells
        count whole, by their middle.

    Raises
    ------
    CrsError, LayerError
    """
    require_metres(areas, places)
    geometry, located = areas.geometry.to_numpy(), has_place(areas)
    values = np.full(len(areas), np.nan)
    rows = np.flatnonzero(located)
    if len(rows):
        from scipy.spatial import cKDTree  # a quarter of a second that most builds need not wait

        at, n_people = _cells(people, geometry[rows], areas.crs, parameters.reach_m)
        listed = shapely.get_coordinates(places.geometry.to_numpy())
        away_m = cKDTree(listed).query(at)[0] if len(listed) and len(at) else np.full(len(at), np.inf)
        counted = np.where(away_m > parameters.away_m, n_people, 0.0)
        area, cell = _inside(at, geometry[rows], parameters.reach_m)
        totals = np.bincount(area, weights=counted[cell], minlength=len(rows))
        values[rows] = np.where(np.bincount(area, minlength=len(rows)) > 0, totals, np.nan)
    return measured(values, np.full(len(areas), np.nan), areas.index, "unlisted", "people")


def _cells(people: RasterLayer, geometry: np.ndarray, crs: CRS, reach_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Middles (metres) and people of the cells with data around the areas."""
    grid = people.grid
    reached = shapely.buffer(shapely.box(*shapely.bounds(geometry).T), reach_m, join_style="mitre")
    box = shapely.total_bounds(reproject(shapely.segmentize(reached, 5_000.0), crs, grid.crs))
    margin = np.array([-1, -1, 1, 1]) * _MARGIN_CELLS * np.array([grid.cell_width, grid.cell_height] * 2)
    window = grid.window(tuple(box + margin))
    if not window[2] or not window[3]:
        return np.empty((0, 2)), np.empty(0)
    cells = people.read(window)
    row, column = np.nonzero(~np.ma.getmaskarray(cells))
    x = grid.bounds[0] + (window[0] + column + 0.5) * grid.cell_width
    y = grid.bounds[3] - (window[1] + row + 0.5) * grid.cell_height
    moved = reproject(shapely.points(x, y), grid.crs, crs)
    return shapely.get_coordinates(moved), np.ma.getdata(cells)[row, column].astype("float64")


def _inside(at: np.ndarray, geometry: np.ndarray, reach_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Area and cell of every middle within reach."""
    if not len(at):
        return np.empty(0, dtype="int64"), np.empty(0, dtype="int64")
    tree = shapely.STRtree(shapely.points(at))
    area, cell = tree.query(geometry, predicate="dwithin", distance=reach_m)
    order = np.lexsort((cell, area))
    return area[order], cell[order]
