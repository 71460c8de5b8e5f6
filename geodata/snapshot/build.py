"""Build a snapshot: check, measure, freeze, and make it the current one."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely

from geodata.geometry.crs import reproject
from geodata.layers import prepared
from geodata.layers.raster import RasterLayer
from geodata.layers.vector import VectorLayer
from geodata.schema.config import Config, IndicatorSection
from geodata.snapshot.cache import forget_unused
from geodata.snapshot.context import freeze_raster, freeze_vector
from geodata.snapshot.executor import Executor, open_executor
from geodata.snapshot.frozen import BOXES, FORMAT, ContextInfo, IndicatorInfo, Snapshot, snapshots_folder
from geodata.snapshot.inputs import REGISTRY_PREFIX, Inputs
from geodata.snapshot.measuring import METHOD_VERSIONS, Measurements, measure_indicators
from geodata.snapshot.sources import Source, canonical_json, digest_of
from geodata.snapshot.units import RecordReader, Units, fill_admin, load_units
from geodata.snapshot.work import ProgressCallback
from geodata.snapshot.write import SnapshotWriter, point_current_at
from geodata.unfinished import clear_unfinished

_MEASURING_SHARE = 0.85
_WRITTEN = 0.8
"""Share of a build's progress at which the snapshot is written, where something follows."""


def build_snapshot(
    config: Config,
    registry: RecordReader,
    programme_dir: Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    progress: ProgressCallback | None = None,
    before_current: Callable[[Snapshot, ProgressCallback], None] | None = None,
) -> Snapshot:
    """Measure every area, freeze the result and make it the current snapshot.

    The same inputs give the same files byte for byte, wherever they are measured; where they were built before, that
    snapshot becomes the current one. What was measured before, also by a build that was stopped, is not measured again.

    Parameters
    ----------
    config : Config
    registry : RecordReader
        Open registry.
    programme_dir : Path
    workers : int
        Processes that measure.
    scheduler : str, optional
        Address of a Dask scheduler whose workers measure instead.
    progress : callable, optional
        Called with the share done (0..1) and what is being done.
    before_current : callable, optional
        Called with the snapshot and its progress before the snapshot becomes the current one, so that what belongs to it is
        there when it is first seen.

    Raises
    ------
    ConfigError
        Layers, columns or parameters are not there; names all.
    SnapshotError
        There is no area, no scheduler answers, workers keep dying, or the snapshot cannot be written.
    LayerError, CrsError
        A layer's content is not what its indicators need.
    """
    say = progress or _silent
    say(0.0, "checking layers")
    inputs = Inputs(config, registry, programme_dir)
    _clear_leftovers(inputs.cache)
    inputs.check()
    as_of = inputs.reference_day()
    sources = inputs.sources()  # remembers the day too: a build that changes nothing reads no record and no layer
    data_version = version_of(config, registry.head(), sources, as_of)
    target = snapshots_folder(programme_dir) / data_version
    written = 1.0 if before_current is None else _WRITTEN
    if not target.is_dir():
        with open_executor(workers, scheduler) as executor:
            _make(inputs, sources, target, executor, lambda share, what: say(share * written, what))
    snapshot = Snapshot(target)
    if before_current is not None:
        before_current(snapshot, lambda share, what: say(written + (1 - written) * share, what))
    point_current_at(programme_dir, data_version)
    forget_unused(inputs.cache / "values")
    forget_unused(inputs.cache / "layers")
    say(1.0, f"snapshot {data_version}: {snapshot.n_areas} areas, {len(snapshot.indicators)} indicators")
    return snapshot


def _clear_leftovers(cache: Path) -> None:
    """Remove what killed builds left."""
    for folder in (cache.parent, cache, cache / "values", cache / "layers"):
        clear_unfinished(folder)


def version_of(config: Config, head: str, sources: list[Source], as_of: dt.date | None) -> str:
    """The identity (16 hexadecimal digits) of what a build would freeze."""
    return digest_of(
        {
            "format": FORMAT,
            "registry": head,
            "content": {source.id: source.content for source in sources},
            "layers": config.layers,
            "indicators": config.indicators,
            "areas": config.areas,
            "likelihood": config.likelihood.model_dump(mode="json", exclude={"valid_months"}),  # a warning; nothing is measured by it
            "crs": config.programme.crs,
            "outline": config.programme.outline,
            "as_of": str(as_of),
            "methods": METHOD_VERSIONS,
            "prepared": prepared.VERSION,
        }
    )[:16]


def _make(inputs: Inputs, sources: list[Source], target: Path, executor: Executor, say: ProgressCallback) -> None:
    if not inputs.has_measured():
        executor.start()
    say(0.02, "reading areas")
    units = read_units(inputs)
    found = measure_indicators(inputs, units, executor, lambda share, what: say(0.05 + share * _MEASURING_SHARE, what))
    writer = SnapshotWriter(target)
    try:
        say(0.92, "freezing the basemap")
        context = _freeze_context(inputs, writer)
        say(0.97, "writing")
        writer.places("areas.parquet", units.areas)
        writer.matrix(BOXES, shapely.bounds(units.areas.geometry.to_numpy()))
        writer.matrix("values.npy", found.values)
        writer.matrix("coverage.npy", found.coverage)
        manifest = _manifest(inputs, sources, units, found, target.name)
        writer.content("manifest.json", canonical_json({**manifest, "context": context}).encode("utf-8"))
        writer.publish()
    finally:
        writer.discard()


def read_units(inputs: Inputs) -> Units:
    """The units of decision, with the names of their places filled in.

    Raises
    ------
    SnapshotError, LayerError
    """
    units = load_units(inputs.config, inputs.registry, inputs.folder)
    admin = inputs.config.areas.admin
    if admin is None:
        return units
    places = VectorLayer(inputs.config.layer(admin.layer), inputs.folder).read(list(admin.fields.values())).frame
    places = places.set_geometry(reproject(places.geometry.to_numpy(), places.crs, units.crs)).set_crs(units.crs, allow_override=True)
    return dataclasses.replace(units, areas=fill_admin(units.areas, places, admin, units.crs))


def _manifest(inputs: Inputs, sources: list[Source], units: Units, found: Measurements, data_version: str) -> dict[str, object]:
    config = inputs.config
    as_of = inputs.reference_day()
    areas = units.areas
    n_point = int((areas["is_located"] & areas["area_m2"].isna()).sum())
    return {
        "format": FORMAT,
        "data_version": data_version,
        "n_areas": len(areas),
        "n_unlocated": int((~areas["is_located"]).sum()),
        "n_point_only": n_point,
        "unit": config.areas.unit,
        "crs": units.crs.to_wkt(),
        "as_of": None if as_of is None else as_of.isoformat(),
        "data_until": None if config.programme.data_until is None else config.programme.data_until.isoformat(),
        "registry_head": inputs.registry.head(),
        "methods": METHOD_VERSIONS,
        "layers": [dataclasses.asdict(source) for source in sources],
        "contents": inputs.contents(),
        "indicators": [dataclasses.asdict(_info(config, item, number, found)) for number, item in enumerate(config.indicators)],
    }


def _info(config: Config, item: IndicatorSection, number: int, found: Measurements) -> IndicatorInfo:
    values = found.values[:, number]
    known = values[~np.isnan(values)]
    is_layer = item.layer is not None and not item.layer.startswith(REGISTRY_PREFIX)
    section = config.layer(str(item.layer)) if is_layer else None
    date = None if section is None or section.date is None else str(section.date)
    return IndicatorInfo(
        id=item.id,
        label=dict(item.label),
        unit=item.unit_name,
        unit_words=item.unit_words,
        layer=item.layer,
        method=item.method,
        parameters=item.model_dump(mode="json")["parameters"],
        missing=item.missing,
        missing_reason=item.missing_reason,
        source=section.source if section else "registry",
        licence=section.licence if section else None,
        date=date,
        sensitivity=section.sensitivity if section else "restricted",
        n_known=len(known),
        join_rate=found.join_rates.get(item.id),
        minimum=float(known.min()) if len(known) else None,
        maximum=float(known.max()) if len(known) else None,
        median=float(np.median(known)) if len(known) else None,
        inferred_share=found.inferred_shares.get(item.id),
        unknown_friction_share=found.unknown_friction.get(item.id),
    )


def _freeze_context(inputs: Inputs, writer: SnapshotWriter) -> list[dict[str, object]]:
    """Write the layers that config.yaml draws as basemap; returns their part of the manifest."""
    context: list[dict[str, object]] = []
    for section in inputs.config.layers:
        if section.map is None or section.kind == "table":
            continue
        n_features, image = 0, None
        if section.kind == "raster":
            raster = RasterLayer(section, inputs.folder)
            picture = freeze_raster(raster)
            raster.close()
            writer.content(f"context/{section.id}.png", picture.png)
            image = {"bounds_3857": picture.bounds_3857, "bounds": picture.bounds}
        else:
            frame = freeze_vector(VectorLayer(section, inputs.folder))
            n_features = len(frame)
            writer.places(f"context/{section.id}.parquet", frame)
        info = ContextInfo(
            id=section.id,
            role=section.map.role,
            label=dict(section.map.label or {"en": section.id}),
            kind=section.kind,
            source=section.source,
            licence=section.licence,
            date=None if section.date is None else str(section.date),
            sensitivity=section.sensitivity,
            min_zoom=section.map.min_zoom,
            n_features=n_features,
        )
        context.append({"info": dataclasses.asdict(info), "image": image})
    return context


def _silent(_fraction: float, _message: str) -> None:
    """Progress that nobody watches."""
