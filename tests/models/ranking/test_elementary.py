"""The logarithm and exponential against an independent implementation, and their fixed bits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.ranking.elementary import exponential, natural_log


def ulps(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.max(np.abs(found - expected) / np.spacing(np.abs(expected))))


def test_the_logarithm_is_within_four_units_in_the_last_place() -> None:
    draw = np.random.default_rng(1)
    x = np.concatenate([draw.uniform(1e-3, 3, 20_000), 10 ** draw.uniform(-300, 300, 20_000)])
    assert ulps(natural_log(x), np.array([math.log(number) for number in x])) <= 4


@pytest.mark.parametrize("limit", [1.0, 700.0], ids=["small arguments", "large arguments"])
def test_the_exponential_is_within_two_units_in_the_last_place(limit: float) -> None:
    x = np.random.default_rng(2).uniform(-limit, limit, 20_000)
    assert ulps(exponential(x), np.array([math.exp(number) for number in x])) <= 2


def test_exact_points_come_out_exactly() -> None:
    assert natural_log(np.array([1.0])).tolist() == [0.0]
    assert exponential(np.array([0.0])).tolist() == [1.0]


def test_unknown_stays_unknown_and_extremes_stay_finite() -> None:
    assert np.isnan(natural_log(np.array([np.nan]))).all()
    found = exponential(np.array([np.nan, -1e9, 1e9]))
    assert np.isnan(found[0])
    assert 0 < found[1] < 1e-300
    assert 1e300 < found[2] < np.inf


def test_the_bits_are_fixed() -> None:
    """Recorded bits: a processor on which these differ would rank ties differently."""
    assert natural_log(np.array([2.0, 10.0, 0.3])).tobytes().hex() == "ef39fafe422ee63f1655b5bbb16b024021a7bdfc7843f3bf"
    assert exponential(np.array([1.0, -0.7, 5.5])).tobytes().hex() == "6a57148b0abf05404255ddb90dc8df3ff6bb214f24966e40"
