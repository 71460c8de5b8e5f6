"""Pieces of work: some indicators of one layer over a run of neighbouring areas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geodata.geometry.crs import WGS84, reproject
from geodata.indicators.areal import areal
from geodata.indicators.interpolate import interpolate
from geodata.indicators.measured import Measured, has_place, select_rows
from geodata.indicators.nearest import nearest
from geodata.indicators.parameters import (
    ArealParameters,
    InterpolateParameters,
    NearestParameters,
    Parameters,
    RowFilter,
    ShareParameters,
    UnlistedParameters,
    WithinParameters,
    ZonalParameters,
    parse_parameters,
)
from geodata.indicators.share import Pieces, covered_m2, cut, share
from geodata.indicators.unlisted import unlisted
from geodata.indicators.within import within
from geodata.indicators.zonal import zonal
from geodata.layers.prepared import Preparation, PreparedLayer
from geodata.layers.raster import RasterLayer
from geodata.layers.tiled import Tiling
from geodata.layers.vector import Box
from geodata.schema.config import IndicatorSection, LayerSection

AREAS_PER_PIECE = 4_000
"""Areas measured together; fixed, so that pieces follow the data and never the number of workers."""

_WIDER = 4.0
_SPACINGS = 2.0
"""How far the nearest feature is looked for first, in mean distances of the layer's rows; farther for those who need it."""
_LEAST_HALO_M = 50.0


@dataclass(frozen=True)
class Piece:
    """Indicators of one layer to be measured over some areas; holds all it needs to be done in another process.

    Attributes
    ----------
    rows : int array, n
        Row numbers of the areas in the snapshot.
    recorded : array of n geometries, EPSG:4326
        The outlines as recorded; carried from process to process as WKB, which takes a tenth of the time of geometries.
    crs : str
        WKT of the measuring CRS.
    indicators : tuple of IndicatorSection
    folder : Path
        The programme's folder.
    raster : LayerSection or None
        The layer, where it is a raster.
    prepared, coverage : Path or None
        The layer, where it is a vector, and the polygons it was surveyed in, as prepared GeoParquet.
    weights : tuple of LayerSection
        Rasters that weigh points.
    as_of : date
        Reference day.
    places : Path or None
        Listed places as prepared GeoParquet, for people that no gazetteer lists.
    ids : object array of n, optional
        Ids of the areas, where their own records are left out.
    """

    rows: np.ndarray
    recorded: np.ndarray
    crs: str
    indicators: tuple[IndicatorSection, ...]
    folder: Path
    raster: LayerSection | None
    prepared: Path | None
    coverage: Path | None
    weights: tuple[LayerSection, ...]
    as_of: dt.date
    places: Path | None = None
    ids: np.ndarray | None = None

    @cached_property
    def geometry(self) -> np.ndarray:
        """The outlines in the measuring CRS, array of n geometries."""
        return reproject(self.recorded, CRS.from_user_input(WGS84), CRS.from_wkt(self.crs))

    def __getstate__(self) -> dict[str, object]:
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return said | {"recorded": shapely.to_wkb(self.recorded).tolist()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, recorded=np.asarray(shapely.from_wkb(np.array(state["recorded"], dtype=object))))


@dataclass(frozen=True)
class Done:
    """Values and coverage of one indicator for the areas of a piece."""

    indicator: str
    rows: np.ndarray
    values: np.ndarray
    coverage: np.ndarray


def split_rows(order: np.ndarray, wanted: np.ndarray) -> list[np.ndarray]:
    """Runs of at most ``AREAS_PER_PIECE`` wanted rows along the curve.

    Parameters
    ----------
    order : int array
        All rows along the curve.
    wanted : boolean array
    """
    rows = order[wanted[order]]
    return [rows[start : start + AREAS_PER_PIECE] for start in range(0, len(rows), AREAS_PER_PIECE)]


def measure_piece(piece: Piece) -> list[Done]:
    """Measure every indicator of a piece; a pure function of the piece and the files it names.

    Raises
    ------
    GeodataError
    """
    found = _measure_vectors(piece, _projected(piece)) if piece.raster is None else _measure_raster(piece)
    return [
        Done(item.id, piece.rows, one.values.to_numpy("float64"), one.coverage.to_numpy("float64"))
        for item, one in zip(piece.indicators, found, strict=True)
    ]


def do_task(task: Piece | Preparation | Tiling) -> list[Done]:
    """Measure a piece, or prepare a layer for those that come after.

    Raises
    ------
    GeodataError
    """
    if isinstance(task, Preparation | Tiling):
        task.run()
        return []
    return measure_piece(task)


class _Window:
    """The part of a prepared layer around the areas of a piece, read again only when a wider one is asked for."""

    def __init__(self, path: Path, columns: Sequence[str], geometry: np.ndarray) -> None:
        self._layer, self._columns = PreparedLayer(path), columns
        self._boxes = shapely.bounds(geometry)
        self._halo_m, self._rows = -1.0, gpd.GeoDataFrame()
        self._cut: dict[str, Pieces] = {}
        self.spacing_m = self._layer.spacing_m()

    def around(self, halo_m: float) -> gpd.GeoDataFrame:
        """Rows within ``halo_m`` of the areas' boxes, and perhaps more."""
        if halo_m > self._halo_m:
            self._rows, self._halo_m = self.near(np.arange(len(self._boxes)), halo_m), halo_m
        return self._rows

    def near(self, areas: np.ndarray, halo_m: float) -> gpd.GeoDataFrame:
        """Rows within ``halo_m`` of the boxes of some of the areas, and perhaps more; none is kept."""
        boxes = self._boxes[areas]
        boxes = boxes[np.isfinite(boxes).all(axis=1)]
        return self._layer.read(self._columns, near=boxes + np.array([-halo_m, -halo_m, halo_m, halo_m]))

    def holds_all(self, areas: np.ndarray, halo_m: float) -> bool:
        """Whether no row of the layer lies farther than ``halo_m`` from any of the areas' boxes."""
        extent = self._layer.extent()
        if extent is None:
            return True
        boxes = self._boxes[areas]
        away = np.maximum(np.abs(boxes[:, [0, 1]] - extent[2:]), np.abs(boxes[:, [2, 3]] - extent[:2]))
        return bool(np.hypot(away[:, 0], away[:, 1]).max() <= halo_m)

    def cut_once(self, areas: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame, chosen: RowFilter) -> Pieces:
        """Where areas and polygons meet, kept for the next indicator that takes the same rows."""
        rows = chosen.model_dump_json(include=set(RowFilter.model_fields))
        if rows not in self._cut:
            self._cut[rows] = cut(areas, polygons)
        return self._cut[rows]


def _projected(piece: Piece) -> gpd.GeoDataFrame:
    columns = {} if piece.ids is None else {"area_id": piece.ids}
    return gpd.GeoDataFrame(columns, geometry=piece.geometry, crs=CRS.from_wkt(piece.crs))


def _measure_raster(piece: Piece) -> list[Measured]:
    raster = RasterLayer(cast(LayerSection, piece.raster), piece.folder)
    recorded = gpd.GeoDataFrame(geometry=piece.recorded, crs=WGS84)
    found = []
    for one in (parse_parameters(item) for item in piece.indicators):
        if isinstance(one, UnlistedParameters):
            found.append(_measure_unlisted(piece, _projected(piece), raster, one))
        else:
            statistics = cast(ZonalParameters, one)
            found.append(zonal(_projected(piece) if statistics.reach_m > 0 else recorded, raster, statistics))
    raster.close()
    return found


def _measure_unlisted(piece: Piece, areas: gpd.GeoDataFrame, raster: RasterLayer, parameters: UnlistedParameters) -> Measured:
    boxes = shapely.bounds(piece.geometry)
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(boxes):
        unknown = np.full(len(areas), np.nan)
        return _as_measured(areas, unknown, unknown)
    # a cell reaches beyond its middle, and the middle counts
    halo_m = parameters.reach_m + parameters.away_m
    listed = PreparedLayer(cast(Path, piece.places)).read((), near=boxes + np.array([-halo_m, -halo_m, halo_m, halo_m]))
    return unlisted(areas, raster, listed, parameters)


def _measure_vectors(piece: Piece, areas: gpd.GeoDataFrame) -> list[Measured]:
    parameters = [parse_parameters(item) for item in piece.indicators]
    columns = [name for one in parameters for name in one.layer_columns()]
    box = cast(Box, tuple(shapely.total_bounds(piece.geometry)))
    if piece.prepared is None or not np.isfinite(box).all():
        unknown = np.full(len(areas), np.nan)
        return [_as_measured(areas, unknown, unknown) for _ in parameters]
    window = _Window(piece.prepared, columns, piece.geometry)
    halos_m = [_first_halo_m(one, window) for one in parameters]
    window.around(max(halos_m))  # read once for all
    surveyed = surveyed_share(piece.geometry, piece.coverage)
    return [limit_to_surveyed(_measure_one(piece, areas, window, one), surveyed) for one in parameters]


def _first_halo_m(parameters: Parameters, window: _Window) -> float:
    """How far around the areas the layer is read first; of a dense layer the nearest feature needs less."""
    if isinstance(parameters, NearestParameters):
        return min(parameters.halo_m(), max(_LEAST_HALO_M, _SPACINGS * window.spacing_m))
    return parameters.halo_m()


def _measure_one(piece: Piece, areas: gpd.GeoDataFrame, window: _Window, parameters: Parameters) -> Measured:
    if isinstance(parameters, NearestParameters):
        return _nearest_of_all(areas, window, parameters, piece.as_of)
    features = window.around(parameters.halo_m())
    chosen = select_rows(features, parameters, piece.as_of) if isinstance(parameters, RowFilter) else features
    if isinstance(parameters, ShareParameters):
        return share(areas, chosen, parameters, window.cut_once(areas, chosen, parameters))
    if isinstance(parameters, WithinParameters):
        return within(areas, chosen, parameters)
    if isinstance(parameters, ArealParameters):
        return _measure_areal(piece, areas, chosen, parameters)
    interpolation = cast(InterpolateParameters, parameters)
    weights = [section for section in piece.weights if section.id == interpolation.weight_layer]
    sampled = _sample(chosen, weights[0], piece.folder) if weights else None
    return interpolate(areas, chosen, interpolation, sampled)


def _measure_areal(piece: Piece, areas: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, parameters: ArealParameters) -> Measured:
    sections = [section for section in piece.weights if section.id == parameters.weight_layer]
    if not sections:
        return areal(areas, zones, parameters)
    raster = RasterLayer(sections[0], piece.folder)
    found = areal(areas, zones, parameters, raster)
    raster.close()
    return found


def _nearest_of_all(areas: gpd.GeoDataFrame, window: _Window, parameters: NearestParameters, as_of: dt.date) -> Measured:
    """Nearest feature of the whole layer: an area is done once what was found for it lies within what was read around it."""
    farthest_m, halo_m = parameters.max_m or np.inf, _first_halo_m(parameters, window)
    found = nearest(areas, select_rows(window.around(halo_m), parameters, as_of), parameters)
    distance = found.values.to_numpy("float64").copy()
    placed = has_place(areas)
    while True:
        rows = np.flatnonzero(placed & (np.isnan(distance) | (distance > halo_m)))
        if not len(rows) or halo_m >= farthest_m or window.holds_all(rows, halo_m):
            break
        halo_m = min(halo_m * _WIDER, farthest_m)
        around = select_rows(window.near(rows, halo_m), parameters, as_of)
        distance[rows] = nearest(areas.iloc[rows], around, parameters).values
    return Measured(pd.Series(distance, areas.index, name=found.values.name), found.coverage, found.unit)


def surveyed_share(geometry: np.ndarray, coverage: Path | None) -> np.ndarray | None:
    """Share (0..1) of each area inside the polygons that a layer was surveyed in; None where it covers everything.

    Parameters
    ----------
    geometry : array of n geometries in the measuring CRS
    coverage : Path or None
        Prepared polygons.
    """
    box = cast(Box, tuple(shapely.total_bounds(geometry)))
    if coverage is None or not np.isfinite(box).all():
        return None
    polygons = PreparedLayer(coverage).read((), box).geometry.to_numpy()
    is_placed = ~shapely.is_missing(geometry)
    inside = covered_m2(geometry, polygons, is_placed)
    extent = np.where(is_placed, shapely.area(geometry), np.nan)
    return np.asarray(np.clip(np.divide(inside, extent, out=inside.copy(), where=extent > 0), 0.0, 1.0))


def limit_to_surveyed(found: Measured, surveyed: np.ndarray | None) -> Measured:
    """What a layer says of places it never surveyed is unknown."""
    if surveyed is None:
        return found
    values = found.values.where(~(surveyed == 0))
    return Measured(values, found.coverage * surveyed, found.unit, found.join_rate)


def _sample(points: gpd.GeoDataFrame, section: LayerSection, folder: Path) -> np.ndarray:
    raster = RasterLayer(section, folder)
    moved = reproject(points.geometry.to_numpy(), points.crs, raster.grid.crs)
    sampled = raster.sample(shapely.get_x(moved), shapely.get_y(moved))
    raster.close()
    return sampled


def _as_measured(areas: gpd.GeoDataFrame, values: np.ndarray, coverage: np.ndarray) -> Measured:
    return Measured(pd.Series(values, areas.index), pd.Series(coverage, areas.index), "")


ProgressCallback = Callable[[float, str], None]
"""Called with the fraction done (0..1) and what is being done."""
