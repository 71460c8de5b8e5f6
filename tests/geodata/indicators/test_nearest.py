"""Distance to the nearest feature, worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely

from geodata.indicators.nearest import nearest
from geodata.indicators.parameters import NearestParameters

Make = Callable[..., Any]


def test_the_distance_is_from_edge_to_feature_and_zero_inside(frame: Make) -> None:
    areas = frame(shapely.box(0, 0, 10, 10), shapely.box(100, 0, 110, 10), shapely.Point(0, 50))
    found = nearest(areas, frame(shapely.Point(5, 5), shapely.LineString([(113, 14), (113, 50)])), NearestParameters())
    assert found.values.tolist() == [0.0, 5.0, shapely.Point(0, 50).distance(shapely.Point(5, 5))]
    assert (found.unit, found.values.index.tolist()) == ("m", ["row 0", "row 1", "row 2"])


def test_ties_give_one_row_an_area(frame: Make) -> None:
    found = nearest(frame(shapely.Point(0, 0)), frame(shapely.Point(3, 0), shapely.Point(-3, 0)), NearestParameters())
    assert found.values.tolist() == [3.0]


def test_beyond_the_limit_without_features_or_without_place_is_unknown(frame: Make) -> None:
    areas = frame(shapely.Point(0, 0), None)
    assert nearest(areas, frame(shapely.Point(300, 0)), NearestParameters(max_m=299)).values.isna().all()
    assert nearest(areas, frame(shapely.Point(300, 0)).iloc[:0], NearestParameters()).values.isna().all()
    np.testing.assert_array_equal(nearest(areas, frame(shapely.Point(300, 0)), NearestParameters(max_m=301)).values, [300, np.nan])


def test_each_area_keeps_its_own_distance_in_whatever_order_they_come(frame: Make) -> None:
    at = np.random.default_rng(3).uniform(0, 90_000, (40, 2))
    found = nearest(frame(*shapely.points(at), None), frame(shapely.Point(0, 0)), NearestParameters())
    np.testing.assert_allclose(found.values, [*np.hypot(*at.T), np.nan], rtol=1e-12)
