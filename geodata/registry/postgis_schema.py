"""Schema of the PostGIS registry: numbered migrations as for SQLite, and views that a GIS opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geodata.errors import RegistryError
from geodata.schema.records import RECORDS_VERSION, TABLES, Table

if TYPE_CHECKING:
    import psycopg

SEARCH_PATH = b"SET search_path = landrelease, public"
_CASTS = {"number": "double precision", "integer": "bigint", "boolean": "boolean", "date": "date"}
_FIRST = """
CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;
CREATE TABLE schema_version (version integer PRIMARY KEY, records_version integer NOT NULL);
CREATE TABLE imports (
    import_seq bigint PRIMARY KEY,
    import_id text COLLATE "C" NOT NULL UNIQUE,
    known_at text COLLATE "C" NOT NULL,
    author text NOT NULL CHECK (author <> ''),
    reason text NOT NULL,
    source_file text NOT NULL,
    kind text NOT NULL,
    undoes text COLLATE "C" NOT NULL DEFAULT ''
);
CREATE TABLE geometries (
    geometry_id bigint PRIMARY KEY,
    wkb bytea NOT NULL,
    geom geometry(Geometry, 4326) GENERATED ALWAYS AS (ST_GeomFromWKB(wkb, 4326)) STORED
);
CREATE INDEX geometries_geom ON geometries USING gist (geom);
CREATE TABLE events (
    seq bigint PRIMARY KEY,
    import_seq bigint NOT NULL REFERENCES imports,
    table_name text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    action text NOT NULL CHECK (action IN ('add', 'update', 'undo')),
    true_on text COLLATE "C" NOT NULL,
    changes bytea NOT NULL,
    geometry_id bigint REFERENCES geometries,
    hash bytea NOT NULL
);
CREATE INDEX events_of_record ON events (table_name, record_id);
CREATE INDEX events_of_import ON events (import_seq);
CREATE TABLE records (
    table_name text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    digest text NOT NULL,
    geometry_id bigint REFERENCES geometries,
    true_on text COLLATE "C" NOT NULL,
    PRIMARY KEY (table_name, record_id)
);
CREATE FUNCTION events_stay() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN RAISE EXCEPTION 'events are never altered or deleted'; END$$;
CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON events EXECUTE FUNCTION events_stay();
"""
_IN_TIME = """
CREATE INDEX events_in_time ON events (table_name, record_id, true_on, seq);
DROP INDEX events_of_record;
"""
"""Past states read events record by record in the order of time, without sorting them."""

MIGRATIONS: tuple[str, ...] = (_FIRST, _IN_TIME)
"""A migration also makes the views anew; a field that is added to a table needs one, if only an empty one."""
SCHEMA_VERSION = len(MIGRATIONS)


def prepare(connection: psycopg.Connection[Any], place: str, lock: int, *, create: bool) -> None:
    """Bring a registry up to this program's schema; make it where there is none and ``create`` is set.

    Raises
    ------
    RegistryError
        There is none, or it is newer than this program.
    """
    connection.execute(SEARCH_PATH)
    version = _refuse_newer(_stored_version(connection), place)
    if version == 0 and not create:
        raise RegistryError(f"There is no registry at {place}.", "Import a first file, or name the registry in config.yaml.")
    if version == SCHEMA_VERSION:
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (lock,))
        connection.execute("CREATE SCHEMA IF NOT EXISTS landrelease")
        version = _refuse_newer(_stored_version(connection), place)
        for number in range(version + 1, SCHEMA_VERSION + 1):
            connection.execute(MIGRATIONS[number - 1].encode())
            connection.execute("INSERT INTO schema_version VALUES (%s, %s)", (number, RECORDS_VERSION))
        if version < SCHEMA_VERSION:
            for table in TABLES.values():
                connection.execute(f"DROP VIEW IF EXISTS {table.name}".encode())
                connection.execute(view_of(table).encode())


def view_of(table: Table) -> str:
    """The statement that makes a table's view: typed columns, and the outline where there is one."""
    parts = ["r.record_id AS " + table.id_field]
    for field in table.fields[1:]:
        text = f"(convert_from(r.body, 'UTF8')::jsonb ->> '{field.name}')"
        parts.append(f"{text}{f'::{_CASTS[field.type]}' if field.type in _CASTS else ''} AS {field.name}")
    outline = ", g.geom" if table.has_geometry else ""
    join = "LEFT JOIN geometries g USING (geometry_id)" if table.has_geometry else ""
    return f"CREATE VIEW {table.name} AS SELECT {', '.join(parts)}{outline} FROM records r {join} WHERE r.table_name = '{table.name}'"  # noqa: S608


def _stored_version(connection: psycopg.Connection[Any]) -> tuple[int, int]:
    if connection.execute("SELECT to_regclass('landrelease.schema_version') IS NULL").fetchall()[0][0]:
        return (0, 0)
    row = connection.execute(
        "SELECT coalesce(max(version), 0), coalesce(max(records_version), 0) FROM landrelease.schema_version"
    ).fetchall()[0]
    return (int(row[0]), int(row[1]))


def _refuse_newer(stored: tuple[int, int], place: str) -> int:
    version, records = stored
    if version > SCHEMA_VERSION or records > RECORDS_VERSION:
        message = f"{place} was written by a newer landrelease (schema {version}.{records}; this program knows up to "
        message += f"{SCHEMA_VERSION}.{RECORDS_VERSION})."
        raise RegistryError(message, "Update landrelease; nothing was changed.", code="newer_schema")
    return version
