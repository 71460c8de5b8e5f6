"""Contamination as polygons, points, lines or attributes, measured for hazard areas, communities, municipalities and grid cells."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.schema.load import parse_config
from geodata.snapshot import Snapshot
from geodata.snapshot.build import build_snapshot

from .conftest import CORNER, MemoryRegistry, accidents, hazard_areas

UNITS = """
programme: {{name: {{en: Test}}, country: Testland, data_until: 2020-12-31}}
areas: {areas}
layers:
  - {{id: units, path: units.gpkg, kind: polygon, source: s, licence: l, columns: {{key: code, text: [code]}}}}
  - {{id: minefields, path: minefields.gpkg, kind: polygon, source: s, licence: l}}
  - {{id: strikes, path: strikes.gpkg, kind: point, source: s, licence: l}}
  - {{id: front, path: front.gpkg, kind: line, source: s, licence: l}}
  - {{id: ordnance, path: ordnance.gpkg, kind: polygon, source: s, licence: l}}
  - {{id: visits, path: visits.gpkg, kind: polygon, source: s, licence: l}}
indicators:
  - {{id: mined_ha, layer: minefields, method: share, parameters: {{measure: ha}}, unit: ha, label: {{en: a}}}}
  - {{id: hazards, layer: registry.hazard_areas, method: within, unit: areas, label: {{en: a}}}}
  - {{id: strikes_5km, layer: strikes, method: within, parameters: {{reach_m: 5000}}, unit: strikes, label: {{en: a}}}}
  - {{id: front_km, layer: front, method: within, parameters: {{stat: length_km}}, unit: km, label: {{en: a}}}}
  - {{id: front_m, layer: front, method: nearest, unit: m, label: {{en: a}}}}
  - {{id: ordnance_per_km2, layer: ordnance, method: areal, parameters: {{column: per_km2}}, unit: per km2, label: {{en: a}}}}
  - {{id: status, layer: visits, method: survey, parameters: {{measure: status, date_column: date}}, unit: survey status, label: {{en: a}}}}
  - {{id: silent, layer: visits, method: survey, parameters: {{measure: silent, date_column: date}}, unit: "1 yes, 0 no", label: {{en: a}}}}
"""
N_SIDE = {"community": 6, "municipality": 2, "grid_cell": 10}


def squares(n_side: int, **columns: object) -> gpd.GeoDataFrame:
    step = 1.0 / n_side
    boxes = [
        shapely.box(*(CORNER + np.array([x, y]) * step), *(CORNER + np.array([x + 1, y + 1]) * step))
        for x in range(n_side)
        for y in range(n_side)
    ]
    return gpd.GeoDataFrame({"code": [f"U{i:03d}" for i in range(len(boxes))], **columns}, geometry=boxes, crs=4326)


def build(folder: Path, unit: str) -> Snapshot:
    rng = np.random.default_rng(9)
    at = rng.uniform(0.05, 0.95, (8, 2)) + CORNER
    discs = shapely.buffer(shapely.points(at), 0.01)
    gpd.GeoDataFrame(geometry=discs, crs=4326).to_file(folder / "minefields.gpkg")
    gpd.GeoDataFrame(geometry=shapely.points(rng.uniform(0, 1, (30, 2)) + CORNER), crs=4326).to_file(folder / "strikes.gpkg")
    line = shapely.LineString(CORNER + np.array([[0.0, 0.3], [1.0, 0.62]]))
    gpd.GeoDataFrame(geometry=[line], crs=4326).to_file(folder / "front.gpkg")
    squares(3, per_km2=np.arange(9.0)).to_file(folder / "ordnance.gpkg")
    west = shapely.box(*CORNER, *(CORNER + np.array([0.45, 1.0])))
    gpd.GeoDataFrame({"date": ["2015-06-01"]}, geometry=[west], crs=4326).to_file(folder / "visits.gpkg")
    squares(N_SIDE.get(unit, 2)).to_file(folder / "units.gpkg")
    areas = "{unit: hazard_area}" if unit == "hazard_area" else f"{{unit: {unit}, source: units, fields: {{area_id: code}}}}"
    registry = MemoryRegistry(hazard_areas=hazard_areas(), accidents=accidents())
    return build_snapshot(parse_config(UNITS.format(areas=areas)), registry, folder)


@pytest.mark.parametrize("unit", ["hazard_area", "community", "municipality", "grid_cell"])
def test_every_kind_of_contamination_is_measured_for_every_kind_of_unit(tmp_path: Path, unit: str) -> None:
    snapshot = build(tmp_path, unit)
    metric = snapshot.areas.to_crs(snapshot.manifest["crs"]).geometry
    values = snapshot.values[snapshot.areas["is_located"].to_numpy()]
    places = metric[snapshot.areas["is_located"].to_numpy()]
    layer = {name: gpd.read_file(tmp_path / f"{name}.gpkg").to_crs(metric.crs).geometry for name in ("minefields", "strikes", "front")}
    fields = layer["minefields"].union_all()
    np.testing.assert_allclose(values["mined_ha"].fillna(0), places.intersection(fields).area / 1e4, rtol=1e-6, atol=1e-6)
    strikes = [int((layer["strikes"].distance(place) <= 5_000).sum()) for place in places]
    np.testing.assert_array_equal(values["strikes_5km"], strikes)
    np.testing.assert_allclose(values["front_km"], places.intersection(layer["front"].union_all()).length / 1e3, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(values["front_m"], places.distance(layer["front"].union_all()), rtol=1e-6, atol=1e-6)
    assert values["ordnance_per_km2"].between(0, 8).all()
    assert len(places) == {"hazard_area": 23, "community": 36, "municipality": 4, "grid_cell": 100}[unit]


def test_never_surveyed_is_told_apart_from_surveyed_with_nothing_found(tmp_path: Path) -> None:
    snapshot = build(tmp_path, "grid_cell")
    status, silent = snapshot.values["status"], snapshot.values["silent"]
    metric = snapshot.areas.to_crs(snapshot.manifest["crs"]).geometry
    visits = gpd.read_file(tmp_path / "visits.gpkg").to_crs(metric.crs).geometry.union_all()
    records = gpd.GeoSeries([*hazard_areas().geometry.dropna(), *accidents().geometry], crs=4326).to_crs(metric.crs).union_all()
    is_surveyed, is_recorded = metric.intersects(visits), metric.intersects(records)
    np.testing.assert_array_equal(status, 2.0 * is_surveyed + is_recorded)
    assert set(status) == {0.0, 1.0, 2.0, 3.0}
    np.testing.assert_array_equal(silent, (~is_surveyed & ~is_recorded).astype(float))
    # how much of a cell the visits cover is not claimed: a visit is no proof that the ground is empty
    assert snapshot.coverage["status"].isna().all()
