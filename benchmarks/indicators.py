"""Zonal sum, share of land use and distance to the nearest line for 50,000 areas, beside the bare call."""

from __future__ import annotations

import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource

from benchmarks.cases.land import N_CELLS, make_areas, make_land_use, make_roads, write_people
from benchmarks.figure import Figure, time_pair
from geodata.indicators.nearest import nearest
from geodata.indicators.parameters import NearestParameters, ShareParameters, ZonalParameters
from geodata.indicators.share import share
from geodata.indicators.zonal import zonal
from geodata.layers.raster import RasterLayer
from geodata.schema.config import LayerSection

N_AREAS, N_ROADS = 50_000, 500_000
REPEATS = 3
TARGET = "<= 1.3x"


def run() -> list[Figure]:
    """Both sides read or index the layer themselves, each time."""
    areas = make_areas(N_AREAS)
    return [zonal_figure(areas), share_figure(areas), nearest_figure(areas)]


def zonal_figure(areas: gpd.GeoDataFrame) -> Figure:
    """Sum of the cells; ours gives the covered share too, so the bare call counts cells beside the sum."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "people.tif"
        write_people(path)
        section = LayerSection.model_validate({"id": "people", "path": path.name, "kind": "raster", "source": "s", "licence": "l"})

        def ours() -> None:
            raster = RasterLayer(section, path.parent)
            zonal(areas, raster, ZonalParameters(stat="sum"))
            raster.close()

        seconds = time_pair(ours, lambda: bare_zonal(path, areas), REPEATS)
    at = f"{N_AREAS:,} areas, {N_CELLS:,} x {N_CELLS:,} cells"
    return Figure("zonal sum", at, *seconds, "bare exactextract, sum and count", "s", TARGET)


def bare_zonal(path: Path, areas: gpd.GeoDataFrame) -> None:
    """The raster read at once: more than twice as fast as letting exactextract read it by windows."""
    with rasterio.open(path) as file:
        west, south, east, north = file.bounds
        cells = NumPyRasterSource(file.read(1), west, south, east, north, nodata=file.nodata, srs_wkt=file.crs.to_wkt())
    exact_extract(cells, areas, ["sum", "count"], output="pandas")


def share_figure(areas: gpd.GeoDataFrame) -> Figure:
    """Share of farms; overlaps count once in ours, the bare call does not look for them."""
    land = make_land_use()
    parameters = ShareParameters(class_column="use", classes=("farm",))
    shapes, fields = areas.geometry.to_numpy(), land.geometry.to_numpy()

    def bare() -> np.ndarray:
        area, field = shapely.STRtree(fields).query(shapes, predicate="intersects")
        return np.bincount(area, shapely.area(shapely.intersection(shapes[area], fields[field])), len(shapes))

    seconds = time_pair(lambda: share(areas, land, parameters), bare, REPEATS)
    at = f"{N_AREAS:,} areas, {len(land):,} polygons"
    return Figure("share of land use", at, *seconds, "bare STRtree, intersection and area", "s", TARGET)


def nearest_figure(areas: gpd.GeoDataFrame) -> Figure:
    """Distance to the nearest line."""
    roads = make_roads(N_ROADS)
    shapes, lines = areas.geometry.to_numpy(), roads.geometry.to_numpy()
    seconds = time_pair(
        lambda: nearest(areas, roads, NearestParameters()),
        lambda: shapely.STRtree(lines).query_nearest(shapes, return_distance=True, all_matches=False),
        REPEATS,
    )
    return Figure("nearest line", f"{N_AREAS:,} areas, {N_ROADS:,} lines", *seconds, "bare STRtree.query_nearest", "s", TARGET)
