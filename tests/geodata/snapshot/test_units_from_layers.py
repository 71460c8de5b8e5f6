"""Municipalities and grid cells as units: fields, events inside, rates of joining."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.errors import LayerError, SnapshotError
from geodata.schema.load import parse_config
from geodata.snapshot import Snapshot
from geodata.snapshot.build import build_snapshot

from .conftest import MemoryRegistry

CONFIG = """
programme: {name: {en: T}, country: T, data_until: 2019-12-31}
areas: {unit: municipality, source: municipalities, fields: {area_id: code, name: name, admin1: department}}
layers:
  - {id: municipalities, path: m.gpkg, kind: polygon, source: s, licence: l}
  - {id: events, path: events.csv, kind: point, crs: EPSG:4326, columns: {x: lon, y: lat}, source: s, licence: l}
  - {id: victims, path: victims.csv, kind: table, columns: {key: code, pad: {code: 5}}, source: s, licence: l}
indicators:
  - {id: accidents, layer: events, method: within, parameters: {where: {type: [1, 2]}, date_column: year, from: 2015, to: 2019},
     unit: accidents, label: {en: a}}
  - {id: events, layer: events, method: within, unit: events, label: {en: a}}
  - {id: civilians, layer: victims, method: join, parameters: {stat: count, where: {condition: [Civil]}}, unit: people,
     missing: zero, missing_reason: the table lists every victim, label: {en: a}}
"""


def build(folder: Path, codes: list[str]) -> Snapshot:
    boxes = [shapely.box(-75 + i, 4, -74 + i, 5) for i in range(len(codes))]
    frame = gpd.GeoDataFrame({"code": codes, "name": "N", "department": "D"}, geometry=boxes, crs=4326)
    frame.to_file(folder / "m.gpkg")
    rows = ["year,type,lon,lat", '"2,015",1,-74.5,4.5', "2019,2,-74.0,4.5", "2014,1,-74.5,4.5", "2018,3,-73.5,4.5", "2018,1,74.5,4.5"]
    (folder / "events.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "victims.csv").write_text('code,condition\n"5,002",Civil\n"5,002",Military\n5002,Civil\n9,Civil\n', encoding="utf-8")
    return build_snapshot(parse_config(CONFIG), MemoryRegistry(), folder)


def test_units_take_their_fields_from_the_layer(tmp_path: Path) -> None:
    areas = build(tmp_path, ["11001", "05002"]).areas
    assert areas["area_id"].tolist() == ["05002", "11001"]
    assert areas["admin_code"].tolist() == ["05002", "11001"]
    assert areas["admin1"].tolist() == ["D", "D"]
    assert areas["hazard_type"].isna().all()
    assert areas["is_located"].all()


def test_events_are_counted_once_even_on_a_shared_border_and_the_rate_is_told(tmp_path: Path) -> None:
    snapshot = build(tmp_path, ["05002", "11001"])
    assert snapshot.values["accidents"].tolist() == [2.0, 0.0]
    assert snapshot.values["events"].tolist() == [3.0, 1.0]
    assert snapshot.indicators["accidents"].join_rate == pytest.approx(2 / 3)
    assert snapshot.indicators["events"].join_rate == pytest.approx(4 / 5)


def test_victims_are_counted_by_code_and_absent_ones_are_a_reasoned_zero(tmp_path: Path) -> None:
    snapshot = build(tmp_path, ["05002", "11001"])
    assert snapshot.values["civilians"].tolist() == [2.0, 0.0]
    assert snapshot.coverage["civilians"].tolist() == [1.0, 0.0]
    assert snapshot.indicators["civilians"].join_rate == pytest.approx(2 / 3)


def test_repeated_and_missing_ids_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match=r"1 stand twice \(05002\)"):
        build(tmp_path, ["05002", "05002", "11001"])


def test_a_layer_without_rows_is_no_programme(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="there are no rows in layer municipalities"):
        build(tmp_path, [])


def test_nothing_is_measured_twice_over_units_that_overlap(tmp_path: Path) -> None:
    snapshot = build(tmp_path, ["05002", "11001"])
    assert np.nansum(snapshot.values["events"]) == 4
