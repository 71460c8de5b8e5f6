"""Numbered migrations of the SQLite registry. A migration, once released, is never edited; a change is a new one."""

from __future__ import annotations

import apsw

from geodata.errors import RegistryError

APPLICATION_ID = 0x4C52454C
"""Marks the file as a registry of landrelease ("LREL")."""

_FIRST = """
CREATE TABLE schema_version (version INTEGER PRIMARY KEY, records_version INTEGER NOT NULL);
CREATE TABLE imports (
    import_seq INTEGER PRIMARY KEY,
    import_id TEXT NOT NULL UNIQUE,
    known_at TEXT NOT NULL,
    author TEXT NOT NULL CHECK (author <> ''),
    reason TEXT NOT NULL,
    source_file TEXT NOT NULL,
    kind TEXT NOT NULL,
    undoes TEXT NOT NULL DEFAULT ''
);
CREATE TABLE geometries (geometry_id INTEGER PRIMARY KEY, wkb BLOB NOT NULL);
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    import_seq INTEGER NOT NULL REFERENCES imports (import_seq),
    table_name TEXT NOT NULL,
    record_id TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('add', 'update', 'undo')),
    true_on TEXT NOT NULL,
    changes BLOB NOT NULL,
    geometry_id INTEGER REFERENCES geometries (geometry_id),
    hash BLOB NOT NULL
);
CREATE INDEX events_of_record ON events (table_name, record_id);
CREATE INDEX events_of_import ON events (import_seq);
CREATE TABLE records (
    table_name TEXT NOT NULL,
    record_id TEXT NOT NULL,
    body BLOB NOT NULL,
    digest TEXT NOT NULL,
    geometry_id INTEGER REFERENCES geometries (geometry_id),
    true_on TEXT NOT NULL,
    PRIMARY KEY (table_name, record_id)
) WITHOUT ROWID;
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE (ABORT, 'events are never altered'); END;
CREATE TRIGGER events_are_kept BEFORE DELETE ON events BEGIN SELECT RAISE (ABORT, 'events are never deleted'); END;
"""

_IN_TIME = """
CREATE INDEX events_in_time ON events (table_name, record_id, true_on);
DROP INDEX events_of_record;
"""
"""Past states read events record by record in the order of time, without sorting them."""

MIGRATIONS: tuple[str, ...] = (_FIRST, _IN_TIME)
SCHEMA_VERSION = len(MIGRATIONS)


def stored_version(connection: apsw.Connection) -> tuple[int, int]:
    """Version of the schema and of the records in a file, (0, 0) where it is empty.

    Raises
    ------
    RegistryError
        It is a database of another program.
    """
    n_tables = connection.execute("SELECT count(*) FROM sqlite_schema").get
    if connection.pragma("application_id") != APPLICATION_ID:
        if n_tables:
            raise RegistryError("The file is a database of another program, not a registry.", "Name the registry in config.yaml.")
        return (0, 0)
    row = connection.execute("SELECT max(version), max(records_version) FROM schema_version").fetchone() if n_tables else None
    return (row[0] or 0, row[1] or 0) if row else (0, 0)


def migrate(connection: apsw.Connection, records_version: int) -> None:
    """Bring a registry up to this program's schema, within the transaction that is open."""
    version, _ = stored_version(connection)
    if version == 0:
        connection.pragma("application_id", APPLICATION_ID)
    for number in range(version + 1, SCHEMA_VERSION + 1):
        connection.execute(MIGRATIONS[number - 1])
        connection.execute("INSERT INTO schema_version VALUES (?, ?)", (number, records_version))
