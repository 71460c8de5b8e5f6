"""Rows of tables that write names instead of codes, brought to areas by name within province or district."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import pandas as pd


def plain_name(name: object) -> str:
    """A name without case, accents and punctuation; empty for nothing."""
    if name is None or name is pd.NA or name != name:  # NaN is not itself
        return ""
    decomposed = unicodedata.normalize("NFKD", str(name).casefold())
    return " ".join(re.findall(r"\w+", "".join(char for char in decomposed if not unicodedata.combining(char))))


def ids_by_name(areas: pd.DataFrame, table: pd.DataFrame, names: Mapping[str, str], aliases: Mapping[str, str]) -> pd.Series:
    """The area that each row of a table names.

    Parameters
    ----------
    areas : DataFrame, n rows, with ``area_id`` and the fields that are keys of ``names``
    table : DataFrame, m rows
    names : field of the area -> column of the table
        All must agree; compared by :func:`plain_name`.
    aliases : names of a row, joined by " / " in the order of ``names`` -> area_id
        Where a table writes a name that the areas do not have; an alias goes first.

    Returns
    -------
    Series of object, m rows, index of the table
        None where no area has the name, or several have.
    """
    of_area = _joined(areas, list(names))
    is_unique = ~of_area.duplicated(keep=False) & (of_area != "")
    known = dict(zip(of_area[is_unique], areas["area_id"][is_unique], strict=True))
    known |= {" / ".join(plain_name(part) for part in alias.split("/")): area for alias, area in aliases.items()}
    return _joined(table, list(names.values())).map(known).astype("object")


def _joined(rows: pd.DataFrame, columns: list[str]) -> pd.Series:
    """The plain names of each row in one text; empty where one is missing."""
    parts = [rows[name].map(plain_name).astype("object") for name in columns]
    text = parts[0].str.cat(pd.concat(parts[1:], axis=1), sep=" / ") if len(parts) > 1 else parts[0]
    is_whole = pd.concat([part != "" for part in parts], axis=1).all(axis=1)
    return text.where(is_whole, "")
