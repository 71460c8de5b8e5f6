"""Costs of survey and clearance against decision trees written out and worked through branch by branch."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.cost import SurveyCosts, next_action
from models.errors import ModelsError

COSTS = SurveyCosts(0.04, 0.45, 1.4, 0.7, 0.6, 0.3)


def brute_force(prob: float, size: float, costs: SurveyCosts, first: str, then: str) -> float:
    """Expected cost of one policy by every combination of what is there and what each survey says."""
    total = 0.0
    for present, nts_silent, ts_silent in itertools.product([True, False], repeat=3):
        share = prob if present else 1 - prob
        silent = 0.0 if present else costs.nts_shows_empty_share
        share *= silent if nts_silent else 1 - silent
        silent = 0.0 if present else costs.ts_shows_empty_share
        share *= silent if ts_silent else 1 - silent
        spent, steps = 0.0, [first] if first != "nts" else ["nts", then]
        for step in steps:
            if step == "nts":
                spent += size * costs.nts_usd_per_m2
                if nts_silent:
                    break
            elif step == "ts":
                spent += size * costs.ts_usd_per_m2 + (0 if ts_silent else size * costs.ts_leaves_share * costs.clearance_usd_per_m2)
            else:
                spent += size * costs.clearance_usd_per_m2
        total += share * spent
    return total


shares = st.floats(0, 1)
prices = st.floats(0, 5)


@settings(max_examples=60, deadline=None)
@given(prob=shares, size=st.floats(1, 1e6), nts=prices, ts=prices, clearance=prices, a=shares, b=shares, c=shares)
def test_the_cheapest_path_is_that_of_the_tree_worked_through(prob, size, nts, ts, clearance, a, b, c) -> None:
    costs = SurveyCosts(nts, ts, clearance, a, b, c)
    found = next_action([prob], [size], [False], costs)
    by_step = [
        min(brute_force(prob, size, costs, "nts", then) for then in ("ts", "clearance")),
        brute_force(prob, size, costs, "ts", ""),
        brute_force(prob, size, costs, "clearance", ""),
    ]
    np.testing.assert_allclose(found.cost_by_first_step[0], by_step, rtol=1e-9, atol=1e-6)
    assert found.cost_usd[0] == pytest.approx(min(by_step), rel=1e-9, abs=1e-6)


def test_a_likely_empty_suspected_area_is_visited_first_and_a_confirmed_one_never_by_nts() -> None:
    found = next_action([0.1, 0.1, 0.99, 0.99], [10_000.0] * 4, [False, True, False, True], COSTS)
    assert found.action.tolist() == ["nts", "ts", "ts", "ts"]
    assert np.isnan(found.cost_by_first_step[[1, 3], 0]).all()
    assert next_action([0.99], [10_000.0], [True], SurveyCosts(0.04, 1.3, 1.4, 0.7, 0.6, 0.9)).action.tolist() == ["clearance"]


def test_what_is_unknown_gets_no_action_and_no_cost() -> None:
    found = next_action([np.nan, 0.5], [1000.0, np.nan], [False, False], COSTS)
    assert found.action.tolist() == ["", ""]
    assert np.isnan(found.cost_usd).all()


def test_no_action_is_to_cancel_reduce_or_release() -> None:
    prob = np.linspace(0, 1, 101)
    found = next_action(np.tile(prob, 2), np.full(202, 5000.0), np.repeat([True, False], 101), COSTS)
    assert set(found.action.tolist()) <= {"nts", "ts", "clearance"}


def test_a_share_above_one_is_refused_by_name() -> None:
    with pytest.raises(ModelsError, match="ts_leaves_share do not"):
        SurveyCosts(0.04, 0.45, 1.4, 0.7, 0.6, 1.3)
