"""Callbacks of the Method page: the list's remarks, what data alone would weigh, and the same areas by other methods."""

from __future__ import annotations

import numpy as np
import pytest
from werkzeug.exceptions import Unauthorized

from dashboard.callbacks import method
from dashboard.components.method.comparison import OTHERS, comparison_card, reversal_words
from dashboard.components.method.remarks import remark_words
from dashboard.components.page import Page
from dashboard.programme import Programme
from dashboard.services.comparison import Remarks, data_weights, list_remarks, method_comparison
from dashboard.services.views import ranked_view
from dashboard.state import ViewState
from models.ranking import Flag
from models.ranking.methods import MethodComparison, RankReversal


@pytest.fixture
def programme(example_server) -> Programme:
    return example_server.extensions["landrelease"]


def test_each_method_tells_agreement_moves_and_reversal_and_links_the_areas(programme: Programme, request_on, words, parts) -> None:
    view = ranked_view(programme, ViewState())
    for name in OTHERS:
        with request_on("/method"):
            card = method.show_comparison(name, "lang=en")
        found = method_comparison(programme, view, name)
        said = words(card)
        assert f"{found.n_top_shared} of {found.n_top}" in said and "no sum of parts" in said
        assert ("Not possible" in said) == (name == "spotis")
        links = {part.href for part in parts(card) if type(part).__name__ == "Link"}
        for move in (*found.entered, *found.left):
            assert any(str(view.columns.area_ids[move.row]) in link for link in links)


def test_the_comparison_is_of_the_list_that_the_address_names(programme: Programme) -> None:
    own, moved = (
        method_comparison(programme, ranked_view(programme, state), "topsis") for state in (ViewState(), ViewState(profile="works"))
    )
    assert own != moved
    assert method_comparison(programme, ranked_view(programme, ViewState()), "topsis") is own


def test_the_comparison_changes_no_list(programme: Programme) -> None:
    view = ranked_view(programme, ViewState())
    before = view.ranking.order.copy()
    for name in OTHERS:
        method_comparison(programme, view, name)
    assert np.array_equal(ranked_view(programme, ViewState()).ranking.order, before)


def test_diagnostics_stand_beside_the_weights_in_force(programme: Programme, request_on, words) -> None:
    with request_on("/method"):
        said = words(method.show_diagnostics("lang=en"))
    view = ranked_view(programme, ViewState())
    assert all(programme.config.criterion(name).label["en"] in said for name in view.scenario.weights)
    for weights in data_weights(programme, view).values():
        assert sum(weights.values()) == pytest.approx(1.0)


def test_remarks_name_the_list_and_count_what_is_not_known(programme: Programme, request_on, words) -> None:
    view = ranked_view(programme, ViewState())
    found = list_remarks(programme, view)
    listed = view.ranking.values[view.ranking.is_listed]
    names = list(view.ranking.criteria)
    assert dict(found.unknown) == {
        criterion.id: int(np.isnan(listed[:, names.index(criterion.id)]).sum())
        for criterion in view.scenario.criteria
        if criterion.weight > 0 and np.isnan(listed[:, names.index(criterion.id)]).any()
    }
    with request_on("/method"):
        said = words(method.show_remarks("lang=en&w.road=80"))
    assert "National plan" in said and "Weights were moved by hand." in said and "never count as 0" in said


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Remarks((), 3, 3, 0, 0, ()), ["Nothing out of the ordinary: no ties, no constant criterion, nothing unknown."]),
        (Remarks((Flag("one_area"),), 1, 1, 0, 0, ()), ["Only one area is ranked: its rank compares it with nothing."]),
        (
            Remarks((Flag("constant_criterion", ("road", "water")),), 8, 10, 2, 2, ()),
            [
                "The same value for every area, so that it moves none: Blocked road, Close to a water point.",
                "Areas with the score of another in their class, ordered by identifier: 2 (25.0\u202f%).",
                "Areas listed without a rank, since too little is known of them: 2.",
            ],
        ),
    ],
    ids=["ordinary", "one area", "constant, ties, too little"],
)
def test_each_remark_is_a_sentence(programme: Programme, found: Remarks, told: list[str]) -> None:
    assert remark_words(Page(programme, ViewState(), "en"), found) == told


@pytest.mark.parametrize("code", ["no_area", "nothing_ranked", "one_area", "all_tied", "constant_criterion", "unknown_criterion"])
def test_every_flag_of_a_ranking_has_its_words(programme: Programme, code: str) -> None:
    assert len(remark_words(Page(programme, ViewState(), "fr"), Remarks((Flag(code, ("road",)),), 0, 0, 0, 0, ()))) == 1


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0016, "0.16\u202f% of the pairs"), (0.000001, "less than 0.01\u202f% of the pairs"), (float("nan"), "Possible")],
    ids=["some", "hardly any", "too few areas to try"],
)
def test_a_small_share_of_reversals_is_never_told_as_none(programme: Programme, words, share: float, told: str) -> None:
    page = Page(programme, ViewState(), "en")
    found = MethodComparison("vikor", 0.9, 2, 2, 0, (), (), None, True, RankReversal(10, 1, share))
    assert told in reversal_words(page, found)
    card = words(comparison_card(page, ranked_view(programme, ViewState()), found))
    assert "No area would enter the first 2." in card and "Largest move" not in card


def test_an_address_that_names_no_list_tells_why(request_on, words) -> None:
    with request_on("/method"):
        assert "nothing" in words(method.show_remarks("scenario=nothing"))


def test_a_stranger_is_shown_nothing(request_on) -> None:
    with request_on("/method", role=None), pytest.raises(Unauthorized):
        method.show_comparison("topsis", "")
