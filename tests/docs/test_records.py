"""The records page says every table, field and code there is, in every language."""

from pathlib import Path

import pytest

from geodata.schema.codes import CODE_LISTS
from geodata.schema.record_pages import render_records
from geodata.schema.records import TABLES

ROOT = Path(__file__).parents[2]


def _section(title: str) -> str:
    return render_records().split(f"# `{title}`\n")[1].split("\n##")[0]


def test_the_records_page_is_what_the_schema_says() -> None:
    assert (ROOT / "docs" / "records.md").read_text(encoding="utf-8") == render_records()


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_field_stands_once_with_its_meaning_and_only_the_id_is_required(table) -> None:
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in _section(table.name).splitlines() if line.startswith("| `")]
    assert [row[0].strip("`") for row in rows] == [*table.columns, *(["geometry"] if table.has_geometry else [])]
    assert all(len(row) == 6 and row[1] and row[5] for row in rows)
    assert [row[0] for row in rows if row[3] == "yes"] == [f"`{table.id_field}`"]


@pytest.mark.parametrize("codes", CODE_LISTS.values(), ids=CODE_LISTS)
def test_every_code_has_a_label_in_every_language(codes) -> None:
    rows = [line.split("|")[1:-1] for line in _section(codes.name).splitlines() if line.startswith("| `")]
    assert [row[0].strip(" `") for row in rows] == list(codes.values)
    assert all(len(row) == 5 and all(cell.strip() for cell in row) for row in rows)


def test_a_measure_states_its_unit() -> None:
    assert "| `area_stated_m2` | number, >= 0 | m2 | no | - | Size as the source states it" in render_records()
    assert "| `status` | code | - | no (`not_stated` where nothing is said) | [status](#status) |" in render_records()
