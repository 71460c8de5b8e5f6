"""A size in hectares is never taken for square metres."""

from __future__ import annotations

import pandas as pd
import pytest

from geodata.ingest.convert import convert
from geodata.ingest.mapping import propose
from geodata.ingest.profiles import ImportProfile
from geodata.ingest.units import split_unit
from geodata.schema.records import record_table


@pytest.mark.parametrize(
    ("column", "rest", "sign"),
    [
        ("Area Size (sqm)", "Area Size", "m2"),
        ("area_ha", "area", "ha"),
        ("Superficie [km²]", "Superficie", "km2"),
        ("Площадь, кв.м", "Площадь", "m2"),
        ("المساحة م2", "المساحة", "m2"),
        ("Depth (cm)", "Depth", "cm"),
        ("Sense of safety (1-5)", "Sense of safety", None),
        ("Road blocked (Y/N)", "Road blocked", None),
        ("Alpha", "Alpha", None),
        ("ha", "ha", None),
        ("km", "km", None),
    ],
)
def test_a_unit_is_taken_from_the_end_of_a_name(column: str, rest: str, sign: str | None) -> None:
    plain, unit = split_unit(column)
    assert (plain, unit.sign if unit else None) == (rest, sign)


@pytest.mark.parametrize(
    ("table", "column", "field", "values", "expected", "code"),
    [
        ("hazard_areas", "Area (ha)", "area_stated_m2", ["1,5", "2"], [15_000, 20_000], "unit_converted"),
        ("hazard_areas", "area_km2", "area_stated_m2", ["0.25"], [250_000], "unit_converted"),
        ("hazard_areas", "Size (acres)", "area_stated_m2", ["1"], [4_046.8564224], "unit_converted"),
        ("hazard_areas", "Area (dunam)", "area_stated_m2", ["1"], [None], "unit_unknown"),
        ("release_products", "Depth (m)", "depth_cm", ["0.2"], [20], "unit_converted"),
        ("outcomes", "Hectares cultivated", "cultivated_ha", ["3"], [3], None),
    ],
)
def test_what_a_name_says_is_converted_and_reported(
    table: str, column: str, field: str, values: list[str], expected: list[float | None], code: str | None
) -> None:
    raw = pd.DataFrame({column: pd.Series(values, dtype="str")})
    mapping = propose(record_table(table), raw.columns, has_geometry=True)
    assert dict(mapping.fields) == {field: column}
    rows, findings = convert(record_table(table), raw, mapping, ImportProfile())
    assert [None if pd.isna(value) else value for value in rows[field]] == pytest.approx(expected)
    assert [item.code for item in findings] == ([code] if code else [])


def test_a_name_with_a_unit_of_something_else_is_no_match() -> None:
    assert propose(record_table("hazard_areas"), ["Area (USD)", "Area (m)"], has_geometry=True).fields == {}
