"""The pieces of work of a build: which layers are prepared, and which areas are measured together."""

from __future__ import annotations

import datetime as dt
from itertools import compress

import numpy as np
from pyproj import Transformer

from geodata.geometry.crs import WGS84
from geodata.indicators.parameters import parse_parameters
from geodata.layers.prepared import Preparation, curve_order_of_points
from geodata.layers.tiled import Tiling
from geodata.schema.config import IndicatorSection
from geodata.snapshot.inputs import REGISTRY_PREFIX, Inputs
from geodata.snapshot.units import Units
from geodata.snapshot.work import AREAS_PER_PIECE, Piece, split_rows

Task = Piece | Preparation | Tiling


def plan_tasks(inputs: Inputs, units: Units, wanted: dict[str, np.ndarray]) -> tuple[list[Task], list[Task]]:
    """What can be done at once, and what needs a prepared layer; grouped by layer and by which areas are lacking.

    Parameters
    ----------
    inputs : Inputs
    units : Units
    wanted : dict indicator -> boolean array
        Areas to be measured.
    """
    groups: dict[tuple[str, str, bytes], list[IndicatorSection]] = {}
    for item in inputs.config.indicators:
        if item.id in wanted and wanted[item.id].any():
            # indicators of one piece share its listed places
            places = getattr(parse_parameters(item), "places_layer", "")
            groups.setdefault((str(item.layer), places, wanted[item.id].tobytes()), []).append(item)
    order = _curve_order(units) if groups else np.empty(0, dtype="int64")
    pieces = [
        _piece(inputs, units, layer, rows, tuple(items))
        for (layer, _, lacking), items in groups.items()
        for rows in split_rows(order, np.frombuffer(lacking, dtype=bool))
    ]
    preparations = _preparations(inputs, units, {name for layer, places, _ in groups for name in (layer, places) if name})
    rasters = {section.id for piece in pieces for section in (piece.raster, *piece.weights) if section is not None}
    tilings = [one for one in map(inputs.tiling, sorted(rasters)) if one is not None and not one.path.exists()]
    waiting = {one.section.id for one in tilings}
    can_begin = [_needs_no_other(piece, waiting) for piece in pieces]
    return [*tilings, *preparations, *compress(pieces, can_begin)], [*compress(pieces, (not begins for begins in can_begin))]


def _needs_no_other(piece: Piece, waiting: set[str]) -> bool:
    """Whether a piece reads nothing that must be made first."""
    return piece.raster is not None and piece.raster.id not in waiting and piece.places is None


def _curve_order(units: Units) -> np.ndarray:
    """All units along the curve by their middle; those without a place last."""
    lon, lat = (units.areas[name].to_numpy("float64") for name in ("lon", "lat"))
    x, y = Transformer.from_crs(WGS84, units.crs, always_xy=True).transform(lon, lat)
    return curve_order_of_points(x, y)


def _preparations(inputs: Inputs, units: Units, layers: set[str]) -> list[Preparation]:
    """Layers to be prepared, the largest first; records are prepared here, since they are few and at hand."""
    crs = units.crs
    surveyed = {inputs.config.layer(name).coverage for name in layers if not name.startswith(REGISTRY_PREFIX)}
    names = sorted(name for name in {*layers, *filter(None, surveyed)} if inputs.is_vector(name))
    open_layers = [name for name in names if not inputs.prepared_path(name, crs).exists()]
    for name in names:
        if name not in open_layers or name.startswith(REGISTRY_PREFIX):
            inputs.prepared(name, crs)
    return sorted(
        (inputs.preparation(name, crs) for name in open_layers if not name.startswith(REGISTRY_PREFIX)),
        key=lambda one: -(one.folder / one.section.path).stat().st_size,
    )


def _piece(inputs: Inputs, units: Units, layer: str, rows: np.ndarray, items: tuple[IndicatorSection, ...]) -> Piece:
    crs = units.crs
    is_vector = inputs.is_vector(layer)
    section = None if layer.startswith(REGISTRY_PREFIX) else inputs.config.layer(layer)
    surveyed = section.coverage if section is not None and is_vector else None
    others = {name for item in items for name in parse_parameters(item).other_columns()}
    weights, places = ({name for name in others if inputs.is_vector(name) is is_place} for is_place in (False, True))
    return Piece(
        rows=rows,
        recorded=units.areas.geometry.to_numpy()[rows],
        crs=crs.to_wkt(),
        indicators=items,
        folder=inputs.folder,
        raster=None if is_vector else inputs.raster_section(layer),
        prepared=inputs.prepared_path(layer, crs) if is_vector else None,
        coverage=inputs.prepared_path(surveyed, crs) if surveyed else None,
        weights=tuple(inputs.raster_section(name) for name in sorted(weights)),
        as_of=inputs.reference_day() or dt.date.min,
        places=inputs.prepared_path(min(places), crs) if places else None,
        ids=units.areas["area_id"].iloc[rows].to_numpy(dtype=object) if layer == f"{REGISTRY_PREFIX}hazard_areas" else None,
    )


def weight_of(task: Task) -> int:
    """How much of the work a task is, for progress; a layer to be prepared counts as a piece of one indicator."""
    return AREAS_PER_PIECE if isinstance(task, Preparation | Tiling) else len(task.rows) * len(task.indicators)


def subject_of(task: Task) -> str:
    """What is done, for people."""
    return f"preparing {task.section.id}" if isinstance(task, Preparation | Tiling) else ", ".join(item.id for item in task.indicators[:2])
