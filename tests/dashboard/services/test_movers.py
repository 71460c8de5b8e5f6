"""What would move an area, against numbers worked by hand and against a ranking made anew."""

from __future__ import annotations

import pytest

from dashboard.components.answers import mover_words
from dashboard.components.page import Page
from dashboard.services.movers import Mover, mover
from dashboard.services.views import ranked_view
from dashboard.state import ViewState
from models.ranking import rank_areas

A, B, C, D, E, F = range(6)


def words_of(six, row: int) -> str:
    view = ranked_view(six, ViewState())
    found = mover(view, row)
    assert found is not None
    return f"{found.criterion}: {mover_words(Page(six, ViewState(), 'en'), view, found)}".replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (B, "people: 19 people instead of 50 people would give rank 4."),  # nothing lifts it; (0.2 + 1) / 2 is the 0.6 of D and F
        (D, "roads: 299 m instead of 600 m would give rank 2."),  # (0.8 + 0.7) / 2 is the 0.75 of B, and B comes first by its id
        (A, "roads: 500 m instead of 1 km would give rank 2."),
    ],
    ids=["falls", "rises past a tie", "rises"],
)
def test_the_sentence_names_the_number_the_unit_and_the_rank(six, row: int, words: str) -> None:
    assert words_of(six, row) == words


def test_the_only_area_of_its_class_is_moved_by_nothing(six) -> None:
    assert mover(ranked_view(six, ViewState()), C) is None


def test_an_area_without_a_rank_is_moved_by_nothing(six) -> None:
    assert mover(ranked_view(six, ViewState()), E) is None


def test_an_unknown_measurement_is_told_as_something_to_find_out(six) -> None:
    view, page = ranked_view(six, ViewState()), Page(six, ViewState(), "en")
    unknown = Mover("people", "people", 2, float("nan"), 1900.0, float("nan"), 1.0)
    assert mover_words(page, view, unknown) == "if found to be 1,900\xa0people, rank 2."
    no_number = Mover("people", "people", 2, 3.0, float("nan"), 0.2, 0.75)
    assert mover_words(page, view, no_number) == "a value of 0.75 instead of 0.20 (from 0 to 1) would give rank 2."


def test_the_number_told_gives_the_rank_told_when_the_list_is_made_anew(many) -> None:
    view = ranked_view(many, ViewState())
    for row in view.ranking.order[[0, 1, 2, 9, 99, 500, 998, 999]]:
        found = mover(view, int(row))
        assert found is not None and found.rank != view.ranking.rank[row]
        values = many.snapshot().values.copy()
        values.loc[row, found.indicator] = found.needed
        anew = rank_areas(values, many.snapshot().areas, view.scenario)
        assert anew.rank[row] == found.rank


def test_a_tie_is_left_by_one_of_what_is_counted(many) -> None:
    many.snapshot().values.loc[:, "people"] = [7.0] * 999 + [6.0]
    view = ranked_view(many, ViewState(weights=(("roads", 0.0),)))
    found = mover(view, int(view.ranking.order[-1]))
    assert found is not None and (found.now, found.needed, found.rank) == (6.0, 8.0, 1)
