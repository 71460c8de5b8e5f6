"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.export.errors import ExportError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary file beside a path that takes its place when the block ends well.

    The temporary file is synced to disk before it replaces the old one, and the folder after; a block that fails leaves the
    old file as it was and no temporary file.

    Parameters
    ----------
    path : Path
        The file to write; its folder must exist.

    Yields
    ------
    Path
        Write here. The name keeps the ending, which drivers choose by.

    Raises
    ------
    ExportError
        The path is a folder, its folder is missing or not writable, or the disk is full.
    """
    _check_place(path)
    beside = path.with_name(f".{secrets.token_hex(6)}.tmp{path.suffix}")
    try:
        yield beside
        _sync(beside)
        beside.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise ExportError(
            f"{path}: the file could not be written ({error.strerror or error}).", "Free some space, or name another folder."
        ) from error
    finally:
        for leftover in (beside, beside.with_name(beside.name + "-journal"), beside.with_name(beside.name + "-wal")):
            leftover.unlink(missing_ok=True)


def _check_place(path: Path) -> None:
    if path.is_dir():
        raise ExportError(f"{path}: a list is written to a file; this is a folder.", "Name a file in it, for example list.xlsx.")
    if not path.parent.is_dir():
        raise ExportError(f"{path}: the folder {path.parent} does not exist.", "Make the folder, or name another one.")
    if not os.access(path.parent, os.W_OK):
        raise ExportError(f"{path}: the folder {path.parent} may not be written to.", "Name a folder of your own.")


def _sync(path: Path) -> None:
    """Wait until a file or folder is on disk; where folders cannot be opened (Windows), their entry is left to the system."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:
        if path.is_dir():
            return
        raise
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
