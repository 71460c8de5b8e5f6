"""Events: their hash chain, and the state that follows from them.

Events store what changed and nothing else; any past state is the events up to then, taken in the order in which they became true.
An undone import is left out as a whole, from the moment the undo became known.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from geodata.registry.base import Change, ChangeMeta
from geodata.registry.tables import GEOMETRY, Batch, digest, same_outline
from geodata.schema.records import CHANGE_KIND, Table

ADD, UPDATE, UNDO = "add", "update", "undo"


@dataclass(slots=True)
class State:
    """A record as it stands: body, outline and the latest day any of it became true."""

    body: dict[str, Any]
    digest: str
    geometry_id: int | None
    true_on: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An event that is about to be stored.

    ``changes`` holds the new value of each field for an added record, ``[old, new]`` otherwise; ``wkb`` is the outline where it
    changed, ``body`` the record afterwards.
    """

    record_id: str
    action: str
    true_on: str
    changes: dict[str, Any]
    wkb: bytes | None
    digest: str
    body: dict[str, Any]

    def dumped_changes(self) -> bytes:
        """Changes as stored and hashed; those of a new record are the record and the digest of its outline."""
        if self.action != ADD:
            return orjson.dumps(self.changes)
        body = self.dumped_body()
        if not self.digest:
            return body
        return b'%b%b"%b":"%b"}' % (body[:-1], b"," if self.body else b"", GEOMETRY.encode(), self.digest.encode())

    def dumped_body(self) -> bytes:
        """The record afterwards, as stored."""
        return orjson.dumps(self.body)


def import_header(import_id: str, known_at: str, meta: ChangeMeta, undoes: str) -> bytes:
    """What all events of one import share, in the form that is hashed."""
    return orjson.dumps([import_id, known_at, meta.author, meta.reason, meta.source_file, meta.kind, undoes])


def next_hash(previous: bytes, header: bytes, seq: int, table: str, record_id: str, action: str, true_on: str, changes: bytes) -> bytes:
    """SHA-256 over the hash before, the import and this event."""
    event = orjson.dumps([seq, table, record_id, action, true_on])
    return hashlib.sha256(b"\x00".join((previous.hex().encode(), header, event, changes))).digest()


def outline_mark(wkb: bytes) -> str:
    """The digest by which events name an outline."""
    return digest(wkb)


def draft_changes(
    table: Table, batch: Batch, current: Mapping[str, State], outlines: Mapping[str, bytes], meta: ChangeMeta, today: str
) -> list[Draft]:
    """Compare rows with the records they belong to.

    Parameters
    ----------
    current : mapping id -> State
        Known records among the rows, as they stood when the change became true.
    outlines : mapping id -> WKB
        Known outlines whose digest differs from the row's.
    today : str
        The day on which the change becomes known, ISO.

    Returns
    -------
    list of Draft, in the order of ids; a row that changes nothing has none
    """
    drafts = []
    defaults = {field.name: field.default for field in table.fields if field.default is not None}
    for record_id, body, wkb, mark in zip(batch.ids, batch.bodies, batch.wkb, batch.digests, strict=True):
        state = current.get(record_id)
        if state is None:
            complete = body if defaults.keys() <= body.keys() else _in_order(table, defaults | body)
            drafts.append(_added(table, record_id, complete, wkb, mark, meta, today))
            continue
        draft = _updated(table, record_id, body, wkb, mark, state, outlines, batch, meta, today)
        if draft:
            drafts.append(draft)
    return drafts


def _in_order(table: Table, body: Mapping[str, Any]) -> dict[str, Any]:
    """Known values in the order of the schema."""
    return {field.name: body[field.name] for field in table.fields if body.get(field.name) is not None}


def _added(table: Table, record_id: str, body: dict[str, Any], wkb: bytes | None, mark: str, meta: ChangeMeta, today: str) -> Draft:
    stated = body.get(table.added_on) if table.added_on else None
    true_on = meta.true_on.isoformat() if meta.true_on else stated or today
    return Draft(record_id, ADD, min(true_on, today), body, wkb, mark, body)


def _updated(
    table: Table,
    record_id: str,
    body: dict[str, Any],
    wkb: bytes | None,
    mark: str,
    state: State,
    outlines: Mapping[str, bytes],
    batch: Batch,
    meta: ChangeMeta,
    today: str,
) -> Draft | None:
    known = state.body
    changes: dict[str, Any] = {name: [known.get(name), value] for name, value in body.items() if known.get(name) != value}
    if meta.erase_empty:
        gone = [name for name in batch.columns if name in known and name not in body]
        changes |= {name: [known[name], None] for name in gone}
    new_wkb = None
    if wkb is not None and mark != state.digest:
        before = outlines.get(record_id)
        if before is None or not same_outline(before, wkb):
            changes[GEOMETRY] = [state.digest or None, mark]
            new_wkb = wkb
    elif wkb is None and batch.has_geometry and meta.erase_empty and state.digest:
        changes[GEOMETRY] = [state.digest, None]
    if not changes:
        return None
    if CHANGE_KIND in body:
        changes[CHANGE_KIND] = [known.get(CHANGE_KIND), body[CHANGE_KIND]]
    after = {**known, **{name: new for name, (_, new) in changes.items() if name != GEOMETRY}}
    ordered = _in_order(table, after)
    return Draft(record_id, UPDATE, update_day(table, body, state, meta, today), changes, new_wkb, mark if new_wkb else "", ordered)


def update_day(table: Table, body: Mapping[str, Any], state: State, meta: ChangeMeta, today: str) -> str:
    """The day on which a change became true: as the author says, else as the record says, else today; never in the future."""
    if meta.true_on is not None:
        return min(meta.true_on.isoformat(), today)
    stated = body.get(table.updated_on) if table.updated_on else None
    if stated and state.true_on <= stated <= today and stated != state.body.get(table.updated_on or ""):
        return str(stated)
    return max(today, state.true_on)


@dataclass(slots=True)
class StoredEvent:
    """What folding needs of an event; ``import_id`` decides whether it still counts."""

    record_id: str
    action: str
    true_on: str
    changes: bytes
    geometry_id: int | None


def fold(events: Iterable[StoredEvent]) -> dict[str, State]:
    """State of each record from its events, which come ordered by record, day and sequence.

    A record exists from its ``add`` on; changes that were true before it are part of it.
    """
    states: dict[str, State] = {}
    for event in events:
        changes = orjson.loads(event.changes)
        state = states.get(event.record_id)
        if state is None:
            state = states[event.record_id] = State({}, "", None, event.true_on)
        state.true_on = event.true_on
        if event.action == ADD:
            mark = changes.pop(GEOMETRY, None)
            if mark and not state.digest:
                state.digest, state.geometry_id = mark, event.geometry_id
            state.body = {**changes, **state.body} if state.body else changes
            continue
        if GEOMETRY in changes:
            state.digest, state.geometry_id = changes.pop(GEOMETRY)[1] or "", event.geometry_id
        _merge(state.body, changes)
    return states


def _merge(body: dict[str, Any], changes: Mapping[str, Sequence[Any]]) -> None:
    for name, (_, new) in changes.items():
        if new is None:
            body.pop(name, None)
        else:
            body[name] = new


def parse_changes(action: str, changes: bytes) -> dict[str, Change]:
    """Changes of a stored event, each as before and after."""
    raw = orjson.loads(changes)
    if action == ADD:
        return {name: Change(None, value) for name, value in raw.items()}
    return {name: Change(*pair) for name, pair in raw.items()}


def parse_instant(text: str) -> dt.datetime:
    """A stored instant, UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def format_instant(instant: dt.datetime) -> str:
    """An instant as stored: UTC, microseconds, of fixed length, so that text order is time order."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
    return aware.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def kind_of(changes: Mapping[str, Change], import_kind: str) -> str:
    """The kind of a change: as its row says, else as its import does."""
    stated = changes.get(CHANGE_KIND)
    return str(stated.new) if stated is not None and stated.new else import_kind


def cancelled_imports(undoes: Sequence[tuple[str, str]]) -> set[str]:
    """Imports that no longer count.

    Parameters
    ----------
    undoes : sequence of (import_id, import that it undoes), oldest first

    Returns
    -------
    set of import ids; an undo that was itself undone cancels nothing
    """
    cancelled: set[str] = set()
    for import_id, undone in reversed(undoes):
        if import_id not in cancelled:
            cancelled.add(undone)
    return cancelled
