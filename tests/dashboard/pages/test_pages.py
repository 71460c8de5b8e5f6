"""Pages: each is made in every language, says what it must, and shows text of records as text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from dash import html

from dashboard.app import create_server
from dashboard.components.ids import Area, Frame, Priorities
from dashboard.components.page import Page
from dashboard.i18n import LANGUAGES, translate
from dashboard.pages import area, data, jobs, lookup, lookup_sheet, method, not_found, printed, priorities, visits
from dashboard.pages.query import query_of
from dashboard.server.settings import ServerSettings
from dashboard.services.priority_list import not_estimated
from dashboard.state import format_state, parse_state

LAYOUTS = {
    "priorities": priorities.layout, "method": method.layout, "print": printed.layout, "not_found": not_found.layout,
    "data": data.layout, "lookup": lookup.layout, "lookup_sheet": lookup_sheet.layout, "jobs": jobs.layout,
    "visits": visits.layout,
}  # fmt: skip
_TEXT_PROPS = {"children", "title", "label", "aria-label", "placeholder", "description"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LAYOUTS)
def test_each_page_speaks_each_language(name: str, language: str, request_on, words) -> None:
    with request_on("/"):
        said = words(LAYOUTS[name](lang=language))
    assert translate("frame.warning", language) in said
    assert translate("frame.fictional", language) in said


def test_a_page_in_arabic_is_written_from_right_to_left(request_on, parts) -> None:
    with request_on("/"):
        frame = next(part for part in parts(priorities.layout(lang="ar")) if "frame" in str(getattr(part, "className", "")).split())
    assert (frame.dir, frame.lang) == ("rtl", "ar")


def test_ids_stand_once_on_a_page(request_on, parts) -> None:
    for layout in LAYOUTS.values():
        with request_on("/"):
            ids = [str(part.id) for part in parts(layout()) if getattr(part, "id", None)]
        assert len(ids) == len(set(ids))


def test_every_control_of_the_priorities_page_is_there(request_on, parts) -> None:
    with request_on("/"):
        ids = {str(part.id) for part in parts(priorities.layout()) if getattr(part, "id", None)}
    wanted = {value for name, value in vars(Priorities).items() if name.isupper() and isinstance(value, str)}
    inside = {Priorities.MAP, Priorities.PRINT_MAP, Priorities.WHICH_IN, Priorities.WHICH_OUT, Priorities.CLEAR_TOO, Priorities.WHY_CLOSE}
    inside.add(Priorities.CAREFUL_GO)
    assert wanted - inside - ids == set()
    assert f"{Priorities.MAP}-leaflet" in ids
    assert {Frame.LANGUAGE, Frame.THEME, Frame.HELP} <= ids


def test_every_input_is_named_for_those_who_cannot_see_it(request_on, parts) -> None:
    with request_on("/"):
        found = parts(priorities.layout())
    for part in found:
        kind = type(part).__name__
        props = part.to_plotly_json()["props"]
        inner = (props.get("attributes") or {}).get("input", {}) | (props.get("attributes") or {}).get("root", {})
        if kind in ("Select", "TextInput", "MultiSelect", "ActionIcon"):
            assert props.get("label") or inner.get("aria-label"), props.get("id")
        if kind == "Slider":
            assert props["thumbLabel"]


def test_the_view_of_the_address_stands_in_the_page(request_on, parts) -> None:
    query = "profile=authority&type=SHA&lang=es&sort=-score&theme=dark"
    with request_on("/?" + query):
        found = parts(priorities.layout(profile="authority", type="SHA", lang="es", sort="-score", theme="dark"))
    view = next(part.data for part in found if getattr(part, "id", None) == Priorities.VIEW)
    assert view == format_state(parse_state(query))
    assert next(part for part in found if getattr(part, "id", None) == Priorities.TYPES).value == ["SHA"]
    assert next(part for part in found if getattr(part, "id", None) == Frame.PROVIDER).forceColorScheme == "dark"


@pytest.mark.parametrize(
    "address",
    [{"scenario": "none"}, {"profile": "none"}, {"w.none": "4"}, {"q": "\x00<script>", "at": "x"}, {"page": "-1", "type": "?"}],
    ids=str,
)
def test_any_address_gives_a_page(address: dict[str, str], request_on, words) -> None:
    with request_on("/"):
        for layout in (priorities.layout, printed.layout, method.layout):
            assert translate("frame.warning", "en") in words(layout(**address))
        assert translate("frame.warning", "en") in words(area.layout("no such area", **address))


def test_the_area_page_tells_every_value_with_its_source(example_server, request_on, words) -> None:
    snapshot = example_server.extensions["landrelease"].snapshot()
    with request_on("/"):
        said = words(area.layout(snapshot.areas["area_id"].iat[0]))
    for info in snapshot.indicators.values():
        assert info.label["en"] in said
        assert (info.layer or "the area's own record") in said and (info.source or "–") in said
    assert "Why this rank" in said and "History" in said and "Rank under every profile" in said


def test_the_area_page_of_an_unknown_area_says_what_to_do(request_on, words) -> None:
    with request_on("/"):
        assert "search for it in the list" in words(area.layout("HA-none"))


def test_names_with_markup_are_children_and_never_html(example_server, request_on, parts) -> None:
    areas = example_server.extensions["landrelease"].snapshot().areas
    nasty = areas[areas["name"].fillna("").str.contains("<", regex=False)]
    assert len(nasty), "the example country holds names with markup"
    for area_id, name in zip(nasty["area_id"], nasty["name"], strict=True):
        with request_on("/"):
            found = parts(area.layout(area_id))
        holders = [part for part in found if getattr(part, "children", None) == name]
        assert any(isinstance(part, html.Bdi) for part in holders)
        assert not [part for part in found if type(part).__name__ in ("Markdown", "DangerouslySetInnerHTML")]


def test_the_method_page_names_author_bounds_licence_and_what_is_missing(example_server, request_on, words) -> None:
    config = example_server.extensions["landrelease"].config
    with request_on("/method"):
        said = words(method.layout())
    assert all(profile.author in said for profile in config.profiles)
    assert all(criterion.bounds_reason in said for criterion in config.criteria)
    assert all(layer.licence in said and layer.source in said for layer in config.layers)
    programme = example_server.extensions["landrelease"]
    missing = not_estimated(programme.snapshot(), config.firmness, programme.estimates())
    assert missing == ("beneficiaries_direct", "beneficiaries_indirect")
    assert all(translate(f"fact.{name}", "en") in said for name in missing)
    assert "Firmness of the rank" not in said


def test_the_navigation_names_only_pages_that_exist(request_on, parts) -> None:
    with request_on("/"):
        links = [part for part in parts(method.layout()) if "nav-link" in str(getattr(part, "className", ""))]
    assert [link.children for link in links] == ["Priorities", "Next visits", "Data", "Look-up", "Which first?", "Method"]


def test_a_programme_without_data_says_what_brings_them(tmp_path: Path, request_on, words) -> None:
    (tmp_path / "config.yaml").write_text("programme: {name: {en: Empty}, country: Nowhere}\n", encoding="utf-8")
    server = create_server(tmp_path, settings=ServerSettings(secret=b"k" * 48))
    for layout in (priorities.layout, printed.layout, method.layout, lookup.layout, lambda: area.layout("HA-1")):
        with request_on("/", server):
            assert translate("frame.warning", "en") in words(layout())
    with request_on("/", server):
        said = words(priorities.layout())
    assert "landrelease build" in said and translate("state.nothing_built_title", "en") in said


def test_the_language_of_the_browser_counts_where_the_address_names_none(example_server) -> None:
    with example_server.test_request_context("/", headers={"Accept-Language": "fr"}):
        assert Page.of_request("").language == "fr"
        assert Page.of_request("lang=ar").language == "ar"
        assert Page.of_request("lang=zz").language == "fr"


def test_arguments_of_a_layout_become_the_query_again() -> None:
    assert parse_state(query_of({"type": ["SHA", "CHA"], "q": "a&b=c", "w.people": "4"})) == parse_state(
        "type=SHA&type=CHA&q=a%26b%3Dc&w.people=4"
    )


def test_the_map_of_the_area_page_has_an_id_of_its_own(example_server, request_on, parts) -> None:
    with request_on("/"):
        ids = {
            str(getattr(part, "id", ""))
            for part in parts(area.layout(example_server.extensions["landrelease"].snapshot().areas["area_id"].iat[0]))
        }
    assert Area.MAP in ids


def test_the_map_of_the_area_page_shows_the_whole_area_and_no_closer_than_before(example_server, request_on, parts) -> None:
    areas = example_server.extensions["landrelease"].snapshot().areas
    row = areas.index[areas.geometry.notna() & areas["lat"].notna()][0]
    with request_on("/"):
        found = parts(area.layout(areas.at[row, "area_id"]))
    drawn = next(part for part in found if getattr(part, "id", None) == Area.MAP)
    settings = json.loads(getattr(drawn, "data-settings"))
    assert settings["fit"] == list(areas.geometry.at[row].bounds)
    assert settings["view"]["zoom"] == 13
