"""The four answers about an area: for areas of every kind, in every language, from the numbers of the ranking."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dashboard.components.answers import four_answers, how_sure, what_moves, what_unknown, why_here
from dashboard.components.area import stability_table
from dashboard.components.page import Page
from dashboard.i18n import LANGUAGES, format_share
from dashboard.services.careful import CarefulFirmness
from dashboard.services.disagreement import standing
from dashboard.services.estimated import AreaEstimate, area_estimate
from dashboard.services.firmness import firm_rank
from dashboard.services.views import RankedView, ranked_view
from dashboard.services.why import Why, why
from dashboard.state import ViewState

QUESTIONS = ["Why it is here", "What would move it", "How sure we are", "What we do not know"]
NOTHING = AreaEstimate(None, None, {"code": "not_built"}, {"code": "not_built"})


def page_in(example_server: Any, language: str = "en") -> Page:
    return Page(example_server.extensions["landrelease"], ViewState(), language)


@pytest.fixture
def view(example_server: Any) -> RankedView:
    return ranked_view(example_server.extensions["landrelease"], ViewState())


def told_of(view: RankedView, programme: Any, row: int) -> Why:
    return why(view, row, firm_rank(programme, view, row), standing(programme, view, row))


def first_row(view: RankedView, wanted: np.ndarray) -> int:
    """The best ranked row among those wanted."""
    rows = np.flatnonzero(wanted & view.ranking.is_ranked)
    return int(rows[np.argmin(view.ranking.rank[rows])])


def has_unknown(view: RankedView) -> np.ndarray:
    weights = np.array([criterion.weight for criterion in view.scenario.criteria])
    return np.isnan(view.ranking.values[:, weights > 0]).any(axis=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_ranked_area_answers_all_four_questions_in_plain_words(example_server: Any, view: RankedView, language: str) -> None:
    page = page_in(example_server, language)
    for row in view.ranking.order[::11]:
        answer = told_of(view, page.programme, int(row))
        estimate = area_estimate(page.programme, view.snapshot, int(row))
        parts = (
            why_here(page, view, answer),
            what_moves(page, view, answer),
            how_sure(page, answer),
            what_unknown(page, view, answer, estimate),
        )
        assert all(parts), row
        for sentences in parts:
            assert all(text and "{" not in text and "nan" not in text.lower().split() for text in sentences)
            assert max(len(text.split()) for text in sentences) <= 60


def test_areas_of_every_kind_are_among_those_that_answer(view: RankedView) -> None:
    """What the example must hold for the test before this one to mean something."""
    ranked = view.ranking.is_ranked
    assert (ranked & has_unknown(view)).any() and (ranked & ~has_unknown(view)).any()
    assert (ranked & view.snapshot.areas["geometry"].isna().to_numpy()).any() or (
        ranked & view.snapshot.areas["area_m2"].isna().to_numpy()
    ).any()
    assert (view.ranking.table.assignment.index[ranked] >= 0).any() and (view.ranking.table.assignment.index[ranked] < 0).any()


def test_the_questions_stand_above_the_answers(example_server: Any, view: RankedView, words: Any) -> None:
    page, row = page_in(example_server), int(view.ranking.order[0])
    said = words(four_answers(page, view, told_of(view, page.programme, row), NOTHING))
    assert [question in said for question in QUESTIONS] == [True] * 4


def test_why_it_is_here_names_rank_class_and_reasons(example_server: Any, view: RankedView) -> None:
    row = first_row(view, view.ranking.table.assignment.index >= 0)
    answer = why(view, row)
    (text,) = why_here(page_in(example_server), view, answer)
    assert text.startswith(f"Rank {answer.rank} of {answer.n_ranked:,}, in the class ")
    assert "For it: " in text


def test_an_area_without_a_rank_says_why_and_promises_nothing_more(example_server: Any, view: RankedView) -> None:
    answer = why(view, int(np.flatnonzero(~view.ranking.is_ranked)[0]))
    page = page_in(example_server)
    assert why_here(page, view, answer) == [page.t(f"why.unranked.{answer.reason_unranked}")]
    assert (what_moves(page, view, answer), how_sure(page, answer)) == ([], [])


def test_what_moves_it_is_a_measure_and_a_weight_each_exact(example_server: Any, view: RankedView) -> None:
    page = page_in(example_server)
    answer = told_of(view, page.programme, int(view.ranking.order[45]))
    measure, weight = what_moves(page, view, answer)
    assert answer.mover is not None and answer.firm is not None and answer.firm.turning is not None
    assert measure.endswith(f"would give rank {answer.mover.rank}.") or f"rank {answer.mover.rank}" in measure
    assert format_share(answer.firm.turning.then, "en", 1) in weight
    still = replace(answer, mover=None, firm=replace(answer.firm, turning=None))
    assert what_moves(page, view, still) == [
        "No single measurement alone would give it another rank.",
        "No change of one weight alone takes it across the line after the first 50.",
    ]


def test_how_sure_tells_other_weights_other_data_ties_and_other_profiles(example_server: Any, view: RankedView) -> None:
    page, row = page_in(example_server), int(view.ranking.order[3])
    shares = np.full(len(view.ranking.score), 0.8)
    careful = CarefulFirmness(50, 10_000, 10_000, shares, shares / 2, shares * 5, shares * 10)
    answer = replace(told_of(view, page.programme, row), n_tied=2)
    weights, data, ties, profiles = how_sure(page, answer, careful)
    assert "tries with other weights" in weights
    assert "first 50 in 80" in data and "errors of the data it is 40" in data
    assert ties == "Other areas of its class with the same score, told apart by their identifier alone: 2."
    assert "profiles" in profiles
    assert how_sure(page, replace(answer, firm=None, n_tied=0, standing=None)) == [
        "How the rank would stand under other weights is not yet estimated."
    ]


def test_ties_are_counted_within_the_class_and_among_ranked_areas(view: RankedView) -> None:
    ranking = view.ranking
    keys = [(ranking.table.assignment.block[row], ranking.score[row]) for row in ranking.order]
    for row, key in list(zip(ranking.order, keys, strict=True))[::17]:
        assert why(view, int(row)).n_tied == keys.count(key) - 1


def test_what_is_not_known_is_named_with_how_far_it_could_move_the_area(example_server: Any, view: RankedView) -> None:
    page, row = page_in(example_server), first_row(view, has_unknown(view))
    answer = why(view, row)
    first, likelihood = what_unknown(page, view, answer, NOTHING)
    assert first.startswith("Not known: ") and "of the weight is known." in first
    assert f"between rank {answer.rank_best} and rank {answer.rank_worst}." in first or "Knowing it would not move the area." in first
    assert likelihood == "Likelihood: not yet estimated: this snapshot has no estimates; landrelease build makes them."
    unmoved = replace(answer, rank_best=3, rank_worst=3)
    assert what_unknown(page, view, unmoved, NOTHING)[0].endswith("Knowing it would not move the area.")
    assert what_unknown(page, view, why(view, first_row(view, ~has_unknown(view))), NOTHING)[0] == "Everything that counts here is known."


def test_how_far_each_weight_could_move_is_that_of_ranking_again(example_server: Any, view: RankedView, words: Any) -> None:
    """Just inside both ends of the interval the area is on its side of the line, just beyond on the other."""
    page, row = page_in(example_server), int(view.ranking.order[45])
    firm = firm_rank(page.programme, view, row)
    assert firm is not None and firm.is_in
    said, weights = words(stability_table(page, firm)), view.scenario.weights
    moving = [each for each in firm.intervals if np.isfinite(each.smallest_change)]
    assert moving and "stays among the first 50. Exact, not sampled." in said
    for each in moving:
        assert all(format_share(share, "en", 1) in said for share in (each.share, each.low, each.high))
        for end, inside in ((each.low, 1), (each.high, -1)):
            if 0 < end < 1:
                for step, stays in ((inside * 1e-6, True), (-inside * 1e-6, False)):
                    share = end + step
                    rest = sum(weight for name, weight in weights.items() if name != each.criterion)
                    moved = {name: weight * (1 - share) / rest for name, weight in weights.items()} | {each.criterion: share}
                    assert (page.programme.rank(weights=moved).rank[row] <= 50) == stays, (each.criterion, share)
