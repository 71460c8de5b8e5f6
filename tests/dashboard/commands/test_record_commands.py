"""Commands on the registry: what happened, take it back, copy it, put it back."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pyogrio
import pytest

from dashboard.cli import main

FEATURE = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [-30.0, 1.0]}}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new programme with two imports of one hazard area; not to be changed."""
    folder = tmp_path_factory.mktemp("filled") / "programme"
    assert main(["new", str(folder), "--quiet"]) == 0
    for status in ("open", "released"):
        properties = {"area_id": "HA-1", "name": "=Place", "hazard_type": "SHA", "status": status}
        areas = folder.parent / f"{status}.geojson"
        areas.write_text(json.dumps({"type": "FeatureCollection", "features": [{**FEATURE, "properties": properties}]}), encoding="utf-8")
        arguments = ["import", str(areas), "--table", "hazard_areas", "--programme", str(folder), "--author", "Ana", "--quiet"]
        assert main(arguments) == 0
    return folder


@pytest.fixture
def programme(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "programme"))


@pytest.fixture
def answer(programme: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command with --json: its status and its result."""

    def run(*arguments: str) -> tuple[int, Any]:
        capsys.readouterr()
        status = main([*arguments, "--programme", str(programme), "--json"])
        return status, json.loads(capsys.readouterr().out)

    return run


def test_the_history_of_an_area_tells_each_change(answer: Any) -> None:
    status, result = answer("history", "HA-1")
    assert status == 0
    first, second = result["events"]
    assert first["changes"]["status"] == [None, "open"]
    assert second["changes"] == {"status": ["open", "released"]}
    assert (second["author"], second["source_file"]) == ("Ana", "released.geojson")
    assert second["previous_hash"] == first["hash"]


def test_a_record_that_never_was_ends_with_1(answer: Any) -> None:
    assert answer("history", "HA-2") == (1, {"events": [], "imports": None})


def test_an_import_is_taken_back_and_stays_in_the_history(answer: Any) -> None:
    last = answer("history")[1]["imports"][-1]
    assert answer("undo", last["import_id"], "--dry-run")[1]["updated"] == 1
    status, result = answer("undo", last["import_id"], "--reason", "wrong file")
    assert (status, result["updated"], result["removed"]) == (0, 1, 0)
    assert answer("history", "HA-1")[1]["events"][-1]["changes"] == {"status": ["released", "open"]}
    assert answer("history")[1]["imports"][-1]["undoes"] == last["import_id"]


def test_an_import_that_later_ones_depend_on_is_not_taken_back(answer: Any) -> None:
    first = answer("history")[1]["imports"][0]
    status, result = answer("undo", first["import_id"])
    assert status == 1
    assert "HA-1" in result["error"]["message"]


def test_a_backup_brings_back_what_was_lost(answer: Any, programme: Path, tmp_path: Path) -> None:
    archive = tmp_path / "backup.zip"
    before = answer("audit")[1]
    assert answer("backup", str(archive))[1]["head"] == before["head"]
    (programme / "registry.sqlite").unlink()
    assert answer("restore", str(archive))[0] == 0
    assert answer("audit") == (0, before)
    status, result = answer("restore", str(archive))
    assert status == 1
    assert "There is a registry at" in result["error"]["message"]


def test_the_published_copy_opens_in_gdal(answer: Any, programme: Path) -> None:
    status, result = answer("publish")
    assert (status, result["rows"]) == (0, {"hazard_areas": 1})
    layer = pyogrio.read_dataframe(programme / "exports" / "registry.gpkg", layer="hazard_areas")
    assert layer["area_id"].tolist() == ["HA-1"]


def test_a_past_state_is_published_as_it_was_true(answer: Any, programme: Path, tmp_path: Path) -> None:
    target = tmp_path / "before.gpkg"
    assert answer("publish", "-o", str(target), "--as-of", "1990-01-01")[1]["rows"] == {}


def test_check_gives_findings_and_a_scorecard(answer: Any) -> None:
    status, result = answer("check")
    assert status == 0
    assert [row["admin1"] for row in result["scorecard"]][-1] == "*"
    assert [finding["severity"] for finding in result["findings"]] == sorted(
        (finding["severity"] for finding in result["findings"]), key=("error", "warning", "note").index
    )


def test_a_past_history_and_a_past_check_are_told_as_they_were(answer: Any) -> None:
    today = dt.datetime.now(dt.UTC).date()
    yesterday, tomorrow = (str(today + dt.timedelta(days=days)) for days in (-1, 1))
    assert answer("history", "HA-1", "--known", yesterday) == (1, {"events": [], "imports": None})
    assert answer("history", "HA-1", "--as-of", yesterday)[0] == 1
    assert len(answer("history", "HA-1", "--as-of", tomorrow, "--known", tomorrow)[1]["events"]) == 2
    assert answer("history", "--known", yesterday)[1]["imports"] == []
    assert answer("check", "--known", yesterday)[1]["scorecard"] == []


def test_a_work_list_says_what_to_do_about_each_record(answer: Any, tmp_path: Path) -> None:
    status, result = answer("check", "--work-list", str(tmp_path / "work.csv"))
    assert (status, result["work_list"]) == (0, str(tmp_path / "work.csv"))
    with (tmp_path / "work.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    found = {row["code"]: row for row in rows}
    assert (found["point_only"]["record_id"], found["point_only"]["name"]) == ("HA-1", "'=Place")
    assert found["point_only"]["to_do"] == "Survey their outline."
    assert {item["code"] for item in result["findings"]} <= set(found)


def test_the_registry_is_exported_as_it_is_published(answer: Any, tmp_path: Path) -> None:
    assert answer("export", "registry", "-o", str(tmp_path / "r.gpkg")) == (
        0,
        {"file": str(tmp_path / "r.gpkg"), "rows": {"hazard_areas": 1}},
    )


def test_a_day_is_written_year_month_day(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["publish", "--as-of", "01/02/2020"])
    assert "a day is written YYYY-MM-DD, found '01/02/2020'" in capsys.readouterr().err


def test_a_parcel_is_looked_up_in_the_whole_history(answer: Any, tmp_path: Path) -> None:
    parcel = tmp_path / "parcel.geojson"
    ring = [[-30.001, 0.999], [-29.999, 0.999], [-29.999, 1.001], [-30.001, 1.001], [-30.001, 0.999]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    parcel.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    status, result = answer("lookup", str(parcel))
    assert status == 0
    assert result["look_up"]["answer"] == "only_points_or_unlocated"
    assert [point["area_id"] for point in result["look_up"]["points"]] == ["HA-1"]
    assert result["look_up"]["caveats"][0]["text"] == "No recorded hazard does not mean no hazard. Not for navigation."
    assert 220 * 220 < result["look_up"]["size"]["m2"] < 223 * 223


def test_a_dry_run_shows_what_becomes_of_each_column(
    answer: Any, programme: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    areas = tmp_path / "areas.csv"
    areas.write_text("area_id,hazard typ,colour,lat,lon\nHA-2,SHA,red,1,-30\n", encoding="utf-8")
    status, result = answer("import", str(areas), "--table", "hazard_areas", "--dry-run")
    assert status == 0
    assert [(item["column"], item["field"], item["state"], item["personal"]) for item in result["columns"]] == [
        ("area_id", "area_id", "accepted", False),
        ("hazard typ", "hazard_type", "accepted", False),
        ("colour", "", "dropped", False),
        ("lat", "lat", "coordinate", False),
        ("lon", "lon", "coordinate", False),
    ]
    assert 0.85 <= result["columns"][1]["confidence"] < 1
    assert main(["import", str(areas), "--table", "hazard_areas", "--dry-run", "--programme", str(programme)]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["column", "field", "sure"] in lines
    assert ["colour", "-", "left", "out"] in lines


def test_a_dry_run_of_a_file_that_would_be_refused_gives_its_report(answer: Any, tmp_path: Path) -> None:
    areas = tmp_path / "areas.csv"
    areas.write_text("colour,x,y\nred,1,2\n", encoding="utf-8")
    arguments = ("import", str(areas), "--table", "hazard_areas", "--report", str(tmp_path / "report.json"))
    status, result = answer(*arguments, "--dry-run")
    assert (status, result["rows_refused"]) == (1, 1)
    assert "id_column_missing" in {item["code"] for item in result["findings"]}
    (tmp_path / "report.json").unlink()
    assert answer(*arguments)[1]["error"]["code"] == "id_column_missing"
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["columns"] == result["columns"]


def test_a_mapping_is_saved_listed_shown_and_used_again(answer: Any, tmp_path: Path) -> None:
    areas = tmp_path / "areas.csv"
    areas.write_text("area_id,nombre,lat,lon\nHA-2,Cañón,1,-30\n", encoding="utf-8")
    assert answer("profiles") == (0, {"profiles": [], "content": None})
    arguments = ("import", str(areas), "--table", "hazard_areas")
    assert answer(*arguments, "--save-profile", "national")[0] == 0
    status, result = answer("profiles")
    country = result["profiles"][0]["country"]
    assert result["profiles"] == [{"name": "national", "table": "hazard_areas", "country": country, "version": "1"}]
    assert country
    content = answer("profiles", "--show", "national")[1]["content"]
    assert content == {
        "name": "national", "country": country, "table": "hazard_areas",
        "columns": {"area_id": "area_id", "nombre": "name"}, "x": "lon", "y": "lat", "crs": "EPSG:4326",
    }  # fmt: skip
    status, result = answer(*arguments, "--profile", "national")
    assert (status, result["profile"], result["rows_unchanged"]) == (0, "national", 1)
    assert answer(*arguments, "--profile", "national", "--save-profile", "national")[0] == 0
    assert answer("profiles")[1]["profiles"][0]["version"] == "1"
    areas.write_text("area_id,nombre,estado,lat,lon\nHA-2,Cañón,open,1,-30\n", encoding="utf-8")
    assert answer(*arguments, "--save-profile", "national", "--dry-run")[0] == 0
    assert answer("profiles")[1]["profiles"][0]["version"] == "2"
    status, result = answer("profiles", "--show", "other")
    assert (status, result["error"]["code"]) == (1, "profile_unknown")
