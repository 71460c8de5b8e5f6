"""Defects of layers are named with their rows, and nothing is mended."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geodata.ingest.findings import Finding
from geodata.layers.defects import inspect_layers
from geodata.schema.load import parse_config

CONFIG = """
programme: {name: T, country: Nowhere}
areas: {unit: municipality, source: units, fields: {area_id: code}}
layers:
  - {id: units, path: units.gpkg, kind: polygon, source: T, licence: T}
  - {id: events, path: events.csv, kind: point, crs: EPSG:4326, columns: {x: lon, y: lat}, source: T, licence: T}
  - {id: people, path: people.csv, kind: table, columns: {key: code}, source: T, licence: T}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    units = gpd.GeoDataFrame({"code": ["01"]}, geometry=[shapely.box(-31, 9, -29, 11)], crs="EPSG:4326")
    units.to_file(tmp_path / "units.gpkg")
    return tmp_path


def found_in(folder: Path, events: str = "lon,lat\n-30,10\n", people: str = "code,n\n01,3\n") -> dict[str, Finding]:
    (folder / "events.csv").write_text(events, encoding="utf-8")
    (folder / "people.csv").write_text(people, encoding="utf-8")
    return {finding.code: finding for finding in inspect_layers(parse_config(CONFIG), folder)}


def test_sound_layers_have_no_findings(folder: Path) -> None:
    assert found_in(folder) == {}


def test_rows_that_repeat_are_counted_and_named(folder: Path) -> None:
    found = found_in(folder, people="code,n\n01,3\n02,4\n01,3\n01,3\n")
    assert found["repeated_rows"].n_rows == 2
    assert found["repeated_rows"].examples == ("3", "4")
    assert "2 of 4 rows (50%)" in found["repeated_rows"].message


@pytest.mark.parametrize(
    ("point", "offer"),
    [
        pytest.param("30,10", "with the sign of the longitude turned", id="longitude"),
        pytest.param("-30,-10", "with the sign of the latitude turned", id="latitude"),
        pytest.param("10,-30", "with longitude and latitude exchanged", id="exchanged"),
    ],
)
def test_a_misplaced_point_is_offered_its_correction(folder: Path, point: str, offer: str) -> None:
    found = found_in(folder, events=f"lon,lat\n-30,10\n{point}\n")
    assert found["outside"].n_rows == 1
    assert "1 of 2 points (50.0%) lie in an area" in found["outside"].message
    assert found["misplaced"].message == f"events: 1 points far outside would lie inside {offer} (row 2)."
    assert found["misplaced"].remedy.endswith("nothing is moved here.")


def test_a_point_just_outside_is_offered_nothing(folder: Path) -> None:
    found = found_in(folder, events="lon,lat\n-30,10\n-28.9,10\n")
    assert set(found) == {"outside"}


def test_points_at_one_place_and_points_without_a_place_are_counted_apart(folder: Path) -> None:
    found = found_in(folder, events="lon,lat,year\n-30,10,2001\n-30,10,2002\n-30.5,10,2003\n,,2004\n")
    assert found["repeated_places"].n_rows == 2
    assert found["without_place"].n_rows == 1


def test_thousands_marks_and_gaps_are_said_by_column(folder: Path) -> None:
    found = found_in(folder, people='code,n\n"5,313",1\n"18,410",\n07,4\n')
    assert found["thousands_marks"].examples == ('"5,313"', '"18,410"')
    assert found["missing_values"].message == "people: 1 values of 3 rows are missing (n 1); they stay unknown."


@pytest.mark.parametrize(
    ("header", "rows", "says"),
    [
        pytest.param("código,género,estado", "1,Herido,Hombre\n2,Muerto,Mujer", "the sex stands in column estado", id="Spanish"),
        pytest.param("code,Sexe,etat", "1,blessé,homme\n2,tué,femme", "the sex stands in column etat", id="French"),
        pytest.param("code,sex,x", "1,injured,\n2,killed,", "holds injured or killed.", id="no other column"),
    ],
)
def test_exchanged_columns_are_found_by_what_they_hold(folder: Path, header: str, rows: str, says: str) -> None:
    text = f"{header}\n{rows}\n".replace("código", "code")
    assert says in found_in(folder, people=text)["exchanged_columns"].message


def test_columns_that_hold_what_they_say_are_not_suspected(folder: Path) -> None:
    assert found_in(folder, people="code,sex,state\n1,Hombre,Herido\n2,Mujer,Muerto\n") == {}
