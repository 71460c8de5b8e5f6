"""Take an import back: refused where later changes build on it, otherwise by compensating events."""

from __future__ import annotations

import orjson

from geodata.errors import RegistryError, name_culprits
from geodata.registry import events as ev
from geodata.registry import states
from geodata.registry.base import ChangeCounts, ChangeMeta
from geodata.registry.store import Row, Store
from geodata.schema.records import TABLES, record_table


def find_undoable(store: Store, import_id: str) -> int:
    """Number of an import that can be undone.

    Raises
    ------
    RegistryError
        There is none of that name, or it is undone already.
    """
    entries = store.rows("SELECT import_seq, import_id FROM imports ORDER BY import_seq")
    found = next((int(seq) for seq, name in entries if name == import_id), None)
    if found is None:
        latest = f"The latest is {entries[-1][1]}." if entries else "There are none yet."
        raise RegistryError(f"There is no import {import_id!r}.", latest, code="import_unknown")
    if import_id in ev.cancelled_imports(states.undo_pairs(store)):
        raise RegistryError(f"Import {import_id} is undone already.", "Undo the undo to bring it back.", code="import_undone")
    return found


def refuse_dependents(store: Store, import_id: str, import_seq: int) -> None:
    """Refuse where later changes touch what an import wrote, or records of others name what it added.

    Raises
    ------
    RegistryError
        Names up to three culprits and the count.
    """
    query = f"""SELECT l.record_id, li.import_id, li.author, own.action, own.changes, l.changes
        FROM events own JOIN events l ON l.table_name = own.table_name AND l.record_id = own.record_id AND l.seq > own.seq
        JOIN imports li ON li.import_seq = l.import_seq
        WHERE own.import_seq = ? AND l.import_seq <> own.import_seq AND l.action <> 'undo' AND NOT ({store.among("li.import_id")})
        ORDER BY l.seq"""  # noqa: S608
    cancelled = store.listed(sorted(ev.cancelled_imports(states.undo_pairs(store))))
    culprits = [
        f"{record_id} (import {later}, {author})"
        for record_id, later, author, action, own, changes in store.each(query, (import_seq, cancelled))
        if action == ev.ADD or set(orjson.loads(own)) & set(orjson.loads(changes))
    ]
    if culprits:
        message = f"Import {import_id} cannot be undone: {len(culprits):,} later changes build on it: {name_culprits(culprits)}."
        raise RegistryError(message, "Undo the later imports first, the latest first.", code="undo_refused")
    named = _references_to_added(store, import_seq)
    if named:
        message = f"Import {import_id} cannot be undone: {len(named):,} records name what it added: {name_culprits(named)}."
        raise RegistryError(message, "Undo the imports that brought these records first.", code="undo_refused")


def _references_to_added(store: Store, import_seq: int) -> list[str]:
    """Records that name a record which the import added, and were not added by it themselves."""
    query = f"""SELECT record_id FROM records WHERE table_name = ? AND {store.text_of("body")} IN
        (SELECT record_id FROM events WHERE import_seq = ? AND table_name = ? AND action = 'add')
        AND record_id NOT IN (SELECT record_id FROM events WHERE import_seq = ? AND table_name = ? AND action = 'add')
        ORDER BY record_id"""  # noqa: S608
    return [
        f"{table.name} {row[0]}"
        for table in TABLES.values()
        for field, target in table.refers_to.items()
        for row in store.rows(query, (table.name, field, import_seq, target, import_seq, table.name))
    ]


def take_back(store: Store, import_id: str, import_seq: int, meta: ChangeMeta, instant: str) -> ChangeCounts:
    """Write the compensating events and derive the records anew."""
    new_id = states.new_import(store, meta, instant, undoes=import_id)
    header = ev.import_header(new_id, instant, meta, import_id)
    added = updated = removed = 0
    names = store.rows("SELECT DISTINCT table_name FROM events WHERE import_seq = ? ORDER BY 1", (import_seq,))
    for (name,) in names:
        table = record_table(name)
        query = "SELECT record_id, action, changes FROM events WHERE import_seq = ? AND table_name = ? ORDER BY seq"
        drafts = [_compensation(row, instant[:10]) for row in store.each(query, (import_seq, name))]
        ids = [draft.record_id for draft in drafts]
        before = len(states.current_states(store, table, ids))
        states.write_events(store, table, drafts, new_id, header)
        after = states.refold(store, table, ids)
        added += max(after - before, 0)
        removed += max(before - after, 0)
        updated += min(after, before)
    return ChangeCounts(new_id, added=added, updated=updated, removed=removed)


def _compensation(row: Row, today: str) -> ev.Draft:
    """The event that takes one back: after before before."""
    record_id, action, changes = str(row[0]), str(row[1]), bytes(row[2])
    back = {name: [new, old] for name, (old, new) in ev.parse_changes(action, changes).items()}
    return ev.Draft(record_id, ev.UNDO, today, back, None, "", {})
