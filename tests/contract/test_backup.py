"""A backup of either registry restores into either, equal in records and history, or not at all."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas
import pandas as pd
import pytest
import shapely

from geodata.errors import GeodataError, RegistryError
from geodata.registry import ChangeMeta, Registry, open_registry
from geodata.registry.backup import backup_registry, restore_registry

ME = ChangeMeta("Ana", reason="survey")
ROWS = geopandas.GeoDataFrame(
    {"area_id": ["A", "B"], "name": ["قرية", "two"], "status": ["open", "open"]},
    geometry=[shapely.box(65, 33, 66, 34), None],
    crs=4326,
)


@pytest.fixture
def filled(opened: Callable[[], Registry]) -> Registry:
    """A registry with a change, an undone import and two tables."""
    registry = opened()
    registry.apply("hazard_areas", ROWS, ME)
    registry.apply("hazard_areas", pd.DataFrame({"area_id": ["A"], "status": ["released"]}), ME)
    wrong = registry.apply("hazard_areas", ROWS.assign(area_id=["C", "D"]), ME)
    registry.undo(wrong.import_id, ME)
    registry.apply("organisations", pd.DataFrame({"organisation_id": ["1"], "name": ["Org"]}), ME)
    return registry


@pytest.fixture(params=["sqlite", "postgis"])
def other(request: pytest.FixtureRequest, server: str, tmp_path: Path) -> Path | str:
    """Address of a registry to restore into."""
    if request.param == "sqlite":
        return tmp_path / "restored.sqlite"
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")
        connection.execute("CREATE DATABASE restored")
    return server.replace("/postgres?", "/restored?")


def _place(address: str) -> Path | str:
    return address if address.startswith("postgresql") else Path(address)


def test_what_is_restored_is_equal_in_records_and_history(
    filled: Registry, address: str, other: Path | str, tmp_path: Path, opened: Callable[[], Registry]
) -> None:
    manifest = backup_registry(_place(address), tmp_path / "backup.zip")
    assert (manifest.head, manifest.n_events) == (filled.head(), filled.verify())
    assert restore_registry(tmp_path / "backup.zip", other) == manifest
    back = open_registry(other)
    for table in ("hazard_areas", "organisations"):
        pd.testing.assert_frame_equal(pd.DataFrame(back.read(table)), pd.DataFrame(filled.read(table)))
    assert back.history("hazard_areas", "A") == filled.history("hazard_areas", "A")
    assert back.imports() == filled.imports()
    assert back.verify() == manifest.n_events
    back.apply("hazard_areas", pd.DataFrame({"area_id": ["B"], "status": ["closed"]}), ME)
    assert back.verify() == manifest.n_events + 1
    back.close()
    assert not [item.name for item in tmp_path.iterdir() if item.name.startswith(".")]


def test_a_database_with_records_is_not_restored_over(filled: Registry, address: str, tmp_path: Path) -> None:
    backup_registry(_place(address), tmp_path / "backup.zip")
    head = filled.head()
    with pytest.raises(RegistryError, match=r"There is a registry at|is restored into an empty registry"):
        restore_registry(tmp_path / "backup.zip", _place(address))
    assert filled.head() == head


@pytest.mark.parametrize("place", [0.05, 0.3, 0.6, 0.95])
def test_a_damaged_backup_of_rows_restores_nothing(database: str, tmp_path: Path, place: float) -> None:
    registry = open_registry(database, create=True)
    registry.apply("hazard_areas", ROWS, ME)
    registry.close()
    archive = tmp_path / "backup.zip"
    backup_registry(database, archive)
    content = bytearray(archive.read_bytes())
    content[int(len(content) * place)] ^= 0xFF
    archive.write_bytes(content)
    with pytest.raises(GeodataError) as caught:
        restore_registry(archive, tmp_path / "new.sqlite")
    assert caught.value.remedy
    assert not (tmp_path / "new.sqlite").exists()


def test_a_backup_whose_rows_were_exchanged_is_refused(database: str, tmp_path: Path) -> None:
    registry = open_registry(database, create=True)
    registry.apply("hazard_areas", ROWS, ME)
    backup_registry(database, tmp_path / "first.zip")
    registry.apply("hazard_areas", ROWS.assign(name="other"), ME)
    backup_registry(database, tmp_path / "second.zip")
    registry.close()
    with zipfile.ZipFile(tmp_path / "first.zip") as first, zipfile.ZipFile(tmp_path / "second.zip") as second:
        members = {name: second.read(name) for name in second.namelist()} | {"events.parquet": first.read("events.parquet")}
    with zipfile.ZipFile(tmp_path / "mixed.zip", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(GeodataError, match=r"does not hold what its manifest says|is damaged or no backup"):
        restore_registry(tmp_path / "mixed.zip", tmp_path / "new.sqlite")
    assert not (tmp_path / "new.sqlite").exists()
