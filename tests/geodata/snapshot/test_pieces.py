"""Smaller parts: cache, sources, places by overlap, pictures, windows."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from geodata.errors import SnapshotError
from geodata.geometry.crs import local_equal_area, reproject
from geodata.indicators.nearest import nearest
from geodata.indicators.parameters import NearestParameters
from geodata.layers.prepared import prepare
from geodata.schema.config import IndicatorSection
from geodata.snapshot import work
from geodata.snapshot.cache import ValueCache, fingerprints, forget_unused
from geodata.snapshot.context import hillshade, simplify
from geodata.snapshot.sources import ContentHashes, canonical_json, digest_of
from geodata.snapshot.units import largest_overlap, stable_crs
from geodata.snapshot.work import Piece, measure_piece, split_rows
from geodata.snapshot.write import SnapshotWriter

METRES = CRS.from_epsg(32637)


def test_values_are_found_again_by_area(tmp_path: Path) -> None:
    cache = ValueCache(tmp_path)
    prints = fingerprints(np.array([shapely.Point(0, 0), None, shapely.Point(1, 1)], dtype=object))
    cache.keep("key", prints[:2], np.array([1.0, np.nan]), np.array([0.5, np.nan]))
    values, coverage, is_known = cache.find("key", prints[::-1])
    np.testing.assert_array_equal(values, [np.nan, np.nan, 1])
    np.testing.assert_array_equal(coverage, [np.nan, np.nan, 0.5])
    assert is_known.tolist() == [False, True, True]
    assert not cache.find("other", prints)[2].any()


def test_a_damaged_cache_counts_as_empty(tmp_path: Path) -> None:
    prints = fingerprints(np.array([shapely.Point(0, 0)]))
    for damage in (b"", b"nonsense", b"\x93NUMPY\x01\x00"):
        (tmp_path / "key.npy").write_bytes(damage)
        assert not ValueCache(tmp_path).find("key", prints)[2].any()
    np.save(tmp_path / "key.npy", np.zeros(3))
    assert not ValueCache(tmp_path).find("key", prints)[2].any()


def test_what_no_build_used_for_a_month_is_forgotten(tmp_path: Path) -> None:
    for name, age_days in (("old.npy", 31), ("new.npy", 29)):
        (tmp_path / name).write_bytes(b"")
        then = time.time() - age_days * 86_400
        os.utime(tmp_path / name, (then, then))
    forget_unused(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["new.npy"]


def test_a_table_written_in_row_groups_is_read_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.snapshot.write._ROWS_PER_GROUP", 3)
    names = pd.Series([None, None, None, "a", "b", "c", "d"], dtype="str")
    places = [None, shapely.Point(1, 2), shapely.box(0, 0, 1, 1), *shapely.points(np.arange(12.0).reshape(4, 3))]
    frame = gpd.GeoDataFrame({"name": names, "n": np.arange(7.0), "is_big": [True] * 7}, geometry=places, crs=4326)
    writer = SnapshotWriter(tmp_path / ("a" * 16))
    for name, rows in (("seven.parquet", frame), ("none.parquet", frame.iloc[:0])):
        writer.places(name, rows)
        read = gpd.read_parquet(writer.folder / name)
        pd.testing.assert_frame_equal(pd.DataFrame(read.drop(columns="geometry")), pd.DataFrame(rows.drop(columns="geometry")))
        assert shapely.to_wkb(read.geometry.to_numpy()).tolist() == shapely.to_wkb(rows.geometry.to_numpy()).tolist()
        assert read.crs == frame.crs


def test_a_killed_build_leaves_nothing_visible_and_is_cleared_away_later(tmp_path: Path) -> None:
    target = tmp_path / "snapshots" / ("a" * 16)
    killed = SnapshotWriter(target)
    killed.content("manifest.json", b"{}")
    assert not target.exists()
    then = time.time() - 90_000
    os.utime(killed.folder, (then, then))
    writer = SnapshotWriter(target)
    assert not killed.folder.exists()
    writer.content("manifest.json", b"{}")
    writer.publish()
    assert [path.name for path in target.parent.iterdir()] == ["a" * 16]


def test_two_builds_of_the_same_snapshot_do_not_hurt_each_other(tmp_path: Path) -> None:
    target = tmp_path / "snapshots" / ("a" * 16)
    one, two = SnapshotWriter(target), SnapshotWriter(target)
    for writer in (one, two):
        writer.content("manifest.json", b"{}")
        writer.publish()
    assert [path.name for path in target.parent.iterdir()] == ["a" * 16]


def test_a_disk_that_refuses_is_told_and_cleaned_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    writer = SnapshotWriter(tmp_path / "snapshots" / ("a" * 16))
    monkeypatch.setattr("geodata.snapshot.write.os.replace", full)
    with pytest.raises(SnapshotError, match=r"cannot be written: .*No space left on device"):
        writer.publish()
    assert list((tmp_path / "snapshots").iterdir()) == []


def test_a_hash_follows_the_content_and_is_remembered(tmp_path: Path) -> None:
    file, memory = tmp_path / "a.csv", tmp_path / "cache" / "content.json"
    file.write_text("one")
    hashes = ContentHashes(memory)
    first, n_bytes = hashes.of(file)
    hashes.save()
    assert (len(first), n_bytes) == (32, 3)
    before = file.stat()
    file.write_text("two")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert ContentHashes(memory).of(file)[0] == first
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000_000))
    assert ContentHashes(memory).of(file)[0] != first
    memory.write_text("[")
    assert ContentHashes(memory).of(file)[1] == 3


def test_a_shapefile_is_hashed_with_its_sidecars(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"n": [1]}, geometry=[shapely.Point(0, 0)], crs=4326)
    frame.to_file(tmp_path / "a.shp")
    before = ContentHashes(tmp_path / "c.json").of(tmp_path / "a.shp")
    frame.assign(n=2).to_file(tmp_path / "a.shp")
    assert ContentHashes(tmp_path / "d.json").of(tmp_path / "a.shp") != before


def test_canonical_json_does_not_depend_on_order() -> None:
    assert canonical_json({"b": (1, dt.date(2020, 1, 2)), "a": {"é": None}}) == '{"a":{"é":null},"b":[1,"2020-01-02"]}'
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1}) != digest_of({"a": 1, "b": 3})


def test_the_polygon_that_holds_most_names_the_place() -> None:
    polygons = np.array([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)])
    places = np.array([shapely.box(8, 0, 13, 1), shapely.Point(10, 5), shapely.Point(50, 5), None], dtype=object)
    assert largest_overlap(places, polygons).tolist() == [1, 0, -1, -1]


def test_the_automatic_crs_does_not_move_with_one_more_area() -> None:
    one = np.array([shapely.box(39, 5, 40, 6)])
    more = np.append(one, shapely.Point(40.1, 6.1))
    assert stable_crs("auto", one) == stable_crs("auto", more)
    assert stable_crs("auto", one) == local_equal_area((39.5, 5.5, 39.5, 5.5))
    assert stable_crs("auto", np.array([None], dtype=object)).is_projected


def test_light_falls_on_slopes_that_face_north_west() -> None:
    row, column = np.indices((5, 5)).astype(float)
    facing, turned, flat = (hillshade(surface * 100, 100.0)[2, 2] for surface in (row + column, -row - column, row * 0))
    assert flat == pytest.approx(np.sin(np.radians(45)))
    assert facing > flat > turned
    assert np.isnan(hillshade(np.full((5, 5), np.nan), 100.0)).all()


def test_simplified_neighbours_still_share_their_border() -> None:
    wiggle = [(0.5 + 0.0000001 * (i % 2), i / 1000) for i in range(1001)]
    left = shapely.Polygon([(0, 0), *wiggle, (0, 1)])
    right = shapely.Polygon([(1, 0), *wiggle, (1, 1)])
    simple = simplify(np.array([left, right]), "polygon")
    assert shapely.get_num_coordinates(simple).sum() < 100
    assert shapely.area(shapely.intersection(*simple)) == 0
    assert shapely.area(simple).sum() == pytest.approx(1.0, abs=1e-6)


def test_rows_are_split_along_the_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "AREAS_PER_PIECE", 2)
    order, wanted = np.array([3, 1, 0, 2]), np.array([True, False, True, True])
    assert [rows.tolist() for rows in split_rows(order, wanted)] == [[3, 0], [2]]


def nearest_piece(tmp_path: Path, geometry: list[Any], places: np.ndarray, **parameters: Any) -> Piece:
    rows = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*places.T), crs=METRES)
    path = prepare(rows, METRES, tmp_path / "layer.parquet").path
    said = {"id": "road", "layer": "x", "method": "nearest", "parameters": parameters, "unit": "m", "label": {"en": "r"}}
    return Piece(
        rows=np.arange(len(geometry)), recorded=reproject(np.array(geometry, dtype=object), METRES), crs=METRES.to_wkt(),
        indicators=(IndicatorSection.model_validate(said),), folder=tmp_path, raster=None, prepared=path, coverage=None,
        weights=(), as_of=dt.date(2020, 1, 1),
    )  # fmt: skip


@pytest.mark.parametrize("max_m", [None, 100.0, 5_000.0, 60_000.0])
def test_the_nearest_of_a_window_is_the_nearest_of_the_whole_layer(tmp_path: Path, max_m: float | None) -> None:
    rng = np.random.default_rng(1)
    places = rng.uniform(0, 300_000, (40, 2))
    geometry = [*shapely.points(rng.uniform(100_000, 140_000, (30, 2))), None]
    piece = nearest_piece(tmp_path, geometry, places, max_m=max_m)
    (done,) = measure_piece(piece)
    whole = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*places.T), crs=METRES)
    expected = nearest(gpd.GeoDataFrame(geometry=piece.geometry, crs=METRES), whole, NearestParameters(max_m=max_m)).values
    np.testing.assert_array_equal(done.values, expected)


def test_areas_without_a_place_need_no_layer(tmp_path: Path) -> None:
    (done,) = measure_piece(nearest_piece(tmp_path, [None, None], np.ones((1, 2))))
    assert np.isnan(done.values).all()


def test_a_piece_is_the_same_in_another_process(tmp_path: Path) -> None:
    outlines = [shapely.box(40, 5, 40.1, 5.1), None, shapely.Point(40, 5)]
    piece = nearest_piece(tmp_path, reproject(np.array(outlines, dtype=object), CRS.from_epsg(4326), METRES), np.ones((1, 2)))
    sent = pickle.loads(pickle.dumps(piece))
    assert shapely.to_wkb(sent.recorded).tolist() == shapely.to_wkb(piece.recorded).tolist()
    assert shapely.to_wkb(sent.geometry).tolist() == shapely.to_wkb(piece.geometry).tolist()
    assert (sent.indicators, sent.prepared, sent.as_of) == (piece.indicators, piece.prepared, piece.as_of)
