"""Tables and fields hold together, and hold nothing that identifies a victim."""

from __future__ import annotations

import re

import pytest

from geodata.errors import GeodataError
from geodata.ingest.mapping import is_personal
from geodata.schema.config import AREA_FIELDS
from geodata.schema.records import TABLES, record_table

_UNITS = {"m2": "_m2", "usd": "_usd", "cm": "_cm", "ha": "_ha", "km": "_km", "team-days": "_days"}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_is_consistent(name: str) -> None:
    table = record_table(name)
    assert table.fields[0].name == table.id_field
    assert len(set(table.columns)) == len(table.columns)
    for item in table.fields:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", item.name)
        assert item.doc.endswith(".")
        assert (item.code_list is not None) == (item.type in ("code", "codes"))
        ending = _UNITS.get(item.unit.lower())
        assert ending is None or item.name.endswith(ending)
    for name_of_date in (table.added_on, table.updated_on):
        assert name_of_date is None or table.field(name_of_date).type == "date"
    for reference, target in table.refers_to.items():
        assert reference in table.columns
        assert target in TABLES


@pytest.mark.parametrize("name", ["accidents", "eore", "outcomes"])
def test_no_field_can_hold_who_a_person_is(name: str) -> None:
    assert [column for column in record_table(name).columns if is_personal(column)] == []


def test_area_fields_of_the_configuration_are_fields_of_the_record() -> None:
    assert set(AREA_FIELDS) <= set(record_table("hazard_areas").columns)


def test_an_unknown_table_or_field_says_which_there_are() -> None:
    with pytest.raises(GeodataError, match="no table 'minefields'"):
        record_table("minefields")
    with pytest.raises(GeodataError, match="has no field 'colour'"):
        record_table("accidents").field("colour")
