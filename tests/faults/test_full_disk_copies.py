"""A backup or a published copy that does not fit on the disk leaves the one before, and nothing else."""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas
import pandas as pd
import pytest
import shapely

from geodata.errors import RegistryError
from geodata.registry import ChangeMeta, Registry, open_registry
from geodata.registry.backup import backup_registry, restore_registry
from geodata.registry.publish import publish
from tests.faults.failing_disk import failing_disk

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    """A registry of 2,000 areas, in a folder of its own."""
    (tmp_path / "source").mkdir()
    made = open_registry(tmp_path / "source" / "registry.sqlite", create=True)
    boxes = shapely.box([i / 100 for i in range(2000)], 0, [i / 100 + 0.01 for i in range(2000)], 1)
    made.apply(
        "hazard_areas", geopandas.GeoDataFrame({"area_id": [f"A{i}" for i in range(2000)]}, geometry=boxes, crs=4326), ChangeMeta("Ana")
    )
    yield made
    made.close()


@contextmanager
def _files_up_to(n_bytes: int) -> Iterator[None]:
    """No file of this process may grow beyond a size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def _grows_until_it_fits(make: Callable[[], object], target: Path) -> None:
    """The step fails at every size that is too small, and the file before is as it was; in the end it fits."""
    make()
    before = target.read_bytes()
    failures = 0
    for limit in range(10_000, 4_000_000, 90_000):
        with _files_up_to(limit):
            try:
                make()
            except RegistryError as failure:
                failures += 1
                assert str(target) in failure.message
            else:
                break
        assert target.read_bytes() == before
        assert [item.name for item in target.parent.iterdir()] == [target.name]
    assert failures > 0
    assert [item.name for item in target.parent.iterdir()] == [target.name]


def test_a_backup_that_does_not_fit_leaves_the_one_before(registry: Registry, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "backup.zip"
    target.parent.mkdir()
    source = tmp_path / "source" / "registry.sqlite"
    _grows_until_it_fits(lambda: backup_registry(source, target), target)
    restore_registry(target, tmp_path / "back.sqlite")
    back = open_registry(tmp_path / "back.sqlite")
    assert (back.head(), back.verify()) == (registry.head(), 2000)
    back.close()


def test_a_published_copy_that_does_not_fit_leaves_the_one_before(registry: Registry, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "registry.gpkg"
    target.parent.mkdir()
    _grows_until_it_fits(lambda: publish(registry, target), target)


def test_a_restore_that_does_not_fit_leaves_the_registry_that_is_there(registry: Registry, tmp_path: Path) -> None:
    source = tmp_path / "source" / "registry.sqlite"
    backup_registry(source, tmp_path / "backup.zip")
    registry.apply("hazard_areas", pd.DataFrame({"area_id": ["new"]}), ChangeMeta("Ana"))
    head = registry.head()
    with _files_up_to(100_000), pytest.raises(RegistryError, match="could not be written: File too large"):
        restore_registry(tmp_path / "backup.zip", source, replace=True)
    assert registry.head() == head
    assert sorted(item.name.removeprefix("registry.sqlite") for item in source.parent.iterdir()) == ["", "-shm", "-wal"]


def test_a_copy_whose_database_cannot_be_written_leaves_nothing(registry: Registry, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "backup.zip"
    target.parent.mkdir()
    with failing_disk() as disk:
        for fail_at in (1, 2, 5, 20):
            disk.n_writes, disk.fail_at = 0, fail_at
            with pytest.raises(RegistryError, match="the disk is full"):
                backup_registry(tmp_path / "source" / "registry.sqlite", target)
            assert list(target.parent.iterdir()) == []
            disk.fail_at = 0
            assert registry.verify() == 2000
