"""Small tables for people: CSV or XLSX by ending, whole or not at all; text is never taken for a formula."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from dashboard.export.atomic import replacing
from dashboard.export.errors import ExportError
from dashboard.export.text import clean_text, neutralise
from dashboard.export.xlsx_file import MAX_ROWS, MAX_TEXT, NOTES, workbook, write_lines

PLAIN_ENDINGS: Final = (".csv", ".xlsx")


def write_plain(path: Path, frame: pd.DataFrame, notes: Sequence[str], *, sheet: str) -> None:
    """Write a table with its notes: on a second sheet of XLSX, in lines that begin with ``#`` below the rows of CSV.

    Parameters
    ----------
    path : Path
        csv or xlsx, by its ending.
    frame : DataFrame
        Its columns in order; missing values become empty cells.
    notes : sequence of str
        What a reader must know: the period, what is fictional, the disclaimer.
    sheet : str
        Name of the sheet.

    Raises
    ------
    ExportError
        Another ending, no place to write to, or more rows than a sheet holds.
    """
    ending = path.suffix.lower()
    if ending not in PLAIN_ENDINGS:
        raise ExportError(f"{path}: this table is written as csv or xlsx, by the ending of the file.", "Name a file that ends in one.")
    rows = [[None if pd.isna(cell) else cell for cell in row] for row in frame.astype(object).itertuples(index=False)]
    with replacing(path) as beside:
        (_write_csv if ending == ".csv" else _write_xlsx)(beside, list(frame.columns), rows, notes, sheet)


def _write_csv(path: Path, names: list[str], rows: list[list[Any]], notes: Sequence[str], _: str) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\r\n")
        writer.writerow(names)
        writer.writerows([neutralise(clean_text(cell)) if isinstance(cell, str) else cell for cell in row] for row in rows)
        writer.writerows([f"# {clean_text(note)}"] for note in notes)


def _write_xlsx(path: Path, names: list[str], rows: list[list[Any]], notes: Sequence[str], sheet: str) -> None:
    if len(rows) > MAX_ROWS:
        raise ExportError(f"A sheet holds at most {MAX_ROWS} rows; the table has {len(rows)}.", "Write csv.")
    with workbook(path) as book:
        page = book.add_worksheet(sheet)
        heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        quoted = book.add_format({"quote_prefix": True})
        for place, name in enumerate(names):
            page.write_string(0, place, name, heading)
        page.set_column(0, len(names) - 1, 18)
        page.freeze_panes(1, 1)
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(number, place, clean_text(cell)[:MAX_TEXT], quoted)
                elif cell is not None:
                    page.write_number(number, place, cell)
        write_lines(book, NOTES, tuple(notes))
