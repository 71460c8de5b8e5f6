"""Files that people send: each in a folder of its own under ``derived/uploads``, until it is imported, given up or old.

The name that a person gave a file is text and never part of a path; nothing here looks into a file.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from geodata.errors import FileError
from geodata.ingest.guard import MIB, UPLOAD_LIMITS

MAX_AGE_S = 6 * 3600.0
"""A file that was neither imported nor given up is removed after this long."""
MAX_HELD = 8
"""Files that one person may hold at a time; the oldest goes first."""
_MAX_NAME = 200
_CHUNK = 1 << 20
_ABOUT = "about.json"
_TAKEN = ".taken"
_ID = re.compile(r"[0-9a-f]{32}")
_SUFFIXES = frozenset(
    {".csv", ".tsv", ".txt", ".xlsx", ".gpkg", ".geojson", ".json", ".kml", ".kmz", ".zip", ".fgb", ".parquet", ".dta", ".xml", ".shp"}
)
_AGAIN = "Choose the file again."


@dataclass(frozen=True)
class Upload:
    """A file that was sent.

    Attributes
    ----------
    id : str
        32 digits 0-9a-f; names its folder.
    name : str
        What the person's computer calls it.
    owner : str
        Who sent it; nobody else reaches it.
    size_bytes : int
    received_at : float
        Seconds since 1970.
    path : Path
        Where it lies.
    """

    id: str
    name: str
    owner: str
    size_bytes: int
    received_at: float
    path: Path

    def plainly(self, message: str) -> str:
        """A message about the stored file that names it as the person does."""
        return message.replace(self.path.name, self.name)


def receive(programme_dir: Path, stream: BinaryIO, name: str, owner: str, now: float) -> Upload:
    """Keep a file that is being sent.

    Parameters
    ----------
    programme_dir : Path
    stream : binary stream
        The file's bytes.
    name, owner : str
    now : float
        Seconds since 1970.

    Raises
    ------
    FileError
        It is empty or larger than ``UPLOAD_LIMITS.max_bytes``, or there is no room for it; nothing is kept.
    """
    sweep(programme_dir, now)
    shown = clean_name(name)
    folder = _folder(programme_dir) / uuid.uuid4().hex
    suffix = Path(shown).suffix.lower()
    path = folder / f"upload-{secrets.token_hex(4)}{suffix if suffix in _SUFFIXES else ''}"
    try:
        folder.mkdir(mode=0o700, parents=True)
        size = _write(stream, path, shown)
        upload = Upload(folder.name, shown, owner, size, now, path)
        about = {**asdict(upload), "path": path.name}
        (folder / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise FileError(f"{shown} cannot be kept: {error.strerror}.", "Free space on the server.", code="file_not_kept") from error
        raise
    _drop_oldest(programme_dir, owner)
    return upload


def find_upload(programme_dir: Path, upload_id: str, owner: str) -> Upload:
    """The file of an id, for the person who sent it.

    Raises
    ------
    FileError
        There is none of that id, or someone else sent it.
    """
    found = _read(_folder(programme_dir) / upload_id) if _ID.fullmatch(upload_id) else None
    if found is None or found.owner != owner:
        raise FileError("This file is no longer here: it was imported, given up, or is too old.", _AGAIN, code="upload_missing")
    return found


def discard(programme_dir: Path, upload_id: str, owner: str) -> None:
    """Remove a file; nothing happens where there is none of that id for this person."""
    try:
        shutil.rmtree(find_upload(programme_dir, upload_id, owner).path.parent, ignore_errors=True)
    except FileError:
        return


@contextmanager
def taking(programme_dir: Path, upload_id: str, owner: str) -> Iterator[Upload]:
    """Have a file for oneself: of two who take it at once one gets it. It is removed at the end, or put back after an error.

    Raises
    ------
    FileError
        It is not there, or someone takes it already.
    """
    found = find_upload(programme_dir, upload_id, owner)
    home = found.path.parent
    taken = home.with_name(home.name + _TAKEN)
    try:
        home.rename(taken)
    except OSError:
        raise FileError(f"{found.name} is being imported already.", "Wait, then see the list of imports.", code="upload_taken") from None
    try:
        yield Upload(found.id, found.name, found.owner, found.size_bytes, found.received_at, taken / found.path.name)
    except BaseException:
        taken.rename(home)
        raise
    shutil.rmtree(taken, ignore_errors=True)


def sweep(programme_dir: Path, now: float) -> None:
    """Remove files that are too old, and what a killed server left."""
    for folder in _folder(programme_dir).glob("*"):
        found = _read(folder)
        since = found.received_at if found else _changed(folder)
        if since is not None and now - since > MAX_AGE_S:
            shutil.rmtree(folder, ignore_errors=True)


def clean_name(name: str) -> str:
    """A file's name as one line of text without its folders.

    >>> clean_name("C:\\\\data\\\\areas\\u202e.csv"), clean_name("../../etc/passwd"), clean_name(" ")
    ('areas.csv', 'passwd', 'file')
    """
    last = re.split(r"[\\/]", name)[-1]
    kept = "".join(sign for sign in last if sign.isprintable()).strip(". ")
    return kept[-_MAX_NAME:] or "file"


def _folder(programme_dir: Path) -> Path:
    return programme_dir / "derived" / "uploads"


def _write(stream: BinaryIO, path: Path, name: str) -> int:
    size = 0
    with path.open("xb") as file:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > UPLOAD_LIMITS.max_bytes:
                raise too_large(name)
            file.write(chunk)
    path.chmod(0o600)
    if size == 0:
        raise FileError(f"{name} is empty (0 bytes).", "Export it again at the source.", code="file_empty")
    return size


def too_large(name: str) -> FileError:
    """What is said of a file above the limit."""
    message = f"{name} has more than {UPLOAD_LIMITS.max_bytes // MIB} MB, the most that is taken over the web."
    return FileError(message, "Split it, or import it by command on the server.", code="file_too_large")


def _read(folder: Path) -> Upload | None:
    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        return Upload(**{**about, "path": folder / os.path.basename(about["path"])})  # noqa: PTH119 - a name, not a path
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _changed(folder: Path) -> float | None:
    try:
        return folder.stat().st_mtime
    except OSError:
        return None


def _drop_oldest(programme_dir: Path, owner: str) -> None:
    held = [found for folder in _folder(programme_dir).glob("*") if (found := _read(folder)) is not None]
    own = sorted(
        (found for found in held if found.owner == owner and _TAKEN not in found.path.parent.name), key=lambda each: each.received_at
    )
    for found in own[:-MAX_HELD]:
        shutil.rmtree(found.path.parent, ignore_errors=True)
