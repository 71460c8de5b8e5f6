"""Every layer of the Colombian set as indicators, against pandas, geopandas.overlay and a ball tree that know nothing of ours."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from dashboard.commands.build_report import build_text
from dashboard.programme import Programme
from geodata.snapshot import Snapshot

ROOT = Path(__file__).parents[2]
FILES = (
    "municipios_ocha.gpkg", "zonas_reserva_campesina.gpkg", "eventos_minas_1990_2019.csv", "victimas_map_muse.csv",
    "ipm_municipal_2018.csv", "relative_wealth_index.csv", "contexto_municipal_1993_2014.csv", "populated_places_geonames.csv",
    "desminado_humanitario_2005_2014.csv", "irv_pdet_2022.csv", "municipios_mgn2018.geojson",
)  # fmt: skip
EARTH_M = 6_371_008.8

pytestmark = pytest.mark.real


def built(data: Path, folder: Path, config: str, *more: str) -> Snapshot:
    (folder / "layers").mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "tutorial-colombia" / config, folder / "config.yaml")
    for name in (*FILES, *more, "../basemap/natural_earth.gpkg"):
        shutil.copy(data / "colombia" / name, folder / "layers")
    programme = Programme.open(folder)
    programme.build()
    return programme.snapshot()


@pytest.fixture(scope="module")
def snapshot(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return built(real_data, tmp_path_factory.mktemp("colombia") / "programme", "config.yaml")


@pytest.fixture(scope="module")
def cells(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return built(real_data, tmp_path_factory.mktemp("cells") / "programme", "reland.yaml", "reland/reland_cells.parquet")


@pytest.fixture(scope="module")
def metric(snapshot: Snapshot) -> gpd.GeoDataFrame:
    """The municipalities in the measuring CRS."""
    return snapshot.areas[["area_id", "geometry"]].to_crs(snapshot.manifest["crs"])


def points(path: Path, x: str, y: str, crs: object) -> gpd.GeoDataFrame:
    table = pd.read_csv(path)
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table[x], table[y]), crs=4326).to_crs(crs)


def test_the_build_prints_known_covered_and_joined_for_every_indicator(snapshot: Snapshot) -> None:
    lines = build_text(snapshot, None, []).splitlines()
    assert len(lines) == len(snapshot.indicators) + 3
    assert lines[1].split() == ["indicator", "known", "covered", "joined", "unit"]
    told = {line.split()[0]: line.split()[1:4] for line in lines[2:-1]}
    assert told["poverty_total"] == ["100.0%", "100.0%", "100.0%"]
    assert told["contamination_events"] == ["100.0%", "100.0%", "99.2%"]
    assert told["reserve_zone_share"] == ["100.0%", "100.0%", "-"]
    assert told["cleared_m2"] == ["4.0%", "4.0%", "100.0%"]


@pytest.mark.parametrize(("first", "last"), [(1990, 1999), (2000, 2004), (2005, 2009), (2010, 2014), (2015, 2019)])
def test_accidents_of_each_period_are_those_of_a_spatial_join(
    snapshot: Snapshot, metric: gpd.GeoDataFrame, real_data: Path, first: int, last: int
) -> None:
    events = points(real_data / "colombia" / "eventos_minas_1990_2019.csv", "longitud", "latitud", metric.crs)
    events = events[events["tipo_evento_cod"].isin([1, 2]) & events["anio"].between(first, last)]
    joined = events.sjoin(metric, predicate="intersects")
    # a point on a common border counts for the first of its municipalities
    joined = joined.sort_values("index_right").loc[lambda rows: ~rows.index.duplicated()]
    expected = joined.groupby("index_right").size().reindex(metric.index, fill_value=0)
    np.testing.assert_array_equal(snapshot.values[f"accidents_{first}_{last}"], expected)
    assert snapshot.indicators[f"accidents_{first}_{last}"].join_rate == pytest.approx(len(joined) / len(events))


def test_land_in_reserve_zones_is_that_of_an_overlay(snapshot: Snapshot, metric: gpd.GeoDataFrame, real_data: Path) -> None:
    zones = gpd.read_file(real_data / "colombia" / "zonas_reserva_campesina.gpkg").to_crs(metric.crs)
    pieces = gpd.overlay(metric, zones[["geometry"]].dissolve(), how="intersection")
    expected = pieces.area.groupby(pieces["area_id"]).sum().reindex(metric["area_id"], fill_value=0).to_numpy()
    np.testing.assert_allclose(snapshot.values["reserve_zone_ha"], expected / 1e4, rtol=1e-6, atol=1e-4)
    np.testing.assert_allclose(snapshot.values["reserve_zone_share"], expected / metric.area, rtol=1e-6, atol=1e-9)


def test_the_official_area_carried_by_common_ground_is_that_of_an_overlay(
    snapshot: Snapshot, metric: gpd.GeoDataFrame, real_data: Path
) -> None:
    frame = gpd.read_file(real_data / "colombia" / "municipios_mgn2018.geojson").to_crs(metric.crs)
    frame["geometry"] = frame.geometry.make_valid()
    frame["density"] = frame["MPIO_NAREA"] / frame.area
    sample = metric.iloc[::12]
    pieces = gpd.overlay(sample, frame[["density", "geometry"]], how="intersection", keep_geom_type=True)
    expected = (pieces["density"] * pieces.area).groupby(pieces["area_id"]).sum()
    ours = snapshot.values["frame_area_by_ground_km2"].set_axis(metric["area_id"])
    np.testing.assert_allclose(ours[expected.index], expected, rtol=1e-6)
    # both zonings draw nearly the same municipalities, and what is carried adds up to the official area
    joined = snapshot.values["frame_area_km2"].set_axis(metric["area_id"])
    assert (ours / joined).median() == pytest.approx(1, abs=0.01)
    assert ours.sum() == pytest.approx(joined.sum(), rel=0.01)


def test_distance_to_a_town_is_that_of_geopandas(snapshot: Snapshot, metric: gpd.GeoDataFrame, real_data: Path) -> None:
    towns = points(real_data / "colombia" / "populated_places_geonames.csv", "longitude", "latitude", metric.crs)
    sample = metric.iloc[::20]
    theirs = sample.sjoin_nearest(towns[["geometry"]], distance_col="m").groupby(level=0)["m"].first()
    np.testing.assert_allclose(snapshot.values["town_m"].iloc[::20], theirs, rtol=1e-9, atol=1e-6)
    # borders of the simplified polygons overlap in places: a town there counts for the first
    inside = towns.sjoin(metric, predicate="intersects").sort_values("index_right").loc[lambda rows: ~rows.index.duplicated()]
    expected = inside.groupby("index_right")["population"].sum().reindex(metric.index, fill_value=0)
    np.testing.assert_allclose(snapshot.values["towns_people"], expected)


def test_wealth_weighs_the_people_of_the_nearest_towns(snapshot: Snapshot, metric: gpd.GeoDataFrame, real_data: Path) -> None:
    from sklearn.neighbors import BallTree

    wealth = points(real_data / "colombia" / "relative_wealth_index.csv", "longitude", "latitude", metric.crs)
    towns = pd.read_csv(real_data / "colombia" / "populated_places_geonames.csv")
    tree = BallTree(np.radians(wealth[["latitude", "longitude"]]), metric="haversine")
    away, nearest = tree.query(np.radians(towns[["latitude", "longitude"]]), k=1)
    near = away[:, 0] * EARTH_M <= 25_000
    wealth["people"] = np.bincount(nearest[near, 0], towns["population"][near], minlength=len(wealth))
    inside = wealth.sjoin(metric, predicate="intersects")
    mean = inside.groupby("index_right")["rwi"].mean()
    np.testing.assert_allclose(snapshot.values["wealth_index"].loc[mean.index], mean, atol=1e-9)
    inside["product"] = inside["rwi"] * inside["people"]
    sums = inside.groupby("index_right")[["product", "people"]].sum().query("people > 0")
    ours = snapshot.values["wealth_index_people"].loc[sums.index]
    # a plane and the globe may find another point the nearest where two are equally near
    assert (np.abs(ours - sums["product"] / sums["people"]) < 1e-6).mean() > 0.98
    # towns are better off than the country around them
    assert (ours - snapshot.values["wealth_index"].loc[sums.index]).median() > 0.05


def test_clearance_is_joined_by_name_and_nothing_is_lost(snapshot: Snapshot, real_data: Path) -> None:
    table = pd.read_csv(real_data / "colombia" / "desminado_humanitario_2005_2014.csv")
    cleared = snapshot.values["cleared_m2"].set_axis(snapshot.areas["area_id"])
    assert cleared.notna().sum() == 45
    assert cleared.sum() == pytest.approx(table["areadespejada"].sum())
    assert cleared["68235"] == pytest.approx(table.loc[table["municipio"] == "EL CARMEN", "areadespejada"].sum())
    assert snapshot.values["devices_destroyed"].sum() == table["totalartefactosdestruidos"].sum() == 5_006
    assert snapshot.indicators["cleared_m2"].join_rate == 1.0


def test_every_file_of_the_set_is_a_layer_or_named_with_the_reason(real_data: Path) -> None:
    said = (ROOT / "docs" / "tutorial-colombia" / "config.yaml").read_text(encoding="utf-8")
    tutorial = (ROOT / "docs" / "tutorial-colombia.md").read_text(encoding="utf-8")
    layers = {path.name for path in (real_data / "colombia").iterdir() if path.is_file() and path.name in said}
    others = {path.name for path in (real_data / "colombia").iterdir() if path.is_file()} - layers
    assert others == {"eventos_minas_geojson_1990_2019.zip", "desminado_humanitario_2005_2014.xlsx"}
    assert "the yearly GeoJSON files and the spreadsheet (the same rows as the two tables)" in tutorial


def test_cells_are_units_too(cells: Snapshot, real_data: Path) -> None:
    source = gpd.read_parquet(real_data / "colombia" / "reland" / "reland_cells.parquet")
    source = source.set_index(source["cell_id"].astype("str")).loc[cells.areas["area_id"]]
    assert len(cells.areas) == 8_647
    np.testing.assert_allclose(cells.values["people_2020"], source["population_2020"])
    assert cells.values["railway_km"].isna().tolist() == source["railways_dist"].isna().tolist()
    poverty = pd.read_csv(real_data / "colombia" / "ipm_municipal_2018.csv", dtype={"cod_municipio": str}).set_index("cod_municipio")
    code = source["cod_municipio_espacial"]
    # a cell whose middle lies in no polygon takes the municipality that it overlaps most
    assert code.isna().sum() == 108
    known = code.notna().to_numpy()
    np.testing.assert_allclose(cells.values["poverty_rural"][known], code[known].map(poverty["ipm_rural"]))
    events = points(real_data / "colombia" / "eventos_minas_1990_2019.csv", "longitud", "latitud", cells.manifest["crs"])
    events = events[events["tipo_evento_cod"].isin([1, 2]) & events["anio"].between(2000, 2009)]
    metric = cells.areas[["geometry"]].to_crs(cells.manifest["crs"])
    joined = events.sjoin(metric, predicate="intersects").sort_values("index_right").loc[lambda rows: ~rows.index.duplicated()]
    expected = joined.groupby("index_right").size().reindex(metric.index, fill_value=0)
    np.testing.assert_array_equal(cells.values["accidents_2000_2009"], expected)
    # what the cells publish as wealth is what is measured from the points
    both = pd.concat([cells.values["wealth_index"], cells.values["wealth_of_cell"]], axis=1).dropna()
    assert both.corr().iloc[0, 1] > 0.8


def test_no_label_or_prediction_of_a_cell_is_an_indicator(cells: Snapshot) -> None:
    said = (ROOT / "docs" / "tutorial-colombia" / "reland.yaml").read_text(encoding="utf-8")
    fields = {str(info.parameters.get("field", "")) for info in cells.indicators.values()}
    assert not fields & {"mines_outcome", "risk_cluster"}
    assert not any(name.startswith("reland_") for name in fields)
    assert "judged" in said
