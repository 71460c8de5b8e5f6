"""Values measured before, found again by what they were measured from."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import numpy as np
import shapely

from geodata.unfinished import unfinished_path

_KEPT_S = 30 * 86_400.0
_HASHED_AT_ONCE = 100_000
_ROW = np.dtype([("area", "V16"), ("value", "<f8"), ("coverage", "<f8")])


def fingerprints(geometry: np.ndarray) -> np.ndarray:
    """Hash (16 bytes) of each geometry's bytes.

    Parameters
    ----------
    geometry : array of n geometries
        A missing one has a hash of its own.

    Returns
    -------
    array of n ``V16``
    """
    parts = []
    for start in range(0, len(geometry), _HASHED_AT_ONCE):
        wkb = shapely.to_wkb(geometry[start : start + _HASHED_AT_ONCE], include_srid=False)
        parts.append(b"".join(hashlib.blake2b(item or b"", digest_size=16).digest() for item in wkb))
    return np.frombuffer(b"".join(parts), dtype="V16")


def forget_unused(folder: Path) -> None:
    """Remove files of a cache that have not been touched for 30 days."""
    for path in folder.glob("*"):
        if path.is_file() and time.time() - path.stat().st_mtime > _KEPT_S:
            path.unlink(missing_ok=True)


def _sortable(prints: np.ndarray) -> np.ndarray:
    """The same bytes as a type that numpy sorts; equal where all 16 bytes are, since trailing zeros only pad."""
    return np.ascontiguousarray(prints).view("S16")


class ValueCache:
    """Measured values by indicator and area, kept in ``derived/cache``.

    A key says everything the value of an area depends on beside its geometry: method, its code version, parameters,
    layer content, CRS. A damaged or foreign file counts as empty.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, key: str, areas: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Values, coverage and whether known, of areas by their fingerprint.

        Returns
        -------
        float64 n, float64 n, boolean n
        """
        rows = self._load(key)
        kept, wanted = _sortable(rows["area"]), _sortable(areas)
        order = np.argsort(kept, kind="stable")
        kept = kept[order]
        at = np.minimum(np.searchsorted(kept, wanted), max(len(kept) - 1, 0))
        is_known = kept[at] == wanted if len(kept) else np.zeros(len(wanted), dtype=bool)
        at = order[at] if len(kept) else at
        values, coverage = np.full(len(areas), np.nan), np.full(len(areas), np.nan)
        values[is_known] = rows["value"][at[is_known]]
        coverage[is_known] = rows["coverage"][at[is_known]]
        return values, coverage, is_known

    def keep(self, key: str, areas: np.ndarray, values: np.ndarray, coverage: np.ndarray) -> None:
        """Replace what is kept under a key; written beside and renamed."""
        rows = np.empty(len(areas), dtype=_ROW)
        rows["area"], rows["value"], rows["coverage"] = areas, values, coverage
        self._folder.mkdir(parents=True, exist_ok=True)
        beside = unfinished_path(self._folder / f"{key}.npy")
        with beside.open("wb") as file:
            np.save(file, rows, allow_pickle=False)
        os.replace(beside, self._folder / f"{key}.npy")  # noqa: PTH105 - atomic on every system

    def _load(self, key: str) -> np.ndarray:
        path = self._folder / f"{key}.npy"
        try:
            rows = np.load(path, allow_pickle=False)
            path.touch()
        except (OSError, ValueError, EOFError):
            return np.empty(0, dtype=_ROW)
        return np.asarray(rows) if rows.dtype == _ROW else np.empty(0, dtype=_ROW)
