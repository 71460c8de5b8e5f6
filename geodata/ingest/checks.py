"""Checks of rows that are about to be stored; none of them stops an import."""

from __future__ import annotations

import datetime as dt

import numpy as np
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame

from geodata.geometry.area import measured_area_m2
from geodata.ingest.findings import Finding, finding
from geodata.schema.records import Table

_AREA_RATIO = 1.5
"""Stated and measured size may differ by this factor before it is worth a look."""


def check_rows(table: Table, frame: DataFrame | GeoDataFrame) -> list[Finding]:
    """Findings over rows that fit the table."""
    ids = frame[table.id_field].to_numpy()
    return [*_areas(table, frame, ids), *_future(table, frame, ids), *_order(frame, ids), *_places(table, frame, ids)]


def _places(table: Table, frame: DataFrame | GeoDataFrame, ids: np.ndarray) -> list[Finding]:
    """Rows at one and the same point, and places that only have a name."""
    found = []
    if isinstance(frame, GeoDataFrame):
        outlines = frame.geometry.to_numpy()
        points = np.flatnonzero(shapely.get_type_id(outlines) == shapely.GeometryType.POINT)
        _, place, sizes = np.unique(shapely.get_coordinates(outlines[points]), axis=0, return_inverse=True, return_counts=True)
        shared = points[sizes[place.reshape(-1)] > 1]
        message = f"{{n}} {table.name} lie at exactly the same point as another ({{culprits}}), in {int((sizes > 1).sum()):,} points."
        remedy = "Points that many share stand for a village or a district, not for the spot."
        found += [finding("place_repeated", "note", ids[shared], message, remedy)] if len(shared) else []
    named = next((name for name in ("admin4", "admin3", "admin2", "admin1") if name in frame and frame[name].notna().any()), None)
    if named and "admin_code" not in frame:
        message = "Places are told by name only, without a code; names that are written in several ways may not meet."
        found.append(
            Finding("place_without_code", "note", int(frame[named].notna().sum()), (), message, "Map a column of P-codes if there is one.")
        )
    return found


def _areas(table: Table, frame: DataFrame | GeoDataFrame, ids: np.ndarray) -> list[Finding]:
    """Stated size far from the measured one."""
    stated = next((name for name in ("area_stated_m2", "area_m2") if name in frame and name in table.columns), None)
    if stated is None or not isinstance(frame, GeoDataFrame):
        return []
    measured = measured_area_m2(frame.geometry.to_numpy())
    said = frame[stated].to_numpy(dtype=float, na_value=np.nan)
    both = np.isfinite(measured) & np.isfinite(said) & (said > 0)
    ratio = np.divide(measured, said, out=np.ones_like(measured), where=both)
    off = np.flatnonzero(both & ((ratio > _AREA_RATIO) | (ratio < 1 / _AREA_RATIO)))
    if not len(off):
        return []
    first = off[0]
    message = (
        f"{{n}} outlines measure more or less than their stated size by over half ({{culprits}}); "
        f"{ids[first]}: {said[first]:,.0f} m2 stated, {measured[first]:,.0f} m2 measured."
    )
    return [finding("area_differs", "warning", ids[off], message, "Check unit and outline; the measured size is used.")]


def _future(table: Table, frame: DataFrame, ids: np.ndarray) -> list[Finding]:
    today = np.datetime64(dt.datetime.now(dt.UTC).date())
    found = []
    for field in table.fields:
        if field.type == "date" and field.name in frame and field.name != "due_date":
            rows = np.flatnonzero(frame[field.name].to_numpy(dtype="datetime64[D]") > today)
            if len(rows):
                found.append(
                    finding(
                        "date_in_future",
                        "warning",
                        ids[rows],
                        f"{{n}} rows have a {field.name} in the future ({{culprits}}).",
                        "Check them.",
                    )
                )
    return found


def _order(frame: DataFrame, ids: np.ndarray) -> list[Finding]:
    found = []
    for first, second in (
        ("start_date", "end_date"),
        ("recorded_date", "last_survey_date"),
        ("recorded_date", "updated_date"),
        ("date", "handover_date"),
    ):
        if first in frame and second in frame:
            rows = np.flatnonzero((frame[first] > frame[second]).to_numpy())
            if len(rows):
                found.append(
                    finding(
                        "date_order", "warning", ids[rows], f"{{n}} rows have a {first} after their {second} ({{culprits}}).", "Check them."
                    )
                )
    return found
