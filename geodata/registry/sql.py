"""The registry over SQL: the same behaviour on every database that a :class:`Store` speaks to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from geopandas import GeoDataFrame
from pandas import DataFrame

from geodata.registry import events as ev
from geodata.registry import states, undo
from geodata.registry.base import EPOCH_HASH, ChangeCounts, ChangeMeta, Event, ImportEntry, PastOutline, RecordChange
from geodata.registry.room import room_for
from geodata.registry.store import Row, Store
from geodata.registry.tables import decode_record, decode_rows, encode_rows
from geodata.registry.verify import verify_history
from geodata.schema.records import Table, record_table


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class SqlRegistry:
    """See :class:`geodata.registry.base.Registry`.

    Parameters
    ----------
    store : Store
        The database, owned from here on.
    place : str
        How messages call it.
    clock : callable
        The time; a change is never known before the one that went before, whatever the clock says.
    """

    def __init__(self, store: Store, place: str, clock: Callable[[], dt.datetime] = _now) -> None:
        self._store = store
        self._place = place
        self._clock = clock

    def apply(self, table: str, rows: GeoDataFrame | DataFrame, meta: ChangeMeta, *, dry_run: bool = False) -> ChangeCounts:
        """Add and update records; see the protocol."""
        definition = record_table(table)
        batch = encode_rows(definition, rows)
        store = self._store
        with store.writing(commit=not dry_run, needs=partial(room_for, batch)):
            instant = self._instant()
            today = instant[:10]
            current = states.current_states(store, definition, batch.ids)
            base = states.states_on(store, definition, current, meta, today)
            drafts = ev.draft_changes(definition, batch, base, states.changed_outlines(store, batch, base), meta, today)
            import_id = ""
            if drafts:
                import_id = states.new_import(store, meta, instant)
                brought = states.write_events(store, definition, drafts, import_id, ev.import_header(import_id, instant, meta, ""))
                late = [
                    draft.record_id for draft in drafts if draft.record_id in current and draft.true_on < current[draft.record_id].true_on
                ]
                states.store_records(store, definition, drafts, current, brought)
                states.refold(store, definition, late)
        added = sum(draft.action == ev.ADD for draft in drafts)
        return ChangeCounts("" if dry_run else import_id, added, len(drafts) - added, len(batch.ids) - len(drafts))

    def read(self, table: str, *, as_of: dt.date | None = None, known: dt.datetime | None = None) -> GeoDataFrame | DataFrame:
        """All records of a table; see the protocol."""
        definition = record_table(table)
        rows = self._rows(definition, as_of, known)
        return decode_rows(definition, [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])

    def record(
        self, table: str, record_id: str, *, as_of: dt.date | None = None, known: dt.datetime | None = None
    ) -> Mapping[str, Any] | None:
        """One record; see the protocol."""
        definition = record_table(table)
        rows = self._rows(definition, as_of, known, [record_id])
        return decode_record(definition, *rows[0]) if rows else None

    def _rows(self, table: Table, as_of: dt.date | None, known: dt.datetime | None, ids: Sequence[str] | None = None) -> list[Row]:
        with self._store.reading():
            if as_of is None and known is None:
                return states.current_rows(self._store, table, ids)
            day, instant = as_of.isoformat() if as_of else None, ev.format_instant(known) if known else None
            return states.past_rows(self._store, table, as_of=day, known=instant, ids=ids)

    def history(self, table: str, record_id: str) -> list[Event]:
        """Events of a record; see the protocol."""
        record_table(table)
        query = """SELECT e.seq, i.import_id, i.known_at, e.true_on, e.table_name, e.record_id, e.action, i.author, i.reason, i.source_file,
                e.changes, (SELECT p.hash FROM events p WHERE p.seq = e.seq - 1), e.hash, i.kind
            FROM events e JOIN imports i ON i.import_seq = e.import_seq WHERE e.table_name = ? AND e.record_id = ? ORDER BY e.seq"""
        with self._store.reading():
            return [_event(row) for row in self._store.rows(query, (table, record_id))]

    def changes(
        self, table: str, *, after: dt.date, until: dt.date, known: dt.datetime | None = None, fields: Collection[str] = ()
    ) -> list[RecordChange]:
        """Standing changes of a period; see the protocol."""
        record_table(table)
        instant = ev.format_instant(known) if known else states.ALWAYS
        outline, brought = ("NULL", "") if fields else ("g.wkb", "LEFT JOIN geometries g ON g.geometry_id = e.geometry_id")
        actions = "e.action = 'update'" if fields else "e.action <> 'undo'"
        query = f"""SELECT e.record_id, e.action, i.kind, e.true_on, e.changes, {outline}
            FROM events e JOIN imports i ON i.import_seq = e.import_seq {brought}
            WHERE e.table_name = ? AND {actions} AND e.true_on > ? AND e.true_on <= ? AND i.known_at <= ?
            AND NOT ({self._store.among("i.import_id")}) ORDER BY e.record_id, e.true_on, e.seq"""  # noqa: S608
        with self._store.reading():
            cancelled = self._store.listed(sorted(ev.cancelled_imports(states.undo_pairs(self._store, instant))))
            rows = self._store.rows(query, (table, after.isoformat(), until.isoformat(), instant, cancelled))
        marks = [f'"{name}"'.encode() for name in fields]
        return [_record_change(row) for row in rows if not marks or any(mark in bytes(row[4]) for mark in marks)]

    def outlines(self, table: str, *, as_of: dt.date | None = None, known: dt.datetime | None = None) -> list[PastOutline]:
        """Outlines of all past states; see the protocol."""
        definition = record_table(table)
        day, instant = as_of.isoformat() if as_of else None, ev.format_instant(known) if known else None
        with self._store.reading():
            rows = states.past_outlines(self._store, definition, as_of=day, known=instant)
        return [PastOutline(row[0], dt.date.fromisoformat(row[1]), bytes(row[2])) for row in rows]

    def imports(self) -> list[ImportEntry]:
        """All changes; see the protocol."""
        query = """SELECT i.import_id, i.known_at, i.author, i.reason, i.source_file, i.kind, i.undoes, e.table_name, count(e.seq)
            FROM imports i LEFT JOIN events e ON e.import_seq = i.import_seq
            GROUP BY i.import_seq, i.import_id, i.known_at, i.author, i.reason, i.source_file, i.kind, i.undoes, e.table_name
            ORDER BY i.import_seq, e.table_name"""
        with self._store.reading():
            rows = self._store.rows(query)
            cancelled = ev.cancelled_imports(states.undo_pairs(self._store))
        undone_by = {row[6]: row[0] for row in rows if row[6] and row[0] not in cancelled}
        entries: dict[str, ImportEntry] = {}
        for name, known_at, author, reason, source, kind, undoes, table, count in rows:
            before = entries.get(name)
            tables = (*(before.tables if before else ()), *((table,) if table else ()))
            total = int(count) + (before.n_events if before else 0)
            instant = ev.parse_instant(known_at)
            entries[name] = ImportEntry(name, instant, author, reason, source, kind, undoes, undone_by.get(name, ""), total, tables)
        return list(entries.values())

    def head(self) -> str:
        """Hash of the last event; see the protocol."""
        with self._store.reading():
            return states.last_event(self._store)[1].hex() or EPOCH_HASH

    def undo(self, import_id: str, meta: ChangeMeta, *, dry_run: bool = False) -> ChangeCounts:
        """Take an import back; see the protocol."""
        with self._store.writing(commit=not dry_run):
            import_seq = undo.find_undoable(self._store, import_id)
            undo.refuse_dependents(self._store, import_id, import_seq)
            counts = undo.take_back(self._store, import_id, import_seq, meta, self._instant())
        return ChangeCounts("" if dry_run else counts.import_id, counts.added, counts.updated, 0, counts.removed)

    def verify(self) -> int:
        """Recompute the hash chain; see the protocol."""
        with self._store.reading():
            return verify_history(self._store, self._place)

    def close(self) -> None:
        """Release the database; see the protocol."""
        self._store.close()

    def _instant(self) -> str:
        """Now, or the latest instant known where the clock was set back."""
        latest = self._store.one("SELECT known_at FROM imports ORDER BY import_seq DESC LIMIT 1")
        return max(ev.format_instant(self._clock()), latest or "")


def _record_change(row: Row) -> RecordChange:
    record_id, action, kind, true_on, stored, wkb = row
    changes = ev.parse_changes(action, bytes(stored))
    return RecordChange(record_id, action, ev.kind_of(changes, kind), dt.date.fromisoformat(true_on), changes, bytes(wkb) if wkb else None)


def _event(row: Row) -> Event:
    seq, import_id, known_at, true_on, table, record_id, action, author, reason, source_file, stored, previous, own, kind = row
    changes = ev.parse_changes(action, bytes(stored))
    return Event(
        seq, import_id, ev.parse_instant(known_at), dt.date.fromisoformat(true_on), table, record_id, action, author, reason, source_file,
        changes, bytes(previous).hex() if previous else EPOCH_HASH, bytes(own).hex(),
        kind if action == ev.UNDO else ev.kind_of(changes, kind),
    )  # fmt: skip
