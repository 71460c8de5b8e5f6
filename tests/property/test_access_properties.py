"""What must hold of access on any network; small ones are also searched whole by another library, on a graph made without ours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import networkx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.indicators.access.measure import AccessGains, Ground, access
from geodata.indicators.access.parameters import AccessParameters
from geodata.indicators.access.walking import Walking

SIDE, STEP_M, FAR_M = 4, 1_000.0, 1_000_000.0
EDGES = [((x, y), (x + 1, y)) for x in range(SIDE - 1) for y in range(SIDE)] + [
    ((y, x), (y, x + 1)) for x in range(SIDE - 1) for y in range(SIDE)
]
SAID: dict[str, Any] = {"roads": "roads", "kind_column": "kind", "speeds_kmh": {"road": 60}, "people_layer": "places", "people_column": "n"}
MARKET = {"measure": "market_access_gain", "theta_source": "made up", "weight_column": "size", "least_minutes": 0.5}
ON_FOOT = Walking(lambda start, end: np.linalg.norm(end - start, axis=1) / 100, 5.0, 4)
nodes = st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))


@dataclass(frozen=True)
class Country:
    """Roads between the corners of a square mesh, areas inside roads, people and markets at corners.

    Attributes
    ----------
    minutes : dict number of an edge -> minutes
    areas : tuple of (number of an edge, where along it 0.2 .. 0.8)
    people, markets : dict corner -> number
    """

    minutes: dict[int, float]
    areas: tuple[tuple[int, float], ...]
    people: dict[tuple[int, int], float]
    markets: dict[tuple[int, int], float]


@st.composite
def countries(draw: st.DrawFn) -> Country:
    minutes = draw(st.dictionaries(st.integers(0, len(EDGES) - 1), st.sampled_from([1.0, 2.0, 7.0]), min_size=6))
    on_road = st.tuples(st.sampled_from(sorted(minutes)), st.floats(0.2, 0.8))
    return Country(
        minutes=minutes,
        areas=tuple(draw(st.lists(on_road, min_size=1, max_size=5))),
        people=draw(st.dictionaries(nodes, st.integers(1, 90).map(float), min_size=1, max_size=6)),
        markets=draw(st.dictionaries(nodes, st.integers(1, 90).map(float), min_size=1, max_size=3)),
    )


def ground_of(country: Country, *, shift: tuple[float, float] = (0.0, 0.0)) -> Ground:
    edges = sorted(country.minutes)
    lines = np.array([EDGES[edge] for edge in edges], dtype="float64") * STEP_M + shift
    n = len(country.areas)
    middles = [np.array(EDGES[edge][0]) + (np.array(EDGES[edge][1]) - EDGES[edge][0]) * where for edge, where in country.areas]
    return Ground(
        areas=shapely.buffer(shapely.points(np.array(middles) * STEP_M + shift), 50.0),
        is_released=np.zeros(n, dtype=bool), said=np.ones(n), may_infer=np.zeros(n, dtype=bool),
        community=np.array(["one"] * n, dtype=object), roads=shapely.linestrings(lines),
        speed_kmh=np.array([60.0 / country.minutes[edge] for edge in edges]),
        can_close=np.ones(len(edges), dtype=bool), is_inferable=np.ones(len(edges), dtype=bool),
        route=np.array([None] * len(edges), dtype=object),
        places=np.array(list(country.people), dtype="float64") * STEP_M + shift, people=np.array(list(country.people.values())),
        destinations=np.array(list(country.markets), dtype="float64") * STEP_M + shift, weight=np.array(list(country.markets.values())),
    )  # fmt: skip


def measured(ground: Ground, **said: Any) -> AccessGains:
    return access(ground, AccessParameters.model_validate({**SAID, "near_m": 100_000, **said}), ON_FOOT)


def searched(country: Country, released: set[int]) -> np.ndarray:
    """Minutes from each place to each market, markets x places, on a graph that networkx holds; inf where no way leads."""
    closed = {edge for number, (edge, _) in enumerate(country.areas) if number not in released}
    graph = networkx.Graph()
    graph.add_nodes_from([*country.people, *country.markets])
    graph.add_weighted_edges_from([(*EDGES[edge], minutes) for edge, minutes in country.minutes.items() if edge not in closed])
    ends = [networkx.single_source_dijkstra_path_length(graph, market) for market in country.markets]
    on_road = {corner for edge in country.minutes for corner in EDGES[edge]}
    # who lives at a market is there; a corner without any road is reached by nobody else
    return np.array([
        [0.0 if place == market else end.get(place, np.inf) if place in on_road else np.inf for place in country.people]
        for market, end in zip(country.markets, ends, strict=True)
    ])  # fmt: skip


@given(countries())
def test_every_gain_is_that_of_a_whole_search_by_another_library(country: Country) -> None:
    found = measured(ground_of(country)).values
    now, people = searched(country, set()).min(axis=0), np.array(list(country.people.values()))
    for number in range(len(country.areas)):
        after = searched(country, {number}).min(axis=0)
        reached, is_connected = np.isfinite(now), np.isinf(now) & np.isfinite(after)
        saved = np.where(reached, now, 0.0) - np.where(reached, after, 0.0)
        assert found["minutes_saved"][number] == pytest.approx(float(people @ saved), abs=0.05)
        assert found["people_connected"][number] == float(people[is_connected].sum())
        # a saving of a whole minute may fall a hair short of it
        surely, perhaps = (float(people[is_connected | (saved >= least)].sum()) for least in (1.001, 0.999))
        assert surely <= found["people_gaining"][number] <= perhaps
        mean = np.average(now[reached], weights=people[reached]) if reached.any() else np.nan
        assert found["minutes_now"][number] == pytest.approx(mean, abs=1e-3, nan_ok=True)


@given(countries(), st.sampled_from([0.0, 1.0, 2.5]))
def test_market_access_is_that_of_a_whole_search_also_where_theta_is_0(country: Country, theta: float) -> None:
    found = measured(ground_of(country), **MARKET, theta=theta).values["market_access_gain"]
    weight, people = np.array(list(country.markets.values())), np.array(list(country.people.values()))
    now = searched(country, set())
    for number in range(len(country.areas)):
        after = searched(country, {number})
        before, then = (
            np.where(np.isfinite(minutes), np.maximum(minutes, 0.5) ** -theta, 0.0).T @ weight for minutes in (now, after)
        )  # fmt: skip
        reached = before > 0
        assert found[number] == pytest.approx(float(people[reached] @ np.log(then[reached] / before[reached])), abs=1e-2)
        assert found[number] >= 0


@given(countries(), st.data())
@settings(max_examples=20)
def test_closing_more_never_shortens_a_way(country: Country, data: st.DataObject) -> None:
    more = replace(country, areas=(*country.areas, (data.draw(st.sampled_from(sorted(country.minutes))), 0.5)))
    for corner in country.people:
        alone = {corner: country.people[corner]}
        before, after = (measured(ground_of(replace(one, people=alone))).values["minutes_now"][0] for one in (country, more))
        # cut off altogether is unknown, and never the shorter way
        assert np.isnan(after) or after >= before - 1e-6, corner


@given(countries())
@settings(max_examples=20)
def test_all_areas_together_give_at_least_what_the_best_of_them_gives_alone(country: Country) -> None:
    ground = ground_of(country)
    for name, said in (("minutes_saved", {}), ("people_gaining", {}), ("market_access_gain", {**MARKET, "theta": 1.5})):
        alone = measured(ground, **said).values[name].max()
        together = measured(ground, **said, together="community").values[name]
        assert together.nunique() == 1
        assert together[0] >= alone - 1e-6, name


@given(countries(), countries())
@settings(max_examples=20)
def test_a_country_far_away_changes_nothing_here(here: Country, there: Country) -> None:
    one, other = ground_of(here), ground_of(there, shift=(FAR_M, 0.0))
    both = Ground(**{name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in vars(one) if name != "groups"})
    alone = measured(one).values
    together = measured(both).values.iloc[: len(alone)]
    np.testing.assert_allclose(together.to_numpy(), alone.to_numpy(), rtol=1e-9, atol=1e-9)


@given(countries(), st.integers(-9, 9), st.integers(-9, 9))
@settings(max_examples=20)
def test_moving_the_whole_country_changes_nothing(country: Country, east: int, north: int) -> None:
    here, there = (measured(ground_of(country, shift=by)).values for by in ((0.0, 0.0), (east * 1024.0, north * 1024.0)))
    np.testing.assert_allclose(there[["minutes_saved", "minutes_now"]], here[["minutes_saved", "minutes_now"]], rtol=1e-6, atol=1e-3)
    np.testing.assert_allclose(there["people_connected"], here["people_connected"])


@given(countries())
@settings(max_examples=25)
def test_where_no_market_is_reached_minutes_are_unknown_and_never_0(country: Country) -> None:
    ground = replace(ground_of(country), destinations=np.empty((0, 2)), weight=np.empty(0))
    found = measured(ground).values
    assert found[["minutes_now", "minutes_after"]].isna().all(axis=None)
    assert (found[["minutes_saved", "people_gaining", "people_connected"]] == 0).all(axis=None)
    far = replace(ground, destinations=np.array([[FAR_M, FAR_M]]), weight=np.ones(1))
    assert measured(far).values["minutes_now"].isna().all()
