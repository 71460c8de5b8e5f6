"""Stored events and records: write them, and derive states from them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson

from geodata.errors import RegistryError
from geodata.registry import events as ev
from geodata.registry.base import ChangeMeta
from geodata.registry.store import Row, Store
from geodata.registry.tables import GEOMETRY, Batch, dump_body
from geodata.schema.records import Table

_EVENT_COLUMNS = ("seq", "import_seq", "table_name", "record_id", "action", "true_on", "changes", "geometry_id", "hash")
_FOLD_ORDER = "ORDER BY e.record_id, e.true_on, e.seq"
ALWAYS = "~"
"""Sorts after every instant."""


def last_event(store: Store) -> tuple[int, bytes]:
    """Number and hash of the last event, (0, b"") before the first."""
    found = store.rows("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1")
    return (int(found[0][0]), bytes(found[0][1])) if found else (0, b"")


def undo_pairs(store: Store, known: str | None = None) -> list[tuple[str, str]]:
    """(import, import that it undoes) up to an instant, oldest first."""
    query = "SELECT import_id, undoes FROM imports WHERE undoes <> '' AND known_at <= ? ORDER BY import_seq"
    return [(str(name), str(undone)) for name, undone in store.rows(query, (known or ALWAYS,))]


def current_states(store: Store, table: Table, ids: Sequence[str]) -> dict[str, ev.State]:
    """Records among these ids, as they stand."""
    if not store.one("SELECT EXISTS (SELECT 1 FROM records WHERE table_name = ?)", (table.name,)):
        return {}
    query = f"SELECT record_id, body, digest, geometry_id, true_on FROM records WHERE table_name = ? AND {store.among('record_id')}"  # noqa: S608
    return {row[0]: ev.State(orjson.loads(row[1]), row[2], row[3], row[4]) for row in store.each(query, (table.name, store.listed(ids)))}


def states_on(store: Store, table: Table, current: Mapping[str, ev.State], meta: ChangeMeta, today: str) -> Mapping[str, ev.State]:
    """Current records, but those that changed after ``meta.true_on`` as they stood on that day."""
    if meta.true_on is None:
        return current
    day = min(meta.true_on.isoformat(), today)
    later = [record_id for record_id, state in current.items() if state.true_on > day]
    if not later:
        return current
    past = fold_states(store, table, ids=later, as_of=day)
    return {**current, **{record_id: past.get(record_id, ev.State({}, "", None, day)) for record_id in later}}


def changed_outlines(store: Store, batch: Batch, base: Mapping[str, ev.State]) -> dict[str, bytes]:
    """Known outlines of the rows whose outline is not byte for byte the same."""
    if not base:
        return {}
    changed = {
        state.geometry_id: record_id
        for record_id, mark in zip(batch.ids, batch.digests, strict=True)
        if mark and (state := base.get(record_id)) is not None and state.geometry_id is not None and state.digest != mark
    }
    return {changed[geometry_id]: wkb for geometry_id, wkb in outlines(store, list(changed)).items()}


def outlines(store: Store, geometry_ids: Sequence[int]) -> dict[int, bytes]:
    """Outlines by their number, as WKB."""
    if not geometry_ids:
        return {}
    query = f"SELECT geometry_id, wkb FROM geometries WHERE {store.among('geometry_id')}"  # noqa: S608
    return {int(number): bytes(wkb) for number, wkb in store.each(query, (store.listed(geometry_ids),))}


def new_import(store: Store, meta: ChangeMeta, instant: str, undoes: str = "") -> str:
    """Enter an import; returns its id.

    Raises
    ------
    RegistryError
        It has no author.
    """
    if not meta.author.strip():
        raise RegistryError("A change needs an author.", "Say who makes it with --author.")
    import_id = f"{instant[:10].replace('-', '')}-{uuid.uuid4().hex[:8]}"
    store.run(
        "INSERT INTO imports (import_seq, import_id, known_at, author, reason, source_file, kind, undoes) "
        "VALUES ((SELECT coalesce(max(import_seq), 0) + 1 FROM imports), ?, ?, ?, ?, ?, ?, ?)",
        (import_id, instant, meta.author, meta.reason, meta.source_file, meta.kind, undoes),
    )
    return import_id


def write_events(store: Store, table: Table, drafts: Sequence[ev.Draft], import_id: str, header: bytes) -> dict[str, int | None]:
    """Append events to the chain; returns the number of the outline that each brought, by record."""
    import_seq = store.one("SELECT import_seq FROM imports WHERE import_id = ?", (import_id,))
    first, previous = last_event(store)
    geometry_id = int(store.one("SELECT coalesce(max(geometry_id), 0) FROM geometries"))
    geometries: list[Row] = []
    rows: list[Row] = []
    for seq, draft in enumerate(drafts, first + 1):
        changes = draft.dumped_changes()
        previous = ev.next_hash(previous, header, seq, table.name, draft.record_id, draft.action, draft.true_on, changes)
        own = None
        if draft.wkb is not None:
            geometry_id += 1
            own = geometry_id
            geometries.append((own, draft.wkb))
        rows.append((seq, import_seq, table.name, draft.record_id, draft.action, draft.true_on, changes, own, previous))
    store.insert("geometries", ("geometry_id", "wkb"), geometries)
    store.insert("events", _EVENT_COLUMNS, rows)
    return {row[3]: row[7] for row in rows}


def store_records(
    store: Store, table: Table, drafts: Sequence[ev.Draft], current: Mapping[str, ev.State], brought: Mapping[str, int | None]
) -> None:
    """Bring the current state of changed records up to date."""

    def rows() -> Iterable[Row]:
        for draft in drafts:
            before = current.get(draft.record_id)
            digest, geometry_id = draft.digest, brought[draft.record_id]
            if before is not None and GEOMETRY not in draft.changes:
                digest, geometry_id = before.digest, before.geometry_id
            day = max(draft.true_on, before.true_on) if before else draft.true_on
            yield (table.name, draft.record_id, draft.dumped_body(), digest, geometry_id, day)

    known = [draft.record_id for draft in drafts if draft.record_id in current]
    remove_records(store, table, known)
    insert_records(store, rows())


def insert_records(store: Store, rows: Iterable[Row]) -> None:
    """Enter current records."""
    store.insert("records", ("table_name", "record_id", "body", "digest", "geometry_id", "true_on"), rows)


def remove_records(store: Store, table: Table, ids: Sequence[str]) -> None:
    """Take current records out; their events stay."""
    if ids:
        store.run(f"DELETE FROM records WHERE table_name = ? AND {store.among('record_id')}", (table.name, store.listed(ids)))  # noqa: S608


def refold(store: Store, table: Table, ids: Sequence[str]) -> int:
    """Derive records anew from their events; returns how many there are."""
    if not ids:
        return 0
    states = fold_states(store, table, ids=ids)
    remove_records(store, table, ids)
    insert_records(store, ((table.name, i, dump_body(s.body), s.digest, s.geometry_id, s.true_on) for i, s in states.items()))
    return len(states)


def fold_states(
    store: Store, table: Table, *, ids: Sequence[str] | None = None, as_of: str | None = None, known: str | None = None
) -> dict[str, ev.State]:
    """States from the events that were true by a day and known by an instant."""
    where, values = _standing(store, table, as_of, known)
    if ids is not None:
        where.append(store.among("e.record_id"))
        values.append(store.listed(ids))
    query = f"""SELECT e.record_id, e.action, e.true_on, e.changes, e.geometry_id
        FROM events e JOIN imports i ON i.import_seq = e.import_seq WHERE {" AND ".join(where)} {_FOLD_ORDER}"""  # noqa: S608
    return ev.fold(ev.StoredEvent(*row) for row in store.each(query, values))


def current_rows(store: Store, table: Table, ids: Sequence[str] | None, *, until: str | None = None) -> list[Row]:
    """Records as they are: (id, body, outline), sorted by id; all, or those of some ids, or those that last changed by a day."""
    where, values = ["r.table_name = ?"], [table.name]
    if ids is not None:
        where.append(store.among("r.record_id"))
        values.append(store.listed(ids))
    if until is not None:
        where.append("r.true_on <= ?")
        values.append(until)
    query = f"""SELECT r.record_id, r.body, g.wkb FROM records r LEFT JOIN geometries g ON g.geometry_id = r.geometry_id
        WHERE {" AND ".join(where)} ORDER BY r.record_id"""  # noqa: S608
    return store.rows(query, values)


def past_rows(store: Store, table: Table, *, as_of: str | None, known: str | None, ids: Sequence[str] | None = None) -> list[Row]:
    """Records as they were: (id, body, outline), sorted by id.

    Records of which nothing became true after that day are as they stand; only the others are folded from their events.
    """
    where, values = _standing(store, table, as_of, known)
    if ids is not None:
        where.append(store.among("e.record_id"))
        values.append(store.listed(ids))
    if as_of is None or not _knows_all(store, known):
        return _folded_rows(store, where, values)
    changed = "e.record_id IN (SELECT record_id FROM records WHERE table_name = ? AND true_on > ?)"
    folded = _folded_rows(store, [*where, changed], [*values, table.name, as_of])
    rows = current_rows(store, table, ids, until=as_of)
    return sorted([*rows, *folded], key=itemgetter(0)) if folded else rows


def _knows_all(store: Store, known: str | None) -> bool:
    """Whether nothing became known after an instant."""
    return known is None or not store.one("SELECT EXISTS (SELECT 1 FROM imports WHERE known_at > ?)", (known,))


def _folded_rows(store: Store, where: Sequence[str], values: Sequence[Any]) -> list[Row]:
    """Records from their events; a record with one event is its event."""
    query = f"""SELECT e.record_id, e.action, e.true_on, e.changes, e.geometry_id, g.wkb
        FROM events e JOIN imports i ON i.import_seq = e.import_seq LEFT JOIN geometries g ON g.geometry_id = e.geometry_id
        WHERE {" AND ".join(where)} {_FOLD_ORDER}"""  # noqa: S608
    found: list[Row] = []
    for record_id, group in groupby(store.each(query, values), key=itemgetter(0)):
        rows = list(group)
        if len(rows) == 1 and rows[0][1] == ev.ADD:
            found.append((record_id, bytes(rows[0][3]), rows[0][5]))
            continue
        state = ev.fold(ev.StoredEvent(*row[:5]) for row in rows)[record_id]
        brought = {row[4]: row[5] for row in rows}
        found.append((record_id, dump_body(state.body), brought.get(state.geometry_id)))
    return found


def past_outlines(store: Store, table: Table, *, as_of: str | None, known: str | None) -> list[Row]:
    """Outlines of all past states: (id, day on which it became true, WKB), by id and day."""
    where, values = _standing(store, table, as_of, known)
    query = f"""SELECT e.record_id, e.true_on, g.wkb FROM events e JOIN imports i ON i.import_seq = e.import_seq
        JOIN geometries g ON g.geometry_id = e.geometry_id WHERE {" AND ".join(where)} {_FOLD_ORDER}"""  # noqa: S608
    return store.rows(query, values)


def _standing(store: Store, table: Table, as_of: str | None, known: str | None) -> tuple[list[str], list[Any]]:
    """Conditions on events (``e``) and imports (``i``), and their values: not undone, true by a day, known by an instant."""
    where: list[str] = ["e.table_name = ?", "e.action <> 'undo'"]
    values: list[Any] = [table.name]
    for condition, value in (("e.true_on <= ?", as_of), ("i.known_at <= ?", known)):
        if value is not None:
            where.append(condition)
            values.append(value)
    cancelled = ev.cancelled_imports(undo_pairs(store, known))
    if cancelled:
        where.append(f"NOT ({store.among('i.import_id')})")
        values.append(store.listed(sorted(cancelled)))
    return where, values
