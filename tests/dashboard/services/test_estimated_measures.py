"""Likelihood, next action and expected cost as colours and filters, on six areas with estimates given by hand."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard.components.filters import filter_words, filters_panel, layers_panel
from dashboard.components.legend import class_labels, class_words, legend, palette_of
from dashboard.components.page import Page
from dashboard.services.estimated_measures import estimated_ends, estimated_steps, why_not_estimated
from dashboard.services.measures import known_measures, measure_of, unknown_measure
from dashboard.services.views import area_mask, code_counts, colour_bytes, filtered_rows, map_classes
from dashboard.state import ViewState

A, B, C, D, E, F = range(6)
NAN = float("nan")


def estimates_of(version: str, prob: list[float], action: list[str], cost: list[float]) -> Any:
    """What the services read of estimates; E is released and has none."""
    areas = pd.DataFrame({"prob": prob, "action": pd.array(action, dtype="str"), "cost_usd": cost})
    return SimpleNamespace(version=version, areas=areas, facts={"reason_prob": None, "reason_cost": None})


@pytest.fixture
def estimated(six: Any) -> Any:
    """The six areas: F has no size and so no action; every end of a class of likelihood belongs to the class below it."""
    six.found = estimates_of(
        "one", [0.05, 0.2, 0.95, 0.051, NAN, 1.0], ["nts", "nts", "ts", "clearance", "", ""], [900.0, 3000, 9e6, 1e5, NAN, NAN]
    )
    six.estimates = lambda snapshot=None, version=None: six.found
    return six


def codes(programme: Any, **choices: Any) -> list[int]:
    return list(np.frombuffer(colour_bytes(programme, ViewState(**choices)), dtype=np.uint8))


def test_estimates_colour_the_map_and_what_is_not_estimated_is_unknown(estimated) -> None:
    assert codes(estimated, measure="likelihood") == [2, 4, 8, 3, 255, 8]
    assert codes(estimated, measure="next_action") == [2, 2, 3, 4, 255, 1]
    assert codes(estimated, measure="cost") == [2, 3, 8, 6, 255, 1]


@pytest.mark.parametrize(
    ("state", "rows"),
    [
        (ViewState(likely="5-20"), [A, B, D]),
        (ViewState(likely="0-5"), [A]),
        (ViewState(likely="96-100"), [F]),
        (ViewState(likely="30-40"), []),
        (ViewState(actions=("nts",)), [A, B]),
        (ViewState(actions=("none",)), [F]),
        (ViewState(actions=("clearance", "ts")), [C, D]),
        (ViewState(actions=("cancel",)), []),
        (ViewState(actions=("nts",), likely="10-100", hazard_types=("CHA",)), [B]),
        (ViewState(likely="0-100"), [A, B, C, D, F]),
    ],
    ids=str,
)
def test_filters_by_estimate_leave_their_areas(estimated, state: ViewState, rows: list[int]) -> None:
    assert list(np.flatnonzero(area_mask(estimated, state))) == rows
    assert sorted(filtered_rows(estimated, state)) == rows


def test_a_filter_by_estimate_hides_the_outlines_of_released_areas(estimated) -> None:
    assert codes(estimated, likely="5-20")[E] == 0 and codes(estimated, actions=("none",))[E] == 0


def test_colours_and_filters_follow_other_estimates_of_the_same_data(estimated) -> None:
    before = codes(estimated, measure="likelihood"), list(area_mask(estimated, ViewState(likely="0-5")))
    estimated.found = estimates_of("two", [0.9] * 6, ["ts"] * 6, [1.0] * 6)
    assert codes(estimated, measure="likelihood")[A] == 7 != before[0][A]
    assert not area_mask(estimated, ViewState(likely="0-5")).any() and before[1][A]


def test_without_estimates_all_is_unknown_and_the_page_says_why_and_what_to_do(six, words, parts) -> None:
    assert codes(six, measure="likelihood") == codes(six, measure="cost") == codes(six, measure="next_action") == [1, 1, 1, 1, 255, 1]
    assert not area_mask(six, ViewState(likely="0-99")).any()
    assert list(np.flatnonzero(area_mask(six, ViewState(actions=("none",))))) == [A, B, C, D, F]
    missing = why_not_estimated(six, six.snapshot())
    assert set(missing) == {"likelihood", "next_action", "cost"}
    page = Page(six, ViewState(measure="cost"), "en")
    told = "not yet estimated: this snapshot has no estimates; landrelease build makes them"
    assert told in words(legend(page, map_classes(six, page.state), code_counts(six, page.state), missing=missing["cost"]))
    layers = layers_panel(page, [], not_estimated=missing)
    assert f"Likelihood of explosive ordnance, Next action, Expected cost: {told}" in words(layers)
    choices = next(part.data for part in parts(layers) if type(part).__name__ == "Select")
    assert {"value": "cost", "label": "Expected cost (not yet estimated)"} in choices
    filters = filters_panel(page, [], types=(), statuses=(), not_estimated=missing)
    assert words(filters).count(told) == 2
    assert [part.disabled for part in parts(filters) if type(part).__name__ == "NumberInput"] == [True, True]


def test_the_legend_tells_ends_units_and_that_nothing_is_released_by_it(estimated, words) -> None:
    told = {}
    for measure in ("likelihood", "next_action", "cost"):
        page = Page(estimated, ViewState(measure=measure), "en")
        classes = map_classes(estimated, page.state)
        told[measure] = [(class_words(page, found), found.n_areas) for found in classes]
        said = words(legend(page, classes, code_counts(estimated, page.state)))
        assert ("never cancels, reduces or releases land" in said) == (measure != "cost")
        assert ("Not estimated" in said) == (measure != "likelihood")
        assert class_labels(page, classes)["1"] == "Not estimated"
    assert told["likelihood"][0] == (["90\u202f%–100\u202f%"], 2) and told["likelihood"][-1] == (["0\u202f%–5\u202f%"], 1)
    assert told["next_action"] == [(["Clearance"], 1), (["Technical survey"], 1), (["Non-technical survey"], 2)]
    assert told["cost"][0] == (["over 300,000"], 1) and told["cost"][-1] == (["0–1,000"], 1)


def test_filters_by_estimate_are_told_in_words(estimated) -> None:
    page = Page(estimated, ViewState(likely="20-80", actions=("nts", "none", "cancel")), "en")
    assert filter_words(page) == [
        "Likelihood 20\u202f% to 80\u202f%",
        "Next action: cancel",
        "Next action: Not estimated",
        "Next action: Non-technical survey",
    ]


def test_colours_that_do_not_exist_fall_back_to_the_rank_and_say_so(six, words) -> None:
    page = Page(six, ViewState(measure="value.nothing"), "en")
    assert (measure_of(six, page.state), unknown_measure(six, page.state)) == ("rank", "value.nothing")
    assert codes(six, measure="value.nothing") == codes(six)
    said = words(legend(page, map_classes(six, page.state), code_counts(six, page.state)))
    assert "The address asks for colours of “value.nothing”, which this programme does not have. The map shows the rank." in said
    assert all(unknown_measure(six, ViewState(measure=measure)) == "" for measure in ("", *known_measures(six)))


def test_classes_of_estimates_cover_every_number_without_a_gap() -> None:
    for measure in ("likelihood", "cost"):
        ends = estimated_ends(measure)
        assert ends[0][0] == 0 and all(low == before for (_, before), (low, _) in pairwise(ends))
        middles = np.array([low + min(high - low, 1e6) / 2 for low, high in ends])
        assert list(estimated_steps(measure, middles)) == list(range(7))
    assert np.isnan(estimated_steps("cost", np.array([NAN]))[0])


def test_next_actions_have_colours_of_categories() -> None:
    assert [palette_of(measure) for measure in ("rank", "likelihood", "next_action", "cost")] == ["ramp", "ramp", "actions", "ramp"]
