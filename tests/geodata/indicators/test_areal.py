"""Areal interpolation: means and totals carried from one zoning to another; totals are preserved."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import LayerError
from geodata.indicators.areal import areal
from geodata.indicators.parameters import ArealParameters
from geodata.layers.raster import RasterLayer

from .conftest import METRES

MEAN = ArealParameters(column="rate")
TOTAL = ArealParameters(column="people", measure="total")


def zones() -> gpd.GeoDataFrame:
    """Four zones that tile a rectangle but for its upper right corner."""
    slope = shapely.Polygon([(1000, 1000), (2500, 1000), (1500, 2200), (1000, 2200)])
    shapes = [shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2500, 1000), shapely.box(0, 1000, 1000, 2200), slope]
    return gpd.GeoDataFrame({"people": [1000.0, 400.0, 90.0, 250.0], "rate": [0.2, 0.5, 0.8, 0.1]}, geometry=shapes, crs=METRES)


def test_the_values_are_those_of_tobler(frame: Callable[..., gpd.GeoDataFrame]) -> None:
    areas = frame(
        shapely.box(200, 300, 700, 900), shapely.box(800, 700, 1600, 1500), shapely.Polygon([(1200, 200), (2400, 400), (1700, 1800)]),
        shapely.box(0, 0, 2500, 1000), shapely.Point(900, 1100).buffer(150, 8),
    )  # fmt: skip
    # tobler 0.13.0, area_interpolate(extensive people, intensive rate, allocate_total=False); its means are in single precision
    totals, means = areal(areas, zones(), TOTAL), areal(areas, zones(), MEAN)
    np.testing.assert_allclose(totals.values, [300.0, 178.0, 227.5, 1400.0, 13.2792989847819], rtol=1e-6)
    np.testing.assert_allclose(means.values, [0.2, 0.33125, 0.38571426, 0.38000001, 0.65981323], rtol=1e-6)
    np.testing.assert_allclose(means.coverage, [1, 1, 1, 1, 1], rtol=1e-3)
    assert totals.values.index.tolist() == areas.index.tolist()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.05, 0.95), min_size=1, max_size=4), st.lists(st.floats(0.05, 0.95), min_size=1, max_size=4))
def test_areas_that_tile_the_zones_keep_their_total(across: list[float], up: list[float]) -> None:
    x, y = np.unique([0.0, *across, 1.0]) * 2500, np.unique([0.0, *up, 1.0]) * 2200
    cells = [shapely.box(a, c, b, d) for (a, b), (c, d) in itertools.product(itertools.pairwise(x), itertools.pairwise(y))]
    found = areal(gpd.GeoDataFrame(geometry=cells, crs=METRES), zones(), TOTAL).values
    assert found.sum() == pytest.approx(1740.0, rel=1e-9)


def test_people_divide_a_zone_where_a_raster_says_where_they_live(
    frame: Callable[..., gpd.GeoDataFrame], raster: Callable[..., RasterLayer]
) -> None:
    cells = np.zeros((10, 10))
    cells[:, 5:], cells[:, 0] = 3.0, 15.0
    people = raster(cells)
    zone = frame(shapely.box(0, 0, 1000, 1000), people=[600.0], rate=[0.4])
    halves = frame(shapely.box(0, 0, 500, 1000), shapely.box(500, 0, 1000, 1000), shapely.box(200, 0, 400, 1000))
    assert areal(halves, zone, TOTAL, people).values.tolist() == pytest.approx([300.0, 300.0, 0.0])
    assert areal(halves, zone, MEAN, people).values.tolist() == pytest.approx([0.4, 0.4, np.nan], nan_ok=True)


def test_what_is_unknown_stays_unknown_and_coverage_tells_how_much(frame: Callable[..., gpd.GeoDataFrame]) -> None:
    some = zones()
    some.loc[1, ["people", "rate"]] = np.nan
    areas = frame(
        shapely.box(500, 0, 1500, 1000), shapely.box(1200, 0, 1500, 500), shapely.Point(200, 200), None, shapely.box(9e3, 0, 9e3 + 1, 1)
    )
    means, totals = areal(areas, some, MEAN), areal(areas, some, TOTAL)
    assert means.values.tolist() == pytest.approx([0.2, np.nan, 0.2, np.nan, np.nan], nan_ok=True)
    assert totals.values.tolist() == pytest.approx([500.0, np.nan, np.nan, np.nan, np.nan], nan_ok=True)
    assert means.coverage.tolist() == pytest.approx([0.5, 0, 1, np.nan, 0], nan_ok=True)
    with pytest.raises(LayerError, match="must hold numbers"):
        areal(areas, some.assign(rate="high"), MEAN)
