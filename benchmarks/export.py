"""Export a list to XLSX and GeoPackage, beside the bare writer given the same cells."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
import xlsxwriter

from benchmarks.figure import Figure, time_pair
from dashboard.export import Receipt, export_list, gpkg_file, xlsx_file
from dashboard.export.table import ExportTable, canonical_frame, make_table
from geodata.schema.config import Config
from geodata.schema.scenario import resolve_scenario
from models.ranking import Ranking, rank_areas

N_AREAS, N_COLUMNS, N_CRITERIA = 50_000, 20, 12
REPEATS = 3


def make_case(seed: int = 0) -> tuple[Any, Config, Ranking]:
    """A snapshot of small outlines with 12 indicators, a configuration and a ranking."""
    draw = np.random.default_rng(seed)
    names = [f"c{place}" for place in range(N_CRITERIA)]
    outlines = shapely.buffer(shapely.points(draw.uniform(-30, -20, N_AREAS), draw.uniform(-50, -45, N_AREAS)), 0.01, quad_segs=3)
    ids = [f"HA-{row:06d}" for row in range(N_AREAS)]
    texts = ("hazard_type", "status", "admin1", "admin2", "admin3", "admin4", "tasked_to", "funded_by")
    facts = {name: f"{name} of somewhere" for name in texts}
    areas = gpd.GeoDataFrame(
        {
            "area_id": ids, "imsma_id": ids, "name": [f"area {area_id}" for area_id in ids], **facts, "eo_categories": "AP_MINE;CMR",
            "area_m2": draw.lognormal(10, 2, N_AREAS), "last_survey_date": "2019-03-01", "is_released": False, "is_tasked": False,
        },
        geometry=outlines, crs="EPSG:4326",
    )  # fmt: skip
    values = pd.DataFrame(draw.random((N_AREAS, N_CRITERIA)), columns=names)
    line = {"shape": "linear", "low": 0, "high": 1}
    config = Config.model_validate(
        {
            "programme": {"name": "Benchmark", "country": "Nowhere", "fictional": True},
            "criteria": [
                {"id": name, "group": "need", "indicator": name, "value": line, "bounds_reason": "of this benchmark", "label": name}
                for name in names
            ],
            "profiles": [{"id": "p", "label": "p", "author": "a", "rationale": "r", "weights": dict.fromkeys(names, 1)}],
            "scenarios": [{"id": "s", "label": "s", "profile": "p"}],
        }
    )  # fmt: skip
    snapshot = SimpleNamespace(data_version="0" * 16, n_areas=N_AREAS, areas=areas, records=areas, values=values, indicators={})
    return snapshot, config, rank_areas(values, areas, resolve_scenario(config))


def run() -> list[Figure]:
    """50,000 x 20 through the writers (cells made canonical, digest and receipt included), and the whole list of 52 columns."""
    snapshot, config, ranking = make_case()
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        ours, bare = Path(folder) / "ours", Path(folder) / "bare"
        receipt = export_list(snapshot, ranking, ours.with_suffix(".gpkg"), config=config)
        for kind, name, write_bare in ((xlsx_file, "XLSX", write_bare_xlsx), (gpkg_file, "GPKG", write_bare_gpkg)):
            path, peer_path = ours.with_suffix(f".{name.lower()}"), bare.with_suffix(f".{name.lower()}")
            whole = make_table(snapshot, ranking, language="en", with_geometry=kind.HOLDS_GEOMETRY)
            part = first_columns(whole)
            for table, write, target in (
                (part, lambda t=part, k=kind, p=path: write_table(k, p, t, receipt), "<= 1.3x"),
                (whole, lambda p=path: export_list(snapshot, ranking, p, config=config), "told, no target"),
            ):
                seconds = time_pair(write, lambda t=table, w=write_bare, p=peer_path: w(p, t), repeats=REPEATS)
                at = f"{N_AREAS:,} x {len(table.columns)}" + (" from the ranking on" if table is whole else "")
                figures.append(Figure(f"export {name}", at, *seconds, PEERS[name], "s", target))
    return figures


PEERS = {"XLSX": "bare xlsxwriter constant_memory", "GPKG": "bare pyogrio write"}


def first_columns(table: ExportTable) -> ExportTable:
    """The first 20 columns of a list that hold something."""
    filled = [column for column in table.columns if table.frame[column.name].notna().any()][:N_COLUMNS]
    return ExportTable(tuple(filled), table.frame[[column.name for column in filled]], table.geometry)


def write_table(kind: Any, path: Path, table: ExportTable, receipt: Receipt) -> None:
    """What an export does with a table: make it canonical, digest it, write it with its receipt."""
    fresh = ExportTable(table.columns, canonical_frame(table.frame, table.columns), table.geometry)
    kind.write(path, fresh, replace(receipt, columns=fresh.columns, table_sha256=fresh.sha256))


def write_bare_xlsx(path: Path, table: ExportTable) -> None:
    """The same cells, one write each."""
    columns = [column.astype(object).where(column.notna(), None).tolist() for _, column in table.frame.items()]
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(zip(*columns, strict=True)):
            for place, cell in enumerate(cells):
                sheet.write(row, place, cell)


def write_bare_gpkg(path: Path, table: ExportTable) -> None:
    """The same table and outlines, one write."""
    path.unlink(missing_ok=True)
    pyogrio.write_dataframe(gpd.GeoDataFrame(table.frame, geometry=table.geometry, crs="EPSG:4326"), path, layer="bare", driver="GPKG")
