"""The land-release ledger: what was suspected, what was added, what was released and how, what remains, and what does not add up.

For each area and period: opening + newly recorded + extended + reopened + transferred in + remeasured = cancelled + reduced + cleared +
transferred out + closing. A term comes from an event that says so: a size that changed without a reason stays in the imbalance,
where it is named. Cancelled, reduced and cleared land comes from release products and is never merged. SHA to CHA is a flow of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pandas import DataFrame, Series
from pyproj import CRS

from geodata.geometry.area import measured_area_m2
from geodata.geometry.crs import measuring_crs
from geodata.ingest.findings import Finding, finding
from geodata.registry.base import Change, RecordChange, Registry

Grouping = Literal["area_id", "admin1", "admin2", "treaty", "all"]
GAINS = ("opening_m2", "newly_recorded_m2", "extended_m2", "reopened_m2", "transferred_in_m2", "remeasured_m2")
LOSSES = ("cancelled_m2", "reduced_m2", "cleared_m2", "transferred_out_m2", "closing_m2")
_DONE = ("closed", "released")
_TRANSFERS = ("transferred", "split", "merged")
_APMBC = ("AP_MINE", "AP_MINE_IMPROVISED")
_TOLERANCE_SHARE = 0.005


@dataclass(frozen=True)
class Ledger:
    """A ledger of one period.

    Attributes
    ----------
    table : DataFrame
        One row a group: the terms in m2 (losses positive), ``imbalance_m2`` (gains less losses), ``sha_to_cha_m2``, ``n_areas``, and
        ``n_size_unknown`` (areas that are in no sum, because neither outline nor stated size is known).
    findings : tuple of Finding
        Which areas do not balance, and why.
    """

    table: DataFrame
    findings: tuple[Finding, ...]


def land_release_ledger(
    registry: Registry,
    first: dt.date,
    last: dt.date,
    *,
    known: dt.datetime | None = None,
    by: Grouping = "admin1",
    crs_setting: str = "auto",
) -> Ledger:
    """The ledger of a period.

    Parameters
    ----------
    first, last : date
        The period, both days in it.
    known : datetime or None
        Only what was known by then, so that last year's table prints again.
    by : str
        ``area_id``, ``admin1``, ``admin2``, ``all``, or ``treaty``: APMBC (AP mines, improvised ones included), CCM (cluster munition
        remnants), neither, not stated. An area with both stands under both, so that treaties must not be added up.
    crs_setting : str
        ``programme.crs``, in which outlines are measured.
    """
    before = first - dt.timedelta(days=1)
    opening, closing = (_areas(registry, day, known) for day in (before, last))
    changes = registry.changes("hazard_areas", after=before, until=last, known=known)
    shapes = [opening.geometry.to_numpy(), closing.geometry.to_numpy(), shapely.from_wkb(np.array([c.outline for c in changes], object))]
    crs = measuring_crs(crs_setting, np.concatenate(shapes)) if any((shapely.get_dimensions(s) == 2).any() for s in shapes) else None
    sizes = [_sizes(frame, crs) for frame in (opening, closing)]
    outlines = measured_area_m2(shapes[2], crs) if len(changes) else np.empty(0)
    table = _open_and_close(opening, closing, *sizes)
    _enter_changes(table, opening, sizes[0], changes, outlines)
    table = _enter_products(table, registry.read("release_products", as_of=last, known=known), before)
    unknown = table[["opening_m2", "closing_m2", "newly_recorded_m2", "reopened_m2"]].isna().any(axis=1)
    table["imbalance_m2"] = table[list(GAINS)].sum(axis=1) - table[list(LOSSES)].sum(axis=1)
    table.loc[unknown, "imbalance_m2"] = np.nan
    return Ledger(_grouped(table, unknown, by), tuple(_reasons(table, unknown)))


def _areas(registry: Registry, day: dt.date, known: dt.datetime | None) -> GeoDataFrame:
    frame = registry.read("hazard_areas", as_of=day, known=known)
    assert isinstance(frame, GeoDataFrame)
    return frame.set_index("area_id", drop=False)


def _sizes(areas: GeoDataFrame, crs: CRS | None) -> Series:
    """Measured size, or the stated one where there is no outline; NaN where neither is known."""
    measured = measured_area_m2(areas.geometry.to_numpy(), crs) if len(areas) else np.empty(0)
    return Series(measured, index=areas.index, dtype=float).fillna(areas.area_stated_m2)


def _open_and_close(opening: GeoDataFrame, closing: GeoDataFrame, size_before: Series, size_after: Series) -> DataFrame:
    """One row an area, with opening and closing; released land counts as none, an unknown size stays unknown."""
    ids = opening.index.union(closing.index).sort_values()
    table = DataFrame(0.0, index=ids, columns=[*GAINS, *LOSSES, "sha_to_cha_m2", "unexplained_m2"])
    for name, frame, size in (("opening_m2", opening, size_before), ("closing_m2", closing, size_after)):
        still = ~frame.status.isin(_DONE)
        table.loc[frame.index[still], name] = size[still]
    latest = pd.concat([opening.loc[opening.index.difference(closing.index)], closing])
    for column in ("admin1", "admin2", "eo_categories"):
        table[column] = latest[column].reindex(ids)
    was, now = opening.hazard_type.reindex(ids), closing.hazard_type.reindex(ids)
    confirmed = (was == "SHA") & (now == "CHA")
    table.loc[confirmed, "sha_to_cha_m2"] = size_after.reindex(ids)[confirmed]
    return table


def _enter_changes(
    table: DataFrame, opening: GeoDataFrame, size_before: Series, changes: list[RecordChange], outlines: NDArray[np.float64]
) -> None:
    """Walk through the changes of each area and enter each change of size or status as its own term."""
    known = {str(i): (str(s), float(z)) for i, s, z in zip(opening.index, opening.status, size_before, strict=True)}
    entries: dict[tuple[str, str], float] = {}
    for change, outline in zip(changes, outlines, strict=True):
        status, size = known.get(change.record_id, ("", np.nan))
        new_status = str(change.changes["status"].new) if "status" in change.changes else status
        new_size = _size_after(change.changes, float(outline), size)
        for term, amount in _terms(change, status, new_status, size, new_size):
            key = (change.record_id, term)
            entries[key] = entries.get(key, 0.0) + amount
        known[change.record_id] = (new_status, new_size)
    if entries:
        index = pd.MultiIndex.from_tuples(list(entries), names=["area_id", "term"])
        wide = Series(list(entries.values()), index=index).unstack(fill_value=0).reindex(table.index, fill_value=0.0)
        for term in wide.columns:
            table[str(term)] = table[str(term)] + wide[term]


def _size_after(changes: Mapping[str, Change], outline: float, size: float) -> float:
    if not np.isnan(outline):
        return outline
    stated = changes.get("area_stated_m2")
    new = stated.new if stated is not None and "geometry" not in changes and np.isnan(size) else None
    return float(new) if new is not None else size


def _terms(change: RecordChange, status: str, new_status: str, size: float, new_size: float) -> list[tuple[str, float]]:
    """The terms that one change enters."""
    was, now = status not in _DONE, new_status not in _DONE
    if change.action == "add":
        term = "transferred_in_m2" if change.kind in _TRANSFERS else "newly_recorded_m2"
        return [(term, new_size)] if now else []
    if not was and now:
        return [("reopened_m2", new_size)]
    if was and not now:
        return [("transferred_out_m2", size)] if change.kind in _TRANSFERS else []
    grown = new_size - size
    if not (was and now) or np.isnan(grown) or grown == 0:
        return []
    if change.kind == "extended" and grown > 0:
        return [("extended_m2", grown)]
    if change.kind == "remeasured":
        return [("remeasured_m2", grown)]
    if change.kind in _TRANSFERS:
        return [("transferred_in_m2", grown)] if grown > 0 else [("transferred_out_m2", -grown)]
    return [("unexplained_m2", grown)]


def _enter_products(table: DataFrame, products: DataFrame, before: dt.date) -> DataFrame:
    """The table with the land released in the period, by how it was released; products of no known area get a row of their own."""
    part = products[(products.date > pd.Timestamp(before)) & products.kind.notna()]
    if not len(part):
        return table
    sums = part.assign(area_id=part.area_id.fillna("")).groupby(["area_id", "kind"]).area_m2.sum(min_count=1).unstack(fill_value=0)
    strangers = sums.index.difference(table.index)
    whole = table.reindex(table.index.union(strangers))
    terms = [*GAINS, *LOSSES, "sha_to_cha_m2", "unexplained_m2"]
    whole.loc[strangers, terms] = 0.0
    for kind in sums.columns:
        whole[f"{kind}_m2"] = sums[kind].reindex(whole.index, fill_value=0.0)
    return whole


def _treaties(categories: object) -> list[str]:
    if not isinstance(categories, str) or not categories:
        return ["not stated"]
    codes = categories.split(";")
    found = [name for name, members in (("APMBC", _APMBC), ("CCM", ("CMR",))) if set(members) & set(codes)]
    return found or ["neither"]


def _grouped(table: DataFrame, unknown: Series, by: Grouping) -> DataFrame:
    terms = [*GAINS, *LOSSES, "imbalance_m2", "sha_to_cha_m2"]
    marked = table.assign(n_areas=1, n_size_unknown=unknown.astype(int))
    if by == "area_id":
        return marked[[*terms, "n_areas", "n_size_unknown"]].rename_axis("area_id").reset_index()
    if by == "treaty":
        marked = marked.assign(treaty=marked.eo_categories.map(_treaties)).explode("treaty")
    elif by == "all":
        marked = marked.assign(all="*")
    else:
        marked[by] = marked[by].fillna("")
    return marked.groupby(by, sort=True)[[*terms, "n_areas", "n_size_unknown"]].sum().reset_index()


def _reasons(table: DataFrame, unknown: Series) -> list[Finding]:
    """Why areas do not balance, one finding a reason."""
    off = table.imbalance_m2.abs() > np.maximum(1.0, _TOLERANCE_SHARE * table[list(GAINS)].sum(axis=1))
    released = table[["cancelled_m2", "reduced_m2", "cleared_m2"]].sum(axis=1)
    ended = (table.closing_m2 == 0) & (table[list(GAINS)].sum(axis=1) > 0)
    reasons = (
        ("ledger_no_product", off & ended & (released == 0), "were closed without a release product that says how"),
        ("ledger_size_changed", off & (table.unexplained_m2 != 0), "changed in size without a reason (extended, remeasured, transferred)"),
        ("ledger_released_less", off & ended & (released > 0) & (table.imbalance_m2 > 0), "were closed with less released than they held"),
        ("ledger_released_more", off & (table.imbalance_m2 < 0) & (released > 0), "had more released than they held"),
        ("ledger_still_open", off & ~ended & (released > 0) & (table.unexplained_m2 == 0), "had land released, but kept their size"),
    )
    found, explained = [], Series(False, index=table.index)
    for code, rows, text in reasons:
        here = rows & ~explained
        explained |= here
        if here.any():
            total = float(table.imbalance_m2[here].sum())
            names = [str(name) or "(no area)" for name in table.index[here]]
            found.append(
                finding(code, "warning", names, f"{{n}} areas {text} ({{culprits}}): {total:+,.0f} m2.", "Mend records or say why.")
            )
    rest = table.index[off & ~explained]
    if len(rest):
        found.append(finding("ledger_imbalance", "warning", rest, "{n} areas do not balance ({culprits}).", "Look at their history."))
    if unknown.any():
        text = "{n} areas have no known size ({culprits}) and are in no sum."
        found.append(finding("ledger_size_unknown", "note", table.index[unknown], text, "Survey them."))
    return found
