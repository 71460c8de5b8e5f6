"""CSV: UTF-8, comma, header line; the receipt stands beside it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard.export.atomic import replacing
from dashboard.export.cells import TableMismatchError, check_names, frame_from_cells
from dashboard.export.errors import ReceiptError
from dashboard.export.receipt import Receipt
from dashboard.export.table import ExportTable
from dashboard.export.text import neutralise, restore

HOLDS_GEOMETRY: Final = False


def receipt_path(path: Path) -> Path:
    """Where the receipt of a CSV file stands: NAME.csv.receipt.json."""
    return path.with_name(path.name + ".receipt.json")


def write(path: Path, table: ExportTable, receipt: Receipt, *, bom: bool = False) -> None:
    """Write the table and, beside it, its receipt.

    Parameters
    ----------
    path : Path
    table : ExportTable
    receipt : Receipt
    bom : bool
        Begin with a byte-order mark, by which Excel knows UTF-8.
    """
    with ExitStack() as both:
        beside, receipt_beside = (both.enter_context(replacing(place)) for place in (path, receipt_path(path)))
        with beside.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\r\n")
            writer.writerow(column.name for column in table.columns)
            writer.writerows(_rows(table))
        receipt_beside.write_text(receipt.to_json(indent=1) + "\n", encoding="utf-8")


def read_receipt(path: Path) -> Receipt:
    """The receipt beside a CSV file.

    Raises
    ------
    ReceiptError
        There is none, or it cannot be read.
    """
    beside = receipt_path(path)
    try:
        return Receipt.from_json(beside.read_bytes())
    except OSError as error:
        raise ReceiptError(
            f"{path}: a CSV file is verified by the receipt beside it; {beside.name} cannot be read ({error.strerror}).",
            "Put the receipt back beside the file, or export the list again.",
        ) from error


def read_table(path: Path, receipt: Receipt) -> ExportTable:
    """The canonical table of a CSV file.

    Raises
    ------
    TableMismatchError
        The columns are not those of the receipt, a line is longer or shorter than the header, or a cell is of another kind.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.reader(handle, strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise TableMismatchError(f"The file is no CSV text in UTF-8 ({error}).") from error
    check_names(rows[0] if rows else [], receipt.columns)
    uneven = next((line for line, row in enumerate(rows, start=1) if len(row) != len(rows[0])), None)
    if uneven:
        raise TableMismatchError(f"Each line has {len(rows[0])} cells; line {uneven} has {len(rows[uneven - 1])}.")
    names = [column.name for column in receipt.columns]
    cells: dict[str, list[Any]] = {name: [row[place] for row in rows[1:]] for place, name in enumerate(names)}
    for column in receipt.columns:
        if column.kind == "text":
            cells[column.name] = [restore(cell) for cell in cells[column.name]]
    return ExportTable(receipt.columns, frame_from_cells(cells, receipt.columns), None)


def _rows(table: ExportTable) -> Iterator[tuple[Any, ...]]:
    return zip(*(_cells(table.frame[column.name], column.kind) for column in table.columns), strict=True)


def _cells(column: pd.Series, kind: str) -> Iterable[Any]:
    if kind == "text":
        return [None if text is None else neutralise(text) for text in column.astype(object).where(column.notna(), None)]
    if kind == "number":
        numbers = column.to_numpy(dtype=np.float64)
        return [None if number != number else f"{number:.9g}" for number in numbers.tolist()]
    if kind == "flag":
        return ["true" if flag else "false" for flag in column]
    return column.astype(object).where(column.notna(), None)
