"""On headers labelled by hand in seven languages, what is taken over without asking is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from geodata.ingest.mapping import propose
from geodata.schema.records import record_table

HERE = Path(__file__).parent
LANGUAGES = {"en", "es", "fr", "pt", "ar", "ru"}


def _files(name: str) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return files


def _accepted(file: dict[str, Any]) -> dict[str, str]:
    """Column -> field or coordinate that is taken over without asking; the columns of a file compete with each other."""
    mapping = propose(record_table(file["table"]), file["columns"], has_geometry=False)
    return {column: name for name, column in (*mapping.fields.items(), *mapping.place.items())}


@pytest.mark.parametrize(("name", "least_recall"), [("headers.yaml", 0.95), ("headers_held_out.yaml", 0.75)], ids=["labelled", "held out"])
def test_what_is_taken_over_without_asking_is_right_in_95_of_100_headers(name: str, least_recall: float) -> None:
    taken = right = wanted = 0
    wrong = []
    for file in _files(name):
        accepted = _accepted(file)
        for column, field in file["columns"].items():
            wanted += bool(field)
            taken += column in accepted
            right += bool(field) and accepted.get(column) == field
            if accepted.get(column, field) != field:
                wrong.append(f"{file['table']}: {column!r} is {field or 'no field'}, taken as {accepted[column]}")
    figures = f"precision {right / taken:.3f} ({right} of {taken}), recall {right / wanted:.3f} ({wanted} fields); wrong: {wrong}"
    assert right >= 0.95 * taken, figures
    assert right >= least_recall * wanted, figures


def test_the_labelled_set_covers_six_languages_and_shapefile_names() -> None:
    files = _files("headers.yaml")
    columns = [column for file in files for column in file["columns"]]
    assert {file["language"] for file in files} >= {*LANGUAGES, "shapefile"}
    assert len(columns) >= 40
    assert sum(len(column) == 10 for file in files if file["language"] == "shapefile" for column in file["columns"]) >= 10
    assert sum(not field for file in files for field in file["columns"].values()) >= 40


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("hazard_areas", "Shape_Area"),
        ("hazard_areas", "SHAPE_AREA"),
        ("hazard_areas", "SHAPE__ARE"),
        ("hazard_areas", "Type of road"),
        ("hazard_areas", "status date"),
        ("hazard_areas", "Number of areas"),
        ("hazard_areas", "Nombre de zones"),
        ("hazard_areas", "Area (USD)"),
        ("hazard_areas", "Fecha"),
        ("hazard_areas", "X_COUNT"),
        ("activities", "Planned end date"),
        ("release_products", "Remaining area"),
        ("accidents", "Victim name"),
        ("accidents", "Women and girls injured"),
        ("eore", "Boys and girls"),
    ],
)
def test_a_column_that_only_looks_like_a_field_is_not_taken_over(table: str, column: str) -> None:
    assert propose(record_table(table), [column], has_geometry=True).fields == {}


def test_two_fields_that_a_cut_name_may_be_are_both_asked() -> None:
    mapping = propose(record_table("release_products"), ["DEVICES_AP"], has_geometry=True)
    assert mapping.fields == {}
    assert {item.field for item in mapping.asked} >= {"devices_ap_mine", "devices_ap_mine_improvised"}
