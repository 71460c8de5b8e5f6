"""Weights against independent libraries."""

from __future__ import annotations

import numpy as np
import pytest
from pymcdm.weights import critic_weights as their_critic
from pymcdm.weights import entropy_weights as their_entropy
from pymcdm.weights.subjective import AHP
from scipy.stats import friedmanchisquare

from models.ranking.weighting import Judgement, ahp_weights, critic_weights, entropy_weights, kendall_w


def table(seed: int) -> np.ndarray:
    """Values within 0..1 whose columns reach both ends, so that stretching leaves them as they are."""
    values = np.random.default_rng(seed).random((40, 5))
    values[0], values[1] = 0.0, 1.0
    return values


@pytest.mark.parametrize("seed", range(3))
def test_entropy_is_that_of_pymcdm(seed: int) -> None:
    values = table(seed)[2:]
    assert entropy_weights(values) == pytest.approx(their_entropy(values), abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_critic_is_that_of_pymcdm(seed: int) -> None:
    assert critic_weights(table(seed)) == pytest.approx(their_critic(table(seed)), abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_ahp_weights_are_those_of_pymcdm(seed: int) -> None:
    draw = np.random.default_rng(seed)
    names, matrix = list("abcde"), np.ones((5, 5))
    judgements = []
    for row in range(5):
        for column in range(row + 1, 5):
            ratio = float(draw.choice([1 / 5, 1 / 3, 1, 2, 3, 5, 7]))
            matrix[row, column], matrix[column, row] = ratio, 1 / ratio
            judgements.append(Judgement(names[row], names[column], ratio))
    found = ahp_weights(judgements)
    assert list(found.weights.values()) == pytest.approx(AHP(matrix=matrix)(), abs=1e-9)
    assert found.largest_eigenvalue == pytest.approx(np.linalg.eigvals(matrix).real.max(), abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_kendalls_w_is_friedmans_statistic_rescaled(seed: int) -> None:
    """Friedman's chi-square = m (n - 1) W, also with ties."""
    judges = np.random.default_rng(seed).integers(0, 4, (6, 7)).astype(float)
    theirs = friedmanchisquare(*judges.T)
    w, p_value = kendall_w(judges)
    assert w * 6 * 6 == pytest.approx(theirs.statistic)
    assert p_value == pytest.approx(theirs.pvalue)
