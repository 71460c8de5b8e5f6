"""Tables keyed by code: CSV, Excel sheets and Parquet, with the codes and numbers of real files.

Everything is read as text first, so that a code keeps its leading zeros; columns become numbers only where every
value is one and none has a leading zero.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, cast

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


def read_table_parts(path: Path, section: LayerSection, columns: Sequence[str] | None, n_rows: int) -> Iterator[pd.DataFrame]:
    """The rows that :func:`read_table` gives, at most ``n_rows`` of the file at a time; sheets of a workbook at once.

    Whether a column holds numbers is known only when all of it was seen, so that a file of several parts is read twice.

    Raises
    ------
    LayerError
        As :func:`read_table`.
    """
    wanted = None if columns is None else list(dict.fromkeys([*columns, *section.where]))
    parts = iter(()) if path.suffix.lower() in SHEET_SUFFIXES else _raw_parts(path, section, wanted, n_rows)
    begin = list(islice(parts, 2))
    if len(begin) < 2:
        yield read_table(path, section, columns)
        return
    numeric = _numeric_columns(chain(begin, parts), section)
    for part in _raw_parts(path, section, wanted, n_rows):
        frame = keep_rows(type_columns(part, section, numeric=numeric), section.where)
        yield frame if columns is None else frame[list(columns)]


def read_raw(path: Path, section: LayerSection) -> pd.DataFrame:
    """All rows and columns of a text table or sheet as they stand, as text; empty cells are missing.

    Raises
    ------
    LayerError
        The file cannot be read as the table that config.yaml describes.
    """
    return _read_text(path, section, None)


def type_columns(frame: pd.DataFrame, section: LayerSection, *, parse: bool = True, numeric: Collection[str] | None = None) -> pd.DataFrame:
    """Give each text column its type: codes cleaned and, with ``parse``, numbers read where every value is one.

    ``numeric`` names the columns of numbers, where the frame is a part of a table that does not show it by itself.
    """
    codes, typed = _codes(section), {}
    for name in frame.columns:
        column = frame[name]
        if name in codes:
            typed[name] = clean_codes(column, section.columns.pad.get(str(name), 0))
        elif parse and _is_text(column):
            numbers = _parse(column, section)
            is_numeric = _holds_numbers(column, numbers) if numeric is None else name in numeric
            typed[name] = numbers if is_numeric else column
        else:
            typed[name] = column
    return pd.DataFrame(typed, index=frame.index)


def _codes(section: LayerSection) -> set[str]:
    return {*section.columns.text, *section.columns.pad, *([section.columns.key] if section.columns.key else [])}


def _parse(column: pd.Series, section: LayerSection) -> pd.Series:
    return parse_numbers(column, decimal=section.decimal, thousands=section.thousands)


def _holds_numbers(column: pd.Series, numbers: pd.Series) -> bool | None:
    """Whether every value of a column of text is a number and none has a leading zero; None where there is no value."""
    is_empty = column.isna() | column.str.strip().str.lower().isin(_MISSING_NUMBERS)
    if is_empty.all():
        return None
    is_code = column.str.match(_LEADING_ZERO).fillna(False).any()
    return not (is_code or (numbers.isna() & ~is_empty).any())


def _numeric_columns(parts: Iterable[pd.DataFrame], section: LayerSection) -> set[str]:
    """Columns that hold numbers in every part that has values of them."""
    codes, found = _codes(section), dict[str, bool]()
    for part in parts:
        for name in part.columns:
            if name not in codes and _is_text(part[name]) and found.get(name, True):
                holds = _holds_numbers(part[name], _parse(part[name], section))
                found.update({} if holds is None else {name: holds})
    return {name for name, holds in found.items() if holds}


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


def _raw_parts(path: Path, section: LayerSection, columns: list[str] | None, n_rows: int) -> Iterator[pd.DataFrame]:
    if path.suffix.lower() in PARQUET_SUFFIXES:
        import pyarrow as pa
        import pyarrow.parquet

        with pyarrow.parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(n_rows, columns=_parquet_columns(path, section, columns)):
                yield pa.Table.from_batches([batch]).to_pandas().reset_index(drop=True)
        return
    with _told_as_layer(path, section), _read_csv(path, section, chunksize=n_rows) as reader:
        for part in reader:
            yield _name_columns(part.reset_index(drop=True), path, section, columns)


def _read_parquet(path: Path, section: LayerSection, columns: list[str] | None) -> pd.DataFrame:
    return pd.read_parquet(path, columns=_parquet_columns(path, section, columns))


def _parquet_columns(path: Path, section: LayerSection, columns: list[str] | None) -> list[str]:
    found = read_columns(path, section)
    require_columns(found, columns or (), f"{path.name} (layer {section.id})")
    return columns or [name for name in found if name not in {"geometry", "geom", "bbox"}]


def _read_text(path: Path, section: LayerSection, columns: list[str] | None, n_rows: int | None = None) -> pd.DataFrame:
    with _told_as_layer(path, section):
        if path.suffix.lower() in SHEET_SUFFIXES:
            sheet = section.layer if section.layer is not None else 0
            frame = pd.read_excel(path, sheet_name=sheet, dtype=str, keep_default_na=False, nrows=n_rows)
        else:
            frame = _read_csv(path, section, nrows=n_rows)
    return _name_columns(frame, path, section, columns)


def _read_csv(path: Path, section: LayerSection, **options: Any) -> Any:
    """The text as a frame, or as a reader of frames where ``chunksize`` is given."""
    encoding = (section.encoding or "utf-8").lower()
    return pd.read_csv(
        path, sep="\t" if path.suffix.lower() == ".tsv" else section.separator, dtype=str, keep_default_na=False, na_values=[""],
        encoding="utf-8-sig" if encoding in {"utf-8", "utf8"} else encoding, **options,
    )  # fmt: skip


def _name_columns(frame: pd.DataFrame, path: Path, section: LayerSection, columns: list[str] | None) -> pd.DataFrame:
    frame.columns = [str(name).strip() for name in frame.columns]
    require_columns(frame.columns, columns or (), f"{path.name} (layer {section.id})")
    return frame if columns is None else frame[columns]


@contextmanager
def _told_as_layer(path: Path, section: LayerSection) -> Iterator[None]:
    """Tell what keeps a file from being read as a table in the words of config.yaml."""
    try:
        yield
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
