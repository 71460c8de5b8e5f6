"""Ranks under drawn weights: exact counts and ranges."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.errors import ModelsError
from models.firmness import (
    around_profile,
    rank_ranges,
    rank_shares,
    top_acceptability,
    uniform_weights,
)
from models.firmness.ranks import _ahead
from models.firmness.whole import VALUE_UNITS, WEIGHT_UNITS, WholeValues, whole_weights

FIRST = {"id": "must_do", "kind": "first", "when": [{"indicator": "c0", "op": "at_least", "value": 0.9}]}
NAN = float("nan")


def table_with_gaps(n: int, k: int, seed: int, gaps: float = 0.15) -> np.ndarray:
    draw = np.random.default_rng(seed)
    table = draw.random((n, k)).round(1)  # with many ties
    table[draw.random(table.shape) < gaps] = NAN
    return table


def exact_orders(ranking: Any, draws: np.ndarray) -> list[list[int]]:
    """Orders by fractions of whole numbers: nothing is rounded but the weights, the values and the stated last digit."""
    blocks, names = ranking.table.assignment.block, ranking.table.area_ids
    found = []
    for weights in draws:
        units = [round(Fraction(float(w / weights.sum())) * int(WEIGHT_UNITS)) for w in weights]

        def score(row: int, units: list[int] = units) -> int:
            known = [(u, round(Fraction(float(v)) * int(VALUE_UNITS))) for u, v in zip(units, ranking.values[row], strict=True) if v == v]
            total = sum(u for u, _ in known)
            gained = sum(u * v for u, v in known)
            return round(Fraction(gained, total) * int(WEIGHT_UNITS)) if total else 0

        found.append(sorted(ranking.order.tolist(), key=lambda row: (blocks[row], -score(row), names[row])))
    return found


@pytest.mark.parametrize("gaps", [0.0, 0.2])
def test_every_rank_is_counted_as_exact_arithmetic_counts_it(rank: Any, gaps: float) -> None:
    ranking = rank(table_with_gaps(30, 3, 1, gaps), [0.2, 0.3, 0.5], [FIRST])
    draws = uniform_weights(3, 40, seed=3)
    expected = np.zeros((30, 30))
    for order in exact_orders(ranking, draws):
        expected[order, np.arange(len(order))] += 1
    shares = rank_shares(ranking, draws, 30)
    assert np.array_equal(shares[ranking.order], (expected / 40)[ranking.order])
    assert np.array_equal(top_acceptability(ranking, draws, 8).share[ranking.order], expected[ranking.order, :8].sum(axis=1) / 40)


@pytest.mark.parametrize("gaps", [0.0, 0.2])
def test_leaving_out_what_is_out_of_reach_changes_no_count(rank: Any, gaps: float) -> None:
    """3,000 areas, of which most can never be among the first ten: the same counts as by sorting all of them."""
    ranking = rank(table_with_gaps(3000, 4, 2, gaps), [0.1, 0.2, 0.3, 0.4])
    draws = around_profile([0.1, 0.2, 0.3, 0.4], 60, spread=0.05, seed=4)
    counts = np.rint(60 * rank_shares(ranking, draws, 10)).sum(axis=1)
    assert np.array_equal(np.rint(60 * top_acceptability(ranking, draws, 10).share), counts, equal_nan=True)


def test_two_criteria_and_three_areas_share_the_ranks_as_geometry_says(rank: Any) -> None:
    """(1, 0), (0, 1), (0.4, 0.4): with weight w on the first the scores are w, 1 - w, 0.4.

    The third is last where w > 0.4 and 1 - w > 0.4, that is 0.4 < w < 0.6, a fifth of all weights, and second otherwise.
    """
    shares = rank_shares(rank(np.array([[1.0, 0.0], [0.0, 1.0], [0.4, 0.4]]), [0.5, 0.5]), uniform_weights(2, 40_000, seed=1), 3)
    expected = [[0.5, 0.1, 0.4], [0.5, 0.1, 0.4], [0.0, 0.8, 0.2]]
    assert shares == pytest.approx(np.array(expected), abs=0.01)


def test_three_equal_criteria_make_each_corner_first_in_a_third(rank: Any) -> None:
    shares = rank_shares(rank(np.eye(3), [0.2, 0.3, 0.5]), uniform_weights(3, 30_000, seed=1), 1)
    assert shares[:, 0] == pytest.approx([1 / 3] * 3, abs=0.01)


def test_the_range_of_one_area_is_that_among_the_ranges_of_all(rank: Any) -> None:
    ranking = rank(table_with_gaps(60, 4, 5), [0.1, 0.2, 0.3, 0.4], [FIRST], min_known_share=0.5)
    draws = uniform_weights(4, 200, seed=6)
    together = rank_ranges(ranking, draws)
    for row in ranking.order[[0, 7, 40]]:
        alone = rank_ranges(ranking, draws, rows=np.array([row]))
        assert (alone.low[row], alone.high[row], alone.expected[row]) == (together.low[row], together.high[row], together.expected[row])
        assert np.isnan(alone.low).sum() == 59


def test_ranges_hold_the_stated_share_of_the_draws(rank: Any) -> None:
    ranking = rank(np.random.default_rng(7).random((25, 3)), [0.2, 0.3, 0.5])
    draws = uniform_weights(3, 400, seed=8)
    shares, ranges = rank_shares(ranking, draws, 25), rank_ranges(ranking, draws)
    ranks = np.arange(1, 26)
    for row in range(25):
        inside = shares[row, (ranks >= ranges.low[row]) & (ranks <= ranges.high[row])].sum()
        assert inside >= 0.9
        assert shares[row, ranks < ranges.low[row]].sum() <= 0.05
        assert shares[row, ranks > ranges.high[row]].sum() <= 0.05
        assert ranges.expected[row] == pytest.approx((shares[row] * ranks).sum())


def test_areas_without_a_rank_have_no_range(rank: Any) -> None:
    ranking = rank(np.array([[0.5, 0.5], [NAN, NAN]]), [0.5, 0.5])
    ranges = rank_ranges(ranking, uniform_weights(2, 10, seed=1), rows=np.array([0, 1]))
    assert (ranges.low[0], ranges.high[0]) == (1.0, 1.0)
    assert np.isnan([ranges.low[1], ranges.high[1], rank_shares(ranking, uniform_weights(2, 10, seed=1), 2)[1, 0]]).all()


def test_scores_in_whole_numbers_are_exact_whatever_the_order_of_summation() -> None:
    draw = np.random.default_rng(9)
    values, weights = WholeValues.of(draw.random((50, 12))), whole_weights(uniform_weights(12, 20, seed=1))
    exact = [[sum(int(w) * int(v) for w, v in zip(ws, vs, strict=True)) for vs in values.filled] for ws in weights]
    assert values.scores(weights).astype(np.int64).tolist() == exact
    turned = draw.permutation(12)
    assert np.array_equal(WholeValues(values.filled[:, turned], None).scores(weights[:, turned]), values.scores(weights))


def test_draws_that_are_no_weights_and_ranges_without_a_share_are_refused(rank: Any) -> None:
    ranking = rank(np.eye(2), [0.5, 0.5])
    with pytest.raises(ModelsError, match="Weights of a draw are finite and 0 or more"):
        rank_shares(ranking, np.array([[1.0, -1.0]]), 1)
    with pytest.raises(ModelsError, match="between 0 and 1; it is 0"):
        rank_ranges(ranking, np.array([[1.0, 1.0]]), inside=0)


@given(
    table=arrays(
        np.float64, st.tuples(st.integers(1, 12), st.just(3)), elements=st.sampled_from([0.0, 0.25, 0.5, 0.5 + 2**-24, 1.0, np.nan])
    ),
    own=st.integers(0, 11),
)
def test_who_is_ahead_of_one_is_counted_as_comparing_all_scores_counts_it(table: np.ndarray, own: int) -> None:
    table[own % len(table)] = np.nan_to_num(table[own % len(table)], nan=0.75)
    own = own % len(table)
    weights = whole_weights(uniform_weights(3, 20, seed=own))
    values = WholeValues.of(table)
    scores = values.scores(weights)
    mine = scores[:, own : own + 1]
    expected = (scores > mine).sum(axis=1) + (scores[:, :own] == mine).sum(axis=1)
    assert _ahead(values, own, weights).tolist() == expected.tolist()
