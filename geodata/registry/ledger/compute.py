"""The ledger of a period from the states at both ends, the changes between them and the release products."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame, Series
from pyproj import CRS

from geodata.errors import WrongUseError
from geodata.geometry.area import measured_area_m2
from geodata.geometry.crs import measuring_crs
from geodata.registry.base import Registry
from geodata.registry.ledger.groups import Ends, group_rows
from geodata.registry.ledger.implied import enter_found_done, holdings_before_release, implied_finding
from geodata.registry.ledger.products import enter_products, in_period, missing_in_products, read_products, released_outside
from geodata.registry.ledger.reasons import name_reasons
from geodata.registry.ledger.result import ASIDE, DONE, GAINS, LOSSES, Grouping, Ledger
from geodata.registry.ledger.terms import enter_changes

_NEEDS_SIZE = ("opening_m2", "closing_m2", "newly_recorded_m2", "reopened_m2", "transferred_out_m2")


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
        ``area_id``, ``admin1``, ``admin2``, ``all``, ``eo_category``, or ``treaty``: APMBC (AP mines, improvised ones included), CCM
        (cluster munition remnants), neither, not stated. An area of several categories stands under each, so that categories and treaties
        must not be added up. An area whose province or categories changed is transferred from one row to the other.
    crs_setting : str
        ``programme.crs``, in which outlines are measured.

    Raises
    ------
    WrongUseError
        The period ends before it begins.
    """
    if last < first:
        raise WrongUseError(f"A period ends after it begins, but {last} lies before {first}.", "Change --from or --to.")
    before = first - dt.timedelta(days=1)
    ends = Ends(_areas(registry, before, known), _areas(registry, last, known))
    changes = registry.changes("hazard_areas", after=before, until=last, known=known)
    brought = shapely.from_wkb(np.array([change.outline for change in changes], object))
    shapes = np.concatenate([*(frame.geometry.to_numpy() for frame in ends), brought])
    crs = measuring_crs(crs_setting, shapes) if (shapely.get_dimensions(shapes) == 2).any() else None
    products = read_products(registry, crs, known)
    sizes = [_sizes(frame, crs) for frame in ends]
    held = [
        holdings_before_release(registry, areas, size, products, day, known)
        for areas, size, day in zip(ends, sizes, (before, last), strict=True)
    ]
    table = _open_and_close(ends, sizes, held)
    found_done = enter_changes(table, ends.opening, sizes[0], changes, measured_area_m2(brought, crs) if len(changes) else np.empty(0))
    done = in_period(products, first, last)
    table = enter_products(table, done)
    counted = enter_found_done(table, found_done, held[1])
    outside = released_outside(done, registry.outlines("hazard_areas", as_of=last, known=known), crs)
    table["released_outside_m2"] = outside.reindex(table.index, fill_value=0.0)
    unknown = _enter_imbalance(table)
    findings = [*name_reasons(table, unknown, changes), *missing_in_products(products)]
    findings += implied_finding(held[0].index, held[1].index, counted)
    return Ledger(first, last, known, by, group_rows(table, unknown, ends, by), tuple(findings), table.imbalance_m2)


def _enter_imbalance(table: DataFrame) -> Series:
    """Enter what gains and losses leave over; returns which areas have no known size, whose imbalance is unknown."""
    unknown = table[list(_NEEDS_SIZE)].isna().any(axis=1)
    table["imbalance_m2"] = table[list(GAINS)].sum(axis=1) - table[list(LOSSES)].sum(axis=1)
    table.loc[unknown, "imbalance_m2"] = np.nan
    return unknown


def _areas(registry: Registry, day: dt.date, known: dt.datetime | None) -> GeoDataFrame:
    frame = registry.read("hazard_areas", as_of=day, known=known)
    assert isinstance(frame, GeoDataFrame)
    return frame.set_index("area_id", drop=False)


def _sizes(areas: GeoDataFrame, crs: CRS | None) -> Series:
    """Measured size, or the stated one where there is no outline; NaN where neither is known."""
    measured = measured_area_m2(areas.geometry.to_numpy(), crs) if len(areas) else np.empty(0)
    return Series(measured, index=areas.index, dtype=float).fillna(areas.area_stated_m2)


def _open_and_close(ends: Ends, sizes: Sequence[Series], held: Sequence[Series]) -> DataFrame:
    """One row an area, with opening and closing; released land counts as none but for what ``held`` says, an unknown size stays unknown."""
    ids = ends.opening.index.union(ends.closing.index).sort_values()
    table = DataFrame(0.0, index=ids, columns=[*GAINS, *LOSSES, *ASIDE, "unexplained_m2"])
    for name, frame, size, implied in zip(("opening_m2", "closing_m2"), ends, sizes, held, strict=True):
        still = ~frame.status.isin(DONE)
        table.loc[frame.index[still], name] = size[still]
        table.loc[implied.index, name] = implied
    latest = pd.concat([ends.opening.loc[ends.opening.index.difference(ends.closing.index)], ends.closing])
    for column in ("admin1", "admin2"):
        table[column] = latest[column].reindex(ids)
    was, now = ends.opening.hazard_type.reindex(ids), ends.closing.hazard_type.reindex(ids)
    confirmed = (was == "SHA") & (now == "CHA")
    table.loc[confirmed, "sha_to_cha_m2"] = sizes[1].reindex(ids)[confirmed]
    return table
