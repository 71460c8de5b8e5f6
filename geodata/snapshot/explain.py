"""What a build would do, and why; nothing is measured, prepared or written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geodata.errors import SnapshotError
from geodata.indicators.parameters import RowFilter, parse_parameters
from geodata.schema.config import Config, IndicatorSection
from geodata.snapshot.build import read_units, version_of
from geodata.snapshot.cache import fingerprints
from geodata.snapshot.frozen import Snapshot, current_snapshot, snapshots_folder
from geodata.snapshot.inputs import Inputs
from geodata.snapshot.measuring import METHOD_VERSIONS, count_unmeasured
from geodata.snapshot.sources import canonical_json
from geodata.snapshot.units import RecordReader, Units


@dataclass(frozen=True)
class IndicatorPlan:
    """What a build would do for one indicator.

    Attributes
    ----------
    id, method : str
    layer : str or None
    n_areas : int
        Areas that would be measured; the others are taken from the cache.
    reasons : tuple of str
        Why; empty where nothing is measured.
    """

    id: str
    method: str
    layer: str | None
    n_areas: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class BuildPlan:
    """What a build would do.

    Attributes
    ----------
    data_version : str
        Identity of the snapshot that it would make current.
    previous : str or None
        The current one.
    is_built : bool
        That snapshot is there already: it would only be made current.
    n_areas, n_new, n_moved, n_gone : int
        Areas now; those that the current snapshot lacks, holds with another outline, or holds beside them.
    layers_to_prepare : tuple of str
        Vector layers to be converted to the measuring CRS and sorted, and large rasters to be converted to tiles.
    indicators : tuple of IndicatorPlan
        In the order of config.yaml.
    """

    data_version: str
    previous: str | None
    is_built: bool
    n_areas: int
    n_new: int
    n_moved: int
    n_gone: int
    layers_to_prepare: tuple[str, ...]
    indicators: tuple[IndicatorPlan, ...]


def planned_version(config: Config, registry: RecordReader, programme_dir: Path) -> str:
    """The identity of the snapshot that a build would make current; takes far less time than :func:`explain_build`.

    Raises
    ------
    ConfigError, LayerError
        What the build would be refused for.
    """
    inputs = Inputs(config, registry, programme_dir)
    inputs.check()
    return version_of(config, registry.head(), inputs.sources(), inputs.reference_day())


def explain_build(config: Config, registry: RecordReader, programme_dir: Path) -> BuildPlan:
    """What :func:`geodata.snapshot.build_snapshot` would do with these inputs, and why.

    Raises
    ------
    ConfigError, SnapshotError, LayerError, CrsError
        What the build would be refused for.
    """
    inputs = Inputs(config, registry, programme_dir)
    inputs.check()
    sources = inputs.sources(remember=False)
    data_version = version_of(config, registry.head(), sources, inputs.reference_day())
    is_built = (snapshots_folder(programme_dir) / data_version).is_dir()
    units, previous = read_units(inputs), _previous(programme_dir)
    n_new, n_moved, n_gone = _compare_areas(units, previous)
    wanted = {} if is_built else count_unmeasured(inputs, units)
    plans = []
    for item in config.indicators:
        n_areas = 0 if is_built else wanted.get(item.id, len(units.areas))
        reasons = _reasons(item, inputs, units, previous, n_areas < len(units.areas)) if n_areas else []
        if n_areas and item.id not in wanted:
            reasons.append("it is measured anew by every build")
        plans.append(IndicatorPlan(item.id, item.method, item.layer, n_areas, tuple(reasons)))
    return BuildPlan(
        data_version=data_version,
        previous=None if previous is None else previous.data_version,
        is_built=is_built,
        n_areas=len(units.areas),
        n_new=n_new,
        n_moved=n_moved,
        n_gone=n_gone,
        layers_to_prepare=_to_prepare(inputs, units, {item.layer for item in plans if item.n_areas and item.layer}),
        indicators=tuple(plans),
    )


def _previous(programme_dir: Path) -> Snapshot | None:
    try:
        return current_snapshot(programme_dir)
    except SnapshotError:
        return None


def _compare_areas(units: Units, previous: Snapshot | None) -> tuple[int, int, int]:
    if previous is None:
        return len(units.areas), 0, 0
    now = _prints(units.areas)
    before = _prints(previous.areas)
    both = now.index.intersection(before.index)
    n_moved = int((now.loc[both].to_numpy() != before.loc[both].to_numpy()).sum())
    return len(now) - len(both), n_moved, len(before) - len(both)


def _prints(areas: Any) -> pd.Series:
    return pd.Series(np.array([bytes(one).hex() for one in fingerprints(areas.geometry.to_numpy())]), index=areas["area_id"].to_numpy())


def _reasons(item: IndicatorSection, inputs: Inputs, units: Units, previous: Snapshot | None, is_part: bool) -> list[str]:
    """What differs from the current snapshot; a part of the areas is measured because of those areas alone."""
    if previous is None:
        return ["nothing has been built yet" if not is_part else "a build was stopped before these areas"]
    if is_part:
        return ["these areas are new, have another outline, or an earlier build was stopped before them"]
    before = previous.indicators.get(item.id)
    if before is None:
        return ["the indicator is new"]
    found = []
    if before.method != item.method or before.layer != item.layer:
        found.append("its method or layer is another")
    if canonical_json(before.parameters) != canonical_json(item.model_dump(mode="json")["parameters"]):
        found.append("its parameters changed")
    if previous.manifest["methods"].get(item.method) != METHOD_VERSIONS[item.method]:
        found.append(f"the code of method {item.method} changed")
    if item.method == "access" and not found:
        found.append("areas, their records or a layer changed, and access depends on all of them")
    contents = previous.manifest.get("contents", {})
    if item.layer is not None and contents.get(item.layer, inputs.content_of(item.layer)) != inputs.content_of(item.layer):
        found.append(f"{item.layer} changed")
    if previous.manifest["crs"] != units.crs.to_wkt():
        found.append("the measuring CRS changed")
    if _is_relative(item) and previous.manifest["as_of"] != str(inputs.reference_day()):
        found.append("the reference day of last_years changed")
    return found or ["the cache does not hold it"]


def _is_relative(item: IndicatorSection) -> bool:
    parameters = parse_parameters(item)
    return isinstance(parameters, RowFilter) and parameters.last_years is not None


def _to_prepare(inputs: Inputs, units: Units, layers: set[str]) -> tuple[str, ...]:
    return tuple(name for name in sorted(layers) if _must_be_prepared(inputs, units, name))


def _must_be_prepared(inputs: Inputs, units: Units, name: str) -> bool:
    if inputs.is_vector(name):
        return not inputs.prepared_path(name, units.crs).exists()
    if inputs.config.layer(name).kind != "raster":
        return False
    tiling = inputs.tiling(name)
    return tiling is not None and not tiling.path.exists()
