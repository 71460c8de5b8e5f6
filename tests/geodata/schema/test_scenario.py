"""A scenario is made whole, with weights as shares of 1."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.schema.load import parse_config
from geodata.schema.scenario import ResolvedScenario, ScenarioError, canonical, normalise_weights, resolve_scenario

CONFIG = parse_config("""
programme: {name: Test, country: Nowhere}
indicators: [{id: size, method: field, parameters: {field: area_m2}, unit: m2, label: Size}]
criteria:
  - {id: a, group: need, indicator: size, value: {shape: linear, low: 0, high: 9}, bounds_reason: "nine is plenty", label: A}
  - {id: b, group: risk, indicator: size, value: {shape: log, low: 0, high: 9}, bounds_reason: "nine is plenty", label: B}
profiles:
  - {id: one, label: One, author: T, rationale: T, weights: {a: 3, b: 1}}
  - {id: two, label: Two, author: T, rationale: T, weights: {b: 5}}
classes:
  - {id: late, kind: no_go, label: L, reason: R, when: [{indicator: size, op: at_least, value: 8}]}
  - {id: soon, kind: first, label: S, reason: R, when: [{field: hazard_type, op: in, value: [CHA]}]}
scenarios:
  - {id: base, label: Base, profile: one, classes: [soon, late]}
  - {id: other, label: Other, profile: one, weights: {a: 1}}
""")


def test_the_first_scenario_is_the_default() -> None:
    scenario = resolve_scenario(CONFIG)
    assert scenario.id == "base"
    assert scenario.weights == {"a": 0.75, "b": 0.25}


def test_classes_keep_the_order_of_the_scenario() -> None:
    assert [section.id for section in resolve_scenario(CONFIG).classes] == ["soon", "late"]


def test_weights_of_the_scenario_replace_the_profiles_and_those_of_the_call_both() -> None:
    assert resolve_scenario(CONFIG, "other").weights == {"a": 0.5, "b": 0.5}
    assert resolve_scenario(CONFIG, "other", {"a": 3}).weights == {"a": 0.75, "b": 0.25}
    assert resolve_scenario(CONFIG, "other", profile_id="two").weights == {"a": 0.0, "b": 1.0}


def test_canonical_json_restores_an_equal_scenario() -> None:
    scenario = resolve_scenario(CONFIG)
    again = ResolvedScenario.model_validate(json.loads(scenario.canonical_json()))
    assert again == scenario
    assert again.digest == scenario.digest
    assert scenario.digest != resolve_scenario(CONFIG, "other").digest


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        pytest.param({"a": -1.0}, "finite and 0 or more; 'a' has -1.0", id="negative"),
        pytest.param({"a": math.nan}, "'a' has nan", id="NaN"),
        pytest.param({"a": math.inf}, "'a' has inf", id="infinite"),
        pytest.param({"c": 1.0}, "'c', which is no criterion", id="unknown"),
        pytest.param({"a": 0.0, "b": 0.0}, "at least one weight must be above 0", id="zero"),
    ],
)
def test_weights_that_mean_nothing_are_refused(weights: dict[str, float], message: str) -> None:
    with pytest.raises(ScenarioError, match="(?i)" + message):
        resolve_scenario(CONFIG, "base", weights)


@pytest.mark.parametrize(("scenario", "profile"), [("nope", None), ("base", "nope")])
def test_an_unknown_name_lists_the_known_ones(scenario: str, profile: str | None) -> None:
    with pytest.raises(ScenarioError, match=r"There is no (scenario|profile) 'nope'.\nUse one of: (base, other|one, two)"):
        resolve_scenario(CONFIG, scenario, profile_id=profile)


@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(1e-6, 1e6), min_size=1), st.floats(1e-3, 1e3))
def test_multiplying_all_weights_by_a_constant_changes_nothing(weights: dict[str, float], factor: float) -> None:
    names = list("abcdef")
    once = normalise_weights(weights, names)
    scaled = normalise_weights({name: weight * factor for name, weight in weights.items()}, names)
    assert math.isclose(sum(once.values()), 1, rel_tol=1e-8)
    assert all(math.isclose(once[name], scaled[name], rel_tol=1e-8) for name in names)


def test_canonical_keeps_nine_significant_digits() -> None:
    assert canonical(1 / 3) == 0.333333333
    assert canonical(123456789.4) == 123456789.0
    assert canonical(0.0) == 0.0


@pytest.mark.parametrize("size", [1e308, 5e-324], ids=["huge", "tiny"])
def test_weights_of_any_size_are_shares_of_one(size: float) -> None:
    assert normalise_weights({"a": size, "b": size}, ["a", "b"]) == {"a": 0.5, "b": 0.5}
