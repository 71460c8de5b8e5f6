"""A list by another method: classes first all the same, no contributions, and how far it agrees with the additive one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.errors import ModelsError
from models.firmness import stability_interval, top_acceptability, uniform_weights
from models.ranking import build_value_table, moves_to_rank, rank_table
from models.ranking.methods import AreaMove, compare_methods

NAN = float("nan")


@pytest.fixture
def table_and_scenario(scenario: Any) -> Any:
    draw = np.random.default_rng(1)
    values = pd.DataFrame(draw.random((40, 3)), columns=list("abc"))
    values.loc[[3, 4], ["a", "b"]] = NAN
    areas = pd.DataFrame({"area_id": [f"A{row:02d}" for row in range(40)], "is_released": [row == 7 for row in range(40)]})
    first = {"id": "must", "kind": "first", "when": [{"indicator": "c", "op": "at_least", "value": 0.9}]}
    settings = scenario({"a": 0.5, "b": 0.3, "c": 0.2}, classes=[first])
    return build_value_table(values, areas, settings), settings


@pytest.mark.parametrize("method", ["topsis", "vikor", "spotis", "promethee"])
def test_classes_come_first_and_who_is_ranked_stays(table_and_scenario: Any, method: str) -> None:
    table, settings = table_and_scenario
    own, other = rank_table(table, settings), rank_table(table, settings.model_copy(update={"method": method}))
    assert np.array_equal(own.is_ranked, other.is_ranked)
    assert (np.diff(table.assignment.block[other.order]) >= 0).all()
    assert sorted(other.rank[other.order]) == list(range(1, own.n_ranked + 1))
    assert np.isnan(other.score[7])


def test_a_list_by_another_method_has_no_contributions_and_no_range(table_and_scenario: Any) -> None:
    table, settings = table_and_scenario
    ranking = rank_table(table, settings.model_copy(update={"method": "topsis"}))
    for numbers in (ranking.contributions, ranking.rank_best, ranking.rank_worst, ranking.score_low, ranking.score_high):
        assert np.isnan(numbers).all()


def test_what_explains_additive_scores_is_refused_for_others(table_and_scenario: Any) -> None:
    table, settings = table_and_scenario
    ranking = rank_table(table, settings.model_copy(update={"method": "vikor"}))
    row = int(ranking.order[3])
    for ask in (
        lambda: moves_to_rank(ranking, row, 1),
        lambda: stability_interval(ranking, row, "a", 5),
        lambda: top_acceptability(ranking, uniform_weights(3, 10, seed=1), 5),
    ):
        with pytest.raises(ModelsError, match="this list is by vikor"):
            ask()


def test_the_additive_method_agrees_with_itself_wholly(table_and_scenario: Any) -> None:
    table, settings = table_and_scenario
    (found,) = compare_methods(table, settings, ["additive"], top=10)
    assert (found.kendall_tau, found.n_top, found.n_top_shared, found.largest_move) == (1.0, 10, 10, 0)
    assert found.reversal.n_reversed == 0
    assert (found.entered, found.left, found.most_moved) == ((), (), None)


def test_agreement_is_told_of_each_method(table_and_scenario: Any) -> None:
    table, settings = table_and_scenario
    found = compare_methods(table, settings, ["topsis", "spotis"], top=10)
    assert [each.method for each in found] == ["topsis", "spotis"]
    assert found[1].kendall_tau == 1.0  # every value function is a straight line
    assert 0.5 < found[0].kendall_tau < 1.0
    assert found[0].largest_move > 0


def test_areas_that_enter_and_leave_the_top_are_named_with_both_ranks(scenario: Any) -> None:
    """Equal weights: A 0.55, B 0.5, C 0.2. By regret (VIKOR) B, in the middle on both criteria, comes before A.

    The best is (1, 0.5), the worst (0.1, 0.1). Regrets of A: 0 and 1, so S 0.5, R 0.5; of B: 0.5 / 0.9 and 0, so S = R = 0.278;
    of C: 1 and 0.5, so S 0.75, R 0.5. Q: B 0, A (0.222 / 0.472 + 1) / 2 = 0.735, C 1.
    """
    settings = scenario({"a": 0.5, "b": 0.5})
    values = pd.DataFrame({"a": [1.0, 0.5, 0.1], "b": [0.1, 0.5, 0.3]})
    table = build_value_table(values, pd.DataFrame({"area_id": ["A", "B", "C"]}), settings)
    (found,) = compare_methods(table, settings, ["vikor"], top=1)
    assert found.entered == (AreaMove(1, 2, 1),)
    assert found.left == (AreaMove(0, 1, 2),)
    assert found.most_moved == AreaMove(0, 1, 2)
    assert (found.n_top, found.n_top_shared, found.largest_move) == (1, 0, 1)


def test_methods_that_look_at_no_other_area_cannot_reverse(table_and_scenario: Any) -> None:
    table, settings = table_and_scenario
    found = compare_methods(table, settings, ["additive", "spotis", "topsis", "vikor", "promethee"])
    assert [each.can_reverse for each in found] == [False, False, True, True, True]
    assert all(each.can_reverse or each.reversal.n_reversed == 0 for each in found)


def test_fewer_than_two_areas_agree_about_nothing(scenario: Any) -> None:
    settings = scenario({"a": 1.0})
    table = build_value_table(pd.DataFrame({"a": [0.5]}), pd.DataFrame({"area_id": ["A"]}), settings)
    (found,) = compare_methods(table, settings, ["topsis"])
    assert np.isnan(found.kendall_tau)
    assert (found.n_top, found.n_top_shared, found.largest_move) == (1, 1, 0)
