"""The sentence that tells a rank in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dashboard.components.page import Page
from dashboard.components.sentence import sentence
from dashboard.i18n import LANGUAGES
from dashboard.services.views import RankedView, ranked_view
from dashboard.services.why import why
from dashboard.state import ViewState


def page_in(example_server: Any, language: str) -> Page:
    return Page(example_server.extensions["landrelease"], ViewState(), language)


@pytest.fixture
def view(example_server: Any) -> RankedView:
    return ranked_view(example_server.extensions["landrelease"], ViewState())


def first_row(view: RankedView, wanted: np.ndarray) -> int:
    """The best ranked row among those wanted."""
    rows = np.flatnonzero(wanted & view.ranking.is_ranked)
    return int(rows[np.argmin(view.ranking.rank[rows])])


def has_unknown(view: RankedView) -> np.ndarray:
    weights = np.array([criterion.weight for criterion in view.scenario.criteria])
    return np.isnan(view.ranking.values[:, weights > 0]).any(axis=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_area_is_told_in_sixty_words_at_most(example_server: Any, view: RankedView, language: str) -> None:
    page = page_in(example_server, language)
    told = {row: sentence(page, view, why(view, row)) for row in range(0, view.columns.n_areas, 7)}
    longest = max(told.values(), key=lambda text: len(text.split()))
    assert len(longest.split()) <= 60, longest
    assert all(text and "nan" not in text.lower().split() and "{" not in text for text in told.values())


def test_the_numbers_are_those_of_the_ranking(example_server: Any, view: RankedView) -> None:
    row = first_row(view, has_unknown(view))
    answer = why(view, row)
    text = sentence(page_in(example_server, "en"), view, answer)
    assert text.startswith(f"Rank {answer.rank} of {answer.n_ranked:,}, in the class ")
    assert "Not known: " in text
    assert f"between rank {answer.rank_best} and rank {answer.rank_worst}." in text


def test_an_area_of_which_all_is_known_says_so_and_what_would_move_it(example_server: Any, view: RankedView) -> None:
    row = first_row(view, ~has_unknown(view))
    text = sentence(page_in(example_server, "en"), view, why(view, row))
    assert "Not known" not in text
    assert "Everything that counts here is known." in text


def test_an_unknown_that_moves_nothing_is_not_said_to_move_it(example_server: Any, view: RankedView) -> None:
    row = first_row(view, has_unknown(view))
    answer = replace(why(view, row), rank_best=3, rank_worst=3, mover=None)
    assert sentence(page_in(example_server, "en"), view, answer).endswith("Knowing it would not move the area.")


def test_an_area_without_a_rank_says_why(example_server: Any, view: RankedView) -> None:
    row = int(np.flatnonzero(~view.ranking.is_ranked)[0])
    answer = why(view, row)
    page = page_in(example_server, "en")
    assert sentence(page, view, answer) == page.t(f"why.unranked.{answer.reason_unranked}")
