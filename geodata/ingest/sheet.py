"""Read XLSX workbooks (in the reader process only)."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
import pyarrow as pa

from geodata.errors import FileError
from geodata.ingest.header import find_header
from geodata.ingest.raw import FileInfo
from geodata.ingest.readers import choose_members
from geodata.ingest.xml import check_prolog


def read_sheet(path: Path, layer: str | None) -> tuple[pa.Table, FileInfo]:
    """Read one sheet as text; titles above the header are left out, and a header of two rows is joined.

    Raises
    ------
    FileError
        Damaged, its XML declares a document type, or a sheet must be chosen.
    """
    _refuse_doctype(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        names = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
        rows_of = {name: _rows(book[name]) for name in (choose_members(path.name, names, layer) if layer else names)}
        book.close()
    except (KeyError, ValueError, ParseError, zipfile.BadZipFile, OSError, TypeError, AttributeError):
        raise FileError(f"{path.name} is damaged or no workbook.", "Save it again as .xlsx.", code="file_damaged") from None
    filled = [name for name, rows in rows_of.items() if len(rows) > 1] or names[:1]
    chosen = choose_members(path.name, filled, layer)[0]
    table, notes = _as_table(rows_of.get(chosen, []))
    return table, FileInfo("xlsx", chosen, tuple(names), notes=notes)


def _rows(sheet: openpyxl.worksheet._read_only.ReadOnlyWorksheet) -> list[list[str | None]]:
    rows = ([_text(value) for value in row] for row in sheet.iter_rows(values_only=True))
    return [row for row in rows if any(value is not None for value in row)]


def _text(value: object) -> str | None:
    """A cell as text: dates in ISO form, whole numbers without decimals."""
    if value is None or value == "":
        return None
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _as_table(rows: list[list[str | None]]) -> tuple[pa.Table, tuple[dict[str, Any], ...]]:
    if not rows:
        return pa.table({}), ()
    header = find_header(rows)
    data = rows[header.start + header.n_rows :]
    columns = {}
    for index, name in enumerate(header.names):
        values = [row[index] if index < len(row) else None for row in data]
        if not re.fullmatch(r"column \d+", name) or any(value is not None for value in values):
            columns[name] = pa.array(values, pa.string())
    return pa.table(columns), header.notes


def _refuse_doctype(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            if member.endswith((".xml", ".rels")):
                with archive.open(member) as stream:
                    check_prolog(path.name, stream)
