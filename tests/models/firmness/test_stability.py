"""How far one weight may move."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.errors import ModelsError
from models.firmness import smallest_weight_change, stability_interval


def test_the_interval_ends_where_two_areas_change_places(rank: Any) -> None:
    """0.9 w + 0.1 (1 - w) = 0.6 w + 1.0 (1 - w) at w = 3/4."""
    ranking = rank(np.array([[0.9, 0.1], [0.6, 1.0]]), [0.5, 0.5])
    found = stability_interval(ranking, 1, "c0", 1)
    assert (found.share, found.low) == (0.5, 0.0)
    assert found.high == pytest.approx(0.75, abs=1e-12)
    assert found.smallest_change == pytest.approx(0.25, abs=1e-12)


def test_a_dominating_area_stays_whatever_the_weight(rank: Any) -> None:
    found = stability_interval(rank(np.array([[0.9, 0.9], [0.5, 0.8]]), [0.5, 0.5]), 0, "c1", 1)
    assert (found.low, found.high, found.smallest_change) == (0.0, 1.0, float("inf"))


@pytest.mark.parametrize("unknown_share", [0.0, 0.2], ids=["all known", "some unknown"])
def test_within_the_interval_ranking_again_keeps_the_side_and_beyond_it_does_not(unknown_share: float, rank: Any) -> None:
    draw = np.random.default_rng(7)
    table = draw.random((25, 3))
    table[draw.random(table.shape) < unknown_share] = np.nan
    table[np.isnan(table).all(axis=1), 0] = 0.5
    weights = np.array([0.5, 0.3, 0.2])
    base = rank(table, weights)
    for row in base.order[5:14]:
        was_in = base.rank[row] <= 10
        for place in range(3):
            found = stability_interval(base, int(row), f"c{place}", 10)
            others = np.delete(weights, place) / np.delete(weights, place).sum()
            probes = [(share, True) for share in np.linspace(found.low + 1e-6, found.high - 1e-6, 7)]
            probes += [(found.low - 1e-6, False)] if found.low > 0 else []
            probes += [(found.high + 1e-6, False)] if found.high < 1 else []
            for share, stays in probes:
                again = rank(table, np.insert(others * (1 - share), place, share))
                if not np.isnan(again.rank[row]):
                    assert (again.rank[row] <= 10) == (was_in == stays), (row, place, share)


def test_the_smallest_change_is_that_of_the_criterion_nearest_to_its_border(rank: Any) -> None:
    ranking = rank(np.array([[0.9, 0.1, 0.5], [0.6, 1.0, 0.4]]), [0.5, 0.4, 0.1])
    intervals = [stability_interval(ranking, 1, name, 1) for name in ranking.criteria]
    assert smallest_weight_change(ranking, 1, 1).smallest_change == min(interval.smallest_change for interval in intervals)


def test_equal_areas_are_kept_apart_by_identifier_under_any_weight(rank: Any) -> None:
    ranking = rank(np.array([[0.5, 0.5], [0.5, 0.5]]), [0.5, 0.5])
    assert [(found.low, found.high) for found in (stability_interval(ranking, row, "c0", 1) for row in (0, 1))] == [(0, 1), (0, 1)]


def test_classes_stand_above_any_weight(rank: Any) -> None:
    rule = {"id": "must_do", "kind": "first", "when": [{"indicator": "c0", "op": "at_least", "value": 0.99}]}
    ranking = rank(np.array([[0.99, 0.0], [0.9, 1.0]]), [0.5, 0.5], [rule])
    assert stability_interval(ranking, 1, "c1", 1).smallest_change == float("inf")


def test_what_has_no_place_is_refused(rank: Any) -> None:
    ranking = rank(np.array([[0.5, 0.5], [np.nan, np.nan]]), [0.5, 0.5])
    with pytest.raises(ModelsError, match="A001 is not ranked"):
        stability_interval(ranking, 1, "c0", 1)
    with pytest.raises(ModelsError, match="no criterion 'beauty'"):
        stability_interval(ranking, 0, "beauty", 1)
