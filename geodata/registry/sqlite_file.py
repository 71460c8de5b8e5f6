"""The file of a SQLite registry: where it may lie, how it is opened, and what its errors mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from geodata.errors import RegistryError
from geodata.registry.migrations import SCHEMA_VERSION, migrate, stored_version
from geodata.registry.room import Needs, say_room
from geodata.schema.records import RECORDS_VERSION

BUSY_TIMEOUT_MS = 60_000
MOUNTS = Path("/proc/mounts")
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "afs", "ncpfs", "davfs", "fuse.davfs2", "glusterfs", "fuse.glusterfs"}
)


def connect(path: Path, *, create: bool) -> apsw.Connection:
    """Open a registry file, bring its schema up to date, and set what makes it safe.

    Raises
    ------
    RegistryError
        There is none, it is newer than this program, damaged, of another program, or on a network share.
    """
    if not create and not path.is_file():
        raise RegistryError(f"There is no registry at {path}.", "Import a first file, or name the registry in config.yaml.")
    if create and not path.parent.is_dir():
        raise RegistryError(f"The folder {path.parent} does not exist.", "Make the programme with landrelease new DIR.")
    _refuse_network(path)
    flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
    with errors_of(path):
        is_new = not path.exists()
        connection = apsw.Connection(str(path), flags=flags)
        if is_new:
            path.chmod(0o600)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: apsw.Connection, path: Path) -> None:
    connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    connection.pragma("foreign_keys", True)
    connection.pragma("trusted_schema", False)
    version = _refuse_newer(stored_version(connection), path)
    if connection.pragma("journal_mode") != "wal":
        connection.pragma("journal_mode", "WAL")
    connection.pragma("synchronous", "FULL")
    connection.pragma("cache_size", -65_536)
    if version < SCHEMA_VERSION:
        connection.execute("BEGIN IMMEDIATE")
        _refuse_newer(stored_version(connection), path)
        migrate(connection, RECORDS_VERSION)
        connection.execute("COMMIT")


def _refuse_newer(stored: tuple[int, int], path: Path) -> int:
    version, records = stored
    if version > SCHEMA_VERSION or records > RECORDS_VERSION:
        message = (
            f"{path.name} was written by a newer landrelease (schema {version}.{records}; this program knows up to "
            f"{SCHEMA_VERSION}.{RECORDS_VERSION})."
        )
        raise RegistryError(message, "Update landrelease; nothing was changed.", code="newer_schema")
    return version


def _refuse_network(path: Path) -> None:
    """SQLite's locks do not hold on network shares, so a registry there would lose changes."""
    if not MOUNTS.is_file():
        return
    place = path.resolve()
    best, kind = "", ""
    for line in MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines():
        _, point, filesystem, *_ = line.split(" ")
        if (place == Path(point) or Path(point) in place.parents) and len(point) > len(best):
            best, kind = point, filesystem
    if kind in _NETWORK:
        message = f"{path} lies on a network share ({kind}), where SQLite cannot lock a file."
        raise RegistryError(message, "Keep the registry on a local disk, or use PostgreSQL for several computers.")


@contextmanager
def errors_of(path: Path, needs: Needs | None = None) -> Iterator[None]:
    """Turn errors of SQLite into errors that say what to do; ``needs`` tells how much room the change needs."""
    try:
        yield
    except apsw.BusyError:
        message = f"{path.name} is being written by another process and did not become free in {BUSY_TIMEOUT_MS // 1000} s."
        raise RegistryError(message, "Try again when the other import has ended.", code="registry_busy") from None
    except (apsw.FullError, apsw.IOError) as error:
        detail = "the disk is full" if isinstance(error, apsw.FullError) else f"the disk reports an error ({error})"
        message = f"{path} cannot be written: {detail}. Nothing was changed."
        raise RegistryError(message, say_room(path.resolve().parent, needs), code="registry_io") from None
    except (apsw.CorruptError, apsw.NotADBError) as error:
        message = f"{path.name} is damaged or no registry ({error})."
        raise RegistryError(message, "Restore the latest backup.", code="registry_damaged") from None
    except (apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError, apsw.AuthError) as error:
        raise RegistryError(f"{path} cannot be opened for writing ({error}).", "Check the folder's permissions.") from None
