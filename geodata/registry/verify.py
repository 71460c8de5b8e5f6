"""Check that a stored history is the one that was written."""

from __future__ import annotations

from geodata.errors import RegistryError
from geodata.registry import events as ev
from geodata.registry.base import ChangeMeta
from geodata.registry.store import Store


def verify_history(store: Store, place: str) -> int:
    """Recompute the hash chain and the digests of current outlines, within the transaction that is open.

    Returns
    -------
    The number of events.

    Raises
    ------
    RegistryError
        An event was altered, removed or inserted, or an outline is another; names the first.
    """
    query = "SELECT e.seq, e.table_name, e.record_id, e.action, e.true_on, e.changes, e.hash, e.import_seq FROM events e ORDER BY e.seq"
    previous, count = b"", 0
    headers = _headers(store)
    for seq, table, record_id, action, true_on, changes, stored, import_seq in store.each(query):
        count += 1
        previous = ev.next_hash(previous, headers[import_seq], seq, table, record_id, action, true_on, bytes(changes))
        if seq != count or previous != bytes(stored):
            message = f"{place}: event {seq} ({table} {record_id}) does not follow from the one before it."
            remedy = "The history was altered outside landrelease; restore the latest backup."
            raise RegistryError(message, remedy, code="history_altered")
    _check_outlines(store, place)
    return count


def _headers(store: Store) -> dict[int, bytes]:
    query = "SELECT import_seq, import_id, known_at, author, reason, source_file, kind, undoes FROM imports"
    return {row[0]: ev.import_header(row[1], row[2], ChangeMeta(row[3], row[4], row[5], kind=row[6]), row[7]) for row in store.rows(query)}


def _check_outlines(store: Store, place: str) -> None:
    """Every current outline is the one that the events speak of."""
    query = "SELECT r.table_name, r.record_id, r.digest, g.wkb FROM records r JOIN geometries g ON g.geometry_id = r.geometry_id"
    for table, record_id, mark, wkb in store.each(query):
        if ev.outline_mark(bytes(wkb)) != mark:
            message = f"{place}: the outline of {table} {record_id} is not the one its history speaks of."
            remedy = "The registry was altered outside landrelease; restore the latest backup."
            raise RegistryError(message, remedy, code="history_altered")
