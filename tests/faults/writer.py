"""Processes that are meant to be killed, and a reader beside them. Each runs in a fork of a server that has imported everything once."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import apsw
import geopandas
import numpy as np
import pandas as pd
import shapely

from geodata.ingest import importer
from geodata.ingest.raw import FileInfo, RawTable
from geodata.registry import ChangeMeta, Registry, open_registry
from geodata.schema.config import Config

CONFIG = Config.model_validate({"programme": {"name": "Test", "country": "Testland"}})
SIZES = (1, 40, 800)


def forks() -> Any:
    """A context whose processes start within milliseconds, because their parent has imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.warm"])
    return context


def change_without_end(address: str, seed: int, acknowledged: Connection) -> None:
    """Import, add, take back and checkpoint until killed; says each change once it is acknowledged.

    Sends ``(import_id, n_events)`` after each.
    """
    generator = np.random.default_rng(seed)
    registry = open_registry(address)
    number = 0
    while True:
        size = int(generator.choice(SIZES))
        meta = ChangeMeta(author=f"writer {seed}", reason=str(size))
        steps: tuple[Callable[[], None], ...] = (
            lambda: add(registry, f"{seed}-{number}", size, meta, acknowledged),  # noqa: B023 - runs before the next
            lambda: import_rows(registry, f"{seed}-{number}", size, meta, acknowledged),  # noqa: B023
            lambda: add_and_take_back(registry, f"{seed}-{number}", size, meta, acknowledged),  # noqa: B023
            lambda: _checkpoint(address),
        )
        steps[number % len(steps)]()
        number += 1


def _rows(prefix: str, size: int) -> geopandas.GeoDataFrame:
    boxes = shapely.box(np.arange(size) / 100, 0, np.arange(size) / 100 + 0.005, 1)
    return geopandas.GeoDataFrame({"area_id": [f"{prefix}-{i}" for i in range(size)]}, geometry=boxes, crs=4326)


def add(registry: Registry, prefix: str, size: int, meta: ChangeMeta, acknowledged: Connection) -> str:
    """Add areas."""
    counts = registry.apply("hazard_areas", _rows(prefix, size), meta)
    acknowledged.send((counts.import_id, size))
    return counts.import_id


def import_rows(registry: Registry, prefix: str, size: int, meta: ChangeMeta, acknowledged: Connection) -> None:
    """The whole import but for the reading of the file, which happens in a process of its own."""
    rows = _rows(prefix, size)
    info = FileInfo("geojson", "areas", ("areas",), "EPSG:4326", "", "", ())
    raw = RawTable(pd.DataFrame(rows.drop(columns="geometry")), rows.geometry.to_numpy(), info)
    importer.read_file = lambda *_, **__: raw
    report = importer.import_file(
        registry, CONFIG, Path("areas.geojson"), "hazard_areas", programme_dir=Path(), author=meta.author, reason=meta.reason
    )
    acknowledged.send((report.import_id, size))


def add_and_take_back(registry: Registry, prefix: str, size: int, meta: ChangeMeta, acknowledged: Connection) -> None:
    """Add areas and take them back."""
    undone = registry.undo(add(registry, prefix, size, meta, acknowledged), meta)
    acknowledged.send((undone.import_id, size))


def _checkpoint(address: str) -> None:
    if not address.startswith("postgresql"):
        connection = apsw.Connection(address)
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        connection.close()


def migrate_all(addresses: list[str], acknowledged: Connection) -> None:
    """Open registries of an earlier version one after the other; sends each once it is open."""
    for address in addresses:
        open_registry(address).close()
        acknowledged.send(address)


def read_without_end(address: str, until: Event, seen: Connection) -> None:
    """Read while others write, until told to stop; sends how often, or what it saw that it should not have."""
    registry = open_registry(address)
    n_reads = 0
    while not until.is_set() or n_reads == 0:
        broken = half_changes(registry)
        if broken:
            seen.send(broken)
            return
        n_reads += 1
    registry.close()
    seen.send(n_reads)


def half_changes(registry: Registry) -> list[str]:
    """Changes that are there in part: each says in its reason how many records it brings."""
    entries = registry.imports()
    return [item.import_id for item in entries if item.n_events != int(item.reason)]
