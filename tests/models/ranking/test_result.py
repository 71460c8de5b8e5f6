"""Whole rankings: order, ties, what is left out, ranges, degenerate input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.errors import ModelsError

NAN = float("nan")
FIRST = {"id": "must_do", "kind": "first", "when": [{"indicator": "a", "op": "at_least", "value": 0.9}]}
NO_GO = {"id": "no_access", "kind": "no_go", "when": [{"field": "access", "op": "equals", "value": "none"}]}


def ids_in_order(ranking: Any) -> list[str]:
    return ranking.table.area_ids[ranking.order].tolist()


def test_areas_stand_from_the_highest_score_to_the_lowest(rank: Any) -> None:
    ranking = rank({"a": [0.2, 0.8, 0.5], "b": [0.9, 0.1, 0.5]}, {"a": 0.75, "b": 0.25})
    assert ranking.score.tolist() == [0.375, 0.625, 0.5]
    assert ranking.rank.tolist() == [3.0, 1.0, 2.0]
    assert ids_in_order(ranking) == ["A1", "A2", "A0"]


def test_ties_go_by_identifier_whatever_the_order_of_rows(rank: Any) -> None:
    ranking = rank({"a": [0.5, 0.5, 0.5]}, {"a": 1.0}, ids=["HA-10", "HA-02", "HA-1"])
    assert ids_in_order(ranking) == ["HA-02", "HA-1", "HA-10"]


def test_scores_that_agree_to_nine_digits_are_a_tie(rank: Any) -> None:
    ranking = rank({"a": [0.5, 0.50000000001]}, {"a": 1.0})
    assert ids_in_order(ranking) == ["A0", "A1"]


def test_classes_come_before_scores(rank: Any) -> None:
    ranking = rank(
        {"a": [0.1, 0.95, 0.8, 0.3], "b": [0.9, 0.0, 0.9, 0.8]}, {"a": 0.1, "b": 0.9},
        areas={"access": ["yes", "yes", "none", "yes"]}, classes=[FIRST, NO_GO],
    )  # fmt: skip
    assert ids_in_order(ranking) == ["A1", "A0", "A3", "A2"]
    assert ranking.class_id.tolist() == [None, "must_do", "no_access", None]


def test_released_areas_are_left_out_unless_asked_for(rank: Any) -> None:
    areas = {"is_released": [True, False], "is_tasked": [True, True]}
    left_out = rank({"a": [0.9, 0.1]}, {"a": 1.0}, areas=areas)
    assert np.array_equal(left_out.rank, [NAN, 1.0], equal_nan=True)
    assert left_out.reason_unranked.tolist() == ["released", ""]
    assert left_out.is_tasked.tolist() == [True, True]
    assert rank({"a": [0.9, 0.1]}, {"a": 1.0}, areas=areas, include_released=True).rank.tolist() == [1.0, 2.0]


def test_tasked_areas_are_ranked_unless_the_scenario_leaves_them_out(rank: Any) -> None:
    ranking = rank({"a": [0.9, 0.1]}, {"a": 1.0}, areas={"is_tasked": [True, False]}, include_tasked=False)
    assert ranking.reason_unranked.tolist() == ["tasked", ""]
    assert ranking.is_listed.tolist() == [False, True]


def test_unknown_is_neither_nothing_nor_everything(rank: Any) -> None:
    ranking = rank({"a": [0.6, 0.6], "b": [NAN, 0.6]}, {"a": 0.75, "b": 0.25})
    assert ranking.score.tolist() == [0.6, 0.6]
    assert ranking.known_share.tolist() == [0.75, 1.0]
    assert ranking.score_low.tolist() == [0.45, 0.6]
    assert ranking.score_high.tolist() == [0.7, 0.6]


def test_an_area_of_which_too_little_is_known_is_listed_last_without_a_rank(rank: Any) -> None:
    ranking = rank({"a": [NAN, 0.1, NAN], "b": [1.0, 0.1, NAN]}, {"a": 0.75, "b": 0.25})
    assert ranking.reason_unranked.tolist() == ["too_little_known", "", "too_little_known"]
    assert np.array_equal(ranking.score, [1.0, 0.1, NAN], equal_nan=True)
    assert ranking.listing.tolist() == [1, 0, 2]
    assert ranking.n_ranked == 1


def test_exactly_the_least_known_share_is_enough(rank: Any) -> None:
    third = 0.333333333
    ranking = rank({"a": [0.5], "b": [0.5], "c": [NAN]}, {"a": third, "b": third, "c": third}, min_known_share=0.666666667)
    assert ranking.is_ranked.tolist() == [True]


def test_the_rank_range_is_that_of_the_unknown_values_at_their_ends(rank: Any) -> None:
    columns = {"a": [0.9, 0.7, 0.5, 0.3, 0.1], "b": [0.9, 0.7, NAN, 0.3, 0.1]}
    ranking = rank(columns, {"a": 0.5, "b": 0.5})
    # A2 scores 0.25 .. 0.75: behind A3 (0.3) at its worst, ahead of A1 (0.7) at its best
    assert ranking.rank.tolist() == [1, 2, 3, 4, 5]
    assert ranking.rank_best.tolist() == [1, 2, 2, 4, 5]
    assert ranking.rank_worst.tolist() == [1, 2, 4, 4, 5]


def test_the_rank_range_is_what_ranking_again_gives(rank: Any) -> None:
    draw = np.random.default_rng(8)
    table = draw.random((40, 3)).round(1)
    table[draw.random(table.shape) < 0.25] = NAN
    weights = {"a": 0.5, "b": 0.3, "c": 0.2}
    base = rank(dict(zip("abc", table.T, strict=True)), weights, min_known_share=0)
    for row in np.flatnonzero(base.is_ranked):
        for at, found in ((0.0, base.rank_worst), (1.0, base.rank_best)):
            changed = table.copy()
            changed[row, np.isnan(table[row])] = at
            again = rank(dict(zip("abc", changed.T, strict=True)), weights, min_known_share=0)
            assert found[row] == again.rank[row]


def test_the_rank_of_another_score_is_told_without_ranking_again(rank: Any) -> None:
    ranking = rank({"a": [0.9, 0.7, 0.5, 0.3]}, {"a": 1.0})
    assert [ranking.rank_of_score(2, score) for score in (0.95, 0.7, 0.5, 0.3, 0.1)] == [1, 3, 3, 3, 4]


def test_no_area_gives_an_empty_ranking(rank: Any) -> None:
    ranking = rank({"a": []}, {"a": 1.0})
    assert ranking.n_ranked == 0
    assert ranking.contributions.shape == (0, 1)
    assert ranking.listing.tolist() == []
    assert ranking.rank_best.tolist() == []


def test_one_area_is_first(rank: Any) -> None:
    ranking = rank({"a": [0.0]}, {"a": 1.0})
    assert (ranking.rank.tolist(), ranking.score.tolist()) == ([1.0], [0.0])


def test_a_constant_criterion_moves_nobody(rank: Any) -> None:
    both = rank({"a": [0.2, 0.8, 0.5], "b": [0.4, 0.4, 0.4]}, {"a": 0.5, "b": 0.5})
    assert both.rank.tolist() == rank({"a": [0.2, 0.8, 0.5]}, {"a": 1.0}).rank.tolist()


def test_where_nothing_is_known_nothing_is_ranked(rank: Any) -> None:
    ranking = rank({"a": [NAN, NAN]}, {"a": 1.0}, min_known_share=0)
    assert ranking.reason_unranked.tolist() == ["too_little_known"] * 2
    assert np.isnan(ranking.score).all()


def test_a_criterion_without_weight_counts_for_nothing(rank: Any) -> None:
    ranking = rank({"a": [0.2, 0.4], "b": [1.0, NAN]}, {"a": 1.0, "b": 0.0})
    assert ranking.score.tolist() == [0.2, 0.4]
    assert ranking.known_share.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("weight", [-1.0, NAN, float("inf"), 0.0], ids=["negative", "not a number", "infinite", "zero"])
def test_weights_that_no_ranking_follows_from_are_refused(rank: Any, weight: float) -> None:
    with pytest.raises(ModelsError, match=r"[Ww]eight"):
        rank({"a": [0.5]}, {"a": weight})


def test_a_scenario_without_criteria_is_refused(rank: Any) -> None:
    with pytest.raises(ModelsError, match="at least one criterion"):
        rank({}, {})


def test_a_must_do_is_ranked_first_however_little_else_is_known(rank: Any) -> None:
    """Only one of four parts of the weight is known of A0 and A1; the class keeps A0 at the top, A1 has no rank."""
    values = {"a": [0.95, 0.5, 0.8], "b": [NAN, NAN, 0.9]}
    ranking = rank(values, {"a": 0.25, "b": 0.75}, classes=[FIRST])
    assert ids_in_order(ranking) == ["A0", "A2"]
    assert ranking.reason_unranked.tolist() == ["", "too_little_known", ""]


def test_a_must_do_of_which_no_weighted_value_is_known_has_no_rank(rank: Any) -> None:
    ranking = rank({"a": [0.95, 0.5], "b": [NAN, 0.9]}, {"a": 0.0, "b": 1.0}, classes=[FIRST])
    assert ids_in_order(ranking) == ["A1"]
    assert np.isnan(ranking.score[0])
    assert ranking.listing.tolist() == [1, 0]
