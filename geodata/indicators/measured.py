"""What a method returns, and which rows of a layer it counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.errors import CrsError, LayerError, name_culprits
from geodata.indicators.parameters import RowFilter
from geodata.layers.table import keep_rows, parse_numbers

SEGMENTS_A_QUARTER = 16
"""Edges of a quarter circle in a buffer; its area is 0.2 % less than the circle's."""


@dataclass(frozen=True)
class Measured:
    """One value an area, and how much of the area it speaks of.

    Attributes
    ----------
    values : Series of float64, index of the areas
        NaN = unknown.
    coverage : Series of float64, same index
        Share 0..1 of the area that the layer covers; NaN where that has no meaning.
    unit : str
        Unit of the values.
    join_rate : float, optional
        Share 0..1 of the layer's rows that found an area, where the method joins rows to areas.
    """

    values: pd.Series
    coverage: pd.Series
    unit: str
    join_rate: float | None = None

    def named(self, name: str) -> Measured:
        """The same under another name."""
        return replace(self, values=self.values.rename(name), coverage=self.coverage.rename(name))


def measured(
    values: np.ndarray, coverage: np.ndarray, index: pd.Index, name: str, unit: str, *, join_rate: float | None = None
) -> Measured:
    """Put arrays in the order of ``index`` into a :class:`Measured`."""
    return Measured(
        pd.Series(values, index=index, name=name, dtype="float64"),
        pd.Series(coverage, index=index, name=name, dtype="float64"),
        unit,
        join_rate,
    )


def require_metres(areas: gpd.GeoDataFrame, features: gpd.GeoDataFrame | None = None) -> None:
    """Refuse areas whose CRS is not in metres, or features in another CRS.

    Raises
    ------
    CrsError
    """
    if areas.crs is None or not areas.crs.is_projected or areas.crs.axis_info[0].unit_conversion_factor != 1.0:
        found = "none" if areas.crs is None else areas.crs.name
        raise CrsError(f"Areas must be in a projected CRS in metres; found {found}.", "Reproject them before measuring.")
    if features is not None and features.crs != areas.crs:
        found = "none" if features.crs is None else features.crs.name
        raise CrsError(f"Areas are in {areas.crs.name}, features in {found}; they must be equal.", "Reproject the features.")


def has_place(areas: gpd.GeoDataFrame) -> np.ndarray:
    """Boolean per area: it has a geometry that is not empty."""
    geometry = areas.geometry.to_numpy()
    return np.asarray(~(shapely.is_missing(geometry) | shapely.is_empty(geometry)))


def select_rows(rows: pd.DataFrame, chosen: RowFilter, as_of: dt.date) -> pd.DataFrame:
    """The rows of a layer that a filter keeps; a row without a date is in no window.

    Parameters
    ----------
    rows : DataFrame
    chosen : RowFilter
    as_of : date
        Day that ``last_years`` counts back from.

    Raises
    ------
    LayerError
        The date column holds something that is neither a day nor a year.
    """
    rows = keep_rows(rows, chosen.where)
    since, until = chosen.window(as_of)
    if chosen.date_column is None or (since is None and until is None):
        return rows
    first, last = parse_days(rows[chosen.date_column])
    inside = first.notna()
    if since is not None:
        inside &= first >= pd.Timestamp(since)
    if until is not None:
        inside &= last <= pd.Timestamp(until)
    return rows[inside].reset_index(drop=True)


def parse_days(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """First and last day that each value stands for; a year stands for all of its days.

    Returns
    -------
    two Series of datetime64, same index; NaT where empty

    Raises
    ------
    LayerError
        A value is neither a day (ISO 8601) nor a year 1800 to 2200.
    """
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        days = pd.to_datetime(column, utc=True).dt.tz_localize(None)
        return days, days
    text = column.astype("str").str.strip()
    is_empty = column.isna() | text.isin(["", "NaT", "None", "nan"])
    years = parse_numbers(text)
    is_year = years.between(1800, 2200) & (years % 1 == 0)
    first = pd.to_datetime(text.where(~is_year & ~is_empty), errors="coerce", format="ISO8601", utc=True).dt.tz_localize(None)
    last = first.copy()
    if is_year.any():
        year_text = years[is_year].astype("int64").astype("str")
        first = first.astype("datetime64[s]")
        last = last.astype("datetime64[s]")
        first[is_year] = pd.to_datetime(year_text + "-01-01").astype("datetime64[s]")
        last[is_year] = pd.to_datetime(year_text + "-12-31").astype("datetime64[s]")
    wrong = column[first.isna() & ~is_empty]
    if len(wrong):
        raise LayerError(
            f"Column {column.name!r} must hold days (2014-03-31) or years (2014); found {name_culprits(wrong.unique())}.",
            "Correct the values, or name another date_column.",
        )
    return first, last


def as_numbers(column: pd.Series, where: str) -> np.ndarray:
    """A column as float64, NaN where empty.

    Raises
    ------
    LayerError
        Some values are no numbers.
    """
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype):
        plain = pd.to_numeric(column, errors="coerce").astype("float64").to_numpy()
        return np.where(np.isfinite(plain), plain, np.nan)
    numbers = parse_numbers(column)
    text = column.astype("str").str.strip().str.lower()
    wrong = column[numbers.isna() & column.notna() & ~text.isin(["", "na", "n/a", "nan", "null", "none", "-", "--"])]
    if len(wrong):
        raise LayerError(
            f"{where}: column {column.name!r} must hold numbers; found {name_culprits(map(repr, wrong.unique()))}.",
            "Correct the values, or name another column.",
        )
    return np.asarray(numbers, dtype="float64")
