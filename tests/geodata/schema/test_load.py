"""config.yaml is read strictly, and everything wrong with it is said at once."""

from __future__ import annotations

import pickle
import textwrap
from pathlib import Path

import pytest

from geodata.errors import ConfigError, name_culprits
from geodata.schema.load import MAX_BYTES, load_config, parse_config

GOOD = """
programme: {name: Test, country: Nowhere}
indicators:
  - {id: size, method: field, parameters: {field: area_m2}, unit: m2, label: Size}
criteria:
  - id: small
    group: feasibility
    indicator: size
    value: {shape: linear, low: 100000, high: 1000}
    bounds_reason: "a team clears 1,000 m2 in days"
    label: {en: Small, fr: Petite}
profiles:
  - {id: authority, label: Authority, author: Test, rationale: Test, weights: {small: 1}}
scenarios:
  - {id: baseline, label: Baseline, profile: authority}
"""


def problems_of(text: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        parse_config(textwrap.dedent(text))
    return {problem.path: problem.problem for problem in caught.value.problems}


def test_a_plain_text_is_english_and_defaults_are_filled() -> None:
    config = parse_config(GOOD)
    assert config.programme.name == {"en": "Test"}
    assert config.areas.unit == "hazard_area"
    assert config.server.host == "127.0.0.1"
    assert config.scenario("baseline").min_known_share == 0.5


def test_the_template_of_a_new_programme_loads() -> None:
    template = Path(__file__).parents[3] / "geodata" / "schema" / "new.yaml"
    config = load_config(template)
    assert [scenario.id for scenario in config.scenarios] == ["baseline"]


def test_all_problems_come_at_once_each_with_path_value_and_fix() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(
            GOOD.replace("country: Nowhere", "country: Nowhere, crs: 4326, contry: X")
            .replace("low: 100000", "low: 1000")
            .replace("indicator: size", "indicator: sise")
            .replace("weights: {small: 1}", "weights: {smal: 1}")
            .replace("profile: authority", "profile: autority")
        )
    text = str(caught.value)
    assert text.startswith("config.yaml: 6 problems.")
    for path in (
        "programme.crs",
        "programme.contry",
        "criteria[small].value",
        "criteria[small].indicator",
        "profiles[authority].weights",
        "scenarios[baseline].profile",
    ):
        assert f"  {path}: " in text
    assert "(found: 'sise')" in text
    assert "Known: size." in text
    assert all(problem.fix for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("a: &x [1]\nb: *x", "anchors and aliases (& and *) are not allowed", id="alias"),
        pytest.param("a: !!python/object:os.system {}", "tags (tag:yaml.org,2002:python/object:os.system) are not allowed", id="tag"),
        pytest.param("programme: {name: A}\nprogramme: {name: B}", "the key 'programme' stands twice", id="duplicate key"),
        pytest.param("a: [1, 2", "expected ',' or ']'", id="broken"),
        pytest.param("- 1\n- 2", "the file must hold sections such as programme: and layers:", id="list"),
        pytest.param("", "the file must hold sections such as programme: and layers:", id="empty"),
        pytest.param("[" * 200, "nested deeper than 30 levels", id="deep"),
    ],
)
def test_hostile_yaml_is_refused_with_its_reason(text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(text)
    assert problem in caught.value.problems[0].problem


def test_bytes_that_are_not_utf8_are_refused() -> None:
    with pytest.raises(ConfigError, match="the file must be UTF-8 text"):
        parse_config(b"programme: \xff\xfe")


def test_the_registry_file_is_no_layer() -> None:
    layer = "layers:\n  - {id: own, path: ./data/../registry.sqlite, kind: vector, source: us, licence: none, date: 2020-01-01}\n"
    text = f"programme: {{name: Test, country: Testland}}\n{layer}"
    assert "a layer must not be the registry's own file" in problems_of(text).values()
    with pytest.raises(ConfigError, match="registry's own file"):
        parse_config(text.replace("./data/../registry.sqlite", "own.db") + "registry: own.db\n")


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="landrelease new DIR"):
        load_config(tmp_path / "config.yaml")


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(ConfigError, match="smaller than 1,000,000 bytes"):
        load_config(path)


def test_ids_that_stand_twice_are_named() -> None:
    found = problems_of(GOOD.replace("scenarios:", "scenarios:\n  - {id: baseline, label: Again, profile: authority}"))
    assert found == {"scenarios[baseline]": "the id baseline stands twice"}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        pytest.param("{shape: linear, low: 1, high: 1}", "low and high must differ", id="equal bounds"),
        pytest.param("{shape: linear, low: .nan, high: 1}", "this must be a finite number", id="NaN"),
        pytest.param(
            "{shape: logistic, low: 0, high: 1, midpoint: 2, steepness: 3}", "midpoint must lie between low and high", id="midpoint"
        ),
        pytest.param("{shape: piecewise, points: [[1, 0], [1, 1]]}", "points must stand in rising order of value", id="points"),
        pytest.param("{shape: cubic}", "the shape of the value function must be one that is known", id="shape"),
        pytest.param(
            "{shape: exponential, low: 0, high: 1, rate: 0}", "rate must not be 0 (use shape: linear) and lies within -50 .. 50", id="rate"
        ),
    ],
)
def test_a_value_function_without_a_meaning_is_refused(value: str, problem: str) -> None:
    found = problems_of(GOOD.replace("{shape: linear, low: 100000, high: 1000}", value))
    assert problem in found.values()


def test_a_unit_is_one_text_or_one_per_language() -> None:
    plain = parse_config(GOOD).indicator("size")
    assert (plain.unit_name, plain.unit_words) == ("m2", {})
    several = parse_config(GOOD.replace("unit: m2", "unit: {fr: têtes, en: head}")).indicator("size")
    assert (several.unit_name, several.unit_words) == ("head", {"fr": "têtes", "en": "head"})
    for wrong in ("{}", "{en: ' '}", "5", "[m2]"):
        assert (
            "a unit is a text, or a mapping from language to text"
            in problems_of(GOOD.replace("unit: m2", f"unit: {wrong}"))["indicators[size].unit"]
        )


def test_zero_in_place_of_unknown_needs_a_reason() -> None:
    found = problems_of(GOOD.replace("unit: m2, label: Size", "unit: m2, label: Size, missing: zero"))
    assert "missing: zero needs missing_reason" in found["indicators[size]"]


def test_configuration_errors_travel_between_processes() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config("programme: {}")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_three_culprits_are_named_then_the_count() -> None:
    assert name_culprits(["a", "b", "c"]) == "a, b, c"
    assert name_culprits(["a", "b", "c", "d"]) == "a, b, c and 1 more"
