"""Past decisions and outcomes as judgements, and who would lose if another order were followed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ModelsError
from models.ranking.preference import (
    GroupShare,
    PairwisePreferenceRanker,
    pairs_of_decisions,
    pairs_of_grades,
    who_would_lose,
)

N = 300


def test_past_decisions_show_who_loses() -> None:
    """Those who decided looked at the road only; the poor province lies far from it."""
    draw = np.random.default_rng(8)
    poor = np.arange(N) % 3 == 0
    need, road = draw.random(N) + 0.3 * poor, draw.random(N) * np.where(poor, 0.4, 1.0)
    values = np.column_stack([need / need.max(), road])
    ranker = PairwisePreferenceRanker().fit(values, pairs=pairs_of_decisions(road >= np.sort(road)[-40]))
    assert ranker.weights_[1] > 0.9
    far, near = who_would_lose(values.mean(axis=1), ranker.predict(values), 40, np.where(poor, "far", "near"))
    assert (far.group, near.group, far.n_areas) == ("far", "near", 100)
    assert far.change < 0 < near.change
    assert far.n_other == 0
    assert far.n_now + near.n_now == far.n_other + near.n_other == 40


def test_who_loses_is_counted_by_hand() -> None:
    found = who_would_lose([4, 3, 2, 1, np.nan], [1, 2, 3, 4, np.nan], 2, ["a", "a", "a", "b", "b"])
    assert found == (GroupShare("a", 3, 2, 1), GroupShare("b", 2, 0, 1))
    assert [share.change for share in found] == [-1 / 3, 1 / 2]


def test_every_chosen_area_comes_before_every_other() -> None:
    assert sorted(map(tuple, pairs_of_decisions([True, False, True, False]))) == [(0, 1), (0, 3), (2, 1), (2, 3)]
    assert pairs_of_decisions([True, True]).shape == pairs_of_decisions([False]).shape == (0, 2)


def test_grades_make_pairs_where_they_are_known_and_differ() -> None:
    assert sorted(map(tuple, pairs_of_grades([1.0, np.nan, 3.0, 1.0]))) == [(2, 0), (2, 3)]


@given(st.lists(st.one_of(st.none(), st.integers(0, 4)), max_size=60), st.integers(1, 40), st.integers(0, 3))
def test_pairs_of_grades_are_right_new_and_no_more_than_asked(grades: list[int | None], n_most: int, seed: int) -> None:
    values = np.array([np.nan if grade is None else grade for grade in grades], dtype=float)
    pairs = pairs_of_grades(values, n_most=n_most, seed=seed)
    assert len(pairs) <= n_most
    assert (values[pairs[:, 0]] > values[pairs[:, 1]]).all()
    assert len(np.unique(pairs, axis=0)) == len(pairs)
    assert np.array_equal(pairs, pairs_of_grades(values, n_most=n_most, seed=seed))


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 40))
def test_pairs_of_decisions_are_right_new_and_no_more_than_asked(decided: list[bool], n_most: int) -> None:
    chosen = np.array(decided, dtype=bool)
    pairs = pairs_of_decisions(chosen, n_most=n_most)
    assert len(pairs) == min(n_most, int(chosen.sum() * (~chosen).sum()))
    assert chosen[pairs[:, 0]].all() and not chosen[pairs[:, 1]].any()
    assert len(np.unique(pairs, axis=0)) == len(pairs)


def test_scores_and_groups_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ModelsError, match="found 2, 1, 2; 1"):
        who_would_lose([1, 2], [1], 1, ["a", "b"])
    with pytest.raises(ModelsError, match="the top holds one or more"):
        who_would_lose([1], [1], 0, ["a"])
