"""Prepared layers: the same rows in the measuring CRS, sorted along a curve, read by window."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from geodata.errors import LayerError
from geodata.layers.prepared import curve_order, curve_order_of_points, prepare
from geodata.layers.vector import VectorLayer
from geodata.schema.config import LayerSection

METRES = CRS.from_epsg(32637)


def points(n: int = 50) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(1)
    return gpd.GeoDataFrame({"n": range(n)}, geometry=gpd.points_from_xy(*rng.uniform(39, 40, (2, n))), crs=4326)


def test_points_given_by_coordinates_have_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.layers.prepared._POINTS_AT_ONCE", 7)
    near = points(20).to_crs(METRES)
    x, y = np.append(near.geometry.x, [np.nan, np.inf]), np.append(near.geometry.y, [np.nan, np.inf])
    assert curve_order_of_points(x, y).tolist() == [*curve_order(near.geometry.to_numpy()), 20, 21]


def test_rows_are_reprojected_and_a_window_keeps_their_order(tmp_path: Path) -> None:
    layer = prepare(points(), METRES, tmp_path / "p.parquet")
    whole = layer.read(["n"])
    assert sorted(whole["n"]) == list(range(50))
    assert whole.crs == METRES
    x, y = whole.geometry.x.median(), whole.geometry.y.median()
    window = layer.read(["n"], (x, y, x + 1e6, y + 1e6))
    assert window["n"].tolist() == [n for n in whole["n"] if n in set(window["n"])]
    assert (window.geometry.x >= x).all()


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = prepare(points(), METRES, tmp_path / "1.parquet"), prepare(points(), METRES, tmp_path / "2.parquet")
    assert one.path.read_bytes() == two.path.read_bytes()


def test_a_broken_outline_is_repaired_and_an_empty_one_left_out(tmp_path: Path) -> None:
    bow = shapely.Polygon([(39, 1), (39.1, 1.1), (39.1, 1), (39, 1.1)])
    frame = gpd.GeoDataFrame({"n": [0, 1]}, geometry=[bow, shapely.Polygon()], crs=4326)
    read = prepare(frame, METRES, tmp_path / "p.parquet").read(["n"])
    assert read["n"].tolist() == [0]
    assert read.is_valid.all()


def test_a_layer_without_rows_can_be_read(tmp_path: Path) -> None:
    layer = prepare(points().iloc[:0], METRES, tmp_path / "p.parquet")
    assert len(layer.read(["n"])) == 0
    assert len(layer.read(["n"], (0, 0, 1, 1))) == 0


def test_the_curve_does_not_move_when_a_geometry_is_added() -> None:
    near = points(20).to_crs(METRES).geometry.to_numpy()
    order = curve_order(near)
    more = np.append(near, shapely.Point(9e6, 9e6))
    assert [row for row in curve_order(more) if row < 20] == order.tolist()


def test_missing_geometries_stand_last_in_the_curve() -> None:
    geometry = np.array([None, shapely.Point(1, 1), shapely.Polygon(), shapely.Point(0, 0)], dtype=object)
    assert set(curve_order(geometry)[2:]) == {0, 2}


@pytest.mark.parametrize("rows_per_group", [20_000, 250], ids=["one row group", "twenty row groups"])
def test_rows_near_boxes_are_all_there_and_most_others_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_per_group: int
) -> None:
    monkeypatch.setattr("geodata.layers.prepared._ROWS_PER_GROUP", rows_per_group)
    rng = np.random.default_rng(4)
    lines = shapely.linestrings(rng.uniform(0, 100_000, (5_000, 1, 2)) + rng.normal(0, 800, (5_000, 2, 2)))
    rows = gpd.GeoDataFrame({"n": range(5_000), "name": [f"road {n}" for n in range(5_000)]}, geometry=lines, crs=METRES)
    layer = prepare(rows, METRES, tmp_path / "lines.parquet")
    whole = layer.read(["n", "name"])
    corner = rng.uniform(0, 100_000, (20, 2))
    boxes = np.column_stack([corner, corner + rng.uniform(0, 2_000, (20, 2))])
    near = layer.read(["n", "name"], near=boxes)
    tree = shapely.STRtree(whole.geometry.to_numpy())
    needed = np.unique(tree.query(shapely.box(*boxes.T), predicate="intersects")[1])
    assert set(whole["n"].iloc[needed]) <= set(near["n"])
    assert len(near) < 3 * len(np.unique(tree.query(shapely.box(*boxes.T))[1]))
    pd.testing.assert_frame_equal(near, whole[whole["n"].isin(near["n"])].reset_index(drop=True))
    nothing = layer.read(["n"], near=np.array([[-9e6, -9e6, -8e6, -8e6]]))
    assert (len(nothing), list(nothing.columns), nothing.crs) == (0, ["n", "geometry"], whole.crs)
    assert layer.extent() == pytest.approx(tuple(whole.total_bounds))


def test_a_layer_read_in_parts_is_prepared_as_if_read_at_once(tmp_path: Path) -> None:
    rows = points(1_000).assign(name=[None if n < 400 else f"well {n}" for n in range(1_000)], n=[None] * 300 + list(range(700)))
    rows.to_file(tmp_path / "wells.gpkg")
    said = {"id": "wells", "path": "wells.gpkg", "kind": "point", "source": "s", "licence": "l"}
    layer = VectorLayer(LayerSection.model_validate(said), tmp_path)
    whole = prepare(layer.read(["n", "name"]).frame, METRES, tmp_path / "whole.parquet").read(["n", "name"])
    parts = [rows.frame for rows in layer.read_batches(["n", "name"], 128)]
    assert [len(part) for part in parts] == [128] * 7 + [104]
    pd.testing.assert_frame_equal(prepare(parts, METRES, tmp_path / "parts.parquet").read(["n", "name"]), whole)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["parts.parquet", "wells.gpkg", "whole.parquet"]


@pytest.mark.parametrize("name", ["wells.csv", "wells.parquet", "placed.parquet"])
def test_a_table_or_parquet_file_is_read_in_parts_as_if_at_once(tmp_path: Path, name: str) -> None:
    rows = points(300).assign(
        name=[None if n < 150 else f"well {n}" for n in range(300)], depth=[None] * 130 + ["12"] * 100 + ["na"] * 70,
        code=["7"] * 200 + ["07"] * 100,
    )  # fmt: skip
    place = {"x": "lon", "y": "lat"} if name != "wells.parquet" else {}
    if place:
        table = pd.DataFrame(rows.drop(columns="geometry")).assign(lon=rows.geometry.x, lat=rows.geometry.y)
        table.to_csv(tmp_path / name, index=False) if name.endswith("csv") else table.to_parquet(tmp_path / name)
    else:
        rows.to_parquet(tmp_path / name)
    said = {"id": "wells", "path": name, "kind": "point", "source": "s", "licence": "l", "columns": place, "where": {"code": [7, "07"]}}
    layer = VectorLayer(LayerSection.model_validate({**said, **({"crs": "EPSG:4326"} if place else {})}), tmp_path)
    wanted = ["n", "name", "depth", "code"]
    whole = layer.read(wanted).frame
    parts = [part.frame for part in layer.read_batches(wanted, 64)]
    assert [len(part) for part in parts] == [64] * 4 + [44]
    assert [part["depth"].dtype for part in parts] == [whole["depth"].dtype] * 5
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole, check_dtype=not name.startswith("placed"))
    one, two = (prepare(given, METRES, tmp_path / f"{number}.geo") for number, given in enumerate((whole, parts)))
    pd.testing.assert_frame_equal(one.read(wanted), two.read(wanted))


def test_a_layer_of_no_rows_is_prepared(tmp_path: Path) -> None:
    layer = prepare(points(0), METRES, tmp_path / "none.parquet")
    assert (len(layer.read(["n"])), len(layer.read(["n"], near=np.zeros((1, 4)))), layer.extent()) == (0, 0, None)


def test_parts_that_hold_nothing_of_the_kind_are_refused_only_when_all_do(tmp_path: Path) -> None:
    mixed = pd.concat([points(5).set_geometry(gpd.GeoSeries(shapely.buffer(points(5).geometry.to_numpy(), 0.1), crs=4326)), points(5)])
    mixed.to_file(tmp_path / "mixed.gpkg")
    said = {"id": "mixed", "path": "mixed.gpkg", "kind": "point", "source": "s", "licence": "l"}
    layer = VectorLayer(LayerSection.model_validate(said), tmp_path)
    assert [(len(part.frame), part.n_other_kind) for part in layer.read_batches([], 5)] == [(0, 5), (5, 0)]
    lines = VectorLayer(LayerSection.model_validate({**said, "kind": "line"}), tmp_path)
    with pytest.raises(LayerError, match=r"holds Point, Polygon, config.yaml says kind: line"):
        list(lines.read_batches([], 5))
