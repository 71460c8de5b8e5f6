"""Remarks on rankings that are out of the ordinary."""

from __future__ import annotations

from typing import Any

import pytest

from models.ranking import Flag

NAN = float("nan")


@pytest.mark.parametrize(
    ("columns", "flags"),
    [
        ({"a": [0.1, 0.2], "b": [0.3, 0.1]}, ()),
        ({"a": [], "b": []}, (Flag("no_area"),)),
        ({"a": [NAN, NAN], "b": [NAN, NAN]}, (Flag("nothing_ranked"),)),
        ({"a": [0.1], "b": [0.3]}, (Flag("one_area"),)),
        ({"a": [0.1, 0.3], "b": [0.3, 0.1]}, (Flag("all_tied"),)),
        ({"a": [0.1, 0.3], "b": [0.2, 0.2]}, (Flag("constant_criterion", ("b",)),)),
        ({"a": [0.1, 0.3], "b": [NAN, NAN]}, (Flag("unknown_criterion", ("b",)),)),
        ({"a": [0.5, 0.5], "b": [0.5, 0.5]}, (Flag("all_tied"), Flag("constant_criterion", ("a", "b")))),
    ],
    ids=["ordinary", "no area", "all missing", "one area", "all ties", "a constant criterion", "a criterion known nowhere", "all the same"],
)
def test_what_is_out_of_the_ordinary_is_flagged(columns: dict[str, list[float]], flags: tuple[Flag, ...], rank: Any) -> None:
    assert rank(columns, {"a": 0.5, "b": 0.5}).flags == flags


def test_a_criterion_without_weight_is_not_remarked_on(rank: Any) -> None:
    assert rank({"a": [0.1, 0.3], "b": [0.2, 0.2]}, {"a": 1.0, "b": 0.0}).flags == ()


def test_one_area_in_each_class_is_no_tie(rank: Any) -> None:
    rule = {"id": "must_do", "kind": "first", "when": [{"indicator": "a", "op": "at_least", "value": 0.9}]}
    assert rank({"a": [0.9, 0.1]}, {"a": 1.0}, classes=[rule]).flags == ()


@pytest.mark.parametrize(
    ("column", "n_tied"),
    [([], 0), ([0.5], 0), ([0.1, 0.2, 0.3], 0), ([0.1, 0.3, 0.1, 0.2], 2), ([0.4, 0.4, 0.4, 0.1, 0.1], 5), ([0.4, 0.4, NAN], 2)],
    ids=["no area", "one area", "all different", "a pair", "three and two", "unknown ties with nobody"],
)
def test_areas_that_only_their_identifier_tells_apart_are_counted(column: list[float], n_tied: int, rank: Any) -> None:
    assert rank({"a": column}, {"a": 1.0}).n_tied == n_tied


def test_equal_scores_in_two_classes_are_no_tie(rank: Any) -> None:
    rule = {"id": "must_do", "kind": "first", "when": [{"indicator": "b", "op": "at_least", "value": 0.9}]}
    assert rank({"a": [0.4, 0.4], "b": [0.9, 0.1]}, {"a": 1.0, "b": 0.0}, classes=[rule]).n_tied == 0
