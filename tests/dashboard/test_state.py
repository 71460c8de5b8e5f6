"""The view in the URL: it returns as it was, and no text breaks it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.state import ViewState, address, format_state, parse_state

anything = st.text(max_size=40)
many = st.lists(anything, max_size=5).map(tuple)
numbers = st.one_of(st.none(), st.floats())

states = st.builds(
    ViewState,
    preset=st.sampled_from(["", "imsma_ng", "impact_survey", "other"]),
    scenario=anything,
    profile=anything,
    weights=st.lists(st.tuples(st.from_regex(r"[a-z_0-9]{1,12}", fullmatch=True), st.floats()), max_size=6).map(tuple),
    locked=many,
    place=many,
    hazard_types=many,
    statuses=many,
    classes=many,
    tasked=st.sampled_from(["", "yes", "no", "perhaps"]),
    text=anything,
    moved=st.sampled_from(["", "in", "out", "?"]),
    likely=st.one_of(anything, st.from_regex(r"[0-9]{1,3}-[0-9]{1,3}", fullmatch=True)),
    actions=many,
    area=anything,
    measure=anything,
    hidden_layers=many,
    latitude=numbers,
    longitude=numbers,
    zoom=numbers,
    sort=st.sampled_from(["", "name", "-score", "drop table"]),
    page=st.integers(-5, 10**9),
    language=st.sampled_from(["", "en", "ar", "zh-Hant", "../x"]),
    theme=st.sampled_from(["", "light", "dark", "pink"]),
)


@given(states)
def test_a_view_written_to_a_url_reads_back_the_same(state: ViewState) -> None:
    assert parse_state(format_state(state)) == state
    assert parse_state("?" + format_state(state)) == state


@given(st.text(max_size=400))
def test_any_text_gives_a_view_that_reads_back_the_same(query: str) -> None:
    state = parse_state(query)
    assert parse_state(format_state(state)) == state


@given(st.sampled_from(["w.a=", "at=", "page=", "sort=", "lang="]), st.text(max_size=60))
def test_any_value_of_a_known_name_gives_a_view(name: str, value: str) -> None:
    state = parse_state(name + value)
    assert all(math.isfinite(points) and 0 <= points <= 100 for _, points in state.weights)
    assert parse_state(format_state(state)) == state


def test_the_empty_query_is_the_default_view() -> None:
    assert parse_state("") == ViewState()
    assert format_state(ViewState()) == ""
    assert address("/", ViewState()) == "/"


def test_equal_views_give_equal_text() -> None:
    one = ViewState(weights=(("b", 2.0), ("a", 1)), hazard_types=("SHA", "CHA", "SHA"))
    other = ViewState(weights=(("a", 1.0), ("b", 2)), hazard_types=("CHA", "SHA"))
    assert one == other
    assert format_state(one) == "type=CHA&type=SHA&w.a=1&w.b=2"


def test_a_full_query_is_understood() -> None:
    state = parse_state(
        "preset=imsma_ng&scenario=base&profile=donor&w.people=40&w.roads=0&lock=roads&place=North&place=Old%20Town&type=SHA&status=open"
        "&class=must_do&tasked=no&q=El+Salto&moved=in&likely=20-80&next=ts&next=nts&area=HA-7&colour=score"
        "&hide=roads&at=4.5,-72.25,9&sort=-score&page=3"
        "&lang=es&theme=dark"
    )
    assert state == ViewState(
        preset="imsma_ng", scenario="base", profile="donor", weights=(("people", 40.0), ("roads", 0.0)), locked=("roads",),
        place=("North", "Old Town"), hazard_types=("SHA",), statuses=("open",), classes=("must_do",), tasked="no",
        text="El Salto", moved="in", likely="20-80", actions=("nts", "ts"), area="HA-7", measure="score",
        hidden_layers=("roads",), latitude=4.5,
        longitude=-72.25, zoom=9.0, sort="-score", page=3, language="es", theme="dark",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["w.people=nan", "w.people=inf", "w.people=x", "w.=3", "at=1,2", "at=a,b,c", "page=-1"])
def test_what_is_not_understood_is_left_out(text: str) -> None:
    assert parse_state(text) == ViewState()


@pytest.mark.parametrize(
    ("text", "kept"),
    [("20-80", "20-80"), ("80-20", "20-80"), ("0-0", "0-0"), ("07-999", "7-100"), ("0-100", ""), ("-5-3", ""), ("20", ""), ("٢-٨", "")],
)
def test_a_range_of_likelihood_runs_from_the_lower_per_cent_and_is_no_filter_where_it_leaves_everything(text: str, kept: str) -> None:
    state = ViewState(likely=text)
    assert state.likely == kept and state.is_filtered == bool(kept)


def test_points_are_kept_between_0_and_100() -> None:
    assert parse_state("w.a=-3&w.b=1e9").points == {"a": 0.0, "b": 100.0}


def test_the_list_and_the_colours_do_not_depend_on_where_the_map_stands() -> None:
    state = ViewState(profile="donor", weights=(("a", 3.0),), text="x", area="HA-1", zoom=3, latitude=1, longitude=1, theme="dark")
    assert state.of_list() == ViewState(profile="donor", weights=(("a", 3.0),))
    assert state.of_colours() == ViewState(profile="donor", weights=(("a", 3.0),), text="x")
    assert state.is_filtered and not state.without_filters().is_filtered
