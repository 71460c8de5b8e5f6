"""The units of decision of a snapshot: one row an area, from the registry or from a layer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geodata.errors import LayerError, SnapshotError, name_culprits
from geodata.geometry.area import measured_area_m2
from geodata.geometry.crs import WGS84, local_equal_area, lonlat_bounds, measuring_crs, reproject
from geodata.layers.table import clean_codes
from geodata.layers.vector import VectorLayer
from geodata.schema.config import AdminSection, Config

TEXT_COLUMNS = (
    "area_id", "imsma_id", "imsma_links", "name", "hazard_type", "status", "eo_categories", "admin1", "admin2", "admin3",
    "admin4", "admin_code", "recorded_date", "last_survey_date", "tasked_to", "funded_by", "current_use", "blocked_use",
    "intended_use",
)  # fmt: skip
"""Columns of text; dates are ISO 8601 text, and an unknown is missing."""

COLUMNS = (
    "area_id", "imsma_id", "imsma_links", "name", "hazard_type", "status", "eo_categories", "area_m2", "area_stated_m2",
    "admin1", "admin2", "admin3", "admin4", "admin_code", "recorded_date", "last_survey_date", "tasked_to", "funded_by",
    "current_use", "blocked_use", "intended_use", "lon", "lat", "is_located", "is_released", "is_tasked", "geometry",
)  # fmt: skip
"""Columns of ``Snapshot.areas``, in order."""

_CENTRE_STEP_DEG = 0.5
_UNITS_AT_ONCE = 100_000
_DONE = ("closed", "released")
"""States in which nothing is left to do in an area: as for the ledger and the overlaps of the registry."""


class RecordReader(Protocol):
    """The part of a registry that a snapshot needs."""

    def read(self, table: str, *, as_of: dt.date | None = None, known: dt.datetime | None = None) -> Any:
        """The records of a table, EPSG:4326, sorted by id."""

    def head(self) -> str:
        """Hash of the last event."""


@dataclass(frozen=True)
class Units:
    """The units and what their records say.

    Attributes
    ----------
    areas : GeoDataFrame, EPSG:4326, RangeIndex, sorted by ``area_id``
        Columns as in ``COLUMNS``.
    records : DataFrame, same index
        Every field of the record or layer, and the measured ``area_m2``, for the field method.
    crs : CRS
        Projected equal-area CRS in metres that everything is measured in.
    """

    areas: gpd.GeoDataFrame
    records: pd.DataFrame
    crs: CRS

    @cached_property
    def projected(self) -> gpd.GeoDataFrame:
        """``area_id``, ``admin_code`` and geometry in the measuring CRS."""
        geometry = reproject(self.areas.geometry.to_numpy(), CRS.from_user_input(WGS84), self.crs)
        return gpd.GeoDataFrame(self.areas[["area_id", "admin_code"]], geometry=geometry, crs=self.crs)


def load_units(config: Config, registry: RecordReader, folder: Path) -> Units:
    """Read the units, sorted by id, with measured size and place.

    Raises
    ------
    SnapshotError
        There are none.
    LayerError
        An id is missing or stands twice.
    """
    records = _from_registry(registry) if config.areas.source == "registry" else _from_layer(config, folder)
    if not len(records):
        what = "records of hazard areas" if config.areas.source == "registry" else f"rows in layer {config.areas.source}"
        raise SnapshotError(
            f"A snapshot needs at least one area; there are no {what}.",
            "Run landrelease import FILE --table hazard_areas first, or name a layer of units under areas.source.",
        )
    records = records.sort_values("area_id", kind="stable", ignore_index=True)
    geometry = np.asarray(records.geometry.to_numpy(), dtype=object)
    geometry[shapely.is_empty(geometry)] = None
    crs = stable_crs(config.programme.crs, geometry)
    areas = _areas(records, geometry, crs)
    said = pd.DataFrame(records.drop(columns="geometry")).assign(area_m2=areas["area_m2"])
    return Units(areas, said, crs)


def stable_crs(setting: str, geometry: np.ndarray) -> CRS:
    """The measuring CRS; ``auto`` is centred on half degrees, so that one more area does not move it.

    Raises
    ------
    CrsError
        ``programme.crs`` is no projected CRS.
    """
    if setting != "auto":
        return measuring_crs(setting, geometry)
    west, south, east, north = lonlat_bounds(geometry)
    if not np.isfinite(west):
        return local_equal_area((0.0, 0.0, 0.0, 0.0))
    east = east + 360.0 if east < west else east
    lon = _round_to_step((west + east) / 2.0)
    lat = _round_to_step((south + north) / 2.0)
    return local_equal_area((lon, lat, lon, lat))


def fill_admin(areas: gpd.GeoDataFrame, places: gpd.GeoDataFrame, admin: AdminSection, crs: CRS) -> gpd.GeoDataFrame:
    """Name the place of areas whose record does not, by the admin polygon that holds most of them.

    Parameters
    ----------
    areas : GeoDataFrame, EPSG:4326
    places : GeoDataFrame of polygons in ``crs`` with the columns of ``admin.fields``
    admin : AdminSection
    crs : CRS
        Equal-area, in metres.
    """
    geometry = reproject(areas.geometry.to_numpy(), CRS.from_user_input(WGS84), crs)
    found = largest_overlap(geometry, places.geometry.to_numpy())
    filled = areas.copy()
    if not len(places):
        return filled
    for level, column in admin.fields.items():
        codes = clean_codes(places[column]).to_numpy(dtype=object)
        names = pd.Series(np.where(found < 0, None, codes[found]), index=areas.index, dtype="str")
        filled[level] = filled[level].where(filled[level].notna(), names)
    return filled


def largest_overlap(geometry: np.ndarray, polygons: np.ndarray) -> np.ndarray:
    """For each geometry the polygon that holds most of it (a point: the first that holds it), -1 where none does."""
    found = np.full(len(geometry), -1)
    rows = np.flatnonzero(~shapely.is_missing(geometry))
    if not len(rows) or not len(polygons):
        return found
    area, polygon = shapely.STRtree(polygons).query(geometry[rows], predicate="intersects")
    area = rows[area]
    overlap = shapely.area(shapely.intersection(geometry[area], polygons[polygon]))
    order = np.lexsort((polygon, -overlap, area))
    first = np.unique(area[order], return_index=True)
    found[first[0]] = polygon[order][first[1]]
    return found


def _round_to_step(degrees: float) -> float:
    return round(degrees / _CENTRE_STEP_DEG) * _CENTRE_STEP_DEG


def _from_registry(registry: RecordReader) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(registry.read("hazard_areas"))


def _from_layer(config: Config, folder: Path) -> gpd.GeoDataFrame:
    section = config.layer(config.areas.source)
    layer = VectorLayer(section, folder)
    parts = [_as_recorded(rows.frame, layer.crs) for rows in layer.read_batches(n_rows=_UNITS_AT_ONCE)]
    rows = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True)) if len(parts) > 1 else parts[0]
    units = rows.drop(columns=[name for name in config.areas.fields if name in rows.columns])
    for name, column in config.areas.fields.items():
        values = rows[column]
        units[name] = clean_codes(values, section.columns.pad.get(column, 0)) if name in TEXT_COLUMNS else values
    _refuse_bad_ids(units["area_id"], section.id)
    if "admin_code" not in units.columns:
        units["admin_code"] = units["area_id"]
    return units


def _as_recorded(rows: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoDataFrame:
    """Rows of a layer in EPSG:4326, broken outlines repaired."""
    geometry = reproject(rows.geometry.to_numpy(), crs, CRS.from_user_input(WGS84))
    is_broken = ~shapely.is_valid(geometry)
    if is_broken.any():
        geometry = geometry.copy()
        geometry[is_broken] = shapely.make_valid(geometry[is_broken], method="structure", keep_collapsed=False)
    return rows.set_geometry(gpd.GeoSeries(geometry, index=rows.index, crs=WGS84))


def _refuse_bad_ids(ids: pd.Series, layer_id: str) -> None:
    n_missing = int(ids.isna().sum())
    twice = sorted(ids[ids.duplicated() & ids.notna()].unique())
    if n_missing or twice:
        found = [f"{n_missing} rows have none"] if n_missing else []
        found += [f"{len(twice)} stand twice ({name_culprits(twice)})"] if twice else []
        raise LayerError(
            f"Layer {layer_id}: each unit needs its own area_id; {' and '.join(found)}.",
            "Correct the layer, or name another column under areas.fields.area_id.",
        )


def _areas(records: gpd.GeoDataFrame, geometry: np.ndarray, crs: CRS) -> gpd.GeoDataFrame:
    nothing = pd.Series([None] * len(records), index=records.index, dtype="str")  # one for all fields that nobody states
    columns: dict[str, object] = {name: _text(records, name) if name in records.columns else nothing for name in TEXT_COLUMNS}
    columns["area_m2"], columns["lon"], columns["lat"] = _size_and_middle(geometry, crs)
    columns["area_stated_m2"] = _number(records, "area_stated_m2")
    columns["is_located"] = ~shapely.is_missing(geometry)
    columns["is_released"] = cast(pd.Series, columns["status"]).isin(_DONE).to_numpy("bool")
    columns["is_tasked"] = cast(pd.Series, columns["tasked_to"]).notna().to_numpy("bool")
    columns["geometry"] = geometry
    frame = gpd.GeoDataFrame(columns, geometry="geometry", crs=WGS84)
    return frame[list(COLUMNS)]


def _size_and_middle(geometry: np.ndarray, crs: CRS) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Square metres, longitude and latitude, some units at a time: another outline of each is not held for all at once."""
    found = np.full((3, len(geometry)), np.nan)
    for start in range(0, len(geometry), _UNITS_AT_ONCE):
        run = slice(start, start + _UNITS_AT_ONCE)
        centre = shapely.centroid(geometry[run])
        found[:, run] = measured_area_m2(geometry[run], crs), shapely.get_x(centre), shapely.get_y(centre)
    return found[0], found[1], found[2]


def _text(records: pd.DataFrame, name: str) -> pd.Series:
    column = records[name]
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return pd.Series(column.dt.strftime("%Y-%m-%d"), dtype="str")
    if pd.api.types.is_string_dtype(column.dtype) and not pd.api.types.is_object_dtype(column.dtype):
        return column.astype("str").where(column != "")
    texts = [None if _is_missing(value) else str(value) for value in column]
    return pd.Series([text or None for text in texts], index=records.index, dtype="str")


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and bool(np.isnan(value)))


def _number(records: pd.DataFrame, name: str) -> np.ndarray:
    if name not in records.columns:
        return np.full(len(records), np.nan)
    return np.asarray(pd.to_numeric(records[name], errors="coerce"), dtype="float64")
