"""The part of a ranking that weights do not change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.errors import ModelsError
from models.ranking import build_value_table, rank_areas, rank_table, reweight, value_table_key

VALUES = pd.DataFrame({"a": [0.1, 0.9, np.nan], "b": [0.5, 0.2, 1.0]})
AREAS = pd.DataFrame({"area_id": ["C", "A", "B"], "is_released": [False, False, True]})


def test_one_table_serves_every_set_of_weights(scenario: Any) -> None:
    settings = scenario({"a": 0.5, "b": 0.5})
    table = build_value_table(VALUES, AREAS, settings)
    for weights in ({"a": 1.0}, {"b": 1.0}, {"a": 0.3, "b": 0.7}):
        changed = reweight(settings, weights)
        quick, slow = rank_table(table, changed), rank_areas(VALUES, AREAS, changed)
        assert np.array_equal(quick.rank, slow.rank, equal_nan=True)
        assert np.array_equal(quick.score, slow.score, equal_nan=True)


def test_the_key_of_a_table_ignores_weights_and_knows_bounds_and_classes(scenario: Any) -> None:
    def key(settings: Any) -> str:
        return value_table_key(settings.criteria, settings.classes)

    plain = scenario({"a": 0.5, "b": 0.5})
    rule = {"id": "x", "kind": "first", "when": [{"indicator": "a", "op": "at_least", "value": 1}]}
    assert key(plain) == key(reweight(plain, {"a": 3, "b": 1}))
    assert key(plain) != key(scenario({"a": 0.5, "b": 0.5}, shapes={"a": {"shape": "linear", "low": 0, "high": 2}}))
    assert key(plain) != key(scenario({"a": 0.5, "b": 0.5}, classes=[rule]))


def test_a_table_made_for_other_value_functions_is_refused(scenario: Any) -> None:
    table = build_value_table(VALUES, AREAS, scenario({"a": 0.5, "b": 0.5}))
    with pytest.raises(ModelsError, match="this scenario has others"):
        rank_table(table, scenario({"a": 0.5, "b": 0.5}, shapes={"a": {"shape": "linear", "low": 0, "high": 2}}))


def test_values_keep_unknown(scenario: Any) -> None:
    assert np.array_equal(build_value_table(VALUES, AREAS, scenario({"a": 0.5, "b": 0.5})).values, VALUES.to_numpy(), equal_nan=True)


@pytest.mark.parametrize(
    ("values", "areas", "words"),
    [
        (VALUES.head(2), AREAS, "there are 2 rows of values and 3 areas"),
        (VALUES, AREAS.drop(columns="area_id"), "need the column area_id"),
        (VALUES, AREAS.assign(area_id=["A", "B", "A"]), "twice: A"),
        (VALUES, AREAS.assign(area_id=["A", None, ""]), "rows without one: 1, 2"),
        (VALUES[["a"]], AREAS, "does not hold b"),
        (VALUES.assign(b=[np.inf, 0, 0]), AREAS, "infinite numbers stand in b"),
    ],
    ids=["other rows", "no identifiers", "an area twice", "an area without identifier", "no such indicator", "infinite"],
)
def test_tables_that_do_not_fit_are_refused(values: pd.DataFrame, areas: pd.DataFrame, words: str, scenario: Any) -> None:
    with pytest.raises(ModelsError, match=words):
        build_value_table(values, areas, scenario({"a": 0.5, "b": 0.5}))


def test_unknown_flags_count_as_no(scenario: Any) -> None:
    areas = AREAS.assign(is_released=pd.array([None, True, False], dtype="boolean"))
    table = build_value_table(VALUES, areas, scenario({"a": 0.5, "b": 0.5}))
    assert table.is_released.tolist() == [False, True, False]
    assert table.is_tasked.tolist() == [False, False, False]
