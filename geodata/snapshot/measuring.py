"""Measure every indicator of every area, taking from the cache what was measured before."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.errors import LayerError
from geodata.indicators import areal, community, interpolate, join, nearest, share, survey, unlisted, within, zonal
from geodata.indicators import field as field_method
from geodata.indicators.access import VERSION as ACCESS_VERSION
from geodata.indicators.access.people import ALL
from geodata.indicators.measured import Measured, select_rows
from geodata.indicators.parameters import (
    CommunityParameters,
    FieldParameters,
    InterpolateParameters,
    JoinParameters,
    RowFilter,
    SurveyParameters,
    WithinParameters,
    parse_parameters,
)
from geodata.layers.prepared import PreparedLayer
from geodata.schema.config import IndicatorSection
from geodata.snapshot.cache import ValueCache, fingerprints
from geodata.snapshot.executor import Executor
from geodata.snapshot.inputs import REGISTRY_PREFIX, Inputs
from geodata.snapshot.sources import digest_of
from geodata.snapshot.tasks import plan_tasks, subject_of, weight_of
from geodata.snapshot.units import Units
from geodata.snapshot.work import (
    Done,
    ProgressCallback,
    do_task,
    limit_to_surveyed,
    surveyed_share,
)

if TYPE_CHECKING:
    from geodata.snapshot.accessing import AccessMeasuring

METHOD_VERSIONS = {
    "zonal": zonal.VERSION,
    "share": share.VERSION,
    "nearest": nearest.VERSION,
    "within": within.VERSION,
    "interpolate": interpolate.VERSION,
    "join": join.VERSION,
    "areal": areal.VERSION,
    "access": ACCESS_VERSION,
    "survey": survey.VERSION,
    "unlisted": unlisted.VERSION,
    "community": community.VERSION,
    "field": field_method.VERSION,
}
"""Part of every key: a method whose code gives other numbers gets a new version."""

AT_ONCE = ("join", "field", "community", "survey", "access")
"""Methods that need all areas or a whole table together, and are not measured in pieces."""

_SAVE_EVERY_S = 30.0
_BEFORE_ACCESS = 0.8
"""Share of the progress that is left to what is measured in pieces, where access is measured too."""


@dataclass(frozen=True)
class Measurements:
    """All indicators of all areas.

    Attributes
    ----------
    values, coverage : float64, n areas x k indicators, Fortran order
    join_rates : dict indicator -> share 0..1
    n_measured : dict indicator -> areas measured now, not taken from the cache
    inferred_shares : dict indicator -> share 0..1 of the gain in access that rests on inferred closures
    unknown_friction : dict indicator -> share 0..1 of the walked ground that a friction layer does not know
    """

    values: np.ndarray
    coverage: np.ndarray
    join_rates: dict[str, float] = field(default_factory=dict)
    n_measured: dict[str, int] = field(default_factory=dict)
    inferred_shares: dict[str, float | None] = field(default_factory=dict)
    unknown_friction: dict[str, float | None] = field(default_factory=dict)


def measure_indicators(inputs: Inputs, units: Units, executor: Executor, progress: ProgressCallback) -> Measurements:
    """Measure what the cache does not hold, and put all together.

    What was measured is kept now and then, and where measuring is stopped, so that the next build goes on from there.

    Parameters
    ----------
    inputs : Inputs
    units : Units
    executor : Executor
        Where the work is done; the result does not depend on it.
    progress : callable
        Called with the share done (0..1) and the layer in work.

    Raises
    ------
    GeodataError
    """
    return _Measuring(inputs, units).run(executor, progress)


def count_unmeasured(inputs: Inputs, units: Units) -> dict[str, int]:
    """Areas that a build would measure, by indicator; nothing is measured and nothing prepared."""
    run = _Measuring(inputs, units)
    items = [item for item in run.indicators if item.method == "access"]
    access = _open_access(inputs, units) if items else None
    whole = {item.id: 0 if access is not None and access.is_known(item) else len(units.areas) for item in items}
    return {name: int(wanted.sum()) for name, wanted in run.find_unmeasured().items()} | whole


class _Measuring:
    """One run of measuring: what is known, what is open, and the keys of the cache."""

    def __init__(self, inputs: Inputs, units: Units) -> None:
        self.inputs, self.units = inputs, units
        self.as_of = inputs.reference_day()
        self.cache = ValueCache(inputs.cache / "values")
        self.fingerprints = fingerprints(units.areas.geometry.to_numpy())
        self.indicators = inputs.config.indicators
        self.column = {item.id: number for number, item in enumerate(self.indicators)}
        shape = (len(units.areas), len(self.indicators))
        self.values = np.full(shape, np.nan, order="F")
        self.coverage = np.full(shape, np.nan, order="F")
        self.result = Measurements(self.values, self.coverage)
        self.keys: dict[str, str] = {}
        self.is_open: dict[str, np.ndarray] = {}
        self.unsaved: set[str] = set()

    @property
    def geometry(self) -> np.ndarray:
        """All outlines in the measuring CRS, for methods that need them together."""
        return np.asarray(self.units.projected.geometry.to_numpy())

    def run(self, executor: Executor, progress: ProgressCallback) -> Measurements:
        wanted = self.find_unmeasured()
        self.result.n_measured.update({name: int(rows.sum()) for name, rows in wanted.items()})
        self.is_open = {name: rows.copy() for name, rows in wanted.items()}
        stages = plan_tasks(self.inputs, self.units, wanted)
        total, done = sum(weight_of(task) for stage in stages for task in stage) or 1, 0
        share = _BEFORE_ACCESS if any(item.method == "access" for item in self.indicators) else 1.0
        progress(0.0, "measuring")
        try:
            saved_s = time.monotonic()
            for stage in stages:
                for number, found in executor.run(do_task, stage):
                    self._take(found)
                    done += weight_of(stage[number])
                    progress(done / total * share, subject_of(stage[number]))
                    if time.monotonic() - saved_s > _SAVE_EVERY_S:
                        self._save()
                        saved_s = time.monotonic()
        finally:
            self._save()
        self._measure_tables()
        self._measure_access(progress)
        self._fill_zeros()
        self._rate_points()
        return self.result

    def find_unmeasured(self) -> dict[str, np.ndarray]:
        """Areas (boolean) that the cache lacks, by indicator that is measured in pieces; what it holds is filled in."""
        wanted = {}
        for item in self.indicators:
            if item.layer is None or item.method in AT_ONCE or self._counts_each_once(item) or _weighs_by_points(item):
                continue
            self.keys[item.id] = self._key(item)
            values, coverage, is_known = self.cache.find(self.keys[item.id], self.fingerprints)
            self.values[:, self.column[item.id]], self.coverage[:, self.column[item.id]] = values, coverage
            wanted[item.id] = ~is_known
        return wanted

    def _take(self, found: list[Done]) -> None:
        for one in found:
            self.values[one.rows, self.column[one.indicator]] = one.values
            self.coverage[one.rows, self.column[one.indicator]] = one.coverage
            self.is_open[one.indicator][one.rows] = False
            self.unsaved.add(one.indicator)

    def _save(self) -> None:
        for name in sorted(self.unsaved):
            known, column = ~self.is_open[name], self.column[name]
            self.cache.keep(self.keys[name], self.fingerprints[known], self.values[known, column], self.coverage[known, column])
        self.unsaved.clear()

    def _key(self, item: IndicatorSection) -> str:
        parameters, layer = parse_parameters(item), str(item.layer)
        inputs = self.inputs
        surveyed = None if layer.startswith(REGISTRY_PREFIX) else inputs.config.layer(layer).coverage
        is_relative = isinstance(parameters, RowFilter) and parameters.last_years is not None
        return digest_of(
            {
                "method": item.method,
                "version": METHOD_VERSIONS[item.method],
                "parameters": parameters,
                "layer": inputs.content_of(layer),
                "coverage": inputs.content_of(surveyed) if surveyed else None,
                "others": [inputs.content_of(name) for name in parameters.other_columns()],
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
            elif isinstance(parameters, CommunityParameters):
                self._keep(item, community.community(self.units.areas, parameters))
            elif isinstance(parameters, SurveyParameters):
                self._keep(item, self._survey(item, parameters))
            elif isinstance(parameters, WithinParameters) and self._counts_each_once(item):
                self._keep(item, self._count_each_once(item, parameters))
            elif isinstance(parameters, InterpolateParameters) and parameters.weight_points:
                self._keep(item, self._interpolate_by_towns(item, parameters, parameters.weight_points))

    def _measure_access(self, progress: ProgressCallback) -> None:
        """What one area gives depends on all others: measured over the whole country at once."""
        items = [item for item in self.indicators if item.method == "access"]
        access = _open_access(self.inputs, self.units) if items else None
        for number, item in enumerate(items):
            assert access is not None

            def say(share: float, number: int = number, name: str = item.id) -> None:
                progress(_BEFORE_ACCESS + (1.0 - _BEFORE_ACCESS) * (number + share) / len(items), name)

            say(0.0)
            found, gains = access.measure(item, say)
            self._keep(item, found)
            group = getattr(parse_parameters(item), "group", None) or ALL
            self.result.inferred_shares[item.id] = gains.groups[group].inferred_share
            self.result.unknown_friction[item.id] = gains.unknown_friction_share

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

    def _survey(self, item: IndicatorSection, parameters: SurveyParameters) -> Measured:
        columns = parameters.layer_columns()
        visits = select_rows(self._prepared_rows(str(item.layer), columns), parameters, self.as_of or dt.date.min)
        recorded = np.zeros(len(self.geometry), dtype=bool)
        placed = np.flatnonzero(~shapely.is_missing(self.geometry))
        for table in ("hazard_areas", "accidents"):
            records = self._prepared_rows(f"{REGISTRY_PREFIX}{table}", ()).geometry.to_numpy()
            recorded[placed[np.unique(shapely.STRtree(records).query(self.geometry[placed], predicate="intersects")[0])]] = True
        return survey.survey(self.units.projected, visits, recorded, parameters, self.as_of)

    def _interpolate_by_towns(self, item: IndicatorSection, parameters: InterpolateParameters, towns_layer: str) -> Measured:
        """A town may weigh a point of another piece, so all are measured together."""
        points = select_rows(self._prepared_rows(str(item.layer), parameters.layer_columns()), parameters, self.as_of or dt.date.min)
        towns = self._prepared_rows(towns_layer, (str(parameters.weight_column),))
        found = interpolate.interpolate(self.units.projected, points, parameters, interpolate.people_nearest(points, towns, parameters))
        section = None if str(item.layer).startswith(REGISTRY_PREFIX) else self.inputs.config.layer(str(item.layer))
        surveyed = self.inputs.prepared(section.coverage, self.units.crs) if section and section.coverage else None
        return limit_to_surveyed(found, surveyed_share(self.geometry, surveyed))

    def _prepared_rows(self, layer: str, columns: tuple[str, ...]) -> gpd.GeoDataFrame:
        return PreparedLayer(self.inputs.prepared(layer, self.units.crs)).read(columns)

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
        found = within.within(self.units.projected, rows, parameters.model_copy(update={"each_once": True}))
        section = None if str(item.layer).startswith(REGISTRY_PREFIX) else self.inputs.config.layer(str(item.layer))
        surveyed = self.inputs.prepared(section.coverage, self.units.crs) if section and section.coverage else None
        return limit_to_surveyed(found, surveyed_share(self.geometry, surveyed))

    def _kind(self, layer: str) -> str:
        return self.inputs.config.layer(layer).kind

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
                if item.method not in ("join", "field", "community"):
                    may_fill = located
                column = self.values[:, self.column[item.id]]
                column[np.isnan(column) & may_fill] = 0.0

    def _rate_points(self) -> None:
        """Share of a layer's points that lie in a unit, where units are meant to hold them all; lines and polygons reach beyond."""
        if self.inputs.config.areas.unit == "hazard_area":
            return
        rated = [item for item in self.indicators if item.layer is not None and self._holds_points(item)]
        if not rated:
            return
        tree = shapely.STRtree(self.geometry[~shapely.is_missing(self.geometry)])
        for item in rated:
            path = self.inputs.prepared(str(item.layer), self.units.crs)
            parameters = cast(RowFilter, parse_parameters(item))
            self.result.join_rates.update(_rate(item.id, path, parameters, tree, self.as_of))

    def _holds_points(self, item: IndicatorSection) -> bool:
        parameters = parse_parameters(item)
        is_inside = isinstance(parameters, WithinParameters) and parameters.reach_m == 0
        is_point = str(item.layer).startswith(REGISTRY_PREFIX) or self._kind(str(item.layer)) == "point"
        return is_point and (is_inside or isinstance(parameters, InterpolateParameters))


def _open_access(inputs: Inputs, units: Units) -> AccessMeasuring:
    from geodata.snapshot.accessing import AccessMeasuring  # its search takes long to load, and most builds need none

    return AccessMeasuring(inputs, units)


def _weighs_by_points(item: IndicatorSection) -> bool:
    return getattr(parse_parameters(item), "weight_points", None) is not None


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
