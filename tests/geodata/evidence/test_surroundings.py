"""Pairs of areas and events within reach are those that measuring every pair gives."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.evidence import surroundings
from geodata.evidence.surroundings import Surroundings


def _pairs(shapes: gpd.GeoSeries, events: np.ndarray, reach_m: float) -> list[tuple[int, int]]:
    found = Surroundings(shapes).pairs(events, reach_m)
    return sorted((int(a), int(e)) for area, event in found for a, e in zip(area, event, strict=True))


def _every_pair(shapes: gpd.GeoSeries, events: np.ndarray, reach_m: float) -> list[tuple[int, int]]:
    pairs = ((row, place) for row in range(len(shapes)) for place in range(len(events)))
    return [(row, place) for row, place in pairs if shapely.dwithin(shapes.iloc[row], events[place], reach_m)]


number = st.integers(-50, 50).map(float)
box = st.builds(lambda x, y, wide, high: shapely.box(x, y, x + wide, y + high), number, number, st.integers(1, 60), st.integers(1, 60))
shape = st.one_of(box, st.builds(shapely.Point, number, number), box.map(lambda each: each.exterior), st.none())


@settings(max_examples=60)
@given(st.lists(shape, min_size=1, max_size=9), st.lists(st.tuples(number, number), max_size=9), st.integers(0, 70).map(float))
def test_events_that_are_points_are_found_as_measuring_every_pair_finds_them(shapes: list, places: list, reach_m: float) -> None:
    areas, events = gpd.GeoSeries(shapes, crs=3857), np.array([shapely.Point(*place) for place in places], dtype=object)
    assert _pairs(areas, events, reach_m) == _every_pair(areas, events, reach_m)


@pytest.mark.parametrize("size", [1, 3])
def test_areas_are_taken_in_parts_and_events_may_be_outlines(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(surroundings, "_AREAS", size)
    areas = gpd.GeoSeries([shapely.box(0, 0, 10, 10), None, shapely.box(40, 0, 41, 1), shapely.Polygon(), shapely.Point(5, 30)], crs=3857)
    events = np.array([shapely.Point(5, 5), shapely.box(30, 0, 35, 5)], dtype=object)
    for near in (events, events[:1]):
        assert _pairs(areas, near, 20.0) == _every_pair(areas, near, 20.0)
    assert _pairs(areas, events[:0], 20.0) == []
