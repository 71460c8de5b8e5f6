"""The value of the next visit against linear programs solved outcome by outcome."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from models.cost import SurveyCosts, after_nts, cost_without_nts, next_action
from models.likelihood.survey_value import value_visits

COSTS = SurveyCosts(0.04, 0.45, 1.4, 0.7, 0.6, 0.3)


def best(gain, cost, budget) -> float:
    """The most that a budget buys, each area in whole or in part, by HiGHS."""
    found = linprog(-gain, A_ub=[cost], b_ub=[budget], bounds=(0, 1))
    return -found.fun


def brute_force(prob, size, gain, confirmed, budget) -> np.ndarray:
    now = next_action(prob, size, confirmed, COSTS).cost_usd
    today = best(gain, now, budget)
    evidence, later = after_nts(prob, COSTS)
    rest = np.minimum(*cost_without_nts(later, size, COSTS))
    values = np.full(len(prob), np.nan)
    for row in np.flatnonzero(~confirmed):
        left = budget - size[row] * COSTS.nts_usd_per_m2
        if left >= 0:
            after = [best(gain, np.where(np.arange(len(now)) == row, cost, now), left) for cost in (rest[row], 0.0)]
            values[row] = evidence[row] * after[0] + (1 - evidence[row]) * after[1] - today
    return values


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.02, 1.3))
def test_values_are_those_of_linear_programs(seed: int, share: float) -> None:
    draw = np.random.default_rng(seed)
    prob, size, gain = draw.random(6), draw.uniform(500, 50_000, 6), draw.uniform(0.1, 1, 6)
    confirmed = draw.random(6) < 0.3
    budget = share * float(next_action(prob, size, confirmed, COSTS).cost_usd.sum())
    found = value_visits(prob, size, gain, confirmed, COSTS, budget)
    np.testing.assert_allclose(found.value, brute_force(prob, size, gain, confirmed, budget), atol=1e-7)


def test_the_funded_list_spends_the_budget_and_no_more() -> None:
    prob, size, gain = np.array([0.2, 0.5, 0.9]), np.array([1e4, 2e4, 3e4]), np.array([1.0, 1.0, 1.0])
    cost = next_action(prob, size, [False] * 3, COSTS).cost_usd
    found = value_visits(prob, size, gain, [False] * 3, COSTS, float(cost[0] + cost[1] / 2))
    np.testing.assert_allclose(found.funded_share, [1.0, 0.5, 0.0], atol=1e-12)
    assert found.funded_share @ cost == pytest.approx(cost[0] + cost[1] / 2)


def test_a_visit_to_an_uncertain_area_at_the_edge_of_the_budget_is_worth_most() -> None:
    prob = np.array([0.3, 0.3, 0.999])
    size, gain = np.full(3, 1e4), np.array([1.0, 0.9, 0.8])
    budget = 1.2 * float(next_action(prob, size, [False] * 3, COSTS).cost_usd[0])
    found = value_visits(prob, size, gain, [False] * 3, COSTS, budget)
    assert np.nanargmax(found.value_per_usd) in (0, 1)
    assert found.value[0] > found.value[2]
    assert bool(found.changes_list[0])


def test_a_certain_area_far_below_the_line_is_not_worth_the_price_of_a_visit() -> None:
    prob, size, gain = np.array([0.5, 1.0]), np.array([1e4, 1e6]), np.array([1.0, 1e-6])
    budget = 0.9 * float(next_action(prob[:1], size[:1], [False], COSTS).cost_usd[0])
    assert np.isnan(value_visits(prob, size, gain, [False, False], COSTS, budget).value[1])
    richer = float(next_action(prob[:1], size[:1], [False], COSTS).cost_usd[0]) + 1e6 * 0.04
    assert value_visits(prob, size, gain, [False, False], COSTS, richer).value[1] < 0


def test_confirmed_and_unknown_areas_have_no_value_of_a_visit() -> None:
    found = value_visits([0.5, np.nan, 0.5, 0.5], [1e4, 1e4, np.nan, 1e4], [1.0, 1.0, 1.0, np.nan], [True, False, False, False], COSTS, 1e9)
    assert np.isnan(found.value).all()
    np.testing.assert_array_equal(found.funded_share, [1.0, np.nan, np.nan, np.nan])
