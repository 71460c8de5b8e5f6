"""The snapshot and the tiles that an address names, opened once per worker."""

from __future__ import annotations

import re

from dashboard.programme import current
from dashboard.server.errors import RequestError
from dashboard.services.lru import RecentCache
from dashboard.tiles import TileService
from geodata.errors import SnapshotError
from geodata.snapshot import Snapshot

_VERSION = re.compile(r"[0-9a-f]{16}")


def snapshot_of(data_version: str) -> Snapshot:
    """The snapshot that an address names; older ones too, until they are pruned.

    Raises
    ------
    RequestError
        404: there is none of that name.
    """
    if not _VERSION.fullmatch(data_version):
        raise RequestError(404, f"A data version must have 16 digits 0-9a-f, but is {data_version[:40]!r}.", "Reload the page.")
    from dashboard.services.views import opened_snapshot

    try:
        return opened_snapshot(current(), data_version)
    except SnapshotError:
        raise RequestError(
            404, f"There is no snapshot {data_version}; it may have been removed.", "Reload the page to see the newest data."
        ) from None


def tiles_of(data_version: str) -> TileService:
    """The tiles of a snapshot; this worker keeps those of the last two.

    Raises
    ------
    RequestError
        404: there is no such snapshot.
    """
    snapshot = snapshot_of(data_version)
    kept = vars(current()).setdefault("_tiles", RecentCache(tiles=2))
    service: TileService = kept.get("tiles", data_version, lambda: TileService(snapshot))
    return service
