"""The comparison methods as estimators, and what they make of degenerate input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import estimator_checks_generator

from models.errors import ModelsError
from models.ranking import AdditiveValueRanker
from models.ranking.methods import (
    MethodRanker,
    PrometheeRanker,
    SpotisRanker,
    TopsisRanker,
    VikorRanker,
    rank_reversal,
)

RANKERS = [TopsisRanker, VikorRanker, SpotisRanker, PrometheeRanker]
EXPECTED_FAILURES: dict[str, str] = {
    "check_estimators_empty_data_messages": "no area at all is a defined input: an empty list, not an error",
}
SKIPPED = {"check_array_api_input"}
NAN = float("nan")


@pytest.mark.parametrize(
    ("estimator", "check"),
    [
        pair
        for ranker in RANKERS
        for pair in estimator_checks_generator(ranker())
        if getattr(pair[1], "func", pair[1]).__name__ not in {*EXPECTED_FAILURES, *SKIPPED}
    ],
    ids=lambda part: part.func.__name__ if hasattr(part, "func") else type(part).__name__,
)
def test_the_estimators_keep_scikit_learns_conventions(estimator: Any, check: Any) -> None:
    check(estimator)


def test_at_most_three_conventions_are_excepted() -> None:
    assert len(EXPECTED_FAILURES) <= 3


@pytest.mark.parametrize("ranker", RANKERS)
def test_a_clone_gives_the_same_scores(ranker: type[MethodRanker], scenario: Any) -> None:
    original = ranker(scenario({"a": 0.25, "b": 0.75}).criteria, 0.4)
    table = np.random.default_rng(2).random((20, 2))
    copy = clone(original)
    assert copy.get_params() == original.get_params()
    assert np.array_equal(copy.fit(table).predict(table), original.fit(table).predict(table))
    assert np.array_equal(copy.fit_predict(table), original.predict(table))


@pytest.mark.parametrize(("ranker", "score"), [(TopsisRanker, 0.5), (VikorRanker, 1.0), (SpotisRanker, 0.45), (PrometheeRanker, 0.5)])
def test_one_area_alone_has_the_stated_score(ranker: type[MethodRanker], score: float) -> None:
    alone = [[0.3, 0.6]]
    assert ranker().fit(alone).predict(alone).tolist() == [score]


@pytest.mark.parametrize("ranker", RANKERS)
def test_no_area_gives_an_empty_list_of_scores(ranker: type[MethodRanker]) -> None:
    nobody = np.empty((0, 2))
    assert ranker().fit(nobody).predict(nobody).tolist() == []


@pytest.mark.parametrize("ranker", RANKERS)
def test_areas_that_are_the_same_have_the_same_score(ranker: type[MethodRanker]) -> None:
    table = np.tile([0.2, 0.7], (5, 1))
    scores = ranker().fit(table).predict(table)
    assert not np.isnan(scores).any()
    assert len(set(scores.tolist())) == 1


@pytest.mark.parametrize("ranker", RANKERS)
def test_a_criterion_that_is_the_same_everywhere_turns_no_order(ranker: type[MethodRanker]) -> None:
    table = np.random.default_rng(3).random((30, 2))
    with_constant = np.column_stack([table, np.full(30, 0.4)])
    plain, more = ranker().fit(table).predict(table), ranker().fit(with_constant).predict(with_constant)
    assert np.argsort(plain).tolist() == np.argsort(more).tolist()


@pytest.mark.parametrize("ranker", RANKERS)
def test_an_unknown_value_is_left_out_and_is_not_the_worst(ranker: type[MethodRanker]) -> None:
    table = np.array([[0.9, NAN, 0.9], [0.9, 0.0, 0.9], [0.1, 0.5, 0.2], [0.3, 1.0, 0.4]])
    scores = ranker().fit(table).predict(table)
    assert scores[0] > scores[1]


@pytest.mark.parametrize("ranker", RANKERS)
def test_an_area_with_too_little_known_has_no_score(ranker: type[MethodRanker]) -> None:
    table = np.array([[0.9, NAN, NAN], [0.2, 0.5, NAN], [NAN, NAN, NAN], [0.4, 0.4, 0.4]])
    assert np.isnan(ranker().fit(table).predict(table)).tolist() == [True, False, True, False]


@pytest.mark.parametrize("ranker", RANKERS)
def test_a_criterion_known_nowhere_moves_nobody(ranker: type[MethodRanker]) -> None:
    table = np.random.default_rng(4).random((10, 2))
    blind = np.column_stack([table, np.full(10, NAN)])
    assert ranker().fit(blind).predict(blind) == pytest.approx(ranker().fit(table).predict(table))


@pytest.mark.parametrize("ranker", RANKERS)
def test_an_area_better_everywhere_scores_higher(ranker: type[MethodRanker]) -> None:
    table = np.random.default_rng(5).random((40, 3)) * 0.8
    table[1] = table[0] + 0.15
    scores = ranker().fit(table).predict(table)
    assert scores[1] > scores[0]


def test_spotis_is_the_additive_score_where_values_are_straight(scenario: Any) -> None:
    criteria = scenario({"a": 0.3, "b": 0.7}).criteria
    table = np.random.default_rng(6).random((50, 2))
    spotis, additive = SpotisRanker(criteria).fit(table).predict(table), AdditiveValueRanker(criteria).fit(table).predict(table)
    assert spotis == pytest.approx(additive, abs=1e-9)


def test_spotis_leaves_the_bend_of_a_value_function_out(scenario: Any) -> None:
    bent = {"a": {"shape": "log", "low": 0, "high": 100, "scale": 1}}
    criteria = scenario({"a": 1.0}, shapes=bent).criteria
    assert SpotisRanker(criteria).fit([[50.0]]).predict([[50.0]]).tolist() == [0.5]
    assert AdditiveValueRanker(criteria).fit([[50.0]]).predict([[50.0]])[0] > 0.8


def test_topsis_turns_an_order_around_when_an_area_leaves_and_the_additive_score_never_does() -> None:
    table = np.random.default_rng(7).random((60, 4))
    additive, topsis = rank_reversal(AdditiveValueRanker(), table), rank_reversal(TopsisRanker(), table)
    assert (additive.n_trials, additive.n_reversed, additive.pair_share) == (10, 0, 0.0)
    assert topsis.n_reversed > 0
    assert 0 < topsis.pair_share < 0.1


def test_spotis_reverses_no_rank() -> None:
    table = np.random.default_rng(8).random((60, 4))
    assert rank_reversal(SpotisRanker(), table).n_reversed == 0


def test_topsis_turns_a_pair_around_when_a_third_area_leaves_and_that_is_counted() -> None:
    """The third area's 1.0 stretches the first column: without it the first area is ahead of the second, with it behind."""
    table = np.array([[0.2, 0.6], [0.0, 0.9], [1.0, 0.1]])
    with_third = TopsisRanker().fit(table).predict(table)
    without = TopsisRanker().fit(table[:2]).predict(table[:2])
    assert with_third[1] > with_third[0]
    assert without[0] > without[1]
    found = rank_reversal(TopsisRanker(), table, n_trials=30, seed=1)
    assert 0 < found.n_reversed < 30
    assert found.pair_share == pytest.approx(found.n_reversed / 30)  # one pair is left in each trial


def test_rank_reversal_of_two_areas_is_not_defined() -> None:
    assert np.isnan(rank_reversal(TopsisRanker(), [[0.1], [0.2]]).pair_share)


@pytest.mark.parametrize(
    ("ranker", "told"),
    [
        (VikorRanker(v=1.5), "v weighs the sum of regrets against the largest, 0 to 1; it is 1.5"),
        (PrometheeRanker(indifference=0.6, preference=0.5), "0 <= indifference <= preference <= 1 must hold; they are 0.6 and 0.5"),
    ],
)
def test_parameters_without_a_meaning_are_refused(ranker: MethodRanker, told: str) -> None:
    with pytest.raises(ModelsError, match=told):
        ranker.fit([[0.1, 0.2]])


def test_another_number_of_columns_than_criteria_is_refused(scenario: Any) -> None:
    with pytest.raises(ModelsError, match="there are 2 criteria and 3 columns"):
        TopsisRanker(scenario({"a": 1, "b": 1}).criteria).fit(np.zeros((2, 3)))
