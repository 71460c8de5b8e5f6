"""A column of a table, joined to areas by code, or by name where it has none."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.errors import LayerError, name_culprits
from geodata.indicators.measured import Measured, as_numbers, measured
from geodata.indicators.names import ids_by_name
from geodata.indicators.parameters import JoinParameters
from geodata.layers.table import clean_codes

VERSION = 1
"""Raised when the same inputs give other numbers."""


def join(areas: pd.DataFrame, table: pd.DataFrame, key_column: str, parameters: JoinParameters) -> Measured:
    """The value that a table holds under the code of each area, or the count, sum, mean ... of its rows there.

    Codes are compared as text after cleaning (thousands marks and ``.0`` removed); where all codes of the areas are
    digits of one length, the table's codes are padded with zeros to it.

    Parameters
    ----------
    areas : DataFrame, n rows, with the column ``parameters.key``
        The index is kept.
    table : DataFrame with ``key_column`` (or the columns of ``parameters.names``) and ``parameters.column``
        Rows that count; filter them first with :func:`geodata.indicators.measured.select_rows`.
    key_column : str
    parameters : JoinParameters

    Returns
    -------
    Measured, n rows, unit of the column
        NaN where no row has the code. Coverage is 1 where one has, else 0; ``join_rate`` is the share of the table's
        rows whose code is that of an area (NaN-safe: None for an empty table).

    Raises
    ------
    LayerError
        With ``stat: first`` a code stands on several rows; a value to be added up is text.
    """
    codes, keys = _codes(areas, table, key_column, parameters)
    is_match = keys.isin(set(codes.dropna()))
    join_rate = float(is_match.mean()) if len(table) else None
    if parameters.stat == "first":
        _refuse_duplicates(keys[is_match], " and ".join(parameters.names.values()) or key_column)
    per_code = _per_code(table, keys, parameters)
    values = codes.map(per_code).to_numpy("float64", na_value=np.nan)
    found = codes.isin(set(keys.dropna())) & codes.notna()
    return measured(values, found.to_numpy("float64"), areas.index, "joined", "unit of the column", join_rate=join_rate)


def _codes(areas: pd.DataFrame, table: pd.DataFrame, key_column: str, parameters: JoinParameters) -> tuple[pd.Series, pd.Series]:
    """What is compared: of the areas and of the rows; by name where the table holds no code."""
    if parameters.names:
        names = {str(field): column for field, column in parameters.names.items()}
        return areas["area_id"].astype("object"), ids_by_name(areas, table, names, parameters.aliases)
    codes = clean_codes(areas[parameters.key])
    return codes, clean_codes(table[key_column], _common_length(codes))


def _common_length(codes: pd.Series) -> int:
    known = codes.dropna()
    lengths = known.str.len().unique()
    return int(lengths[0]) if len(lengths) == 1 and bool(known.str.fullmatch(r"\d+").all()) else 0


def _refuse_duplicates(keys: pd.Series, key_column: str) -> None:
    twice = sorted(keys[keys.duplicated()].unique())
    if twice:
        raise LayerError(
            f"Column {key_column!r} must hold each code once; {len(twice)} stand on several rows ({name_culprits(twice)}).",
            "Remove the repeated rows, filter them with where, or gather them with stat: count, sum, mean, min or max.",
        )


def _per_code(table: pd.DataFrame, keys: pd.Series, parameters: JoinParameters) -> pd.Series:
    if parameters.stat == "count" or parameters.column is None:
        return keys.value_counts().astype("float64")
    values = pd.Series(as_numbers(table[parameters.column], "join"), index=keys.index)
    groups = values.groupby(keys)
    if parameters.stat == "sum":
        return groups.sum(min_count=1)
    if parameters.stat == "mean":
        return groups.mean()
    if parameters.stat == "min":
        return groups.min()
    return groups.max() if parameters.stat == "max" else groups.first()
