"""Tiles against geometry cut by shapely, read by a decoder of another maker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from shapely.geometry import shape

from dashboard.tiles.index import TileForm, TileIndex
from dashboard.tiles.mercator import to_unit_square
from dashboard.tiles.request import TileAddress

Decode = Callable[[bytes], dict[str, Any]]


def address(z: int, lon: float, lat: float) -> TileAddress:
    """Tile that holds a place."""
    x, y = to_unit_square(np.array([[lon, lat]]))[0] * 2**z
    return TileAddress(z, int(x), int(y))


def in_tile_units(geometry: Any, at: TileAddress, extent: int = 4096) -> Any:
    """Geometry in degrees to tile units, not rounded."""
    corner = np.array([at.x, at.y]) / 2**at.z
    return shapely.transform(geometry, lambda xy: (to_unit_square(xy) - corner) * 2**at.z * extent)


def read(decode: Decode, content: bytes) -> dict[int, Any]:
    """Feature id to geometry in tile units."""
    layers = decode(content)
    return {each["id"]: shape(each["geometry"]) for each in layers["areas"]["features"]} if layers else {}


def window(form: TileForm) -> Any:
    return shapely.box(-form.buffer_units, -form.buffer_units, form.extent + form.buffer_units, form.extent + form.buffer_units)


def test_the_whole_outline_comes_back_within_a_unit(decode: Decode) -> None:
    hole = [(10.1, 5.05), (10.15, 5.06), (10.12, 5.1)]
    polygon = shapely.Polygon([(10, 5), (10.2, 5.02), (10.23, 5.2), (10.1, 5.14), (9.97, 5.21)], [hole])
    at = address(8, 10.1, 5.1)
    came = read(decode, TileIndex(np.array([polygon]), "areas").layer(at))[0]
    expected = in_tile_units(polygon, at)
    assert shapely.hausdorff_distance(came, expected) < 1
    assert len(came.interiors) == 1
    assert came.area == pytest.approx(expected.area, rel=0.01)


def test_only_what_meets_the_tile_and_its_margin_is_in_it(decode: Decode, snapshot: Any) -> None:
    geometries = snapshot.areas.geometry.to_numpy()
    index = TileIndex(geometries, "areas")
    for z in (6, 9, 11):
        at = address(z, 10, 5)
        drawn = {i: in_tile_units(each, at) for i, each in enumerate(geometries) if each is not None}
        came = set(read(decode, index.layer(at)))
        assert came <= {i for i, each in drawn.items() if each.envelope.buffer(9).intersects(window(index.form))}
        assert came >= {i for i, each in drawn.items() if each.intersects(window(index.form))}


@pytest.mark.parametrize("z", [5, 7, 9, 11, 13])
def test_outlines_are_cut_at_the_margin_and_keep_their_shape(decode: Decode, snapshot: Any, z: int) -> None:
    index = TileIndex(snapshot.areas.geometry.to_numpy(), "areas")
    at = address(z, 10.02, 5.02)
    for row, came in read(decode, index.layer(at)).items():
        expected = in_tile_units(snapshot.areas.geometry[row], at)
        size = np.ptp(np.reshape(expected.bounds, (2, 2)), axis=0).max()
        if came.geom_type == "Point" or size < index.form.smallest_units:
            assert came.centroid.distance(expected.envelope.centroid) < 1.5
            continue
        cut = expected.intersection(window(index.form))
        assert came.is_valid
        assert window(index.form).buffer(1).covers(came)
        assert shapely.hausdorff_distance(came, cut) < 1 + index.form.tolerance_units


def test_an_area_below_the_smallest_size_is_a_square_about_its_middle(decode: Decode) -> None:
    at = address(4, 10, 5)
    came = read(decode, TileIndex(np.array([shapely.Point(10, 5).buffer(0.0001)]), "areas").layer(at))[0]
    middle = in_tile_units(shapely.Point(10, 5), at)
    assert came.area == 16 * 16
    assert came.centroid.distance(middle) < 1


def test_a_sliver_that_rounding_would_remove_is_still_there(decode: Decode) -> None:
    sliver = shapely.Polygon([(10, 5), (10.2, 5), (10.2, 5.0000001)])
    assert read(decode, TileIndex(np.array([sliver]), "areas").layer(address(9, 10.1, 5)))[0].area == 16 * 16


def test_points_are_points_and_missing_or_empty_ones_are_left_out(decode: Decode) -> None:
    geometries = np.array([shapely.Point(10, 5), None, shapely.Polygon(), shapely.MultiPoint([(10, 5), (10.01, 5)])])
    came = read(decode, TileIndex(geometries, "areas").layer(address(9, 10, 5)))
    assert {row: each.geom_type for row, each in came.items()} == {0: "Point", 3: "MultiPoint"}


def test_an_area_with_several_parts_keeps_one_id(decode: Decode) -> None:
    two = shapely.union_all([shapely.box(10, 5, 10.05, 5.05), shapely.box(10.1, 5.1, 10.15, 5.15)])
    came = read(decode, TileIndex(np.array([two]), "areas").layer(address(9, 10.08, 5.08)))
    assert list(came) == [0]
    assert len(came[0].geoms) == 2


def test_shells_turn_one_way_and_holes_the_other(decode: Decode) -> None:
    """The decoder tells shells from holes by their turn only, so a ring in a ring in a ring must come back as two polygons."""
    ring = shapely.Point(10, 5).buffer(0.2) - shapely.Point(10, 5).buffer(0.15) | shapely.Point(10, 5).buffer(0.1)
    for given_ring in (ring, shapely.reverse(ring)):
        came = read(decode, TileIndex(np.array([given_ring]), "areas").layer(address(8, 10, 5)))[0]
        assert sorted(len(each.interiors) for each in came.geoms) == [0, 1]


def test_a_tile_inside_a_large_area_is_filled(decode: Decode) -> None:
    index = TileIndex(np.array([shapely.box(0, 0, 20, 10)]), "areas")
    came = read(decode, index.layer(address(10, 10, 5)))[0]
    assert came.equals(window(index.form))


def test_there_is_nothing_far_away() -> None:
    assert TileIndex(np.array([shapely.box(10, 5, 11, 6)]), "areas").layer(TileAddress(6, 0, 0)) == b""


def test_an_index_of_nothing_gives_empty_tiles() -> None:
    assert TileIndex(np.array([], dtype=object), "areas").layer(TileAddress(0, 0, 0)) == b""


def test_equal_layers_give_equal_bytes(snapshot: Any) -> None:
    at = address(7, 10, 5)
    geometries = snapshot.areas.geometry.to_numpy()
    assert TileIndex(geometries, "areas").layer(at) == TileIndex(geometries.copy(), "areas").layer(at)


corner = st.tuples(st.floats(9, 11, width=32), st.floats(4, 6, width=32))


@example(corners=[(9.0, 4.0), (9.0, 4.0), (9.0, 6.0)], z=6)  # the clip itself refuses this one
@given(st.lists(corner, min_size=3, max_size=12), st.integers(0, 14))
def test_any_outline_even_a_crossing_one_gives_a_readable_tile(decode: Decode, corners: list[tuple[float, float]], z: int) -> None:
    index = TileIndex(np.array([shapely.Polygon(corners)]), "areas")
    for came in read(decode, index.layer(address(z, 10, 5))).values():
        assert not came.is_empty
        assert window(index.form).buffer(10).covers(came.envelope)


@given(st.integers(2, 40), st.integers(4, 12), st.integers(0, 2**32 - 1))
def test_every_area_in_a_tile_is_drawn_where_it_is(decode: Decode, n: int, z: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    geometries = shapely.buffer(shapely.points(rng.normal((10, 5), 0.3, (n, 2))), 10 ** rng.uniform(-4, -1, n))
    index = TileIndex(geometries, "areas")
    at = address(z, 10, 5)
    for row, came in read(decode, index.layer(at)).items():
        expected = in_tile_units(geometries[row], at).buffer(index.form.smallest_units)
        assert expected.covers(came)
