"""A registry of an earlier version opens with everything in it; one of a later version is refused and untouched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import apsw
import pandas as pd
import pytest

from geodata.errors import RegistryError
from geodata.registry import ChangeMeta, Registry, migrations, open_registry, postgis_schema
from geodata.schema.records import RECORDS_VERSION, TABLES

OLD = Path(__file__).with_name("old")
HEAD = "90728649bc554325c5e5eef075d6d7af3daf4b4391cdbd93280df87fab9b30d0"


@pytest.fixture
def old(request: pytest.FixtureRequest, address: str) -> str:
    """A registry as the first version wrote it."""
    _run(address, (OLD / f"version_1.{'postgis' if _is_postgres(address) else 'sqlite'}.sql").read_text(encoding="utf-8"))
    return address


def _is_postgres(address: str) -> bool:
    return address.startswith("postgresql")


def _run(address: str, sql: str) -> None:
    if _is_postgres(address):
        import psycopg

        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.encode())
    else:
        connection = apsw.Connection(address)
        connection.execute(sql).fetchall()
        connection.close()


def _rows(address: str, sql: str) -> list[tuple[object, ...]]:
    if _is_postgres(address):
        import psycopg

        with psycopg.connect(address, autocommit=True) as connection:
            return connection.execute(sql.replace("schema_version", "landrelease.schema_version").encode()).fetchall()
    connection = apsw.Connection(address)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_a_registry_of_the_first_version_opens_with_all_its_records_and_history(old: str) -> None:
    registry = open_registry(old)
    assert (registry.head(), registry.verify()) == (HEAD, 8)
    areas = registry.read("hazard_areas")
    assert areas[["area_id", "name", "status"]].to_numpy().tolist() == [["A", "قرية", "released"], ["B", "Ana's mill", "open"]]
    assert areas.geometry.to_wkt().tolist() == ["POLYGON ((66 33, 66 34, 65 34, 65 33, 66 33))", "POINT (65 33)"]
    assert registry.read("hazard_areas", as_of=dt.date(2010, 1, 1)).status.tolist() == ["open"]
    assert registry.read("release_products").area_m2.tolist() == [900.5]
    assert [entry.undone_by != "" for entry in registry.imports()] == [False, False, True, False, False]
    counts = registry.apply("hazard_areas", pd.DataFrame({"area_id": ["B"], "change_kind": ["extended"], "name": ["x"]}), ChangeMeta("Ana"))
    assert (counts.updated, registry.verify()) == (1, 9)
    registry.close()
    versions = _rows(old, "SELECT version FROM schema_version ORDER BY 1")
    assert versions == [(number,) for number in range(1, migrations.SCHEMA_VERSION + 1)]


def test_an_old_registry_becomes_what_a_new_one_is(old: str, tmp_path: Path) -> None:
    open_registry(old).close()
    if _is_postgres(old):
        query = "SELECT indexname FROM pg_indexes WHERE schemaname = 'landrelease' AND tablename = 'events' ORDER BY 1"
        assert _rows(old, query) == [("events_in_time",), ("events_of_import",), ("events_pkey",)]
        query = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'landrelease' AND table_name = '{}'"
        for table in TABLES.values():
            expected = {*table.columns, *(["geom"] if table.has_geometry else [])}
            assert {row[0] for row in _rows(old, query.format(table.name))} == expected
    else:
        open_registry(tmp_path / "new.sqlite", create=True).close()
        query = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY 1"
        assert [row[0] for row in _rows(old, query)] == [row[0] for row in _rows(str(tmp_path / "new.sqlite"), query)]


def test_both_databases_have_the_same_versions() -> None:
    assert migrations.SCHEMA_VERSION == postgis_schema.SCHEMA_VERSION == 2


@pytest.mark.parametrize(
    ("version", "records"), [(99, RECORDS_VERSION), (migrations.SCHEMA_VERSION + 1, 99)], ids=["newer schema", "newer records"]
)
def test_a_registry_of_a_later_version_is_refused_with_both_versions(
    opened: Callable[[], Registry], address: str, version: int, records: int
) -> None:
    registry = opened()
    registry.apply("hazard_areas", pd.DataFrame({"area_id": ["A"]}), ChangeMeta("Ana"))
    registry.close()
    schema = "landrelease." if _is_postgres(address) else ""
    _run(address, f"INSERT INTO {schema}schema_version VALUES ({version}, {records})")
    ours = f"{migrations.SCHEMA_VERSION}.{RECORDS_VERSION}"
    with pytest.raises(RegistryError) as caught:
        open_registry(address, create=True)
    assert f"schema {version}.{records}; this program knows up to {ours}" in caught.value.message
    assert (caught.value.code, caught.value.remedy) == ("newer_schema", "Update landrelease; nothing was changed.")
    assert _rows(address, "SELECT max(version) FROM schema_version") == [(version,)]


def test_a_migration_that_fails_leaves_the_old_version(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (migrations, postgis_schema):
        monkeypatch.setattr(module, "MIGRATIONS", (*module.MIGRATIONS, "CREATE TABLE half (x integer); SELECT x FROM nowhere;"))
        monkeypatch.setattr(module, "SCHEMA_VERSION", 3)
    monkeypatch.setattr("geodata.registry.sqlite_file.SCHEMA_VERSION", 3)
    with pytest.raises(Exception, match="nowhere"):
        open_registry(old)
    assert _rows(old, "SELECT max(version) FROM schema_version") == [(1,)]
    monkeypatch.undo()
    registry = open_registry(old)
    assert registry.verify() == 8
    registry.close()
