"""Features of areas as they were known before the day of a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.evidence.surroundings import Surroundings
from geodata.geometry.crs import measuring_crs
from geodata.indicators.field import field as measure_field
from geodata.indicators.measured import as_numbers, select_rows
from geodata.indicators.parameters import FieldParameters, WithinParameters, parse_parameters
from geodata.layers.table import keep_rows
from geodata.registry.base import RecordChange, Registry
from geodata.schema.codes import EO_CATEGORY
from geodata.schema.config import Config, IndicatorSection
from geodata.snapshot.frozen import Snapshot

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]
Flags = NDArray[np.bool_]

HISTORY_REACH_M = 3000.0
HISTORY_HALF_LIFE_YEARS = 5.0
HISTORY = "accidents_decayed_3km"
RECORDED_YEAR = "recorded_year"
_YEAR = np.timedelta64(86_400, "s") * 365.25
_REMEMBERED = ("hazard_type", "eo_categories")


@dataclass(frozen=True, eq=False)
class Evidence:
    """Features of every area on a day of its own.

    Attributes
    ----------
    features : DataFrame of float, n x k
        NaN is unknown, and for rows that were not wanted.
    xy : array, n x 2, metres
        A point inside each area in the measuring projection; NaN where the area has no location.
    left_out : tuple of str
        Indicators that cannot be told as of a day: records without a date. Each would tell the future.
    """

    features: pd.DataFrame
    xy: Floats
    left_out: tuple[str, ...] = field(default=())


def gather_evidence(config: Config, snapshot: Snapshot, registry: Registry, asked_on: pd.Series, wanted: Flags | None = None) -> Evidence:
    """What may serve as evidence, as it was known before each area's own day.

    Parameters
    ----------
    config : Config
        ``likelihood.indicators`` says which indicators may serve.
    snapshot : Snapshot
        Areas, and indicators of context layers, which are taken as they are.
    registry : Registry
        Indicators on records are measured again, with records before the day only. Hazard type and EO categories are those
        before the day, where the history of the record tells of a change.
    asked_on : Series of datetime, n, rows of the snapshot
    wanted : array of bool, n, optional
        Areas whose features are needed; all where absent.

    Returns
    -------
    Evidence
        Chosen indicators; ``recorded_year``; ``eo_CODE`` 1 or 0, NaN where none is stated; ``accidents_decayed_3km``, each accident
        within 3 km weighing one half after 5 years.
    """
    rows = np.arange(len(snapshot.areas)) if wanted is None else np.flatnonzero(wanted)
    days = asked_on.to_numpy().astype("datetime64[s]")[rows]
    changed = registry.changes("hazard_areas", after=dt.date.min, until=dt.date.max, fields=_REMEMBERED)
    records = _as_it_was(snapshot.areas.iloc[rows], changed, days)
    shapes = _metric(config, snapshot.areas)
    around = Surroundings(shapes.iloc[rows])
    columns: dict[str, Floats] = {}
    left_out = []
    for name in config.likelihood.indicators:
        values = _indicator(config.indicator(name), snapshot.values[name].to_numpy("float64")[rows], registry, records, around, days)
        if values is None:
            left_out.append(name)
        else:
            columns[name] = values
    columns[RECORDED_YEAR] = np.asarray(pd.to_datetime(records["recorded_date"], errors="coerce").dt.year, dtype="float64")
    columns |= _categories(records["eo_categories"])
    accidents = registry.read("accidents")
    when = _days(accidents["date"])
    columns[HISTORY] = _counted(around, accidents.geometry.to_crs(shapes.crs), when, days, HISTORY_REACH_M, decays=True)
    features = pd.DataFrame(columns, index=rows).reindex(range(len(snapshot.areas)))
    return Evidence(features, _points(shapes), tuple(left_out))


def _indicator(
    item: IndicatorSection, measured: Floats, registry: Registry, records: pd.DataFrame, around: Surroundings, days: Days
) -> Floats | None:
    """Values as of each area's day, by what the snapshot measured where time does not matter; None where records carry no date."""
    parameters = parse_parameters(item)
    if item.method == "field" and isinstance(parameters, FieldParameters):
        return _own_field(parameters, measured, records, days)
    if item.layer is None or not item.layer.startswith("registry."):
        return measured
    if not isinstance(parameters, WithinParameters) or not parameters.date_column or parameters.stat not in {"count", "sum"}:
        return None
    rows = registry.read(item.layer.removeprefix("registry."))
    if parameters.last_years is None:
        chosen = select_rows(rows, parameters, dt.date.max)
    else:
        chosen = keep_rows(rows, parameters.where)
    weight = None
    if parameters.stat == "sum":
        weight = np.nansum(np.column_stack([as_numbers(chosen[name], item.id) for name in parameters.summed]), axis=1)
    near = chosen.geometry.to_crs(around.crs)
    return _counted(around, near, _days(chosen[parameters.date_column]), days, parameters.reach_m, parameters.last_years, weight)


def _own_field(parameters: FieldParameters, measured: Floats, records: pd.DataFrame, days: Days) -> Floats:
    if parameters.field in _REMEMBERED:
        return measure_field(records, parameters, None).values.to_numpy("float64")
    if parameters.field.endswith("_date") and parameters.field in records:
        since = _days(records[parameters.field])
        years: Floats = ((days - since) / _YEAR).astype("float64")
        return np.where(np.isnat(since) | (years < 0), np.nan, years)
    return measured


def _as_it_was(areas: pd.DataFrame, changes: Sequence[RecordChange], days: Days) -> pd.DataFrame:
    """Records with hazard type and EO categories put back to what they were before each area's day."""
    records = pd.DataFrame(areas.drop(columns="geometry"))
    row_of = {area_id: row for row, area_id in enumerate(records["area_id"])}
    values = {name: records[name].to_numpy(dtype=object, copy=True) for name in _REMEMBERED}
    for change in reversed(changes):
        row = row_of.get(change.record_id)
        if row is None or change.action != "update" or np.datetime64(change.true_on) < days[row]:
            continue
        for name in _REMEMBERED:
            if name in change.changes:
                values[name][row] = change.changes[name].old
    return records.assign(**values)


def _categories(stated: pd.Series) -> dict[str, Floats]:
    texts = stated.fillna("").astype(str)
    is_stated = texts.str.strip() != ""
    return {
        f"eo_{code}": np.where(is_stated, [code in {part.strip() for part in text.split(";")} for text in texts], np.nan)
        for code in EO_CATEGORY.values
        if texts.str.contains(code, regex=False).any()
    }


def _counted(
    around: Surroundings, near: gpd.GeoSeries, when: Days, days: Days, reach_m: float, last_years: float | None = None,
    weight: Floats | None = None, *, decays: bool = False,
) -> Floats:  # fmt: skip
    """Events within reach of each area and before its day; NaN where the area has no location."""
    usable = np.flatnonzero(~(near.isna() | near.is_empty).to_numpy() & ~np.isnat(when))
    total = np.zeros(around.n)
    for area, found in around.pairs(near.to_numpy()[usable], reach_m):
        event = usable[found]
        age = ((days[area] - when[event]) / _YEAR).astype("float64")
        counts = age > 0 if last_years is None else (age > 0) & (age <= last_years)
        share = np.where(counts, 1.0 if weight is None else weight[event], 0.0)
        if decays:
            share = share * 0.5 ** (np.maximum(age, 0) / HISTORY_HALF_LIFE_YEARS)
        total += np.bincount(area, weights=share, minlength=around.n)
    return np.where(around.is_located, total, np.nan)


def _metric(config: Config, areas: gpd.GeoDataFrame) -> gpd.GeoSeries:
    return areas.geometry.to_crs(measuring_crs(config.programme.crs, areas.geometry.to_numpy()))


def _points(shapes: gpd.GeoSeries) -> Floats:
    points = shapes.representative_point()
    xy: Floats = np.column_stack((points.x.to_numpy("float64"), points.y.to_numpy("float64")))
    return xy


def _days(column: pd.Series) -> Days:
    found: Days = pd.to_datetime(column, errors="coerce").to_numpy().astype("datetime64[s]")
    return found
