"""Metrics against scikit-learn and tables worked by hand; intervals that draw places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from models.likelihood.metrics import METRICS, by_group, compare, low_probability, measure, reliability, share_interval


def sample(n: int = 400, n_places: int = 20, seed: int = 0):
    draw = np.random.default_rng(seed)
    prob = draw.uniform(0.01, 0.99, n)
    return draw.random(n) < prob, prob, draw.integers(0, n_places, n)


def test_within_place_metrics_are_means_over_places_that_hold_both() -> None:
    present, prob, place = sample()
    present[place == 3] = False
    rows = [place == where for where in range(20) if where != 3]
    auc = np.mean([roc_auc_score(present[r], prob[r]) for r in rows])
    precision = np.mean([average_precision_score(present[r], prob[r]) for r in rows])
    found = measure("auc_within_place", present, prob, place)
    assert (found.value, found.n_places) == (pytest.approx(auc, abs=1e-12), 19)
    assert measure("average_precision_within_place", present, prob, place).value == pytest.approx(precision, abs=1e-12)


def test_brier_and_log_loss_are_scikit_learn_s() -> None:
    present, prob, place = sample()
    assert measure("brier", present, prob, place).value == pytest.approx(brier_score_loss(present, prob), abs=1e-12)
    assert measure("log_loss", present, prob, place).value == pytest.approx(log_loss(present, prob), abs=1e-12)


def test_the_calibration_error_is_that_of_a_table_worked_by_hand() -> None:
    present = np.array([True, False, True, True])
    prob = np.array([0.05, 0.05, 0.95, 1.0])
    assert measure("ece", present, prob, np.arange(4)).value == pytest.approx((2 * abs(0.05 - 0.5) + abs(1.95 - 2)) / 4, abs=1e-12)


@pytest.mark.parametrize("metric", METRICS)
def test_the_interval_holds_the_value_and_is_the_same_each_time(metric: str) -> None:
    present, prob, place = sample()
    found = measure(metric, present, prob, place, seed=4)
    assert found == measure(metric, present, prob, place, seed=4)
    assert found.low < found.high
    if metric != "ece":
        assert found.low < found.value < found.high


def test_the_interval_of_a_mean_over_places_is_that_of_the_normal_law() -> None:
    """40 places of one area each: the bootstrap of a mean has standard error s / sqrt(40)."""
    draw = np.random.default_rng(3)
    prob = draw.random(40)
    present = draw.random(40) < 0.5
    found = measure("brier", present, prob, np.arange(40))
    error = (prob - present) ** 2
    half = 1.96 * error.std() / np.sqrt(40)
    assert (found.low, found.high) == (pytest.approx(error.mean() - half, abs=0.012), pytest.approx(error.mean() + half, abs=0.012))


@pytest.mark.parametrize("metric", METRICS)
def test_a_comparison_with_itself_is_nothing_and_better_is_above_zero(metric: str) -> None:
    present, prob, place = sample()
    same = compare(metric, present, prob, prob, place)
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)
    worse = np.random.default_rng(1).permutation(prob)
    assert compare(metric, present, prob, worse, place).low > 0
    assert compare(metric, present, worse, prob, place).high < 0


def test_the_paired_interval_is_narrower_than_the_two_apart() -> None:
    present, prob, place = sample()
    other = np.clip(prob + 0.02, 0.001, 0.999)
    paired = compare("brier", present, prob, other, place)
    alone = measure("brier", present, prob, place)
    assert paired.high - paired.low < (alone.high - alone.low) / 3


def test_reliability_bins_hold_every_area_once() -> None:
    present, prob, _ = sample()
    bins = reliability(present, prob)
    assert sum(each.n for each in bins) == 400
    assert sum(each.n_present for each in bins) == int(present.sum())
    assert all(each.low <= each.mean_prob <= each.high for each in bins)
    assert all(each.share_low <= each.share_present <= each.share_high for each in bins)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 300), share=st.floats(0, 1))
def test_share_intervals_are_those_of_scipy(n: int, share: float) -> None:
    k = round(n * share)
    peer = binomtest(k, n).proportion_ci(0.95, "exact")
    assert share_interval(k, n) == (pytest.approx(peer.low, abs=1e-9), pytest.approx(peer.high, abs=1e-9))


def test_the_upper_bound_of_areas_under_5_percent_is_one_sided() -> None:
    """0 of 59 areas: the rule of three's exact form, 1 - 0.05 ** (1 / 59)."""
    prob = np.array([0.01] * 59 + [0.6] * 5)
    present = np.array([False] * 59 + [True] * 5)
    found = low_probability(present, prob)
    assert (found.n, found.n_present, found.upper_share) == (59, 0, pytest.approx(1 - 0.05 ** (1 / 59), abs=1e-9))
    assert low_probability(present, prob + 0.2).upper_share == 1.0


def test_groups_leave_out_the_unknown_and_share_areas_of_several_categories() -> None:
    found = by_group(["CMR", "AP_MINE;CMR", None, ""])
    assert [(name, rows.tolist()) for name, rows in found] == [
        ("AP_MINE", [False, True, False, False]),
        ("CMR", [True, True, False, False]),
    ]
