"""Weights that somebody could hold."""

from __future__ import annotations

import numpy as np
import pytest

from models.errors import ModelsError
from models.firmness import around_profile, between_profiles, uniform_weights


def test_uniform_weights_fill_the_simplex_evenly() -> None:
    draws = uniform_weights(3, 20_000, seed=1)
    assert draws.sum(axis=1) == pytest.approx(np.ones(20_000))
    assert draws.mean(axis=0) == pytest.approx([1 / 3] * 3, abs=0.01)
    # a share of a uniform point of the simplex with 3 corners is below x with probability 1 - (1 - x)^2
    assert (draws[:, 0] < 0.3).mean() == pytest.approx(1 - 0.7**2, abs=0.01)


def test_weights_around_a_profile_have_it_as_their_mean_and_the_spread_asked_for() -> None:
    draws = around_profile([2, 1, 1, 0], 20_000, spread=0.1, seed=2)
    assert draws.mean(axis=0) == pytest.approx([0.5, 0.25, 0.25, 0], abs=0.005)
    assert draws[:, 0].std() == pytest.approx(0.1, abs=0.005)
    assert (draws[:, 3] == 0).all()


def test_weights_between_profiles_are_mixtures_of_them() -> None:
    draws = between_profiles([[4, 0, 0], [0, 1, 1]], 5_000, seed=3)
    assert np.array_equal(draws[:, 1], draws[:, 2])
    assert draws.sum(axis=1) == pytest.approx(np.ones(5_000))


def test_equal_seeds_give_equal_draws() -> None:
    assert np.array_equal(uniform_weights(4, 10, seed=5), uniform_weights(4, 10, seed=5))
    assert not np.array_equal(uniform_weights(4, 10, seed=5), uniform_weights(4, 10, seed=6))


def test_no_draw_and_no_spread_are_refused() -> None:
    with pytest.raises(ModelsError, match="asked for were 0"):
        uniform_weights(3, 0, seed=1)
    with pytest.raises(ModelsError, match="it is 0"):
        around_profile([1, 1], 10, spread=0, seed=1)
