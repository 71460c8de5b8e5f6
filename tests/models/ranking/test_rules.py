"""Classes before scores."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from geodata.schema.criteria import Condition
from models.errors import ModelsError
from models.ranking.rules import assign_classes, block_order, condition_holds

VALUES = pd.DataFrame({"accidents": [0.0, 1.0, 3.0, np.nan]})
AREAS = pd.DataFrame(
    {
        "area_id": ["A", "B", "C", "D"],
        "status": ["open", "suspended", None, "open"],
        "eo_categories": ["AP_MINE;CMR", "UXO", None, "AP_MINE_IMPROVISED"],
        "access": [1.0, 2.0, np.nan, 3.0],
        "road_blocked": pd.array([True, False, None, True], dtype="boolean"),
    }
)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"indicator": "accidents", "op": "at_least", "value": 1}, [False, True, True, False]),
        ({"indicator": "accidents", "op": "at_most", "value": 1}, [True, True, False, False]),
        ({"indicator": "accidents", "op": "equals", "value": 3}, [False, False, True, False]),
        ({"indicator": "accidents", "op": "in", "value": [0, 3]}, [True, False, True, False]),
        ({"field": "status", "op": "equals", "value": "open"}, [True, False, False, True]),
        ({"field": "status", "op": "in", "value": ["suspended", "closed"]}, [False, True, False, False]),
        ({"field": "eo_categories", "op": "equals", "value": "AP_MINE"}, [True, False, False, False]),
        ({"field": "eo_categories", "op": "in", "value": ["CMR", "UXO"]}, [True, True, False, False]),
        ({"field": "access", "op": "at_least", "value": 2}, [False, True, False, True]),
        ({"field": "access", "op": "equals", "value": "2"}, [False, True, False, False]),
        ({"field": "access", "op": "equals", "value": "many"}, [False, False, False, False]),
        ({"field": "road_blocked", "op": "equals", "value": "yes"}, [True, False, False, True]),
        ({"field": "road_blocked", "op": "equals", "value": "false"}, [False, True, False, False]),
    ],
    ids=lambda part: f"{part.get('indicator') or part.get('field')} {part['op']} {part['value']}" if isinstance(part, dict) else "",
)
def test_a_condition_holds_where_the_value_fulfils_it_and_never_where_it_is_unknown(condition: dict[str, Any], holds: list[bool]) -> None:
    assert condition_holds(Condition(**condition), VALUES, AREAS).tolist() == holds


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"indicator": "wells", "op": "at_least", "value": 1}, "indicator 'wells', which the snapshot does not hold"),
        ({"field": "colour", "op": "equals", "value": "red"}, "area field 'colour'"),
        ({"field": "status", "op": "at_least", "value": 1}, "'status', which holds text"),
    ],
    ids=["no such indicator", "no such field", "text compared with a number"],
)
def test_a_condition_that_cannot_be_tested_is_refused(condition: dict[str, Any], words: str) -> None:
    with pytest.raises(ModelsError, match=words):
        condition_holds(Condition(**condition), VALUES, AREAS)


def classes(scenario: Any, *kinds: str) -> Any:
    rules = [[{"indicator": "accidents", "op": "at_least", "value": place}] for place, _ in enumerate(kinds)]
    sections = [{"id": f"c{place}_{kind}", "kind": kind, "when": when} for place, (kind, when) in enumerate(zip(kinds, rules, strict=True))]
    return scenario({"accidents": 1.0}, classes=sections).classes


def test_blocks_are_first_then_categories_then_no_class_then_no_go(scenario: Any) -> None:
    sections = classes(scenario, "no_go", "category", "first", "category", "first", "no_go")
    assert block_order(sections) == [5, 2, 0, 3, 1, 6]
    found = assign_classes(sections, pd.DataFrame({"accidents": [np.nan]}), AREAS.head(1))
    assert found.block.tolist() == [4]
    assert found.index.tolist() == [-1]


def test_an_area_takes_the_first_class_listed_that_it_fulfils(scenario: Any) -> None:
    sections = classes(scenario, "category", "first")
    found = assign_classes(sections, VALUES, AREAS)
    assert found.index.tolist() == [0, 0, 0, -1]


def test_all_conditions_of_a_class_must_hold(scenario: Any) -> None:
    both = [{"indicator": "accidents", "op": "at_least", "value": 0}, {"field": "status", "op": "equals", "value": "open"}]
    sections = scenario({"accidents": 1.0}, classes=[{"id": "must_do", "kind": "first", "when": both}]).classes
    assert assign_classes(sections, VALUES, AREAS).index.tolist() == [0, -1, -1, -1]
