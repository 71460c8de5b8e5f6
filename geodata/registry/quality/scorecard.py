"""Completeness of records by province."""

from __future__ import annotations

import datetime as dt

import numpy as np
from geopandas import GeoDataFrame
from pandas import DataFrame, Series, Timestamp, concat

from geodata.schema.codes import NOT_STATED

DONE = ("closed", "released")
OLD_SURVEY_YEARS = 10
_COUNTS = ("killed_boys", "killed_girls", "killed_men", "killed_women", "injured_boys", "injured_girls", "injured_men", "injured_women")


def scorecard(areas: GeoDataFrame, accidents: DataFrame, day: dt.date, imbalance_m2: Series | None = None) -> DataFrame:
    """Completeness by province; a share is NaN where there is nothing to share.

    Parameters
    ----------
    areas, accidents : GeoDataFrame, DataFrame
        All records of the two tables.
    day : date
        From which the age of surveys counts.
    imbalance_m2 : Series or None
        Imbalance of the land-release ledger by province.
    """
    located = ~(areas.geometry.isna() | areas.geometry.is_empty)
    marks = DataFrame(
        {
            "admin1": areas.admin1.fillna(""),
            "is_open": ~areas.status.isin(DONE),
            "located_share": located,
            "outlined_share": areas.geometry.geom_type.isin(["Polygon", "MultiPolygon"]),
            "type_stated_share": areas.hazard_type != NOT_STATED,
            "status_stated_share": areas.status != NOT_STATED,
            "eo_known_share": areas.eo_categories.notna(),
            "recorded_date_share": areas.recorded_date.notna(),
            "surveyed_10y_share": years_since(areas.last_survey_date, day) <= OLD_SURVEY_YEARS,
            "use_known_share": areas.current_use.notna(),
        }
    )
    shares = [name for name in marks.columns if name.endswith("_share")]
    grouped = concat([marks.assign(admin1="*"), marks]).groupby("admin1", sort=True)
    table = grouped[shares].mean().assign(n_areas=grouped.size(), n_open=grouped.is_open.sum())
    saddd = saddd_share(accidents)
    table["saddd_share"] = [saddd.get(name, np.nan) for name in table.index]
    gaps = {} if imbalance_m2 is None else {**imbalance_m2.to_dict(), "*": imbalance_m2.sum()}
    table["ledger_imbalance_m2"] = [gaps.get(name, np.nan) for name in table.index]
    return table.reset_index()[["admin1", "n_areas", "n_open", *shares, "saddd_share", "ledger_imbalance_m2"]]


def saddd_share(accidents: DataFrame) -> dict[str, float]:
    """Share of casualties whose sex and age group are known, by province and for all (``*``)."""
    if not len(accidents):
        return {}
    known = accidents[list(_COUNTS)].fillna(0).sum(axis=1).astype(float)
    unknown = accidents[["killed_unknown", "injured_unknown"]].fillna(0).sum(axis=1).astype(float)
    frame = DataFrame({"admin1": accidents.admin1.fillna(""), "known": known, "all": known + unknown})
    sums = frame.groupby("admin1")[["known", "all"]].sum()
    sums.loc["*"] = sums.sum()
    return {str(name): float(row["known"] / row["all"]) for name, row in sums.iterrows() if row["all"] > 0}


def years_since(days: Series, day: dt.date) -> Series:
    """Years from each day until a day, NaN where it is unknown."""
    years: Series = (Timestamp(day) - days).dt.days / 365.25
    return years
