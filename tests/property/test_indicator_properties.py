"""What must hold of every indicator, whatever the areas: additive, local, indifferent to place and CRS."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely.affinity import translate

from geodata.indicators.areal import areal
from geodata.indicators.measured import Measured
from geodata.indicators.nearest import nearest
from geodata.indicators.parameters import ArealParameters, NearestParameters, ShareParameters, WithinParameters
from geodata.indicators.share import share
from geodata.indicators.within import within

METRES = CRS.from_proj4("+proj=laea +lat_0=5 +lon_0=39 +datum=WGS84 +units=m")
FARM = ShareParameters(class_column="use", classes=("farm",), measure="ha")
numbers = st.floats(-4000, 4000, allow_nan=False)
sizes = st.floats(5, 2000)
boxes = st.builds(lambda x, y, w, h: shapely.box(x, y, x + w, y + h), numbers, numbers, sizes, sizes)


def frame(*geometry: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(geometry), crs=METRES)


@cache
def land() -> gpd.GeoDataFrame:
    rng = np.random.default_rng(3)
    places, radius = rng.uniform(-5000, 5000, (80, 2)), rng.uniform(100, 900, 80)
    discs = [shapely.Point(place).buffer(reach, 8) for place, reach in zip(places, radius, strict=True)]
    return gpd.GeoDataFrame({"use": rng.choice(["farm", "forest"], 80), "people": rng.integers(1, 9, 80)}, geometry=discs, crs=METRES)


@cache
def points() -> gpd.GeoDataFrame:
    middle = land().copy()
    return middle.set_geometry(middle.centroid)


def moved(layer: gpd.GeoDataFrame, x: float, y: float) -> gpd.GeoDataFrame:
    return layer.set_geometry(layer.translate(x, y))


def measures(areas: gpd.GeoDataFrame, x: float = 0, y: float = 0) -> list[Measured]:
    ground, places = moved(land(), x, y), moved(points(), x, y)
    return [
        share(areas, ground, FARM),
        share(areas, ground, ShareParameters()),
        nearest(areas, places, NearestParameters()),
        within(areas, places, WithinParameters(reach_m=700)),
        within(areas, places, WithinParameters(reach_m=0, stat="sum", column="people")),
        within(areas, places, WithinParameters(reach_m=700, stat="sum", column="people", decay_m=300)),
        areal(areas, ground, ArealParameters(column="people")),
        areal(areas, ground, ArealParameters(column="people", measure="total")),
    ]


@given(boxes, st.floats(0.1, 0.9))
def test_the_parts_of_an_area_add_up_to_it(box: shapely.Polygon, at: float) -> None:
    west, south, east, north = box.bounds
    cut = west + at * (east - west)
    parts = frame(shapely.box(west, south, cut, north), shapely.box(cut, south, east, north))
    whole = share(frame(box), land(), FARM).values.fillna(0).sum()
    np.testing.assert_allclose(share(parts, land(), FARM).values.fillna(0).sum(), whole, rtol=1e-9, atol=1e-9)
    counted = within(parts, points(), WithinParameters(each_once=True)).values.sum()
    assert counted == within(frame(box), points(), WithinParameters()).values.sum()
    distance = nearest(frame(box), points(), NearestParameters()).values.iloc[0]
    np.testing.assert_allclose(nearest(parts, points(), NearestParameters()).values.min(), distance, rtol=1e-9, atol=1e-9)


@given(boxes, boxes)
def test_another_area_changes_nothing_here(box: shapely.Polygon, other: shapely.Polygon) -> None:
    for alone, together in zip(measures(frame(box)), measures(frame(other, box)), strict=True):
        np.testing.assert_array_equal(alone.values.iloc[0], together.values.iloc[1])
        np.testing.assert_array_equal(alone.coverage.iloc[0], together.coverage.iloc[1])


@given(boxes, st.integers(-9, 9), st.integers(-9, 9))
def test_moving_everything_changes_nothing(box: shapely.Polygon, east: int, north: int) -> None:
    x, y = east * 1024.0, north * 1024.0
    for here, there in zip(measures(frame(box)), measures(frame(translate(box, x, y)), x, y), strict=True):
        np.testing.assert_allclose(here.values, there.values, rtol=1e-6, atol=1e-6)


@given(boxes)
def test_the_crs_that_areas_came_in_does_not_matter(box: shapely.Polygon) -> None:
    again = frame(box).to_crs(4326).to_crs(METRES)
    for one, other in zip(measures(frame(box))[:3], measures(again)[:3], strict=True):
        np.testing.assert_allclose(one.values, other.values, rtol=1e-5, atol=1e-3)


@given(boxes)
def test_a_share_is_between_nothing_and_all(box: shapely.Polygon) -> None:
    classes = [share(frame(box), land(), ShareParameters(class_column="use", classes=(use,))) for use in ("farm", "forest")]
    both = share(frame(box), land(), ShareParameters(class_column="use", classes=("farm", "forest")))
    for found in [*classes, both]:
        value = found.values.iloc[0]
        assert np.isnan(value) == (found.coverage.iloc[0] == 0)
        assert np.isnan(value) or 0 <= value <= 1
    if both.coverage.iloc[0] > 0:
        np.testing.assert_allclose(both.values.iloc[0], 1.0, rtol=1e-9)
        assert sum(found.values.iloc[0] for found in classes) >= 1 - 1e-9


@given(boxes, st.floats(0, 3000), st.floats(0, 3000))
def test_a_wider_reach_never_finds_less(box: shapely.Polygon, one: float, other: float) -> None:
    near, far = sorted((one, other))
    counts = [within(frame(box), points(), WithinParameters(reach_m=reach)).values.iloc[0] for reach in (near, far)]
    assert counts[0] <= counts[1]


@given(boxes, st.permutations(range(80)))
def test_the_order_of_a_layer_does_not_matter(box: shapely.Polygon, order: list[int]) -> None:
    straight = share(frame(box), land(), FARM).values
    shuffled = share(frame(box), land().iloc[order].reset_index(drop=True), FARM).values
    np.testing.assert_allclose(straight, shuffled, rtol=1e-9, atol=1e-12)
