"""Values carried from points to areas, worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely

from geodata.indicators.interpolate import interpolate, people_nearest
from geodata.indicators.parameters import InterpolateParameters

Make = Callable[..., Any]
WEALTH = InterpolateParameters(column="rwi")
BOX = shapely.box(0, 0, 100, 100)


def test_points_inside_give_their_mean(frame: Make) -> None:
    points = frame(shapely.Point(10, 10), shapely.Point(20, 20), shapely.Point(500, 0), rwi=[1.0, 2.0, 99.0])
    found = interpolate(frame(BOX), points, WEALTH)
    assert (found.values.tolist(), found.coverage.tolist()) == ([1.5], [1.0])


def test_weights_pull_the_mean_and_points_without_people_or_value_do_not_count(frame: Make) -> None:
    points = frame(*[shapely.Point(i, i) for i in range(4)], rwi=[1.0, 2.0, 99.0, np.nan])
    found = interpolate(frame(BOX), points, WEALTH, np.array([3.0, 1.0, 0.0, 10.0]))
    assert found.values.tolist() == [1.25]


def test_without_points_inside_near_ones_count_by_inverse_square_distance(frame: Make) -> None:
    points = frame(shapely.Point(50, 150), shapely.Point(50, -150), rwi=[1.0, 6.0])
    found = interpolate(frame(BOX), points, WEALTH)
    weights = 1 / 100**2, 1 / 200**2
    assert found.values.tolist() == pytest.approx([(1 * weights[0] + 6 * weights[1]) / sum(weights)])
    assert np.isnan(found.coverage.iloc[0])


def test_only_the_nearest_neighbours_count(frame: Make) -> None:
    points = frame(shapely.Point(50, 150), shapely.Point(50, -150), rwi=[1.0, 6.0])
    found = interpolate(frame(BOX), points, InterpolateParameters(column="rwi", neighbours=1))
    assert found.values.tolist() == [1.0]


def test_a_point_area_on_a_point_takes_its_value(frame: Make) -> None:
    points = frame(shapely.Point(5, 5), shapely.Point(6, 6), rwi=[1.0, 2.0])
    assert interpolate(frame(shapely.Point(5, 5)), points, WEALTH).values.tolist() == [1.0]


def test_far_from_every_point_is_unknown(frame: Make) -> None:
    points = frame(shapely.Point(50, 30_000), rwi=[1.0])
    found = interpolate(frame(BOX, None), points, WEALTH)
    assert found.values.isna().all()
    np.testing.assert_array_equal(found.coverage, [0.0, np.nan])


def test_without_points_everything_is_unknown(frame: Make) -> None:
    found = interpolate(frame(BOX), frame(shapely.Point(1, 1), rwi=[np.nan]), WEALTH)
    assert (found.values.isna().all(), found.coverage.tolist()) == (True, [0.0])


def test_a_point_weighs_the_people_of_the_towns_nearest_to_it(frame: Make) -> None:
    points = frame(shapely.Point(10, 10), shapely.Point(90, 90), shapely.Point(50, 50), rwi=[1.0, 2.0, np.nan])
    towns = frame(*[shapely.Point(at) for at in ((0, 0), (95, 95), (52, 52), (80, 99), (9_000, 0))], n=[300.0, 60.0, 40.0, np.nan, 7.0])
    parameters = InterpolateParameters(column="rwi", weight_points="towns", weight_column="n", max_m=1_000)
    weights = people_nearest(points, towns, parameters)
    # the point without a value weighs nothing: its town goes to the next; the town far away and the one of unknown size to none
    assert weights.tolist() == [300.0, 100.0, 0.0]
    assert interpolate(frame(BOX), points, parameters, weights).values.tolist() == [1.25]
