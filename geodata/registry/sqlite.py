"""The registry in one SQLite file, through apsw (which brings a current SQLite).

No process may open the file through GDAL: GDAL carries its own SQLite, and a process that opens one file through both loses the
locks, and with them acknowledged commits. Writers begin IMMEDIATE; the journal is a WAL with ``synchronous=FULL``, so that a change
that was acknowledged survives a crash.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from geodata.registry import sqlite_file
from geodata.registry.room import Needs
from geodata.registry.sql import SqlRegistry
from geodata.registry.store import Row, Store


class SqliteStore(Store):
    """A registry file. May be shared by threads (one works at a time); must not be carried over a fork."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._db = sqlite_file.connect(path, create=create)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Rows of a query."""
        return self._db.execute(sql, values).fetchall()

    def each(self, sql: str, values: Sequence[Any] = ()) -> Iterable[Row]:
        """Rows of a query one by one."""
        return self._db.execute(sql, values)

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run one statement."""
        self._db.execute(sql, values)

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Enter many rows into a table."""
        values = ", ".join("?" * len(columns))
        self._db.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})", rows)  # noqa: S608

    def among(self, column: str) -> str:
        """A condition over a JSON list."""
        return f"{column} IN (SELECT value FROM json_each(?))"  # noqa: S608

    def listed(self, values: Sequence[Any]) -> Any:
        """A list as JSON text."""
        return orjson.dumps(list(values)).decode()

    def text_of(self, column: str) -> str:
        """The text of a field of a JSON column."""
        return f"{column} ->> ?"

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One consistent view for all statements inside."""
        with self._lock, sqlite_file.errors_of(self.path):
            self._db.execute("BEGIN")
            try:
                yield
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    @contextmanager
    def writing(self, *, commit: bool, needs: Needs | None = None) -> Iterator[None]:
        """One transaction; rolled back on an error or where ``commit`` is False."""
        with self._lock, sqlite_file.errors_of(self.path, needs):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT" if commit else "ROLLBACK")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


def open_sqlite(path: Path, *, create: bool = False) -> SqlRegistry:
    """The registry in a file; see :func:`geodata.registry.open_registry`."""
    return SqlRegistry(SqliteStore(path, create=create), path.name)
