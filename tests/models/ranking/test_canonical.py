"""Rounding to 9 significant digits."""

from __future__ import annotations

import numpy as np
import pytest

from models.ranking.canonical import LARGEST_CODE, round_scores, round_significant


def test_rounding_agrees_with_decimal_text_over_all_magnitudes() -> None:
    draw = np.random.default_rng(3)
    signs, extremes = draw.choice([-1, 1], 5_000), [1e22, 1e-12, 5e-324, 1.7e308]
    numbers = np.concatenate([signs * 10 ** draw.uniform(-30, 30, 5_000), draw.random(5_000), extremes])
    assert round_significant(numbers).tolist() == [float(f"{number:.8e}") for number in numbers]


def test_rounding_twice_changes_nothing() -> None:
    once = round_significant(np.random.default_rng(4).lognormal(0, 10, 5_000))
    assert np.array_equal(round_significant(once), once)


def test_zero_unknown_and_infinite_stay() -> None:
    assert np.array_equal(round_significant(np.array([0.0, np.nan, np.inf, -np.inf])), [0.0, np.nan, np.inf, -np.inf], equal_nan=True)


def test_rounding_keeps_the_shape() -> None:
    assert round_significant(np.full((2, 3), 1 / 3)).tolist() == [[0.333333333] * 3] * 2


@pytest.mark.parametrize(
    ("score", "rounded"),
    [(0.1234567894, 0.123456789), (0.01234567894, 0.0123456789), (0.9999999999, 1.0), (1.0, 1.0), (0.0, 0.0), (1e-14, 0.0)],
    ids=["tenths", "hundredths", "up to one", "one", "nothing", "below what sums can tell apart"],
)
def test_scores_are_rounded_to_nine_significant_digits(score: float, rounded: float) -> None:
    assert round_scores(np.array([score]))[0].tolist() == [rounded]


def test_codes_order_scores_as_the_rounded_scores_do() -> None:
    draw = np.random.default_rng(5)
    scores = np.concatenate([draw.random(5_000), 10 ** draw.uniform(-12, 0, 5_000), [0.0, 1.0, 0.1, 0.09999999999, 0.99999999999]])
    rounded, codes = round_scores(scores)
    order = np.argsort(rounded, kind="stable")
    steps, code_steps = np.diff(rounded[order]), np.diff(codes[order])
    assert (code_steps >= 0).all()
    assert np.array_equal(steps == 0, code_steps == 0)
    assert codes.max() == LARGEST_CODE


def test_no_score_has_code_zero_and_stays_unknown() -> None:
    rounded, codes = round_scores(np.array([np.nan]))
    assert np.isnan(rounded).all()
    assert codes.tolist() == [0]
