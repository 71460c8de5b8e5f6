"""Between frames and stored records: a JSON body per record (known fields only) and its outline as WKB."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.json as pa_json
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pandas import DataFrame, Series

from geodata.errors import RegistryError, name_culprits
from geodata.geometry.crs import WGS84
from geodata.schema.records import CODE_SEPARATOR, Field, Table

GEOMETRY = "geometry"
_FEW = 1000
"""Rows up to which handing work to other threads costs more than it saves."""
_ARROW = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
_PANDAS = {"integer": "Int64", "boolean": "boolean", "number": "float64"}


@dataclass(frozen=True)
class Batch:
    """Rows ready to be stored.

    Attributes
    ----------
    ids : list of str, sorted
    bodies : list of dict
        Known values only, in the order of the schema, the id left out.
    wkb : list of bytes or None
    digests : list of str
        Digest of the outline, "" where there is none.
    columns : tuple of str
        The fields that the rows speak about (beside the id).
    has_geometry : bool
        Whether the rows speak about geometry.
    """

    ids: list[str]
    bodies: list[dict[str, Any]]
    wkb: list[bytes | None]
    digests: list[str]
    columns: tuple[str, ...]
    has_geometry: bool


def encode_rows(table: Table, rows: GeoDataFrame | DataFrame) -> Batch:
    """Check rows against a table and bring them into the form in which they are stored.

    Raises
    ------
    RegistryError
        An id is missing or stands twice, a column is unknown, a value does not fit its field, or the CRS is another.
    """
    named = [name for name in rows.columns if name != GEOMETRY]
    unknown = [name for name in named if name not in table.columns]
    if unknown or table.id_field not in named:
        problem = f"has no column {name_culprits(unknown)}" if unknown else f"needs the column {table.id_field}"
        raise RegistryError(f"Table {table.name} {problem}.", f"Its columns are {', '.join(table.columns)}.")
    ids = _checked_ids(table, rows[table.id_field])
    order = np.argsort(ids, kind="stable")
    fields = [field for field in table.fields if field.name in named and field.name != table.id_field]
    values = [_encode_column(table, field, rows[field.name], ids) for field in fields]
    names = [field.name for field in fields]
    bodies = [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in (zip(*values, strict=True) if values else ((),) * len(ids))
    ]
    wkb, has_geometry = _encode_geometry(table, rows)
    return Batch(
        [str(ids[i]) for i in order],
        [bodies[i] for i in order],
        [wkb[i] for i in order],
        [digest(wkb[i]) for i in order],
        tuple(names),
        has_geometry,
    )


def digest(wkb: bytes | None) -> str:
    """Short digest of an outline, "" where there is none."""
    return hashlib.sha256(wkb).hexdigest()[:32] if wkb is not None else ""


def _checked_ids(table: Table, column: Series) -> NDArray[np.object_]:
    missing = column.isna() | (column.astype("str").str.strip() == "")
    if missing.any():
        rows = name_culprits(f"row {row + 1}" for row in np.flatnonzero(missing))
        raise RegistryError(f"Each record of {table.name} needs an {table.id_field}; missing in {rows}.", "Give each record an id.")
    doubled = column[column.duplicated(keep=False)].unique()
    if len(doubled):
        raise RegistryError(f"{table.id_field} must be unique; {name_culprits(doubled)} stand more than once.", "Keep one row each.")
    return column.astype("str").to_numpy(dtype=object)


def _encode_column(table: Table, field: Field, column: Series, ids: NDArray[np.object_]) -> list[Any]:
    """Values as JSON can hold them, None where unknown."""
    known = column.notna().to_numpy()
    if field.type == "date":
        days = pd.to_datetime(column).to_numpy(dtype="datetime64[D]")
        return [day if ok else None for day, ok in zip(days.astype(str).tolist(), known, strict=True)]
    if field.type in ("number", "integer", "boolean"):
        return _encode_number(table, field, column, ids, known)
    texts = column.astype("str").to_numpy(dtype=object)
    if field.code_list:
        allowed = field.code_list.values
        distinct = {text for text, ok in zip(texts, known, strict=True) if ok}
        parts = {part for text in distinct for part in (text.split(CODE_SEPARATOR) if field.type == "codes" else (text,))}
        wrong = sorted(part for part in parts if part not in allowed and part)
        if wrong:
            remedy = f"Use {', '.join(allowed)}."
            raise RegistryError(f"{table.name}.{field.name} holds {name_culprits(wrong)}, which is no code of its list.", remedy)
    return [text if ok and text != "" else None for text, ok in zip(texts, known, strict=True)]


def _encode_number(table: Table, field: Field, column: Series, ids: NDArray[np.object_], known: NDArray[np.bool_]) -> list[Any]:
    if field.type == "boolean":
        return [bool(value) if ok else None for value, ok in zip(column, known, strict=True)]
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    bad = known & ~np.isfinite(numbers)
    if field.type == "integer":
        bad |= np.isfinite(numbers) & (numbers != np.round(numbers))
    if bad.any():
        kind = "a whole number" if field.type == "integer" else "a finite number"
        raise RegistryError(f"{table.name}.{field.name} must be {kind}; it is not for {name_culprits(ids[bad])}.", "Mend these values.")
    if field.type == "integer":
        return [int(value) if ok else None for value, ok in zip(numbers, known, strict=True)]
    return [value if ok else None for value, ok in zip(numbers.tolist(), known, strict=True)]


def _encode_geometry(table: Table, rows: GeoDataFrame | DataFrame) -> tuple[list[bytes | None], bool]:
    if GEOMETRY not in rows.columns:
        return [None] * len(rows), False
    if not table.has_geometry:
        raise RegistryError(f"Records of {table.name} have no geometry.", "Leave the geometry out.")
    crs = getattr(rows, "crs", None)
    if crs is None or crs.to_epsg() != 4326:
        raise RegistryError(f"Outlines of {table.name} must be in EPSG:4326, not {crs or 'an unstated CRS'}.", "Reproject the rows.")
    geometry = rows.geometry.to_numpy()
    gone = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    wkb = shapely.to_wkb(geometry, output_dimension=2, byte_order=1)
    return [None if missing else value for value, missing in zip(wkb, gone, strict=True)], True


def dump_body(body: Mapping[str, Any]) -> bytes:
    """A body as stored."""
    return orjson.dumps(body)


def same_outline(left: bytes, right: bytes) -> bool:
    """Whether two outlines differ by less than 1e-7 degree (1 cm), wherever their rings start."""
    pair = shapely.from_wkb([left, right])
    return bool(shapely.equals_exact(pair[0], pair[1], tolerance=1e-7, normalize=True))


def decode_rows(table: Table, ids: Sequence[str], bodies: Iterable[bytes], wkb: Sequence[bytes | None]) -> GeoDataFrame | DataFrame:
    """Stored records as a frame with every column of the table.

    Returns
    -------
    GeoDataFrame (EPSG:4326) for a table with geometry, else DataFrame; text ``str``, counts ``Int64``, measures ``float64``, dates
    ``datetime64``, yes/no ``boolean``; unknown is missing in each.
    """
    fields = [field for field in table.fields if field.name != table.id_field]
    schema = pa.schema([(field.name, _ARROW.get(field.type, pa.string())) for field in fields])
    arrow = _parse_bodies(list(bodies), schema)
    data: dict[str, Any] = {table.id_field: pd.array(list(ids), dtype="str")}
    for field in fields:
        data[field.name] = _decode_column(field, arrow.column(field.name))
    frame = DataFrame({name: data[name] for name in table.columns})
    if not table.has_geometry:
        return frame
    geometry = shapely.from_wkb(np.asarray(wkb, dtype=object)) if len(wkb) else np.empty(0, object)
    return GeoDataFrame(frame, geometry=geometry, crs=WGS84)


def decode_record(table: Table, record_id: str, body: bytes, wkb: bytes | None) -> dict[str, Any]:
    """One stored record: every field of the table, then its geometry; dates as ``date``, unknown as None."""
    stored = orjson.loads(body)
    known = {field.name: stored.get(field.name) for field in table.fields}
    dates = {name: dt.date.fromisoformat(known[name]) for name in table.dates if known[name] is not None}
    outline = {GEOMETRY: shapely.from_wkb(wkb) if wkb is not None else None} if table.has_geometry else {}
    return {**known, **dates, table.id_field: record_id, **outline}


def _parse_bodies(bodies: list[bytes], schema: pa.Schema) -> pa.Table:
    if not bodies:
        return schema.empty_table()
    longest = max(map(len, bodies))
    return pa_json.read_json(
        io.BytesIO(b"\n".join(bodies) + b"\n"),
        read_options=pa_json.ReadOptions(use_threads=len(bodies) > _FEW, block_size=max(1 << 20, 2 * longest + 2)),
        parse_options=pa_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
    )


def _decode_column(field: Field, column: pa.ChunkedArray) -> Any:
    if field.type == "date":
        return column.cast(pa.date32()).to_numpy().astype("datetime64[s]")
    if field.type == "number":
        return column.to_numpy()
    if field.type in _PANDAS:
        return column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}.get)
    return column.to_pandas()
