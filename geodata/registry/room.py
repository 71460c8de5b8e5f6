"""How much room a change needs on the disk, for the message where it is full."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from geodata.registry.tables import Batch, dump_body

_COPIES = 2
"""A change stands in the journal and in the file."""
_OVERHEAD = 400
"""Bytes a record takes beside its content: hash, ids, indexes (measured 350 to 390)."""
_LEAST = 1 << 20
MB = 1e6
Needs = Callable[[], int]
"""Bytes that a change needs; asked for only where it failed."""


def room_for(batch: Batch) -> int:
    """Bytes that storing rows may need: each body in its event and its record, each outline once, and the journal."""
    bodies = sum(len(dump_body(body)) for body in batch.bodies)
    outlines = sum(len(wkb) for wkb in batch.wkb if wkb is not None)
    return _COPIES * (2 * bodies + outlines + _OVERHEAD * len(batch.ids)) + _LEAST


def say_room(folder: Path, needs: Needs | None) -> str:
    """What to do about a full disk: how much is needed and how much is free."""
    free = f"{shutil.disk_usage(folder).free / MB:,.1f} MB are free"
    if needs is None:
        return f"Make room on {folder} ({free}) and try again."
    return f"Make room on {folder} and try again: the change needs about {needs() / MB:,.1f} MB, and {free}."
