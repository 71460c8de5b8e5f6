"""Access of every area: roads, people and destinations gathered for the measure, and its result kept until something changes.

What one area gives depends on all the others, so nothing is measured in pieces: where an area, its record or a layer changed,
all is measured anew.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.errors import LayerError
from geodata.geometry.crs import reproject
from geodata.indicators.access import VERSION
from geodata.indicators.access.measure import MEASURES, AccessGains, Ground, access
from geodata.indicators.access.network import Walking
from geodata.indicators.measured import Measured, as_numbers, measured, select_rows
from geodata.indicators.parameters import AccessParameters, parse_parameters
from geodata.layers.prepared import PreparedLayer
from geodata.layers.raster import RasterLayer
from geodata.layers.table import holds_one_of
from geodata.schema.config import IndicatorSection
from geodata.snapshot.cache import fingerprints
from geodata.snapshot.inputs import Inputs
from geodata.snapshot.sources import digest_of
from geodata.snapshot.units import Units
from geodata.unfinished import unfinished_path

_SAMPLES = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
_BLOCKED = "road_blocked"


class AccessMeasuring:
    """Access indicators of one build; those that differ only in ``measure`` share one run.

    Parameters
    ----------
    inputs : Inputs
    units : Units
    """

    def __init__(self, inputs: Inputs, units: Units) -> None:
        self._inputs, self._units = inputs, units
        self._found: dict[str, AccessGains] = {}

    def is_known(self, item: IndicatorSection) -> bool:
        """Whether the cache holds the result."""
        return self._load(self._key(item)) is not None

    def measure(self, item: IndicatorSection) -> tuple[Measured, AccessGains]:
        """The values of an indicator, and what they rest on.

        Raises
        ------
        LayerError
            A field of the record is missing, or a column holds no numbers.
        """
        parameters = parse_parameters(item)
        assert isinstance(parameters, AccessParameters)
        key = self._key(item)
        found = self._load(key)
        if found is None:
            try:
                found = access(self._ground(item, parameters), parameters, self._walking(parameters))
            except LayerError as error:
                raise LayerError(f"Indicator {item.id}: {error.message}", error.remedy) from error
            self._keep(key, found)
        self._found[key] = found
        values = found.values[parameters.measure].to_numpy("float64")
        return measured(values, np.full(len(values), np.nan), self._units.areas.index, "access", item.unit), found

    def _key(self, item: IndicatorSection) -> str:
        parameters = parse_parameters(item)
        assert isinstance(parameters, AccessParameters)
        layers = [str(item.layer), *parameters.other_columns()]
        records = self._records(parameters)
        state = hashlib.blake2b(fingerprints(self._units.areas.geometry.to_numpy()).tobytes(), digest_size=16)
        state.update(records.to_csv().encode("utf-8"))
        return digest_of(
            {
                "version": VERSION,
                "parameters": parameters.model_dump(mode="json", exclude={"measure"}),
                "layers": {name: self._inputs.content_of(name) for name in layers},
                "areas": state.hexdigest(),
                "crs": self._units.crs.to_wkt(),
                "as_of": str(self._inputs.reference_day()) if parameters.last_years is not None else None,
            }
        )

    def _records(self, parameters: AccessParameters) -> pd.DataFrame:
        """What the records say that decides which roads are closed."""
        records, areas = self._units.records, self._units.areas
        wanted = [*parameters.in_use, *parameters.infer_where]
        missing = [name for name in dict.fromkeys(wanted) if name not in records.columns]
        if missing:
            raise LayerError(f"Records have no field {missing[0]!r}.", "Correct in_use or infer_where of the access indicator.")
        return pd.DataFrame(
            {
                "area_id": areas["area_id"],
                "said": _yes_or_no(records),
                "is_in_use": _matches(records, parameters.in_use),
                "may_infer": _matches(records, parameters.infer_where),
                "is_released": areas["is_released"].to_numpy("bool"),
                "community": areas["admin_code"],
            }
        )

    def _ground(self, item: IndicatorSection, parameters: AccessParameters) -> Ground:
        records = self._records(parameters)
        said = records["said"].to_numpy("float64").copy()
        said[records["is_in_use"].to_numpy("bool")] = 0.0
        roads = self._rows(parameters.roads, parameters.other_columns()[parameters.roads])
        kind = roads[parameters.kind_column].astype("str")
        roads, kind = roads[kind.isin(list(parameters.speeds_kmh))], kind[kind.isin(list(parameters.speeds_kmh))]
        in_use = _any_of(roads, parameters.open_roads)
        route = roads[parameters.route_column].astype("object") if parameters.route_column else pd.Series(None, roads.index, dtype="object")
        people = self._rows(parameters.people_layer, (parameters.people_column,))
        chosen = select_rows(
            self._rows(str(item.layer), parameters.layer_columns()), parameters, self._inputs.reference_day() or pd.Timestamp.min.date()
        )
        weight = as_numbers(chosen[parameters.weight_column], "access") if parameters.weight_column else np.ones(len(chosen))
        return Ground(
            areas=self._units.projected.geometry.to_numpy().copy(),
            is_released=records["is_released"].to_numpy("bool"),
            said=said,
            may_infer=records["may_infer"].to_numpy("bool"),
            community=records["community"].to_numpy(dtype=object),
            roads=roads.geometry.to_numpy(),
            speed_kmh=kind.map(parameters.speeds_kmh).to_numpy("float64"),
            can_close=~in_use,
            is_inferable=kind.isin(parameters.infer_kinds or list(parameters.speeds_kmh)).to_numpy("bool"),
            route=route.where(route.notna(), None).to_numpy(dtype=object),
            places=shapely.get_coordinates(shapely.centroid(people.geometry.to_numpy())),
            people=np.nan_to_num(as_numbers(people[parameters.people_column], "access")),
            destinations=shapely.get_coordinates(shapely.centroid(chosen.geometry.to_numpy())),
            weight=np.nan_to_num(weight),
        )

    def _rows(self, name: str, columns: tuple[str, ...]) -> gpd.GeoDataFrame:
        return PreparedLayer(self._inputs.prepared(name, self._units.crs)).read(columns)

    def _walking(self, parameters: AccessParameters) -> Walking:
        slow = self._slowing(parameters.slope_layer) if parameters.slope_layer else None
        minutes_per_m = parameters.walk_detour * 60.0 / (parameters.walk_kmh * 1_000.0)

        def minutes(start: np.ndarray, end: np.ndarray) -> np.ndarray:
            flat = np.linalg.norm(end - start, axis=1) * minutes_per_m
            return np.asarray(flat if slow is None else flat * slow(start, end))

        return Walking(minutes, parameters.walk_max_m, parameters.walk_ties)

    def _slowing(self, layer: str) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        def slow(start: np.ndarray, end: np.ndarray) -> np.ndarray:
            raster = RasterLayer(self._inputs.config.layer(layer), self._inputs.folder)
            at = (start[:, None, :] + (end - start)[:, None, :] * _SAMPLES[None, :, None]).reshape(-1, 2)
            moved = reproject(shapely.points(at), self._units.crs, raster.grid.crs)
            sampled = raster.sample(shapely.get_x(moved), shapely.get_y(moved)).reshape(-1, len(_SAMPLES))
            raster.close()
            return slope_slowing(sampled)

        return slow

    def _path(self, key: str) -> Path:
        return self._inputs.cache / "values" / f"access-{key}.npz"

    def _load(self, key: str) -> AccessGains | None:
        if key in self._found:
            return self._found[key]
        try:
            with np.load(self._path(key), allow_pickle=False) as kept:
                values, told = kept["values"], kept["told"]
        except (OSError, ValueError, KeyError, EOFError):
            return None
        if values.shape != (len(self._units.areas), len(MEASURES)) or told.shape != (4,):
            return None
        share = None if np.isnan(told[0]) else float(told[0])
        return AccessGains(pd.DataFrame(values, columns=list(MEASURES)), share, *(int(one) for one in told[1:]))

    def _keep(self, key: str, found: AccessGains) -> None:
        share = np.nan if found.inferred_share is None else found.inferred_share
        told = np.array([share, found.n_closing, found.n_inferred, found.n_lost], dtype="float64")
        path = self._path(key)
        (self._inputs.cache / "values").mkdir(parents=True, exist_ok=True)
        beside = unfinished_path(path)
        with beside.open("wb") as file:
            np.savez(file, values=found.values.to_numpy("float64"), told=told)
        os.replace(beside, path)  # noqa: PTH105 - atomic on every system


def slope_slowing(slope_deg: np.ndarray) -> np.ndarray:
    """How much longer ways take than on flat ground, there and back, by Tobler's hiking function.

    Parameters
    ----------
    slope_deg : float array, ways x samples
        NaN where unknown; a way of which nothing is known is taken as flat.

    Returns
    -------
    float array, ways, >= 1

    References
    ----------
    Tobler (1993), Three presentations on geographical analysis and modeling, NCGIA TR 93-1.
    """
    rise = np.tan(np.radians(slope_deg))
    slower = (np.exp(3.5 * np.abs(rise + 0.05)) + np.exp(3.5 * np.abs(rise - 0.05))) / 2.0 / np.exp(3.5 * 0.05)
    known = ~np.isnan(slower)
    total = np.where(known, slower, 0.0).sum(axis=1)
    n = known.sum(axis=1)
    return np.asarray(np.divide(total, n, out=np.ones(len(total)), where=n > 0))


def _yes_or_no(records: pd.DataFrame) -> np.ndarray:
    """1 where the record says that the area blocks a road, 0 where it says that it does not, NaN where it does not say."""
    if _BLOCKED not in records.columns:
        return np.full(len(records), np.nan)
    try:
        return np.asarray(records[_BLOCKED].astype("boolean").to_numpy("float64", na_value=np.nan))
    except (TypeError, ValueError) as error:
        raise LayerError(f"Field {_BLOCKED!r} must hold yes or no; it holds text.", "Correct the layer of the units.") from error


def _matches(rows: pd.DataFrame, where: dict[str, tuple[str, ...]]) -> np.ndarray:
    """Rows for which every listed field holds one of its values; none where nothing is listed."""
    if not where:
        return np.zeros(len(rows), dtype=bool)
    return np.asarray(np.all([holds_one_of(rows[name], values) for name, values in where.items()], axis=0))


def _any_of(rows: pd.DataFrame, where: dict[str, tuple[str | int | float, ...]]) -> np.ndarray:
    found = [holds_one_of(rows[name], values) for name, values in where.items()]
    return np.asarray(np.any(found, axis=0)) if found else np.zeros(len(rows), dtype=bool)
