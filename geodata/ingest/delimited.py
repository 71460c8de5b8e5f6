"""Read CSV and TSV, every value as text (in the reader process only)."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv

from geodata.errors import FileError, name_culprits
from geodata.ingest.encoding import decode_text
from geodata.ingest.header import LOOKED_AT, Header, find_header
from geodata.ingest.raw import FileInfo

SEPARATORS = (",", ";", "\t", "|", "~", "^", "\x1f")
_SAMPLE_LINES = 200


def read_delimited(path: Path, *, encoding: str | None, separator: str | None) -> tuple[pa.Table, FileInfo]:
    """Read a delimited text file.

    Parameters
    ----------
    encoding, separator : str or None
        Found out where None.

    Raises
    ------
    FileError
        Not text, or nothing like a table.
    """
    text, used, notes = decode_text(path, encoding)
    first_line = text.split("\n", 1)[0].strip().lower()
    if first_line.startswith("sep=") and len(first_line) == 5:
        separator, text = separator or first_line[4], text.split("\n", 1)[1]
    if "\n" not in text:
        text = text.replace("\r", "\n")
    mark = separator or find_separator(text)
    header, body, n_above = _split_header(text, mark)
    notes += header.notes
    if len(header.names) < 2 and "\n" not in text.strip():
        raise FileError(f"{path.name} holds no table: one column, one line.", "Export it as CSV with a header line.", code="file_damaged")
    table, uneven = _parse(path, body, mark, list(header.names), n_above)
    if uneven:
        message = f"{{n}} lines do not have {len(header.names)} columns and were left out (line {name_culprits(uneven)})."
        notes.append(
            {
                "code": "uneven_lines", "severity": "warning", "n_rows": len(uneven), "examples": [str(n) for n in uneven[:3]],
                "message": message.replace("{n}", f"{len(uneven):,}"), "remedy": "Quote texts that hold the separator or line breaks.",
            }
        )  # fmt: skip
    return table, FileInfo("delimited", encoding=used, separator=mark, notes=tuple(notes))


def find_separator(text: str) -> str:
    """The separator that splits most of the first lines into one number (at least two) of columns, comma first."""
    lines = "\n".join(text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES])
    best, best_score = ",", (0.0, 0)
    for mark in SEPARATORS:
        try:
            widths = Counter(len(row) for row in csv.reader(io.StringIO(lines), delimiter=mark) if row)
        except csv.Error:
            continue
        width, n_lines = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(1, 0))
        score = (n_lines / widths.total(), width) if width > 1 else (0.0, 0)
        if score > best_score:
            best, best_score = mark, score
    return best


def _split_header(text: str, mark: str) -> tuple[Header, str, int]:
    """The header, the text below it, and the lines above that text."""
    lines = csv.reader(io.StringIO(text[:4_000_000], newline=""), delimiter=mark)
    rows, ends = [], []
    for row in lines:
        if any(cell.strip() for cell in row):
            rows.append(row)
            ends.append(lines.line_num)
        if len(rows) >= LOOKED_AT:
            break
    if not rows:
        return Header(0, 0, ()), "", 0
    header = find_header(rows)
    header = replace(header, names=header.names[: _width(rows[header.start :])])
    n_above = ends[header.start + header.n_rows - 1]
    return header, text.split("\n", n_above)[-1] if text.count("\n", 0) >= n_above else "", n_above


def _width(rows: list[list[str]]) -> int:
    """Columns of a table: as many as its header has, more only where rows end in separators with nothing behind."""
    own, usual = len(rows[0]), Counter(len(row) for row in rows[1:]).most_common(1)
    is_empty_behind = not any(cell.strip() for row in rows for cell in row[own:])
    return usual[0][0] if usual and usual[0][0] > own and is_empty_behind else own


def _parse(path: Path, text: str, mark: str, header: list[str], n_above: int) -> tuple[pa.Table, list[int]]:
    """Rows as text, and the lines that have another number of columns (``n_above``: lines before the text)."""
    uneven: list[int] = []
    if not text.strip():
        return pa.table({name: pa.array([], pa.string()) for name in header}), uneven

    def leave_out(row: Any) -> str:
        uneven.append(n_above + (row.number or len(uneven) + 1))
        return "skip"

    try:
        table = pa_csv.read_csv(
            io.BytesIO(text.encode()),
            read_options=pa_csv.ReadOptions(column_names=header, use_threads=False, block_size=64 << 20),
            parse_options=pa_csv.ParseOptions(delimiter=mark, newlines_in_values=True, invalid_row_handler=leave_out),
            convert_options=pa_csv.ConvertOptions(
                column_types={name: pa.string() for name in header},
                strings_can_be_null=True,
                null_values=[""],
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        message = f"{path.name} is no table: {str(error).splitlines()[0]}."
        raise FileError(message, "Export it again as CSV in UTF-8.", code="file_damaged") from None
    return table, uneven
