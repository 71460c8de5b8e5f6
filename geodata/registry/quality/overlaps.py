"""Which areas overlap, by how much, and what kind of overlap it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pyproj import CRS

from geodata.geometry import crs

DUPLICATE_SHARE = 0.95
NESTED_SHARE = 0.95
SLIVER_SHARE = 0.01
_DONE = ("closed", "released")


@dataclass(frozen=True)
class Overlaps:
    """Pairs of areas that share more than a border; ``left`` and ``right`` are row numbers, left before right.

    Attributes
    ----------
    overlap_m2 : array of float
        Shared surface, measured in an equal-area CRS.
    kind : array of str
        ``duplicate`` (95 % of both), ``released_over_open``, ``nested`` (95 % of the smaller), ``sliver`` (under 1 % of the smaller) or
        ``partial``; the first that fits.
    """

    left: NDArray[np.intp]
    right: NDArray[np.intp]
    overlap_m2: NDArray[np.float64]
    kind: NDArray[np.object_]


def find_overlaps(areas: GeoDataFrame, crs_setting: str = "auto") -> Overlaps:
    """Overlapping pairs among areas.

    Parameters
    ----------
    areas : GeoDataFrame, EPSG:4326, column ``status``
    crs_setting : str
        ``programme.crs``.
    """
    rows = np.flatnonzero(shapely.get_dimensions(areas.geometry.to_numpy()) == 2)
    nothing = np.empty(0, np.intp)
    if len(rows) < 2:
        return Overlaps(nothing, nothing, np.empty(0), np.empty(0, object))
    lonlat = areas.geometry.to_numpy()[rows]
    flat = crs.reproject(lonlat, CRS.from_user_input(crs.WGS84), crs.measuring_crs(crs_setting, lonlat))
    first, second = shapely.STRtree(flat).query(flat, predicate="intersects")
    keep = first < second
    first, second = first[keep], second[keep]
    shared = shapely.area(shapely.intersection(flat[first], flat[second]))
    keep = shared > 1.0
    first, second, shared = first[keep], second[keep], shared[keep]
    size = shapely.area(flat)
    done = areas.status.isin(_DONE).to_numpy()[rows]
    kind = _classify(shared, size[first], size[second], done[first] != done[second])
    return Overlaps(rows[first], rows[second], shared, kind)


def _classify(
    shared: NDArray[np.float64], left: NDArray[np.float64], right: NDArray[np.float64], differs: NDArray[np.bool_]
) -> NDArray[np.object_]:
    smaller = np.minimum(left, right)
    conditions = [
        (shared >= DUPLICATE_SHARE * np.maximum(left, right)) & ~differs,
        shared < SLIVER_SHARE * smaller,
        differs,
        shared >= NESTED_SHARE * smaller,
    ]
    chosen: NDArray[np.object_] = np.select(conditions, ["duplicate", "sliver", "released_over_open", "nested"], "partial").astype(object)
    return chosen
