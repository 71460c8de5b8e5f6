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
