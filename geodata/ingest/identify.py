"""Identifiers of rows: trimmed text, or made from content where asked."""

from __future__ import annotations

import hashlib

import numpy as np
import orjson
import pandas as pd
import shapely
from pandas import DataFrame, Series

from geodata.ingest.convert import as_text
from geodata.ingest.findings import Finding, finding
from geodata.ingest.mapping import RowNames
from geodata.ingest.raw import RawTable
from geodata.schema.records import Table


def find_ids(table: Table, rows: DataFrame, raw: RawTable, make_ids: bool) -> tuple[Series, list[Finding]]:
    """The id of each row, missing where there is none, and findings.

    A missing id refuses the row, one that stands twice the file. Where the file has no column of ids, nothing is said about its rows.

    Parameters
    ----------
    rows : DataFrame
        Converted fields.
    raw : RawTable
        The same rows as read, from which ids are made.
    make_ids : bool
        Give rows without an id a stable one made from their content.
    """
    ids = rows[table.id_field] if table.id_field in rows else Series(pd.NA, index=rows.index, dtype="str")
    found: list[Finding] = []
    missing = ids.isna().to_numpy()
    if missing.any() and make_ids:
        ids = ids.copy()
        ids[missing], found = _make_missing(raw, np.flatnonzero(missing))
    elif missing.any() and table.id_field in rows:
        rows_without = [f"row {row + 1}" for row in np.flatnonzero(missing)]
        message = "{n} rows have no id ({culprits}) and are refused."
        found.append(finding("id_missing", "error", rows_without, message, "Give them one at the source, or import with --make-ids."))
    return ids, [*found, *_double(table, ids)]


def _make_missing(raw: RawTable, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> tuple[list[str], list[Finding]]:
    """Stable ids for rows without one, and what to say about them."""
    made = _made_ids(raw, rows)
    found = [finding("ids_made", "note", made, "{n} rows had no id and got a stable one made from their content.")]
    repeated = [name for name in made if name.count("-") > 1]
    if repeated:
        message = f"{len(repeated):,} rows repeat another row in every value; each is kept as a record of its own."
        found.append(finding("rows_repeated", "warning", repeated, message, "Remove them at the source if they are copies."))
    return made, found


def _double(table: Table, ids: Series) -> list[Finding]:
    """Ids that stand twice, also where they differ only by case or space."""
    folded = ids.str.casefold().str.replace(r"\s+", " ", regex=True)
    double = folded[folded.duplicated(keep=False) & folded.notna()]
    if not len(double):
        return []
    places = {key: group.index.tolist() for key, group in double.groupby(double, sort=False)}
    shown = [f"{ids.iloc[rows[0]]} (rows {', '.join(str(row + 1) for row in rows[:4])})" for rows in places.values()]
    message = f"{table.id_field} must be unique, but {len(places):,} stand on more than one row: {{culprits}}."
    remedy = "Keep one row for each, or map the column that tells them apart."
    return [finding("id_duplicate", "error", shown, message, remedy, n_rows=len(double))]


def _made_ids(raw: RawTable, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> list[str]:
    """Stable ids from the content of rows; a row that repeats another gets a number behind."""
    part = raw.frame.iloc[rows]
    texts = [as_text(part[name]).fillna("").tolist() for name in sorted(part.columns, key=str)]
    shapes: list[str] = [""] * len(rows)
    if raw.geometry is not None:
        rounded = shapely.to_wkt(raw.geometry[rows], rounding_precision=7, trim=True)
        shapes = ["" if text is None else str(text) for text in rounded]
    seen: dict[str, int] = {}
    made = []
    for values in zip(*texts, shapes, strict=True):
        name = f"LR-{hashlib.sha256(orjson.dumps(values)).hexdigest()[:12].upper()}"
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return made


def row_names(ids: Series) -> RowNames:
    """How findings call a row: by its id, or its number where it has none."""
    known = [None if missing else str(name) for name, missing in zip(ids, ids.isna(), strict=True)]
    return lambda row: known[row] or f"row {row + 1}"
