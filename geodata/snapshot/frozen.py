"""An immutable snapshot, opened lazily: areas, values, coverage, indicators and basemap layers."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from geodata.errors import SnapshotError

FORMAT = 1
"""Version of the files of a snapshot."""

BOXES = "boxes.npy"
"""Boxes of the units; snapshots of earlier versions have none, and they are measured then."""
_GEOMETRY = "geometry"
_BUILD = "Run landrelease build."


@dataclass(frozen=True)
class IndicatorInfo:
    """What an indicator is, and what was found.

    Attributes
    ----------
    id, unit, method : str
    label : dict language -> text
    layer : str or None
        Layer measured, ``registry.TABLE`` for records.
    parameters : dict
    missing : str
        ``unknown`` or ``zero``; ``missing_reason`` says why zero.
    source, licence, date, sensitivity : str or None
        Of the layer.
    n_known : int
        Areas whose value is known.
    join_rate : float or None
        Share 0..1 of the layer's rows that found an area, where rows are joined to areas.
    minimum, maximum, median : float or None
        Of the known values.
    inferred_share : float or None
        Share 0..1 of the gain in access that rests on roads whose closure no record states but a rule of config.yaml infers.
    unknown_friction_share : float or None
        Share 0..1 of the ground walked on the way that the friction layer of access does not know.
    unit_words : dict language -> text
        The unit per language, where config.yaml gives it so.
    """

    id: str
    label: dict[str, str]
    unit: str
    layer: str | None
    method: str
    parameters: dict[str, Any]
    missing: str
    missing_reason: str | None
    source: str | None
    licence: str | None
    date: str | None
    sensitivity: str
    n_known: int
    join_rate: float | None
    minimum: float | None
    maximum: float | None
    median: float | None
    inferred_share: float | None = None
    unknown_friction_share: float | None = None
    unit_words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ContextInfo:
    """A basemap layer frozen with a snapshot.

    Attributes
    ----------
    id, role, source, licence : str
    label : dict language -> text
    kind : str
        polygon, line, point, or raster (then see :meth:`Snapshot.context_image`).
    date, sensitivity : str
    min_zoom : int
    n_features : int
        0 for a raster.
    """

    id: str
    role: str
    label: dict[str, str]
    kind: str
    source: str
    licence: str
    date: str | None
    sensitivity: str
    min_zoom: int
    n_features: int


@dataclass(frozen=True)
class ContextImage:
    """A raster layer as a picture for an image overlay.

    Attributes
    ----------
    path : Path
        PNG, straight in EPSG:3857.
    bounds_3857 : xmin, ymin, xmax, ymax in metres
    bounds : south, west, north, east in degrees
    """

    path: Path
    bounds_3857: tuple[float, float, float, float]
    bounds: tuple[float, float, float, float]


class Snapshot:
    """A frozen state of a programme; never changes, so everything read from it may be kept.

    Parameters
    ----------
    path : Path
        ``derived/snapshots/<data_version>``.

    Raises
    ------
    SnapshotError
        It is not there, damaged, or of another format.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            manifest = json.loads((path / "manifest.json").read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise SnapshotError(f"Snapshot {path.name} cannot be read: {error}.", _BUILD) from error
        if manifest.get("format") != FORMAT:
            found = manifest.get("format")
            raise SnapshotError(f"Snapshot {path.name} has format {found}, this program reads {FORMAT}.", _BUILD)
        self.manifest: dict[str, Any] = manifest
        self.data_version: str = manifest["data_version"]
        self.n_areas: int = manifest["n_areas"]

    def __repr__(self) -> str:
        return f"Snapshot({self.data_version}, {self.n_areas} areas, {len(self.indicators)} indicators)"

    @property
    def last_day(self) -> dt.date:
        """The last day that the snapshot speaks of; today where none of its records bears a date."""
        stated = self.manifest["data_until"] or self.manifest["as_of"]
        return dt.date.fromisoformat(stated) if stated else dt.datetime.now(dt.UTC).date()

    @cached_property
    def areas(self) -> gpd.GeoDataFrame:
        """The units, EPSG:4326, RangeIndex, sorted by ``area_id``; columns as in ``units.COLUMNS``, dates as ISO text."""
        return gpd.read_parquet(self.path / "areas.parquet")

    @cached_property
    def records(self) -> pd.DataFrame:
        """The units without their outlines: what lists and filters need, at a fraction of the memory of :attr:`areas`."""
        path = self.path / "areas.parquet"
        return pd.read_parquet(path, columns=[name for name in pq.read_schema(path).names if name != _GEOMETRY])

    def outlines(self) -> NDArray[Any]:
        """The units' outlines, EPSG:4326, read anew and not kept; n shapely geometries, None where there is none."""
        outlines: NDArray[Any] = gpd.read_parquet(self.path / "areas.parquet", columns=[_GEOMETRY]).geometry.to_numpy()
        return outlines

    @cached_property
    def boxes(self) -> NDArray[np.float64]:
        """Box of each unit: west, south, east, north in degrees; NaN where it has no location; n x 4."""
        path = self.path / BOXES
        boxes: NDArray[np.float64] = np.load(path, mmap_mode="r", allow_pickle=False) if path.is_file() else shapely.bounds(self.outlines())
        return boxes

    @cached_property
    def values(self) -> pd.DataFrame:
        """``n_areas`` x indicators, float64, read-only, NaN = unknown."""
        return self._matrix("values.npy")

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """Share 0..1 of each area that the layer covers; NaN where that has no meaning."""
        return self._matrix("coverage.npy")

    @cached_property
    def indicators(self) -> dict[str, IndicatorInfo]:
        """What each column of ``values`` is."""
        return {item["id"]: IndicatorInfo(**item) for item in self.manifest["indicators"]}

    @cached_property
    def context_layers(self) -> list[ContextInfo]:
        """Basemap layers, in the order of config.yaml."""
        return [ContextInfo(**item["info"]) for item in self.manifest["context"]]

    def context(self, layer_id: str) -> gpd.GeoDataFrame:
        """A basemap layer, EPSG:4326, columns ``name``, ``class``, ``geometry``.

        Raises
        ------
        SnapshotError
            The snapshot holds no such vector layer.
        """
        path = self.path / "context" / f"{layer_id}.parquet"
        if layer_id not in {info.id for info in self.context_layers} or not path.exists():
            raise SnapshotError(f"Snapshot {self.data_version} has no basemap layer {layer_id!r}.", "Give it map: in config.yaml.")
        return gpd.read_parquet(path)

    def context_image(self, layer_id: str) -> ContextImage:
        """A raster basemap layer as a picture.

        Raises
        ------
        SnapshotError
            The snapshot holds no such raster layer.
        """
        for item in self.manifest["context"]:
            if item["info"]["id"] == layer_id and item["image"] is not None:
                image = item["image"]
                path = self.path / "context" / f"{layer_id}.png"
                return ContextImage(path, tuple(image["bounds_3857"]), tuple(image["bounds"]))
        raise SnapshotError(f"Snapshot {self.data_version} has no picture of layer {layer_id!r}.", "Give it map: in config.yaml.")

    def mean_coverage(self, indicator: str) -> float | None:
        """Mean share 0..1 of an area that the layer of an indicator covers; None where coverage has no meaning.

        A value that was carried over from around, without a coverage of its own, covers nothing.
        """
        coverage = self.coverage[indicator]
        if coverage.isna().all():
            return None
        is_judged = coverage.notna() | self.values[indicator].notna()
        return float(coverage[is_judged].fillna(0.0).mean())

    def _matrix(self, name: str) -> pd.DataFrame:
        cells = np.load(self.path / name, mmap_mode="r", allow_pickle=False)
        return pd.DataFrame(cells, columns=pd.Index(list(self.indicators), dtype="str"), copy=False)


def snapshots_folder(programme_dir: Path) -> Path:
    """Where a programme's snapshots lie."""
    return programme_dir / "derived" / "snapshots"


def open_snapshot(programme_dir: Path, data_version: str) -> Snapshot:
    """The snapshot of that identity.

    Raises
    ------
    SnapshotError
        There is none.
    """
    path = snapshots_folder(programme_dir) / data_version
    if not re.fullmatch(r"[0-9a-f]{16}", data_version) or not path.is_dir():
        raise SnapshotError(f"There is no snapshot {data_version[:40]!r} in {programme_dir}.", _BUILD)
    return Snapshot(path)


def current_version(programme_dir: Path) -> str:
    """The identity of the snapshot that the last build made.

    Raises
    ------
    SnapshotError
        Nothing was built yet.
    """
    try:
        return (programme_dir / "derived" / "current").read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SnapshotError(f"Nothing has been built yet in {programme_dir}.", _BUILD) from error


def current_snapshot(programme_dir: Path) -> Snapshot:
    """The snapshot that the last build made.

    Raises
    ------
    SnapshotError
        Nothing was built yet.
    """
    return open_snapshot(programme_dir, current_version(programme_dir))
