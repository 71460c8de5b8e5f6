"""Columns are recognised in many languages, and what is not sure is asked."""

from __future__ import annotations

import pytest

from geodata.ingest.mapping import ACCEPT, find_place, fold_text, is_personal, propose
from geodata.schema.records import record_table

# Headers as authorities and their GIS write them, labelled by hand; ten-character names are those of Shapefiles.
LABELLED = [
    ("hazard_areas", "Hazard_ID", "area_id"),
    ("hazard_areas", "HA_Code", "area_id"),
    ("hazard_areas", "OBJECTID", "area_id"),
    ("hazard_areas", "IMSMA ID", "imsma_id"),
    ("hazard_areas", "Area Name", "name"),
    ("hazard_areas", "Hazard Typ", None),
    ("hazard_areas", "hazardType", "hazard_type"),
    ("hazard_areas", "Area_Size", "area_stated_m2"),
    ("hazard_areas", "Shape_Area", "area_stated_m2"),
    ("hazard_areas", "Date_Recor", "recorded_date"),
    ("hazard_areas", "Last_Surve", "last_survey_date"),
    ("hazard_areas", "Organisati", "organisation"),
    ("hazard_areas", "Province", "admin1"),
    ("hazard_areas", "DISTRICT", "admin2"),
    ("hazard_areas", "Status", "status"),
    ("hazard_areas", "Blocked land use", "blocked_use"),
    ("hazard_areas", "Colour", None),
    ("hazard_areas", "Remarks", None),
    ("hazard_areas", "Código del Área", "area_id"),
    ("hazard_areas", "Nombre", "name"),
    ("hazard_areas", "Estado", "status"),
    ("hazard_areas", "Superficie (m2)", "area_stated_m2"),
    ("hazard_areas", "DEPARTAMENTO", "admin1"),
    ("hazard_areas", "Municipio", "admin2"),
    ("hazard_areas", "Observaciones", None),
    ("hazard_areas", "Nom de la zone", "name"),
    ("hazard_areas", "Statut", "status"),
    ("hazard_areas", "Type de danger", "hazard_type"),
    ("hazard_areas", "Date d'enregistrement", "recorded_date"),
    ("hazard_areas", "Commentaire", None),
    ("hazard_areas", "رقم المنطقة", "area_id"),
    ("hazard_areas", "الحالة", "status"),
    ("hazard_areas", "المساحة", "area_stated_m2"),
    ("hazard_areas", "المحافظة", "admin1"),
    ("hazard_areas", "Номер участка", "area_id"),
    ("hazard_areas", "Площадь", "area_stated_m2"),
    ("hazard_areas", "Область", "admin1"),
    ("hazard_areas", "Naam", "name"),
    ("hazard_areas", "Oppervlakte", "area_stated_m2"),
    ("hazard_areas", "Tipo de perigo", "hazard_type"),
    ("accidents", "Fecha del accidente", "date"),
    ("accidents", "Date_of_Accident", "date"),
    ("accidents", "victim_sex", None),
    ("accidents", "Tipo de evento", "kind"),
    ("release_products", "areadespejada", "area_m2"),
    ("accidents", "ageGroup", None),
]


def _accepted(table: str, header: str) -> str | None:
    mapping = propose(record_table(table), [header], has_geometry=True)
    return next((field for field, column in mapping.fields.items() if column == header), None)


def test_what_is_accepted_without_asking_is_right_in_95_of_100_headers() -> None:
    accepted = [(header, field, _accepted(table, header)) for table, header, field in LABELLED]
    taken = [(header, field, got) for header, field, got in accepted if got is not None]
    wrong = [item for item in taken if item[1] != item[2]]
    assert len(LABELLED) >= 40
    assert len(taken) - len(wrong) >= 0.95 * len(taken), wrong
    assert len(taken) >= 0.8 * sum(field is not None for _, field, _ in accepted), [item for item in accepted if item[2] is None]


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


@pytest.mark.parametrize("column", ["Victim Name", "DOB", "apellidos", "تاريخ الميلاد", "Дата рождения", "phone"])
def test_personal_columns_are_recognised(column: str) -> None:
    assert is_personal(column)


def test_the_name_of_an_area_is_not_personal() -> None:
    assert not is_personal("name")
