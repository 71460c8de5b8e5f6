"""Access of every area: roads, people and destinations gathered for the measure, and its result kept until something changes.

What one area gives depends on all the others, so nothing is measured in pieces: where an area, its record or a layer changed,
all is measured anew.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.errors import LayerError
from geodata.geometry.crs import reproject
from geodata.indicators.access import VERSION
from geodata.indicators.access.measure import MEASURES, AccessGains, Ground, GroupGains, access
from geodata.indicators.access.parameters import AccessParameters
from geodata.indicators.access.people import ALL
from geodata.indicators.measured import Measured, as_numbers, measured, select_rows
from geodata.indicators.parameters import parse_parameters
from geodata.layers.prepared import PreparedLayer
from geodata.layers.raster import RasterLayer
from geodata.layers.table import holds_one_of
from geodata.schema.config import IndicatorSection
from geodata.snapshot.access_walking import walking_of
from geodata.snapshot.cache import fingerprints
from geodata.snapshot.inputs import Inputs
from geodata.snapshot.sources import digest_of
from geodata.snapshot.units import Units
from geodata.unfinished import unfinished_path

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
        parameters = parse_parameters(item)
        assert isinstance(parameters, AccessParameters)
        return self._load(self._key(item), parameters) is not None

    def measure(self, item: IndicatorSection, progress: Callable[[float], None] | None = None) -> tuple[Measured, AccessGains]:
        """The values of an indicator, and what they rest on.

        Parameters
        ----------
        item : IndicatorSection
        progress : callable, optional
            Called with the share done, 0..1; what it raises stops the work.

        Raises
        ------
        LayerError
            A field of the record is missing, or a column holds no numbers.
        """
        parameters = parse_parameters(item)
        assert isinstance(parameters, AccessParameters)
        key = self._key(item)
        found = self._load(key, parameters)
        if found is None:
            try:
                ground = self._ground(item, parameters)
                walking, paces = walking_of(self._inputs, self._units.crs, parameters, ground.areas, ground.is_released)
                found = access(ground, parameters, walking, progress)
                found = replace(found, unknown_friction_share=paces.unknown.share)
            except LayerError as error:
                raise LayerError(f"Indicator {item.id}: {error.message}", error.remedy) from error
            self._keep(key, found)
        self._found[key] = found
        group = found.groups[parameters.group or ALL]
        values = group.values[parameters.measure].to_numpy("float64")
        is_of_area = parameters.measure in ("minutes_now", "minutes_after")
        coverage = np.full(len(values), np.nan) if is_of_area else group.known_share
        return measured(values, coverage, self._units.areas.index, "access", item.unit_name), found

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
                "parameters": parameters.model_dump(mode="json", exclude={"measure", "group"}),
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
        people = self._rows(parameters.people_layer, (parameters.people_column, *parameters.summed_columns()))
        places = shapely.get_coordinates(shapely.centroid(people.geometry.to_numpy()))
        n_people = as_numbers(people[parameters.people_column], "access")
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
            places=places,
            people=n_people,
            destinations=shapely.get_coordinates(shapely.centroid(chosen.geometry.to_numpy())),
            weight=np.nan_to_num(weight),
            groups=self._groups(people, n_people, places, parameters),
        )

    def _groups(
        self, people: gpd.GeoDataFrame, n_people: np.ndarray, places: np.ndarray, parameters: AccessParameters
    ) -> dict[str, np.ndarray]:
        """People of each group at each place; NaN where a column or the raster does not say."""
        found: dict[str, np.ndarray] = {}
        for name, columns in parameters.group_columns.items():
            names = (columns,) if isinstance(columns, str) else columns
            found[name] = np.sum([as_numbers(people[column], "access") for column in names], axis=0)
        for name, layer in parameters.group_share_layers.items():
            raster = RasterLayer(self._inputs.raster(layer), self._inputs.folder)
            moved = reproject(shapely.points(places), self._units.crs, raster.grid.crs)
            share = raster.sample(shapely.get_x(moved), shapely.get_y(moved))
            raster.close()
            if ((share < 0) | (share > 1)).any():
                raise LayerError(f"Layer {layer}: the share of group {name} must lie between 0 and 1.", "Divide percentages by 100.")
            found[name] = share * n_people
        return found

    def _rows(self, name: str, columns: tuple[str, ...]) -> gpd.GeoDataFrame:
        return PreparedLayer(self._inputs.prepared(name, self._units.crs)).read(columns)

    def _path(self, key: str) -> Path:
        return self._inputs.cache / "values" / f"access-{key}.npz"

    def _load(self, key: str, item: AccessParameters) -> AccessGains | None:
        if key in self._found:
            return self._found[key]
        names = (ALL, *item.group_columns, *item.group_share_layers)
        try:
            with np.load(self._path(key), allow_pickle=False) as kept:
                values, known, inferred, told = (kept[name] for name in ("values", "known", "inferred", "told"))
        except (OSError, ValueError, KeyError, EOFError):
            return None
        shape = (len(names), len(self._units.areas))
        if values.shape != (*shape, len(MEASURES)) or known.shape != shape or inferred.shape != shape[:1] or told.shape != (4,):
            return None
        groups = {
            name: GroupGains(pd.DataFrame(values[row], columns=list(MEASURES)), known[row], _number(inferred[row]))
            for row, name in enumerate(names)
        }
        n_closing, n_inferred, n_lost = (int(one) for one in told[:3])
        return AccessGains(groups, n_closing, n_inferred, n_lost, _number(told[3]))

    def _keep(self, key: str, found: AccessGains) -> None:
        groups = found.groups.values()
        path = self._path(key)
        (self._inputs.cache / "values").mkdir(parents=True, exist_ok=True)
        beside = unfinished_path(path)
        with beside.open("wb") as file:
            np.savez(
                file,
                values=np.stack([one.values.to_numpy("float64") for one in groups]),
                known=np.stack([one.known_share for one in groups]),
                inferred=np.array([_or_nan(one.inferred_share) for one in groups]),
                told=np.array([found.n_closing, found.n_inferred, found.n_lost, _or_nan(found.unknown_friction_share)]),
            )
        os.replace(beside, path)  # noqa: PTH105 - atomic on every system


def _or_nan(share: float | None) -> float:
    return np.nan if share is None else share


def _number(told: float) -> float | None:
    return None if np.isnan(told) else float(told)


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
