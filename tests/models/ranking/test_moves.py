"""What would move an area."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.errors import ModelsError
from models.ranking import moves_to_rank

NAN = float("nan")


def test_the_smallest_change_of_each_criterion_that_reaches_the_rank_is_found(rank: Any) -> None:
    """A1 scores 0.4 and needs the 0.7 of A0; equal scores go by identifier, so the last digit must be passed."""
    shapes = {"a": {"shape": "linear", "low": 0, "high": 1000}}
    ranking = rank({"a": [700.0, 400.0, 100.0], "b": [0.7, 0.4, 0.1]}, {"a": 0.75, "b": 0.25}, shapes=shapes)
    [move] = moves_to_rank(ranking, 1, 1)
    assert move.criterion == "a"
    assert (move.value_now, move.measure_now, move.rank) == (0.4, 400.0, 1)
    assert move.value_needed == pytest.approx(0.8, abs=2e-9)
    assert move.measure_needed == pytest.approx(800, abs=2e-6)


def test_an_area_falls_to_a_rank_too(rank: Any) -> None:
    ranking = rank({"a": [0.7, 0.4, 0.1], "b": [0.7, 0.4, 0.1]}, {"a": 0.5, "b": 0.5})
    moves = moves_to_rank(ranking, 0, 2)
    assert [move.criterion for move in moves] == ["a", "b"]
    assert [move.value_needed for move in moves] == pytest.approx([0.1, 0.1], abs=2e-9)
    assert {move.rank for move in moves} == {2}


def test_an_unknown_value_can_move_an_area_too(rank: Any) -> None:
    ranking = rank({"a": [0.7, 0.6], "b": [0.7, NAN]}, {"a": 0.5, "b": 0.5})
    moves = {move.criterion: move for move in moves_to_rank(ranking, 1, 1)}
    assert moves["b"].measure_now is None
    assert np.isnan(moves["b"].value_now)
    assert moves["b"].value_needed == pytest.approx(0.8, abs=4e-9)


def test_ranking_again_with_the_measure_needed_gives_the_rank(rank: Any) -> None:
    draw = np.random.default_rng(9)
    table = draw.random((30, 3))
    weights = {"a": 0.5, "b": 0.3, "c": 0.2}
    base = rank(dict(zip("abc", table.T, strict=True)), weights)
    for move in moves_to_rank(base, int(base.order[9]), 5):
        changed = table.copy()
        changed[base.order[9], "abc".index(move.criterion)] = move.value_needed
        again = rank(dict(zip("abc", changed.T, strict=True)), weights)
        assert again.rank[base.order[9]] == move.rank <= 5


def test_no_score_leaves_a_class(rank: Any) -> None:
    rule = {"id": "must_do", "kind": "first", "when": [{"field": "status", "op": "equals", "value": "urgent"}]}
    ranking = rank({"a": [0.1, 0.9]}, {"a": 1.0}, areas={"status": ["urgent", "open"]}, classes=[rule])
    assert moves_to_rank(ranking, 1, 1) == ()


def test_the_rank_that_an_area_has_asks_for_no_move(rank: Any) -> None:
    assert moves_to_rank(rank({"a": [0.1, 0.9]}, {"a": 1.0}), 1, 1) == ()


@pytest.mark.parametrize(("row", "wanted", "words"), [(1, 1, "A1 is not ranked"), (0, 2, "from 1 to 1"), (0, 0, "from 1 to 1")])
def test_a_move_that_makes_no_sense_is_refused(row: int, wanted: int, words: str, rank: Any) -> None:
    with pytest.raises(ModelsError, match=words):
        moves_to_rank(rank({"a": [0.5, NAN]}, {"a": 1.0}), row, wanted)
