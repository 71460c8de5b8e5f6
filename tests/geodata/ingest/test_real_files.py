"""Real files come in as they are, and what is wrong with them is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from geodata.errors import GeodataError
from geodata.ingest import FileRefusedError, ImportReport, import_file
from geodata.ingest.profiles import ImportProfile
from geodata.registry import Registry
from geodata.schema.config import Config

pytestmark = pytest.mark.real
Importer = Callable[..., ImportReport]


@pytest.fixture
def importer(registry: Registry, tmp_path: Path) -> Importer:
    """Imports into a programme without an outline."""
    config = Config.model_validate({"programme": {"name": "Test", "country": "Testland"}})

    def run(path: Path, table: str = "hazard_areas", **options: object) -> ImportReport:
        return import_file(registry, config, path, table, programme_dir=tmp_path, author="Ana", **options)  # type: ignore[arg-type]

    return run


def _codes(report: ImportReport) -> dict[str, int]:
    return {item.code: item.n_rows for item in report.findings}


def test_amsterdam_suspected_areas_in_a_national_grid(real_data: Path, importer: Importer, registry: Registry) -> None:
    path = real_data / "amsterdam" / "verdachte_gebieden.csv"
    with pytest.raises(FileRefusedError, match="does not say in which"):
        importer(path)
    report = importer(path, crs="EPSG:28992")
    assert (report.rows_added, report.mapping["eo_categories"]) == (4, "Hoofdgroep")
    back = registry.read("hazard_areas")
    assert back.total_bounds == pytest.approx([4.9205, 52.3257, 4.9846, 52.3948], abs=0.0005)
    assert back.to_crs(28992).area.sum() == pytest.approx(191_000, rel=0.01)


@pytest.mark.parametrize(
    ("name", "table", "rows", "options"),
    [
        ("gevrijwaard_gebied.csv", "release_products", 19, {"make_ids": True}),
        ("reeds_uitgevoerd_ce_onderzoek.csv", "activities", 9, {"make_ids": True}),
        ("inslagen.csv", "evidence", 27, {"profile": ImportProfile(columns={"Kenmerk": "evidence_id"})}),
    ],
)
def test_amsterdam_other_layers(name: str, table: str, rows: int, options: dict[str, object], real_data: Path, importer: Importer) -> None:
    try:
        report = importer(real_data / "amsterdam" / name, table, crs="EPSG:28992", **options)
    except FileRefusedError as error:
        assert error.code == "id_duplicate"
        options["profile"] = ImportProfile(columns={"Kenmerk": ""})
        report = importer(real_data / "amsterdam" / name, table, crs="EPSG:28992", **{**options, "make_ids": True})
    assert report.rows_added == rows


def test_amsterdam_shapefiles_without_a_code_are_placed_by_likeness(real_data: Path, importer: Importer, registry: Registry) -> None:
    path = real_data / "amsterdam" / "bommenkaart_shapefiles.zip"
    with pytest.raises(GeodataError, match="holds 4 layers"):
        importer(path, make_ids=True)
    layer = "Verdachte_gebieden_test"
    with pytest.raises(FileRefusedError, match=r"It looks like EPSG:28992 \(Amersfoort / RD New\)") as caught:
        importer(path, layer=layer)
    assert "A003 (rows 1, 2)" in str(caught.value)
    by_content = ImportProfile(columns={"KENMERK": ""}) if "KENMERK" in str(caught.value) else ImportProfile(columns={"Kenmerk": ""})
    assert importer(path, layer=layer, crs="EPSG:28992", make_ids=True, profile=by_content).rows_added == 6
    assert registry.read("hazard_areas").total_bounds == pytest.approx([4.95, 52.36, 4.95, 52.36], abs=0.12)


def test_colombian_events_keep_their_repeated_rows_and_stay_idempotent(real_data: Path, importer: Importer, registry: Registry) -> None:
    path = real_data / "colombia" / "eventos_minas_1990_2019.csv"
    only = ImportProfile(only={"tipo_evento": ("Accidente por MAP", "Accidente por MUSE")})
    report = importer(path, "accidents", make_ids=True, profile=only)
    assert report.rows_added == 6_667 + 242
    codes = _codes(report)
    assert codes["rows_left_out"] == 36_527 - report.rows_added
    assert codes["date_year_only"] == report.rows_added
    assert codes["rows_repeated"] > 100
    assert importer(path, "accidents", make_ids=True, profile=only).rows_unchanged == report.rows_added
    assert registry.read("accidents").date.dt.year.min() == 1990


def test_colombian_victims_lose_what_is_not_allowed_and_their_codes_are_mended(
    real_data: Path, importer: Importer, registry: Registry
) -> None:
    report = importer(real_data / "colombia" / "victimas_map_muse.csv", "accidents", make_ids=True, dry_run=True)
    codes = _codes(report)
    assert report.rows_added == 12_390
    assert codes["code_marks_removed"] > 0
    assert "estado" not in report.mapping.values()
    assert "genero" not in report.mapping.values()


@pytest.mark.parametrize("name", ["desminado_humanitario_2005_2014.csv", "desminado_humanitario_2005_2014.xlsx"])
def test_colombian_clearance_adds_up(name: str, real_data: Path, importer: Importer, registry: Registry) -> None:
    assert importer(real_data / "colombia" / name, "release_products", make_ids=True).rows_added == 333
    back = registry.read("release_products")
    assert back.area_m2.sum() == pytest.approx(2.17e6, rel=0.01)
    assert back.devices_total.sum() == 5_006


def test_a_zip_of_layers_is_read_as_one(real_data: Path, importer: Importer) -> None:
    report = importer(real_data / "colombia" / "eventos_minas_geojson_1990_2019.zip", "accidents", layer="*", make_ids=True, dry_run=True)
    assert report.rows_added == 36_527


def test_cells_are_units_with_their_own_id(real_data: Path, importer: Importer, registry: Registry) -> None:
    path = real_data / "colombia" / "reland" / "reland_cells.parquet"
    with pytest.raises(FileRefusedError, match="no column is known to hold it") as caught:
        importer(path)
    assert '"cell_id"' in caught.value.remedy
    assert importer(path, profile=ImportProfile(columns={"cell_id": "area_id"})).rows_added == 8_647
