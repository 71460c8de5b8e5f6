"""XLSX: the list, its notes and its receipt as three sheets."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from dashboard.export.atomic import replacing
from dashboard.export.cells import TableMismatchError, check_names, frame_from_cells
from dashboard.export.errors import ExportError, ReceiptError
from dashboard.export.receipt import Receipt
from dashboard.export.table import ExportTable
from dashboard.export.text import starts_formula

if TYPE_CHECKING:
    from openpyxl import Workbook as ReadWorkbook
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

HOLDS_GEOMETRY: Final = False
MAX_ROWS: Final = 1_048_575
MAX_TEXT: Final = 32_767
LIST, NOTES, RECEIPT = "list", "notes", "receipt"
FICTIONAL: Final = "FICTIONAL"

_DAY = re.compile(r"(?:19[1-9]\d|2\d{3})-\d\d-\d\d")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CHUNK: Final = 30_000
_MADE = dt.datetime(2000, 1, 1)
_WIDTHS = {"text": 18, "date": 12, "integer": 9, "number": 13, "flag": 9}
_NUMBER_FORMATS = {"area_m2": "#,##0", "cost_usd": "#,##0", "beneficiaries_direct": "#,##0", "beneficiaries_indirect": "#,##0"}

Cell = tuple[int, Callable[..., int], list[Any], Any]


def write(path: Path, table: ExportTable, receipt: Receipt) -> None:
    """Write the list with its notes and receipt.

    Text is never taken for a formula, number or link; where it begins like a formula the cell carries Excel's own mark for
    quoted text, so that editing it does not run it either.

    Raises
    ------
    ExportError
        More rows or longer text than a sheet holds.
    """
    _check_limits(table)
    with replacing(path) as beside, workbook(beside) as book:
        _describe(book, receipt)
        _write_list(book, table, receipt)
        write_lines(book, NOTES, receipt.notes)
        write_lines(book, RECEIPT, _pieces(receipt.to_json()), width=120)


def read_receipt(path: Path) -> Receipt:
    """The receipt in the receipt sheet.

    Raises
    ------
    ReceiptError
        There is no such sheet, or it cannot be read.
    """
    book = _open(path)
    try:
        if RECEIPT not in book.sheetnames:
            raise ReceiptError(f"{path}: there is no sheet {RECEIPT!r}.", "Export the list again; a sheet saved alone loses its receipt.")
        return Receipt.from_json("".join(str(_from_cell(row[0] or "")) for row in book[RECEIPT].iter_rows(max_col=1, values_only=True)))
    finally:
        book.close()


def read_table(path: Path, receipt: Receipt) -> ExportTable:
    """The canonical table of the list sheet.

    Raises
    ------
    TableMismatchError
        There is no such sheet, its columns are not those of the receipt, or a cell is of another kind.
    """
    book = _open(path)
    try:
        if LIST not in book.sheetnames:
            raise TableMismatchError(f"There is no sheet {LIST!r}.")
        rows = book[LIST].iter_rows(values_only=True)
        check_names([str(name) for name in next(rows, ()) if name is not None], receipt.columns)
        columns = list(zip(*rows, strict=True)) or [()] * len(receipt.columns)
    finally:
        book.close()
    cells = {column.name: [_from_cell(cell) for cell in columns[place]] for place, column in enumerate(receipt.columns)}
    return ExportTable(receipt.columns, frame_from_cells(cells, receipt.columns), None)


def _open(path: Path) -> ReadWorkbook:
    import openpyxl

    try:
        return openpyxl.load_workbook(path, read_only=True, data_only=False)
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise ReceiptError(f"{path}: the file cannot be opened as XLSX ({error}).", "Export the list again.") from error


@contextmanager
def workbook(path: Path) -> Iterator[Workbook]:
    """A workbook that is saved when the block ends well; rows pass through a folder that goes with the block either way."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    with TemporaryDirectory(prefix="landrelease-") as scratch:
        options = {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False,
            "tmpdir": scratch,
        }  # fmt: skip
        book = xlsxwriter.Workbook(str(path), options)
        try:
            yield book
            book.close()
        except FileCreateError as error:
            raise error.args[0] if isinstance(error.args[0], OSError) else OSError(str(error)) from error
        finally:
            for sheet in book.worksheets():
                with suppress(OSError):
                    sheet.row_data_fh.close()


def _check_limits(table: ExportTable) -> None:
    if len(table) > MAX_ROWS:
        raise ExportError(
            f"A sheet holds at most {MAX_ROWS} rows; the list has {len(table)}.", "Write csv, gpkg or parquet, or filter the list."
        )
    for column in table.columns:
        if column.kind == "text" and (table.frame[column.name].str.len() > MAX_TEXT).any():
            raise ExportError(
                f"A cell holds at most {MAX_TEXT} characters; column {column.name} has longer ones.", "Write csv, gpkg or parquet."
            )


def _describe(book: Workbook, receipt: Receipt) -> None:
    mark = f"{FICTIONAL} · " if receipt.programme["fictional"] else ""
    book.set_properties(
        {
            "title": f"{mark}Priority list, data version {receipt.data_version}",
            "subject": receipt.notes[0],
            "keywords": FICTIONAL if mark else "",
            "created": _MADE,
        }
    )
    book.set_custom_property("data_version", receipt.data_version)
    book.set_custom_property("table_sha256", receipt.table_sha256)


def _write_list(book: Workbook, table: ExportTable, receipt: Receipt) -> None:
    sheet = book.add_worksheet(LIST)
    heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _WIDTHS[column.kind])
        sheet.write_string(0, place, column.name, heading)
        if column.name in receipt.not_estimated:
            sheet.write_comment(0, place, receipt.not_estimated[column.name])
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(table), 1), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{_footer_text(receipt)}&RP. &P / &N")
    columns = [_cells(book, sheet, place, column.kind, table.frame[column.name]) for place, column in enumerate(table.columns)]
    for row in range(len(table)):
        for place, put, cells, style in columns:
            cell = cells[row]
            if cell is not None:
                put(row + 1, place, cell, style(cell) if callable(style) else style)


def _footer_text(receipt: Receipt) -> str:
    """The first note, short enough for a footer (255 characters) and without its control sign."""
    return receipt.notes[0].replace("&", "and")[:200]


def _cells(book: Workbook, sheet: Worksheet, place: int, kind: str, column: pd.Series) -> Cell:
    """How a column is written: place, writing call, cells (None: left empty), format or a choice of format."""
    if kind == "text":
        quoted = book.add_format({"quote_prefix": True})
        return place, sheet.write_string, _plain(column), lambda text: quoted if starts_formula(text) else None
    if kind == "date":
        days = [None if text is None else _day(text) for text in _plain(column)]
        style = book.add_format({"num_format": "yyyy-mm-dd"})
        return place, _put_day(sheet, style), days, None
    if kind == "flag":
        return place, sheet.write_boolean, column.tolist(), None
    number_format = _NUMBER_FORMATS.get(str(column.name))
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan).tolist()
    style = book.add_format({"num_format": number_format}) if number_format else None
    return place, sheet.write_number, [None if number != number else number for number in numbers], style


def _put_day(sheet: Worksheet, style: Format) -> Callable[..., int]:
    def put(row: int, place: int, day: dt.date | str, _: object) -> int:
        written: int = sheet.write_string(row, place, day) if isinstance(day, str) else sheet.write_datetime(row, place, day, style)
        return written

    return put


def _plain(column: pd.Series) -> list[Any]:
    return list(column.astype(object).where(column.notna(), None))


def _day(text: str) -> dt.date | str:
    """A day that a spreadsheet can hold as one, else its text."""
    try:
        return dt.date.fromisoformat(text) if _DAY.fullmatch(text) else text
    except ValueError:
        return text


def _from_cell(cell: Any) -> Any:
    """A cell as the canonical table has it: days as ISO text, escapes such as _x005F_ (ECMA-376, ST_Xstring) resolved."""
    if isinstance(cell, str):
        return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), cell) if "_x" in cell else cell
    return cell.date().isoformat() if isinstance(cell, dt.datetime) else cell


def write_lines(book: Workbook, name: str, lines: tuple[str, ...] | Iterator[str], *, width: int = 100) -> None:
    """A sheet of lines, one a row."""
    sheet = book.add_worksheet(name)
    wrapped = book.add_format({"text_wrap": name == NOTES, "valign": "top"})
    sheet.set_column(0, 0, width)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, wrapped)


def _pieces(text: str) -> Iterator[str]:
    """A long text in pieces that fit a cell."""
    return (text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK))
