"""What a registry does, whichever database holds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from geopandas import GeoDataFrame
from pandas import DataFrame

EPOCH_HASH = ""
"""The hash before the first event."""


class Change(NamedTuple):
    """One field before and after an event; None is unknown. For ``geometry`` both are digests of the outline."""

    old: Any
    new: Any


@dataclass(frozen=True)
class ChangeMeta:
    """Who changes the registry, why, and from which file.

    Attributes
    ----------
    author : str
        Person or service, never empty.
    reason : str
        Why, in the author's words.
    source_file : str
        File name (no path) that the rows came from.
    true_on : date or None
        When the change became true. Where None: for a new record its own date (e.g. ``recorded_date``), for a change its
        ``updated_date`` unless that lies before what is already known, else the day on which it became known.
    kind : str
        Kind of change for the land-release ledger (e.g. ``remeasured``, ``extended``); "" where the fields say it.
    erase_empty : bool
        True where an empty value erases a known one; by default it says nothing.
    """

    author: str
    reason: str = ""
    source_file: str = ""
    true_on: dt.date | None = None
    kind: str = ""
    erase_empty: bool = False


@dataclass(frozen=True)
class ChangeCounts:
    """What a change did (or, in a dry run, would do).

    Attributes
    ----------
    import_id : str
        Names the change; "" where nothing changed or in a dry run.
    added, updated, unchanged, removed : int
        Records; ``removed`` is only ever above 0 for an undo, and their history stays.
    """

    import_id: str
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0


@dataclass(frozen=True)
class Event:
    """One change of one record. Events are never altered; each hash covers the one before."""

    seq: int
    import_id: str
    known_at: dt.datetime
    true_on: dt.date
    table: str
    record_id: str
    action: str
    author: str
    reason: str
    source_file: str
    changes: Mapping[str, Change]
    previous_hash: str
    hash: str
    kind: str = ""


@dataclass(frozen=True)
class RecordChange:
    """One standing change of one record, with the outline it brought.

    Attributes
    ----------
    record_id, action, kind : str
        ``action`` is ``add`` or ``update``; ``kind`` as the author gave it.
    true_on : date
    changes : mapping field -> Change
    outline : bytes or None
        WKB of the new outline, None where the change brought none.
    """

    record_id: str
    action: str
    kind: str
    true_on: dt.date
    changes: Mapping[str, Change]
    outline: bytes | None


class PastOutline(NamedTuple):
    """An outline that a record has or once had, from the day on which it became true."""

    record_id: str
    true_on: dt.date
    wkb: bytes


@dataclass(frozen=True)
class ImportEntry:
    """One change of the registry as a whole: an import, an edit or an undo.

    Attributes
    ----------
    import_id, author, reason, source_file, kind : str
    known_at : datetime, UTC
    undoes : str
        The import that this one takes back, "" otherwise.
    undone_by : str
        The undo that took this one back, "" while it stands.
    n_events : int
    tables : tuple of str
    """

    import_id: str
    known_at: dt.datetime
    author: str
    reason: str
    source_file: str
    kind: str
    undoes: str
    undone_by: str
    n_events: int
    tables: tuple[str, ...] = field(default=())


EMPTY_CHANGES: Mapping[str, Change] = MappingProxyType({})


class Registry(Protocol):
    """System of record; one behaviour on SQLite and PostGIS (``tests/contract``)."""

    def apply(self, table: str, rows: GeoDataFrame | DataFrame, meta: ChangeMeta, *, dry_run: bool = False) -> ChangeCounts:
        """Add new records and update known ones by id, in one transaction.

        Parameters
        ----------
        table : str
            A table of :mod:`geodata.schema.records`.
        rows : GeoDataFrame (EPSG:4326) or DataFrame
            Columns of that table, the id among them; a column that is absent changes nothing.
        meta : ChangeMeta
        dry_run : bool
            Count only; nothing is written.

        Raises
        ------
        RegistryError
            Rows or columns do not fit the table, or the database cannot be written; nothing has changed.
        """

    def read(self, table: str, *, as_of: dt.date | None = None, known: dt.datetime | None = None) -> GeoDataFrame | DataFrame:
        """All records of a table, sorted by id, columns in the order of the schema (EPSG:4326).

        Parameters
        ----------
        as_of : date or None
            The state that was true at the end of that day.
        known : datetime or None
            Only what was known by then; without a time zone it is UTC.
        """

    def record(
        self, table: str, record_id: str, *, as_of: dt.date | None = None, known: dt.datetime | None = None
    ) -> Mapping[str, Any] | None:
        """One record: every field by name in the order of the schema, then ``geometry`` where the table has one.

        Returns
        -------
        mapping, None where there is no such record; dates as ``date``, the outline as a geometry (EPSG:4326), what is unknown as None
        """

    def history(self, table: str, record_id: str) -> list[Event]:
        """Events of a record, oldest first; empty where there was never one."""

    def changes(
        self, table: str, *, after: dt.date, until: dt.date, known: dt.datetime | None = None, fields: Collection[str] = ()
    ) -> list[RecordChange]:
        """Standing changes that became true after one day and until another, by record and in the order in which they became true.

        Where ``fields`` are named, only updates that may concern one of them, without outlines: a whole history is long.
        """

    def outlines(self, table: str, *, as_of: dt.date | None = None, known: dt.datetime | None = None) -> list[PastOutline]:
        """Every outline that records of a table had in any state up to a day, as known by an instant; by record, oldest first."""

    def imports(self) -> list[ImportEntry]:
        """All changes, oldest first."""

    def head(self) -> str:
        """Hash of the last event (hex), "" while there is none."""

    def undo(self, import_id: str, meta: ChangeMeta, *, dry_run: bool = False) -> ChangeCounts:
        """Take an import back by compensating events; the import and its undo stay in the history.

        Raises
        ------
        RegistryError
            There is no such import, it is undone already, or later changes depend on it (named in the message).
        """

    def verify(self) -> int:
        """Recompute the hash chain; returns the number of events.

        Raises
        ------
        RegistryError
            An event was altered, removed or inserted; names the first.
        """

    def close(self) -> None:
        """Release the database; further calls fail."""
