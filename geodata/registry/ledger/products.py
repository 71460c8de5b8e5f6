"""Release products of a period: how much was released, how, and how much of it outside the outlines of its area."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame, Series
from pyproj import CRS

from geodata.geometry.area import measured_area_m2
from geodata.geometry.crs import WGS84, reproject
from geodata.ingest.findings import Finding, finding
from geodata.registry.base import PastOutline, Registry
from geodata.registry.ledger.result import ASIDE, GAINS, LOSSES


def read_products(registry: Registry, crs: CRS | None, known: dt.datetime | None) -> GeoDataFrame:
    """All release products as known by an instant, whenever they were true: what is said of them later corrects them.

    Returns
    -------
    GeoDataFrame with ``area_id`` "" where none is named, and ``size_m2``: as reported, else as measured, NaN where neither is known
    """
    products = registry.read("release_products", known=known)
    assert isinstance(products, GeoDataFrame)
    measured = Series(measured_area_m2(products.geometry.to_numpy(), crs), index=products.index) if len(products) else products.area_m2
    return products.assign(area_id=products.area_id.fillna(""), size_m2=products.area_m2.fillna(measured))


def in_period(products: GeoDataFrame, first: dt.date, last: dt.date) -> GeoDataFrame:
    """Release products of a period whose kind is stated."""
    return products[products.date.between(pd.Timestamp(first), pd.Timestamp(last)) & products.kind.notna()]


def missing_in_products(products: GeoDataFrame) -> list[Finding]:
    """Products that no ledger can count: without a date or a kind, or without any size."""
    undated = products.product_id[products.date.isna() | products.kind.isna()]
    unsized = products.product_id[products.size_m2.isna()]
    found = []
    if len(undated):
        text = "{n} release products have no date or kind ({culprits}) and are in no ledger."
        found.append(finding("ledger_product_undated", "warning", undated, text, "Say when and how the land was released."))
    if len(unsized):
        text = "{n} release products have neither outline nor size ({culprits}) and count as none released."
        found.append(finding("ledger_product_size_unknown", "warning", unsized, text, "Say how many m2 were released."))
    return found


def _is_polygon(frame: GeoDataFrame) -> Series:
    return Series(shapely.get_dimensions(frame.geometry.to_numpy()) == 2, index=frame.index)


def enter_products(table: DataFrame, products: GeoDataFrame) -> DataFrame:
    """The table with the land released in the period, by how; products of no known area get rows of their own, by place."""
    if not len(products):
        return table
    part = DataFrame({"area_id": products.area_id, "term": products.kind.astype("str") + "_m2", "m2": products.size_m2.fillna(0.0)})
    is_known = part.area_id.isin(table.index)
    sums = part[is_known].groupby(["area_id", "term"]).m2.sum().unstack(fill_value=0)
    for term in sums.columns:
        table[term] = sums[term].reindex(table.index, fill_value=0.0)
    return pd.concat([table, _strangers(products[~is_known], part[~is_known])]) if not is_known.all() else table


def _strangers(products: GeoDataFrame, part: DataFrame) -> DataFrame:
    """A row for each unknown area and place."""
    places = products[["admin1", "admin2"]].fillna("")
    sums = part.assign(**places).groupby(["area_id", "admin1", "admin2", "term"]).m2.sum().unstack(fill_value=0).reset_index()
    empty = DataFrame(0.0, index=sums.index, columns=[*GAINS, *LOSSES, *ASIDE, "unexplained_m2"])
    rows = empty.assign(**{name: sums[name] for name in sums.columns if name != "area_id"})
    return rows.set_index(sums.area_id.to_numpy())


def released_outside(products: GeoDataFrame, outlines: Sequence[PastOutline], crs: CRS | None) -> Series:
    """Released land outside every outline that its area ever had, in m2 by area; areas without any outline are left out."""
    shaped = products[_is_polygon(products)]
    if crs is None or not len(shaped):
        return Series(dtype=float)
    wanted = set(shaped.area_id)
    mine = [item for item in outlines if item.record_id in wanted]
    flat = reproject(shapely.from_wkb(np.array([item.wkb for item in mine], object)), CRS.from_user_input(WGS84), crs)
    held = _union_by([item.record_id for item in mine], flat)
    done = _union_by(shaped.area_id, reproject(shaped.geometry.to_numpy(), CRS.from_user_input(WGS84), crs))
    both = held.index.intersection(done.index)
    return Series(shapely.area(shapely.difference(done[both].to_numpy(), held[both].to_numpy())), index=both)


def _union_by(names: Sequence[str] | Series, shapes: np.ndarray[tuple[int], np.dtype[np.object_]]) -> Series:
    polygons = shapely.get_dimensions(shapes) == 2
    return (
        Series(shapes[polygons], index=np.asarray(names, object)[polygons], dtype=object)
        .groupby(level=0)
        .agg(lambda part: shapely.union_all(part.to_numpy()))
    )
