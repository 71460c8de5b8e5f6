"""Contributions whose decimals add up."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from models.ranking.apportion import contributions_of
from models.ranking.canonical import round_scores


def exact(parts: np.ndarray) -> Decimal:
    return sum((Decimal(f"{part:.9g}") for part in parts if not np.isnan(part)), Decimal(0))


def test_the_nine_digits_of_contributions_add_up_to_those_of_the_score_exactly() -> None:
    draw = np.random.default_rng(7)
    values = draw.random((3_000, 12)) ** draw.choice([1, 4, 12], (3_000, 1))
    values[draw.random(values.shape) < 0.2] = np.nan
    weights = draw.dirichlet(np.ones(12))
    known = np.where(np.isnan(values), 0, weights).sum(axis=1)
    score = round_scores(np.nansum(values * weights, axis=1) / known)[0]
    parts = contributions_of(values, weights, score)
    assert [exact(row) for row in parts] == [Decimal(f"{number:.9g}") for number in score]
    assert np.abs(np.nansum(parts, axis=1) - score).max() < 1e-15
    assert np.abs(np.nan_to_num(parts) - np.nan_to_num(values * weights) / known[:, np.newaxis]).max() < 1e-9


def test_unknown_values_and_scores_have_no_contribution() -> None:
    parts = contributions_of(np.array([[0.5, np.nan], [0.5, 0.5]]), np.array([0.5, 0.5]), np.array([0.5, np.nan]))
    assert np.array_equal(parts, [[0.5, np.nan], [np.nan, np.nan]], equal_nan=True)


def test_a_criterion_that_adds_nothing_is_given_nothing() -> None:
    values = np.array([[1.0, 1.0, 1.0, 0.0]])
    parts = contributions_of(values, np.array([1.0, 1.0, 1.0, 7.0]), np.array([0.3]))
    assert parts.tolist() == [[0.1, 0.1, 0.1, 0.0]]


def test_a_score_of_nothing_is_made_of_nothing() -> None:
    assert contributions_of(np.zeros((1, 3)), np.ones(3), np.zeros(1)).tolist() == [[0.0, 0.0, 0.0]]


def test_no_area_has_no_contributions() -> None:
    assert contributions_of(np.empty((0, 3)), np.ones(3), np.empty(0)).shape == (0, 3)


def test_a_weight_near_the_smallest_number_there_is_still_gives_its_whole_score() -> None:
    found = contributions_of(np.array([[np.nan, 1.0], [0.5, np.nan]]), np.array([1.0, 2.2250738585e-313]), np.array([1.0, 0.5]))
    assert np.array_equal(found, [[np.nan, 1.0], [0.5, np.nan]], equal_nan=True)
