"""A grid of cells over a country, as units of decision where there are no outlines."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS

from geodata.errors import CrsError
from geodata.geometry.crs import WGS84, local_equal_area, reproject

_MOST_H3 = 12


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


def make_h3_cells(outline: shapely.Geometry, resolution: int) -> GeoDataFrame:
    """Hexagons of the H3 grid that touch a country; needs the package ``h3``.

    Parameters
    ----------
    outline : polygon, EPSG:4326
    resolution : int, 0..12
        5 is about 250 km2 a cell, 7 about 5 km2, 9 about 0.1 km2.

    Returns
    -------
    GeoDataFrame, EPSG:4326, columns ``area_id`` (the H3 index) and ``geometry``; sorted by id.

    Raises
    ------
    CrsError
        The package is not installed, the resolution is out of bounds, or a cell lies across the 180th meridian.
    """
    if not 0 <= resolution <= _MOST_H3:
        raise CrsError(f"An H3 resolution is a whole number from 0 to {_MOST_H3}, not {resolution}.", "Give one such as 7.")
    try:
        h3: Any = import_module("h3")
    except ImportError as error:
        raise CrsError("H3 cells need the package h3, which is not installed.", "Install landrelease[h3].") from error
    edge_deg = np.degrees(h3.average_hexagon_edge_length(resolution, unit="km") / 6371.0)
    border = shapely.get_coordinates(shapely.segmentize(outline, edge_deg / 2))
    found = {h3.latlng_to_cell(lat, lon, resolution) for lon, lat in border}
    found.update(*(h3.h3shape_to_cells(h3.geo_to_h3shape(part), resolution) for part in shapely.get_parts(outline)))
    found.update(*(h3.grid_disk(cell, 1) for cell in tuple(found)))
    ids = np.array(sorted(found))
    cells = np.array([shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]) for cell in ids])
    shapely.prepare(outline)
    inside = shapely.intersects(outline, cells)
    width = shapely.bounds(cells[inside])
    if len(width) and (width[:, 2] - width[:, 0]).max() > 180:
        raise CrsError("H3 cells across the 180th meridian cannot be drawn.", "Use square cells (--size-m).")
    return GeoDataFrame({"area_id": pd.Series(ids[inside], dtype="str")}, geometry=cells[inside], crs=WGS84)
