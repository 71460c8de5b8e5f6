"""Judges with known preferences about the areas of the example country: what they hold is found again."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.cases.judges import Judge, ranked_values

N_JUDGES = 20


@pytest.fixture(scope="module")
def values(example_programme) -> np.ndarray:
    return ranked_values(example_programme)


def test_500_judgements_of_which_a_tenth_is_wrong_give_the_order_of_twenty_judges(values: np.ndarray) -> None:
    taus = [Judge.of(values, seed).tau_of_random(500) for seed in range(N_JUDGES)]
    assert np.mean(taus) >= 0.9
    assert min(taus) >= 0.8


def test_a_fifth_of_contradictory_answers_is_borne(values: np.ndarray) -> None:
    assert np.mean([Judge.of(values, seed, wrong=0.2).tau_of_random(500) for seed in range(5)]) >= 0.85


def test_thirty_per_cent_fewer_judgements_give_as_much_where_pairs_are_chosen(values: np.ndarray) -> None:
    by_chance = [Judge.of(values, seed).tau_of_random(500) for seed in range(5)]
    chosen = [Judge.of(values, seed).tau_of_chosen(350) for seed in range(5)]
    assert np.mean(chosen) > np.mean(by_chance)
