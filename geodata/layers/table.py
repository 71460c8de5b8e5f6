"""Tables keyed by code: CSV, Excel sheets and Parquet, with the codes and numbers of real files.

Everything is read as text first, so that a code keeps its leading zeros; columns become numbers only where every
value is one and none has a leading zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from geodata.errors import LayerError, name_culprits
from geodata.schema.config import LayerSection

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
SHEET_SUFFIXES = (".xlsx", ".xlsm")
PARQUET_SUFFIXES = (".parquet", ".geoparquet", ".pq")
_MISSING_NUMBERS = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "--"})
_GROUPED_CODE = re.compile(r"^\d{1,3}(?:[,. \u00a0\u202f]\d{3})+$")
_LEADING_ZERO = re.compile(r"^-?0\d")


class TableLayer:
    """A table without geometry, joined by a code.

    Parameters
    ----------
    section : LayerSection
        What config.yaml says of it.
    folder : Path
        The programme's folder; ``section.path`` is relative to it.
    """

    def __init__(self, section: LayerSection, folder: Path) -> None:
        self.section = section
        self.path = folder / section.path

    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in the order of the file."""
        return read_columns(self.path, self.section)

    def read(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The rows that ``where`` keeps, typed; see :func:`read_table`."""
        return read_table(self.path, self.section, columns)


def read_columns(path: Path, section: LayerSection) -> tuple[str, ...]:
    """Names of the columns of a table, in the order of the file.

    Raises
    ------
    LayerError
        The file cannot be read as the table that config.yaml describes.
    """
    if path.suffix.lower() in PARQUET_SUFFIXES:
        import pyarrow.parquet

        return tuple(cast("list[str]", pyarrow.parquet.read_schema(path).names))
    return tuple(str(name) for name in _read_text(path, section, None, n_rows=0).columns)


def read_table(path: Path, section: LayerSection, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a table: codes as text, numbers as float64, rows as ``section.where`` keeps them.

    Parameters
    ----------
    path : Path
        CSV, TSV, XLSX or Parquet.
    section : LayerSection
        Separator, encoding, marks, text columns, padding and row filter.
    columns : sequence of str, optional
        Columns wanted; all where absent.

    Returns
    -------
    DataFrame
        RangeIndex; text columns hold ``None`` where empty, numbers NaN.

    Raises
    ------
    LayerError
        The file cannot be read, or a column is not there.
    """
    wanted = None if columns is None else list(dict.fromkeys([*columns, *section.where]))
    if path.suffix.lower() in PARQUET_SUFFIXES:
        frame = _read_parquet(path, section, wanted)
    else:
        frame = _read_text(path, section, wanted)
    frame = type_columns(frame, section)
    frame = keep_rows(frame, section.where)
    return frame if columns is None else frame[list(columns)]


def read_raw(path: Path, section: LayerSection) -> pd.DataFrame:
    """All rows and columns of a text table or sheet as they stand, as text; empty cells are missing.

    Raises
    ------
    LayerError
        The file cannot be read as the table that config.yaml describes.
    """
    return _read_text(path, section, None)


def type_columns(frame: pd.DataFrame, section: LayerSection, *, parse: bool = True) -> pd.DataFrame:
    """Give each text column its type: codes cleaned and, with ``parse``, numbers read where every value is one."""
    as_text = {*section.columns.text, *section.columns.pad}
    if section.columns.key:
        as_text.add(section.columns.key)
    typed = {}
    for name in frame.columns:
        column = frame[name]
        if name in as_text:
            typed[name] = clean_codes(column, section.columns.pad.get(str(name), 0))
        elif parse and _is_text(column):
            numbers = parse_numbers(column, decimal=section.decimal, thousands=section.thousands)
            is_code = column.str.match(_LEADING_ZERO).fillna(False).any()
            empty = column.isna() | column.str.strip().str.lower().isin(_MISSING_NUMBERS)
            typed[name] = column if is_code or empty.all() or (numbers.isna() & ~empty).any() else numbers
        else:
            typed[name] = column
    return pd.DataFrame(typed, index=frame.index)


def parse_numbers(text: pd.Series, *, decimal: str = ".", thousands: str | None = None) -> pd.Series:
    """Numbers written as text; a thousands mark counts only in groups of three digits.

    Returns
    -------
    Series of float64, same index
        NaN where the text is empty or no number. ``"2,006"`` is 2006 where the decimal mark is a point.
    """
    marks = re.escape(thousands) if thousands else ("[, \u00a0\u202f]" if decimal == "." else "[. \u00a0\u202f]")
    grouped = re.compile(rf"^[+-]?\d{{1,3}}(?:{marks}\d{{3}})+(?:{re.escape(decimal)}\d*)?$")
    plain = text.astype("str").str.strip()
    is_grouped = plain.str.match(grouped).fillna(False)
    plain = plain.where(~is_grouped, plain.str.replace(re.compile(marks), "", regex=True))
    if decimal != ".":
        plain = plain.str.replace(".", "?", regex=False).str.replace(decimal, ".", regex=False)
    numbers = pd.to_numeric(plain, errors="coerce").astype("float64")
    return numbers.where(np.isfinite(numbers))


def clean_codes(codes: pd.Series, pad: int = 0) -> pd.Series:
    """Codes as text: trimmed, without thousands marks or a trailing ``.0``, padded with zeros.

    >>> clean_codes(pd.Series(["5,313", " 05002", "7.0"]), 5).tolist()
    ['05313', '05002', '00007']
    """
    text = codes.astype("str").str.strip()
    is_grouped = text.str.match(_GROUPED_CODE).fillna(False)
    text = text.where(~is_grouped, text.str.replace(r"\D", "", regex=True))
    text = text.str.replace(r"^(\d+)\.0+$", r"\1", regex=True)
    if pad:
        is_number = text.str.fullmatch(r"\d+").fillna(False)
        text = text.where(~is_number, text.str.zfill(pad))
    return text.where(text != "")


def keep_rows(frame: pd.DataFrame, where: dict[str, tuple[str | int | float, ...]]) -> pd.DataFrame:
    """Rows whose column holds one of the listed values, compared as text (1, 1.0 and "1" are equal)."""
    for name, values in where.items():
        frame = frame[holds_one_of(frame[name], values)]
    return frame.reset_index(drop=True) if where else frame


def holds_one_of(column: pd.Series, values: Iterable[str | int | float]) -> np.ndarray:
    """Boolean per row: its value is one of the listed, compared as text (1, 1.0 and "1" are equal)."""
    wanted = {_as_text(value) for value in values}
    position, found = pd.factorize(column.astype("object"), use_na_sentinel=True)
    is_wanted = np.array([_as_text(value) in wanted for value in found] + [False], dtype=bool)
    return np.asarray(is_wanted[position])


def require_columns(found: Iterable[str], wanted: Iterable[str], where: str) -> None:
    """Refuse a layer that lacks columns, naming them all.

    Raises
    ------
    LayerError
    """
    found = tuple(found)
    missing = [name for name in dict.fromkeys(wanted) if name not in found]
    if missing:
        raise LayerError(
            f"{where} has no column {name_culprits(missing)}; it has {', '.join(map(str, found))}.",
            "Correct the column name in config.yaml.",
        )


def _as_text(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | float | np.number) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _is_text(column: pd.Series) -> bool:
    return bool(pd.api.types.is_string_dtype(column.dtype) or pd.api.types.is_object_dtype(column.dtype)) and bool(
        column.dropna().map(lambda value: isinstance(value, str)).all()
    )


def _read_parquet(path: Path, section: LayerSection, columns: list[str] | None) -> pd.DataFrame:
    found = read_columns(path, section)
    require_columns(found, columns or (), f"{path.name} (layer {section.id})")
    geometry = [name for name in found if name in {"geometry", "geom", "bbox"}]
    return pd.read_parquet(path, columns=columns or [name for name in found if name not in geometry])


def _read_text(path: Path, section: LayerSection, columns: list[str] | None, n_rows: int | None = None) -> pd.DataFrame:
    try:
        if path.suffix.lower() in SHEET_SUFFIXES:
            sheet = section.layer if section.layer is not None else 0
            frame = pd.read_excel(path, sheet_name=sheet, dtype=str, keep_default_na=False, nrows=n_rows)
        else:
            encoding = (section.encoding or "utf-8").lower()
            frame = pd.read_csv(
                path, sep="\t" if path.suffix.lower() == ".tsv" else section.separator, dtype=str, nrows=n_rows,
                encoding="utf-8-sig" if encoding in {"utf-8", "utf8"} else encoding, keep_default_na=False,
                na_values=[""],
            )  # fmt: skip
    except UnicodeDecodeError as error:
        raise LayerError(
            f"{path.name} (layer {section.id}) is not {error.encoding} text (byte {error.start}).",
            f"Set layers.{section.id}.encoding in config.yaml, for example latin-1 or cp1252.",
        ) from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError, LookupError, OSError) as error:
        raise LayerError(
            f"{path.name} (layer {section.id}) cannot be read as a table: {error}.",
            "Check path, layer, separator and encoding of this layer in config.yaml.",
        ) from error
    frame.columns = [str(name).strip() for name in frame.columns]
    require_columns(frame.columns, columns or (), f"{path.name} (layer {section.id})")
    return frame if columns is None else frame[columns]
