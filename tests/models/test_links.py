"""Rank correlation with an interval over places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from models.links import rank_link


def places_of(n: int, size: int = 10) -> np.ndarray:
    return np.repeat([f"P{k}" for k in range(-(-n // size))], size)[:n]


@given(st.integers(0, 10_000), st.integers(30, 200))
def test_the_correlation_is_spearmans_and_turns_with_either_measure(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 9, n).astype(float), rng.normal(size=n)
    x[0], x[1] = 0.0, 9.0
    if n < 50:
        y[:5] = np.nan
    known = ~np.isnan(y)
    found = rank_link(x, y, places_of(n, 4))
    if not found.is_known:
        assert known.sum() < 30
        return
    assert found.correlation == pytest.approx(spearmanr(x[known], y[known]).statistic, abs=1e-9)
    assert found.low <= found.high
    turned = rank_link(x, -y, places_of(n, 4))
    assert (turned.correlation, turned.low, turned.high) == pytest.approx((-found.correlation, -found.high, -found.low), abs=1e-9)
    assert (found.n, found.n_places) == (known.sum(), len(np.unique(places_of(n, 4)[known])))


def test_what_goes_together_is_found_and_what_places_alone_share_is_not() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=600)
    found = rank_link(x, x + rng.normal(size=600), places_of(600))
    assert found.is_found
    assert found.low > 0.5
    # Each place has a level of its own in both measures, and nothing else: 12 draws, 600 units.
    wrong = {"places": 0, "units": 0}
    for seed in range(30):
        levels = np.random.default_rng(seed).normal(size=(2, 12))
        one, other = (np.repeat(level, 50) + np.random.default_rng(seed + 99 + k).normal(0, 0.2, 600) for k, level in enumerate(levels))
        wrong["places"] += rank_link(one, other, places_of(600, 50)).is_found
        wrong["units"] += rank_link(one, other, np.arange(600)).is_found
    assert wrong["places"] <= 4 < 16 <= wrong["units"]


def test_the_same_seed_gives_the_same_interval() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 100))
    assert rank_link(x, y, places_of(100)) == rank_link(x, y, places_of(100))
    assert rank_link(x, y, places_of(100)) != rank_link(x, y, places_of(100), seed=1)


@pytest.mark.parametrize(
    ("x", "place"),
    [
        (np.arange(29.0), np.arange(29)),
        (np.arange(60.0), np.repeat(np.arange(4), 15)),
        (np.ones(60), np.arange(60)),
        (np.full(60, np.nan), np.arange(60)),
        (np.zeros(0), np.zeros(0)),
    ],
    ids=["29 units", "4 places", "all alike", "all unknown", "nothing"],
)
def test_where_there_is_too_little_nothing_is_told_and_nothing_found(x: np.ndarray, place: np.ndarray) -> None:
    found = rank_link(x, np.arange(float(len(x))), place)
    assert not found.is_known
    assert not found.is_found
    assert np.isnan(found.correlation)
