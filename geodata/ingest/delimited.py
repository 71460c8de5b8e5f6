"""Read CSV and TSV, every value as text (in the reader process only)."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv

from geodata.errors import FileError, name_culprits
from geodata.ingest.encoding import decode_text
from geodata.ingest.raw import FileInfo
from geodata.ingest.sheet import unique_names

SEPARATORS = (",", ";", "\t", "|")
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
    mark = separator or find_separator(text)
    header = unique_names(list(next(csv.reader(io.StringIO(text[:1_000_000]), delimiter=mark), [])))
    if len(header) < 2 and "\n" not in text.strip():
        raise FileError(f"{path.name} holds no table: one column, one line.", "Export it as CSV with a header line.", code="file_damaged")
    table, uneven = _parse(path, text, mark, header)
    if uneven:
        message = f"{{n}} lines do not have {len(header)} columns and were left out (line {name_culprits(uneven)})."
        notes.append(
            {
                "code": "uneven_lines", "severity": "warning", "n_rows": len(uneven), "examples": [str(n) for n in uneven[:3]],
                "message": message.replace("{n}", f"{len(uneven):,}"), "remedy": "Quote texts that hold the separator or line breaks.",
            }
        )  # fmt: skip
    return table, FileInfo("delimited", encoding=used, separator=mark, notes=tuple(notes))


def find_separator(text: str) -> str:
    """The separator that splits the first lines into the same number (at least two) of columns, comma first."""
    lines = "\n".join(text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES])
    best, best_score = ",", (0.0, 0)
    for mark in SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(lines), delimiter=mark) if row]
        except csv.Error:
            continue
        if not widths or widths[0] < 2:
            continue
        score = (sum(width == widths[0] for width in widths) / len(widths), widths[0])
        if score > best_score:
            best, best_score = mark, score
    return best


def _parse(path: Path, text: str, mark: str, header: list[str]) -> tuple[pa.Table, list[int]]:
    uneven: list[int] = []

    def leave_out(row: Any) -> str:
        uneven.append((row.number or 0) if row.number else len(uneven) + 1)
        return "skip"

    try:
        table = pa_csv.read_csv(
            io.BytesIO(text.encode()),
            read_options=pa_csv.ReadOptions(column_names=header, skip_rows=1, use_threads=False, block_size=64 << 20),
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
