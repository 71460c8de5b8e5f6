"""Measure the places that areas lie in, by the same indicators: for questions about the country, not about its areas."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.errors import SnapshotError
from geodata.schema.config import AreasSection, Config
from geodata.snapshot.executor import SerialExecutor
from geodata.snapshot.frozen import Snapshot
from geodata.snapshot.inputs import REGISTRY_PREFIX, Inputs
from geodata.snapshot.measuring import measure_indicators
from geodata.snapshot.units import RecordReader, load_units

METHODS = ("zonal", "share", "nearest", "within", "interpolate", "join")
"""Methods that measure any polygon, not only the record of an area."""


@dataclass(frozen=True, eq=False)
class MeasuredPlaces:
    """The smallest places that config.yaml names, measured.

    Attributes
    ----------
    places : GeoDataFrame, EPSG:4326, n rows
        Columns as in ``Snapshot.areas``: ``area_id`` is the code of the place, ``area_m2`` its size.
    values : DataFrame, n rows, one column an indicator
        NaN is unknown.
    """

    places: gpd.GeoDataFrame
    values: pd.DataFrame


def measure_places(config: Config, snapshot: Snapshot, registry: RecordReader, folder: Path, indicators: Sequence[str]) -> MeasuredPlaces:
    """Measure every place of the layer that ``areas.admin`` names, by indicators of layers.

    Nothing is kept: the cache of a programme holds the values of its areas.

    Parameters
    ----------
    config : Config
    snapshot : Snapshot
        Whose layers must be unchanged.
    registry : RecordReader
    folder : Path
        The programme's folder.
    indicators : sequence of str
        Ids; each of a method of ``METHODS``.

    Raises
    ------
    SnapshotError
        config.yaml names no places with codes, or a layer has changed since the snapshot.
    LayerError
        Codes of places are missing or stand twice.
    """
    admin = config.areas.admin
    if admin is None or "admin_code" not in admin.fields:
        raise SnapshotError(
            "Places are measured by their outlines and codes; config.yaml names none.", "Name a layer and admin_code under areas.admin."
        )
    section = AreasSection(unit="community", source=admin.layer, fields={"area_id": admin.fields["admin_code"], **admin.fields})
    chosen = tuple(config.indicator(name) for name in indicators)
    changed = config.model_copy(update={"areas": section, "indicators": chosen})
    inputs = Inputs(changed, registry, folder)
    _refuse_changes(inputs, snapshot)
    units = load_units(changed, inputs.registry, folder)
    with tempfile.TemporaryDirectory() as cache:
        inputs.cache = Path(cache)
        found = measure_indicators(inputs, units, SerialExecutor(), lambda _share, _what: None)
    return MeasuredPlaces(units.areas, pd.DataFrame(found.values, columns=list(indicators)))


def _refuse_changes(inputs: Inputs, snapshot: Snapshot) -> None:
    frozen = snapshot.manifest["contents"]
    names = {str(item.layer) for item in inputs.config.indicators if not str(item.layer).startswith(REGISTRY_PREFIX)}
    changed = {name for name in names if inputs.content_of(name) != frozen.get(name)}
    own = {layer["id"]: layer["content"] for layer in snapshot.manifest["layers"]}
    changed |= {source.id for source in inputs.sources(remember=False) if source.id in own and own[source.id] != source.content}
    if changed:
        raise SnapshotError(
            f"Places are measured on the layers of snapshot {snapshot.data_version}; {', '.join(sorted(changed)[:3])} changed since.",
            "Run landrelease build again.",
        )
