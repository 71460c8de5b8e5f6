"""A column of the area's own record as a number."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from geodata.errors import LayerError
from geodata.indicators.measured import Measured, as_numbers, measured, parse_days
from geodata.indicators.parameters import FieldParameters

VERSION = 1
"""Raised when the same inputs give other numbers."""

_DAYS_A_YEAR = 365.25


def field(records: pd.DataFrame, parameters: FieldParameters, as_of: dt.date | None) -> Measured:
    """A number, a yes or no (1, 0), a mapped code, or the years that a date lies before ``as_of``.

    Several codes in one value (``AP_MINE;UXO``) give the greatest of their numbers.

    Parameters
    ----------
    records : DataFrame, n rows, with the column ``parameters.field``
        The index is kept.
    parameters : FieldParameters
    as_of : date, optional
        Reference day of the programme; needed for dates.

    Returns
    -------
    Measured, n rows
        NaN where the record says nothing, or a code that the map does not name. Coverage has no meaning (NaN).

    Raises
    ------
    LayerError
        There is no such column, it holds text and ``map`` is empty, or it holds dates and there is no reference day.
    """
    if parameters.field not in records.columns:
        known = ", ".join(str(name) for name in records.columns if name != "geometry")
        raise LayerError(f"Records have no field {parameters.field!r}; they have {known}.", "Correct parameters.field.")
    column = records[parameters.field]
    values = _mapped(column, parameters.map) if parameters.map else _plain(column, as_of)
    return measured(values, np.full(len(records), np.nan), records.index, parameters.field, "unit of the field")


def _mapped(column: pd.Series, numbers: dict[str, float]) -> np.ndarray:
    def number_of(value: object) -> float:
        if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
            return np.nan
        text = str(value).lower() if isinstance(value, bool | np.bool_) else str(value)
        found = [numbers[code] for code in (part.strip() for part in text.split(";")) if code in numbers]
        return max(found) if found else np.nan

    return np.array([number_of(value) for value in column], dtype="float64")


def _plain(column: pd.Series, as_of: dt.date | None) -> np.ndarray:
    if column.isna().all():
        return np.full(len(column), np.nan)
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype):
        return as_numbers(column, "field")
    if column.dropna().map(lambda value: isinstance(value, bool | np.bool_ | int | float | np.number)).all():
        return pd.to_numeric(column, errors="coerce").to_numpy("float64")
    if pd.api.types.is_datetime64_any_dtype(column.dtype) or _looks_like_dates(column):
        if as_of is None:
            raise LayerError("Years before the reference day need one.", "Set programme.data_until in config.yaml.")
        days, _ = parse_days(column)
        return np.asarray((pd.Timestamp(as_of) - days).dt.total_seconds() / 86_400 / _DAYS_A_YEAR, dtype="float64")
    return as_numbers(column, "field")


def _looks_like_dates(column: pd.Series) -> bool:
    known = column.dropna().astype("str").str.strip()
    known = known[known != ""]
    return bool(len(known)) and bool(known.str.match(r"^\d{4}-\d{2}-\d{2}").all())
