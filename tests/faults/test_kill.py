"""``kill -9`` at random moments of import, commit, undo, checkpoint and migration, with a reader at work, loses no acknowledged change.

Fifty times for each kind of registry; LANDRELEASE_FAULT_RUNS sets another number.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

import apsw
import pytest

from geodata.registry import Registry, migrations, open_registry
from tests.faults.writer import change_without_end, forks, half_changes, migrate_all, read_without_end

RUNS = int(os.environ.get("LANDRELEASE_FAULT_RUNS", "50"))
RUNS_PER_REGISTRY = 10
ROOT = Path(__file__).parents[2]
OLD = ROOT / "tests" / "contract" / "old"


@pytest.fixture(autouse=True, scope="module")
def _imported() -> Iterator[None]:
    """The server of forks imports everything before the first moment is chosen; it finds this package by the environment alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))  # else each fork would import the test runner first
        assert _run_and_kill(migrate_all, ([],), 0, 60_000) == []
        yield


def _run_and_kill(target: Any, arguments: tuple[Any, ...], n_waited: int, milliseconds: float) -> list[Any]:
    """Start a process, kill it some time after it acknowledged a number of changes; returns all that it acknowledged.

    The time counts from an acknowledgement, so that a slow machine is killed at the same moments of work.
    """
    context = forks()
    mine, its = context.Pipe(duplex=False)
    process = context.Process(target=target, args=(*arguments, its))
    process.start()
    its.close()
    waited = [mine.recv() for _ in range(n_waited)]
    process.join(milliseconds / 1000)
    process.kill()
    process.join()
    return waited + list(_received(mine))


def _received(pipe: Connection) -> Iterator[Any]:
    with pipe:
        while True:
            try:
                yield pipe.recv()
            except EOFError:
                return


@contextmanager
def _reader(address: str) -> Iterator[None]:
    """A process that reads all the while and never sees half a change."""
    context = forks()
    mine, its = context.Pipe(duplex=False)
    stop = context.Event()
    process = context.Process(target=read_without_end, args=(address, stop, its))
    process.start()
    its.close()
    yield
    stop.set()
    process.join(60)
    seen = list(_received(mine))
    assert len(seen) == 1
    assert isinstance(seen[0], int), f"half of a change was visible: {seen[0]}"
    assert seen[0] > 0


def _check(registry: Registry, acknowledged: list[tuple[str, int]]) -> None:
    """Everything that was acknowledged is there, and whatever else is there is there as a whole."""
    registry.verify()
    assert half_changes(registry) == []
    entries = {item.import_id: item for item in registry.imports()}
    assert [(name, entries[name].n_events) for name, _ in acknowledged] == acknowledged
    standing = sum(item.n_events for item in entries.values() if not item.undoes and not item.undone_by)
    assert len(registry.read("hazard_areas")) == standing


def _check_file(address: str) -> None:
    if not address.startswith("postgresql"):
        check = apsw.Connection(address)
        assert check.execute("PRAGMA integrity_check").get == "ok"
        assert check.execute("PRAGMA foreign_key_check").get is None
        check.close()


def _empty(address: str) -> None:
    """Begin anew, so that checking the whole history stays cheap."""
    if address.startswith("postgresql"):
        import psycopg

        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS landrelease CASCADE")
    else:
        for part in ("", "-wal", "-shm"):
            Path(f"{address}{part}").unlink(missing_ok=True)
    open_registry(address, create=True).close()


def test_a_killed_writer_loses_nothing_and_leaves_no_half_change(address: str) -> None:
    chance = random.Random(7)
    total = 0
    for first in range(0, RUNS, RUNS_PER_REGISTRY):
        _empty(address)
        acknowledged: list[tuple[str, int]] = []
        with _reader(address):
            for run in range(first, min(first + RUNS_PER_REGISTRY, RUNS)):
                acknowledged += _run_and_kill(change_without_end, (address, run), chance.randint(0, 4), chance.uniform(1, 80))
                _check_file(address)
                registry = open_registry(address)
                _check(registry, acknowledged)
                registry.close()
        total += len(acknowledged)
    assert total > RUNS


def test_a_registry_whose_migration_was_killed_opens_whole(tmp_path: Path) -> None:
    old = tmp_path / "old.sqlite"
    connection = apsw.Connection(str(old))
    connection.execute((OLD / "version_1.sqlite.sql").read_text(encoding="utf-8")).fetchall()
    connection.close()
    chance = random.Random(11)
    n_opened = n_left = 0
    for run in range(RUNS):
        files = [str(tmp_path / f"{run}-{number}.sqlite") for number in range(5)]
        for name in files:
            shutil.copyfile(old, name)
        acknowledged = _run_and_kill(migrate_all, (files,), chance.randint(0, len(files) - 2), chance.uniform(0, 15))
        n_opened += len(acknowledged)
        for name in files:
            found = apsw.Connection(name)
            version = migrations.stored_version(found)[0]
            found.close()
            assert version == migrations.SCHEMA_VERSION if name in acknowledged else version in (1, migrations.SCHEMA_VERSION)
            n_left += version == 1
            registry = open_registry(name)
            assert registry.verify() == 8
            assert registry.read("hazard_areas").status.tolist() == ["released", "open"]
            registry.close()
            _check_file(name)
            for part in ("", "-wal", "-shm"):
                Path(f"{name}{part}").unlink(missing_ok=True)
    assert n_opened > 0
    assert n_left > 0


def test_a_database_whose_migration_was_killed_opens_whole(database: str) -> None:
    import psycopg

    old = (OLD / "version_1.postgis.sql").read_text(encoding="utf-8").encode()
    chance = random.Random(13)
    for _ in range(max(RUNS // 10, 3)):
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS landrelease CASCADE")
            connection.execute(old)
        _run_and_kill(migrate_all, ([database],), 0, chance.uniform(10, 120))
        registry = open_registry(database)
        assert registry.verify() == 8
        assert registry.read("hazard_areas").status.tolist() == ["released", "open"]
        registry.close()
