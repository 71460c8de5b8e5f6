"""Where profiles disagree, on map, table and panel, against numbers worked by hand.

The list of the profile "even" is C B D F A, that of "people" C A D F B; E is released. Places run from 0 to 1 in steps of a
quarter: A 1 and 0.25, B 0.25 and 1, C, D and F the same in both. The top of five areas is two.
"""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.components.answers import standing_words
from dashboard.components.legend import class_words, legend
from dashboard.components.page import Page
from dashboard.services.disagreement import Standing, profiles_top, standing, view_disagreement
from dashboard.services.measures import known_measures, measure_numbers
from dashboard.services.table import list_order, table_page
from dashboard.services.views import code_counts, colour_bytes, map_classes, ranked_view
from dashboard.services.why import why
from dashboard.state import ViewState
from geodata.schema.config import Config

A, B, C, D, E, F = range(6)
NAN = float("nan")


@pytest.fixture
def alone(six):
    """The same programme with one profile, that has nobody to disagree with."""
    config = six.config.model_dump(mode="json")
    six.config = Config.model_validate({**config, "profiles": config["profiles"][:1]})
    return six


def test_profiles_are_compared_by_the_rules_of_the_scenario(six) -> None:
    found = view_disagreement(six, ranked_view(six, ViewState()))
    assert np.array_equal(found.spread, [0.75, 0.75, 0.0, 0.0, NAN, 0.0], equal_nan=True)
    assert np.array_equal(found.n_top, [1, 1, 2, 0, NAN, 0], equal_nan=True)
    assert profiles_top(six, ranked_view(six, ViewState())) == 2


def test_weights_moved_by_hand_are_no_profile(six) -> None:
    moved = ranked_view(six, ViewState(weights=(("roads", 90.0),)))
    assert view_disagreement(six, moved) is view_disagreement(six, ranked_view(six, ViewState(profile="people")))


@pytest.mark.parametrize(
    ("measure", "codes"), [("disagreement", [8, 8, 2, 2, 255, 2]), ("profiles_top", [7, 7, 8, 2, 255, 2])], ids=["spread", "count"]
)
def test_the_map_shows_where_profiles_disagree(six, measure: str, codes: list[int]) -> None:
    state = ViewState(measure=measure)
    assert list(np.frombuffer(colour_bytes(six, state), dtype=np.uint8)) == codes
    assert sum(found.n_areas for found in map_classes(six, state)) == 5


def test_each_class_of_a_count_is_a_number_of_profiles(six) -> None:
    shown = [(found.low, found.high, found.n_areas) for found in map_classes(six, ViewState(measure="profiles_top"))]
    assert [each for each in shown if each[1] >= each[0]] == [(2, 2, 1), (1, 1, 2), (0, 0, 2)]


def test_the_legend_tells_the_unit_of_disagreement(six, words) -> None:
    for measure, told in (
        ("disagreement", "of the list lies between its best and worst place"),
        ("profiles_top", "among their first 2"),
    ):
        page = Page(six, ViewState(measure=measure), "en")
        classes = map_classes(six, page.state)
        said = words(legend(page, classes, code_counts(six, page.state), top=2))
        assert told in said and "weights moved by hand do not count" in said
    page = Page(six, ViewState(measure="disagreement"), "en")
    assert class_words(page, map_classes(six, page.state)[0]) == ["50\u202f%–100\u202f%"]


def test_the_table_tells_best_and_worst_rank_and_sorts_by_the_distance(six) -> None:
    rows = {row["area_id"]: row for row in table_page(six, ViewState(), 0, 10, "en").rows}
    assert [rows[name]["profiles"] for name in "ABCDF"] == ["2–5", "2–5", "1", "3", "4"]
    assert rows["C"]["profiles_top"] == "Among the first 2 under 2 of 2 profiles"
    assert list(list_order(six, ViewState(sort="-profiles"))) == [B, A, C, D, F]


def test_the_panel_names_who_puts_the_area_where(six) -> None:
    view = ranked_view(six, ViewState())
    assert standing(six, view, A) == Standing(2, 1, 2, ("people", 2), ("even", 5), ())
    assert standing(six, view, E) == Standing(2, 0, 2, None, None, ("even", "people"))
    page = Page(six, ViewState(), "en")
    told = standing_words(page, standing(six, view, A))
    assert told == "Among the first 2 under 1 of 2 profiles; rank 2 for “People only”, rank 5 for “Even”."
    assert standing_words(page, standing(six, view, E)) == "No profile ranks it."
    some = standing_words(page, Standing(2, 0, 2, ("people", 3), ("people", 3), ("even",)))
    assert "too little is known of what they weigh" in some and "Even" in some


def test_one_profile_alone_is_compared_with_nobody(alone) -> None:
    view = ranked_view(alone, ViewState())
    assert view_disagreement(alone, view) is None and standing(alone, view, A) is None and profiles_top(alone, view) == 0
    assert known_measures(alone) == ("rank", "score", "likelihood", "next_action", "cost", "value.people", "value.roads")
    assert table_page(alone, ViewState(), 0, 1, "en").rows[0]["profiles"] == ""
    assert list(list_order(alone, ViewState(sort="profiles"))) == [C, B, D, F, A]
    assert measure_numbers(alone, view, "score")[A] == 0.5


def test_groups_hold_their_criteria_and_add_up_to_the_score(many) -> None:
    view = ranked_view(many, ViewState(weights=(("people", 20.0),)))
    for row in range(0, 1000, 97):
        answer = why(view, row)
        assert sum(part.contribution for part in answer.groups) == pytest.approx(answer.score, abs=1e-9)
        exact = view.ranking.group_contributions
        assert {part.group: part.contribution for part in answer.groups} == pytest.approx({name: exact[name][row] for name in exact})


def test_a_group_of_which_nothing_is_known_comes_last_and_is_unknown(six) -> None:
    need, benefit = why(ranked_view(six, ViewState()), F).groups
    assert (need.group, need.contribution, need.most) == ("need", 0.6, 1.0)
    assert benefit.group == "benefit" and np.isnan(benefit.contribution) and benefit.weight == 0.5
