"""The comparison methods against independent libraries on the same value matrix."""

from __future__ import annotations

import numpy as np
import pytest
from pymcdm.methods import PROMETHEE_II, SPOTIS, TOPSIS, VIKOR
from pymcdm.normalizations import vector_normalization
from skcriteria import mkdm
from skcriteria.agg import spotis, topsis, vikor
from skcriteria.preprocessing.scalers import VectorScaler

from geodata.schema.scenario import WeightedCriterion
from models.ranking.methods import PrometheeRanker, SpotisRanker, TopsisRanker, VikorRanker

N_AREAS, N_CRITERIA = 120, 6
UP = np.ones(N_CRITERIA)


def case(seed: int) -> tuple[np.ndarray, np.ndarray, tuple[WeightedCriterion, ...]]:
    draw = np.random.default_rng(seed)
    values, weights = draw.beta(0.7, 1.5, (N_AREAS, N_CRITERIA)), draw.dirichlet(np.ones(N_CRITERIA))
    line = {"shape": "linear", "low": 0, "high": 1}
    criteria = tuple(
        WeightedCriterion(id=f"c{place}", group="need", indicator=f"c{place}", value=line, weight=float(weight))
        for place, weight in enumerate(weights)
    )
    return values, weights, criteria


def decision(values: np.ndarray, weights: np.ndarray) -> object:
    return mkdm(values, [max] * N_CRITERIA, weights=weights)


@pytest.mark.parametrize("seed", range(3))
def test_topsis_is_that_of_pymcdm_and_scikit_criteria(seed: int) -> None:
    values, weights, criteria = case(seed)
    ours = TopsisRanker(criteria).fit(values).predict(values)
    assert ours == pytest.approx(TOPSIS(vector_normalization)(values, weights, UP), abs=1e-9)
    theirs = topsis.TOPSIS().evaluate(VectorScaler(target="matrix").transform(decision(values, weights)))
    assert ours == pytest.approx(theirs.e_.similarity, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_vikor_is_that_of_pymcdm_and_scikit_criteria(seed: int) -> None:
    values, weights, criteria = case(seed)
    ours = VikorRanker(criteria).fit(values).predict(values)
    assert 1 - ours == pytest.approx(VIKOR()(values, weights, UP), abs=1e-9)
    assert 1 - ours == pytest.approx(vikor.VIKOR().evaluate(decision(values, weights)).e_.q_k, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_spotis_is_that_of_pymcdm_and_scikit_criteria(seed: int) -> None:
    values, weights, criteria = case(seed)
    bounds = np.tile([0.0, 1.0], (N_CRITERIA, 1))
    ours = SpotisRanker(criteria).fit(values).predict(values)
    assert 1 - ours == pytest.approx(SPOTIS(bounds)(values, weights, UP), abs=1e-9)
    theirs = spotis.SPOTIS().evaluate(decision(values, weights), bounds=bounds, isp=np.ones(N_CRITERIA))
    assert 1 - ours == pytest.approx(theirs.e_.score, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("shape", "q", "p"), [("usual", 0.0, 0.0), ("vshape", 0.0, 0.4), ("vshape_2", 0.05, 0.5)])
def test_promethee_is_that_of_pymcdm(seed: int, shape: str, q: float, p: float) -> None:
    values, weights, criteria = case(seed)
    values = values.round(2)  # with ties
    theirs = PROMETHEE_II(shape, p=[p] * N_CRITERIA, q=[q] * N_CRITERIA)(values, weights, UP)
    ours = PrometheeRanker(criteria, indifference=q, preference=p).fit(values).predict(values)
    assert 2 * ours - 1 == pytest.approx(theirs, abs=1e-8)
