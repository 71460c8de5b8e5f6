"""How often an area is among the first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.errors import ModelsError
from models.firmness import give_advice, top_acceptability, uniform_weights
from models.firmness.first import count_first_of, first_of
from models.ranking import rank_table, reweight

FIRST = {"id": "must_do", "kind": "first", "when": [{"indicator": "c0", "op": "at_least", "value": 0.99}]}


def test_two_areas_that_differ_in_two_criteria_share_the_simplex_as_geometry_says(rank: Any) -> None:
    ranking = rank(np.array([[0.9, 0.1], [0.6, 1.0]]), [0.5, 0.5])
    share = top_acceptability(ranking, uniform_weights(2, 40_000, seed=1), 1).share
    # A000 is first where 0.9 w + 0.1 (1 - w) > 0.6 w + 1.0 (1 - w)  <=>  0.3 w > 0.9 (1 - w)  <=>  w > 3/4
    assert share == pytest.approx([0.25, 0.75], abs=0.01)


def test_a_dominating_area_is_always_first_and_a_dominated_one_never(rank: Any) -> None:
    ranking = rank(np.array([[0.9, 0.9], [0.5, 0.8], [0.1, 0.1]]), [0.5, 0.5])
    assert top_acceptability(ranking, uniform_weights(2, 500, seed=1), 1).share.tolist() == [1, 0, 0]


def test_shares_are_those_of_ranking_again_with_each_draw(rank: Any) -> None:
    draw = np.random.default_rng(4)
    table = draw.random((60, 4)).round(2)
    table[draw.random(table.shape) < 0.15] = np.nan
    ranking = rank(table, [0.25] * 4, [FIRST])
    draws = uniform_weights(4, 50, seed=2).round(3)
    expected = np.zeros(60)
    for weights in draws:
        again = rank_table(ranking.table, reweight(ranking.scenario, dict(zip(ranking.criteria, weights, strict=True))))
        expected += np.nan_to_num(again.rank, nan=np.inf) <= 10
    assert top_acceptability(ranking, draws, 10).share == pytest.approx(expected / 50, abs=0.021)


def test_classes_are_first_under_any_weights(rank: Any) -> None:
    table = np.array([[0.99, 0.0], [0.5, 1.0], [0.4, 0.2]])
    ranking = rank(table, [0.5, 0.5], [FIRST])
    found = top_acceptability(ranking, uniform_weights(2, 200, seed=1), 2)
    assert found.share.tolist() == [1.0, 1.0, 0.0]
    assert top_acceptability(ranking, uniform_weights(2, 200, seed=1), 1).share.tolist() == [1.0, 0.0, 0.0]


def test_ties_at_the_line_go_by_identifier(rank: Any) -> None:
    ranking = rank(np.full((4, 2), 0.5), [0.5, 0.5])
    assert top_acceptability(ranking, uniform_weights(2, 20, seed=1), 2).share.tolist() == [1, 1, 0, 0]


def test_unranked_areas_have_no_share(rank: Any) -> None:
    ranking = rank(np.array([[0.5, 0.5], [np.nan, np.nan]]), [0.5, 0.5])
    found = top_acceptability(ranking, uniform_weights(2, 20, seed=1), 5)
    assert np.array_equal(found.share, [1.0, np.nan], equal_nan=True)


def test_each_draw_fills_the_top_exactly(rank: Any) -> None:
    ranking = rank(np.random.default_rng(6).random((40, 3)), [0.2, 0.3, 0.5])
    assert np.nansum(top_acceptability(ranking, uniform_weights(3, 300, seed=1), 7).share) == pytest.approx(7)


def test_shares_become_advice(rank: Any) -> None:
    ranking = rank(np.array([[0.9, 0.9], [0.9, 0.1], [0.1, 0.9], [0.0, 0.0], [np.nan, np.nan]]), [0.5, 0.5])
    found = top_acceptability(ranking, uniform_weights(2, 200, seed=1), 2)
    assert give_advice(found).tolist() == ["do_now", "discuss", "discuss", "defer", None]
    assert found.standard_error[1] == pytest.approx(0.035, abs=0.002)


def test_draws_of_other_criteria_and_an_empty_top_are_refused(rank: Any) -> None:
    ranking = rank(np.array([[0.5, 0.5]]), [0.5, 0.5])
    with pytest.raises(ModelsError, match=r"the draws are \(10, 3\)"):
        top_acceptability(ranking, uniform_weights(3, 10, seed=1), 1)
    with pytest.raises(ModelsError, match="asked for were 0"):
        top_acceptability(ranking, uniform_weights(2, 10, seed=1), 0)


@given(
    scores=st.tuples(st.integers(1, 6), st.integers(1, 9)).flatmap(
        lambda shape: arrays(np.float64, shape, elements=st.integers(0, 4).map(float))  # few scores: many are equal
    ),
    places=st.integers(1, 9),
    n_more=st.integers(0, 8),
)
def test_many_draws_at_once_count_as_draw_after_draw(scores: np.ndarray, places: int, n_more: int) -> None:
    pilot = np.arange(scores.shape[1])[: places + n_more]
    expected = np.zeros(scores.shape[1], dtype=int)
    for row in scores:
        expected[first_of(row, places)] += 1
    assert count_first_of(scores, places, pilot).tolist() == expected.tolist()
