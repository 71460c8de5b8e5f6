"""Terms of the ledger from the changes of each area, one change after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pandas import DataFrame, Series

from geodata.registry.base import Change, RecordChange
from geodata.registry.ledger.result import DONE, TRANSFERS


def enter_changes(
    table: DataFrame, opening: GeoDataFrame, size_before: Series, changes: Sequence[RecordChange], outlines: NDArray[np.float64]
) -> Series:
    """Walk through the changes of each area and enter each change of size or status as its own term.

    Parameters
    ----------
    table : DataFrame, changed in place
    outlines : array of float
        Measured size of the outline that each change brought, NaN where none.

    Returns
    -------
    Size of each area that was first recorded as closed or released.
    """
    has_outline = opening.geometry.geom_type.isin(["Polygon", "MultiPolygon"])
    stood = zip(opening.index, opening.status, size_before, has_outline, strict=True)
    known = {str(name): (str(status), float(size), bool(outlined)) for name, status, size, outlined in stood}
    entries: dict[tuple[str, str], float] = {}
    found_done: dict[str, float] = {}
    for change, outline in zip(changes, outlines, strict=True):
        status, size, is_measured = known.get(change.record_id, ("", np.nan, False))
        new_status = str(change.changes["status"].new) if "status" in change.changes else status
        new_size = float(outline) if not np.isnan(outline) else size if is_measured else _stated(change.changes, size)
        if change.action == "add" and new_status in DONE:
            found_done[change.record_id] = new_size
        for term, amount in change_terms(change, status, new_status, size, new_size):
            key = (change.record_id, term)
            entries[key] = entries.get(key, 0.0) + amount
        known[change.record_id] = (new_status, new_size, is_measured or not np.isnan(outline))
    if entries:
        index = pd.MultiIndex.from_tuples(list(entries), names=["area_id", "term"])
        wide = Series(list(entries.values()), index=index).unstack(fill_value=0).reindex(table.index, fill_value=0.0)
        for term in wide.columns:
            table[str(term)] = table[str(term)] + wide[term]
    return Series(found_done, dtype=float)


def change_terms(change: RecordChange, status: str, new_status: str, size: float, new_size: float) -> list[tuple[str, float]]:
    """The terms that one change enters; sizes in m2, NaN unknown."""
    was, now = status not in DONE, new_status not in DONE
    if change.action == "add":
        term = "transferred_in_m2" if change.kind in TRANSFERS else "newly_recorded_m2"
        return [(term, new_size)] if now else []
    if not was:
        return [("reopened_m2", new_size)] if now else []
    if not now and change.kind in TRANSFERS:
        return [("transferred_out_m2", size)]
    grown = new_size - size
    if np.isnan(grown) or grown == 0:
        return []
    if not now and change.kind not in ("extended", "remeasured"):
        return []
    return [_size_term(change.kind, grown)]


def _size_term(kind: str, grown: float) -> tuple[str, float]:
    """The term of a size that changed while the area was open."""
    if kind == "extended" and grown > 0:
        return ("extended_m2", grown)
    if kind == "remeasured":
        return ("remeasured_m2", grown)
    if kind in TRANSFERS:
        return ("transferred_in_m2", grown) if grown > 0 else ("transferred_out_m2", -grown)
    return ("unexplained_m2", grown)


def _stated(changes: Mapping[str, Change], size: float) -> float:
    """The stated size after a change, which counts while there is no outline."""
    stated = changes.get("area_stated_m2")
    return size if stated is None else np.nan if stated.new is None else float(stated.new)
