"""Places in addresses: what is written is read back, and what cannot be read says why."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.services.place_text import DIGITS, MAX_CORNERS, place_to_text, text_to_place, typed_to_text
from geodata.errors import GeodataError

AREA = shapely.Polygon([(12, 8), (13, 8), (13, 9), (12, 9)], [[(12.2, 8.2), (12.4, 8.2), (12.4, 8.4)]])


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (AREA, "area:12,8,13,8,13,9,12,9;12.2,8.2,12.4,8.2,12.4,8.4"),
        (shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)]), "area:1,0,1,1,0,1,0,0~3,2,3,3,2,3,2,2"),
        (shapely.LineString([(-1.5, 0), (0.1234567, -8)]), "line:-1.5,0,0.123457,-8"),
        (shapely.MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3), (4, 2)]]), "line:0,0,1,1~2,2,3,3,4,2"),
        (shapely.Point(-123.649645, -35.025973), "point:-123.649645,-35.025973"),
        (shapely.MultiPoint([(1, 2), (3, 4)]), "point:1,2~3,4"),
    ],
    ids=["hole", "parts", "line", "lines", "point", "points"],
)
def test_a_place_is_written_and_read_back(place: shapely.Geometry, text: str) -> None:
    assert place_to_text(place) == text
    assert shapely.equals(text_to_place(text), shapely.set_precision(place, 10.0**-DIGITS, mode="pointwise"))


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=2, max_size=40))
@settings(max_examples=50)
def test_every_line_comes_back_within_a_rounding(corners: list[tuple[float, float]]) -> None:
    text = place_to_text(shapely.LineString(corners))
    assert text is not None
    found = shapely.get_coordinates(text_to_place(text))
    assert abs(found - shapely.get_coordinates(shapely.LineString(corners))).max() <= 0.5 * 10.0**-DIGITS + 1e-12


def test_a_place_with_too_many_corners_has_no_text() -> None:
    assert place_to_text(shapely.Point(0, 0).buffer(1, quad_segs=MAX_CORNERS)) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "neither area, line nor point"),
        ("circle:1,2", "neither area, line nor point"),
        ("area:1,2,3,4", "is no list of longitudes and latitudes"),
        ("point:1", "is no list of longitudes and latitudes"),
        ("point:nan,2", "is no list of longitudes and latitudes"),
        ("line:0,0,1,1;2,2,3,3", "only areas have holes"),
        ("line:" + ",".join(["1"] * 2 * (MAX_CORNERS + 1)), f"more than {MAX_CORNERS} corners"),
    ],
)
def test_a_text_that_is_no_place_says_why(text: str, why: str) -> None:
    with pytest.raises(GeodataError, match=why):
        text_to_place(text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [("12.5, 8", "point:12.5,8"), ("1 2; 3 4", "line:1,2,3,4"), ("0,0\n\n1,0\n1,1\n", "area:0,0,1,0,1,1")],
)
def test_typed_coordinates_become_a_place(typed: str, text: str) -> None:
    assert typed_to_text(typed) == text


@pytest.mark.parametrize("typed", ["", "12,5; 8,1, 3", "here", "1"])
def test_typed_words_that_are_no_coordinates_are_named(typed: str) -> None:
    with pytest.raises(GeodataError, match="Each line must be a longitude and a latitude"):
        typed_to_text(typed)
