"""What holds of every additive ranking."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydantic import TypeAdapter

from geodata.schema.criteria import ValueFunction
from geodata.schema.scenario import ResolvedScenario, WeightedCriterion, normalise_weights
from models.firmness import rank_shares, top_acceptability, uniform_weights
from models.ranking import Ranking, evaluate, invert, rank_areas
from models.ranking.methods import SpotisRanker, rank_reversal
from models.ranking.weighting import agree_on_weights, critic_weights, entropy_weights, roc_weights

K = 3
NAMES = ["a", "b", "c"]
FUNCTION = TypeAdapter(ValueFunction)

cells = st.one_of(st.floats(-0.5, 1.5), st.just(float("nan")))
tables = st.integers(0, 12).flatmap(lambda n: arrays(np.float64, (n, K), elements=cells))
known_tables = st.integers(1, 12).flatmap(lambda n: arrays(np.float64, (n, K), elements=st.floats(-0.5, 1.5)))
weights = st.lists(st.floats(0, 100), min_size=K, max_size=K).filter(lambda w: sum(w) > 1e-6)
bounds = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)).filter(lambda b: abs(b[0] - b[1]) > 1e-3)


@st.composite
def functions(draw: st.DrawFn) -> Any:
    """Value functions of every shape with bounds, rising or falling."""
    low, high = draw(bounds)
    share = draw(st.floats(0.05, 0.95))
    return FUNCTION.validate_python(
        draw(
            st.sampled_from(
                [
                    {"shape": "linear", "low": low, "high": high},
                    {"shape": "log", "low": low, "high": high, "scale": draw(st.floats(1e-3, 1e6))},
                    {"shape": "exponential", "low": low, "high": high, "rate": draw(st.floats(-20, 20).filter(lambda r: abs(r) > 1e-3))},
                    {
                        "shape": "logistic", "low": low, "high": high, "midpoint": low + share * (high - low),
                        "steepness": draw(st.floats(0.1, 50)),
                    },
                ]
            )
        )
    )  # fmt: skip


def ranking_of(table: np.ndarray, weight: list[float], ids: list[str] | None = None, **changes: Any) -> Ranking:
    shares = normalise_weights(dict(zip(NAMES, weight, strict=True)), NAMES)
    criteria = tuple(
        WeightedCriterion(id=name, group="need", indicator=name, value={"shape": "linear", "low": 0, "high": 1}, weight=shares[name])
        for name in NAMES
    )
    scenario = ResolvedScenario(
        id="s", profile="p", criteria=criteria, classes=(), include_tasked=True, include_released=False,
        **{"min_known_share": 0.5, "method": "additive", **changes},
    )  # fmt: skip
    names = ids or [f"A{row:03d}" for row in range(len(table))]
    return rank_areas(pd.DataFrame(table, columns=NAMES), pd.DataFrame({"area_id": pd.Series(names, dtype=object)}), scenario)


@given(tables, weights, st.randoms())
def test_the_order_of_rows_does_not_matter(table: np.ndarray, weight: list[float], shuffle: Any) -> None:
    ids = [f"A{row:03d}" for row in range(len(table))]
    rows = list(range(len(table)))
    shuffle.shuffle(rows)
    plain, mixed = ranking_of(table, weight, ids), ranking_of(table[rows], weight, [ids[row] for row in rows])
    assert np.array_equal(plain.rank[rows], mixed.rank, equal_nan=True)
    assert np.array_equal(plain.score[rows], mixed.score, equal_nan=True)


@given(tables, st.lists(st.integers(0, 1000), min_size=K, max_size=K).filter(any), st.integers(1, 10_000))
def test_multiplying_all_weights_by_a_whole_number_does_not_matter(table: np.ndarray, weight: list[int], times: int) -> None:
    plain, scaled = ranking_of(table, [float(w) for w in weight]), ranking_of(table, [float(w * times) for w in weight])
    assert np.array_equal(plain.score, scaled.score, equal_nan=True)
    assert np.array_equal(plain.order, scaled.order)


@given(tables, weights, st.floats(1e-3, 1e3))
def test_multiplying_all_weights_by_any_constant_moves_no_score(table: np.ndarray, weight: list[float], times: float) -> None:
    plain, scaled = ranking_of(table, weight), ranking_of(table, [w * times for w in weight])
    assert np.allclose(plain.score, scaled.score, rtol=0, atol=2e-8, equal_nan=True)


@given(functions(), st.lists(st.floats(-2e6, 2e6), max_size=10), st.integers(-20, 20))
def test_rescaling_the_unit_of_a_measure_changes_no_value(function: Any, x: list[float], power: int) -> None:
    """Powers of two scale exactly, so that the test asks of the method and not of the rounding of its input."""
    factor = 2.0**power
    in_unit = ("low", "high", "scale", "midpoint")
    scaled = {name: number * factor if name in in_unit else number for name, number in function.model_dump().items()}
    numbers = np.array(x, dtype=float)
    assert np.array_equal(evaluate(FUNCTION.validate_python(scaled), numbers * factor), evaluate(function, numbers))


@given(known_tables, weights, st.data())
def test_an_area_at_least_as_good_everywhere_never_ranks_lower(table: np.ndarray, weight: list[float], data: st.DataObject) -> None:
    worse = data.draw(st.integers(0, len(table) - 1))
    gain = data.draw(arrays(np.float64, K, elements=st.floats(0, 1)))
    ranking = ranking_of(np.vstack([table, table[worse] + gain]), weight, [f"B{row:03d}" for row in range(len(table))] + ["A"])
    assert ranking.score[-1] >= ranking.score[worse]
    assert ranking.rank[-1] < ranking.rank[worse]


@given(tables, weights, st.data())
def test_raising_a_benefit_never_lowers_the_score_nor_moves_another_area(
    table: np.ndarray, weight: list[float], data: st.DataObject
) -> None:
    assume(len(table))
    row, column = data.draw(st.integers(0, len(table) - 1)), data.draw(st.integers(0, K - 1))
    assume(not np.isnan(table[row, column]))
    raised = table.copy()
    raised[row, column] += data.draw(st.floats(0, 2))
    before, after = ranking_of(table, weight), ranking_of(raised, weight)
    assert np.isnan(before.score[row]) or after.score[row] >= before.score[row]
    assert np.array_equal(np.delete(before.score, row), np.delete(after.score, row), equal_nan=True)


@given(tables, tables, weights)
def test_another_area_added_or_removed_changes_no_score(table: np.ndarray, more: np.ndarray, weight: list[float]) -> None:
    alone, together = ranking_of(table, weight), ranking_of(np.vstack([table, more]), weight)
    assert np.array_equal(alone.score, together.score[: len(table)], equal_nan=True)
    assert np.array_equal(alone.contributions, together.contributions[: len(table)], equal_nan=True)
    both = together.rank[: len(table)]
    assert np.array_equal(np.argsort(np.argsort(both[alone.is_ranked])) + 1, alone.rank[alone.is_ranked])


@given(known_tables, st.integers(0, K - 1))
def test_all_weight_on_one_criterion_gives_its_order(table: np.ndarray, column: int) -> None:
    ranking = ranking_of(table, [float(place == column) for place in range(K)])
    values = np.array([float(f"{value:.9g}") if value >= 1e-13 else 0.0 for value in np.clip(table[:, column], 0, 1)])
    assert ranking.order.tolist() == np.lexsort((np.arange(len(table)), -values)).tolist()


@given(tables, weights)
def test_contributions_add_up_to_the_score(table: np.ndarray, weight: list[float]) -> None:
    ranking = ranking_of(table, weight)
    has_score = ~np.isnan(ranking.score)
    assert np.abs(np.nansum(ranking.contributions, axis=1) - ranking.score)[has_score].max(initial=0) < 1e-15
    assert np.isnan(ranking.contributions[~has_score]).all()


@given(st.integers(1, 30), st.randoms())
def test_ties_are_stable_by_identifier(n: int, shuffle: Any) -> None:
    ids = [f"HA-{row}" for row in range(n)]
    shuffle.shuffle(ids)
    ranking = ranking_of(np.full((n, K), 0.5), [1.0] * K, ids)
    assert [ids[row] for row in ranking.order] == sorted(ids)


@given(tables, weights)
def test_every_ranked_area_has_one_rank_and_unknown_never_ranks(table: np.ndarray, weight: list[float]) -> None:
    ranking = ranking_of(table, weight)
    assert sorted(ranking.rank[ranking.is_ranked]) == list(range(1, ranking.n_ranked + 1))
    assert np.isnan(ranking.rank[~ranking.is_ranked]).all()
    assert not np.isnan(ranking.score[ranking.order]).any()
    assert sorted(ranking.listing) == list(np.flatnonzero(ranking.is_listed))


@given(tables, weights)
def test_the_score_and_the_rank_lie_within_the_range_of_what_is_unknown(table: np.ndarray, weight: list[float]) -> None:
    ranking = ranking_of(table, weight)
    known = ~np.isnan(ranking.score)
    assert (ranking.score_low[known] <= ranking.score[known]).all()
    assert (ranking.score_high[known] >= ranking.score[known]).all()
    ranked = ranking.is_ranked
    assert (ranking.rank_best[ranked] <= ranking.rank[ranked]).all()
    assert (ranking.rank_worst[ranked] >= ranking.rank[ranked]).all()


@given(functions(), st.lists(st.floats(-2e6, 2e6), max_size=20))
def test_values_lie_within_nothing_and_one_and_never_turn(function: Any, x: list[float]) -> None:
    values = evaluate(function, np.array(sorted(x), dtype=float))
    assert ((values >= 0) & (values <= 1)).all()
    steps = np.diff(values) * np.sign(function.high - function.low)
    assert (steps >= -1e-15).all()


@given(functions())
def test_values_are_nothing_at_low_and_one_at_high(function: Any) -> None:
    assert evaluate(function, np.array([function.low, function.high])) == pytest.approx([0, 1], abs=1e-12)


@given(functions(), st.floats(0.01, 0.99))
@settings(max_examples=50)
def test_the_measurement_found_for_a_value_has_it(function: Any, value: float) -> None:
    found = invert(function, value)
    assert found is not None
    beside = evaluate(function, np.array([np.nextafter(found, -np.inf), found, np.nextafter(found, np.inf)]))
    assert beside.min() - 1e-12 <= value <= beside.max() + 1e-12


METHODS = ["topsis", "vikor", "spotis", "promethee"]


@given(tables, weights, st.randoms(), st.sampled_from(METHODS))
def test_the_order_of_rows_does_not_matter_to_any_method(table: np.ndarray, weight: list[float], shuffle: Any, method: str) -> None:
    ids = [f"A{row:03d}" for row in range(len(table))]
    rows = list(range(len(table)))
    shuffle.shuffle(rows)
    plain, mixed = ranking_of(table, weight, ids, method=method), ranking_of(table[rows], weight, [ids[row] for row in rows], method=method)
    assert np.allclose(plain.score[rows], mixed.score, atol=2e-9, rtol=0, equal_nan=True)


@given(tables, weights, st.sampled_from(METHODS))
def test_every_method_ranks_the_same_areas_with_scores_between_nothing_and_one(table: np.ndarray, weight: list[float], method: str) -> None:
    additive, other = ranking_of(table, weight), ranking_of(table, weight, method=method)
    assert np.array_equal(additive.is_ranked, other.is_ranked)
    scores = other.score[other.is_ranked]
    assert ((scores >= 0) & (scores <= 1)).all()
    assert sorted(other.rank[other.is_ranked]) == list(range(1, other.n_ranked + 1))


@given(known_tables, weights, st.sampled_from(METHODS), st.data())
def test_an_area_at_least_as_good_everywhere_never_scores_lower_by_any_method(
    table: np.ndarray, weight: list[float], method: str, data: st.DataObject
) -> None:
    worse = data.draw(st.integers(0, len(table) - 1))
    gain = data.draw(arrays(np.float64, K, elements=st.floats(0, 1)))
    ranking = ranking_of(np.vstack([table, table[worse] + gain]), weight, method=method)
    assert ranking.score[-1] >= ranking.score[worse] - 1e-9


@given(known_tables)
@settings(max_examples=20)
def test_methods_that_judge_each_area_by_itself_reverse_no_rank(table: np.ndarray) -> None:
    assert rank_reversal(SpotisRanker(), table, n_trials=3).n_reversed == 0


@given(tables, weights, st.integers(1, 12))
@settings(max_examples=30)
def test_each_draw_fills_every_place_once(table: np.ndarray, weight: list[float], top: int) -> None:
    ranking = ranking_of(table, weight)
    draws = uniform_weights(K, 20, seed=1)
    shares = rank_shares(ranking, draws, max(len(table), 1))[ranking.is_ranked]
    assert shares.sum(axis=1) == pytest.approx(np.ones(ranking.n_ranked))
    assert shares.sum(axis=0)[: ranking.n_ranked] == pytest.approx(np.ones(ranking.n_ranked))
    top_share = top_acceptability(ranking, draws, top).share[ranking.is_ranked]
    assert top_share == pytest.approx(shares[:, :top].sum(axis=1))


@given(st.permutations(["a", "b", "c", "d"]))
def test_weights_of_an_order_fall_and_sum_to_one(order: list[str]) -> None:
    found = list(roc_weights(order).values())
    assert found == sorted(found, reverse=True)
    assert sum(found) == pytest.approx(1)


@given(st.lists(st.lists(st.floats(0.01, 10), min_size=3, max_size=3), min_size=2, max_size=6))
def test_the_weights_of_a_group_lie_between_those_of_its_members(table: list[list[float]]) -> None:
    group = agree_on_weights({f"s{row}": dict(zip("abc", weights, strict=True)) for row, weights in enumerate(table)})
    assert sum(group.weights.values()) == pytest.approx(1)
    assert all(group.least[name] - 1e-12 <= group.weights[name] <= group.most[name] + 1e-12 for name in "abc")
    assert np.isnan(group.kendall_w) or -1e-12 <= group.kendall_w <= 1 + 1e-12


@given(known_tables)
def test_diagnostic_weights_are_shares_or_say_nothing(table: np.ndarray) -> None:
    for method in (entropy_weights, critic_weights):
        found = method(np.clip(table, 0, 1))
        assert np.isnan(found).all() or (found.sum() == pytest.approx(1) and (found >= -1e-12).all())
