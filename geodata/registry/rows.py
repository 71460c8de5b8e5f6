"""The history of a registry as rows: out of one database, through Parquet files, into another.

Imports, outlines and events are the history; current records follow from it and are derived anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from geodata.errors import RegistryError
from geodata.registry import states
from geodata.registry.store import Row, Store
from geodata.schema.records import TABLES

_TEXT, _NUMBER, _BYTES = pa.string(), pa.int64(), pa.binary()


def _schema(**types: pa.DataType) -> pa.Schema:
    return pa.schema(list(types.items()))


_HISTORY: dict[str, pa.Schema] = {
    "imports": _schema(
        import_seq=_NUMBER, import_id=_TEXT, known_at=_TEXT, author=_TEXT, reason=_TEXT, source_file=_TEXT, kind=_TEXT, undoes=_TEXT
    ),
    "geometries": _schema(geometry_id=_NUMBER, wkb=_BYTES),
    "events": _schema(
        seq=_NUMBER, import_seq=_NUMBER, table_name=_TEXT, record_id=_TEXT, action=_TEXT, true_on=_TEXT, changes=_BYTES,
        geometry_id=_NUMBER, hash=_BYTES,
    ),
}  # fmt: skip
_BATCH = 20_000
PARTS = tuple(f"{name}.parquet" for name in _HISTORY)
"""File names of a history as rows."""


def write_rows(store: Store, folder: Path) -> None:
    """Write the history into Parquet files, as of one moment (one repeatable-read transaction).

    Raises
    ------
    OSError
        The files cannot be written.
    """
    with store.reading():
        for name, schema in _HISTORY.items():
            rows = iter(store.each(f"SELECT {', '.join(schema.names)} FROM {name} ORDER BY 1"))  # noqa: S608
            with pq.ParquetWriter(folder / f"{name}.parquet", schema, compression="zstd") as writer:
                while batch := list(islice(rows, _BATCH)):
                    columns: Iterable[Any] = zip(*batch, strict=True)
                    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
                    writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def load_rows(folder: Path, store: Store) -> None:
    """Enter a history from Parquet files into an empty registry, in one transaction, and derive its records.

    Raises
    ------
    pyarrow.ArrowException, KeyError, OSError
        A file is damaged or of another form.
    RegistryError
        The registry is not empty, or refuses the rows.
    """
    with store.writing(commit=True):
        _refuse_filled(store)
        for name, schema in _HISTORY.items():
            store.insert(name, schema.names, _stored(folder / f"{name}.parquet", schema))
        for table in TABLES.values():
            ids = store.rows("SELECT DISTINCT record_id FROM events WHERE table_name = ? ORDER BY 1", (table.name,))
            states.refold(store, table, [row[0] for row in ids])


def copy_rows(source: Store, target: Store) -> None:
    """Copy history and records into an empty registry, within the transaction of ``target`` that is open.

    Raises
    ------
    RegistryError
        The target is not empty.
    """
    _refuse_filled(target)
    records = ("table_name", "record_id", "body", "digest", "geometry_id", "true_on")
    with source.reading():
        for name, columns in (*((name, tuple(schema.names)) for name, schema in _HISTORY.items()), ("records", records)):
            target.insert(name, columns, source.each(f"SELECT {', '.join(columns)} FROM {name} ORDER BY 1"))  # noqa: S608


def _stored(path: Path, schema: pa.Schema) -> Iterator[Row]:
    with pq.ParquetFile(path) as stored:
        for batch in stored.iter_batches(_BATCH, columns=schema.names):
            yield from zip(*(column.to_pylist() for column in batch.cast(schema).columns), strict=True)


def _refuse_filled(store: Store) -> None:
    if store.one("SELECT count(*) FROM imports"):
        message = "A backup is restored into an empty registry, but this one has records."
        raise RegistryError(message, "Name an empty database.", code="registry_not_empty")
