"""The command ``prune``: old snapshots go, the current one stays."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from dashboard.commands.output import Outcome
from dashboard.commands.results import PruneResult, SnapshotResult
from dashboard.programme import Programme

if TYPE_CHECKING:
    from geodata.snapshot.prune import StoredSnapshot

_BYTES_PER_MB = 1e6


def run_prune(arguments: argparse.Namespace) -> Outcome:
    """Remove old snapshots with their estimates, or say which."""
    found = Programme.open(arguments.programme).prune(arguments.keep, dry_run=arguments.dry_run)
    would = "would be " if arguments.dry_run else ""
    lines = [f"{_named(one)} {would}removed" for one in found.removed] + [f"{_named(one)} stays" for one in found.kept]
    if found.removed:
        lines.append("Lists exported from a removed snapshot can no longer be verified.")
    lines.append(f"{len(found.estimates)} estimates {would}removed; {found.freed_bytes / _BYTES_PER_MB:,.1f} MB {would}freed.")
    result = PruneResult(
        kept=[_result(one) for one in found.kept],
        removed=[_result(one) for one in found.removed],
        estimates=list(found.estimates),
        freed_bytes=found.freed_bytes,
        is_dry_run=arguments.dry_run,
    )
    return Outcome(result, "\n".join(lines))


def _named(one: StoredSnapshot) -> str:
    current = " (current)" if one.is_current else ""
    return f"{one.data_version}{current}, built {one.built_on:%Y-%m-%d %H:%M} UTC, {one.n_bytes / _BYTES_PER_MB:,.1f} MB:"


def _result(one: StoredSnapshot) -> SnapshotResult:
    return SnapshotResult(
        data_version=one.data_version, built_on=one.built_on.isoformat(timespec="seconds"), n_bytes=one.n_bytes, is_current=one.is_current
    )
