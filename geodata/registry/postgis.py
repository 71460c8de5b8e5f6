"""The registry in PostgreSQL with PostGIS, for a ministry: many computers, one system of record.

Everything lies in a schema of its own, ``landrelease``. Writers take one advisory lock, so that the hash chain has one end; readers
see one consistent state. The outlines are PostGIS geometries beside their exact bytes, and each table has a view that QGIS can open.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from geodata.errors import RegistryError
from geodata.registry import postgis_schema
from geodata.registry.room import MB, Needs
from geodata.registry.sql import SqlRegistry
from geodata.registry.store import Row, Store

if TYPE_CHECKING:
    import psycopg

_LOCK = 0x4C52454C
"""Key of the advisory lock that writers take ("LREL")."""
CONNECT_SECONDS = 10


class PostgisStore(Store):
    """A registry schema. May be shared by threads (one works at a time); must not be carried over a fork."""

    def __init__(self, address: str, *, create: bool = False) -> None:
        self._address = address
        self.place = place_of(address)
        self._lock = threading.RLock()
        self._db = self._connect()
        try:
            with self._errors():
                postgis_schema.prepare(self._db, self.place, _LOCK, create=create)
        except BaseException:
            self._db.close()
            raise

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Rows of a query."""
        return self._execute(sql, values).fetchall()

    def each(self, sql: str, values: Sequence[Any] = ()) -> Iterable[Row]:
        """Rows of a query one by one."""
        return self._execute(sql, values)

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run one statement."""
        self._execute(sql, values)

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Enter many rows into a table, by COPY."""
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with self._db.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def among(self, column: str) -> str:
        """A condition over an array."""
        return f"{column} = ANY(?)"

    def listed(self, values: Sequence[Any]) -> Any:
        """A list as an array."""
        return list(values)

    def text_of(self, column: str) -> str:
        """The text of a field of a JSON column."""
        return f"(convert_from({column}, 'UTF8')::jsonb ->> ?::text)"

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One consistent view for all statements inside."""
        with self._lock, self._errors(), self._transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", commit=False):
            yield

    @contextmanager
    def writing(self, *, commit: bool, needs: Needs | None = None) -> Iterator[None]:
        """One transaction, alone among writers; rolled back on an error or where ``commit`` is False."""
        with self._lock, self._errors(needs), self._transaction("BEGIN", commit=commit):
            self._execute("SELECT pg_advisory_xact_lock(?)", (_LOCK,))
            yield

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._db.close()

    def _connect(self) -> psycopg.Connection[Row]:
        try:
            import psycopg
        except ModuleNotFoundError:
            message = "Registries on PostgreSQL need the package psycopg."
            raise RegistryError(message, 'Install it with pip install "landrelease[postgis]".', code="psycopg_missing") from None
        try:
            return psycopg.connect(self._address, autocommit=True, connect_timeout=CONNECT_SECONDS, application_name="landrelease")
        except psycopg.OperationalError as error:
            message = f"{self.place} cannot be reached: {str(error).splitlines()[0]}"
            raise RegistryError(
                message, "Check the address in config.yaml, and that the server runs.", code="registry_unreachable"
            ) from None

    def _execute(self, sql: str, values: Sequence[Any] = ()) -> psycopg.Cursor[Row]:
        return self._db.execute(sql.replace("?", "%s").encode(), tuple(values))

    @contextmanager
    def _transaction(self, begin: str, *, commit: bool) -> Iterator[None]:
        """A transaction on a live connection; one that was lost in between is made anew first."""
        if self._db.closed:
            self._db = self._connect()
            self._db.execute(postgis_schema.SEARCH_PATH)
        self._db.execute(begin.encode())
        done = False
        try:
            yield
            self._db.execute("COMMIT" if commit else "ROLLBACK")
            done = True
        finally:
            if not done and not self._db.closed:
                self._db.execute("ROLLBACK")

    @contextmanager
    def _errors(self, needs: Needs | None = None) -> Iterator[None]:
        """Turn errors of the database into errors that say what to do."""
        import psycopg

        try:
            yield
        except (psycopg.errors.DiskFull, psycopg.errors.IoError) as error:
            message = f"{self.place} cannot be written: {str(error).splitlines()[0]}. Nothing was changed."
            room = f": the change needs about {needs() / MB:,.1f} MB" if needs else ""
            raise RegistryError(message, f"Make room on the disk of the database and try again{room}.", code="registry_io") from None
        except psycopg.OperationalError as error:
            self._db.close()
            message = f"{self.place}: the connection was lost ({str(error).splitlines()[0]})."
            remedy = "Look at landrelease history whether the change was made, then try again."
            raise RegistryError(message, remedy, code="registry_lost") from None
        except psycopg.Error as error:
            raise RegistryError(
                f"{self.place} refused: {str(error).splitlines()[0]}.", "Nothing was changed.", code="registry_io"
            ) from None


def place_of(address: str) -> str:
    """An address without user and password, for messages."""
    parts = urlsplit(address)
    host = parts.hostname or "localhost"
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}{parts.path}"


def open_postgis(address: str, *, create: bool = False) -> SqlRegistry:
    """The registry in a database; see :func:`geodata.registry.open_registry`."""
    store = PostgisStore(address, create=create)
    return SqlRegistry(store, store.place)
