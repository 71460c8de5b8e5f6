"""Features within a reach, worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely

from geodata.errors import LayerError
from geodata.indicators.parameters import WithinParameters
from geodata.indicators.within import within

Make = Callable[..., Any]
SQUARE_KM = shapely.box(0, 0, 1000, 1000)


def test_features_inside_and_within_reach_are_counted(frame: Make) -> None:
    areas = frame(SQUARE_KM, shapely.box(9000, 0, 9100, 100), None)
    points = frame(shapely.Point(500, 500), shapely.Point(1500, 500), shapely.Point(1501, 500))
    np.testing.assert_array_equal(within(areas, points, WithinParameters()).values, [1, 0, np.nan])
    np.testing.assert_array_equal(within(areas, points, WithinParameters(reach_m=500)).values, [2, 0, np.nan])


def test_nothing_within_reach_is_zero_and_so_is_an_empty_layer(frame: Make) -> None:
    found = within(frame(SQUARE_KM), frame(shapely.Point(0, 0)).iloc[:0], WithinParameters(reach_m=10))
    assert (found.values.tolist(), found.coverage.tolist()) == ([0.0], [1.0])


def test_columns_are_added_up(frame: Make) -> None:
    points = frame(shapely.Point(1, 1), shapely.Point(2, 2), killed=[1, 2], injured=["3", "1,000"])
    found = within(frame(SQUARE_KM), points, WithinParameters(stat="sum", column=("killed", "injured")))
    assert found.values.tolist() == [1006.0]


def test_a_sum_is_unknown_where_every_addend_is(frame: Make) -> None:
    points = frame(shapely.Point(1, 1), shapely.Point(2, 2), shapely.Point(3000, 1), people=[np.nan, np.nan, 5])
    areas = frame(SQUARE_KM, shapely.box(2990, 0, 3010, 10), shapely.box(8000, 0, 8001, 1))
    found = within(areas, points, WithinParameters(stat="sum", column="people"))
    np.testing.assert_array_equal(found.values, [np.nan, 5, 0])


def test_a_column_of_words_cannot_be_added_up(frame: Make) -> None:
    with pytest.raises(LayerError, match="column 'people' must hold numbers; found 'many'"):
        within(frame(SQUARE_KM), frame(shapely.Point(1, 1), people=["many"]), WithinParameters(stat="sum", column="people"))


def test_density_is_per_square_kilometre_of_what_is_reached(frame: Make) -> None:
    areas = frame(SQUARE_KM, shapely.Point(0, 0))
    points = frame(shapely.Point(1, 1), shapely.Point(2, 2))
    np.testing.assert_array_equal(within(areas, points, WithinParameters(stat="density_per_km2")).values, [2, np.nan])
    found = within(areas, points, WithinParameters(stat="density_per_km2", reach_m=1000)).values
    assert found.iloc[1] == pytest.approx(2 / (shapely.Point(0, 0).buffer(1000).area / 1e6))


def test_the_length_of_lines_is_cut_at_the_edge(frame: Make) -> None:
    road = frame(shapely.LineString([(-500, 500), (2500, 500)]))
    found = within(frame(SQUARE_KM), road, WithinParameters(stat="length_km"))
    assert (found.values.tolist(), found.unit) == ([1.0], "km")
    assert within(frame(SQUARE_KM), road, WithinParameters(stat="length_km", reach_m=100)).values.tolist() == pytest.approx([1.2])


def test_a_point_on_a_shared_border_counts_once_where_asked(frame: Make) -> None:
    areas = frame(SQUARE_KM, shapely.box(1000, 0, 2000, 1000))
    point = frame(shapely.Point(1000, 500), shapely.Point(1500, 500))
    assert within(areas, point, WithinParameters()).values.tolist() == [1, 2]
    assert within(areas, point, WithinParameters(each_once=True)).values.tolist() == [1, 1]


def test_near_features_count_more_where_distance_decays(frame: Make) -> None:
    areas = frame(SQUARE_KM, None)
    points = frame(
        shapely.Point(500, 500), shapely.Point(1500, 500), shapely.Point(2000, 500), shapely.Point(3001, 500), n=[1, 10, 100, 1e6]
    )
    said = {"reach_m": 2000, "decay_m": 500}
    near = [1, np.exp(-1), np.exp(-2)]
    assert within(areas, points, WithinParameters(**said)).values.tolist() == pytest.approx([sum(near), np.nan], nan_ok=True)
    summed = within(areas, points, WithinParameters(stat="sum", column="n", **said)).values
    assert summed.tolist() == pytest.approx([near[0] + 10 * near[1] + 100 * near[2], np.nan], nan_ok=True)
    dense = within(areas, points, WithinParameters(stat="density_per_km2", **said)).values
    assert dense.iloc[0] == pytest.approx(sum(near) / SQUARE_KM.buffer(2000, 16).area * 1e6)


def test_hazards_around_an_area_leave_its_own_record_out(frame: Make) -> None:
    squares = [SQUARE_KM, shapely.box(1100, 0, 1200, 100), SQUARE_KM, shapely.box(9000, 0, 9001, 1)]
    areas = frame(*squares, area_id=["A", "B", "A again", "C"])
    said = WithinParameters(reach_m=500, others_only=True)
    assert said.layer_columns() == ("area_id",)
    assert within(areas, areas, said).values.tolist() == [2, 2, 2, 0]
