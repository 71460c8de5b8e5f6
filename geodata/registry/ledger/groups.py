"""Rows of the ledger by province, treaty or category; an area that went from one to the other is a transfer between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pandas import DataFrame, Series

from geodata.registry.ledger.result import ASIDE, GAINS, LOSSES, Grouping
from geodata.schema.codes import NOT_STATED
from geodata.schema.records import CODE_SEPARATOR

_APMBC = ("AP_MINE", "AP_MINE_IMPROVISED")
_SUMS = [*GAINS, *LOSSES, *ASIDE]
_COUNTS = ["n_areas", "n_size_unknown"]
Names = tuple[str, ...]


class Ends(NamedTuple):
    """Areas as they stood before the first and on the last day, indexed by id."""

    opening: GeoDataFrame
    closing: GeoDataFrame


def group_rows(table: DataFrame, unknown: Series, ends: Ends, by: Grouping) -> DataFrame:
    """The rows of a ledger, from one row an area.

    Parameters
    ----------
    table : DataFrame
        Terms by area, and ``imbalance_m2``.
    unknown : Series of bool
        Areas whose size is not known.
    """
    marked = table.assign(n_areas=1, n_size_unknown=unknown.astype(int))
    if by == "area_id":
        return marked[[*_SUMS, "imbalance_m2", *_COUNTS]].rename_axis("area_id").reset_index()
    sums = _by_group(marked, ends, by).groupby(by, sort=True)[[*_SUMS, *_COUNTS]].sum()
    sums["imbalance_m2"] = sums[list(GAINS)].sum(axis=1) - sums[list(LOSSES)].sum(axis=1)
    return sums.reset_index()[[by, *_SUMS, "imbalance_m2", *_COUNTS]]


def _by_group(marked: DataFrame, ends: Ends, by: Grouping) -> DataFrame:
    """One row for each area and each group it stands in."""
    if by == "all":
        return marked.assign(all="*")
    after = _after(marked, ends, by)
    before = after.copy()
    there = ends.opening.index.intersection(marked.index)
    before[marked.index.isin(there)] = _groups(ends.opening.loc[there], by).reindex(marked.index[marked.index.isin(there)]).to_numpy()
    moved = (before != after) & ~(marked.opening_m2 == 0)
    whole = marked[~moved].assign(**{by: after[~moved]}).explode(by)
    parts = [_moved(marked.iloc[row], before.iloc[row], after.iloc[row], by) for row in np.flatnonzero(moved)]
    return pd.concat([whole, *parts]) if parts else whole


def _after(marked: DataFrame, ends: Ends, by: Grouping) -> Series:
    """Groups on the last day (or the last that is known) of each row."""
    latest = pd.concat([ends.opening.loc[ends.opening.index.difference(ends.closing.index)], ends.closing])
    if by in ("admin1", "admin2"):
        return Series([(name,) for name in marked[by].fillna("")], index=marked.index, dtype=object)
    found = _groups(latest, by)
    return Series([found.get(name, (NOT_STATED,)) for name in marked.index], index=marked.index, dtype=object)


def _groups(areas: GeoDataFrame, by: Grouping) -> Series:
    name: Callable[[object], Names] = {"treaty": treaties_of, "eo_category": categories_of}.get(by, _place)
    column = areas[by].fillna("") if by in areas.columns else areas.eo_categories
    return Series([name(value) for value in column], index=areas.index, dtype=object)


def _place(name: object) -> Names:
    return (str(name),)


def _moved(row: Series, before: Names, after: Names, by: Grouping) -> DataFrame:
    """The rows of one area whose groups changed: out of those it left, into those it came to, as it is in those where it stayed."""
    said = {str(key): value for key, value in row.items()}
    held = said["opening_m2"]
    left = said | dict.fromkeys([*_SUMS, "n_size_unknown"], 0.0) | {"opening_m2": held, "transferred_out_m2": held}
    came = said | {"opening_m2": 0.0, "transferred_in_m2": said["transferred_in_m2"] + held}
    out = [left | {by: name} for name in before if name not in after]
    return DataFrame([*out, *((said if name in before else came) | {by: name} for name in after)])


def categories_of(categories: object) -> Names:
    """Categories of explosive ordnance of an area, ``not_stated`` where none is."""
    if not isinstance(categories, str) or not categories:
        return (NOT_STATED,)
    return tuple(sorted(set(categories.split(CODE_SEPARATOR))))


def treaties_of(categories: object) -> Names:
    """Treaties under which an area falls by its categories."""
    codes = categories_of(categories)
    if codes == (NOT_STATED,):
        return codes
    found = tuple(name for name, members in (("APMBC", _APMBC), ("CCM", ("CMR",))) if set(members) & set(codes))
    return found or ("neither",)
