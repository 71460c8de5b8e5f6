"""Access on networks small enough to be worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from geodata.indicators.access.links import cut_at_junctions
from geodata.indicators.access.measure import AccessGains, access

from .conftest import ground, on_foot, parameters


def measured(country: dict[str, Any], **options: Any) -> AccessGains:
    extra = {key: options.pop(key) for key in list(options) if key not in type(parameters()).model_fields}
    return access(ground(**{**country, **extra}), parameters(**options), on_foot())


def row(found: AccessGains, number: int = 0) -> Any:
    return pytest.approx(found.values.iloc[number].to_dict(), nan_ok=True, abs=1e-4)


def test_releasing_the_area_saves_the_way_around(ring: dict[str, Any]) -> None:
    found = measured(ring)
    assert row(found) == {
        # only the hamlet lies within 3 km of the area: 3 km back and 50 around now, 7 km straight on after
        "minutes_now": 53.0, "minutes_after": 7.0,
        "minutes_saved": 100 * (50 - 10) + 10 * (53 - 7),
        "people_gaining": 110.0, "people_connected": 0.0, "people_outside": 100.0, "market_access_gain": np.nan,
    }  # fmt: skip
    assert (found.n_closing, found.n_inferred, found.n_lost, found.inferred_share) == (1, 0, 0, 0.0)


def test_market_access_is_the_weighted_sum_of_minutes_to_the_power_of_minus_theta(ring: dict[str, Any]) -> None:
    said = {"measure": "market_access_gain", "theta": 2.0, "theta_source": "By hand, 2025, nowhere", "weight_column": "people"}
    ring["markets"] = {(10_000.0, 0.0): 1_000.0, (0.0, 0.0): 400.0}
    found = measured(ring, **said, least_minutes=2.0)
    village = (1_000 / 10**2 + 400 / 2**2) / (1_000 / 50**2 + 400 / 2**2)
    hamlet = (1_000 / 7**2 + 400 / 3**2) / (1_000 / 53**2 + 400 / 3**2)
    assert found.values["market_access_gain"][0] == pytest.approx(100 * np.log(village) + 10 * np.log(hamlet), rel=1e-4)


def test_a_place_that_no_road_reached_is_connected_and_its_time_before_stays_unknown(ring: dict[str, Any]) -> None:
    ring["roads"] = ring["roads"][:1]
    found = measured(ring)
    assert row(found) == {
        "minutes_now": np.nan, "minutes_after": np.nan, "minutes_saved": 0.0, "people_gaining": 110.0, "people_connected": 110.0,
        "people_outside": 100.0, "market_access_gain": np.nan,
    }  # fmt: skip


def test_two_areas_on_one_road_give_nothing_alone_and_all_together(ring: dict[str, Any]) -> None:
    ring["areas"] += [shapely.box(6_000, -100, 7_000, 100), shapely.box(500, 5_000, 600, 5_100)]
    whole = 100 * 40 + 10 * 46
    ring["community"] = ["one", "one", "two"]
    alone = measured(ring, said=[1.0, 1.0, 0.0])
    assert alone.values["minutes_saved"].tolist() == [0.0, 0.0, 0.0]
    together = measured(ring, said=[1.0, 1.0, 0.0], together="community")
    assert together.values["minutes_saved"].tolist() == pytest.approx([whole, whole, 0.0], abs=1e-3)
    route = measured(ring, said=[1.0, 1.0, 0.0], route=["N1", None], together="route", route_column="name")
    assert route.values["minutes_saved"].tolist() == pytest.approx([whole, whole, 0.0], abs=1e-3)


def test_a_stretch_that_two_areas_cover_opens_only_when_both_are_released(ring: dict[str, Any]) -> None:
    ring["areas"].append(shapely.box(4_500, -100, 5_500, 100))
    assert measured(ring).values["minutes_saved"].tolist() == [0.0, 0.0]
    released = measured(ring, is_released=[False, True])
    assert released.values["minutes_saved"].tolist() == pytest.approx([100 * 40 + 10 * 46, 0.0], abs=1e-3)


def test_a_road_closes_by_record_or_by_rule_and_stays_open_in_use(ring: dict[str, Any]) -> None:
    gain = 100 * 40 + 10 * 46
    cases: list[tuple[dict[str, Any], float, float | None]] = [
        ({"said": [1.0]}, gain, 0.0),
        ({"said": [0.0]}, 0.0, None),
        ({"said": [np.nan]}, 0.0, None),
        ({"said": [0.0], "may_infer": [True]}, 0.0, None),
        ({"said": [np.nan], "may_infer": [True]}, gain, 1.0),
        ({"said": [np.nan], "may_infer": [True], "is_inferable": [False, True]}, 0.0, None),
    ]
    for said, saved, share in cases:
        found = measured(ring, **said)
        assert found.values["minutes_saved"][0] == pytest.approx(saved, abs=1e-3), said
        assert found.inferred_share == share, said


def test_the_share_of_the_gain_that_rests_on_inference(ring: dict[str, Any]) -> None:
    ring["roads"] += [[(0, 0), (-10_000, 0)]]
    ring["areas"].append(shapely.box(-9_000, -100, -8_000, 100))
    ring["places"][(-9_500.0, 0.0)] = 46.0
    ring["places"][(-9_400.0, 0.0)] = 0.0
    found = measured(ring, said=[1.0, np.nan], may_infer=[False, True])
    assert found.n_inferred == 1
    # the second area only connects people, who saved no known minutes
    assert found.inferred_share == 0.0
    ring["roads"] += [[(-10_000, 0), (-10_000, 40_000), (0, 20_000)]]
    found = measured(ring, said=[1.0, np.nan], may_infer=[False, True])
    saved = found.values["minutes_saved"].to_numpy()
    assert found.inferred_share == pytest.approx(saved[1] / saved.sum())
    assert saved[1] > 0


def test_an_area_that_blocks_a_road_unknown_to_the_network_is_unknown(ring: dict[str, Any]) -> None:
    ring["areas"] = [shapely.box(4_000, 300, 4_100, 400), None, shapely.box(100, 900, 200, 990)]
    found = measured(ring, said=[1.0, 1.0, np.nan])
    assert found.values["minutes_saved"].tolist() == pytest.approx([np.nan, np.nan, 0.0], nan_ok=True)
    assert found.n_lost == 1
    near = measured(ring, said=[1.0, 1.0, np.nan], reach_m=300)
    assert near.values["minutes_saved"].tolist() == pytest.approx([100 * 40 + 10 * 46, np.nan, 0.0], nan_ok=True, abs=1e-2)


def test_people_walk_to_the_road_and_all_the_way_where_that_is_shorter(ring: dict[str, Any]) -> None:
    # 300 m to the road take 3 minutes, 10 km take 10; the last house walks 200 m straight
    ring["places"] = {(0.0, -300.0): 5.0, (10_200.0, 0.0): 1.0}
    found = measured(ring, near_m=100_000.0)
    assert found.values["minutes_saved"][0] == pytest.approx(5 * 40, abs=1e-3)
    assert found.values["minutes_after"][0] == pytest.approx((5 * 13 + 2) / 6, abs=1e-4)


def test_a_longer_way_than_the_longest_counts_as_none(ring: dict[str, Any]) -> None:
    found = measured(ring, max_minutes=52.0)
    assert found.values["people_connected"][0] == 10.0
    assert found.values["minutes_saved"][0] == pytest.approx(100 * 40, abs=1e-3)


def test_roads_join_where_they_share_a_corner_and_not_where_they_cross() -> None:
    roads = np.array([
        shapely.LineString([(0, 0), (5, 0), (5, 0), (10, 0)]), shapely.LineString([(5, 0), (5, 9)]),
        shapely.LineString([(2, -5), (2, 5)]), shapely.MultiLineString([[(20, 0), (30, 0)], [(30, 0), (40, 0), (40, 9), (30, 0)]]),
    ])  # fmt: skip
    links = cut_at_junctions(roads, 0.1)
    assert [line.wkt for line in links.geometry] == [
        "LINESTRING (0 0, 5 0)", "LINESTRING (5 0, 10 0)", "LINESTRING (5 0, 5 9)", "LINESTRING (2 -5, 2 5)",
        "LINESTRING (20 0, 30 0)", "LINESTRING (30 0, 40 0, 40 9, 30 0)",
    ]  # fmt: skip
    assert links.road.tolist() == [0, 0, 1, 2, 3, 3]
    assert links.end[0] == links.start[1] == links.start[2]
    assert links.start[5] == links.end[5] == links.end[4]
    assert links.n_junctions == 4 + 2 + 2


@pytest.mark.parametrize("empty", ["roads", "places", "markets"])
def test_where_there_are_no_roads_people_or_markets_nothing_is_gained(ring: dict[str, Any], empty: str) -> None:
    ring[empty] = type(ring[empty])()
    found = measured(ring, said=[1.0])
    unknown = empty == "roads"
    assert found.values["minutes_saved"].tolist() == pytest.approx([np.nan if unknown else 0.0], nan_ok=True)
