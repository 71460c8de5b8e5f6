"""Files read back by programs that are not ours hold the table that was written."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from dashboard.export import ENDINGS, ExportError, Receipt, xlsx_file
from dashboard.export.formats import format_of
from dashboard.export.table import make_table
from dashboard.export.text import restore
from dashboard.services.priority_list import list_columns

SPATIAL = [".geojson", ".gpkg", ".parquet"]


def as_unknown(text: Any) -> str | None:
    return None if text is None or text != text or text == "" else str(text)


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_table_read_back_is_the_one_written(ending: str, case: Any, read_back: Any, tmp_path: Path) -> None:
    path = tmp_path / f"list{ending}"
    case.export(path)
    found = read_back[ending](path)
    table = make_table(case.snapshot, case.ranking, language="en", with_geometry=ending in SPATIAL)
    assert [name for name in found.columns if name != "geometry"] == [column.name for column in table.columns]
    for column in table.columns:
        expected, cells = table.frame[column.name], found[column.name]
        if column.kind in ("text", "date"):
            back = restore if ending == ".csv" else (lambda text: text)
            texts = [as_unknown(back(str(cell))) if as_unknown(cell) else None for cell in cells]
            if ending == ".xlsx":
                texts = [text[:10] if text and column.kind == "date" else text and text.replace("_x005F_", "_") for text in texts]
            assert texts == [as_unknown(text) for text in expected], column.name
        else:
            numbers = pd.to_numeric(cells.replace("", np.nan)).to_numpy(dtype=float, na_value=np.nan)
            assert np.array_equal(numbers, expected.to_numpy(dtype=float, na_value=np.nan), equal_nan=True), column.name


@pytest.mark.parametrize("ending", SPATIAL)
def test_outlines_read_back_lie_within_a_centimetre(ending: str, case: Any, read_back: Any, tmp_path: Path) -> None:
    path = tmp_path / f"list{ending}"
    case.export(path)
    found = read_back[ending](path)
    assert found.crs.equals("EPSG:4326") or found.crs.to_string() == "OGC:CRS84"
    shapes = case.snapshot.areas.set_index("area_id").geometry.loc[found["area_id"]]
    for written, outline in zip(found.geometry, shapes, strict=True):
        assert (written is None) == (outline is None)
        assert outline is None or shapely.hausdorff_distance(written, outline) <= 1e-7


@pytest.mark.parametrize("ending", ENDINGS)
def test_equal_lists_are_equal_files(ending: str, case: Any, tmp_path: Path) -> None:
    contents = []
    for name in ("one", "two"):
        case.export(tmp_path / f"{name}{ending}")
        contents.append((tmp_path / f"{name}{ending}").read_bytes())
    assert contents[0] == contents[1]


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_file_carries_its_receipt_and_its_warnings(ending: str, case: Any, tmp_path: Path) -> None:
    path = tmp_path / f"list{ending}"
    written = case.export(path)
    found = format_of(path).read_receipt(path)
    assert found == written
    assert found.notes[:2] == (
        "FICTIONAL: invented data of a fictional country.",
        "No recorded hazard does not mean no hazard. Not for navigation.",
    )
    assert any("Census of Velm. Licence: CC-BY-4.0. Date: 2018-01-01" in note for note in found.notes)
    assert found.not_estimated["likelihood_prob"] == "not yet estimated: this snapshot has no estimates; landrelease build makes them"
    assert found.not_estimated["beneficiaries_direct"] == "not yet estimated"


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_list_without_areas_is_a_file_too(ending: str, case: Any, tmp_path: Path) -> None:
    path = tmp_path / f"list{ending}"
    assert case.export(path, area_ids=[]).n_rows == 0
    receipt = format_of(path).read_receipt(path)
    assert format_of(path).read_table(path, receipt).sha256 == receipt.table_sha256


@pytest.mark.parametrize("name", ["list.kml", "list.shp", "list.fgb", "list.pdf", "list.xls", "list"])
def test_another_ending_is_refused_with_the_list_of_endings(name: str, case: Any, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="csv, xlsx, geojson, gpkg, parquet"):
        case.export(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_another_audience_is_refused(case: Any, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="'public'"):
        case.export(tmp_path / "list.csv", audience="public")


def test_the_ending_may_be_in_capitals(case: Any, tmp_path: Path) -> None:
    case.export(tmp_path / "LIST.CSV")
    assert (tmp_path / "LIST.CSV.receipt.json").exists()


def test_no_text_cell_of_a_csv_begins_like_a_formula_and_numbers_stay_numbers(case: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    case.export(path)
    found = pd.read_csv(path, dtype=str, keep_default_na=False)
    kinds = {column.name: column.kind for column in list_columns(case.ranking.criteria)}
    texts = [cell for name in found if kinds[name] == "text" for cell in found[name]]
    assert not [cell for cell in texts if cell[:1] in tuple("=+-@\t\r\n＝＋－＠") and cell]
    assert "'=cmd|' /C calc'!A0" in texts
    assert found["score"].astype(float).notna().all()


def test_a_csv_begins_with_a_byte_order_mark_when_asked_to(case: Any, tmp_path: Path) -> None:
    case.export(tmp_path / "plain.csv")
    case.export(tmp_path / "excel.csv", csv_bom=True)
    assert (tmp_path / "plain.csv").read_bytes()[:4] == b"rank"
    assert (tmp_path / "excel.csv").read_bytes()[:7] == b"\xef\xbb\xbfrank"


def test_a_workbook_holds_no_formula_and_quotes_text_like_one(case: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    case.export(path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["list", "notes", "receipt"]
    cells = [cell for row in book["list"].iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    quoted = {cell.value for cell in cells if cell.quotePrefix}
    assert {"=cmd|' /C calc'!A0", "+15 people", "-5 degrees", "@name"} <= quoted
    assert "FICTIONAL" in book["notes"]["A1"].value
    assert "FICTIONAL" in book.properties.title


def test_a_workbook_says_in_the_header_what_is_not_yet_estimated(case: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    case.export(path)
    header = next(openpyxl.load_workbook(path)["list"].iter_rows(max_row=1))
    said = {cell.value for cell in header if cell.comment and cell.comment.text.startswith("not yet estimated")}
    assert said == {"recommended_action", "likelihood_prob", "cost_usd", "beneficiaries_direct", "beneficiaries_indirect", "firmness"}


def test_a_workbook_holds_days_as_days(case: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    case.export(path)
    found = pd.read_excel(path, sheet_name="list")["last_survey_date"].dropna()
    assert {type(day).__name__ for day in found} == {"datetime", "str"}
    assert "1899-12-31" in set(found)


def test_more_rows_than_a_sheet_holds_are_refused(case: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_file, "MAX_ROWS", 3)
    with pytest.raises(ExportError, match="A sheet holds at most 3 rows"):
        case.export(tmp_path / "list.xlsx")


def test_longer_text_than_a_cell_holds_is_refused(case: Any, tmp_path: Path) -> None:
    case.snapshot.areas.loc[0, "name"] = "x" * 32_768
    with pytest.raises(ExportError, match="column name has longer ones"):
        case.export(tmp_path / "list.xlsx")


def test_a_geojson_file_is_a_feature_collection_with_the_receipt_as_a_member(case: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.geojson"
    receipt = case.export(path)
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["type"] == "FeatureCollection"
    assert Receipt.from_json(json.dumps(content["landrelease_receipt"])) == receipt
    assert {feature["type"] for feature in content["features"]} == {"Feature"}


def test_a_geopackage_carries_receipt_notes_and_style(case: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.gpkg"
    receipt = case.export(path)
    with closing(sqlite3.connect(path)) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        [(metadata,)] = store.execute("SELECT metadata FROM gpkg_metadata JOIN gpkg_metadata_reference ON md_file_id = id").fetchall()
        notes = [note for (note,) in store.execute("SELECT note FROM notes ORDER BY id")]
        [(name, style, is_default)] = store.execute("SELECT f_table_name, styleQML, useAsDefault FROM layer_styles").fetchall()
    assert Receipt.from_json(metadata) == receipt
    assert tuple(notes) == receipt.notes
    assert (name, is_default) == ("priorities", 1)
    rules = ElementTree.fromstring(style.split("\n", 1)[1]).findall(".//rule")
    assert [rule.get("label") for rule in rules][:2] == ["Must do", "score 0 - 0.2"]
    assert {"priorities", "notes", "layer_styles"} <= {layer for layer, _ in pyogrio.list_layers(path)}
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["list.gpkg"]


def test_the_rules_of_the_style_find_every_area_once(case: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.gpkg"
    case.export(path)
    with closing(sqlite3.connect(path)) as store:
        [(style,)] = store.execute("SELECT styleQML FROM layer_styles").fetchall()
        tests = [rule.get("filter") for rule in ElementTree.fromstring(style.split("\n", 1)[1]).findall(".//rule")]
        counts = [store.execute(f"SELECT count(*) FROM priorities WHERE {test}").fetchone()[0] for test in tests]
        assert sum(counts) == store.execute("SELECT count(*) FROM priorities").fetchone()[0]


def test_a_parquet_file_keeps_the_receipt_under_its_key(case: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.parquet"
    receipt = case.export(path)
    metadata = pq.read_schema(path).metadata
    assert Receipt.from_json(metadata[b"landrelease_receipt"]) == receipt
    assert json.loads(metadata[b"geo"])["columns"]["geometry"]["encoding"] == "WKB"
