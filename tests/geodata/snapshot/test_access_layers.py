"""Access from config.yaml with layers of friction, barriers and groups of people, and the rule of the example's own config."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
import yaml
from affine import Affine

from geodata.errors import ConfigError, LayerError
from geodata.snapshot.measuring import _BEFORE_ACCESS

from .conftest import CORNER, Programme, files_of

EXAMPLE = Path(__file__).parents[3] / "geodata" / "example" / "config.yaml"
LAYERS = """layers:
  - {id: net, path: layers/net.gpkg, kind: line, source: Office, licence: CC0}
  - {id: villages, path: layers/villages.csv, kind: point, crs: EPSG:4326, columns: {x: lon, y: lat}, source: Office, licence: CC0}
  - {id: clinics, path: layers/clinics.csv, kind: point, crs: EPSG:4326, columns: {x: lon, y: lat}, source: Office, licence: CC0}
  - {id: friction, path: layers/friction.tif, kind: raster, source: Office, licence: CC0}
  - {id: poor, path: layers/poor.tif, kind: raster, source: Office, licence: CC0}
  - {id: river, path: layers/river.gpkg, kind: line, source: Office, licence: CC0}
"""
PARAMETERS: dict[str, Any] = {
    "measure": "people_gaining", "roads": "net", "kind_column": "kind", "speeds_kmh": {"road": 60}, "people_layer": "villages",
    "people_column": "people", "infer_where": {"blocked_use": ["road"]}, "walk_max_m": 2_000, "near_m": 100_000,
}  # fmt: skip
VILLAGE_M = 1_000.0


def write_raster(path: Path, cells: np.ndarray) -> None:
    rows, columns = cells.shape
    turn = Affine(1.4 / columns, 0, CORNER[0] - 0.2, 0, -1.4 / rows, CORNER[1] + 1.2)
    with rasterio.open(
        path, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="float32", crs="EPSG:4326", nodata=-1, transform=turn
    ) as file:
        file.write(cells.astype("float32"), 1)


@pytest.fixture
def reached(programme: Programme) -> Programme:
    """A village 1 km south of a road that an area blocks, a clinic at its other end 60 km east, and a way of 150 km around."""
    areas = programme.registry.tables["hazard_areas"]
    areas["blocked_use"] = "road"
    areas.loc[1:, "road_blocked"] = False
    centre, layers = areas.geometry.iloc[0].centroid, programme.folder / "layers"
    west, east, south = centre.x - 0.27, centre.x + 0.27, centre.y - VILLAGE_M / 110_574
    around = [(west, centre.y), (west, centre.y + 0.4), (east, centre.y + 0.4), (east, centre.y)]
    lines = [shapely.LineString([(west, centre.y), (east, centre.y)]), shapely.LineString(around)]
    gpd.GeoDataFrame({"kind": ["road", "road"]}, geometry=lines, crs=4326).to_file(layers / "net.gpkg")
    people = {"lon": [west], "lat": [south], "people": [70], "girls": [9], "boys": [11], "women": [None]}
    pd.DataFrame(people).to_csv(layers / "villages.csv", index=False)
    pd.DataFrame({"lon": [east], "lat": [centre.y]}).to_csv(layers / "clinics.csv", index=False)
    write_raster(layers / "friction.tif", np.full((14, 14), 0.03))
    write_raster(layers / "poor.tif", np.full((7, 7), 0.4))
    bank = [(west - 0.05, centre.y - 0.004), (west + 0.05, centre.y - 0.004)]
    gpd.GeoDataFrame(geometry=[shapely.LineString(bank)], crs=4326).to_file(layers / "river.gpkg")
    programme.text = programme.text.replace("layers:\n", LAYERS, 1)
    return programme


def ask(programme: Programme, **indicators: dict[str, Any]) -> None:
    """Measure these access indicators and no others."""
    base = {"layer": "clinics", "method": "access", "unit": "people"}
    made = [{"id": name, "label": {"en": name}, **base, "parameters": {**PARAMETERS, **said}} for name, said in indicators.items()]
    lines = "".join(f"  - {json.dumps(one)}\n" for one in made)
    programme.text = programme.text.split("indicators:\n")[0] + f"indicators:\n{lines}"


def test_who_gains_is_told_by_sex_and_age_and_by_poverty(reached: Programme) -> None:
    groups = {"group_columns": {"children": ["girls", "boys"], "women": "women"}, "group_share_layers": {"poor": "poor"}}
    ask(reached, all={}, children={**groups, "group": "children"}, women={**groups, "group": "women"}, poor={**groups, "group": "poor"})
    snapshot = reached.build()
    found = snapshot.values.iloc[23]
    assert found["all"] == 70.0
    assert found["children"] == 20.0
    assert found["poor"] == pytest.approx(28.0)
    # nobody counted the women of the village: unknown, not 0
    assert np.isnan(found["women"])
    assert snapshot.coverage.iloc[23][["all", "children", "women", "poor"]].tolist() == [1.0, 1.0, 0.0, 1.0]


def test_a_friction_layer_is_the_pace_and_what_it_does_not_know_is_told(reached: Programme) -> None:
    ask(reached, flat={"measure": "minutes_now"}, rough={"measure": "minutes_now", "friction_layer": "friction"})
    snapshot = reached.build()
    walked = VILLAGE_M * (0.03 - 60 / 5_000)
    row = snapshot.values.iloc[23]
    assert row["rough"] - row["flat"] == pytest.approx(walked, rel=0.01)
    assert snapshot.indicators["rough"].unknown_friction_share == 0.0
    assert snapshot.indicators["flat"].unknown_friction_share is None
    write_raster(reached.folder / "layers" / "friction.tif", np.full((14, 14), -1.0))
    again = reached.build()
    assert again.values.iloc[23]["rough"] == pytest.approx(row["flat"], rel=1e-9)
    assert again.indicators["rough"].unknown_friction_share == 1.0


def test_nobody_walks_across_a_river_to_the_road(reached: Programme) -> None:
    ask(reached, dry={}, wet={"barrier_layers": ["river"]})
    row = reached.build().values.iloc[23]
    assert row[["dry", "wet"]].tolist() == [70.0, 0.0]


def test_progress_is_told_step_by_step_and_a_cancelled_build_leaves_nothing_half_done(reached: Programme) -> None:
    ask(reached, all={}, after={"measure": "minutes_after"})
    said: list[tuple[float, str]] = []
    whole = reached.build(progress=lambda share, what: said.append((share, what)))
    shares = [share for share, _ in said]
    assert shares == sorted(shares)
    at = [share for share, what in said if what == "all"]
    assert len(at) > 5
    assert at[0] == pytest.approx(0.05 + 0.85 * _BEFORE_ACCESS)
    first = files_of(whole)

    def stop(share: float, what: str) -> None:
        if what == "all" and share > at[3]:
            raise KeyboardInterrupt

    for folder in ("cache", "snapshots"):
        (reached.folder / "derived" / folder).rename(reached.folder / "derived" / f"old-{folder}")
    with pytest.raises(KeyboardInterrupt):
        reached.build(progress=stop)
    assert not list((reached.folder / "derived").glob("snapshots/*"))
    assert files_of(reached.build()) == first


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"friction_layer": "net"}, "this must be a raster layer"),
        ({"barrier_layers": ["friction"]}, "this must be a polygon or line layer"),
        ({"group_share_layers": {"poor": "net"}, "group": "poor"}, "this must be a raster layer"),
        ({"group": "women"}, "group must be named by"),
        ({"group_columns": {"poor": "girls"}, "group_share_layers": {"poor": "poor"}}, "not both: poor"),
        ({"friction_layer": "friction", "slope_layer": "friction"}, "give either slope_layer or friction_layer"),
        ({"group_columns": {"women": "ladies"}}, "ladies"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_measured(reached: Programme, said: dict[str, Any], words: str) -> None:
    ask(reached, one=said)
    with pytest.raises(ConfigError, match=words):
        reached.build()


def test_percentages_are_no_shares(reached: Programme) -> None:
    write_raster(reached.folder / "layers" / "poor.tif", np.full((7, 7), 40.0))
    ask(reached, one={"group_share_layers": {"poor": "poor"}, "group": "poor"})
    with pytest.raises(LayerError, match="must lie between 0 and 1"):
        reached.build()


def example_parameters() -> dict[str, Any]:
    config = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    said = next(item["parameters"] for item in config["indicators"] if item["id"] == "clinic_people")
    return {name: said[name] for name in ("speeds_kmh", "reach_m", "in_use", "infer_where")}


@pytest.mark.parametrize(
    ("kind", "road_blocked", "blocked_use", "current_use", "shift_m", "people", "inferred"),
    [
        ("secondary", None, "road", None, 0, 70, 1.0),
        ("secondary", None, "road", "road", 0, 0, None),
        ("secondary", None, "farmland", None, 0, 0, None),
        ("secondary", None, "road", None, 700, 0, None),
        ("secondary", True, "farmland", None, 0, 70, 0.0),
        ("secondary", True, "farmland", None, 400, 70, 0.0),
        ("secondary", True, "farmland", None, 900, np.nan, None),
        ("secondary", False, "road", None, 0, 0, None),
        ("secondary", True, "road", "road", 0, 0, None),
    ],
    ids=[
        "inferred: the use blocked is a road", "the road is in use", "another use is blocked", "inferred only where it lies on the road",
        "by record", "by record, beside the road", "by record, too far from any road", "the record says no", "in use, though recorded",
    ],
)  # fmt: skip
def test_the_rule_of_the_example_closes_what_it_says(
    reached: Programme, kind: str, road_blocked: bool | None, blocked_use: str, current_use: str | None, shift_m: int, people: float,
    inferred: float | None,
) -> None:  # fmt: skip
    net = reached.folder / "layers" / "net.gpkg"
    roads = gpd.read_file(net)
    roads["kind"] = kind
    roads.to_file(net)
    areas = reached.registry.tables["hazard_areas"]
    # the one area, a disc of 250 m, shifted away from the road
    geometry = areas.geometry.to_numpy().copy()
    geometry[0] = shapely.Point(areas.geometry.iloc[0].centroid.x, areas.geometry.iloc[0].centroid.y + shift_m / 110_574).buffer(
        250 / 111_000
    )
    geometry[1:] = [None if one is None else shapely.Point(CORNER - 1).buffer(0.001) for one in geometry[1:]]
    reached.registry.tables["hazard_areas"] = areas.set_geometry(gpd.GeoSeries(geometry, index=areas.index, crs=4326))
    for name, value in (("road_blocked", road_blocked), ("blocked_use", blocked_use), ("current_use", current_use)):
        column = reached.registry.tables["hazard_areas"][name] if name == "road_blocked" else pd.Series(None, areas.index, dtype="object")
        column = column.astype("object")
        column.iloc[0] = value
        column.iloc[1:] = False if name == "road_blocked" else None
        reached.registry.tables["hazard_areas"][name] = column
    ask(reached, one={**example_parameters(), "walk_max_m": 5_000})
    snapshot = reached.build()
    row = int(np.flatnonzero(snapshot.areas["area_id"] == areas["area_id"].iloc[0])[0])
    assert snapshot.values["one"][row] == pytest.approx(people, nan_ok=True)
    assert snapshot.indicators["one"].inferred_share == inferred
