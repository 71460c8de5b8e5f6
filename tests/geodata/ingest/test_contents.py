"""Columns that hold each other's values, broken letters, codes without their zeros and shared points are named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geodata.ingest import ImportReport
from geodata.ingest.contents import check_contents
from geodata.ingest.profiles import ImportProfile
from geodata.registry import Registry

Importer = Callable[..., ImportReport]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"genero": ["Herido", "Muerto", "Herido"], "estado": ["Hombre", "Mujer", "Hombre"]},
            'Columns "genero" and "estado" look exchanged: "genero" holds Herido, Muerto and "estado" holds Hombre, Mujer.',
        ),
        (
            {"Sex": ["injured", "killed"], "x": ["a", "b"]},
            'Column "Sex" is named for the sex of people, but holds what happened to them (injured, killed).',
        ),
        ({"Sex": ["male", "female"], "Status": ["injured", "killed"]}, None),
        ({"الجنس": ["ذكر", "أنثى"]}, None),
        ({"Sex": ["injured", "male"]}, None),
    ],
    ids=["exchanged", "alone", "right", "right in Arabic", "neither"],
)
def test_sex_and_what_happened_are_not_confused(columns: dict[str, list[str]], message: str | None) -> None:
    found = [item.message for item in check_contents(pd.DataFrame(columns)) if item.code == "columns_exchanged"]
    assert found == ([message] if message else [])


@pytest.mark.parametrize(
    ("value", "is_broken"),
    [("NARI¥O", True), ("PeÃ±Ã³n", True), ("Caf\ufffde", True), ("Peñón", False), ("VÆRDAL", False), ("A § 3", False), ("село", False)],
)
def test_letters_in_a_wrong_encoding_are_named(value: str, is_broken: bool) -> None:
    found = check_contents(pd.DataFrame({"name": [value, "x"]}))
    assert [item.code for item in found] == (["text_garbled"] if is_broken else [])


def test_lost_zeros_of_place_codes_are_put_back_where_a_profile_says_how_long_they_are(
    tmp_path: Path, importer: Importer, registry: Registry
) -> None:
    path = tmp_path / "events.csv"
    path.write_text('accident_id,p_code,lat,lon\nA,"5,313",33,65\nB,"18,410",33,65\n', encoding="utf-8")
    report = importer(path, "accidents", profile=ImportProfile(code_length=5))
    assert registry.read("accidents").admin_code.tolist() == ["05313", "18410"]
    found = {item.code: item for item in report.findings}
    assert found["code_padded"].message == 'Column "p_code": 1 codes had fewer than 5 digits and got leading zeros.'
    assert (found["place_repeated"].n_rows, found["place_repeated"].severity) == (2, "note")


def test_places_told_by_name_only_are_noted(tmp_path: Path, importer: Importer) -> None:
    path = tmp_path / "events.csv"
    path.write_text("accident_id,district,lat,lon\nA,North,33,65\nB,,34,65\n", encoding="utf-8")
    found = {item.code: item.n_rows for item in importer(path, "accidents").findings}
    assert found["place_without_code"] == 1


def test_fillers_are_no_ids_and_no_names(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("area_id,name,lat,lon\nA,-,33,65\n-,x,33,65\nN/A,y,33,65\nB,NULL,34,66\n", encoding="utf-8")
    report = importer(path)
    assert (report.rows_added, report.rows_refused) == (2, 2)
    assert registry.read("hazard_areas").name.isna().tolist() == [True, True]
