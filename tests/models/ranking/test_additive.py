"""The estimator: scikit-learn's conventions, and the numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import estimator_checks_generator

from models.errors import ModelsError
from models.ranking import AdditiveValueRanker, rank_areas

EXPECTED_FAILURES: dict[str, str] = {}
"""Checks that a model with fixed bounds may fail, each with its reason: none does."""
SKIPPED = {"check_array_api_input"}


@pytest.mark.parametrize(
    ("estimator", "check"),
    [pair for pair in estimator_checks_generator(AdditiveValueRanker()) if pair[1].func.__name__ not in {*EXPECTED_FAILURES, *SKIPPED}],
    ids=lambda part: part.func.__name__ if hasattr(part, "func") else "",
)
def test_the_estimator_keeps_scikit_learns_conventions(estimator: Any, check: Any) -> None:
    check(estimator)


def test_at_most_three_conventions_are_excepted() -> None:
    assert len(EXPECTED_FAILURES) <= 3


def ranker(scenario: Any) -> AdditiveValueRanker:
    shapes = {"people": {"shape": "linear", "low": 0, "high": 1000}, "road_m": {"shape": "linear", "low": 5000, "high": 0}}
    return AdditiveValueRanker(scenario({"people": 0.75, "road_m": 0.25}, shapes=shapes).criteria)


X = np.array([[500.0, 5000.0], [1000.0, 2500.0], [np.nan, 0.0], [200.0, np.nan]])


def test_scores_are_the_weighted_means_of_the_known_values(scenario: Any) -> None:
    fitted = ranker(scenario).fit(X)
    # 0.75 * 0.5; 0.75 + 0.25 * 0.5; a quarter known is too little; 0.2 alone
    assert np.array_equal(fitted.predict(X), [0.375, 0.875, np.nan, 0.2], equal_nan=True)


def test_contributions_add_up_to_the_score(scenario: Any) -> None:
    fitted = ranker(scenario).fit(X)
    parts = fitted.contributions(X)
    assert parts == pytest.approx(np.array([[0.375, 0.0], [0.75, 0.125], [np.nan, 1.0], [0.2, np.nan]]), abs=1e-15, nan_ok=True)


def test_an_area_with_nothing_known_has_no_score_and_no_contribution(scenario: Any) -> None:
    fitted = ranker(scenario).fit(X)
    nothing = np.full((1, 2), np.nan)
    assert np.isnan(fitted.predict(nothing)).all()
    assert np.isnan(fitted.contributions(nothing)).all()


def test_fitting_learns_no_bounds(scenario: Any) -> None:
    one, other = ranker(scenario).fit(X), ranker(scenario).fit(X * 1000)
    assert np.array_equal(one.predict(X), other.predict(X), equal_nan=True)
    assert {name for name in vars(one) if name.endswith("_")} == {"n_features_in_"}


def test_a_clone_gives_the_same_scores(scenario: Any) -> None:
    original = ranker(scenario)
    copy = clone(original)
    assert copy.get_params()["min_known_share"] == 0.5
    assert np.array_equal(copy.fit(X).predict(X), original.fit(X).predict(X), equal_nan=True)


def test_the_estimator_and_the_ranking_give_the_same_scores(scenario: Any) -> None:
    values = pd.DataFrame(np.random.default_rng(6).random((200, 4)), columns=list("abcd")).mask(lambda frame: frame < 0.1)
    settings = scenario({"a": 0.1, "b": 0.2, "c": 0.3, "d": 0.4})
    ranking = rank_areas(values, pd.DataFrame({"area_id": [f"A{i:03d}" for i in range(200)]}), settings)
    scores = AdditiveValueRanker(settings.criteria).fit(values).predict(values)
    assert np.array_equal(scores[ranking.is_ranked], ranking.score[ranking.is_ranked])
    assert np.isnan(scores[~ranking.is_ranked]).all()


def test_predicting_before_fitting_is_refused(scenario: Any) -> None:
    with pytest.raises(NotFittedError):
        ranker(scenario).predict(X)


def test_another_number_of_columns_than_criteria_is_refused(scenario: Any) -> None:
    with pytest.raises(ModelsError, match="there are 2 criteria and 3 columns"):
        ranker(scenario).fit(np.zeros((2, 3)))
