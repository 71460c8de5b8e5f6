"""A disk that is full or fails at the 1st, 2nd, 3rd ... write leaves the state before, and the message says where and how much."""

from __future__ import annotations

import errno
from pathlib import Path

import geopandas
import pandas as pd
import pytest
import shapely

from geodata.errors import RegistryError
from geodata.registry import ChangeMeta, Registry, open_registry
from tests.faults.failing_disk import Disk, failing_disk

ME = ChangeMeta("Ana")
N_BEFORE = 10


def rows(n: int) -> geopandas.GeoDataFrame:
    """Areas side by side."""
    boxes = shapely.box(range(n), 0, [i + 1 for i in range(n)], 1)
    return geopandas.GeoDataFrame({"area_id": [f"A{i:04d}" for i in range(n)], "name": "x"}, geometry=boxes, crs=4326)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A registry file with ten areas, closed."""
    target = tmp_path / "registry.sqlite"
    registry = open_registry(target, create=True)
    registry.apply("hazard_areas", rows(N_BEFORE), ME)
    registry.close()
    return target


def _as_before(registry: Registry, head: str) -> None:
    assert registry.head() == head
    assert registry.verify() == N_BEFORE
    assert len(registry.read("hazard_areas")) == N_BEFORE


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO], ids=["full", "broken"])
def test_a_write_that_fails_leaves_the_state_before(path: Path, error: int) -> None:
    with failing_disk() as disk:
        disk.error = error
        for fail_at in range(1, 1000):
            if not _fails(path, disk, fail_at):
                break
    registry = open_registry(path)
    assert registry.verify() == 300
    registry.close()
    assert fail_at > 10
    assert sorted(item.name for item in path.parent.iterdir()) == ["registry.sqlite"]


def _fails(path: Path, disk: Disk, fail_at: int) -> bool:
    """Whether a change fails where the disk does from a write on; if so, nothing of it is there, now and when it is opened anew."""
    registry = open_registry(path)
    head = registry.head()
    disk.n_writes, disk.fail_at = 0, fail_at
    try:
        registry.apply("hazard_areas", rows(300), ME)
    except RegistryError as failure:
        disk.fail_at = 0
        _says_where_and_how_much(failure, path, disk)
        _as_before(registry, head)
        registry.close()
        again = open_registry(path)
        _as_before(again, head)
        again.close()
        return True
    disk.fail_at = 0
    registry.close()
    return False


def _says_where_and_how_much(failure: RegistryError, path: Path, disk: Disk) -> None:
    what = "the disk is full" if disk.error == errno.ENOSPC else "the disk reports an error"
    assert f"{path} cannot be written: {what}" in failure.message
    assert failure.message.endswith("Nothing was changed.")
    assert f"Make room on {path.parent} and try again: the change needs about " in failure.remedy
    assert failure.remedy.endswith("MB are free.")
    assert failure.code == "registry_io"


def test_an_undo_on_a_full_disk_leaves_the_import(path: Path) -> None:
    registry = open_registry(path)
    import_id = registry.imports()[0].import_id
    head = registry.head()
    with failing_disk() as disk:
        for fail_at in range(1, 1000):
            disk.n_writes, disk.fail_at = 0, fail_at
            try:
                registry.undo(import_id, ME)
            except RegistryError as failure:
                disk.fail_at = 0
                assert "Nothing was changed." in failure.message
                _as_before(registry, head)
            else:
                break
    assert fail_at > 1
    assert len(registry.read("hazard_areas")) == 0
    registry.close()


def test_a_new_registry_on_a_full_disk_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    with failing_disk() as disk:
        for fail_at in range(1, 1000):
            disk.n_writes, disk.fail_at = 0, fail_at
            try:
                open_registry(path, create=True).close()
            except RegistryError:
                disk.fail_at = 0
            else:
                break
    assert fail_at > 3
    registry = open_registry(path)
    assert registry.apply("hazard_areas", rows(3), ME).added == 3
    registry.close()


def test_what_a_change_is_said_to_need_is_what_it_takes(path: Path) -> None:
    from geodata.registry.room import room_for
    from geodata.registry.tables import encode_rows
    from geodata.schema.records import record_table

    many = rows(8000)
    before = path.stat().st_size
    registry = open_registry(path)
    registry.apply("hazard_areas", many, ME)
    journal = path.with_name(path.name + "-wal").stat().st_size
    registry.close()
    taken = journal + path.stat().st_size - before
    assert 0.9 < room_for(encode_rows(record_table("hazard_areas"), many)) / taken < 1.4


@pytest.mark.parametrize("fault", ["the disk is full", "the connection is lost"])
def test_a_statement_that_fails_in_the_database_leaves_the_state_before(database: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from geodata.registry.postgis import PostgisStore

    registry = open_registry(database, create=True)
    registry.apply("hazard_areas", rows(N_BEFORE), ME)
    head = registry.head()
    calls = {"n": 0, "fail_at": 0}
    statements = {
        "the disk is full": b"DO $$BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END$$",
        "the connection is lost": b"SELECT pg_terminate_backend(pg_backend_pid())",
    }

    def failing(original: object) -> object:
        def call(store: PostgisStore, *arguments: object) -> object:
            calls["n"] += 1
            if calls["n"] == calls["fail_at"]:
                store._db.execute(statements[fault])
            return original(store, *arguments)  # type: ignore[operator]

        return call

    for name in ("_execute", "insert"):
        monkeypatch.setattr(PostgisStore, name, failing(getattr(PostgisStore, name)))
    for fail_at in range(1, 1000):
        calls.update(n=0, fail_at=fail_at)
        try:
            registry.apply("hazard_areas", rows(40).assign(name="y"), ME)
        except RegistryError as failure:
            calls["fail_at"] = 0
            _names_the_fault(failure, fault)
            _as_before(registry, head)
        else:
            calls["fail_at"] = 0
            break
    assert fail_at > 8
    assert registry.verify() == N_BEFORE + 40
    assert pd.Series(registry.read("hazard_areas")["name"]).unique().tolist() == ["y"]
    registry.close()


def _names_the_fault(failure: RegistryError, fault: str) -> None:
    if fault == "the disk is full":
        assert failure.message.endswith("could not extend file: No space left on device. Nothing was changed.")
        assert failure.remedy.startswith("Make room on the disk of the database and try again: the change needs about 1.")
    else:
        assert "the connection was lost" in failure.message
