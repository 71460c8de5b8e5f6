"""Results around an area: by hand, and what may never count."""

from __future__ import annotations

import numpy as np
import pytest

from models.errors import ModelsError
from models.likelihood.around import Results, share_found_around


def results(**changes) -> Results:
    parts = {
        "xy": np.array([[0.0, 0.0], [1000.0, 0.0], [0.0, 2000.0]]), "place": np.array(["a", "b", "c"], dtype=object),
        "is_present": np.array([True, False, True]),
        "known_on": np.array(["2010-01-01", "2012-01-01", "2014-01-01"], dtype="datetime64[D]"),
    }  # fmt: skip
    return Results(**{**parts, **changes})


def test_the_share_is_that_of_a_table_worked_by_hand() -> None:
    found = share_found_around(np.array([[0.0, 0.0]]), np.array(["z"], dtype=object), results(), reaches_m=(1000.0,))
    w = np.exp([-0.0, -1.0, -2.0])
    assert found[0, 0] == pytest.approx((w[0] + w[2] + 0.3 * 2 / 3) / (w.sum() + 0.3), abs=1e-12)


def test_the_results_of_its_own_place_never_count_for_an_area() -> None:
    at, place = np.array([[0.0, 0.0]]), np.array(["a"], dtype=object)
    before = share_found_around(at, place, results())
    after = share_found_around(at, place, results(is_present=np.array([False, False, True])))
    np.testing.assert_array_equal(before, after)


def test_a_result_of_the_day_of_asking_or_later_never_counts() -> None:
    at, place, day = np.array([[0.0, 0.0]]), np.array(["z"], dtype=object), np.array(["2012-01-01"], dtype="datetime64[D]")
    before = share_found_around(at, place, results(), asked_on=day)
    changed = results(is_present=np.array([True, True, False]), xy=np.array([[0.0, 0.0], [5.0, 0.0], [9.0, 9.0]]))
    np.testing.assert_array_equal(before, share_found_around(at, place, changed, asked_on=day))
    np.testing.assert_array_equal(before, np.ones((1, 6)))


def test_where_nothing_is_known_yet_or_the_place_is_unknown_the_share_is_unknown() -> None:
    at, place = np.array([[0.0, 0.0], [np.nan, np.nan]]), np.array(["z", "z"], dtype=object)
    day = np.array(["2009-01-01", "2020-01-01"], dtype="datetime64[D]")
    assert np.isnan(share_found_around(at, place, results(), asked_on=day)).all()


def test_far_from_everything_it_is_the_overall_share() -> None:
    found = share_found_around(np.array([[9e6, 9e6]]), np.array(["z"], dtype=object), results())
    np.testing.assert_allclose(found, np.full((1, 6), 2 / 3), atol=1e-9)


def test_a_day_of_asking_needs_days_of_knowing() -> None:
    with pytest.raises(ModelsError, match="needs results with the day"):
        share_found_around(
            np.zeros((1, 2)),
            np.array(["z"], dtype=object),
            results(known_on=None),
            asked_on=np.array(["2012-01-01"], dtype="datetime64[D]"),
        )
