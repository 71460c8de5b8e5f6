"""Raw files as authorities send them give the same records as the direct way."""

from __future__ import annotations

import csv
import shutil
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

from dashboard.programme import Programme
from geodata.example.country import Land, Records, make_country, make_records
from geodata.example.make import write_incoming
from geodata.example.raw import RawFile, write_raw_records
from geodata.example.worlds import NEMORIA

AREAS = 60
WITHIN_DEGREES = {"accidents": 1e-5}
"""The direct file of accidents gives degrees to five digits."""
TABLES = ("hazard_areas", "activities", "release_products", "accidents", "outcomes", "evidence", "organisations", "actions")


@pytest.fixture(scope="module")
def records(land: Land) -> Records:
    country = make_country(1, land, NEMORIA)
    return make_records(1, AREAS, NEMORIA, country, lambda share, doing: None)


@pytest.fixture(scope="module")
def raw(records: Records, tmp_path_factory: pytest.TempPathFactory) -> tuple[RawFile, ...]:
    return write_raw_records(tmp_path_factory.mktemp("raw") / "sent", records)


def read_all(programme: Programme) -> dict[str, pd.DataFrame]:
    with closing(programme.open_registry()) as registry:
        return {name: registry.read(name).set_index(registry.read(name).columns[0]).sort_index() for name in TABLES}


def test_importing_raw_files_with_their_profiles_gives_the_same_records_as_the_direct_way(records, raw, tmp_path: Path):
    direct = Programme.new(tmp_path / "direct")
    for each in write_incoming(direct.directory, records):
        direct.import_file(each.path, each.table, layer=each.layer, author="x", reason="x")
    sent = Programme.new(tmp_path / "sent")
    shutil.copytree(raw[0].path.parent / "profiles", sent.directory / "profiles")
    for one in raw:
        report = sent.import_file(one.path, one.table, layer=one.layer, profile=one.profile.stem, author="x", reason="x")
        assert report.rows_refused == 0
        titles = {"rows_above_header"} if one.path.suffix == ".xlsx" else set()
        assert {finding.code for finding in report.findings} - {"not_located"} == {"file_read"} | titles, one.path.name
    expected, found = read_all(direct), read_all(sent)
    for name in TABLES:
        plain = [frame.drop(columns="geometry", errors="ignore") for frame in (expected[name], found[name])]
        assert len(plain[0]) > 5
        pd.testing.assert_frame_equal(*plain, check_exact=True, obj=name)
        if "geometry" in expected[name]:
            one, other = (np.asarray(frame["geometry"]) for frame in (expected[name], found[name]))
            known = ~shapely.is_missing(one)
            np.testing.assert_array_equal(known, ~shapely.is_missing(other))
            assert shapely.hausdorff_distance(one[known], other[known]).max(initial=0) < WITHIN_DEGREES.get(name, 1e-6)


def test_shapefiles_have_ten_letters_metres_and_one_type_a_member(raw):
    path = raw[0].path
    assert path.name == "hazard_areas.zip"
    with zipfile.ZipFile(path) as archive:
        assert b"FICTIONAL" in archive.comment
        assert {name.rpartition(".")[0] for name in archive.namelist()} == {"ha_polygons", "ha_points"}
    info = pyogrio.read_info(f"/vsizip/{path}/ha_polygons.shp")
    assert max(map(len, info["fields"])) == 10
    assert {"BENEFICIAR", "BENEFICI_1", "HAZARD_TYP"} <= set(info["fields"])
    assert info["crs"] == "EPSG:32710"
    points = gpd.read_file(f"/vsizip/{path}/ha_points.shp")
    assert set(points.geom_type) == {"Point"}


def test_the_workbooks_begin_with_a_title_above_merged_headers_and_the_table_decimal_commas_in_an_old_code_page(raw):
    by_name = {one.path.name: one.path for one in raw}
    sheet = openpyxl.load_workbook(by_name["activities.xlsx"]).active
    assert {str(cells) for cells in sheet.merged_cells.ranges} == {"A1:L1", "A4:B4", "C4:E4", "G4:H4", "I4:J4"}
    assert [row[0] for row in sheet.iter_rows(max_row=5, values_only=True)] == [
        "Nemoria mine action authority: activities (FICTIONAL)", "Exported from the register; data to 2025-12-31", None, "Reference",
        "AC-000001",
    ]  # fmt: skip
    content = by_name["accidents_1252.csv"].read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    rows = list(csv.DictReader(content.decode("cp1252").splitlines(), delimiter=";"))
    assert rows[0]["X (m)"].count(",") == 1
    assert "Tués - garçons" in rows[0]
    assert set(rows[0]["Date de l'évènement"]) >= {"/"}


def test_the_readme_names_every_file_and_says_that_all_is_fictional(raw):
    text = (raw[0].path.parent / "README.md").read_text(encoding="utf-8")
    assert "FICTIONAL" in text
    assert all(f"landrelease import {one.path.name} --table {one.table}" in text for one in raw)
