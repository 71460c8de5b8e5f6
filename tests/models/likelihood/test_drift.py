"""Drift by numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.likelihood.drift import feature_shifts, later_results, stability_index

YES_NO_BEFORE = np.array([0.0] * 60 + [1.0] * 40)


def test_the_index_of_a_yes_no_feature_is_the_one_worked_out_by_hand() -> None:
    now = np.array([0.0] * 40 + [1.0] * 60)
    index, by_chance = stability_index(YES_NO_BEFORE, now)
    assert index == pytest.approx(2 * 0.2 * np.log(1.5))  # (0.4 - 0.6) ln(0.4 / 0.6) + (0.6 - 0.4) ln(0.6 / 0.4) = 0.1622
    assert by_chance == pytest.approx(3.841459 * 0.02)  # chi-square of 1 degree, 1/100 + 1/100


def test_unknown_values_are_a_bin_of_their_own() -> None:
    before = np.array([0.0] * 45 + [1.0] * 45 + [np.nan] * 10)
    now = np.array([0.0] * 40 + [1.0] * 40 + [np.nan] * 20)
    expected = 2 * (0.40 - 0.45) * np.log(0.40 / 0.45) + (0.20 - 0.10) * np.log(2)
    assert stability_index(before, now)[0] == pytest.approx(expected)


def test_tenths_of_a_measure_are_its_bins() -> None:
    before = np.arange(1000.0)
    now = np.concatenate([np.arange(1000.0), np.arange(100.0)])  # the lowest tenth twice
    shares = np.array([200, *[100] * 9]) / 1100
    expected = ((shares - 0.1) * np.log(shares / 0.1)).sum()
    assert stability_index(before, now)[0] == pytest.approx(expected, abs=2e-3)


def test_a_feature_drifts_only_beyond_chance() -> None:
    few = pd.DataFrame({"a": [0.0, 0.0, 0.0, 1.0]})
    assert feature_shifts(few, pd.DataFrame({"a": [0.0, 0.0, 1.0, 1.0]}))[0].level == "stable"  # 0.27, but four areas tell nothing
    many = pd.DataFrame({"a": YES_NO_BEFORE, "b": YES_NO_BEFORE, "c": YES_NO_BEFORE})
    now = pd.DataFrame({"c": YES_NO_BEFORE, "b": [0.0] * 40 + [1.0] * 60, "a": [0.0] * 20 + [1.0] * 80})
    assert [(each.feature, each.level) for each in feature_shifts(many, now)] == [("a", "drifted"), ("b", "shifted"), ("c", "stable")]


@given(st.lists(st.floats(-10, 10) | st.just(np.nan), min_size=1, max_size=40))
def test_the_same_areas_never_drift_whatever_their_order(values: list[float]) -> None:
    assert stability_index(np.array(values), np.array(values[::-1]))[0] == pytest.approx(0)
    assert stability_index(np.array(values), np.array([])) == (0.0, 0.0)


def test_later_results_are_off_where_the_expected_share_lies_outside_the_exact_interval() -> None:
    prob, is_found = np.full(40, 0.5), np.arange(40) < 8
    found = later_results(prob, 0.8, is_found)
    assert (found.n, found.n_found, found.found_share) == (40, 8, 0.2)
    assert found.expected_share == pytest.approx(0.4)
    assert (found.low, found.high) == pytest.approx((0.0905, 0.3565), abs=1e-4)  # Clopper-Pearson of 8 in 40
    assert found.is_off
    assert not later_results(prob, 0.6, is_found).is_off
    assert not later_results(prob[:20], 0.99, is_found[:20] & False).is_off  # fewer than 30 tell nothing
    assert later_results(prob[:0], 1.0, is_found[:0]) is None
