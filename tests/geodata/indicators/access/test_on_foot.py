"""Ways on foot: what slows them, what lies across them, and what opens when an area is released."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import shapely

from geodata.indicators.access.measure import AccessGains, access
from geodata.indicators.access.walking import Walking, find_crossed
from geodata.snapshot.access_walking import mean_friction

from .conftest import ground, on_foot, parameters


def measured(country: dict[str, Any], walking: Walking, **said: Any) -> AccessGains:
    return access(ground(**country, said=[np.nan], **said), parameters(near_m=100_000.0), walking)


@pytest.fixture
def hamlet() -> dict[str, Any]:
    """A hamlet of 10 people 400 m south of a road that ends at a market 6 km east, and a field between hamlet and road."""
    return {
        "roads": [[(0, 0), (6_000, 0)]],
        "areas": [shapely.box(-50, -300, 50, -200)],
        "places": {(0.0, -400.0): 10.0},
        "markets": {(6_000.0, 0.0): 1.0},
    }


def test_people_walk_across_an_area_unless_the_rule_says_that_they_do_not(hamlet: dict[str, Any]) -> None:
    across = measured(hamlet, on_foot())
    assert across.values["minutes_now"][0] == pytest.approx(4 + 6)
    assert across.values["people_gaining"][0] == 0.0
    around = dataclasses.replace(on_foot(), around=np.array(hamlet["areas"], dtype=object))
    found = measured(hamlet, around)
    # 500 m are the farthest way, and this is the only road: the hamlet is cut off until the field is released
    assert np.isnan(found.values["minutes_now"][0])
    assert found.values["people_connected"][0] == 10.0
    assert (found.n_closing, found.n_inferred) == (1, 1)


def test_what_a_rule_closes_on_foot_counts_as_inferred(hamlet: dict[str, Any]) -> None:
    hamlet["roads"].append([(300, -400), (300, -3_000), (6_000, -3_000), (6_000, 0)])
    around = dataclasses.replace(on_foot(), around=np.array(hamlet["areas"], dtype=object))
    found = measured(hamlet, around)
    # 3 minutes to the other road and 14.3 km on it, 10 minutes by the field
    assert found.values["minutes_saved"][0] == pytest.approx(10 * (3 + 2.6 + 5.7 + 3 - 10), abs=1e-4)
    assert found.inferred_share == 1.0


def test_who_lives_in_an_area_has_a_way_out_of_it(hamlet: dict[str, Any]) -> None:
    hamlet["areas"] = [shapely.box(-50, -500, 50, -200)]
    around = dataclasses.replace(on_foot(), around=np.array(hamlet["areas"], dtype=object))
    assert measured(hamlet, around).values["minutes_now"][0] == pytest.approx(10)


def test_nobody_walks_across_a_river_and_another_road_is_taken(hamlet: dict[str, Any]) -> None:
    hamlet["roads"].append([(0, -900), (6_000, -450), (6_000, 0)])
    river = np.array([shapely.LineString([(-1_000, -100), (1_000, -100)])])
    assert measured(hamlet, on_foot(ties=1)).values["minutes_now"][0] == pytest.approx(10)
    # the nearest road lies beyond the river: 499 m straight to the other one, and 37 m less of its 6,467
    found = measured(hamlet, dataclasses.replace(on_foot(ties=1), barriers=river))
    slant = np.hypot(6_000, 450)
    expected = 500 * 6_000 / slant / 100 + (slant - 500 * 450 / slant + 450) / 1_000
    assert found.values["minutes_now"][0] == pytest.approx(expected, abs=1e-4)


def test_ground_that_cannot_be_walked_is_no_way(hamlet: dict[str, Any]) -> None:
    walking = Walking(lambda start, end: np.full(len(start), np.inf), 500.0, 4)
    found = measured(hamlet, walking)
    assert np.isnan(found.values["minutes_now"][0])


def test_the_pace_is_the_mean_of_the_friction_and_unknown_ground_has_the_usual_one() -> None:
    friction = np.array([[0.01, 0.03], [np.nan, 0.04], [np.nan, np.nan], [0.01, 0.0], [0.01, np.inf], [0.01, -9.0]])
    np.testing.assert_allclose(mean_friction(friction, 0.012), [0.02, 0.026, 0.012, np.inf, np.inf, np.inf])


def test_a_way_along_an_area_is_crossed_where_it_meets_it_and_nothing_is_crossed_by_none() -> None:
    homes, ends = np.array([[0.0, 0.0], [0.0, 0.0]]), np.array([[10.0, 0.0], [0.0, 10.0]])
    shapes = np.array([shapely.box(4, 0, 5, 1), None, shapely.box(-1, -1, 1, 1)], dtype=object)
    way, shape = find_crossed(homes, ends, shapes)
    assert (way.tolist(), shape.tolist()) == ([0], [0])
    way, shape = find_crossed(homes[:0], ends[:0], shapes)
    assert (way.tolist(), shape.tolist()) == ([], [])


def test_each_group_is_counted_by_its_own_people(ring: dict[str, Any]) -> None:
    counts = {"women": [40.0, 6.0], "children": [np.nan, 3.0], "nobody_knows": [np.nan, np.nan]}
    found = access(ground(**ring, groups=counts), parameters(), on_foot())
    saved = {"": 100 * 40 + 10 * 46, "women": 40 * 40 + 6 * 46, "children": 3 * 46}
    for name, minutes in saved.items():
        assert found.groups[name].values["minutes_saved"][0] == pytest.approx(minutes, abs=1e-3), name
    assert found.groups["women"].values["people_gaining"][0] == 46.0
    # the village lies more than 3 km from the area
    assert found.groups["women"].values["people_outside"][0] == 40.0
    assert found.groups["children"].values["people_gaining"][0] == 3.0
    # of the 110 who gain, the children of the 10 in the hamlet are known
    assert found.groups["children"].known_share[0] == pytest.approx(10 / 110)
    assert found.groups["nobody_knows"].values.iloc[0, 2:].isna().all()
    assert found.groups["nobody_knows"].known_share[0] == 0.0
    assert found.groups[""].known_share[0] == 1.0


def test_a_place_whose_people_are_not_known_is_no_place_without_people(ring: dict[str, Any]) -> None:
    ring["places"] = {(0.0, 0.0): np.nan, (3_000.0, 0.0): 10.0}
    found = access(ground(**ring), parameters(), on_foot()).groups[""]
    assert found.values["people_gaining"][0] == 10.0
    assert found.known_share[0] == 0.5
    ring["places"] = {(0.0, 0.0): np.nan}
    found = access(ground(**ring), parameters(), on_foot()).groups[""]
    assert np.isnan(found.values["people_gaining"][0])
