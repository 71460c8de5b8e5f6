"""``kill -9`` at random moments of import, commit, checkpoint and undo, with a reader at work, loses no acknowledged change.

Runs ten times; LANDRELEASE_FAULT_RUNS sets another number.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import apsw
import pytest

from geodata.registry import Registry, open_registry

ROOT = Path(__file__).parents[2]
RUNS = int(os.environ.get("LANDRELEASE_FAULT_RUNS", "10"))


def _run_and_kill(path: Path, seed: int, milliseconds: int) -> list[tuple[str, int]]:
    """Start the writer, let it acknowledge one change, kill it some time later; returns what it acknowledged."""
    command = [sys.executable, str(Path(__file__).with_name("writer.py")), str(path), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        killer = threading.Timer(milliseconds / 1000, writer.kill)
        killer.start()
        lines = [first, *writer.stdout.readlines()]
        killer.join()
    whole = [line.split() for line in lines if line.endswith("\n")]
    return [(name, int(size)) for _, name, size in whole]


def _check(registry: Registry, acknowledged: list[tuple[str, int]]) -> None:
    """Everything that was acknowledged is there, and whatever else is there is there as a whole."""
    registry.verify()
    entries = {item.import_id: item for item in registry.imports()}
    for name, size in acknowledged:
        assert entries[name].n_events == abs(size)
    standing = sum(item.n_events for item in entries.values() if not item.undoes and not item.undone_by)
    assert len(registry.read("hazard_areas")) == standing
    assert all(item.n_events == int(item.reason) for item in entries.values())


def test_a_killed_writer_loses_nothing_and_leaves_no_half_change(tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    open_registry(path, create=True).close()
    chance = random.Random(7)
    acknowledged: list[tuple[str, int]] = []
    reader = open_registry(path)
    for run in range(RUNS):
        acknowledged += _run_and_kill(path, run, chance.randint(20, 600))
        reader.read("hazard_areas")
        check = apsw.Connection(str(path))
        assert check.execute("PRAGMA integrity_check").get == "ok"
        assert check.execute("PRAGMA foreign_key_check").get is None
        check.close()
        again = open_registry(path)
        _check(again, acknowledged)
        again.close()
    reader.close()
    assert len(acknowledged) >= RUNS


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")
def test_a_disk_that_fills_up_at_any_moment_leaves_the_state_before(tmp_path: Path) -> None:
    """The file may grow to N bytes and no further, for N from nearly nothing until the change fits."""
    import resource
    import signal

    import geopandas
    import shapely

    from geodata.errors import RegistryError
    from geodata.registry import ChangeMeta

    path = tmp_path / "registry.sqlite"
    registry = open_registry(path, create=True)
    rows = geopandas.GeoDataFrame(
        {"area_id": [f"A{i:04d}" for i in range(400)]}, geometry=shapely.box(range(400), 0, [i + 1 for i in range(400)], 1), crs=4326
    )
    registry.apply("hazard_areas", rows.iloc[:10], ChangeMeta("Ana"))
    head = registry.head()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    failures = 0
    try:
        for limit in range(path.with_name(path.name + "-wal").stat().st_size + 4096, 4_000_000, 24_576):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
            try:
                registry.apply("hazard_areas", rows, ChangeMeta("Ana"))
            except RegistryError as error:
                failures += 1
                assert "Nothing was changed." in error.message
                assert str(path) in error.message
            else:
                break
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            assert registry.head() == head
            assert registry.verify() == 10
    finally:
        signal.signal(signal.SIGXFSZ, before)
    assert failures > 3
    assert registry.verify() == 400
    registry.close()
