"""What a killed process was writing is cleared away; what a living one is writing stays."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from pyproj import CRS

from geodata.layers.prepared import prepare
from geodata.unfinished import clear_unfinished, unfinished_path


def dying_rows() -> Iterator[gpd.GeoDataFrame]:
    """Some rows, and then the process is killed."""
    yield gpd.GeoDataFrame({"n": [1]}, geometry=gpd.points_from_xy([39.0], [5.0]), crs=4326)
    os.kill(os.getpid(), signal.SIGKILL)


def prepare_and_die(folder: Path) -> None:
    prepare(dying_rows(), CRS.from_epsg(32637), folder / "wells.parquet")


@pytest.mark.slow
def test_what_a_killed_preparation_left_is_cleared_away(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=prepare_and_die, args=(tmp_path,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert [path.suffix for path in tmp_path.iterdir()] == [".tmp"]
    clear_unfinished(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_a_living_process_or_another_machine_writes_stays_for_a_day(tmp_path: Path) -> None:
    ours = unfinished_path(tmp_path / "ours.npy")
    ours.write_bytes(b"")
    theirs = tmp_path / "theirs.npy.00000000-1-0badcafe.tmp"
    theirs.mkdir()
    (theirs / "0.arrow").write_bytes(b"")
    whole = tmp_path / "whole.npy"
    whole.write_bytes(b"")
    clear_unfinished(tmp_path)
    assert set(tmp_path.iterdir()) == {ours, theirs, whole}
    then = time.time() - 90_000
    for path in (ours, theirs, whole):
        os.utime(path, (then, then))
    clear_unfinished(tmp_path)
    assert list(tmp_path.iterdir()) == [whole]


def test_a_file_of_a_process_that_is_no_more_is_removed_at_once(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=os.getpid)
    process.start()
    process.join()
    gone = unfinished_path(tmp_path / "gone.npy")
    gone = gone.with_name(gone.name.replace(f"-{os.getpid()}-", f"-{process.pid}-"))
    gone.write_bytes(b"")
    clear_unfinished(tmp_path)
    assert list(tmp_path.iterdir()) == []
