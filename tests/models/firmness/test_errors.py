"""Ranks under errors of the data, against what probability says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from geodata.schema.config import MeasureError
from geodata.schema.scenario import FirmnessSettings
from models.errors import ModelsError
from models.firmness import DataErrors, assess_firmness, top_acceptability, uniform_weights

ONE = np.ones((4000, 1))
NAN = float("nan")


def errors(n: int, *, apart: bool = True, **error: Any) -> DataErrors:
    """The same error for c0, areas a degree apart or all in one place."""
    lon = np.arange(n, dtype=float) if apart else np.zeros(n)
    return DataErrors({"c0": MeasureError(source="a test", **error)}, lon, np.zeros(n), seed=1)


def test_two_areas_change_places_as_often_as_the_normal_distribution_says(rank: Any) -> None:
    """Measures 0.55 and 0.45 with an error of 0.1 each: the first stays ahead with probability Phi(0.1 / (0.1 sqrt 2))."""
    ranking = rank(np.array([[0.55], [0.45]]), [1.0])
    share = top_acceptability(ranking, ONE, 1, errors=errors(2, size=0.1)).share
    assert share[0] == pytest.approx(norm.cdf(1 / np.sqrt(2)), abs=0.02)
    assert share.sum() == 1


def test_an_error_that_neighbours_share_wholly_moves_nobody_past_a_neighbour(rank: Any) -> None:
    ranking = rank(np.array([[0.55], [0.45]]), [1.0])
    together = top_acceptability(ranking, ONE, 1, errors=errors(2, apart=False, size=0.1, together=1.0)).share
    apart = top_acceptability(ranking, ONE, 1, errors=errors(2, size=0.1, together=1.0)).share
    assert together.tolist() == [1.0, 0.0]
    assert apart[0] == pytest.approx(norm.cdf(1 / np.sqrt(2)), abs=0.02)


def test_an_error_shared_in_part_lies_between(rank: Any) -> None:
    """With 0.6 of the variance shared, the difference has 0.4 of it: Phi(0.1 / (0.1 sqrt(2 x 0.4)))."""
    ranking = rank(np.array([[0.55], [0.45]]), [1.0])
    share = top_acceptability(ranking, ONE, 1, errors=errors(2, apart=False, size=0.1, together=0.6)).share
    assert share[0] == pytest.approx(norm.cdf(1 / np.sqrt(0.8)), abs=0.02)


def test_a_relative_error_grows_with_the_measure_and_never_turns_it_negative(rank: Any) -> None:
    ranking = rank(np.array([[0.5], [0.001]]), [1.0])
    drawn = errors(2, share=0.3).draw_values(ranking, np.array([0, 1]), 2000)[:, :, 0]
    assert drawn.std(axis=0) == pytest.approx([0.15, 0.0003], rel=0.05)
    assert errors(2, share=1.0).draw_values(ranking, np.array([0, 1]), 500).min() == 0


def test_drawing_only_what_is_within_reach_gives_the_shares_of_drawing_all(rank: Any) -> None:
    draw = np.random.default_rng(3)
    table = draw.random((40, 3))
    table[draw.random(table.shape) < 0.1] = NAN
    ranking = rank(table, [0.5, 0.3, 0.2])
    wrong = errors(40, size=0.05, share=0.1, together=0.3)
    weights = np.tile([0.5, 0.3, 0.2], (3000, 1))
    share = top_acceptability(ranking, weights, 5, errors=wrong).share
    drawn = wrong.draw_values(ranking, ranking.order, 3000)
    known = ~np.isnan(drawn)
    scores = (np.nan_to_num(drawn) @ weights[0]) / (known @ weights[0])
    places = np.argsort(np.argsort(-scores, axis=1), axis=1)
    assert share[ranking.order] == pytest.approx((places < 5).mean(axis=0), abs=0.04)
    assert np.nansum(share) == pytest.approx(5)


def test_without_an_error_the_shares_are_those_of_the_weights_alone(rank: Any) -> None:
    ranking = rank(np.random.default_rng(4).random((30, 2)), [0.5, 0.5])
    draws = uniform_weights(2, 200, seed=5)
    nothing = DataErrors({}, np.zeros(30), np.zeros(30), seed=1)
    assert np.array_equal(top_acceptability(ranking, draws, 6, errors=nothing).share, top_acceptability(ranking, draws, 6).share)


def test_unknown_values_stay_unknown_and_unplaced_areas_err_alone(rank: Any) -> None:
    ranking = rank(np.array([[0.5, NAN], [NAN, 0.5], [0.5, 0.5]]), [0.5, 0.5])
    wrong = DataErrors({"c0": MeasureError(size=0.1, together=1.0, source="a test")}, np.full(3, NAN), np.full(3, NAN), seed=1)
    drawn = wrong.draw_values(ranking, np.arange(3), 50)
    assert np.isnan(drawn[:, 1, 0]).all()
    assert (drawn[:, 0, 0] != drawn[:, 2, 0]).all()
    assert (drawn[:, 2, 1] == 0.5).all()


def test_firmness_is_the_same_for_the_same_seed_and_told_with_and_without_errors(rank: Any) -> None:
    table = np.random.default_rng(6).random((60, 2))
    settings = FirmnessSettings(top=10, draws=100, errors={"c0": MeasureError(size=0.2, source="a test")})
    ranking = rank(table, [0.5, 0.5], firmness=settings)
    place = np.arange(60.0)
    one, other = assess_firmness(ranking, place, place), assess_firmness(ranking, place, place)
    assert one is not None and other is not None and one.with_errors is not None
    assert other.with_errors is not None
    assert np.array_equal(one.share, other.share)
    assert np.array_equal(one.with_errors.share, other.with_errors.share)
    assert not np.array_equal(one.plain.share, one.with_errors.share)
    is_firm = one.share >= 0.95
    assert is_firm.any()
    assert set(one.advice[is_firm]) == {"do_now"}
    assert set(one.advice[one.share <= 0.05]) == {"defer"}


def test_firmness_is_not_estimated_where_it_is_not_asked_for(rank: Any) -> None:
    assert assess_firmness(rank(np.eye(2), [0.5, 0.5]), np.zeros(2), np.zeros(2)) is None
    settings = FirmnessSettings()
    assert assess_firmness(rank(np.eye(2), [0.5, 0.5], firmness=settings, method="topsis"), np.zeros(2), np.zeros(2)) is None


def test_the_top_of_a_short_list_is_its_better_half(rank: Any) -> None:
    found = assess_firmness(rank(np.eye(6), [1 / 6] * 6, firmness=FirmnessSettings()), np.zeros(6), np.zeros(6))
    assert found is not None
    assert found.top == 3
    assert np.nansum(found.share) == pytest.approx(3)


def test_places_that_do_not_pair_are_refused() -> None:
    with pytest.raises(ModelsError, match="found 2 and 1"):
        DataErrors({}, np.zeros(2), np.zeros(1), seed=1)
