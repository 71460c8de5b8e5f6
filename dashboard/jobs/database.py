"""Where the table of jobs lies: a file under ``derived/``, or a schema of its own in the programme's PostgreSQL.

One short connection per operation (SQLite 0.2 ms, PostgreSQL on a socket 3 ms): nothing is shared between threads, inherited by
a fork, or left open by a process that was killed. Writers stand in line, so that two that claim at once see one another.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import apsw

from dashboard.jobs.job import JobError

Row = tuple[Any, ...]
VERSION = 1
_BUSY_MS = 10_000
_LOCK = 0x4C524A4F
"""Key of the advisory lock that writers take ("LRJO")."""
_CONNECT_S = 10
_SCHEMA = (
    """CREATE TABLE jobs (
    job_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    parameters TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    author TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    created_at DOUBLE PRECISION NOT NULL,
    started_at DOUBLE PRECISION,
    ended_at DOUBLE PRECISION,
    progress DOUBLE PRECISION NOT NULL DEFAULT 0,
    doing TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    token TEXT NOT NULL DEFAULT '',
    lease_until DOUBLE PRECISION NOT NULL DEFAULT 0,
    is_cancel_asked INTEGER NOT NULL DEFAULT 0,
    result TEXT NOT NULL DEFAULT '{}',
    error TEXT NOT NULL DEFAULT '{}'
)""",
    "CREATE UNIQUE INDEX jobs_at_work ON jobs (fingerprint) WHERE state IN ('queued', 'running')",
    "CREATE INDEX jobs_by_time ON jobs (created_at)",
)
Execute = Callable[..., list[Row]]
"""Runs one statement with ``?`` for its values and gives its rows."""


class JobDatabase(Protocol):
    """A place that holds the table of jobs."""

    def exists(self) -> bool:
        """Whether anything was ever kept there."""

    def now(self) -> float:
        """Seconds since 1970, by the clock that every process of this place shares."""

    def reading(self) -> Any:
        """A context that gives an :data:`Execute`."""

    def writing(self) -> Any:
        """The same in a transaction, alone among writers; the table is made where there is none."""


class SqliteJobs:
    """The table in a file of its own, which may be deleted while nothing runs.

    Parameters
    ----------
    path : Path
        On a local disk.
    clock : callable
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self.now = clock

    def exists(self) -> bool:
        """Whether there is a file."""
        return self.path.is_file()

    @contextmanager
    def reading(self) -> Iterator[Execute]:
        """Statements that change nothing."""
        with self._connection() as connection:
            yield _executor(connection)

    @contextmanager
    def writing(self) -> Iterator[Execute]:
        """A transaction that holds the write lock from its start."""
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                execute = _executor(connection)
                self._prepare(execute)
                yield execute
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:  # SQLite itself rolls back where the disk is full
                    connection.execute("ROLLBACK")

    @contextmanager
    def _connection(self) -> Iterator[apsw.Connection]:
        connection = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = apsw.Connection(str(self.path))
            connection.set_busy_timeout(_BUSY_MS)
            yield connection
        except apsw.FullError:
            raise _unwritable(self.path.name, "the disk is full", "Make room on the disk of the programme folder and try again.") from None
        except (apsw.CorruptError, apsw.NotADBError) as error:
            raise _unwritable(self.path.name, str(error), "Stop the server and delete the file: jobs are forgotten, no data.") from None
        except (apsw.Error, OSError) as error:
            remedy = "Check that derived/ in the programme folder may be written and has room."
            raise _unwritable(self.path.name, str(error), remedy) from None
        finally:
            if connection is not None:
                connection.close()

    def _prepare(self, execute: Execute) -> None:
        version = int(execute("PRAGMA user_version")[0][0])
        _refuse_newer(version, self.path.name)
        if version == 0:
            for statement in (*_SCHEMA, f"PRAGMA user_version = {VERSION}"):
                execute(statement)


class PostgresJobs:
    """The table in a schema of its own, ``landrelease_jobs``, beside the registry's.

    Parameters
    ----------
    address : str
        ``postgresql://...``.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def exists(self) -> bool:
        """Whether there is a table."""
        with self._connection() as connection:
            found = connection.execute("SELECT to_regclass('landrelease_jobs.jobs') IS NOT NULL").fetchall()
            return bool(found[0][0])

    def now(self) -> float:
        """The database's clock: hosts may differ."""
        with self._connection() as connection:
            return float(connection.execute("SELECT extract(epoch FROM clock_timestamp())").fetchall()[0][0])

    @contextmanager
    def reading(self) -> Iterator[Execute]:
        """Statements that change nothing."""
        with self._connection() as connection:
            yield _postgres_executor(connection)

    @contextmanager
    def writing(self) -> Iterator[Execute]:
        """A transaction behind one advisory lock."""
        with self._connection() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            execute = _postgres_executor(connection)
            self._prepare(execute)
            yield execute

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        from geodata.registry.postgis import place_of

        place = place_of(self._address)
        try:
            import psycopg
        except ModuleNotFoundError:
            raise _unwritable(place, "psycopg is not installed", 'Install it with pip install "landrelease[postgis]".') from None
        try:
            options = "-c search_path=landrelease_jobs"
            with psycopg.connect(
                self._address, autocommit=True, connect_timeout=_CONNECT_S, application_name="landrelease jobs", options=options
            ) as connection:
                yield connection
        except psycopg.Error as error:
            remedy = "Check that the database runs, has room, and lets landrelease make the schema landrelease_jobs."
            raise _unwritable(place, str(error).splitlines()[0], remedy) from None

    def _prepare(self, execute: Execute) -> None:
        if execute("SELECT to_regclass('landrelease_jobs.version') IS NOT NULL")[0][0]:
            _refuse_newer(int(execute("SELECT max(version) FROM version")[0][0]), "landrelease_jobs")
            return
        made = ("CREATE SCHEMA IF NOT EXISTS landrelease_jobs", "CREATE TABLE version (version INTEGER NOT NULL)", *_SCHEMA)
        for statement in made:
            execute(statement)
        execute("INSERT INTO version VALUES (?)", (VERSION,))


def open_database(address: Path | str, programme_dir: Path) -> SqliteJobs | PostgresJobs:
    """Where the jobs of a programme lie, by the address of its registry."""
    if isinstance(address, str) and address.startswith(("postgresql://", "postgres://")):
        return PostgresJobs(address)
    return SqliteJobs(programme_dir / "derived" / "jobs.sqlite")


def _executor(connection: apsw.Connection) -> Execute:
    def execute(sql: str, values: Sequence[Any] = ()) -> list[Row]:
        return connection.execute(sql, tuple(values)).fetchall()

    return execute


def _postgres_executor(connection: Any) -> Execute:
    def execute(sql: str, values: Sequence[Any] = ()) -> list[Row]:
        cursor = connection.execute(sql.replace("?", "%s").encode(), tuple(values) or None)
        return cursor.fetchall() if cursor.description is not None else []

    return execute


def _refuse_newer(version: int, place: str) -> None:
    if version > VERSION:
        message = f"The table of jobs in {place} must have version {VERSION} or older, but has {version}."
        raise JobError(message, "Install the version of landrelease that wrote it, or a newer one.", code="newer_schema")


def _unwritable(place: str, reason: str, remedy: str) -> JobError:
    return JobError(f"The table of jobs must open and take changes, but {place} does not: {reason}.", remedy, code="jobs_unwritable")
