"""Areas that came into the records as closed or released, and what they held until then.

A first import often brings each area in its last state only: recorded in 2001, released by now. Its release products say when. Until
the last of them it was not released yet, so it counts as held: its size, less what had been released by that day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pandas as pd
from geopandas import GeoDataFrame
from pandas import DataFrame, Series

from geodata.ingest.findings import Finding, finding
from geodata.registry.base import Registry
from geodata.registry.ledger.result import DONE, RELEASED


def holdings_before_release(
    registry: Registry, areas: GeoDataFrame, size: Series, products: GeoDataFrame, day: dt.date, known: dt.datetime | None
) -> Series:
    """What areas that were first recorded as closed or released still held on a day.

    Parameters
    ----------
    areas : GeoDataFrame, indexed by id
        As they stood on that day.
    size : Series
        Their size in m2, NaN unknown.
    products : GeoDataFrame
        All release products, with ``size_m2``.

    Returns
    -------
    Series, m2, only of areas that have a release product after that day and whose status never changed before it
    """
    later = products.area_id[products.date > pd.Timestamp(day)]
    candidates = areas.index[areas.status.isin(DONE) & areas.index.isin(later)]
    if len(candidates):
        past = registry.changes("hazard_areas", after=dt.date.min, until=day, known=known)
        candidates = candidates.difference([change.record_id for change in past if change.action != "add" and "status" in change.changes])
    earlier = products[products.date <= pd.Timestamp(day)].groupby("area_id").size_m2.sum()
    held: Series = (size.reindex(candidates) - earlier.reindex(candidates, fill_value=0.0)).clip(lower=0.0)
    return held


def enter_found_done(table: DataFrame, found_done: Series, closing: Series) -> list[str]:
    """Newly recorded land of areas that were recorded as closed or released, where products say that it was released later.

    Parameters
    ----------
    table : DataFrame, changed in place
        Release products of the period are in it.
    found_done : Series
        Size of each area first recorded as closed or released.
    closing : Series
        What such areas held at the end of the period (:func:`holdings_before_release`).

    Returns
    -------
    The areas entered
    """
    names = table.index[table.index.isin(found_done.index) & ((table[list(RELEASED)].sum(axis=1) > 0) | table.index.isin(closing.index))]
    table.loc[names, "newly_recorded_m2"] += found_done[names]
    return [str(name) for name in names]


def implied_finding(*counted: Iterable[object]) -> list[Finding]:
    """Say which areas were counted so."""
    names = sorted({str(name) for part in counted for name in part})
    text = "{n} areas were first recorded as closed or released ({culprits}); until their last release product they count as held."
    return [finding("ledger_state_implied", "note", names, text, "Import their earlier states to say it better.")] if names else []
