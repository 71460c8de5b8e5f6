"""Presets that score as older systems do, worked by hand, and what groups of criteria weigh and add."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geodata.errors import WrongUseError
from geodata.schema.config import Config
from geodata.schema.load import load_config
from geodata.schema.presets import PRESETS, preset_path
from geodata.schema.scenario import ScenarioError, resolve_scenario
from models.ranking import Ranking, group_contributions, group_weights, impact_band, impact_points, rank_areas

NAN = float("nan")


def ranked(preset: str, rows: list[dict[str, float]], unknown: tuple[str, ...] = ()) -> tuple[Ranking, Config]:
    """Areas by what was counted; everything not named is 0, and unknown where it is named as such."""
    config = load_config(preset_path(preset))
    names = [section.id for section in config.indicators]
    values = pd.DataFrame([{**dict.fromkeys(names, 0.0), **dict.fromkeys(unknown, NAN), **row} for row in rows])
    areas = pd.DataFrame({"area_id": [f"A{row}" for row in range(len(rows))]})
    return rank_areas(values, areas, resolve_scenario(config)), config


def test_imsma_ng_points_are_the_sum_of_weight_times_count() -> None:
    """Weights of the preset: accident 3, casualty 3, confirmed 4, mines 4, farmland 3, water 4, road 3 ...

    A0: 2 accidents with 3 casualties, confirmed, mines, farmland blocked: 6 + 9 + 4 + 4 + 3 = 26.
    A1: mines, water blocked: 4 + 4 = 8.  A2: nothing: 0.  A3: 20 accidents, road blocked: 60 + 3 = 63.
    """
    ranking, config = ranked(
        "imsma_ng",
        [
            {"accidents_1km": 2, "casualties_1km": 3, "confirmed": 1, "mines": 1, "blocked_cropland": 1},
            {"mines": 1, "blocked_water": 1},
            {},
            {"accidents_1km": 20, "blocked_road": 1},
        ],
    )
    weights = config.profile("impact").weights
    assert impact_points(ranking, weights).tolist() == [26.0, 8.0, 0.0, 63.0]
    assert ranking.rank.tolist() == [2, 3, 4, 1]
    assert math.fsum(weights.values()) == 245  # the sum that the comment of the preset names


def test_impact_survey_points_count_victims_twice_and_mines_twice() -> None:
    """Mines 2, other ordnance 1, each blocked resource 1, each recent victim 2.

    A0: mines, other ordnance, farmland: 2 + 1 + 1 = 4, low.  A1: mines, water, 2 victims: 2 + 1 + 4 = 7, medium.
    A2: mines, other ordnance, housing, 4 victims: 2 + 1 + 1 + 8 = 12, high.  A3: nothing, none.
    """
    ranking, config = ranked(
        "impact_survey",
        [
            {"mines": 1, "other_ordnance": 1, "blocked_cropland": 1},
            {"mines": 1, "blocked_water": 1, "victims_2y": 2},
            {"mines": 1, "other_ordnance": 1, "blocked_housing": 1, "victims_2y": 4},
            {},
        ],
    )
    points = impact_points(ranking, config.profile("impact").weights)
    assert points.tolist() == [4.0, 7.0, 12.0, 0.0]
    assert impact_band(points).tolist() == ["low", "medium", "high", "none"]


def test_points_with_an_unknown_part_are_unknown_and_so_is_their_band() -> None:
    ranking, config = ranked("imsma_ng", [{"mines": 1}], unknown=("casualties_1km",))
    points = impact_points(ranking, config.profile("impact").weights)
    assert np.isnan(points).all()
    assert impact_band(points).tolist() == [None]


@pytest.mark.parametrize("preset", PRESETS)
def test_each_preset_is_a_whole_configuration_whose_notes_hold(preset: str) -> None:
    text = preset_path(preset).read_text(encoding="utf-8")
    config = load_config(preset_path(preset))
    total = math.fsum(config.profile("impact").weights.values())
    assert f"(here {total:g})" in text
    assert all(criterion.value.low == 0 for criterion in config.criteria)  # type: ignore[union-attr]
    if preset == "impact_survey":
        weights = [line for line in text.split("    weights:")[1].splitlines() if line.startswith("      ")]
        assert len(weights) == 13
        assert all("verify with the national report" in line for line in weights)


def test_a_preset_that_is_not_there_is_refused() -> None:
    with pytest.raises(WrongUseError, match="There is no preset 'gichd'"):
        preset_path("gichd")


def config_with(weights: dict[str, float], groups: dict[str, float] | None) -> Config:
    groups_of = {"a": "risk", "b": "risk", "c": "need", "d": "feasibility"}
    line = {"shape": "linear", "low": 0, "high": 1}
    criteria = [
        {"id": name, "group": group, "indicator": name, "value": line, "bounds_reason": "bounds of this test", "label": name}
        for name, group in groups_of.items()
    ]
    profile = {"id": "p", "label": "p", "author": "a", "rationale": "r", "weights": weights, "groups": groups}
    return Config.model_validate(
        {
            "programme": {"name": "x", "country": "x"}, "criteria": criteria, "profiles": [profile],
            "scenarios": [{"id": "s", "label": "s", "profile": "p"}],
        }
    )  # fmt: skip


def test_weights_of_groups_are_divided_among_their_criteria() -> None:
    """Risk 60, need 40: of risk a has three quarters, b one quarter; d's group is left out."""
    scenario = resolve_scenario(config_with({"a": 3, "b": 1, "c": 5, "d": 2}, {"risk": 60, "need": 40}))
    assert scenario.weights == {"a": 0.45, "b": 0.15, "c": 0.4, "d": 0.0}
    assert group_weights(scenario) == pytest.approx({"risk": 0.6, "need": 0.4, "feasibility": 0.0})


def test_without_weights_of_groups_the_weights_count_as_they_stand() -> None:
    scenario = resolve_scenario(config_with({"a": 3, "b": 1, "c": 4}, None))
    assert scenario.weights == {"a": 0.375, "b": 0.125, "c": 0.5, "d": 0.0}


def test_a_group_that_weighs_but_holds_no_weight_is_refused() -> None:
    with pytest.raises(ScenarioError, match="weighs the group 'need', of which no criterion weighs anything"):
        resolve_scenario(config_with({"a": 3}, {"risk": 60, "need": 40}))


def test_contributions_of_groups_add_up_to_the_score() -> None:
    scenario = resolve_scenario(config_with({"a": 3, "b": 1, "c": 5, "d": 2}, {"risk": 60, "need": 40}))
    values = pd.DataFrame({"a": [1.0, 0.5, NAN], "b": [0.0, 1.0, NAN], "c": [0.5, NAN, 0.25], "d": [1.0, 1.0, 1.0]})
    ranking = rank_areas(values, pd.DataFrame({"area_id": ["A", "B", "C"]}), scenario.model_copy(update={"min_known_share": 0.0}))
    parts: Any = ranking.group_contributions
    assert list(group_contributions(ranking)) == list(parts)
    # A: 0.45 + 0 and 0.4 x 0.5; B: (0.225 + 0.15) / 0.6 and nothing known of need; C: 0.25 of need alone
    assert np.array_equal(parts["risk"], [0.45, 0.625, NAN], equal_nan=True)
    assert np.array_equal(parts["need"], [0.2, NAN, 0.25], equal_nan=True)
    together = np.nansum(np.column_stack(list(parts.values())), axis=1)
    assert together == pytest.approx(ranking.score, abs=1e-12)
