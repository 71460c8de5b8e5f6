"""What must hold of weights."""

from __future__ import annotations

from typing import Any

import pytest

from models.errors import ModelsError
from models.ranking import check_weights, reweight


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"a": -1.0, "b": 2.0}, "found a = -1.0"),
        ({"a": float("nan")}, "found a = nan"),
        ({"a": float("inf")}, "found a = inf"),
        ({"a": 0.0, "b": 0.0}, "all 2 are 0"),
        ({}, "at least one criterion"),
        ({"a": 1e308, "b": 1e308}, "sum of the weights must be finite"),
        (dict.fromkeys("abcde", -1.0), "a = -1.0, b = -1.0, c = -1.0 and 2 more"),
    ],
    ids=["negative", "not a number", "infinite", "all zero", "none", "infinite sum", "many wrong"],
)
def test_weights_that_no_ranking_follows_from_are_refused(weights: dict[str, float], words: str) -> None:
    with pytest.raises(ModelsError, match=words):
        check_weights(weights)


def test_other_weights_are_shares_of_one(scenario: Any) -> None:
    changed = reweight(scenario({"a": 0.5, "b": 0.25, "c": 0.25}), {"a": 1, "b": 2})
    assert changed.weights == {"a": 0.333333333, "b": 0.666666667, "c": 0.0}


def test_an_unknown_criterion_is_refused(scenario: Any) -> None:
    with pytest.raises(ModelsError, match="unknown: beauty"):
        reweight(scenario({"a": 1.0}), {"beauty": 1})
