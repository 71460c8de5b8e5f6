"""Weights from an order or from swing points: published weights, gaps, equals, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.services.asked_weights import asked_weights, paired_weights
from dashboard.services.views import points_of
from models.errors import ModelsError


def test_an_order_gives_the_weights_of_its_centroid() -> None:
    """Barron & Barrett (1996), three attributes: 0.6111, 0.2778, 0.1111."""
    found = asked_weights("order", {"road": 3, "lives": 1, "water": 2})
    assert found == pytest.approx({"road": 1 / 9, "lives": 11 / 18, "water": 5 / 18})
    assert list(found) == ["road", "lives", "water"]


def test_places_may_leave_gaps_and_equals_share() -> None:
    assert asked_weights("order", {"a": 2, "b": 7, "c": 7}) == asked_weights("order", {"a": 1, "b": 2, "c": 2})
    assert asked_weights("order", {"a": 1, "b": 2, "c": 2}) == pytest.approx({"a": 11 / 18, "b": 7 / 36, "c": 7 / 36})


def test_points_give_their_shares_and_what_is_left_empty_weighs_nothing() -> None:
    assert asked_weights("points", {"a": 100, "b": 60, "c": 40, "d": None}) == {"a": 0.5, "b": 0.3, "c": 0.2, "d": 0.0}
    assert asked_weights("order", {"a": 1, "b": None}) == {"a": 1.0, "b": 0.0}


@pytest.mark.parametrize(
    ("way", "told", "reason"),
    [
        ("order", {"a": None, "b": None}, "a number for one criterion or more"),
        ("points", {}, "a number for one criterion or more"),
        ("order", {"a": 0, "b": 1}, "A place is a whole number from 1; it is 0 for a"),
        ("order", {"a": 1.5}, "it is 1.5 for a"),
        ("order", {"a": float("inf")}, "it is inf for a"),
        ("points", {"a": 80, "b": 20}, "the largest here is 80"),
    ],
    ids=["nothing told", "no criterion", "place 0", "half a place", "no end", "no swing of 100"],
)
def test_what_gives_no_weights_is_refused_with_the_reason(way, told: dict[str, float | None], reason: str) -> None:
    with pytest.raises(ModelsError, match=reason) as caught:
        asked_weights(way, told)
    assert caught.value.remedy


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(1, 9), min_size=1))
def test_weights_of_an_order_sum_to_one_and_keep_the_order(places: dict[str, int]) -> None:
    found = asked_weights("order", places)
    assert sum(found.values()) == pytest.approx(1.0)
    for one in places:
        for other in places:
            assert (found[one] > found[other]) == (places[one] < places[other])


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(1, 9), min_size=1))
def test_points_on_the_sliders_stay_within_their_range(places: dict[str, int]) -> None:
    points = points_of(asked_weights("order", places))
    assert max(points.values()) == 50.0 and min(points.values()) > 0


GROUPS = {"casualties": "risk", "poverty": "need", "people": "risk", "road": "benefit"}
SHARES = {"casualties": 0.3, "poverty": 0.5, "people": 0.1, "road": 0.1}


def test_judgements_about_pairs_of_groups_give_the_weights_and_criteria_keep_their_proportions() -> None:
    """risk : need 2, risk : benefit 4, need : benefit 2 fit together: 4/7, 2/7, 1/7; in risk 3 : 1."""
    weights, found = paired_weights(GROUPS, SHARES, {"risk:need": 2.0, "risk:benefit": 4.0, "need:benefit": 2.0})
    assert weights == pytest.approx({"casualties": 3 / 7, "poverty": 2 / 7, "people": 1 / 7, "road": 1 / 7})
    assert found.is_consistent and found.consistency_ratio == pytest.approx(0.0, abs=1e-9)


def test_judgements_that_go_round_are_told() -> None:
    _, found = paired_weights(GROUPS, SHARES, {"risk:need": 5.0, "risk:benefit": 1 / 5, "need:benefit": 5.0})
    assert not found.is_consistent and found.worst is not None


def test_criteria_of_a_group_that_weighs_nothing_divide_its_weight_evenly() -> None:
    shares = {"casualties": 0.0, "poverty": 0.5, "people": 0.0, "road": 0.5}
    weights, _ = paired_weights(GROUPS, shares, {"risk:need": 1.0, "risk:benefit": 1.0, "need:benefit": 1.0})
    assert weights == pytest.approx({"casualties": 1 / 6, "poverty": 1 / 3, "people": 1 / 6, "road": 1 / 3})


@pytest.mark.parametrize(
    ("groups", "told", "reason"),
    [
        (GROUPS, {"risk:need": 2.0}, "2 of 3 have none"),
        ({"casualties": "risk"}, {}, "0 of 0 have none"),
        (GROUPS, {"risk:need": 20.0, "risk:benefit": 1.0, "need:benefit": 1.0}, "between 1/9 and 9"),
    ],
    ids=["pairs missing", "one group", "out of bounds"],
)
def test_judgements_that_give_no_weights_are_refused(groups: dict[str, str], told: dict[str, float], reason: str) -> None:
    with pytest.raises(ModelsError, match=reason):
        paired_weights(groups, SHARES, told)
