"""A grid of cells over a country, as units of decision where there are no outlines."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS

from geodata.errors import CrsError
from geodata.geometry.crs import WGS84, local_equal_area, reproject


def make_grid(outline: shapely.Geometry, cell_m: float, crs: CRS | None = None) -> GeoDataFrame:
    """Square cells of equal area that touch a country.

    Parameters
    ----------
    outline : polygon, EPSG:4326
    cell_m : float, > 0
        Edge of a cell, metres.
    crs : CRS or None
        Equal-area CRS in which cells are square; Lambert azimuthal equal area at the middle of the country where None.

    Returns
    -------
    GeoDataFrame, EPSG:4326, columns ``area_id`` (``G-column-row``, counted from the origin of the CRS, so that a cell keeps its id
    when the outline grows) and ``geometry``; sorted by id.

    Raises
    ------
    CrsError
        The edge is not above 0, or the CRS is in degrees.
    """
    if not cell_m > 0:
        raise CrsError(f"The edge of a grid cell must be above 0 m, not {cell_m}.", "Give an edge such as 1000.")
    target = crs or local_equal_area(outline.bounds)
    if not target.is_projected:
        raise CrsError(f"Grid cells need metres, but {target.name} is in degrees.", "Use a projected equal-area CRS.")
    wgs84 = CRS.from_user_input(WGS84)
    country = reproject(np.array([shapely.segmentize(outline, 0.05)]), wgs84, target)[0]
    west, south, east, north = np.floor(np.asarray(country.bounds) / cell_m).astype(int)
    columns, rows = (axis.ravel() for axis in np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1)))
    cells = shapely.box(columns * cell_m, rows * cell_m, (columns + 1) * cell_m, (rows + 1) * cell_m)
    shapely.prepare(country)
    inside = shapely.intersects(country, cells)
    ids = [f"G{column:+06d}{row:+06d}" for column, row in zip(columns[inside], rows[inside], strict=True)]
    frame = GeoDataFrame({"area_id": pd.Series(ids, dtype="str")}, geometry=reproject(cells[inside], target, wgs84), crs=WGS84)
    return frame.sort_values("area_id", ignore_index=True)
