"""Back a registry up while it is in use, and put a backup in its place again after checking it.

A backup is a zip archive: the database as of one moment (SQLite) or its history as rows in Parquet files (PostgreSQL), and a manifest
with the SHA-256 of the content, the head of the history and the number of events. Either kind restores into either database. It holds
the whole history with authors, hence the audit of changes; it does not hold layers, config.yaml or users.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import apsw
import pyarrow as pa

from geodata.errors import FileError, GeodataError, RegistryError
from geodata.registry import rows, sqlite_file
from geodata.registry.room import say_room
from geodata.registry.sqlite import SqliteStore, open_sqlite
from geodata.registry.verify import verify_history

_MANIFEST = "manifest.json"
_DATABASE = "registry.sqlite"
_FORMAT = 1
_NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO, errno.EROFS)
_BROKEN = (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError, OSError, zlib.error)


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; ``form`` is ``sqlite`` (a database) or ``rows`` (its history), ``size`` in bytes."""

    format: int
    head: str
    n_events: int
    sha256: str
    size: int
    form: str = "sqlite"


def backup_registry(source: Path | str, target: Path) -> Manifest:
    """Copy a registry as of now into an archive, while others read and write it; the copy is verified before it counts.

    Parameters
    ----------
    source : Path or str
        The registry file, or ``postgresql://...``.
    target : Path
        The archive; replaced as a whole.

    Raises
    ------
    RegistryError
        There is no registry, its history does not hold, or the archive cannot be written; nothing is left behind.
    """
    if is_postgres(source):
        return _backup_postgres(str(source), target)
    source = Path(source)
    if not source.is_file():
        raise RegistryError(f"There is no registry at {source}.", "Name the registry in config.yaml.")
    copy = target.with_name(f".{target.name}.{secrets.token_hex(4)}.sqlite")
    archive = copy.with_suffix(".zip")
    try:
        with sqlite_file.errors_of(target):
            _copy_online(source, copy)
        manifest = _describe(copy)
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as out:
            out.write(copy, _DATABASE)
            out.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=1))
        _settle(archive, target)
    except OSError as error:
        raise RegistryError(f"{target} could not be written: {error.strerror}.", say_room(target.resolve().parent, None)) from None
    finally:
        _remove(copy)
        archive.unlink(missing_ok=True)
    return manifest


def restore_registry(archive: Path, target: Path | str, *, replace: bool = False) -> Manifest:
    """Put the registry of an archive in place, after its checksum and its whole history have been checked.

    Parameters
    ----------
    archive : Path
    target : Path or str
        The registry file, or ``postgresql://...`` of a database without records.
    replace : bool
        Whether a registry file that is there may be replaced; it is kept beside as ``NAME.before-restore``.

    Raises
    ------
    FileError
        The archive is missing, damaged or no backup.
    RegistryError
        A registry is there already, or the one in the archive does not hold; nothing has changed.
    """
    if is_postgres(target):
        return _restore_postgres(archive, str(target))
    target = Path(target)
    if target.exists() and not replace:
        raise RegistryError(f"There is a registry at {target} already.", "Move it away, or say that it may be replaced.")
    copy = target.with_name(f".{target.name}.{secrets.token_hex(4)}.restore")
    try:
        stated = _checked_copy(archive, copy)
        if target.exists():
            _set_aside(target)
        for stale in ("-wal", "-shm"):
            Path(f"{target}{stale}").unlink(missing_ok=True)
        _settle(copy, target)
    finally:
        _remove(copy)
    return stated


def is_postgres(address: Path | str) -> bool:
    """Whether an address names a PostgreSQL database."""
    return isinstance(address, str) and address.startswith(("postgresql://", "postgres://"))


def _backup_postgres(source: str, target: Path) -> Manifest:
    from geodata.registry.postgis import PostgisStore

    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as name:
            folder = Path(name)
            store = PostgisStore(source)
            try:
                rows.write_rows(store, folder)
            finally:
                store.close()
            staged = folder / _DATABASE
            described = _stage(folder, staged)
            manifest = Manifest(_FORMAT, described.head, described.n_events, *_content(folder / part for part in rows.PARTS), form="rows")
            archive = folder / "archive.zip"
            with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as out:
                for part in rows.PARTS:
                    out.write(folder / part, part)
                out.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=1))
            _settle(archive, target)
    except OSError as error:
        raise RegistryError(f"{target} could not be written: {error.strerror}.", say_room(target.resolve().parent, None)) from None
    return manifest


def _restore_postgres(archive: Path, target: str) -> Manifest:
    """Copy the checked history into an empty database, in one transaction, and check it there before it counts."""
    from geodata.registry.postgis import PostgisStore

    with tempfile.TemporaryDirectory(prefix="landrelease-restore-") as folder:
        copy = Path(folder) / _DATABASE
        stated = _checked_copy(archive, copy)
        source = SqliteStore(copy)
        try:
            store = PostgisStore(target, create=True)
            try:
                with store.writing(commit=True):
                    rows.copy_rows(source, store)
                    verify_history(store, store.place)
            finally:
                store.close()
        finally:
            source.close()
    return stated


def _stage(folder: Path, staged: Path) -> Manifest:
    """Load a history from rows into a SQLite registry and check the whole of it."""
    store = SqliteStore(staged, create=True)
    try:
        rows.load_rows(folder, store)
        store.run("PRAGMA wal_checkpoint(TRUNCATE)")
        store.run("PRAGMA journal_mode = DELETE")
    finally:
        store.close()
    return _describe(staged)


def _checked_copy(archive: Path, copy: Path) -> Manifest:
    """Unpack an archive into a SQLite registry and check it against its manifest.

    Raises
    ------
    FileError, RegistryError
        It is damaged, or does not hold what it says.
    """
    stated = _unpack(archive, copy)
    if stated.form == "sqlite":
        found = _describe(copy)
    else:
        with tempfile.TemporaryDirectory(prefix=".rows-", dir=copy.parent) as name:
            found = _unpack_rows(archive, stated.size, Path(name), copy)
    if found != stated:
        raise RegistryError(f"{archive.name} does not hold what its manifest says.", "Use another backup.", code="backup_damaged")
    return stated


def _unpack_rows(archive: Path, size: int, folder: Path, copy: Path) -> Manifest:
    try:
        with zipfile.ZipFile(archive) as source:
            if sum(source.getinfo(part).file_size for part in rows.PARTS) != size:
                raise _damaged(archive)
            for part in rows.PARTS:
                with source.open(part) as stream, (folder / part).open("wb") as out:
                    shutil.copyfileobj(stream, out, 1 << 20)
        described = _stage(folder, copy)
    except (*_BROKEN, pa.ArrowException) as error:
        raise _unfit(archive, copy, error) from None
    return Manifest(_FORMAT, described.head, described.n_events, *_content(folder / part for part in rows.PARTS), form="rows")


def _content(parts: Iterable[Path]) -> tuple[str, int]:
    """SHA-256 and size of files, one after the other."""
    content, size = hashlib.sha256(), 0
    for part in parts:
        with part.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                content.update(chunk)
                size += len(chunk)
    return content.hexdigest(), size


def _remove(path: Path) -> None:
    for part in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{part}").unlink(missing_ok=True)


def _set_aside(target: Path) -> None:
    """Keep the registry that is replaced, its journal included, as ``NAME.before-restore``."""
    for part in ("", "-wal", "-shm"):
        present = Path(f"{target}{part}")
        if present.exists():
            present.replace(f"{target}.before-restore{part}")


def _copy_online(source: Path, copy: Path) -> None:
    """SQLite's backup: a consistent copy while others write."""
    reader = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READWRITE)
    writer = apsw.Connection(str(copy))
    try:
        reader.set_busy_timeout(sqlite_file.BUSY_TIMEOUT_MS)
        with writer.backup("main", reader, "main") as step:
            while not step.done:
                step.step(-1)
        writer.pragma("journal_mode", "DELETE")
    finally:
        writer.close()
        reader.close()


def _describe(path: Path) -> Manifest:
    """Check the whole history of a registry file and describe it."""
    sha256, size = _content([path])
    scratch = path.with_suffix(".check")
    try:
        shutil.copyfile(path, scratch)
        registry = open_sqlite(scratch)
        try:
            return Manifest(_FORMAT, registry.head(), registry.verify(), sha256, size)
        finally:
            registry.close()
    finally:
        _remove(scratch)


def _unpack(archive: Path, copy: Path) -> Manifest:
    try:
        with zipfile.ZipFile(archive) as source:
            manifest = Manifest(**json.loads(source.read(_MANIFEST)))
            if manifest.form == "rows":
                return manifest
            with source.open(_DATABASE) as stream, copy.open("wb") as out:
                remaining = manifest.size + 1
                while remaining > 0 and (chunk := stream.read(min(1 << 20, remaining))):
                    out.write(chunk)
                    remaining -= len(chunk)
    except FileNotFoundError:
        raise FileError(f"{archive} does not exist.", "Name a backup.", code="file_missing") from None
    except _BROKEN as error:
        raise _unfit(archive, copy, error) from None
    return manifest


def _unfit(archive: Path, copy: Path, error: Exception) -> GeodataError:
    """Why an archive did not unpack: no room for it, or it is damaged."""
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        message = f"The registry of {archive.name} could not be written: {error.strerror}. Nothing was changed."
        return RegistryError(message, say_room(copy.parent, None), code="registry_io")
    return _damaged(archive)


def _damaged(archive: Path) -> FileError:
    return FileError(f"{archive.name} is damaged or no backup of a registry.", "Use another backup.", code="backup_damaged")


def _settle(temporary: Path, target: Path) -> None:
    """Onto the disk, private, and in place at once."""
    with temporary.open("rb+") as stream:
        os.fsync(stream.fileno())
    temporary.chmod(0o600)
    temporary.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
