"""Share and hectares under polygons, worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely

from geodata.errors import CrsError
from geodata.indicators.parameters import ShareParameters
from geodata.indicators.share import covered_m2, cut, share

Make = Callable[..., Any]
FARM = ShareParameters(class_column="use", classes=("farm",))


def test_the_share_is_of_what_the_map_covers(frame: Make) -> None:
    land = frame(shapely.box(0, 0, 50, 100), shapely.box(50, 0, 80, 100), use=["farm", "forest"])
    found = share(frame(shapely.box(0, 0, 100, 100)), land, FARM)
    assert found.values.tolist() == pytest.approx([50 / 80])
    assert found.coverage.tolist() == pytest.approx([0.8])
    assert (found.unit, found.values.index.tolist()) == ("share", ["row 0"])


def test_nothing_mapped_is_unknown_and_mapped_otherwise_is_zero(frame: Make) -> None:
    land = frame(shapely.box(0, 0, 50, 100), use=["forest"])
    found = share(frame(shapely.box(0, 0, 10, 10), shapely.box(900, 0, 910, 10), None), land, FARM)
    np.testing.assert_array_equal(found.values, [0, np.nan, np.nan])
    np.testing.assert_array_equal(found.coverage, [1, 0, np.nan])


def test_overlapping_and_repeated_polygons_count_once(frame: Make) -> None:
    left, most = shapely.box(0, 0, 50, 100), shapely.box(20, 0, 80, 100)
    zones = frame(left, left, most)
    found = share(frame(shapely.box(0, 0, 100, 100)), zones, ShareParameters())
    assert found.values.tolist() == pytest.approx([0.8])
    assert share(frame(left), zones, ShareParameters()).values.tolist() == pytest.approx([1.0])


def test_repeats_that_happen_to_fill_the_area_count_once(frame: Make) -> None:
    half = shapely.box(0, 0, 50, 100)
    found = share(frame(shapely.box(0, 0, 100, 100)), frame(half, half, use=["farm", "farm"]), FARM)
    assert (found.values.tolist(), found.coverage.tolist()) == ([1.0], [0.5])


def test_many_overlapping_pieces_count_once(frame: Make) -> None:
    strips = [shapely.box(i, 0, i + 10, 100) for i in range(40)]
    found = share(frame(shapely.box(0, 0, 100, 100)), frame(*strips), ShareParameters(measure="ha"))
    assert found.values.tolist() == pytest.approx([0.49])


def test_without_classes_the_layer_lists_what_is_there(frame: Make) -> None:
    found = share(frame(shapely.box(0, 0, 10, 10), shapely.box(900, 0, 910, 10)), frame(shapely.box(0, 0, 5, 10)), ShareParameters())
    assert found.values.tolist() == [0.5, 0.0]
    assert found.coverage.tolist() == [1.0, 1.0]


def test_hectares_are_of_the_area(frame: Make) -> None:
    land = frame(shapely.box(0, 0, 500, 1000), use=["farm"])
    found = share(frame(shapely.box(0, 0, 1000, 1000)), land, FARM.model_copy(update={"measure": "ha"}))
    assert (found.values.tolist(), found.unit) == (pytest.approx([50.0]), "ha")


def test_a_point_is_inside_or_outside_and_has_no_hectares(frame: Make) -> None:
    land = frame(shapely.box(0, 0, 50, 100), shapely.box(50, 0, 80, 100), use=["farm", "forest"])
    points = frame(shapely.Point(10, 10), shapely.Point(60, 10), shapely.Point(90, 10))
    np.testing.assert_array_equal(share(points, land, FARM).values, [1, 0, np.nan])
    assert share(points, land, FARM.model_copy(update={"measure": "ha"})).values.isna().all()
    np.testing.assert_array_equal(share(points, land, ShareParameters()).values, [1, 1, 0])


def test_touching_at_a_corner_or_a_side_is_no_cover(frame: Make) -> None:
    zones = frame(shapely.box(10, 10, 20, 20), shapely.box(0, 10, 10, 20))
    assert share(frame(shapely.box(0, 0, 10, 10)), zones, ShareParameters()).values.tolist() == [0.0]


def test_holes_are_not_covered(frame: Make) -> None:
    ring = shapely.box(0, 0, 100, 100).difference(shapely.box(25, 25, 75, 75))
    assert share(frame(shapely.box(0, 0, 100, 100)), frame(ring), ShareParameters()).values.tolist() == [0.75]


def test_a_layer_without_rows_covers_nothing(frame: Make) -> None:
    geometry = np.array([shapely.box(0, 0, 1, 1)])
    assert covered_m2(geometry, np.empty(0, dtype=object), np.array([True])).tolist() == [0.0]


def test_another_crs_is_refused(frame: Make) -> None:
    with pytest.raises(CrsError, match="they must be equal"):
        share(frame(shapely.box(0, 0, 1, 1)), frame(shapely.box(0, 0, 1, 1)).to_crs(32638), ShareParameters())


def test_indicators_of_one_layer_can_share_the_cutting(frame: Make) -> None:
    land = frame(shapely.box(0, 0, 50, 100), shapely.box(50, 0, 80, 100), use=["farm", "forest"])
    areas = frame(shapely.box(0, 0, 100, 100), shapely.Point(60, 10))
    for parameters in (FARM, ShareParameters(), FARM.model_copy(update={"measure": "ha"})):
        alone, shared = share(areas, land, parameters), share(areas, land, parameters, cut(areas, land))
        np.testing.assert_array_equal(alone.values, shared.values)


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ([(25, 0, 75, 100), (25, 0, 75, 100)], 0.5),
        ([(25, 0, 75, 100), (20, 0, 45, 100), (55, 0, 80, 100)], 0.6),
        ([(0, 0, 50, 50), (0, 0, 50, 50), (50, 50, 100, 100), (50, 50, 100, 100)], 0.5),
    ],
    ids=["a middle strip twice", "three strips about the middle", "two opposite quarters twice"],
)
def test_overlaps_exactly_as_large_as_the_gaps_count_once(
    frame: Make, boxes: list[tuple[float, float, float, float]], expected: float
) -> None:
    zones = frame(*(shapely.box(*box) for box in boxes))
    assert share(frame(shapely.box(0, 0, 100, 100)), zones, ShareParameters()).values.tolist() == pytest.approx([expected], abs=1e-12)


def test_a_map_without_gaps_covers_all_at_any_place_on_earth(frame: Make) -> None:
    corner = np.array([4_000_000.3, -3_000_000.7])
    x, y = (axis.ravel() * 7.3 + start for axis, start in zip(np.meshgrid(np.arange(12), np.arange(12)), corner, strict=True))
    cells = shapely.box(x, y, x + 7.3, y + 7.3)
    areas = frame(*(shapely.Point(corner + at).buffer(9.1, 5) for at in ((30, 30), (41, 52), (60.5, 33.3))))
    found = share(areas, frame(*cells, use=["farm", "forest"] * 72), FARM)
    expected = [sum(cell.intersection(area).area for cell in cells[::2]) / area.area for area in areas.geometry]
    np.testing.assert_allclose(found.values, expected, rtol=1e-9)
    np.testing.assert_allclose(found.coverage, 1.0, rtol=1e-9)
