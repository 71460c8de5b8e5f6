"""Look-up: what page, callbacks and sheet say of a place, and who may ask what."""

from __future__ import annotations

import io
import json
from contextlib import closing

import pytest
import shapely
from werkzeug.exceptions import Forbidden

from dashboard.auth.roles import Role
from dashboard.callbacks.lookup import show_answer, take_typed, take_upload
from dashboard.components.ids import Lookup
from dashboard.i18n import LANGUAGES, translate
from dashboard.pages import lookup, lookup_sheet
from dashboard.services.lookups import answer
from dashboard.services.place_text import MAX_CORNERS, place_to_text, text_to_place
from dashboard.services.uploads import find_upload, receive


@pytest.fixture
def programme(example_server):
    return example_server.extensions["landrelease"]


@pytest.fixture
def shape(programme) -> str:
    """A square around an open area with an outline."""
    areas = programme.snapshot().areas
    row = areas.index[(areas["status"] == "open") & (areas.geometry.geom_type == "Polygon")][0]
    text = place_to_text(shapely.box(*areas.geometry.at[row].buffer(0.001).bounds))
    assert text is not None
    return text


def test_the_answer_says_what_the_registry_says_and_shows_the_place(request_on, shape: str, programme, words) -> None:
    found = answer(programme, text_to_place(shape), None)
    with request_on("/"):
        content, outline, view = show_answer(shape, "", "")
    said = words(content)
    assert found.answer == "suspected_now" and translate("lookup.answer.suspected_now", "en") in said
    assert all(area.area_id in said for area in found.areas) and all(caveat.text in said for caveat in found.caveats)
    assert [feature["properties"] for feature in outline["features"]] == [{"look": "place"}]
    west, south, east, north = view["bounds"]
    assert shapely.box(west, south, east, north).contains(text_to_place(shape))


def test_a_place_in_the_sea_has_no_record_and_the_warning(request_on, words) -> None:
    with request_on("/"):
        said = words(show_answer("area:0,0,0.1,0,0.1,0.1", "", "lang=fr")[0])
    assert translate("lookup.answer.no_record", "fr") in said
    assert translate("lookup.caveat.no_record_is_no_proof", "fr") in said


def test_the_day_decides_which_state_is_asked(request_on, shape: str, words) -> None:
    with request_on("/"):
        said = words(show_answer(shape, "1950-01-01", "")[0])
    assert translate("lookup.answer.no_record", "en") in said and "Jan 1, 1950" in said


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ("area:1,2", "no list of longitudes"),
        ("circle:1", "neither area"),
        ("area:500,0,501,0,501,1", "longitude"),
        ("upload:" + "0" * 32, "no longer here"),
    ],
)
def test_a_place_that_cannot_be_read_is_told(request_on, words, shape: str, reason: str) -> None:
    with request_on("/"):
        assert reason in words(show_answer(shape, "", "")[0])
        assert reason in words(lookup_sheet.layout(shape=shape))


def test_nothing_asked_says_what_belongs_here(request_on, words) -> None:
    with request_on("/"):
        content, outline, _ = show_answer("", "", "")
    assert translate("lookup.ask_title", "en") in words(content) and outline["features"] == []


def test_typed_coordinates_become_the_place_or_say_what_is_wrong(request_on, words) -> None:
    with request_on("/"):
        assert take_typed(1, "1, 2\n3, 4\n5, 7", "") == ("area:1,2,3,4,5,7", None)
        unchanged, notice = take_typed(1, "somewhere", "")
    assert type(unchanged).__name__ == "NoUpdate" and "Each line must be a longitude" in words(notice)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_and_sheet_speak_each_language_and_warn(request_on, words, language: str, shape: str) -> None:
    with request_on("/"):
        page, sheet = words(lookup.layout(lang=language)), words(lookup_sheet.layout(shape=shape, lang=language))
    for said in (page, sheet):
        assert translate("frame.warning", language) in said and translate("frame.fictional", language) in said
    assert translate("print.signature", language) in sheet and translate("lookup.answer.suspected_now", language) in sheet


def test_the_sheet_holds_back_small_counts_of_people(request_on, programme, words) -> None:
    with closing(programme.open_registry()) as registry:
        accidents = registry.read("accidents")
    hurt = accidents[(accidents["injured_men"] == 1) & accidents.geometry.notna()]
    shapes = [f"point:{place.x:.6f},{place.y:.6f}" for place in hurt.geometry]
    shape = next(
        each for each in shapes if 0 < sum(near.n_injured or 0 for near in answer(programme, text_to_place(each), None).accidents) < 5
    )
    with request_on("/", role=Role.ADMIN):
        screen, sheet = words(show_answer(shape, "", "")[0]), words(lookup_sheet.layout(shape=shape))
    assert "Injured: fewer than 5" in sheet and "Injured: fewer than 5" not in screen
    with request_on("/"):
        assert "fewer than 5" in words(show_answer(shape, "", "")[0])


def test_only_those_who_may_import_are_offered_a_file(request_on, parts) -> None:
    def ids() -> set[str]:
        return {str(part.id) for part in parts(lookup.layout()) if getattr(part, "id", None)}

    with request_on("/", role=Role.ANALYST):
        assert {Lookup.UPLOAD, Lookup.CRS, Lookup.UPLOAD_NOTICE} <= ids()
    with request_on("/"):
        assert not {each for each in ids() if each.startswith("lookup-edit")}
        with pytest.raises(Forbidden):
            take_upload({"id": "0" * 32}, None, "")


def test_a_file_becomes_a_place_in_the_address_and_goes(request_on, programme, shape: str) -> None:
    ring = shapely.box(10, 10, 11, 11)
    geojson = json.dumps({"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(ring)}).encode()
    upload = receive(programme.directory, io.BytesIO(geojson), "parcel.geojson", "someone", 0.0)
    with request_on("/", role=Role.ANALYST):
        text, notice = take_upload({"id": upload.id}, None, "")
    assert (text, notice) == ("area:11,10,11,11,10,11,10,10", None)
    with pytest.raises(Exception, match="no longer here"):
        find_upload(programme.directory, upload.id, "someone")


def test_a_file_with_too_many_corners_stays_and_is_named_by_the_address(request_on, programme, words) -> None:
    round_place = shapely.Point(10, 10).buffer(0.5, quad_segs=MAX_CORNERS)
    geojson = json.dumps({"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(round_place)}).encode()
    upload = receive(programme.directory, io.BytesIO(geojson), "lake.geojson", "someone", 0.0)
    with request_on("/", role=Role.ANALYST):
        text, _ = take_upload({"id": upload.id}, "EPSG:4326", "")
        assert text == f"upload:{upload.id}:EPSG:4326"
        assert translate("lookup.answer.no_record", "en") in words(show_answer(text, "", "")[0])


def test_a_file_that_is_no_place_is_refused_under_its_own_name(request_on, programme, words) -> None:
    upload = receive(programme.directory, io.BytesIO(b"a,b\n1,2\n"), "list.csv", "someone", 0.0)
    with request_on("/", role=Role.ANALYST):
        unchanged, notice = take_upload({"id": upload.id}, None, "")
    assert type(unchanged).__name__ == "NoUpdate"
    assert "list.csv holds no outline, line or point." in words(notice) and upload.path.name not in words(notice)
