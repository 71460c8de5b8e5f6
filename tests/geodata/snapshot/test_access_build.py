"""Access as an indicator of a programme: from config.yaml to a value, kept until something changes."""

from __future__ import annotations

import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.errors import ConfigError, LayerError
from geodata.snapshot import accessing
from geodata.snapshot.access_walking import slope_slowing
from geodata.snapshot.explain import explain_build

from .conftest import Programme, files_of

LAYERS = """layers:
  - {id: net, path: layers/net.gpkg, kind: line, source: Office, licence: CC0}
  - {id: villages, path: layers/villages.csv, kind: point, crs: EPSG:4326, columns: {x: lon, y: lat}, source: Office, licence: CC0}
  - {id: clinics, path: layers/clinics.csv, kind: point, crs: EPSG:4326, columns: {x: lon, y: lat}, source: Office, licence: CC0}
"""
INDICATOR = """indicators:
  - {id: NAME, layer: clinics, method: access, unit: people, label: {en: Clinic}, parameters: {MEASURE, roads: net, kind_column: kind,
     speeds_kmh: {road: 60}, people_layer: villages, people_column: people, infer_where: {blocked_use: [road]}, walk_max_m: 1000}}
"""


@pytest.fixture
def reached(programme: Programme) -> Programme:
    """A village 30 km west of a blocked area and a clinic 30 km east of it, on one road; another road leads 50 km around."""
    areas = programme.registry.tables["hazard_areas"]
    areas["blocked_use"] = "road"
    areas.loc[1:, "road_blocked"] = False
    centre = areas.geometry.iloc[0].centroid
    west, east = centre.x - 0.27, centre.x + 0.27
    around = [(west, centre.y), (west, centre.y + 0.4), (east, centre.y + 0.4), (east, centre.y)]
    lines = [shapely.LineString([(west, centre.y), (east, centre.y)]), shapely.LineString(around), shapely.LineString([(0, 0), (1, 1)])]
    gpd.GeoDataFrame({"kind": ["road", "road", "path"]}, geometry=lines, crs=4326).to_file(programme.folder / "layers" / "net.gpkg")
    pd.DataFrame({"lon": [west], "lat": [centre.y], "people": [70]}).to_csv(programme.folder / "layers" / "villages.csv", index=False)
    pd.DataFrame({"lon": [east], "lat": [centre.y]}).to_csv(programme.folder / "layers" / "clinics.csv", index=False)
    programme.text = programme.text.replace("layers:\n", LAYERS, 1).replace("indicators:\n", indicator("sooner", "measure: people_gaining"))
    return programme


def indicator(name: str, measure: str) -> str:
    return INDICATOR.replace("NAME", name).replace("MEASURE", measure)


def test_the_people_who_gain_stand_beside_the_area_that_blocks_them(reached: Programme) -> None:
    snapshot = reached.build()
    located = snapshot.areas["is_located"].to_numpy()
    expected = np.where(located, 0.0, np.nan)
    expected[23] = 70.0
    np.testing.assert_array_equal(snapshot.values["sooner"], expected)
    np.testing.assert_array_equal(snapshot.coverage["sooner"], np.where(located, 1.0, np.nan))
    assert snapshot.indicators["sooner"].inferred_share == 0.0


def test_the_rule_closes_only_where_the_record_does_not_say_and_its_share_is_told(reached: Programme) -> None:
    reached.registry.tables["hazard_areas"].loc[0, "road_blocked"] = None
    snapshot = reached.build()
    assert snapshot.values["sooner"][23] == 70.0
    assert snapshot.indicators["sooner"].inferred_share == 1.0
    reached.text = reached.text.replace("infer_where: {blocked_use: [road]}, ", "")
    assert reached.build().values["sooner"][23] == 0.0


def test_a_road_in_use_stays_open(reached: Programme) -> None:
    reached.registry.tables["hazard_areas"]["current_use"] = "road"
    reached.text = reached.text.replace("infer_where:", "in_use: {current_use: [road]}, infer_where:")
    assert reached.build().values["sooner"].max() == 0.0


def test_measures_share_one_run_and_the_cache_gives_the_same(reached: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    reached.text = reached.text.replace("indicators:\n", indicator("minutes", "measure: minutes_saved"), 1)
    runs, whole = [], accessing.access
    monkeypatch.setattr(accessing, "access", lambda *inputs: runs.append(1) or whole(*inputs))
    first = reached.build()
    # 60 km straight on, and 0.4 degrees (44 km) there and back as well on the way around; a minute each
    assert first.values["minutes"][23] == pytest.approx(70 * 88.5, rel=0.01)
    assert len(runs) == 1
    shutil.rmtree(reached.folder / "derived" / "snapshots")
    assert files_of(reached.build()) == files_of(first)
    assert len(runs) == 1
    plan = {item.id: item for item in explain_build(reached.config, reached.registry, reached.folder).indicators}
    assert plan["minutes"].n_areas == 0
    reached.registry.tables["hazard_areas"].loc[0, "road_blocked"] = False
    plan = {item.id: item for item in explain_build(reached.config, reached.registry, reached.folder).indicators}
    assert (plan["minutes"].n_areas, plan["road_m"].n_areas) == (24, 0)
    assert plan["minutes"].reasons == ("areas, their records or a layer changed, and access depends on all of them",)
    assert reached.build().values["minutes"][23] == 0.0
    assert len(runs) == 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("roads: net", "roads: people", "this must be a line layer"),
        ("people_layer: villages", "people_layer: nobody", "this must be a point layer"),
        ("people_column: people", "people_column: souls", "souls"),
        ("measure: people_gaining", "measure: market_access_gain", "needs theta and weight_column"),
        ("measure: people_gaining", "theta: 2, weight_column: people, measure: market_access_gain", "theta needs theta_source"),
        ("measure: people_gaining", "together: route", "needs route_column"),
        ("speeds_kmh: {road: 60}", "speeds_kmh: {road: 0}", "above 0"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_measured(reached: Programme, old: str, new: str, words: str) -> None:
    assert old in reached.text
    reached.text = reached.text.replace(old, new)
    with pytest.raises(ConfigError, match=words):
        reached.build()


def test_a_field_that_records_do_not_have_is_named(reached: Programme) -> None:
    reached.text = reached.text.replace("infer_where: {blocked_use", "infer_where: {blocked_usage")
    with pytest.raises(LayerError, match="Records have no field 'blocked_usage'"):
        reached.build()


def test_steep_ground_is_walked_slower_as_tobler_found() -> None:
    slope = np.array([[0.0, 0.0], [30.0, 30.0], [np.nan, 30.0], [np.nan, np.nan]])
    steep = (np.exp(3.5 * (np.tan(np.pi / 6) + 0.05)) + np.exp(3.5 * (np.tan(np.pi / 6) - 0.05))) / 2 / np.exp(0.175)
    np.testing.assert_allclose(slope_slowing(slope), [1, steep, steep, 1])
