"""Methods that need several layers or all areas together, from config.yaml to values; the same whatever the pieces."""

from __future__ import annotations

import shutil
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.errors import ConfigError
from geodata.snapshot import work

from .conftest import Programme, files_of

LAYERS = """layers:
  - {id: villages, path: layers/villages.gpkg, kind: point, source: Office, licence: CC0}
  - {id: zones, path: layers/zones.gpkg, kind: polygon, source: Office, licence: CC0}
"""
INDICATORS = """indicators:
  - {id: around, layer: registry.hazard_areas, method: within, parameters: {reach_m: 30000, others_only: true, stat: density_per_km2},
     unit: per km2, label: {en: a}}
  - {id: unlisted, layer: people, method: unlisted, unit: p, label: {en: u},
     parameters: {places_layer: villages, away_m: 20000, reach_m: 3000}}
  - {id: unlisted_5km, layer: people, method: unlisted, unit: p, label: {en: u},
     parameters: {places_layer: villages, away_m: 5000, reach_m: 3000}}
  - {id: poor, layer: zones, method: areal, parameters: {column: poor, weight_layer: people}, unit: share, label: {en: p}}
  - {id: status, layer: registry.survey_visits, method: survey, unit: code, label: {en: s},
     parameters: {measure: status, date_column: date}}
  - {id: last, method: community, parameters: {measure: is_last, level: admin2}, unit: "1 yes", label: {en: l}}
"""
NAMES = ["around", "unlisted", "unlisted_5km", "poor", "status", "last"]


@pytest.fixture
def several(programme: Programme) -> Programme:
    places = gpd.GeoDataFrame(geometry=[shapely.Point(39.2, 5.2), shapely.Point(39.8, 5.7)], crs=4326)
    places.to_file(programme.folder / "layers" / "villages.gpkg")
    halves = [shapely.box(38.9, 4.9, 39.5, 6.1), shapely.box(39.5, 4.9, 40.1, 6.1)]
    gpd.GeoDataFrame({"poor": [0.25, 0.75]}, geometry=halves, crs=4326).to_file(programme.folder / "layers" / "zones.gpkg")
    at = shapely.centroid(programme.registry.tables["hazard_areas"].geometry.to_numpy()[1])
    visits = gpd.GeoDataFrame({"visit_id": ["V1"], "date": ["2019-01-01"]}, geometry=[at], crs=4326)
    programme.registry.tables["survey_visits"] = visits
    programme.text = programme.text.replace("layers:\n", LAYERS, 1).replace("indicators:\n", INDICATORS)
    return programme


def test_the_values_are_those_expected_and_the_pieces_do_not_matter(several: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = several.build()
    values, areas = snapshot.values[NAMES], snapshot.areas
    located = areas["is_located"].to_numpy()
    metric = areas.to_crs(snapshot.manifest["crs"]).geometry
    near = np.array([sum(other is not None and one.distance(other) <= 30_000 for other in metric) - 1 if one else np.nan for one in metric])
    extent = np.array([one.buffer(30_000, 16).area / 1e6 if one else np.nan for one in metric])
    np.testing.assert_allclose(values["around"], near / extent, rtol=0.01)
    assert (values["unlisted"] <= values["unlisted_5km"])[located].all()
    assert values["unlisted_5km"].max() > values["unlisted"].min() == 0
    clear = located & ((areas["lon"] - 39.5).abs() > 0.01).to_numpy()
    assert values["poor"][clear].tolist() == np.where(areas["lon"] < 39.5, 0.25, 0.75)[clear].tolist()
    assert sorted(values["status"].fillna(-1)) == [-1.0] + [1.0] * 22 + [3.0]
    assert sorted(values["last"].fillna(-1)) == [-1.0] * 2 + [0.0] * 22
    shutil.rmtree(several.folder / "derived")
    monkeypatch.setattr(work, "AREAS_PER_PIECE", 3)
    assert files_of(several.build()) == files_of(snapshot)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("places_layer: villages, away_m: 20000", "places_layer: zones", "this must be a point layer"),
        ("layer: registry.hazard_areas, method: within", "layer: villages, method: within", "others_only leaves out an area's own record"),
        (
            "parameters: {column: poor, weight_layer: people}",
            "parameters: {column: poor, weight_layer: villages}",
            "must be a raster layer",
        ),
        ("layer: zones, method: areal", "layer: registry.accidents, method: areal", "records cannot be measured so"),
    ],
)
def test_layers_that_do_not_fit_are_refused(several: Programme, old: str, new: str, words: Any) -> None:
    assert old in several.text
    several.text = several.text.replace(old, new)
    with pytest.raises(ConfigError, match=words):
        several.build()
