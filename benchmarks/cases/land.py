"""A made-up country of 200 km x 200 km: hazard areas, land use, roads and people; nothing in it is real."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from affine import Affine

CRS = "EPSG:32638"
CORNER_M = np.array([400_000.0, 3_600_000.0])
SIDE_M = 200_000.0
N_CELLS = 5_000
_FIELDS_A_SIDE = 708


def make_areas(n: int, seed: int = 1) -> gpd.GeoDataFrame:
    """Areas of 16 corners, half of them between 40 m and 100 m in radius, the greatest above 500 m."""
    draw = np.random.default_rng(seed)
    places = draw.uniform(1_000, SIDE_M - 1_000, (n, 2)) + CORNER_M
    outlines = shapely.buffer(shapely.points(places), draw.lognormal(4.2, 0.6, n), quad_segs=4)
    return gpd.GeoDataFrame({"area_id": [f"HA-{row:06d}" for row in range(n)]}, geometry=outlines, crs=CRS)


def make_land_use(seed: int = 2) -> gpd.GeoDataFrame:
    """501,264 fields without gaps, each of four corners moved at random; one in three is a farm."""
    draw = np.random.default_rng(seed)
    step = SIDE_M / _FIELDS_A_SIDE
    x, y = np.meshgrid(*(np.linspace(0, SIDE_M, _FIELDS_A_SIDE + 1) + start for start in CORNER_M))
    corners = np.stack([x, y], axis=-1) + draw.uniform(-0.3 * step, 0.3 * step, (*x.shape, 2))
    rings = np.stack([corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]], axis=2).reshape(-1, 4, 2)
    fields = shapely.polygons(rings)
    return gpd.GeoDataFrame({"use": draw.choice(["farm", "forest", "town"], len(fields))}, geometry=fields, crs=CRS)


def make_roads(n: int, seed: int = 3) -> gpd.GeoDataFrame:
    """Lines of three corners, some hundred metres long."""
    draw = np.random.default_rng(seed)
    start = draw.uniform(0, SIDE_M, (n, 2)) + CORNER_M
    line = np.stack([start, start + draw.normal(0, 200, start.shape), start + draw.normal(0, 400, start.shape)], axis=1)
    return gpd.GeoDataFrame(geometry=shapely.linestrings(line), crs=CRS)


def write_people(path: Path, seed: int = 4) -> None:
    """A raster of 5,000 x 5,000 cells with people."""
    cells = np.random.default_rng(seed).gamma(1, 5, (N_CELLS, N_CELLS)).astype("float32")
    size = SIDE_M / N_CELLS
    west, north = CORNER_M[0], CORNER_M[1] + SIDE_M
    with rasterio.open(
        path, "w", driver="GTiff", width=N_CELLS, height=N_CELLS, count=1, dtype="float32", nodata=-1, crs=CRS, tiled=True,
        transform=Affine(size, 0, west, 0, -size, north),
    ) as file:  # fmt: skip
        file.write(cells, 1)
