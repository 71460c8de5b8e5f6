"""Commands on the registry: history, undo, profiles, publish, backup, restore, audit."""

from __future__ import annotations

import argparse
import getpass
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.commands.output import DATA_SAY_NO, Outcome
from dashboard.commands.results import (
    AuditResult,
    BackupResult,
    EventResult,
    HistoryResult,
    ImportEntryResult,
    PublishResult,
    UndoResult,
)
from dashboard.commands.tables import plain
from dashboard.programme import Programme

if TYPE_CHECKING:
    from geodata.registry import Event, Registry


def run_history(arguments: argparse.Namespace) -> Outcome:
    """The events of one record, oldest first; without a record, the imports and undos of the registry."""
    programme = Programme.open(arguments.programme)
    with closing(programme.open_registry()) as registry:
        if arguments.area is None:
            entries = _entries(registry, arguments)
            lines = [f"{entry.import_id}  {entry.known_at:%Y-%m-%d %H:%M}  {_what(entry)}" for entry in entries]
            return Outcome(HistoryResult(imports=entries), "\n".join(lines) or "Nothing has been imported yet.")
        events = [event for event in registry.history(arguments.table, arguments.area) if _was(event, arguments)]
    if not events:
        return Outcome(HistoryResult(events=[]), f"{arguments.area}: {arguments.table} holds no such record.", DATA_SAY_NO)
    return Outcome(HistoryResult(events=[_event(event) for event in events]), "\n".join(_event_text(event) for event in events))


def _entries(registry: Registry, arguments: argparse.Namespace) -> list[ImportEntryResult]:
    """The imports up to an instant; an undo that came later is not told."""
    entries = [ImportEntryResult.model_validate(entry, from_attributes=True) for entry in registry.imports()]
    told = [entry for entry in entries if arguments.known is None or entry.known_at <= arguments.known]
    names = {entry.import_id for entry in told}
    return [entry if entry.undone_by in names else entry.model_copy(update={"undone_by": ""}) for entry in told]


def _was(event: Event, arguments: argparse.Namespace) -> bool:
    """Whether an event was true and known by the days asked for."""
    is_true = arguments.as_of is None or event.true_on <= arguments.as_of
    return is_true and (arguments.known is None or event.known_at <= arguments.known)


def _what(entry: ImportEntryResult) -> str:
    where = f"{entry.n_events:,} events in {', '.join(entry.tables)}"
    undone = f", undone by {entry.undone_by}" if entry.undone_by else ""
    verb = f"undo of {entry.undoes}" if entry.undoes else plain(entry.source_file)
    return f"{verb}: {where}, by {plain(entry.author)}{undone}"


def _event(event: Event) -> EventResult:
    changes = {name: (change.old, change.new) for name, change in event.changes.items()}
    return EventResult.model_validate({**vars(event), "changes": changes})


def _event_text(event: Event) -> str:
    head = f"{event.true_on}  {event.action}  by {plain(event.author)} from {plain(event.source_file)} (known {event.known_at:%Y-%m-%d})"
    changes = [f"    {name}: {_shown(change.old)} -> {_shown(change.new)}" for name, change in event.changes.items()]
    return "\n".join([head, *changes])


def _shown(value: object) -> str:
    return "unknown" if value is None else plain(str(value))


def run_undo(arguments: argparse.Namespace) -> Outcome:
    """Take an import back; the import and its undo stay in the history."""
    from geodata.registry import ChangeMeta

    programme = Programme.open(arguments.programme)
    meta = ChangeMeta(author=arguments.author or getpass.getuser(), reason=arguments.reason)
    with closing(programme.open_registry()) as registry:
        counts = registry.undo(arguments.import_id, meta, dry_run=arguments.dry_run)
    verb = "would be" if arguments.dry_run else "were"
    text = f"{arguments.import_id}: {counts.removed:,} records {verb} taken out, {counts.updated:,} put back as they were."
    result = UndoResult(
        undone=arguments.import_id, import_id=counts.import_id, removed=counts.removed, updated=counts.updated, dry_run=arguments.dry_run
    )
    return Outcome(result, text)


def run_publish(arguments: argparse.Namespace) -> Outcome:
    """Write exports/registry.gpkg, a read-only copy of the registry for QGIS and ArcGIS."""
    from geodata.registry.publish import publish

    programme = Programme.open(arguments.programme)
    target = Path(arguments.output) if arguments.output else programme.directory / "exports" / "registry.gpkg"
    title = ("FICTIONAL. " if programme.config.programme.fictional else "") + programme.name
    with closing(programme.open_registry()) as registry:
        counts = publish(registry, target, title=title, as_of=arguments.as_of, known=arguments.known)
    rows = "\n".join(f"  {table}: {count:,} rows" for table, count in counts.items())
    return Outcome(PublishResult(file=str(target), rows=counts), f"{target}\n{rows}")


def run_backup(arguments: argparse.Namespace) -> Outcome:
    """Back the registry up while it is in use."""
    from geodata.registry.backup import backup_registry

    manifest = backup_registry(Programme.open(arguments.programme).registry_address, Path(arguments.file))
    text = f"{arguments.file}: {manifest.n_events:,} events, verified. Layers, config.yaml and users are not in it."
    return Outcome(BackupResult(file=arguments.file, n_events=manifest.n_events, head=manifest.head, sha256=manifest.sha256), text)


def run_restore(arguments: argparse.Namespace) -> Outcome:
    """Put a backup in the registry's place, after checking it."""
    from geodata.registry.backup import restore_registry

    manifest = restore_registry(Path(arguments.file), Programme.open(arguments.programme).registry_address, replace=arguments.replace)
    text = f"{arguments.file}: {manifest.n_events:,} events restored. Run landrelease build."
    return Outcome(BackupResult(file=arguments.file, n_events=manifest.n_events, head=manifest.head, sha256=manifest.sha256), text)


def run_audit(arguments: argparse.Namespace) -> Outcome:
    """Recompute the chain of events."""
    with closing(Programme.open(arguments.programme).open_registry()) as registry:
        n_events, head = registry.verify(), registry.head()
    return Outcome(AuditResult(n_events=n_events, head=head), f"{n_events:,} events, unbroken; the last is {head[:16] or 'none'}.")
