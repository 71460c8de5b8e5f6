"""People whom no gazetteer lists: counted by the middle of their cell, beside brute force."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.indicators.parameters import UnlistedParameters
from geodata.indicators.unlisted import unlisted
from geodata.layers.raster import RasterLayer

SAID = UnlistedParameters(places_layer="places", away_m=300, reach_m=100)


def test_people_far_from_every_listed_place_count(frame: Callable[..., gpd.GeoDataFrame], raster: Callable[..., RasterLayer]) -> None:
    cells = np.zeros((10, 10))
    cells[0, 0], cells[9, 9], cells[5, 5] = 40.0, 7.0, -1
    areas = frame(shapely.box(0, 800, 200, 1000), shapely.box(800, 0, 1000, 200), None, shapely.box(5000, 0, 5100, 90))
    people = raster(cells)
    none_listed = unlisted(areas, people, frame(), SAID)
    assert none_listed.values.tolist() == pytest.approx([40, 7, np.nan, np.nan], nan_ok=True)
    one_listed = unlisted(areas, people, frame(shapely.Point(60, 960)), SAID)
    assert one_listed.values.tolist() == pytest.approx([0, 7, np.nan, np.nan], nan_ok=True)
    assert (one_listed.unit, one_listed.values.index.tolist()) == ("people", areas.index.tolist())


def test_the_count_is_that_of_a_loop_over_every_cell(frame: Callable[..., gpd.GeoDataFrame], raster: Callable[..., RasterLayer]) -> None:
    rng = np.random.default_rng(2)
    cells = rng.gamma(1, 5, (10, 10))
    places = shapely.points(rng.uniform(0, 1000, (4, 2)))
    areas = shapely.buffer(shapely.points(rng.uniform(0, 1000, (12, 2))), rng.uniform(20, 300, 12))
    expected = []
    for area in areas:
        total = 0.0
        for row in range(10):
            for column in range(10):
                middle = shapely.Point(50 + 100 * column, 950 - 100 * row)
                if area.distance(middle) <= 100 and min(middle.distance(place) for place in places) > 300:
                    total += cells[row, column]
        expected.append(total)
    np.testing.assert_allclose(unlisted(frame(*areas), raster(cells), frame(*places), SAID).values, expected)
