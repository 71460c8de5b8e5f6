"""Longitude and latitude to the unit square of the Web Mercator pyramid."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

MAX_LATITUDE = 85.051128779806604


def to_unit_square(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Project points to the unit square.

    Parameters
    ----------
    lon_lat : array of float, shape (n, 2), degrees
        Latitudes beyond 85.05 degrees are moved to that latitude.

    Returns
    -------
    array of float, shape (n, 2)
        x from the west (0) to the east (1), y from the north (0) to the south (1).
    """
    latitude = np.radians(np.clip(lon_lat[:, 1], -MAX_LATITUDE, MAX_LATITUDE))
    x = (lon_lat[:, 0] + 180.0) / 360.0
    y = 0.5 - np.arcsinh(np.tan(latitude)) / (2.0 * np.pi)
    return np.column_stack([x, y])


def project(geometries: NDArray[Any]) -> NDArray[Any]:
    """Project geometries from degrees to the unit square; missing ones stay missing, heights are dropped."""
    projected: NDArray[Any] = shapely.transform(shapely.force_2d(geometries), to_unit_square)
    return projected
