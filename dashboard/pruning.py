"""Remove old snapshots, with the estimates made from them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from dashboard.estimates.store import estimates_folder, read_manifest
from geodata.errors import WrongUseError
from geodata.snapshot.frozen import snapshots_folder
from geodata.snapshot.prune import StoredSnapshot, remove_whole, size_of_folder, stored_snapshots

_FRESH_S = 3_600.0
"""What was made since stays: a build may be about to make it the current snapshot."""


@dataclass(frozen=True)
class Pruned:
    """What stays and what goes.

    Attributes
    ----------
    kept, removed : tuple of StoredSnapshot
        The current one first, then the latest first.
    estimates : tuple of str
        Identities of estimates that go: those of removed snapshots, and of snapshots that are no more.
    freed_bytes : int
    """

    kept: tuple[StoredSnapshot, ...]
    removed: tuple[StoredSnapshot, ...]
    estimates: tuple[str, ...]
    freed_bytes: int


def prune_snapshots(programme_dir: Path, keep: int, *, dry_run: bool = False) -> Pruned:
    """Keep the current snapshot and the latest others, ``keep`` in all, and remove the rest with their estimates.

    What was made within the last hour stays too, since a build may be about to make it the current one. Lists exported from a
    removed snapshot can no longer be recomputed, nor its addresses opened.

    Raises
    ------
    WrongUseError
        ``keep`` is below 1: the current snapshot always stays.
    """
    if keep < 1:
        raise WrongUseError(f"At least the current snapshot stays, but --keep is {keep}.", "Keep 1 or more.")
    found = stored_snapshots(programme_dir)
    removed = tuple(one for one in found[keep:] if time.time() - one.built_on.timestamp() > _FRESH_S)
    kept = tuple(one for one in found if one not in removed)
    orphans = _estimates_of_others(programme_dir, {one.data_version for one in kept})
    freed = sum(one.n_bytes for one in removed) + sum(map(size_of_folder, orphans))
    if not dry_run:
        for path in (*orphans, *(snapshots_folder(programme_dir) / one.data_version for one in removed)):
            remove_whole(path)
    return Pruned(kept, removed, tuple(path.name for path in orphans), freed)


def _estimates_of_others(programme_dir: Path, data_versions: set[str]) -> list[Path]:
    folder = estimates_folder(programme_dir)
    paths = sorted(path for path in folder.iterdir() if path.suffix != ".tmp") if folder.is_dir() else []
    old = [path for path in paths if time.time() - path.stat().st_mtime > _FRESH_S]
    return [path for path in old if _snapshot_of(path) not in data_versions]


def _snapshot_of(path: Path) -> str | None:
    try:
        return str(read_manifest(path)["settings"]["data_version"])
    except (OSError, ValueError, KeyError):
        return None  # of an older format, or damaged: nothing reads it
