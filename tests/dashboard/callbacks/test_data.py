"""The Data page: what an uploaded file would do and does, taking it back, quality, layers; and who may."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from flask import Flask
from werkzeug.exceptions import Forbidden

from dashboard.app import create_server
from dashboard.auth.roles import Role
from dashboard.callbacks.data import show_imports, show_indicators, show_layer, show_quality, show_stale
from dashboard.callbacks.data_import import do_commit, give_up, show_check, show_file
from dashboard.components.ids import Data
from dashboard.i18n import LANGUAGES, translate
from dashboard.pages import data
from dashboard.programme import Programme
from dashboard.server.settings import ServerSettings
from dashboard.services.importing import changes_since_build, chosen_profile, imports, try_undo, undo
from dashboard.services.layers import class_breaks, class_colour, draw_layer, spreads
from dashboard.services.uploads import find_upload, receive
from geodata.errors import FileError, GeodataError, LayerError

CSV = (
    "clave;Tipo;estado;observado;longitud;latitud\n"
    "NEW-1;sospechosa;open;2020-01-02;-123,6;-35\n"
    "NEW-2;minado;released;2021-01-02;-123,61;-35,01\n"
    ";sospechosa;open;;-123,62;-35,02\n"
)


@pytest.fixture
def served(example_programme: Programme, tmp_path: Path) -> Flask:
    """A server of a copy of the example country, to be changed."""
    folder = tmp_path / "programme"
    shutil.copytree(example_programme.directory, folder)
    return create_server(folder, settings=ServerSettings(secret=b"k" * 48))


@pytest.fixture
def programme(served: Flask) -> Programme:
    return served.extensions["landrelease"]


@pytest.fixture
def sent(programme: Programme) -> dict[str, str]:
    """A file of three rows that has arrived: one without an id, one type that is not known."""
    upload = receive(programme.directory, io.BytesIO(CSV.encode()), "zonas nuevas.csv", "someone", 0.0)
    return {"id": upload.id, "name": upload.name}


def base_of(answer: Any, parts: Callable[[Any], list[Any]]) -> dict[str, Any]:
    return next(part.data for part in parts(answer.mapping) if getattr(part, "id", None) == Data.BASE)


def choices_of(answer: Any, parts: Callable[[Any], list[Any]], **changes: str) -> list[Any]:
    """What the selectors of a mapping hold, as the browser sends it; ``changes``: column -> field."""
    found = parts(answer.mapping)
    base = base_of(answer, parts)
    fields = {
        part.id["place"]: part.value
        for part in found
        if isinstance(getattr(part, "id", None), dict) and part.id["type"] == "data-edit-column"
    }
    codes = [part for part in found if isinstance(getattr(part, "id", None), dict) and part.id["type"] == "data-edit-code"]
    chosen = [changes.get(base["columns"][place], fields[place]) for place in sorted(fields)]
    return [base, chosen, [part.value for part in codes], "", False, False, [part.id for part in codes], "hazard_areas", None]


def test_a_file_is_previewed_checked_imported_and_taken_back(served, programme, sent, request_on, parts, words) -> None:
    with request_on("/", served, role=Role.ANALYST):
        answer = show_file(sent, "hazard_areas", None, "", None, "")
        said = words([answer.head, answer.mapping])
        assert "zonas nuevas.csv" in said and "rows: 3" in said and "-123,6" in said
        choices = choices_of(answer, parts, clave="area_id")
        place = next(n for n, slot in enumerate(choices[6]) if choices[0]["codes"][slot["field"]][slot["place"]] == "minado")
        choices[2][place] = "CHA"
        checked = show_check(*choices, sent, "")
        assert "Of 3 rows, 2 would be added" in words(checked.parts) and "1 are refused" in words(checked.parts)
        assert "1 rows have no id" in words(checked.parts)
        assert (len(checked.outlines["features"]), checked.is_barred) == (2, False)
        assert checked.view["bounds"] == pytest.approx([-123.61, -35.01, -123.6, -35.0])
        done = do_commit(1, *choices, sent, "new survey", "", 3, "")
        assert "Of 3 rows, 2 were added" in words(done.result) and (done.upload, done.changed) == (None, 4)
        latest = imports(programme)[0]
        assert (latest.source_file, latest.author, latest.reason, latest.n_events) == ("zonas nuevas.csv", "someone", "new survey", 2)
        assert latest.import_id in words(done.result) and latest.import_id in words(show_imports(0, ""))
        assert "since the list was built: 2" in words(show_stale(0, ""))
    with closing(programme.open_registry()) as registry:
        rows = registry.read("hazard_areas").set_index("area_id")
    assert rows.loc[["NEW-1", "NEW-2"], "hazard_type"].tolist() == ["SHA", "CHA"]
    counts = try_undo(programme, latest.import_id, "someone")
    assert (counts.removed, counts.updated) == (2, 0)
    with pytest.raises(GeodataError, match="needs a reason"):
        undo(programme, latest.import_id, "someone", "  ")
    undo(programme, latest.import_id, "someone", "a test")
    assert [entry.undoes for entry in imports(programme)[:2]] == [latest.import_id, ""]
    with request_on("/", served, role=Role.ANALYST):
        assert "taken back" in words(show_imports(0, ""))
    with pytest.raises(FileError, match="no longer here"):
        find_upload(programme.directory, sent["id"], "someone")


def test_a_changed_mapping_counts_and_two_columns_cannot_be_one_field(served, sent, request_on, parts, words) -> None:
    with request_on("/", served, role=Role.ANALYST):
        answer = show_file(sent, "hazard_areas", None, "", None, "")
        choices = choices_of(answer, parts, clave="", observado="")
        refused = show_check(*choices, sent, "")
        assert refused.is_barred and "Nothing of this file can be imported" in words(refused.parts)
        assert "Each record needs an area_id" in words(refused.parts) and refused.outlines["features"] == []
        double = show_check(*choices_of(answer, parts, clave="area_id", estado="area_id"), sent, "")
    assert double.is_barred and "Each field takes one column, but area_id is given to several (clave, estado)." in words(double.parts)


def test_a_mapping_is_kept_under_a_name_and_offered_again(served, programme, sent, request_on, parts, words) -> None:
    with request_on("/", served, role=Role.ANALYST):
        choices = choices_of(show_file(sent, "hazard_areas", None, "", None, ""), parts, clave="area_id")
        wrong = do_commit(1, *choices, sent, "", "Mi Perfil", 0, "")
        assert "cannot name a profile" in words(wrong.result) and type(wrong.upload).__name__ == "NoUpdate"
        do_commit(1, *choices, sent, "", "authority-2025", 0, "")
        options = next(part.data for part in parts(data.layout()) if getattr(part, "id", None) == Data.PROFILE)
    assert [option["value"] for option in options] == ["", "authority-2025"]
    again = receive(programme.directory, io.BytesIO(CSV.encode()), "otra.csv", "someone", 0.0)
    with request_on("/", served, role=Role.ANALYST):
        answer = show_file({"id": again.id, "name": "otra.csv"}, "hazard_areas", None, "authority-2025", None, "")
    assert base_of(answer, parts)["profile"]["columns"]["clave"] == "area_id"


def test_a_file_that_cannot_be_read_keeps_its_own_name_and_bars_the_import(served, programme, request_on, parts, words) -> None:
    upload = receive(programme.directory, io.BytesIO(b"PK\x03\x04broken"), "datos.zip", "someone", 0.0)
    with request_on("/", served, role=Role.ANALYST):
        answer = show_file({"id": upload.id}, "hazard_areas", None, "", None, "")
        assert "datos.zip is a damaged or incomplete zip archive." in words(answer.head) and upload.path.name not in words(answer.head)
        assert show_check(base_of(answer, parts), [], [], "", False, False, [], "hazard_areas", None, {"id": upload.id}, "").is_barred
        assert give_up(1, {"id": upload.id}) is None
        assert "no longer here" in words(show_file({"id": upload.id}, "hazard_areas", None, "", None, "").head)


def test_the_first_of_several_layers_is_shown_and_another_can_be_chosen(served, programme, request_on, parts, tmp_path) -> None:
    import zipfile

    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", CSV)
        archive.writestr("b.csv", "area_id;name\nB-1;x\n")
    upload = receive(programme.directory, io.BytesIO(path.read_bytes()), "two.zip", "someone", 0.0)
    with request_on("/", served, role=Role.ANALYST):
        first = show_file({"id": upload.id}, "hazard_areas", "layer of another file", "", None, "")
        assert ([option["value"] for option in first.layers], first.layer, first.has_one_layer) == (["a.csv", "b.csv"], "a.csv", False)
        second = show_file({"id": upload.id}, "hazard_areas", "b.csv", "", base_of(first, parts), "")
    assert base_of(second, parts)["columns"] == ["area_id", "name"]


def test_a_viewer_sees_imports_and_quality_and_can_change_nothing(served, sent, request_on, parts, words) -> None:
    with request_on("/", served):
        ids = {str(part.id) for part in parts(data.layout()) if getattr(part, "id", None)}
        assert not {each for each in ids if "data-edit" in each}
        assert "need the role of an analyst" in words(data.layout())
        listed = show_imports(0, "")
        assert "hazard_areas.gpkg" in words(listed) and "Take back" not in words(listed)
        for act in (
            lambda: show_file(sent, "hazard_areas", None, "", None, ""),
            lambda: show_check({}, [], [], "", False, False, [], "hazard_areas", None, sent, ""),
            lambda: do_commit(1, {}, [], [], "", False, False, [], "hazard_areas", None, sent, "", "", 0, ""),
            lambda: give_up(1, sent),
        ):
            with pytest.raises(Forbidden):
                act()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tab", data.TABS)
def test_each_tab_speaks_each_language(request_on, words, tab: str, language: str) -> None:
    with request_on("/", role=Role.ANALYST):
        said = words(data.layout(tab=tab, lang=language))
    assert translate("frame.warning", language) in said and translate("frame.fictional", language) in said
    assert translate(f"data.tab.{tab}", language) in said


def test_the_quality_is_that_of_check_and_every_province_has_a_row(example_server, request_on, words) -> None:
    programme = example_server.extensions["landrelease"]
    found = programme.check()
    with request_on("/"):
        said = words(show_quality(0, ""))
    assert all(each.message in said for each in found.findings)
    assert all(name in said for name in found.scorecard["admin1"] if name not in ("", "*"))


def test_every_layer_is_drawn_or_says_why_not(example_server, request_on, words) -> None:
    config = example_server.extensions["landrelease"].config
    with request_on("/"):
        for layer in config.layers:
            said = words(show_layer(layer.id, ""))
            assert layer.source in said and layer.licence in said
            assert ("is secret" in said) == (layer.sensitivity == "secret")
            assert ("joined by a code" in said) == (layer.kind == "table")
        assert show_layer("nothing", "") is None


def test_a_raster_is_a_picture_in_classes_and_an_outline_stays_where_it_is(example_server) -> None:
    programme = example_server.extensions["landrelease"]
    people = draw_layer(programme, "population")
    assert people.picture.startswith("data:image/png;base64,") and 4 <= len(people.breaks) <= 8
    assert people.breaks[0] == 0 and list(people.breaks) == sorted(people.breaks)
    land = draw_layer(programme, "land")
    assert land.box is not None and people.box is not None
    assert shapely.box(*people.box).contains(shapely.box(*land.box))
    with pytest.raises(LayerError, match="There is no layer"):
        draw_layer(programme, "../secret")


def test_outlines_have_the_colour_of_their_class_and_the_legend_names_it(example_server, request_on, words) -> None:
    programme = example_server.extensions["landrelease"]
    fields = draw_layer(programme, "land_use")
    assert "rainfed cropland" in fields.classes and len(fields.classes) <= 7
    assert len(fields.class_of) == len(fields.outlines)
    assert set(fields.class_of) >= {0, 1}
    assert draw_layer(programme, "communes").classes == ()
    with request_on("/"):
        said = words(show_layer("land_use", ""))
    assert all(name in said for name in fields.classes)
    assert len({class_colour(number) for number in range(-1, 7)}) == 8


@pytest.mark.parametrize(
    ("values", "breaks"),
    [
        ([0.0] * 90 + [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [0, 1, 2.5, 4, 5.5, 7, 8.5, 10]),
        (list(range(71)), [0, 10, 20, 30, 40, 50, 60, 70]),
        ([3.0, 3.0], [3]),
        ([1.0, 2.0], [1, 2]),
    ],
    ids=["mostly zero", "even", "one value", "two values"],
)
def test_classes_hold_about_as_many_values_each(values: list[float], breaks: list[float]) -> None:
    assert class_breaks(np.array(values, float)).tolist() == pytest.approx(breaks)


def test_known_and_unknown_of_an_indicator_make_up_all_areas(example_server, request_on, words) -> None:
    programme = example_server.extensions["landrelease"]
    snapshot = programme.snapshot()
    for spread in spreads(programme):
        known = int(np.isfinite(snapshot.values[spread.info.id]).sum())
        assert (spread.n_known, spread.n_areas) == (known, snapshot.n_areas)
        assert sum(spread.histogram.counts) == known and spread.histogram.n_unknown == snapshot.n_areas - known
    with request_on("/"):
        said = words(show_indicators(0, ""))
    assert all(info.label["en"] in said for info in snapshot.indicators.values())
    # how rows were joined, and how much of a gain in access no record proves
    assert "Rows joined" in said and "From inferred closures" in said


def test_a_mapping_that_is_none_is_refused() -> None:
    with pytest.raises(FileError, match="The mapping cannot be used"):
        chosen_profile({"separator": "too long"}, {}, {}, "hazard_areas")
    profile = chosen_profile(
        {"columns": {"a": "name"}, "codes": {"status": {"x": "open"}}},
        {"a": "lon", "b": "lat", "c": "area_id"},
        {"status": {"y": "closed", "z": ""}},
        "hazard_areas",
    )
    assert (profile.x, profile.y, profile.columns, profile.codes) == ("a", "b", {"c": "area_id"}, {"status": {"x": "open", "y": "closed"}})


def test_a_programme_without_records_says_what_belongs_here(tmp_path: Path, request_on, words) -> None:
    (tmp_path / "config.yaml").write_text("programme: {name: {en: Empty}, country: Nowhere}\n", encoding="utf-8")
    server = create_server(tmp_path, settings=ServerSettings(secret=b"k" * 48))
    with request_on("/", server, role=Role.ANALYST):
        assert "Nothing has been imported yet" in words(show_imports(0, "")) and "Nothing has been imported yet" in words(
            show_quality(0, "")
        )
        assert "not been built" in words(show_stale(0, "")) and "no context layers" in words(data.layout(tab="layers"))
        assert translate("frame.warning", "en") in words(data.layout())
        assert changes_since_build(server.extensions["landrelease"]) is None
        assert not (tmp_path / "registry.sqlite").exists()
