"""The value of the next visit against decision trees walked branch by branch, and against linear programs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from models.cost import SurveyCosts, next_action
from models.likelihood.survey_value import value_visits

COSTS = SurveyCosts(0.04, 0.45, 1.4, 0.7, 0.6, 0.3)


def branches(prob: float, silent_share: float) -> list[tuple[float, bool, bool]]:
    """Every branch of one survey: its probability, whether ordnance is there, and whether the survey finds nothing."""
    found = []
    for present in (True, False):
        for silent in (True, False):
            told = 0.0 if present else silent_share  # ordnance that is there always leaves evidence
            found.append(((prob if present else 1 - prob) * (told if silent else 1 - told), present, silent))
    return found


def path_cost(prob: float, size: float, steps: tuple[str, ...]) -> float:
    """Expected cost of one fixed order of steps, walked branch by branch; a survey that finds nothing ends the path."""
    if not steps:
        return 0.0
    first, rest = steps[0], steps[1:]
    if first == "clearance":
        return size * COSTS.clearance_usd_per_m2
    if first == "ts":
        confirmed = size * COSTS.ts_leaves_share * COSTS.clearance_usd_per_m2
        return size * COSTS.ts_usd_per_m2 + sum(
            p * (0.0 if silent else confirmed) for p, _, silent in branches(prob, COSTS.ts_shows_empty_share)
        )
    evidence, later = after_visit(prob)
    return size * COSTS.nts_usd_per_m2 + evidence * path_cost(later, size, rest)


def after_visit(prob: float) -> tuple[float, float]:
    """Probability that NTS leaves evidence, and that ordnance is there if it does, counted over the branches."""
    tree = branches(prob, COSTS.nts_shows_empty_share)
    evidence = sum(p for p, _, silent in tree if not silent)
    return evidence, sum(p for p, present, silent in tree if present and not silent) / evidence if evidence else 0.0


def cheapest(prob: float, size: float, *, may_visit: bool) -> float:
    """The best of all lawful orders."""
    orders = [("ts",), ("clearance",)] + ([("nts", "ts"), ("nts", "clearance")] if may_visit else [])
    return min(path_cost(prob, size, steps) for steps in orders)


def most_gain(gain: list[float], cost: list[float], budget: float) -> float:
    """The most that a budget buys, by trying every set of whole areas with every single area in part."""
    best, everyone = 0.0, range(len(gain))
    for whole in itertools.product((False, True), repeat=len(gain)):
        room = budget - sum(cost[row] for row in everyone if whole[row])
        if room >= 0:
            own = sum(gain[row] for row in everyone if whole[row])
            parts = [gain[row] * min(room / cost[row], 1.0) for row in everyone if not whole[row] and cost[row] > 0]
            best = max(best, own + max(parts, default=0.0))
    return best


def wholly_funded(gain: list[float], cost: list[float], budget: float) -> set[int]:
    """Areas by gain per dollar until one is not paid for in whole."""
    chosen: set[int] = set()
    for row in sorted(range(len(gain)), key=lambda row: (-(gain[row] / cost[row] if cost[row] else np.inf), row)):
        budget -= cost[row]
        if budget < -1e-6:
            break
        chosen.add(row)
    return chosen


def brute_force(prob, size, gain, confirmed, budget) -> dict[str, np.ndarray]:
    """Value of each visit and what it does to the list, by walking the whole tree; NaN where there is nothing to visit."""
    now = [cheapest(p, m2, may_visit=not known) for p, m2, known in zip(prob, size, confirmed, strict=True)]
    today, listed = most_gain(gain, now, budget), wholly_funded(gain, now, budget)
    found = {name: np.full(len(prob), np.nan) for name in ("value", "change_prob", "n_changes")}
    for row in range(len(prob)):
        left = budget - size[row] * COSTS.nts_usd_per_m2
        if confirmed[row] or left < 0:
            continue
        evidence, later = after_visit(prob[row])
        outcomes = [(evidence, cheapest(later, size[row], may_visit=False)), (1 - evidence, 0.0)]
        after = [(share, [*now[:row], cost, *now[row + 1 :]]) for share, cost in outcomes]
        changes = [(share, len(wholly_funded(gain, costs, left) ^ listed)) for share, costs in after]
        found["value"][row] = sum(share * most_gain(gain, costs, left) for share, costs in after) - today
        found["change_prob"][row] = sum(share for share, n in changes if n)
        found["n_changes"][row] = sum(share * n for share, n in changes)
    return found


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.02, 1.3))
def test_each_visit_is_worth_and_changes_what_the_tree_walked_branch_by_branch_says(seed: int, share: float) -> None:
    draw = np.random.default_rng(seed)
    prob, size, gain = draw.random(5), draw.uniform(500, 50_000, 5), draw.uniform(0.1, 1, 5)
    confirmed = draw.random(5) < 0.3
    budget = share * float(next_action(prob, size, confirmed, COSTS).cost_usd.sum())
    found = value_visits(prob, size, gain, confirmed, COSTS, budget)
    expected = brute_force(prob.tolist(), size.tolist(), gain.tolist(), confirmed.tolist(), budget)
    for name, numbers in expected.items():
        np.testing.assert_allclose(getattr(found, name), numbers, atol=1e-7, err_msg=name)
    np.testing.assert_array_equal(found.changes_list, np.nan_to_num(expected["change_prob"]) > 0)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.02, 1.3))
def test_the_funded_list_is_worth_what_a_linear_program_says(seed: int, share: float) -> None:
    draw = np.random.default_rng(seed)
    prob, size, gain = draw.random(40), draw.uniform(500, 50_000, 40), draw.uniform(0.1, 1, 40)
    cost = next_action(prob, size, np.zeros(40, dtype=bool), COSTS).cost_usd
    budget = share * float(cost.sum())
    found = value_visits(prob, size, gain, np.zeros(40, dtype=bool), COSTS, budget)
    best = linprog(-gain, A_ub=[cost], b_ub=[budget], bounds=(0, 1))
    assert found.funded_share @ gain == pytest.approx(-best.fun, abs=1e-7)


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
