"""The registry file: how it is opened, what is refused, and how damage and tampering show."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import apsw
import pandas as pd
import pytest

from geodata.errors import FileError, RegistryError
from geodata.ingest.child import read_file
from geodata.ingest.guard import UPLOAD_LIMITS
from geodata.registry import ChangeMeta, open_registry, sqlite_file
from geodata.registry.sql import SqlRegistry
from geodata.registry.sqlite import SqliteStore

ME = ChangeMeta(author="Ana")
ROWS = pd.DataFrame({"area_id": ["A", "B"], "name": ["one", "two"]})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A registry file with one import, closed."""
    target = tmp_path / "registry.sqlite"
    registry = open_registry(target, create=True)
    registry.apply("hazard_areas", ROWS, ME)
    registry.close()
    return target


def _edit(path: Path, sql: str) -> None:
    connection = apsw.Connection(str(path))
    connection.execute("DROP TRIGGER IF EXISTS events_stay; DROP TRIGGER IF EXISTS events_are_kept")
    connection.execute(sql)
    connection.close()


def test_the_file_is_safe_against_power_loss_and_private(path: Path) -> None:
    store = SqliteStore(path)
    assert store.one("PRAGMA journal_mode") == "wal"
    assert store.one("PRAGMA synchronous") == 2
    assert store.one("PRAGMA foreign_keys") == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert apsw.sqlite_lib_version() >= "3.51.3"
    store.close()


def test_a_newer_schema_is_refused_and_nothing_changes(path: Path) -> None:
    _edit(path, "INSERT INTO schema_version VALUES (99, 1)")
    before = path.read_bytes()
    with pytest.raises(RegistryError, match=re.escape("written by a newer landrelease (schema 99.1; this program knows up to")) as caught:
        open_registry(path)
    assert caught.value.code == "newer_schema"
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    connection = apsw.Connection(str(other))
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    with pytest.raises(RegistryError, match="a database of another program"):
        open_registry(other)


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    junk = tmp_path / "registry.sqlite"
    junk.write_bytes(b"this is no database, " * 400)
    with pytest.raises(RegistryError, match="is damaged or no registry"):
        open_registry(junk)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE events SET changes = CAST(replace(changes, 'two', 'six') AS BLOB) WHERE record_id = 'B'",
        "DELETE FROM events WHERE seq = 1",
        "UPDATE imports SET author = 'Eve'",
        "UPDATE events SET true_on = '1999-01-01' WHERE seq = 2",
    ],
    ids=["value", "removed", "author", "day"],
)
def test_tampering_with_the_history_shows(path: Path, sql: str) -> None:
    _edit(path, sql)
    registry = open_registry(path)
    with pytest.raises(RegistryError, match="does not follow from the one before it") as caught:
        registry.verify()
    assert caught.value.code == "history_altered"
    registry.close()


def test_events_cannot_be_altered_or_deleted_in_passing(path: Path) -> None:
    connection = apsw.Connection(str(path))
    for sql in ("UPDATE events SET record_id = 'X'", "DELETE FROM events"):
        with pytest.raises(apsw.ConstraintError, match="events are never"):
            connection.execute(sql)
    connection.close()


def test_a_clock_that_was_set_back_does_not_reorder_what_was_known(path: Path) -> None:
    registry = SqlRegistry(SqliteStore(path), "registry", clock=lambda: dt.datetime(1999, 1, 1, tzinfo=dt.UTC))
    registry.apply("hazard_areas", pd.DataFrame({"area_id": ["C"]}), ME)
    first, second = registry.imports()
    assert second.known_at == first.known_at
    registry.close()


def test_a_registry_that_is_being_written_says_so_after_a_while(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_TIMEOUT_MS", 50)
    registry = open_registry(path)
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(RegistryError, match="is being written by another process"):
        registry.apply("hazard_areas", pd.DataFrame({"area_id": ["C"]}), ME)
    assert len(registry.read("hazard_areas")) == 2
    other.execute("ROLLBACK")
    assert registry.apply("hazard_areas", pd.DataFrame({"area_id": ["C"]}), ME).added == 1
    other.close()
    registry.close()


def test_a_network_share_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"overlay / overlay rw 0 0\nserver:/data {path.parent} nfs4 rw 0 0\n")
    monkeypatch.setattr(sqlite_file, "MOUNTS", mounts)
    with pytest.raises(RegistryError, match=r"lies on a network share \(nfs4\)"):
        open_registry(path)


def test_the_registry_is_never_read_through_gdal(path: Path) -> None:
    with pytest.raises(FileError, match="it is a registry"):
        read_file(path, UPLOAD_LIMITS)
    sources = Path(sqlite_file.__file__).parent.glob("*.py")
    users = {source.name for source in sources if re.search(r"pyogrio|read_file|to_file|rasterio", source.read_text(encoding="utf-8"))}
    assert users == {"publish.py"}


def test_a_database_server_that_is_not_there_is_named() -> None:
    with pytest.raises(RegistryError, match="postgresql://localhost:1/none cannot be reached"):
        open_registry("postgresql://nobody:secret@localhost:1/none")
