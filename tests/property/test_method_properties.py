"""What must hold of the methods that need a raster, points with values, visits or communities: additive, local, indifferent to place."""

from __future__ import annotations

import atexit
import datetime as dt
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely.affinity import translate

from geodata.indicators.areal import areal
from geodata.indicators.community import community
from geodata.indicators.interpolate import interpolate, people_nearest
from geodata.indicators.measured import Measured
from geodata.indicators.parameters import (
    ArealParameters,
    CommunityParameters,
    InterpolateParameters,
    SurveyParameters,
    UnlistedParameters,
    WithinParameters,
    ZonalParameters,
)
from geodata.indicators.survey import survey
from geodata.indicators.unlisted import unlisted
from geodata.indicators.within import within
from geodata.indicators.zonal import zonal
from geodata.layers.raster import RasterLayer
from geodata.schema.config import LayerSection

METRES = CRS.from_proj4("+proj=laea +lat_0=5 +lon_0=39 +datum=WGS84 +units=m")
CELL_M, SIDE_M, STEP_M = 250.0, 4_000.0, 1_024.0
AS_OF = dt.date(2024, 12, 31)
TOWNS = InterpolateParameters(column="rwi", weight_points="towns", weight_column="people", max_m=9_000)
numbers = st.floats(-3_000, 2_000, allow_nan=False)
sizes = st.floats(60, 1_500)
boxes = st.builds(lambda x, y, w, h: shapely.box(x, y, x + w, y + h), numbers, numbers, sizes, sizes)
steps = st.integers(-4, 4)


def frame(*geometry: shapely.Geometry, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(geometry), crs=METRES)


@cache
def raster(east: int = 0, north: int = 0) -> RasterLayer:
    """People in cells of 250 m, the whole grid moved by so many steps; one cell in ten is unknown."""
    rng = np.random.default_rng(1)
    n = int(2 * SIDE_M / CELL_M)
    cells = rng.gamma(1, 9, (n, n)).astype("float32")
    cells[rng.random((n, n)) < 0.1] = -1
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    turn = Affine(CELL_M, 0, -SIDE_M + east * STEP_M, 0, -CELL_M, SIDE_M + north * STEP_M)
    with rasterio.open(
        folder / "r.tif", "w", driver="GTiff", width=n, height=n, count=1, dtype="float32", crs=METRES, nodata=-1, transform=turn
    ) as file:
        file.write(cells, 1)
    said = {"id": "r", "path": "r.tif", "kind": "raster", "source": "s", "licence": "l"}
    return RasterLayer(LayerSection.model_validate(said), folder)


@cache
def known_points() -> gpd.GeoDataFrame:
    rng = np.random.default_rng(2)
    at = shapely.points(rng.uniform(-SIDE_M, SIDE_M, (60, 2)))
    people, days = rng.integers(1, 90, 60), [f"{2000 + year}-05-01" for year in rng.integers(0, 24, 60)]
    return frame(*at, rwi=rng.normal(size=60), people=people, date=days)


@cache
def roads() -> gpd.GeoDataFrame:
    return frame(*shapely.linestrings(np.random.default_rng(3).uniform(-SIDE_M, SIDE_M, (25, 2, 2))))


@cache
def zones() -> gpd.GeoDataFrame:
    """Squares of 1 km that tile the land, each with a number of people."""
    corners = np.arange(-SIDE_M, SIDE_M, 1_000)
    tiles = [shapely.box(x, y, x + 1_000, y + 1_000) for x in corners for y in corners]
    return frame(*tiles, people=np.random.default_rng(4).integers(1, 900, len(tiles)))


def moved(layer: gpd.GeoDataFrame, east: int, north: int) -> gpd.GeoDataFrame:
    return layer.set_geometry(layer.translate(east * STEP_M, north * STEP_M))


def visited(areas: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, measure: str) -> Measured:
    said = SurveyParameters(measure=measure, date_column="date", reach_m=300)
    return survey(areas, layer, np.zeros(len(areas), dtype=bool), said, AS_OF)


METHODS: dict[str, Callable[[gpd.GeoDataFrame, int, int], Measured]] = {
    "zonal sum": lambda areas, e, n: zonal(areas, raster(e, n), ZonalParameters(stat="sum")),
    "zonal mean in reach": lambda areas, e, n: zonal(areas, raster(e, n), ZonalParameters(stat="mean", reach_m=400)),
    "zonal max": lambda areas, e, n: zonal(areas, raster(e, n), ZonalParameters(stat="max")),
    "unlisted": lambda areas, e, n: unlisted(
        areas, raster(e, n), moved(known_points(), e, n), UnlistedParameters(places_layer="p", away_m=700, reach_m=300)
    ),
    "interpolate": lambda areas, e, n: interpolate(areas, moved(known_points(), e, n), InterpolateParameters(column="rwi")),
    "interpolate by towns": lambda areas, e, n: interpolate(
        areas, moved(known_points(), e, n), TOWNS, people_nearest(moved(known_points(), e, n), moved(known_points(), e, n)[::3], TOWNS)
    ),
    "survey status": lambda areas, e, n: visited(areas, moved(known_points(), e, n), "status"),
    "survey years": lambda areas, e, n: visited(areas, moved(known_points(), e, n), "years_since"),
    "length": lambda areas, e, n: within(areas, moved(roads(), e, n), WithinParameters(stat="length_km")),
    "density": lambda areas, e, n: within(areas, moved(known_points(), e, n), WithinParameters(stat="density_per_km2", reach_m=500)),
    "areal total": lambda areas, e, n: areal(areas, moved(zones(), e, n), ArealParameters(column="people", measure="total")),
}
each_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS.keys())


@each_method
@given(box=boxes, other=boxes)
@settings(max_examples=12)
def test_another_area_changes_nothing_here(
    method: Callable[[gpd.GeoDataFrame, int, int], Measured], box: shapely.Polygon, other: shapely.Polygon
) -> None:
    alone, together = method(frame(box), 0, 0), method(frame(other, box), 0, 0)
    np.testing.assert_allclose(together.values.iloc[1], alone.values.iloc[0], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(together.coverage.iloc[1], alone.coverage.iloc[0], rtol=1e-9, atol=1e-9)


@each_method
@given(box=boxes, east=steps, north=steps)
@settings(max_examples=8)
def test_moving_everything_changes_nothing(
    method: Callable[[gpd.GeoDataFrame, int, int], Measured], box: shapely.Polygon, east: int, north: int
) -> None:
    here = method(frame(box), 0, 0)
    there = method(frame(translate(box, east * STEP_M, north * STEP_M)), east, north)
    np.testing.assert_allclose(there.values, here.values, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", ["zonal sum", "zonal mean in reach", "interpolate", "length", "density", "areal total"])
@given(box=boxes)
@settings(max_examples=8)
def test_the_crs_that_areas_came_in_does_not_matter(name: str, box: shapely.Polygon) -> None:
    again = frame(box).to_crs(4326).to_crs(METRES)
    np.testing.assert_allclose(METHODS[name](again, 0, 0).values, METHODS[name](frame(box), 0, 0).values, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["zonal sum", "length", "areal total"])
@given(box=boxes, at=st.floats(0.1, 0.9))
@settings(max_examples=15)
def test_the_parts_of_an_area_add_up_to_it(name: str, box: shapely.Polygon, at: float) -> None:
    west, south, east, north = box.bounds
    cut = west + at * (east - west)
    parts = METHODS[name](frame(shapely.box(west, south, cut, north), shapely.box(cut, south, east, north)), 0, 0)
    whole = METHODS[name](frame(box), 0, 0)
    # a road along the cut lies in both parts, which chance does not give
    np.testing.assert_allclose(parts.values.fillna(0).sum(), whole.values.fillna(0).sum(), rtol=1e-6, atol=1e-6)


@given(st.lists(boxes, min_size=2, max_size=5))
@settings(max_examples=8)
def test_carrying_a_total_to_a_tiling_keeps_it(cuts: list[shapely.Polygon]) -> None:
    """Pycnophylactic: however the land is cut, the people of all zones are still there."""
    land = shapely.box(-SIDE_M, -SIDE_M, SIDE_M, SIDE_M)
    lines = shapely.union_all([land.boundary, *(box.boundary for box in cuts)])
    tiles = [tile for tile in shapely.get_parts(shapely.polygonize([lines])) if tile.area > 0]
    tiles = [tile for tile in tiles if land.buffer(1).contains(tile)]
    found = areal(frame(*tiles), zones(), ArealParameters(column="people", measure="total")).values
    covered = sum(tile.area for tile in tiles) / land.area
    assert covered == pytest.approx(1, abs=1e-6)
    assert found.sum() == pytest.approx(zones()["people"].sum(), rel=1e-6)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=12), st.data())
def test_an_area_of_another_community_changes_nothing_in_this_one(codes: list[str], data: st.DataObject) -> None:
    rng = np.random.default_rng(5)

    def units(names: list[str]) -> gpd.GeoDataFrame:
        squares = [shapely.box(i * 100, 0, i * 100 + 50, size) for i, size in enumerate(rng.uniform(1, 90, len(names)))]
        areas = frame(*squares, area_id=[str(i) for i in range(len(names))], admin_code=names)
        return areas.assign(is_released=False, area_m2=areas.area)

    areas = units(codes)
    more = pd.concat([areas, units(["elsewhere"]).assign(area_id="new")], ignore_index=True)
    for measure in ("n_open", "is_last", "share_of_area"):
        said = CommunityParameters(measure=measure)
        before, after = community(areas, said).values, community(more, said).values
        np.testing.assert_allclose(after.iloc[: len(codes)], before)
    n_open = community(areas, CommunityParameters(measure="n_open")).values
    assert n_open.tolist() == [codes.count(code) for code in codes]
    is_last = community(areas, CommunityParameters(measure="is_last")).values
    assert is_last.tolist() == [float(codes.count(code) == 1) for code in codes]
    # of each community the parts are the whole
    share = community(areas, CommunityParameters(measure="share_of_area")).values
    np.testing.assert_allclose(share.groupby(codes).sum(), 1.0)
    # releasing one leaves one fewer in its community and as many elsewhere
    row = data.draw(st.integers(0, len(codes) - 1))
    done = areas.assign(is_released=np.arange(len(codes)) == row)
    left = community(done, CommunityParameters(measure="n_open")).values
    expected = [np.nan if i == row else codes.count(code) - (code == codes[row]) for i, code in enumerate(codes)]
    np.testing.assert_array_equal(left, expected)
