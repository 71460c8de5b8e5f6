"""Old snapshots: which there are, how large they are, and removing those that nobody needs any more."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from geodata.errors import SnapshotError
from geodata.snapshot.frozen import current_snapshot, snapshots_folder
from geodata.unfinished import unfinished_path


@dataclass(frozen=True)
class StoredSnapshot:
    """A snapshot on disk.

    Attributes
    ----------
    data_version : str
    built_on : datetime, UTC
    n_bytes : int
    is_current : bool
    """

    data_version: str
    built_on: dt.datetime
    n_bytes: int
    is_current: bool


def stored_snapshots(programme_dir: Path) -> list[StoredSnapshot]:
    """All snapshots of a programme, the current one first, then the latest first."""
    try:
        now = current_snapshot(programme_dir).data_version
    except SnapshotError:
        now = ""
    folder = snapshots_folder(programme_dir)
    paths = [path for path in folder.iterdir() if re.fullmatch(r"[0-9a-f]{16}", path.name)] if folder.is_dir() else []
    found = [
        StoredSnapshot(path.name, dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC), size_of_folder(path), path.name == now)
        for path in paths
    ]
    return sorted(found, key=lambda one: (not one.is_current, -one.built_on.timestamp(), one.data_version))


def size_of_folder(path: Path) -> int:
    """Bytes of all files under a folder."""
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def remove_whole(path: Path) -> None:
    """Remove a folder that others may be looking for: it is gone in one step, and a kill leaves no half of it under its name."""
    beside = unfinished_path(path)
    path.rename(beside)
    shutil.rmtree(beside)
