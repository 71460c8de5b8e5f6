"""Distance to the nearest feature."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geodata.indicators.measured import Measured, has_place, measured, require_metres
from geodata.indicators.parameters import NearestParameters
from geodata.layers.prepared import curve_order

VERSION = 1
"""Raised when the same inputs give other numbers."""


def nearest(areas: gpd.GeoDataFrame, features: gpd.GeoDataFrame, parameters: NearestParameters) -> Measured:
    """Distance from the edge of each area to the nearest feature, 0 where one lies inside.

    Parameters
    ----------
    areas : GeoDataFrame, n rows, projected CRS in metres
        The index is kept.
    features : GeoDataFrame, same CRS
    parameters : NearestParameters

    Returns
    -------
    Measured, n rows, unit m
        NaN where there is no feature, or none within ``max_m``. Coverage is 1 where the area has a place.

    Raises
    ------
    CrsError
    """
    require_metres(areas, features)
    values = np.full(len(areas), np.nan)
    geometry = areas.geometry.to_numpy()
    located = np.flatnonzero(has_place(areas))
    if len(features) and len(located):
        tree = shapely.STRtree(features.geometry.to_numpy())
        # neighbours one after the other find the same branches in the processor's cache: a fifth less time
        rows = located[curve_order(geometry[located])]
        pairs, distance = tree.query_nearest(geometry[rows], max_distance=parameters.max_m, return_distance=True, all_matches=False)
        values[rows[pairs[0]]] = distance
    coverage = np.full(len(areas), np.nan)
    coverage[located] = 1.0
    return measured(values, coverage, areas.index, "distance_m", "m")
