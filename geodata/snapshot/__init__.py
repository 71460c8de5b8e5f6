"""Snapshots: registry and layers measured, frozen and addressed by their content.

Building needs libraries that serving does not; they are imported when :func:`build_snapshot` is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geodata.snapshot.frozen import ContextImage, ContextInfo, IndicatorInfo, Snapshot, current_snapshot, current_version, open_snapshot

if TYPE_CHECKING:
    from geodata.snapshot.build import build_snapshot

__all__ = [
    "ContextImage",
    "ContextInfo",
    "IndicatorInfo",
    "Snapshot",
    "build_snapshot",
    "current_snapshot",
    "current_version",
    "open_snapshot",
]


def __getattr__(name: str) -> Any:
    if name == "build_snapshot":
        from geodata.snapshot.build import build_snapshot

        return build_snapshot
    raise AttributeError(name)
