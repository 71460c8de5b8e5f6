"""Views worked out: rankings, filters, colours, changes and reasons, against numbers worked by hand.

Values of the six areas (people, closeness to a road): A 1.0, 0.0; B 0.5, 1.0; C 0.1, 0.5; D 0.8, 0.4; F 0.6, unknown.
Even weights: A 0.5, B 0.75, C 0.3 (must do, first), D 0.6, F 0.6 (D before F by id). People alone: A 1, D 0.8, F 0.6, B 0.5.
"""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.services.changes import Changes, changes
from dashboard.services.facts import indicator_facts, neighbours, profile_ranks
from dashboard.services.histograms import Histogram, histogram, histograms
from dashboard.services.lru import RecentCache
from dashboard.services.measures import _codes_in_order, class_of_rank
from dashboard.services.screen import place_choices, screen
from dashboard.services.table import list_order, position_of, table_page
from dashboard.services.views import (
    area_mask,
    code_counts,
    colour_bytes,
    filtered_rows,
    map_classes,
    profile_points,
    ranked_view,
)
from dashboard.services.why import why
from dashboard.state import ViewState
from geodata.schema.scenario import ScenarioError

A, B, C, D, E, F = range(6)


def test_the_ranking_of_a_view_is_that_of_its_scenario(six) -> None:
    view = ranked_view(six, ViewState())
    assert list(view.ranking.order) == [C, B, D, F, A]
    assert list(filtered_rows(six, ViewState())) == [C, B, D, F, A]


def test_a_profile_and_weights_by_hand_give_their_own_list(six) -> None:
    people = ranked_view(six, ViewState(profile="people"))
    by_hand = ranked_view(six, ViewState(weights=(("roads", 0.0),)))
    assert list(people.ranking.order) == [C, A, D, F, B]
    assert list(by_hand.ranking.order) == list(people.ranking.order)
    np.testing.assert_array_equal(by_hand.rank_change[[A, B, C]], [3, -3, 0])


def test_points_give_the_heaviest_criterion_fifty_so_that_it_can_double(six) -> None:
    assert profile_points(six, "base", "even") == {"people": 50.0, "roads": 50.0}
    assert profile_points(six, "base", "people") == {"people": 50.0, "roads": 0.0}


def test_weights_that_equal_the_profile_change_nothing(six) -> None:
    moved = ranked_view(six, ViewState(weights=(("people", 50.0), ("roads", 50.0))))
    assert moved.scenario.digest == ranked_view(six, ViewState()).scenario.digest
    assert changes(moved).is_own


def test_equal_views_share_one_result_and_others_do_not(six) -> None:
    assert ranked_view(six, ViewState(area="A", zoom=3, latitude=1, longitude=1)) is ranked_view(six, ViewState(theme="dark"))
    assert ranked_view(six, ViewState(profile="people")) is not ranked_view(six, ViewState())


@pytest.mark.parametrize(
    "state",
    [
        ViewState(scenario="none"),
        ViewState(profile="none"),
        ViewState(weights=(("none", 3.0),)),
        ViewState(weights=(("people", 0.0), ("roads", 0.0))),
    ],
    ids=["scenario", "profile", "criterion", "all weights 0"],
)
def test_a_view_that_cannot_be_ranked_says_why(six, state: ViewState) -> None:
    with pytest.raises(ScenarioError) as caught:
        ranked_view(six, state)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("state", "rows"),
    [
        (ViewState(place=("North",)), [A, B]),
        (ViewState(place=("South", "Port")), [C]),
        (ViewState(place=("Nowhere",)), []),
        (ViewState(hazard_types=("CHA",)), [B]),
        (ViewState(hazard_types=("not_stated",)), [D]),
        (ViewState(statuses=("released",)), [E]),
        (ViewState(statuses=("open", "released")), [A, B, D, E, F]),
        (ViewState(classes=("must",)), [C]),
        (ViewState(classes=("none",)), [A, B, D, F]),
        (ViewState(tasked="yes"), [B]),
        (ViewState(tasked="no"), [A, C, D, F]),
        (ViewState(text="ROAD"), [B]),
        (ViewState(text="<b>"), [B]),
        (ViewState(text="alpha old"), [A]),
        (ViewState(text="زيتا"), [F]),
        (ViewState(text="["), []),
        (ViewState(moved="in", profile="people"), [A]),
        (ViewState(moved="out", profile="people"), [B]),
    ],
    ids=str,
)
def test_a_filter_leaves_its_areas(six, state: ViewState, rows: list[int]) -> None:
    assert list(np.flatnonzero(area_mask(six, state))) == rows


def test_a_filter_changes_no_rank(six) -> None:
    ranks = [row["rank"] for row in table_page(six, ViewState(place=("North",)), 0, 10, "en").rows]
    assert ranks == [2, 5]


def test_colours_tell_hidden_unknown_class_and_released(six) -> None:
    codes = np.frombuffer(colour_bytes(six, ViewState(place=("South",))), dtype=np.uint8)
    assert list(codes[[A, B, E, F]]) == [0, 0, 255, 0]
    assert codes[C] == 8 and 2 <= codes[D] < 8
    assert len(codes) == 6


def test_the_colours_of_a_criterion_tell_unknown_from_low(six) -> None:
    codes = np.frombuffer(colour_bytes(six, ViewState(measure="value.roads")), dtype=np.uint8)
    assert list(codes) == [2, 8, 5, 4, 255, 1]


def test_the_classes_of_the_map_hold_every_shown_area_once(many) -> None:
    classes = map_classes(many, ViewState())
    assert [(found.low, found.high, found.n_areas) for found in classes] == [
        (1, 10, 10),
        (11, 50, 40),
        (51, 100, 50),
        (101, 250, 150),
        (251, 500, 250),
        (501, 750, 250),
        (751, 1000, 250),
    ]
    assert sum(code_counts(many, ViewState()).values()) == 1000
    north = map_classes(many, ViewState(place=("North",)))
    assert sum(found.n_areas for found in north) == len(filtered_rows(many, ViewState(place=("North",))))


def test_the_first_rank_has_the_highest_class_however_few_there_are() -> None:
    assert list(class_of_rank(np.array([1.0, 2.0, np.nan]), 2)) == [8, 3, 1]
    assert list(class_of_rank(np.array([1.0]), 1)) == [8]


@pytest.mark.parametrize("n_ranked", [0, 1, 2, 3, 7, 19, 100, 401])
def test_colours_by_order_are_those_by_rank(n_ranked: int) -> None:
    order = np.random.default_rng(n_ranked).permutation(n_ranked + 2)[:n_ranked]
    rank = np.full(n_ranked + 2, np.nan)
    rank[order] = np.arange(1, n_ranked + 1)
    assert _codes_in_order(order, n_ranked + 2).tolist() == class_of_rank(rank, n_ranked).tolist()


def test_changes_tell_what_entered_the_top_and_the_land_in_it(six) -> None:
    assert changes(ranked_view(six, ViewState(profile="people"))) == Changes(False, 2, 1, 1, 50_000.0, 40_000.0)


def test_a_page_of_the_table_is_the_slice_asked_for(many) -> None:
    whole = table_page(many, ViewState(), 0, 500, "en").rows
    page = table_page(many, ViewState(), 100, 200, "en")
    assert page.rows == whole[100:200] and page.n_rows == 1000
    assert table_page(many, ViewState(), 990, 1100, "en").rows[-1]["rank"] == 1000
    assert table_page(many, ViewState(), 5000, 5100, "en").rows == []
    assert table_page(many, ViewState(), -5, 3, "en").rows == whole[:3]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", [A, B, C, F, D]),
        ("-name", [D, F, C, B, A]),
        ("area_m2", [A, B, C, D, F]),
        ("-area_m2", [F, D, C, B, A]),
        ("-people", [A, D, F, B, C]),
        ("nonsense", [C, B, D, F, A]),
        ("-rank", [A, F, D, B, C]),
    ],
)
def test_the_table_sorts_by_its_columns(six, sort: str, order: list[int]) -> None:
    assert list(list_order(six, ViewState(sort=sort))) == order


def test_a_name_stands_in_the_row_as_it_is_written(six) -> None:
    row = table_page(six, ViewState(text="beta"), 0, 1, "fr").rows[0]
    assert row["name"] == "Beta <b>road</b>"
    assert (row["place"], row["hazard_type"], row["score_text"], row["area_m2"]) == ("New Town, North", "CHA", "0,750", "2\u202fha")
    assert position_of(six, ViewState(), B) == 1 and position_of(six, ViewState(place=("South",)), B) is None


def test_an_area_without_a_name_is_called_by_its_id(six) -> None:
    assert table_page(six, ViewState(hazard_types=("not_stated",)), 0, 1, "en").rows[0]["name"] == "D"


def test_reasons_add_up_to_the_score(many) -> None:
    view = ranked_view(many, ViewState(weights=(("people", 20.0),)))
    for row in range(0, 1000, 97):
        answer = why(view, row)
        assert sum(reason.contribution for reason in answer.reasons) == pytest.approx(answer.score, abs=1e-8)


def test_reasons_speak_for_and_against_and_name_what_is_unknown(six) -> None:
    view = ranked_view(six, ViewState())
    alpha, zeta = why(view, A), why(view, F)
    assert [reason.criterion for reason in alpha.speaks_for] == ["people"]
    assert [reason.criterion for reason in alpha.against] == ["roads"]
    assert alpha.mover is not None and (alpha.mover.criterion, alpha.mover.rank) == ("roads", 2)
    assert [reason.criterion for reason in zeta.unknown] == ["roads"]
    assert (zeta.score, zeta.score_low, zeta.score_high) == (0.6, 0.3, 0.8)
    assert (zeta.rank, zeta.rank_best, zeta.rank_worst) == (4, 2, 5)


def test_an_area_that_is_not_ranked_says_so(six) -> None:
    answer = why(ranked_view(six, ViewState()), E)
    assert (answer.is_ranked, answer.reason_unranked, answer.rank, answer.mover) == (False, "released", None, None)


def test_every_profile_gives_the_area_its_rank(six) -> None:
    assert [(each.profile, each.rank) for each in profile_ranks(six, ViewState(), B)] == [("even", 2), ("people", 5)]
    assert [each.rank for each in profile_ranks(six, ViewState(), E)] == [None, None]


def test_neighbours_stand_around_the_area(six) -> None:
    view = ranked_view(six, ViewState())
    assert list(neighbours(view, D)) == [C, B, D, F, A]
    assert list(neighbours(view, E)) == []


def test_facts_name_unit_and_source_and_keep_unknown_unknown(six) -> None:
    roads = indicator_facts(ranked_view(six, ViewState()), F)[1]
    assert (roads.unit, roads.source, roads.date) == ("m", "Census", "2020")
    assert np.isnan(roads.value)


def test_histograms_count_every_known_value_once(many) -> None:
    for found in histograms(many).values():
        assert sum(found.counts) == 1000 and found.n_unknown == 0


def test_a_histogram_of_nothing_or_of_one_value_is_defined(six) -> None:
    snapshot = six.snapshot()
    snapshot.values["people"] = np.nan
    assert sum(histogram(snapshot, "people").counts) == 0
    snapshot.values["people"] = 3.0
    found = histogram(snapshot, "people")
    assert isinstance(found, Histogram) and (found.counts[0], found.low, found.high) == (6, 3.0, 3.0)


def test_the_page_offers_the_places_below_the_chosen_one(six) -> None:
    assert place_choices(six, ViewState()) == (("North", "South"), ())
    assert place_choices(six, ViewState(place=("North",))) == (("North", "South"), ("New Town", "Old Town"))


def test_the_page_offers_only_codes_that_occur(six) -> None:
    facts = screen(six, ViewState())
    assert facts.types == ("SHA", "CHA") and facts.statuses == ("open", "suspended", "released")
    assert (facts.people_label, facts.profile, facts.own_profile) == ("People", "even", "even")


def test_the_cache_keeps_the_most_recently_used() -> None:
    cache, made = RecentCache(view=2), []

    def ask(key: str) -> str:
        return cache.get("view", key, lambda: made.append(key) or key.upper())

    assert [ask(key) for key in "abaca"] == ["A", "B", "A", "C", "A"]
    assert made == ["a", "b", "c"]
    assert ask("b") == "B" and made == ["a", "b", "c", "b"] and cache.count("view") == 2
