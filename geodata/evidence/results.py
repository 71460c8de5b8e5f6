"""What survey and clearance found in each area: explosive ordnance, nothing, or nobody has looked."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

FOUND, EMPTY = "found", "empty"
_DONE = ("released", "closed")


def survey_results(areas: pd.DataFrame, products: pd.DataFrame, activities: pd.DataFrame, until: dt.date) -> pd.DataFrame:
    """The result of each area and the days that belong to it.

    Parameters
    ----------
    areas : DataFrame, n rows
        ``area_id``, ``status``.
    products : DataFrame
        Release products: ``area_id``, ``activity_id``, ``kind``, ``date``, ``devices_...``.
    activities : DataFrame
        ``activity_id``, ``start_date``.
    until : date
        Last day the data speak of; areas nobody has looked at are asked about on the day after.

    Returns
    -------
    DataFrame, n rows, index of ``areas``
        ``result``: ``found`` where a release product counts a device; ``empty`` where the area is released or closed, has
        products and every one counted none; None otherwise, also where a count is unknown: unknown is not none.
        ``known_on``: day of the product that settled it, NaT without result. ``asked_on``: first day of the work that gave
        the products, so that what counts as known before the decision ends before it. ``is_contradicted``: land of it was
        cancelled or reduced, and no product counted a device.
    """
    work = products[products["date"].notna()].copy()
    columns = [name for name in work.columns if name.startswith("devices_")]
    counts = work[columns].apply(pd.to_numeric, errors="coerce").astype("float64")
    work["n_devices"] = counts.max(axis=1).fillna(0.0)
    by_category = counts.drop(columns="devices_total", errors="ignore")
    work["is_counted"] = (counts.get("devices_total", pd.Series(np.nan, index=work.index)).notna()) | by_category.notna().all(axis=1)
    start = activities.drop_duplicates("activity_id").set_index("activity_id")["start_date"]
    work["began"] = pd.to_datetime(work["activity_id"].map(start)).fillna(work["date"])
    work["began"] = work[["began", "date"]].min(axis=1)
    found = work[work["n_devices"] > 0].groupby("area_id")["date"].min()
    by_area = work.groupby("area_id").agg(began=("began", "min"), last=("date", "max"), is_counted=("is_counted", "all"))
    soft = work[work["kind"].isin(["cancelled", "reduced"])].groupby("area_id").size()
    ids = areas["area_id"]
    is_found = ids.isin(found.index)
    is_empty = areas["status"].isin(_DONE) & ids.map(by_area["is_counted"]).fillna(value=False).astype(bool) & ~is_found
    known_on = ids.map(found).where(is_found, ids.map(by_area["last"]).where(is_empty))
    asked_on = ids.map(by_area["began"]).where(is_found | is_empty, pd.Timestamp(until) + pd.Timedelta(days=1))
    return pd.DataFrame(
        {
            "result": pd.Series(None, index=areas.index, dtype=object).mask(is_found, FOUND).mask(is_empty, EMPTY),
            "known_on": pd.to_datetime(known_on),
            "asked_on": pd.to_datetime(asked_on),
            "is_contradicted": (ids.isin(soft.index) & ~is_found).to_numpy(dtype=bool),
        },
        index=areas.index,
    )


def is_witnessed(areas: pd.DataFrame, accidents: pd.DataFrame, asked_on: pd.Series) -> pd.Series:
    """Whether an accident or incident that names the area happened in it before the area's day.

    Parameters
    ----------
    areas : DataFrame, n rows
        ``area_id``.
    accidents : DataFrame
        ``area_id``, ``date``.
    asked_on : Series of datetime, n
    """
    first = pd.to_datetime(accidents.groupby("area_id")["date"].min())
    when = pd.to_datetime(areas["area_id"].map(first))
    return when.notna() & (when < asked_on)
