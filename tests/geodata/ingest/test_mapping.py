"""Columns are recognised in many languages, and what is not sure is asked."""

from __future__ import annotations

import pytest

from geodata.ingest.mapping import ACCEPT, find_place, is_personal, propose
from geodata.ingest.words import fold_text
from geodata.schema.records import record_table


def test_likely_but_unsure_columns_are_asked() -> None:
    mapping = propose(record_table("hazard_areas"), ["hazard_tipe", "colour"], has_geometry=True)
    assert mapping.fields == {}
    assert (mapping.asked[0].column, mapping.asked[0].field) == ("hazard_tipe", "hazard_type")
    assert all(0 < item.confidence < ACCEPT for item in mapping.asked)
    assert mapping.dropped == ("hazard_tipe", "colour")


def test_one_column_is_one_field_and_the_surer_one_wins() -> None:
    mapping = propose(record_table("hazard_areas"), ["id", "area_id", "code"], has_geometry=True)
    assert mapping.fields == {"area_id": "area_id"}


@pytest.mark.parametrize(
    ("columns", "place"),
    [
        (["Longitud", "LATITUD", "x", "y"], {"lon": "Longitud", "lat": "LATITUD"}),
        (["X", "Y"], {"x": "X", "y": "Y"}),
        (["UTM_East", "UTM_North"], {"x": "UTM_East", "y": "UTM_North"}),
        (["WKT", "lon", "lat"], {"wkt": "WKT"}),
        (["lon"], {}),
        (["широта", "долгота"], {"lon": "долгота", "lat": "широта"}),
    ],
)
def test_coordinate_columns_are_found(columns: list[str], place: dict[str, str]) -> None:
    assert find_place(columns) == place


def test_texts_are_compared_without_case_accents_and_punctuation() -> None:
    assert fold_text("Fecha-de Actualización") == fold_text("FECHA_DE_ACTUALIZACION")


@pytest.mark.parametrize(
    "column",
    [
        "Victim Name",
        "DOB",
        "apellidos",
        "تاريخ الميلاد",
        "Дата рождения",
        "phone",
        "Name of Team Leader",
        "Nom de l'enquêteur",
        "National ID",
    ],
)
def test_personal_columns_are_recognised(column: str) -> None:
    assert is_personal(column)


@pytest.mark.parametrize("column", ["name", "id", "National priority", "Men injured", "Femmes blessées", "Nom du village", "Operator name"])
def test_what_says_nothing_of_a_person_is_not_personal(column: str) -> None:
    assert not is_personal(column)
