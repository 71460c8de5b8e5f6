"""Features in or around an area: how many, how much, how dense, how long."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geodata.indicators.measured import SEGMENTS_A_QUARTER, Measured, as_numbers, has_place, measured, require_metres
from geodata.indicators.parameters import WithinParameters

VERSION = 1
"""Raised when the same inputs give other numbers."""

_UNITS = {"count": "count", "sum": "unit of the column", "density_per_km2": "per km2", "length_km": "km"}


def within(areas: gpd.GeoDataFrame, features: gpd.GeoDataFrame, parameters: WithinParameters) -> Measured:
    """Count, sum, density or length of the features in each area or within ``reach_m`` of its edge.

    Parameters
    ----------
    areas : GeoDataFrame, n rows, projected CRS in metres
        The index is kept.
    features : GeoDataFrame, same CRS, with the columns of ``parameters.column``
        Rows that count; filter them first with :func:`geodata.indicators.measured.select_rows`. With ``others_only`` both
        carry ``area_id``.
    parameters : WithinParameters

    Returns
    -------
    Measured, n rows
        0 where nothing lies within reach; a sum whose every addend is unknown, and the density of an area without
        extent, are NaN.

    Raises
    ------
    CrsError
        The CRS is geographic, or the two differ.
    LayerError
        A column to be summed holds text.
    """
    require_metres(areas, features)
    located = has_place(areas)
    area, feature = _pairs(areas.geometry.to_numpy(), features.geometry.to_numpy(), located, parameters.reach_m)
    if parameters.each_once:
        area, feature = _first_of_each(area, feature)
    if parameters.others_only:
        is_other = areas["area_id"].to_numpy(dtype=object)[area] != features["area_id"].to_numpy(dtype=object)[feature]
        area, feature = area[is_other], feature[is_other]
    pull = _pull(areas, features, area, feature, parameters.decay_m)
    n = len(areas)
    if parameters.stat == "sum":
        values = _sums(area, feature, pull, features, parameters.summed, n)
    elif parameters.stat == "length_km":
        reached = _reached(areas.geometry.to_numpy(), parameters.reach_m)
        pieces = shapely.intersection(reached[area], features.geometry.to_numpy()[feature])
        values = np.bincount(area, weights=shapely.length(pieces), minlength=n) / 1e3
    else:
        values = np.bincount(area, weights=pull, minlength=n)
        if parameters.stat == "density_per_km2":
            extent_km2 = shapely.area(_reached(areas.geometry.to_numpy(), parameters.reach_m)) / 1e6
            values = np.divide(values, extent_km2, out=np.full(n, np.nan), where=extent_km2 > 0)
    values = np.where(located, values, np.nan)
    return measured(values, np.where(located, 1.0, np.nan), areas.index, f"within_{parameters.stat}", _UNITS[parameters.stat])


def _pairs(geometry: np.ndarray, features: np.ndarray, located: np.ndarray, reach_m: float) -> tuple[np.ndarray, np.ndarray]:
    rows = np.flatnonzero(located)
    if not len(rows) or not len(features):
        return np.empty(0, dtype="int64"), np.empty(0, dtype="int64")
    tree = shapely.STRtree(features)
    if reach_m > 0:
        area, feature = tree.query(geometry[rows], predicate="dwithin", distance=reach_m)
    else:
        area, feature = tree.query(geometry[rows], predicate="intersects")
    order = np.lexsort((feature, area))
    return rows[area[order]], feature[order]


def _first_of_each(area: np.ndarray, feature: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The pairs that remain where a feature counts for the first of its areas only."""
    order = np.lexsort((area, feature))
    first = order[np.unique(feature[order], return_index=True)[1]]
    first.sort()
    return area[first], feature[first]


def _pull(areas: gpd.GeoDataFrame, features: gpd.GeoDataFrame, area: np.ndarray, feature: np.ndarray, decay_m: float | None) -> np.ndarray:
    """How much each feature counts: 1, or less the farther away it is."""
    if decay_m is None:
        return np.ones(len(area))
    away_m = shapely.distance(areas.geometry.to_numpy()[area], features.geometry.to_numpy()[feature])
    return np.asarray(np.exp(-away_m / decay_m))


def _sums(
    area: np.ndarray, feature: np.ndarray, pull: np.ndarray, features: gpd.GeoDataFrame, columns: tuple[str, ...], n: int
) -> np.ndarray:
    addends = np.column_stack([as_numbers(features[name], "within") for name in columns])
    is_known = ~np.isnan(addends)
    per_feature = np.where(is_known, addends, 0.0).sum(axis=1)
    known = is_known.any(axis=1)
    totals = np.bincount(area, weights=per_feature[feature] * pull, minlength=n)
    n_found = np.bincount(area, minlength=n)
    n_known = np.bincount(area, weights=known[feature].astype("float64"), minlength=n)
    return np.where((n_found > 0) & (n_known == 0), np.nan, totals)


def _reached(geometry: np.ndarray, reach_m: float) -> np.ndarray:
    return np.asarray(shapely.buffer(geometry, reach_m, quad_segs=SEGMENTS_A_QUARTER)) if reach_m > 0 else geometry
