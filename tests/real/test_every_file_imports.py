"""Every real file comes into some table with its defects named, or says why it holds no records."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import geopandas
import pandas as pd
import pyogrio
import pytest

from dashboard.programme import Programme
from geodata.errors import GeodataError
from geodata.ingest import ImportReport, import_file
from geodata.ingest.profiles import ImportProfile
from geodata.registry import Registry, open_registry
from geodata.schema.config import Config

pytestmark = pytest.mark.real
Importer = Callable[..., ImportReport]


@dataclass(frozen=True)
class Records:
    """A file that holds records: how it is imported, how many come in, what must be found (code -> rows), and what must not be."""

    table: str
    rows: int
    found: dict[str, int]
    options: dict[str, object] = field(default_factory=dict)
    refused: int = 0

    def __str__(self) -> str:
        return self.table


RD_NEW = {"crs": "EPSG:28992", "make_ids": True}
ACCIDENTS = ImportProfile(name="accidents", only={"tipo_evento": ("Accidente por MAP", "Accidente por MUSE")})
VICTIMS = ImportProfile(name="victims", code_length=5, columns={"tipoevento": "eo_category"})
NO_KENMERK = ImportProfile(columns={"Kenmerk": ""})
CELLS = ImportProfile(name="cells", columns={"cell_id": "area_id"})
CLEARANCE = {"date_year_only": 333, "rows_repeated": 3, "place_without_code": 333}
RECORDS = [
    (
        "colombia/eventos_minas_1990_2019.csv",
        Records(
            "accidents", 36_527,
            {"date_year_only": 36_527, "code_unmapped": 29_618, "rows_repeated": 4_927, "outside_country": 1, "place_without_code": 36_527},
            {"make_ids": True},
        ),
    ),
    (
        "colombia/eventos_minas_1990_2019.csv",
        Records("accidents", 6_909, {"rows_left_out": 29_618, "date_year_only": 6_909}, {"make_ids": True, "profile": ACCIDENTS}),
    ),
    (
        "colombia/eventos_minas_geojson_1990_2019.zip",
        Records(
            "accidents", 36_527, {"date_year_only": 36_527, "rows_repeated": 4_947, "outside_country": 1, "mapping_asked": 1},
            {"make_ids": True, "layer": "*"},
        ),
    ),
    (
        "colombia/victimas_map_muse.csv",
        Records(
            "accidents", 12_390,
            {"code_marks_removed": 12_390, "columns_exchanged": 12_390, "date_year_only": 12_390, "rows_repeated": 3_858},
            {"make_ids": True, "profile": VICTIMS},
        ),
    ),
    ("colombia/desminado_humanitario_2005_2014.csv", Records("release_products", 333, CLEARANCE, {"make_ids": True})),
    ("colombia/desminado_humanitario_2005_2014.xlsx", Records("release_products", 333, CLEARANCE, {"make_ids": True})),
    ("colombia/zonas_reserva_campesina.gpkg", Records("hazard_areas", 7, {"unit_converted": 7})),
    (
        "colombia/reland/reland_cells.parquet",
        Records("hazard_areas", 8_647, {"unit_converted": 8_647}, {"profile": CELLS}),
    ),
    ("amsterdam/verdachte_gebieden.csv", Records("hazard_areas", 4, {}, {"crs": "EPSG:28992"})),
    ("amsterdam/gevrijwaard_gebied.csv", Records("release_products", 19, {"mapping_asked": 1}, RD_NEW)),
    ("amsterdam/reeds_uitgevoerd_ce_onderzoek.csv", Records("activities", 9, {"code_unmapped": 5, "mapping_asked": 1}, RD_NEW)),
    ("amsterdam/inslagen.csv", Records("evidence", 27, {}, RD_NEW)),
    *(
        ("amsterdam/bommenkaart_shapefiles.zip", Records(table, rows, found, {**RD_NEW, "layer": layer, "profile": NO_KENMERK}))
        for layer, table, rows, found in (
            ("Verdachte_gebieden_test", "hazard_areas", 6, {"ids_made": 6}),
            ("Gevrijwaard_gebied_test", "release_products", 1, {"ids_made": 1}),
            ("Inslagen_ea_test", "evidence", 5, {"ids_made": 5}),
            ("Reeds_uitgevoerde_CE_onderzoeken_test", "activities", 1, {"ids_made": 1}),
        )
    ),
]  # fmt: skip
CONTEXT = {
    "colombia/populated_places_geonames.csv": ("towns: a layer of points", {"id_column_missing"}),
    "colombia/contexto_municipal_1993_2014.csv": ("land use and services by municipality: a table to join", {"id_column_missing"}),
    "colombia/municipios_mgn2018.geojson": ("boundaries: a layer of units", {"id_column_missing"}),
    "colombia/municipios_ocha.gpkg": ("boundaries: a layer of units", {"id_column_missing"}),
    "colombia/relative_wealth_index.csv": ("wealth: a layer to interpolate", {"id_column_missing"}),
    "colombia/ipm_municipal_2018.csv": ("poverty: a table to join", {"id_column_missing"}),
    "colombia/irv_pdet_2022.csv": ("risk classes: a table to join", {"id_column_missing"}),
    "colombia/reland/reference_metrics.csv": ("scores of models", {"id_column_missing"}),
    "colombia/reland/train_all.csv": ("features of cells, joined in reland_cells", {"id_column_missing", "crs_missing", "text_garbled"}),
    "colombia/reland/test_all.csv": ("features of cells, joined in reland_cells", {"id_column_missing", "crs_missing"}),
    "colombia/reland/published_predictions.csv": ("predictions, joined in reland_cells", {"id_column_missing", "text_garbled"}),
    "basemap/natural_earth.gpkg": ("a basemap of seven layers", {"layer_not_chosen"}),
}


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    """An empty registry."""
    made = open_registry(tmp_path / "registry.sqlite", create=True)
    yield made
    made.close()


@pytest.fixture(scope="module")
def colombia(real_data: Path) -> Config:
    """A programme that knows the outline of Colombia."""
    outline = {"id": "country", "path": "colombia/municipios_ocha.gpkg", "kind": "polygon", "source": "OCHA", "licence": "CC BY-IGO"}
    return Config.model_validate({"programme": {"name": "Test", "country": "Colombia", "outline": "country"}, "layers": [outline]})


@pytest.fixture
def importer(registry: Registry, real_data: Path, colombia: Config) -> Importer:
    """Imports a real file, by its path in the folder of real data."""
    elsewhere = Config.model_validate({"programme": {"name": "Test", "country": "Testland"}})

    def run(name: str, table: str, **options: object) -> ImportReport:
        config = colombia if name.startswith("colombia/") else elsewhere
        return import_file(registry, config, real_data / name, table, programme_dir=real_data, author="Ana", **options)  # type: ignore[arg-type]

    return run


def test_no_file_is_forgotten(real_data: Path) -> None:
    files = {str(path.relative_to(real_data)) for path in real_data.rglob("*") if path.is_file() and path.name != "README.md"}
    assert files == {name for name, _ in RECORDS} | set(CONTEXT)


@pytest.mark.parametrize(("name", "wanted"), RECORDS, ids=[f"{Path(name).name}-{wanted}-{wanted.rows}" for name, wanted in RECORDS])
def test_a_file_of_records_comes_in_and_its_defects_are_named(name: str, wanted: Records, importer: Importer) -> None:
    report = importer(name, wanted.table, dry_run=True, **wanted.options)
    found = {item.code: item.n_rows for item in report.findings}
    assert (report.rows_added, report.rows_refused) == (wanted.rows, wanted.refused)
    assert {code: found.get(code) for code in wanted.found} == wanted.found
    assert "error" not in {item.severity for item in report.findings}


@pytest.mark.parametrize("name", CONTEXT, ids=[Path(name).name for name in CONTEXT])
def test_a_file_without_records_is_refused_with_its_reason(name: str, importer: Importer) -> None:
    with pytest.raises(GeodataError) as caught:
        importer(name, "hazard_areas", dry_run=True)
    report = getattr(caught.value, "report", None)
    codes = {item.code for item in report.findings} if report else {caught.value.code}
    assert CONTEXT[name][1] <= codes
    assert caught.value.remedy


def test_victims_are_placed_by_code_and_nothing_says_who_they_were(importer: Importer, registry: Registry, real_data: Path) -> None:
    name = "colombia/victimas_map_muse.csv"
    report = importer(name, "accidents", make_ids=True, profile=VICTIMS)
    back = registry.read("accidents")
    units = pyogrio.read_dataframe(real_data / "colombia" / "municipios_ocha.gpkg", read_geometry=False)
    assert set(back.admin_code) <= set(units.cod_municipio)
    assert back.admin_code.str.len().eq(5).all()
    source = pd.read_csv(real_data / name, dtype=str)
    assert back.admin_code.value_counts().to_dict() == source.codigodanemunicipio.str.replace(",", "").str.zfill(5).value_counts().to_dict()
    assert back.date.dt.year.value_counts().to_dict() == source.ano.str.replace(",", "").astype(int).value_counts().to_dict()
    assert not {"estado", "genero", "rangoedad", "grupoetnico", "condicion"} & set(report.mapping.values())
    message = next(item.message for item in report.findings if item.code == "columns_exchanged")
    assert message == 'Columns "genero" and "estado" look exchanged: "genero" holds Herido, Muerto and "estado" holds Hombre, Mujer.'


def test_the_lost_minus_sign_is_the_one_row_that_is_named(importer: Importer) -> None:
    report = importer("colombia/eventos_minas_1990_2019.csv", "accidents", make_ids=True, dry_run=True)
    message = next(item.message for item in report.findings if item.code == "outside_country")
    assert message.startswith("1 rows lie outside the country (LR-")
    shared = next(item for item in report.findings if item.code == "place_repeated")
    assert shared.n_rows > 0.2 * report.rows_read


def test_both_files_of_clearance_give_the_same_records(importer: Importer, registry: Registry, real_data: Path) -> None:
    for ending in ("csv", "xlsx"):
        report = importer(f"colombia/desminado_humanitario_2005_2014.{ending}", "release_products", make_ids=True)
    assert (report.rows_added, report.rows_updated, report.rows_unchanged) == (0, 0, 333)
    back = registry.read("release_products")
    source = pd.read_csv(real_data / "colombia" / "desminado_humanitario_2005_2014.csv")
    assert back.area_m2.sum() == pytest.approx(source.areadespejada.sum(), rel=1e-12)
    assert (back.devices_total.sum(), back[["admin1", "admin2"]].drop_duplicates().shape[0]) == (5_006, 45)


def test_outlines_in_the_dutch_grid_lie_in_amsterdam_whatever_the_file(importer: Importer, registry: Registry, real_data: Path) -> None:
    importer("amsterdam/verdachte_gebieden.csv", "hazard_areas", crs="EPSG:28992")
    importer("amsterdam/bommenkaart_shapefiles.zip", "hazard_areas", layer="Verdachte_gebieden_test", profile=NO_KENMERK, **RD_NEW)
    back = registry.read("hazard_areas")
    assert len(back) == 10
    west, south, east, north = back.total_bounds
    assert (4.7 < west < east < 5.1, 52.2 < south < north < 52.5) == (True, True)
    text = pd.read_csv(real_data / "amsterdam" / "verdachte_gebieden.csv")
    own = geopandas.GeoSeries.from_wkt(text.WKT, crs=28992).to_crs(4326)
    for name, outline in zip(text.Kenmerk, own, strict=True):
        assert back.geometry[back.area_id == name].iloc[0].symmetric_difference(outline).area < 1e-12


def test_cells_are_the_units_of_a_grid_programme(real_data: Path, tmp_path: Path) -> None:
    (tmp_path / "layers").mkdir()
    shutil.copy(real_data / "colombia" / "reland" / "reland_cells.parquet", tmp_path / "layers")
    (tmp_path / "config.yaml").write_text(GRID, encoding="utf-8")
    programme = Programme.open(tmp_path)
    snapshot = programme.build()
    assert snapshot.n_areas == 8_647
    people = snapshot.values["people"]
    cells = geopandas.read_parquet(real_data / "colombia" / "reland" / "reland_cells.parquet").set_index("cell_id")
    assert people.sum() == pytest.approx(cells.population_2020.sum())
    ranking = programme.rank()
    first = ranking.order[0] if hasattr(ranking, "order") else int(ranking.rank.argmin())
    assert ranking.n_ranked == 8_647
    assert people.iloc[first] >= people.quantile(0.99)


GRID = """
programme: {name: Cells, country: Colombia, languages: [en]}
areas:
  unit: grid_cell
  source: cells
  fields: {area_id: cell_id, admin2: municipio, admin_code: cod_municipio}
layers:
  - id: cells
    path: layers/reland_cells.parquet
    kind: polygon
    source: RELand
    licence: MIT
    columns: {key: cell_id, text: [cell_id, cod_municipio]}
  - {id: features, path: layers/reland_cells.parquet, kind: table, source: RELand, licence: MIT, columns: {key: cell_id, text: [cell_id]}}
indicators:
  - {id: people, layer: features, method: join, parameters: {column: population_2020}, unit: people, label: {en: People}}
criteria:
  - id: people
    group: benefit
    indicator: people
    value: {shape: log, low: 0, high: 1000, scale: 10}
    bounds_reason: A thousand people in a square kilometre are full weight.
    label: {en: People}
profiles:
  - {id: people, label: {en: People}, author: test, rationale: {en: Where people live.}, weights: {people: 1}}
scenarios:
  - {id: people, label: {en: People}, profile: people}
"""
