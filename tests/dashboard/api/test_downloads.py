"""Files to take away: the list of the view, readable by others, verifiable, and nothing left behind."""

from __future__ import annotations

import io
import json
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from flask import Flask
from flask.testing import FlaskClient

ORDER = ["C4", "C3", "C0", "C1", "C2", "C5"]


def read(data: bytes, ending: str, folder: Path) -> pd.DataFrame:
    """A downloaded file as a table."""
    path = folder / f"list.{ending}"
    path.write_bytes(data)
    if ending == "csv":
        return pd.read_csv(path, comment="#")
    if ending == "xlsx":
        return pd.read_excel(path)
    return gpd.read_parquet(path) if ending == "parquet" else gpd.read_file(path, layer="priorities" if ending == "gpkg" else None)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "gpkg", "parquet"])
def test_each_format_holds_the_list_and_can_be_verified(
    viewer: FlaskClient, data_server: Flask, version: str, ending: str, tmp_path: Path
) -> None:
    answer = viewer.get(f"/download/priorities.{ending}", buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename=priorities-base-{version}.{ending}"
    assert answer.headers["Cache-Control"] == "private, no-store, no-transform"
    table = read(answer.data, ending, tmp_path)
    assert set(table["area_id"]) == set(ORDER)
    path = tmp_path / f"priorities-base-{version}.{ending}"
    path.write_bytes(answer.data)
    if ending == "csv":
        receipt = viewer.get("/download/priorities.csv.receipt.json", buffered=True)
        path.with_name(path.name + ".receipt.json").write_bytes(receipt.data)
        assert json.loads(receipt.data)
    assert data_server.extensions["landrelease"].verify(path).status == "same"


def test_a_filtered_view_gives_the_filtered_list_with_national_ranks(viewer: FlaskClient, tmp_path: Path) -> None:
    whole = read(viewer.get("/download/priorities.parquet", buffered=True).data, "parquet", tmp_path).set_index("area_id")
    part = read(viewer.get("/download/priorities.parquet?q=Ridge", buffered=True).data, "parquet", tmp_path).set_index("area_id")
    assert list(part.index) == ["C3"]
    assert part.loc["C3", "rank"] == whole.loc["C3", "rank"]
    assert part.loc["C3", "rank_in_selection"] == 1
    assert "rank_in_selection" not in whole.columns


def test_weights_of_the_view_hold_for_the_file(viewer: FlaskClient, tmp_path: Path) -> None:
    need = read(viewer.get("/download/priorities.parquet?w.ease=0", buffered=True).data, "parquet", tmp_path).set_index("area_id")
    ease = read(viewer.get("/download/priorities.parquet?w.need=0", buffered=True).data, "parquet", tmp_path).set_index("area_id")
    assert (need.loc["C0", "rank"], ease.loc["C4", "rank"]) == (1, 1)


@pytest.mark.parametrize("ending", ["pdf", "", "CSV", "csv.exe", "xlsx.receipt.json", "receipt.json", "csv.receipt.json.receipt.json"])
def test_other_formats_are_refused_with_the_choice(viewer: FlaskClient, ending: str) -> None:
    answer = viewer.get(f"/download/priorities.{ending}", buffered=True)
    assert answer.status_code in (404, 200)
    assert "Content-Disposition" not in answer.headers


def test_nothing_is_left_on_the_server(viewer: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    for ending in ("csv", "xlsx", "gpkg", "pdf"):
        viewer.get(f"/download/priorities.{ending}", buffered=True)
    assert viewer.get("/download/priorities.csv?scenario=nothing", buffered=True).status_code == 422
    assert list(folder.iterdir()) == []


def test_a_download_is_logged_with_the_person_and_the_filter(viewer: FlaskClient, version: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="landrelease.access"):
        viewer.get("/download/priorities.csv?q=Ridge", buffered=True)
    assert f"a-viewer downloads priorities-base-{version}.csv with 'q=Ridge'" in caplog.text


def test_a_role_without_the_permission_gets_no_file(
    data_server: Flask, sign_in_as: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.auth import roles

    client = sign_in_as(data_server, "viewer")
    fewer = roles.GRANTS[roles.Role.VIEWER] - {roles.Permission.DOWNLOAD}
    monkeypatch.setitem(roles.GRANTS, roles.Role.VIEWER, fewer)
    assert client.get("/download/priorities.csv", buffered=True).status_code == 403
    assert client.get("/api/versions").status_code == 200


def test_names_that_are_formulas_are_disarmed_in_tables(viewer: FlaskClient) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(viewer.get("/download/priorities.xlsx", buffered=True).data)).worksheets[0]
    kinds = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row if "cmd|" in str(cell.value)}
    assert set(kinds.values()) == {"s"}
    assert ",=cmd" not in viewer.get("/download/priorities.csv", buffered=True).text
