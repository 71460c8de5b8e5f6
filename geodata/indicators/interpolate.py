"""A value known at points, carried to areas: mean of the points inside, else inverse distance."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geodata.indicators.measured import Measured, as_numbers, has_place, measured, require_metres
from geodata.indicators.parameters import InterpolateParameters

VERSION = 1
"""Raised when the same inputs give other numbers."""


def interpolate(
    areas: gpd.GeoDataFrame,
    points: gpd.GeoDataFrame,
    parameters: InterpolateParameters,
    weights: np.ndarray | None = None,
) -> Measured:
    """Weighted mean of the points inside each area; where none lies inside, inverse-distance mean of the nearest.

    Parameters
    ----------
    areas : GeoDataFrame, n rows, projected CRS in metres
        The index is kept.
    points : GeoDataFrame of Point, m rows, same CRS, with ``parameters.column``
        Points without a value do not count.
    parameters : InterpolateParameters
    weights : float array, m, optional
        Weight of each point, e.g. the people of its cell; points of weight 0 or NaN do not count.

    Returns
    -------
    Measured, n rows, unit of the column
        NaN where no point lies inside or within ``max_m`` of the centre. Coverage is 1 where points lie inside, and NaN
        where the value is carried over from around.

    Raises
    ------
    CrsError, LayerError

    References
    ----------
    Shepard (1968), doi:10.1145/800186.810616
    """
    require_metres(areas, points)
    known = as_numbers(points[parameters.column], "interpolate")
    weight = np.ones(len(points)) if weights is None else np.nan_to_num(np.asarray(weights, dtype="float64"), nan=0.0)
    counts = ~np.isnan(known) & (weight > 0)
    places, known, weight = points.geometry.to_numpy()[counts], known[counts], weight[counts]
    values, coverage = np.full(len(areas), np.nan), np.full(len(areas), np.nan)
    located = np.flatnonzero(has_place(areas))
    if not len(places) or not len(located):
        coverage[located] = 0.0
        return measured(values, coverage, areas.index, "interpolated", "unit of the column")
    geometry = areas.geometry.to_numpy()[located]
    inside = _mean_inside(geometry, places, known, weight)
    coverage[located] = np.where(np.isnan(inside), np.nan, 1.0)
    values[located] = inside
    outside = np.flatnonzero(np.isnan(inside))
    if len(outside):
        around = _inverse_distance(shapely.centroid(geometry[outside]), places, known, weight, parameters)
        values[located[outside]] = around
        coverage[located[outside]] = np.where(np.isnan(around), 0.0, np.nan)
    return measured(values, coverage, areas.index, "interpolated", "unit of the column")


def people_nearest(points: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, parameters: InterpolateParameters) -> np.ndarray:
    """People of the towns to which each point is the nearest with a value.

    Parameters
    ----------
    points : GeoDataFrame of Point, m rows, with ``parameters.column``
    towns : GeoDataFrame of Point, same CRS, with ``parameters.weight_column``
        A town of unknown size, or farther than ``max_m`` from every point, weighs nothing.

    Returns
    -------
    float array, m
    """
    require_metres(points, towns)
    usable = np.flatnonzero(~np.isnan(as_numbers(points[parameters.column], "interpolate")))
    people = np.nan_to_num(as_numbers(towns[str(parameters.weight_column)], "interpolate"))
    weights = np.zeros(len(points))
    if len(usable) and len(towns):
        from scipy.spatial import cKDTree  # a quarter of a second that most builds need not wait

        tree = cKDTree(shapely.get_coordinates(points.geometry.to_numpy()[usable]))
        away_m, nearest = tree.query(shapely.get_coordinates(towns.geometry.to_numpy()), distance_upper_bound=parameters.max_m)
        is_near = np.isfinite(away_m)
        np.add.at(weights, usable[nearest[is_near]], people[is_near])
    return weights


def _mean_inside(geometry: np.ndarray, places: np.ndarray, known: np.ndarray, weight: np.ndarray) -> np.ndarray:
    area, point = shapely.STRtree(places).query(geometry, predicate="intersects")
    order = np.lexsort((point, area))
    area, point = area[order], point[order]
    total = np.bincount(area, weights=(known * weight)[point], minlength=len(geometry))
    mass = np.bincount(area, weights=weight[point], minlength=len(geometry))
    return np.asarray(np.divide(total, mass, out=np.full(len(geometry), np.nan), where=mass > 0))


def _inverse_distance(
    centres: np.ndarray, places: np.ndarray, known: np.ndarray, weight: np.ndarray, parameters: InterpolateParameters
) -> np.ndarray:
    from scipy.spatial import cKDTree  # a quarter of a second that most builds need not wait

    tree = cKDTree(shapely.get_coordinates(places))
    k = min(parameters.neighbours, len(places))
    found = tree.query(shapely.get_coordinates(centres), k=np.arange(1, k + 1), distance_upper_bound=parameters.max_m)
    distance, point = found
    is_found = np.isfinite(distance)
    point = np.where(is_found, point, 0)
    with np.errstate(divide="ignore"):
        pull = np.where(is_found, weight[point] * distance**-parameters.power, 0.0)
    at_point = is_found & (distance == 0)
    exact = at_point.any(axis=1)
    pull[exact] = np.where(at_point[exact], weight[point[exact]], 0.0)
    mass = pull.sum(axis=1)
    return np.asarray(np.divide((pull * known[point]).sum(axis=1), mass, out=np.full(len(centres), np.nan), where=mass > 0))
