"""Disagreement of stakeholders: worked by hand, and what must hold of any lists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ModelsError
from models.firmness import Disagreement, disagreement
from models.ranking import rank_table, reweight

NAN = float("nan")


def lists(rank: Any, table: list[list[float]], profiles: list[list[float]], **settings: Any) -> list[Any]:
    """A ranking of one table by each profile's weights."""
    first = rank(np.array(table), [1.0] * len(profiles[0]), **settings)
    named = [{f"c{place}": weight for place, weight in enumerate(weights)} for weights in profiles]
    return [rank_table(first.table, reweight(first.scenario, weights)) for weights in named]


def test_three_areas_and_three_profiles_worked_by_hand(rank: Any) -> None:
    """(1, 0), (0, 1), (0.9, 0.2). By the first criterion 1, 3, 2; by the second 3, 1, 2; by both (0.5, 0.5, 0.55) 2, 3, 1."""
    found = disagreement(lists(rank, [[1.0, 0.0], [0.0, 1.0], [0.9, 0.2]], [[1, 0], [0, 1], [1, 1]]), top=1)
    assert found.ranks.tolist() == [[1, 3, 2], [3, 1, 3], [2, 2, 1]]
    assert found.spread.tolist() == [1.0, 1.0, 0.5]
    assert found.n_top.tolist() == [1, 1, 1]
    assert (found.best.tolist(), found.worst.tolist()) == ([1, 1, 1], [3, 3, 2])


def test_an_area_that_one_list_does_not_rank_is_compared_in_the_others_only(rank: Any) -> None:
    """The third is known by the first criterion alone, the fourth not at all; the second list ranks two areas."""
    table = [[0.9, 0.1], [0.5, 0.6], [0.7, NAN], [NAN, NAN]]
    found = disagreement(lists(rank, table, [[1, 0], [0, 1], [9, 1]], min_known_share=0.5), top=1)
    assert np.array_equal(found.ranks, [[1, 2, 1], [3, 1, 3], [2, NAN, 2], [NAN, NAN, NAN]], equal_nan=True)
    assert found.n_ranked.tolist() == [3, 2, 3]
    assert np.array_equal(found.spread, [1.0, 1.0, 0.0, NAN], equal_nan=True)
    assert np.array_equal(found.n_top, [2, 1, 0, NAN], equal_nan=True)
    assert found.n_ranking.tolist() == [3, 3, 2, 0]


def test_an_area_of_one_list_only_has_no_disagreement() -> None:
    found = Disagreement(np.array([[1.0, NAN], [2.0, 1.0]]), np.array([2, 1]), 1)
    assert np.array_equal(found.spread, [NAN, 1.0], equal_nan=True)


@pytest.mark.parametrize(
    ("n", "top", "expected"), [(10, 50, 5), (10, 3, 3), (1, 50, 1), (0, 50, 50)], ids=["ten areas", "a short top", "one area", "none"]
)
def test_the_top_is_half_of_a_short_list(rank: Any, n: int, top: int, expected: int) -> None:
    table = np.linspace(0, 1, n).reshape(-1, 1) if n else np.zeros((0, 1))
    assert disagreement([rank(table, [1.0])], top).top == expected


def test_no_list_lists_of_other_areas_and_an_empty_top_are_refused(rank: Any) -> None:
    with pytest.raises(ModelsError, match="found lists of \\[\\] areas"):
        disagreement([], 5)
    with pytest.raises(ModelsError, match="found lists of \\[2, 3\\] areas"):
        disagreement([rank(np.eye(2), [1.0, 1.0]), rank(np.eye(3), [1.0] * 3)], 5)
    with pytest.raises(ModelsError, match="it is 0"):
        disagreement([rank(np.eye(2), [1.0, 1.0])], 0)


@st.composite
def rank_tables(draw: st.DrawFn) -> Disagreement:
    """Lists of a few areas, some of which a list does not rank."""
    n, p = draw(st.integers(1, 8)), draw(st.integers(2, 5))
    columns, counts = [], []
    for _ in range(p):
        ranked = draw(st.lists(st.integers(0, n - 1), unique=True, max_size=n))
        column = np.full(n, NAN)
        column[ranked] = np.arange(1, len(ranked) + 1)
        columns.append(column)
        counts.append(len(ranked))
    return Disagreement(np.column_stack(columns), np.array(counts), draw(st.integers(1, 4)))


@given(rank_tables())
def test_spread_and_counts_keep_their_bounds(found: Disagreement) -> None:
    known = found.spread[~np.isnan(found.spread)]
    assert ((known >= 0) & (known <= 1)).all()
    ranked = found.n_ranking > 0
    assert np.array_equal(np.isnan(found.spread), found.n_ranking < 2)
    assert (found.n_top[ranked] <= found.n_ranking[ranked]).all() and np.isnan(found.n_top[~ranked]).all()
    assert (found.best[ranked] <= found.worst[ranked]).all()
    assert np.array_equal(found.best[ranked] <= found.top, found.n_top[ranked] > 0)


@given(rank_tables(), st.randoms())
def test_the_order_of_the_profiles_does_not_matter(found: Disagreement, random: Any) -> None:
    turned = list(range(found.n_profiles))
    random.shuffle(turned)
    other = Disagreement(found.ranks[:, turned], found.n_ranked[turned], found.top)
    for name in ("spread", "n_top", "best", "worst"):
        assert np.array_equal(getattr(found, name), getattr(other, name), equal_nan=True)


@given(rank_tables(), st.integers(2, 4))
def test_equal_profiles_do_not_disagree(found: Disagreement, times: int) -> None:
    same = Disagreement(np.repeat(found.ranks[:, :1], times, axis=1), np.repeat(found.n_ranked[:1], times), found.top)
    ranked = same.n_ranking > 0
    assert (same.spread[ranked] == 0).all()
    assert np.isin(same.n_top[ranked], [0, times]).all()


@given(rank_tables())
def test_one_more_profile_never_lessens_the_disagreement(found: Disagreement) -> None:
    fewer = Disagreement(found.ranks[:, :-1], found.n_ranked[:-1], found.top)
    both = ~np.isnan(fewer.spread)
    assert (found.spread[both] >= fewer.spread[both]).all()
