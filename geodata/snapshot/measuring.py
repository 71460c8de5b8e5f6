"""Measure every indicator of every area, taking from the cache what was measured before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.errors import LayerError
from geodata.indicators import field as field_method
from geodata.indicators import interpolate, join, nearest, share, within, zonal
from geodata.indicators.measured import Measured, select_rows
from geodata.indicators.parameters import (
    FieldParameters,
    InterpolateParameters,
    JoinParameters,
    RowFilter,
    WithinParameters,
    parse_parameters,
)
from geodata.layers.prepared import PreparedLayer, curve_order
from geodata.schema.config import IndicatorSection
from geodata.snapshot.cache import ValueCache, fingerprints
from geodata.snapshot.inputs import REGISTRY_PREFIX, Inputs
from geodata.snapshot.sources import digest_of
from geodata.snapshot.units import Units
from geodata.snapshot.work import (
    Piece,
    ProgressCallback,
    limit_to_surveyed,
    measure_all,
    split_rows,
    surveyed_share,
)

METHOD_VERSIONS = {
    "zonal": zonal.VERSION,
    "share": share.VERSION,
    "nearest": nearest.VERSION,
    "within": within.VERSION,
    "interpolate": interpolate.VERSION,
    "join": join.VERSION,
    "field": field_method.VERSION,
}
"""Part of every key: a method whose code gives other numbers gets a new version."""


@dataclass(frozen=True)
class Measurements:
    """All indicators of all areas.

    Attributes
    ----------
    values, coverage : float64, n areas x k indicators, Fortran order
    join_rates : dict indicator -> share 0..1
    n_measured : dict indicator -> areas measured now, not taken from the cache
    """

    values: np.ndarray
    coverage: np.ndarray
    join_rates: dict[str, float] = field(default_factory=dict)
    n_measured: dict[str, int] = field(default_factory=dict)


def measure_indicators(inputs: Inputs, units: Units, *, workers: int = 1, progress: ProgressCallback | None = None) -> Measurements:
    """Measure what the cache does not hold, and put all together.

    Parameters
    ----------
    inputs : Inputs
    units : Units
    workers : int
        Processes; the result does not depend on it.
    progress : callable, optional
        Called with the share done (0..1) and the layer in work.

    Raises
    ------
    GeodataError
    """
    return _Measuring(inputs, units).run(workers, progress or _silent)


def _silent(_fraction: float, _message: str) -> None:
    """Progress that nobody watches."""


class _Measuring:
    """One run of measuring: what is known, what is open, and the keys of the cache."""

    def __init__(self, inputs: Inputs, units: Units) -> None:
        self.inputs, self.units = inputs, units
        self.projected = units.projected()
        self.geometry = self.projected.geometry.to_numpy()
        self.as_of = inputs.reference_day()
        self.cache = ValueCache(inputs.cache / "values")
        self.fingerprints = fingerprints(units.areas.geometry.to_numpy())
        self.order = curve_order(self.geometry)
        self.indicators = inputs.config.indicators
        self.column = {item.id: number for number, item in enumerate(self.indicators)}
        shape = (len(units.areas), len(self.indicators))
        self.values = np.full(shape, np.nan, order="F")
        self.coverage = np.full(shape, np.nan, order="F")
        self.result = Measurements(self.values, self.coverage)

    def run(self, workers: int, progress: ProgressCallback) -> Measurements:
        pieces, keys = self._pieces()
        total, done_areas = sum(len(piece.rows) * len(piece.indicators) for piece in pieces) or 1, 0
        progress(0.0, "measuring")
        for done in measure_all(pieces, workers):
            for one in done:
                self.values[one.rows, self.column[one.indicator]] = one.values
                self.coverage[one.rows, self.column[one.indicator]] = one.coverage
            done_areas += sum(len(one.rows) for one in done)
            progress(done_areas / total, ", ".join(one.indicator for one in done[:2]))
        for item in self.indicators:
            key = keys.get(item.id)
            if key is not None and self.result.n_measured[item.id]:
                column = self.column[item.id]
                self.cache.keep(key, self.fingerprints, self.values[:, column], self.coverage[:, column])
        self._measure_tables()
        self._fill_zeros()
        self._rate_points()
        return self.result

    def _pieces(self) -> tuple[list[Piece], dict[str, str]]:
        """Pieces of work for what the cache lacks, grouped by layer and by which areas are lacking."""
        groups: dict[tuple[str, bytes], list[IndicatorSection]] = {}
        keys = {}
        for item in self.indicators:
            if item.layer is None or item.method in ("join", "field") or self._counts_each_once(item):
                continue
            keys[item.id] = self._key(item)
            values, coverage, is_known = self.cache.find(keys[item.id], self.fingerprints)
            self.values[:, self.column[item.id]], self.coverage[:, self.column[item.id]] = values, coverage
            self.result.n_measured[item.id] = int((~is_known).sum())
            if not is_known.all():
                groups.setdefault((item.layer, (~is_known).tobytes()), []).append(item)
        pieces = [
            self._piece(layer, rows, tuple(items))
            for (layer, wanted), items in groups.items()
            for rows in split_rows(self.order, np.frombuffer(wanted, dtype=bool))
        ]
        return pieces, keys

    def _piece(self, layer: str, rows: np.ndarray, items: tuple[IndicatorSection, ...]) -> Piece:
        inputs, crs = self.inputs, self.units.crs
        is_vector = inputs.is_vector(layer)
        section = None if layer.startswith(REGISTRY_PREFIX) else inputs.config.layer(layer)
        surveyed = section.coverage if section is not None and is_vector else None
        weights = {parse.weight_layer for item in items if isinstance(parse := parse_parameters(item), InterpolateParameters)}
        return Piece(
            rows=rows,
            geometry=self.geometry[rows],
            crs=crs.to_wkt(),
            indicators=items,
            folder=inputs.folder,
            raster=None if is_vector else section,
            prepared=inputs.prepared(layer, crs) if is_vector else None,
            coverage=inputs.prepared(surveyed, crs) if surveyed else None,
            weights=tuple(inputs.config.layer(name) for name in sorted(filter(None, weights))),
            as_of=self.as_of or dt.date.min,
            recorded=None if is_vector else self.units.areas.geometry.to_numpy()[rows],
        )

    def _key(self, item: IndicatorSection) -> str:
        parameters, layer = parse_parameters(item), str(item.layer)
        inputs = self.inputs
        surveyed = None if layer.startswith(REGISTRY_PREFIX) else inputs.config.layer(layer).coverage
        weights = parameters.weight_layer if isinstance(parameters, InterpolateParameters) else None
        is_relative = isinstance(parameters, RowFilter) and parameters.last_years is not None
        return digest_of(
            {
                "method": item.method,
                "version": METHOD_VERSIONS[item.method],
                "parameters": parameters,
                "layer": inputs.content_of(layer),
                "coverage": inputs.content_of(surveyed) if surveyed else None,
                "weights": inputs.content_of(weights) if weights else None,
                "crs": self.units.crs.to_wkt(),
                "as_of": str(self.as_of) if is_relative else None,
            }
        )

    def _measure_tables(self) -> None:
        """Methods that need the whole table and little time: join and field."""
        for item in self.indicators:
            parameters = parse_parameters(item)
            if isinstance(parameters, FieldParameters):
                self._keep(item, _field_of(item, self._fields(), parameters, self.as_of))
            elif isinstance(parameters, JoinParameters):
                self._keep(item, self._join(item, parameters))
            elif isinstance(parameters, WithinParameters) and self._counts_each_once(item):
                self._keep(item, self._count_each_once(item, parameters))

    def _fields(self) -> pd.DataFrame:
        """Fields of the records, and beside them what was measured of the area, such as ``area_m2``."""
        records, areas = self.units.records, pd.DataFrame(self.units.areas.drop(columns="geometry"))
        return records.join(areas[[name for name in areas.columns if name not in records.columns]])

    def _join(self, item: IndicatorSection, parameters: JoinParameters) -> Measured:
        layer = str(item.layer)
        rows = self.inputs.rows_of(layer)
        is_registry = layer.startswith(REGISTRY_PREFIX)
        key = parameters.key if is_registry else str(self.inputs.config.layer(layer).columns.key)
        chosen = select_rows(rows, parameters, self.as_of or dt.date.min)
        try:
            return join.join(self.units.areas, chosen, key, parameters)
        except LayerError as error:
            raise LayerError(f"Indicator {item.id}, layer {layer}: {error.message}", error.remedy) from error

    def _counts_each_once(self, item: IndicatorSection) -> bool:
        """Whether a point counts for one unit only; that needs all units together, never a piece of them."""
        parameters = parse_parameters(item)
        if not isinstance(parameters, WithinParameters) or parameters.reach_m > 0 or item.layer is None:
            return False
        if parameters.each_once is not None:
            return parameters.each_once
        config = self.inputs.config
        is_registry = item.layer.startswith(REGISTRY_PREFIX)
        is_point = is_registry or config.layer(item.layer).kind == "point"
        return is_point and config.areas.unit != "hazard_area"

    def _count_each_once(self, item: IndicatorSection, parameters: WithinParameters) -> Measured:
        path = self.inputs.prepared(str(item.layer), self.units.crs)
        rows = select_rows(PreparedLayer(path).read(parameters.layer_columns()), parameters, self.as_of or dt.date.min)
        found = within.within(self.projected, rows, parameters.model_copy(update={"each_once": True}))
        section = None if str(item.layer).startswith(REGISTRY_PREFIX) else self.inputs.config.layer(str(item.layer))
        surveyed = self.inputs.prepared(section.coverage, self.units.crs) if section and section.coverage else None
        return limit_to_surveyed(found, surveyed_share(self.geometry, surveyed))

    def _keep(self, item: IndicatorSection, found: Measured) -> None:
        column = self.column[item.id]
        self.values[:, column], self.coverage[:, column] = found.values, found.coverage
        self.result.n_measured[item.id] = len(found.values)
        if found.join_rate is not None:
            self.result.join_rates[item.id] = found.join_rate

    def _fill_zeros(self) -> None:
        """Where config.yaml says, with its reason, that absent means zero; an area without a place stays unknown."""
        located = self.units.areas["is_located"].to_numpy("bool")
        has_code = self.units.areas["admin_code"].notna().to_numpy("bool")
        for item in self.indicators:
            if item.missing == "zero":
                parameters = parse_parameters(item)
                by_code = isinstance(parameters, JoinParameters) and parameters.key == "admin_code"
                may_fill = has_code if by_code else np.ones(len(located), dtype=bool)
                if item.method not in ("join", "field"):
                    may_fill = located
                column = self.values[:, self.column[item.id]]
                column[np.isnan(column) & may_fill] = 0.0

    def _rate_points(self) -> None:
        """Share of a layer's rows that lie in a unit, where units are meant to hold them all."""
        if self.inputs.config.areas.unit == "hazard_area":
            return
        placed = self.geometry[~shapely.is_missing(self.geometry)]
        tree = shapely.STRtree(placed)
        for item in self.indicators:
            parameters = parse_parameters(item)
            is_inside = isinstance(parameters, WithinParameters) and parameters.reach_m == 0
            if item.layer is not None and (is_inside or isinstance(parameters, InterpolateParameters)):
                assert isinstance(parameters, RowFilter)
                path = self.inputs.prepared(item.layer, self.units.crs)
                self.result.join_rates.update(_rate(item.id, path, parameters, tree, self.as_of))


def _field_of(item: IndicatorSection, records: pd.DataFrame, parameters: FieldParameters, as_of: dt.date | None) -> Measured:
    try:
        return field_method.field(records, parameters, as_of)
    except LayerError as error:
        raise LayerError(f"Indicator {item.id}: {error.message}", error.remedy) from error


def _rate(name: str, path: Path, parameters: RowFilter, tree: shapely.STRtree, as_of: dt.date | None) -> Iterable[tuple[str, float]]:
    rows: gpd.GeoDataFrame = PreparedLayer(path).read(parameters.layer_columns())
    chosen = select_rows(rows, parameters, as_of or dt.date.min)
    if not len(chosen):
        return []
    inside = np.unique(tree.query(chosen.geometry.to_numpy(), predicate="intersects")[0])
    return [(name, len(inside) / len(chosen))]
