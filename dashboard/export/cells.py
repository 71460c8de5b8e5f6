"""From a file's cells back to the canonical table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from dashboard.export.table import clean_column
from dashboard.services.priority_list import ListColumn
from geodata.errors import GeodataError, name_culprits
from models.ranking.canonical import round_significant

_FLAG_WORDS = {"true": 1.0, "false": 0.0}


class TableMismatchError(GeodataError):
    """A file's table is not of the shape that its receipt states."""

    code = "table_mismatch"


def check_names(found: Sequence[str], columns: Sequence[ListColumn]) -> None:
    """Refuse a table whose columns are not those of the receipt, in their order.

    Raises
    ------
    TableMismatchError
    """
    wanted = [column.name for column in columns]
    absent, added = [n for n in wanted if n not in found], [n for n in found if n not in wanted]
    if absent or added or list(found) != wanted:
        parts = [f"missing {name_culprits(absent)}"] if absent else []
        parts += [f"added {name_culprits(added)}"] if added else []
        raise TableMismatchError(f"The columns are not those of the receipt: {', '.join(parts) or 'their order changed'}.")


def frame_from_cells(cells: Mapping[str, Sequence[Any]], columns: Sequence[ListColumn]) -> pd.DataFrame:
    """The canonical frame of cells read from a file.

    Parameters
    ----------
    cells : mapping from column to its cells
        Numbers as numbers or as text, flags as bool, number or text, unknown as None, NaN or "".
    columns : sequence of ListColumn

    Raises
    ------
    TableMismatchError
        A cell is not of its column's kind.
    """
    return pd.DataFrame({column.name: _read_column(cells[column.name], column) for column in columns})


def _read_column(cells: Sequence[Any], column: ListColumn) -> Any:
    if column.kind in ("text", "date"):
        return clean_column(pd.Series([None if _is_unknown(cell) else str(cell) for cell in cells], dtype=object))
    numbers = _numbers(cells, column)
    if column.kind == "number":
        return round_significant(numbers)
    if column.kind == "flag":
        return numbers == 1.0
    is_unknown = np.isnan(numbers)
    if (np.rint(numbers[~is_unknown]) != numbers[~is_unknown]).any():
        raise TableMismatchError(f"Column {column.name} holds whole numbers; the file has others.")
    return pd.arrays.IntegerArray(np.where(is_unknown, 0, numbers).astype(np.int64), is_unknown)


def _numbers(cells: Iterable[Any], column: ListColumn) -> np.ndarray[Any, np.dtype[np.float64]]:
    try:
        return np.array([_number(cell) for cell in cells], dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise TableMismatchError(f"Column {column.name} holds numbers; the file has others ({error}).") from error


def _number(cell: Any) -> float:
    if _is_unknown(cell):
        return float("nan")
    if isinstance(cell, str) and cell.lower() in _FLAG_WORDS:
        return _FLAG_WORDS[cell.lower()]
    return float(cell)


def _is_unknown(cell: Any) -> bool:
    return cell is None or cell is pd.NA or (isinstance(cell, str) and not cell) or (isinstance(cell, float) and cell != cell)
