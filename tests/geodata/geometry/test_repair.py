"""Repair makes outlines valid, keeps what is valid, and says what it did."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.geometry.repair import repair_geometries, split_antimeridian

BOWTIE = shapely.from_wkt("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))")
COLLAPSED = shapely.from_wkt("POLYGON ((0 0, 1 1, 0 0, 0 0))")
coordinate = st.floats(-60, 60).map(lambda value: round(value, 3))


@given(st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=12))
def test_repair_gives_valid_polygons_and_is_idempotent(points: list[tuple[float, float]]) -> None:
    once = repair_geometries(np.array([shapely.Polygon(points)], object))
    if len(once.collapsed):
        return
    assert shapely.is_valid(once.geometry[0])
    assert shapely.area(once.geometry[0]) > 0
    twice = repair_geometries(once.geometry)
    assert not len(twice.repaired)
    assert shapely.equals_identical(twice.geometry[0], once.geometry[0])


def test_a_bowtie_gets_the_area_it_encloses() -> None:
    assert shapely.area(BOWTIE) == 0
    mended = repair_geometries(np.array([BOWTIE], object))
    assert mended.repaired.tolist() == [0]
    assert shapely.area(mended.geometry[0]) == 0.5


def test_an_outline_without_area_is_reported_and_left_as_it_came() -> None:
    mended = repair_geometries(np.array([COLLAPSED, shapely.box(0, 0, 1, 1)], object))
    assert mended.collapsed.tolist() == [0]
    assert mended.geometry[0] is COLLAPSED


def test_heights_are_dropped_and_collections_keep_their_polygons() -> None:
    raised = shapely.from_wkt("POLYGON Z ((0 0 5, 1 0 5, 1 1 5, 0 0 5))")
    mixed = shapely.from_wkt("GEOMETRYCOLLECTION (POINT (9 9), POLYGON ((0 0, 1 0, 1 1, 0 0)))")
    mended = repair_geometries(np.array([raised, mixed, None, shapely.Point(1, 2)], object))
    assert mended.flattened.tolist() == [0]
    assert mended.partial.tolist() == [1]
    assert [shapely.to_wkt(item) if item else None for item in mended.geometry] == [
        "POLYGON ((0 0, 1 0, 1 1, 0 0))",
        "POLYGON ((0 0, 1 0, 1 1, 0 0))",
        None,
        "POINT (1 2)",
    ]


def test_outlines_across_the_antimeridian_are_cut_there() -> None:
    fiji = shapely.Polygon([(179, -17), (-179, -17), (-179, -16), (179, -16)])
    unrolled = shapely.Polygon([(175, 65), (190, 65), (190, 66), (175, 66)])
    plain = shapely.box(10, 10, 11, 11)
    cut, rows = split_antimeridian(np.array([fiji, unrolled, plain], object))
    assert rows.tolist() == [0, 1]
    assert shapely.area(cut[0]) == 2
    assert shapely.area(cut[1]) == 15
    assert all(west >= -180 and east <= 180 for west, _, east, _ in shapely.bounds(cut))
    assert {tuple(shapely.bounds(part)) for part in shapely.get_parts(cut[0])} == {(179, -17, 180, -16), (-180, -17, -179, -16)}


def test_a_country_round_the_world_is_not_cut() -> None:
    band = shapely.Polygon([(x, 60) for x in range(-170, 171, 10)] + [(x, 61) for x in range(170, -171, -10)])
    assert split_antimeridian(np.array([band], object))[1].tolist() == []
