"""The priority list as a table."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard.services.priority_list import SelectionError, list_columns, not_estimated, priority_list
from geodata.schema.scenario import ResolvedScenario, WeightedCriterion
from models.ranking import rank_areas

NAN = float("nan")
CONTRACT = [
    "rank", "area_id", "imsma_id", "name", "hazard_type", "status", "eo_categories", "area_m2", "admin1", "admin2", "admin3", "admin4",
    "last_survey_date", "tasked_to", "funded_by", "score", "class", "recommended_action", "likelihood_prob", "cost_usd",
    "beneficiaries_direct", "beneficiaries_indirect", "firmness",
    "value_people", "value_road", "contribution_people", "contribution_road",
]  # fmt: skip
EXTRA = ["is_tasked", "reason_unranked", "known_share", "rank_best", "rank_worst"]


@pytest.fixture
def snapshot() -> Any:
    """Five areas: A scores 0.7, B is must-do, C is released, D has no road known and a team, E is too little known."""
    areas = pd.DataFrame(
        {
            "area_id": list("ABCDE"), "imsma_id": ["1", "02", "3", "4", "5"], "name": ["a", "b", "c", "d", ""],
            "hazard_type": ["SHA", "CHA", "SHA", "CHA", "SHA"], "status": ["open", "open", "released", "open", "open"],
            "eo_categories": "AP_MINE", "area_m2": [1e4, 2e4, 3e4, 4e4, NAN], "admin1": "North",
            "admin2": "x", "admin3": "y", "admin4": "z",
            "last_survey_date": pd.to_datetime(["2020-01-02", None, None, "2021-05-06", None]),
            "tasked_to": [None, None, None, "Team 3", None],
            "funded_by": None, "is_released": [False, False, True, False, False], "is_tasked": [False, False, False, True, False],
        }
    )  # fmt: skip
    values = pd.DataFrame({"people": [0.8, 0.1, 1.0, 0.6, NAN], "road": [0.5, 0.5, 1.0, NAN, 0.9]})
    return SimpleNamespace(areas=areas, records=areas, values=values, n_areas=5)


@pytest.fixture
def ranking(snapshot: Any) -> Any:
    """Two thirds people, one third road; B is must-do."""
    line = {"shape": "linear", "low": 0, "high": 1}
    criteria = tuple(
        WeightedCriterion(id=name, group="need", indicator=name, value=line, weight=weight)
        for name, weight in (("people", 0.666666667), ("road", 0.333333333))
    )
    rule = {
        "id": "must_do", "kind": "first", "label": {"en": "Must do", "fr": "Obligatoire"}, "reason": "x",
        "when": [{"field": "imsma_id", "op": "equals", "value": "02"}],
    }  # fmt: skip
    scenario = ResolvedScenario(
        id="s", profile="p", method="additive", criteria=criteria, classes=[rule], include_tasked=True, include_released=False,
        min_known_share=0.5,
    )  # fmt: skip
    return rank_areas(snapshot.values, snapshot.areas, scenario)


def test_columns_stand_in_the_order_of_the_contract(snapshot: Any, ranking: Any) -> None:
    assert priority_list(snapshot, ranking).columns.tolist() == [*CONTRACT, *EXTRA]
    assert [column.name for column in list_columns(["people", "road"])] == [*CONTRACT, *EXTRA]
    assert list_columns(["people"], is_filtered=True)[-1].name == "rank_in_selection"


def test_classes_first_then_scores_then_those_too_little_known_and_no_released(snapshot: Any, ranking: Any) -> None:
    table = priority_list(snapshot, ranking)
    assert table["area_id"].tolist() == ["B", "A", "D", "E"]
    assert table.index.tolist() == [1, 0, 3, 4]
    assert table["rank"].tolist()[:3] == [1, 2, 3]
    assert table["rank"].isna().tolist() == [False, False, False, True]
    assert table["reason_unranked"].tolist()[3] == "too_little_known"


def test_cells_are_those_of_their_area(snapshot: Any, ranking: Any) -> None:
    first = priority_list(snapshot, ranking).iloc[0]
    assert (first["imsma_id"], first["name"], first["area_m2"], first["class"]) == ("02", "b", 2e4, "Must do")
    assert first["score"] == 0.233333333
    assert (first["value_people"], first["value_road"]) == (0.1, 0.5)
    assert first["contribution_people"] + first["contribution_road"] == pytest.approx(0.233333333, abs=1e-15)


def test_class_labels_are_in_the_language_asked_for(snapshot: Any, ranking: Any) -> None:
    assert priority_list(snapshot, ranking, language="fr")["class"].iloc[0] == "Obligatoire"


def test_tasked_areas_are_flagged(snapshot: Any, ranking: Any) -> None:
    assert priority_list(snapshot, ranking).set_index("area_id")["is_tasked"].to_dict() == {"B": False, "A": False, "D": True, "E": False}


def test_unknown_is_empty_and_never_nothing(snapshot: Any, ranking: Any) -> None:
    table = priority_list(snapshot, ranking).set_index("area_id")
    assert np.isnan(table.loc["D", "value_road"])
    assert np.isnan(table.loc["D", "contribution_road"])
    assert np.isnan(table.loc["E", "area_m2"])
    assert pd.isna(table.loc["E", "name"])
    assert table["last_survey_date"].tolist()[1:3] == ["2020-01-02", "2021-05-06"]


def test_columns_of_later_capabilities_are_empty_and_named(snapshot: Any, ranking: Any) -> None:
    names = ["recommended_action", "likelihood_prob", "cost_usd", "beneficiaries_direct", "beneficiaries_indirect", "firmness"]
    assert priority_list(snapshot, ranking)[names].isna().all(axis=None)
    assert list(not_estimated(snapshot)) == names


def test_an_estimate_that_the_snapshot_holds_is_shown_and_no_longer_named(snapshot: Any, ranking: Any) -> None:
    snapshot.areas["beneficiaries_direct"] = [10.0, 20.0, 30.0, NAN, 50.0]
    assert priority_list(snapshot, ranking)["beneficiaries_direct"].tolist()[:2] == [20.0, 10.0]
    assert "beneficiaries_direct" not in not_estimated(snapshot)


def test_a_selection_keeps_national_ranks_and_counts_its_own(snapshot: Any, ranking: Any) -> None:
    table = priority_list(snapshot, ranking, area_ids=["E", "D", "A"])
    assert table["area_id"].tolist() == ["A", "D", "E"]
    assert table["rank"].tolist()[:2] == [2, 3]
    assert table["rank_in_selection"].tolist()[:2] == [1, 2]
    assert table["rank_in_selection"].isna().tolist() == [False, False, True]


def test_an_empty_selection_is_an_empty_list(snapshot: Any, ranking: Any) -> None:
    assert len(priority_list(snapshot, ranking, area_ids=[])) == 0


def test_a_selection_of_unknown_areas_is_refused(snapshot: Any, ranking: Any) -> None:
    with pytest.raises(SelectionError, match="unknown: X, Y"):
        priority_list(snapshot, ranking, area_ids=["A", "X", "Y"])
