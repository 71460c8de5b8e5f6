"""Scores against independent libraries on the same value matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pymcdm.helpers import rankdata
from pymcdm.methods import WSM
from pymcdm.normalizations import minmax_normalization
from skcriteria import mkdm
from skcriteria.agg.simple import WeightedSumModel

from geodata.schema.scenario import ResolvedScenario, WeightedCriterion
from models.ranking import rank_areas

N_AREAS, N_CRITERIA = 300, 8


def case(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Values within 0..1 whose columns reach both ends (so that min-max leaves them as they are), and weights."""
    draw = np.random.default_rng(seed)
    values = draw.beta(0.7, 1.5, (N_AREAS, N_CRITERIA))
    columns = np.arange(N_CRITERIA)
    values[columns, columns], values[columns + N_CRITERIA, columns] = 0.0, 1.0
    return values, draw.dirichlet(np.ones(N_CRITERIA)).round(9)


def our_ranking(values: np.ndarray, weights: np.ndarray) -> Any:
    names = [f"c{place}" for place in range(values.shape[1])]
    criteria = tuple(
        WeightedCriterion(id=name, group="need", indicator=name, value={"shape": "linear", "low": 0, "high": 1}, weight=float(weight))
        for name, weight in zip(names, weights, strict=True)
    )
    scenario = ResolvedScenario(
        id="s", profile="p", method="additive", criteria=criteria, classes=(), include_tasked=True, include_released=False,
        min_known_share=0.5,
    )  # fmt: skip
    areas = pd.DataFrame({"area_id": [f"A{row:04d}" for row in range(len(values))]})
    return rank_areas(pd.DataFrame(values, columns=names), areas, scenario)


@pytest.mark.parametrize("seed", range(5))
def test_scores_and_order_are_those_of_pymcdm(seed: int) -> None:
    values, weights = case(seed)
    theirs = WSM(normalization_function=minmax_normalization)(values, weights / weights.sum(), np.ones(N_CRITERIA))
    ours = our_ranking(values, weights)
    assert ours.score == pytest.approx(theirs, abs=1e-9)
    assert np.array_equal(ours.rank, rankdata(theirs, reverse=True))


@pytest.mark.parametrize("seed", range(5))
def test_scores_and_order_are_those_of_scikit_criteria(seed: int) -> None:
    values, weights = case(seed)
    problem = mkdm(values, [max] * N_CRITERIA, weights=weights / weights.sum())
    theirs = WeightedSumModel().evaluate(problem)
    ours = our_ranking(values, weights)
    assert ours.score == pytest.approx(theirs.e_.score, abs=1e-9)
    assert np.array_equal(ours.rank, theirs.rank_)


def test_a_worked_example_comes_out() -> None:
    """Two criteria, three areas, by hand: 0.6 x value of people + 0.4 x value of accidents.

    People 250, 1000, 500 of 1000 give 0.25, 1, 0.5; accidents 4, 0, 2 of 4 give 1, 0, 0.5:
    0.15 + 0.4 = 0.55, 0.6 + 0 = 0.6, 0.3 + 0.2 = 0.5.
    """
    ranking = our_ranking(np.array([[0.25, 1.0], [1.0, 0.0], [0.5, 0.5]]), np.array([0.6, 0.4]))
    assert ranking.score.tolist() == [0.55, 0.6, 0.5]
    assert ranking.rank.tolist() == [2, 1, 3]
    assert ranking.contributions.tolist() == [[0.15, 0.4], [0.6, 0.0], [0.3, 0.2]]
