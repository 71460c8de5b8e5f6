"""The registry of models, its command, and what the Method and Area pages say of estimates."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import shutil

import numpy as np
import pytest

from dashboard.cli import main
from dashboard.commands.results import ModelsResult
from dashboard.components.estimates import action_words, cost_section, likelihood_section, likelihood_words
from dashboard.components.models import models_section
from dashboard.components.page import Page
from dashboard.estimates.models import card_path, current_model, model_entry, months_later, read_card, write_card
from dashboard.estimates.store import estimates_folder
from dashboard.services.estimated import JudgedRange, area_estimate, judged_range
from dashboard.services.views import ranked_view
from dashboard.state import ViewState

FIGURE = {"model": "likelihood", "validation": "held-out places", "n": 900, "low": 0.1, "high": 0.2, "value": 0.15}
BIN = {"low": 0.1, "high": 0.2, "n": 80, "n_present": 12, "mean_prob": 0.14, "share_present": 0.15, "share_low": 0.08, "share_high": 0.25}
GROUP = {"bins": [BIN], "low_n": 60, "low_n_present": 1, "low_upper_share": 0.077}
CARD = {
    "has_signal": True,
    "likelihood": [
        {**FIGURE, "metric": "brier", "baseline": None},
        {**FIGURE, "metric": "brier", "baseline": "overall share"},
        {**FIGURE, "metric": "ece", "baseline": None, "validation": "held-out places, province Stino"},
    ],
    "calibration": [{**GROUP, "kind": "all", "group": "all"}, {**GROUP, "kind": "province", "group": "Stino"}],
}


@pytest.fixture
def of_programme(example_programme):
    """The model in use, whatever day it is and whether or not it was judged."""
    return dataclasses.replace(current_model(example_programme, today=dt.date(2026, 1, 1)), card=None, warnings=("not_judged",))


def test_the_registry_tells_from_what_a_model_was_learned_and_until_when_it_holds(example_programme, of_programme) -> None:
    estimates = example_programme.estimates()
    assert of_programme.version == estimates.version
    assert of_programme.is_current
    assert of_programme.learned_to == dt.date(2025, 12, 31)
    assert of_programme.expires_on == dt.date(2028, 1, 1)
    assert len(of_programme.facts["training_sha256"]) == 64
    assert of_programme.facts["n_results"] == int(estimates.areas["result"].notna().sum())
    assert {each.level for each in of_programme.since} == {"stable"}
    assert of_programme.later is None
    assert [entry.version for entry in example_programme.models()] == [estimates.version]


def test_a_model_expires_after_the_months_that_the_config_allows(example_programme) -> None:
    assert "expired" not in current_model(example_programme, today=dt.date(2028, 1, 1)).warnings
    assert "expired" in current_model(example_programme, today=dt.date(2028, 1, 2)).warnings
    assert months_later(dt.date(2025, 1, 31), 1) == dt.date(2025, 3, 1)


def test_results_that_came_later_and_contradict_a_model_are_told(example_programme) -> None:
    own = example_programme.estimates()
    rows = np.flatnonzero(own.areas["prob"].notna() & own.areas["result"].isna())[:100]
    result = own.areas["result"].to_numpy(copy=True)
    result[rows] = 0.0
    now = dataclasses.replace(own, areas=own.areas.assign(result=result), settings=dataclasses.replace(own.settings, data_version="1" * 16))
    entry = model_entry(example_programme, own.version, now)
    expected = float(own.areas["modelled_prob"].to_numpy()[rows].mean() * own.facts["detected"]["value"])
    assert (entry.later.n, entry.later.n_found) == (100, 0)
    assert entry.later.expected_share == pytest.approx(expected)
    assert "off" in entry.warnings
    assert not entry.is_current


def test_areas_that_changed_since_make_a_model_drift(example_programme) -> None:
    own = example_programme.estimates()
    moved = own.features.assign(size_m2=own.features["size_m2"] * 1000)
    now = dataclasses.replace(own, features=moved, settings=dataclasses.replace(own.settings, data_version="1" * 16))
    entry = model_entry(example_programme, own.version, now)
    assert [each.feature for each in entry.since if each.level == "drifted"] == ["size_m2"]
    assert "drifted" in entry.warnings


def test_a_card_is_kept_with_its_version_and_replaced_whole(copied) -> None:
    version = copied.estimates().version
    card_path(copied.directory, version).unlink(missing_ok=True)
    assert "not_judged" in copied.models()[0].warnings
    write_card(copied.directory, version, {**CARD, "has_signal": False})
    assert copied.models()[0].warnings.count("no_signal") == 1
    write_card(copied.directory, version, CARD)
    assert read_card(copied.directory, version) == CARD
    assert not {"not_judged", "no_signal"} & set(copied.models()[0].warnings)
    card_path(copied.directory, version).write_text("broken", encoding="utf-8")
    assert read_card(copied.directory, version) is None


def test_the_command_lists_models_and_shows_one(example_programme, capsys) -> None:
    there = ["--programme", str(example_programme.directory)]
    version = example_programme.estimates().version
    assert main(["models", *there]) == 0
    assert capsys.readouterr().out.startswith(f"{version} (in use): ")
    assert main(["models", version, "--json", *there]) == 0
    (model,) = ModelsResult.model_validate(json.loads(capsys.readouterr().out)).models
    assert model.version == version
    assert main(["models", version, *there]) == 0
    assert "stability index of present open areas" in capsys.readouterr().out
    assert main(["models", "unknown", *there]) == 2
    assert "There is no model 'unknown'." in capsys.readouterr().err


def test_without_a_model_the_command_and_the_page_say_so(copied, capsys, example_server, request_on, words) -> None:
    shutil.rmtree(estimates_folder(copied.directory))
    assert main(["models", "--programme", str(copied.directory)]) == 0
    assert capsys.readouterr().out.startswith("No model was learned yet")
    with request_on("/method"):
        page = Page.of_request("")
        told = words(
            models_section(page, None, {"code": "too_little", "found": 12, "empty": 30, "places": 3, "needed": 50, "needed_places": 5})
        )
    assert "not yet estimated: explosive ordnance was found in 12 areas and not in 30, 50 of each are needed" in told
    assert "It never cancels, reduces or releases land" in told


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_method_page_shows_figures_groups_and_the_reliability_curve(language, of_programme, request_on, words) -> None:
    judged = dataclasses.replace(of_programme, card=CARD, warnings=("expired", "no_signal"))
    with request_on(f"/method?lang={language}"):
        page = Page.of_request(f"lang={language}")
        told = words(models_section(page, judged, None))
        assert page.t("models.expired") in told
        assert page.t("models.no_signal") in told
        assert page.t("models.kind_province") in told
        assert page.t("table.than_overall_share") in told
        assert page.t("models.low", n=60, found=1, most="8\u202f%") in told or language != "en"
    assert "Stino" in told


def test_the_method_page_shows_later_years_and_names_what_does_better(of_programme, request_on, words) -> None:
    year = {**FIGURE, "validation": "held-out years, from 2014-01-01", "metric": "brier"}
    worse = {**year, "value": -0.012, "low": -0.02, "high": -0.004}
    lines = [
        {**FIGURE, "metric": "brier", "baseline": None},
        {**year, "baseline": None},
        {**worse, "baseline": "random forest"},
        {**worse, "baseline": "type and year of record", "high": 0.001},
    ]
    judged = dataclasses.replace(of_programme, card={**CARD, "likelihood": lines}, warnings=())
    plain = dataclasses.replace(of_programme, card=CARD, warnings=())
    with request_on("/method"):
        page = Page.of_request("")
        told = words(models_section(page, judged, None))
        assert "Brier score, from Jan 1, 2014" in told
        assert "A random forest: Brier score, from Jan 1, 2014, by 0.012" in told
        assert "Type and year of the record: " not in told
        assert page.t("models.outdone") not in words(models_section(page, plain, None))


def test_an_area_tells_its_likelihood_its_parts_and_its_next_step(example_programme, request_on, words) -> None:
    areas = example_programme.estimates().areas
    row = int(np.flatnonzero((areas["is_floored"] == 1) & areas["cost_usd"].notna())[0])
    with request_on("/"):
        page = Page.of_request("")
        view = ranked_view(page.programme, ViewState())
        found = area_estimate(page.programme, view.snapshot, row)
        parts = sum(part.logit for part in found.likelihood.parts)
        base = found.likelihood.base_prob
        assert 1 / (1 + (1 - base) / base * np.exp(-parts)) == pytest.approx(found.likelihood.prob, abs=1e-8)
        assert likelihood_words(page, found) == "95\u202f% · by rule for confirmed areas"
        assert action_words(page, found).startswith(page.t(f"estimate.action_{found.cost.action}"))
        told = words([likelihood_section(page, view, found), cost_section(page, found)])
    assert told.count("This directs survey. It never cancels, reduces or releases land") == 2
    assert "Rule for confirmed areas" in told
    assert "A rule keeps confirmed areas that nothing contradicts near certainty" in told
    assert set(found.cost.by_first_step) == {"ts", "clearance"}


def test_what_is_unknown_of_an_area_is_said_with_its_reason(example_programme, request_on) -> None:
    areas = example_programme.estimates().areas
    unsized, released = (int(np.flatnonzero(areas["why_no_cost"] == why)[0]) for why in ("no_size", "released"))
    with request_on("/"):
        page = Page.of_request("")
        snapshot = example_programme.snapshot()
        assert action_words(page, area_estimate(page.programme, snapshot, unsized)) == (
            "not yet estimated: the size of the area is not known"
        )
        assert likelihood_words(page, area_estimate(page.programme, snapshot, released)) == "not yet estimated: the area is released"


def test_the_range_of_a_likelihood_is_that_of_areas_of_its_own_type_that_were_given_as_much() -> None:
    own = {**GROUP, "kind": "hazard_type", "group": "SHA", "bins": [{**BIN, "low": 0.1, "high": 0.2, "n": 30, "share_high": 0.3}]}
    card = {**CARD, "calibration": [*CARD["calibration"], own]}
    assert judged_range(card, 0.15, "SHA") == JudgedRange(0.1, 0.2, 30, 0.08, 0.3)
    assert judged_range(card, 0.15, "CHA") == JudgedRange(0.1, 0.2, 80, 0.08, 0.25)
    assert judged_range(card, 0.25, "SHA") is None
    assert judged_range(None, 0.15, "SHA") is None
