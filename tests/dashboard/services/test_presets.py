"""Scores known from elsewhere on a programme's areas: what is measured, what is missing, and that nothing else changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dashboard.callbacks.priorities import show_histograms, show_list, show_why
from dashboard.components.page import Page
from dashboard.components.presets import preset_chosen, presets_offered
from dashboard.i18n import LANGUAGES, translate
from dashboard.pages import data, method, printed, priorities
from dashboard.services.changes import changes
from dashboard.services.presets import PresetProgramme, base_of, listed, preset_on
from dashboard.services.views import colour_bytes, ranked_view
from dashboard.state import ViewState
from geodata.schema.presets import PRESETS

A, B, C, D, E, F = range(6)
SURVEY = ViewState(preset="impact_survey")


@pytest.fixture
def recorded(six: Any) -> Any:
    """The six areas with what their records say of ordnance and blocked use; nothing of D."""
    areas = six.snapshot().areas
    areas["eo_categories"] = ["AP_MINE", "UXO;AP_MINE", "UXO", None, "CMR", "CMR"]
    areas["blocked_use"] = ["cropland", "none", "water", None, "road", None]
    return six


def test_a_preset_measures_what_records_say_and_names_what_is_missing(six) -> None:
    found = preset_on(six.config, "impact_survey")
    assert [item.id for item in found.missing] == ["victims_2y"]
    assert (found.points, found.all_points) == (13.0, 63.0)
    assert {criterion.indicator for criterion in found.criteria} == {item.id for item in found.added}
    assert all(item.id.startswith("preset_impact_survey_") for item in found.added)


def test_scores_are_the_points_by_hand_over_what_is_known(recorded) -> None:
    view = ranked_view(listed(recorded, SURVEY), SURVEY)
    score = view.ranking.score
    np.testing.assert_allclose(score[[A, B, C]], [(2 + 1) / 13, (2 + 1) / 13, (1 + 1) / 13], rtol=1e-8)
    assert list(view.ranking.order) == [A, B, C]
    assert list(view.ranking.reason_unranked[[D, F]]) == ["too_little_known", "too_little_known"]


def test_an_indicator_of_the_programme_with_the_same_definition_is_taken(example_programme) -> None:
    config = example_programme.config
    for preset in PRESETS:
        found = preset_on(config, preset)
        assert found.missing == () and found.points == found.all_points
    by_id = {criterion.id: criterion.indicator for criterion in preset_on(config, "imsma_ng").criteria}
    assert (by_id["accidents"], by_id["confirmed"], by_id["mines"]) == ("accidents_1km", "confirmed", "preset_imsma_ng_mines")
    assert preset_on(config, "impact_survey").criteria[0].indicator == "casualties_2y_1km"


def test_a_preset_is_compared_with_the_programmes_own_list_and_leaves_it_as_it_was(recorded) -> None:
    before, columns = ranked_view(recorded, ViewState()), list(recorded.snapshot().values)
    view = ranked_view(listed(recorded, SURVEY), SURVEY)
    assert list(view.own.order) == list(before.ranking.order) and not changes(view).is_own
    assert ranked_view(recorded, ViewState()) is before and list(recorded.snapshot().values) == columns
    assert listed(recorded, ViewState()) is recorded and base_of(listed(recorded, SURVEY)) is recorded
    assert listed(recorded, SURVEY) is listed(recorded, SURVEY)


def test_where_a_preset_measures_nothing_the_programmes_own_weights_rank_and_the_page_says_so(six, words) -> None:
    units = six.config.model_copy(update={"areas": six.config.areas.model_copy(update={"source": "layer"})})
    six.config = units
    assert listed(six, SURVEY) is six
    told = words(preset_chosen(Page(six, SURVEY, "en")))
    assert "measures nothing that this programme knows" in told and "Back to own weights" in told


def test_the_panel_offers_presets_with_their_criteria_and_what_is_missing(recorded, words) -> None:
    told = words(presets_offered(Page(recorded, ViewState(), "en")))
    assert told.count("Rank by it") == 2 and "Counts: Mines suspected or confirmed; Other ordnance" in told
    assert "Not measured here and left out: Victims within 1 km, last 2 years (victims_2y)." in told
    chosen = Page(listed(recorded, SURVEY), SURVEY, "en")
    told = words(preset_chosen(chosen))
    assert "verify every number with the national report" in told and "Counted here: 13 of 63 points" in told
    assert words(presets_offered(chosen)).count("Rank by it") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_preset_warn_in_each_language(request_on, words, language: str) -> None:
    warning = translate("preset.impact_survey_warning", language)
    with request_on("/"):
        for layout in (priorities.layout, printed.layout, method.layout):
            assert warning in words(layout(preset="impact_survey", lang=language))
        assert warning not in words(priorities.layout(lang=language))


def test_the_list_of_a_preset_is_shown_with_colours_reasons_and_histograms(request_on, example_server, words) -> None:
    programme = example_server.extensions["landrelease"]
    version = programme.snapshot().data_version
    state = ViewState(preset="imsma_ng")
    of_preset = listed(programme, state)
    row = int(ranked_view(of_preset, state).ranking.order[0])
    with request_on("/"):
        answer = show_list("preset=imsma_ng", "preset=imsma_ng", version)
        panel, _ = show_why({"row": row}, "preset=imsma_ng", version)
        drawn = show_histograms(version, "preset=imsma_ng", [{"criterion": each.id} for each in of_preset.config.criteria])
        assert "preset_imsma_ng_mines" not in words(data.layout(preset="imsma_ng"))
    assert answer.colours["url"] == f"/colours/{version}/rank.bin?preset=imsma_ng" and "not the national one" in words(answer.legend)
    assert "entered the top" in words(answer.change) and "Rank 1" in words(panel) and len(drawn) == 12
    assert colour_bytes(of_preset, state) != colour_bytes(programme, ViewState())


def test_an_exported_list_of_a_preset_warns_and_can_be_verified(example_programme, tmp_path: Path) -> None:
    state = ViewState(preset="imsma_ng")
    of_preset = listed(example_programme, state)
    assert isinstance(of_preset, PresetProgramme)
    view = ranked_view(of_preset, state)
    path = tmp_path / "list.xlsx"
    receipt = of_preset.export(path, view.ranking, snapshot=view.snapshot, language="fr")
    assert f"{translate('preset.imsma_ng', 'fr')}: {translate('preset.imsma_ng_warning', 'fr')}" in receipt.notes
    verdict = example_programme.verify(path)
    assert (verdict.status, verdict.reasons) == ("same", ())
