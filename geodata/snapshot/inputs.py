"""Everything a build reads: which layers are used, whether they are as config.yaml says, and what they contain."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from geodata.errors import ConfigError, Problem, SnapshotError
from geodata.indicators.parameters import (
    KINDS_OF_METHOD,
    JoinParameters,
    RowFilter,
    check_parameters,
    parse_parameters,
)
from geodata.layers import prepared, tiled
from geodata.layers.open import check_layer, open_layer
from geodata.layers.prepared import Preparation
from geodata.layers.raster import RasterLayer
from geodata.layers.table import TableLayer
from geodata.layers.tiled import Tiling, is_worth_tiling
from geodata.layers.vector import VectorLayer
from geodata.schema.config import Config, IndicatorSection, LayerSection
from geodata.snapshot.cache import fingerprints
from geodata.snapshot.sources import ContentHashes, Source, digest_of
from geodata.snapshot.units import RecordReader

REGISTRY_PREFIX = "registry."
_HASHING_THREADS = 4
_KINDS_OF_OTHER_LAYERS = {
    "weight_layer": ("raster",),
    "slope_layer": ("raster",),
    "friction_layer": ("raster",),
    "group_share_layers": ("raster",),
    "barrier_layers": ("polygon", "line"),
    "roads": ("line",),
    "people_layer": ("point",),
    "places_layer": ("point",),
    "weight_points": ("point",),
}
_DATES = {
    "hazard_areas": ("recorded_date", "updated_date", "last_survey_date"),
    "accidents": ("date",),
    "activities": ("end_date",),
    "release_products": ("date",),
}


class ReadOnce:
    """A registry whose tables are read once per build, so that a build sees one state of it.

    Parameters
    ----------
    registry : RecordReader
    """

    def __init__(self, registry: RecordReader) -> None:
        self._registry, self._head = registry, registry.head()
        self._tables: dict[str, Any] = {}

    def head(self) -> str:
        """Hash of the last event when the build began."""
        return self._head

    def read(self, table: str, *, as_of: dt.date | None = None, known: dt.datetime | None = None) -> Any:
        """The records of a table; the same frame each time, not to be changed.

        Raises
        ------
        SnapshotError
            Somebody changed the registry since the build began.
        """
        if as_of is not None or known is not None:
            return self._registry.read(table, as_of=as_of, known=known)
        if table not in self._tables:
            self._tables[table] = self._registry.read(table)
            if self._registry.head() != self._head:
                raise SnapshotError("The registry changed while the snapshot was being built.", "Run landrelease build again.")
        return self._tables[table]


class Inputs:
    """The files and records of one build.

    Parameters
    ----------
    config : Config
    registry : RecordReader
    folder : Path
        The programme's folder.
    """

    def __init__(self, config: Config, registry: RecordReader, folder: Path) -> None:
        self.config, self.folder = config, folder
        self.registry = ReadOnce(registry)
        self.cache = folder / "derived" / "cache"
        self._hashes = ContentHashes(self.cache / "content.json")
        self._contents: dict[str, str] = {}
        self._tilings: dict[str, Tiling | None] = {}

    def has_measured(self) -> bool:
        """Whether the cache holds values: then most likely little is left to measure."""
        return any((self.cache / "values").glob("*.npy"))

    def check(self) -> None:
        """Refuse a build whose layers, columns or parameters are not there, naming all that is wrong.

        Raises
        ------
        ConfigError
        """
        problems = [problem for item in self.config.indicators for problem in self._check_indicator(item)]
        for layer_id in self.used_layers():
            problems += check_layer(self.config.layer(layer_id), self.folder, self.columns_of(layer_id))
        if problems:
            raise ConfigError(str(self.folder / "config.yaml"), list(dict.fromkeys(problems)))

    def used_layers(self) -> list[str]:
        """Ids of the layers that a build reads, in the order of config.yaml."""
        areas, programme = self.config.areas, self.config.programme
        used = {areas.source, programme.outline, areas.admin.layer if areas.admin else None}
        for item in self.config.indicators:
            used |= {item.layer, *([] if check_parameters(item) else parse_parameters(item).other_columns())}
        used |= {layer.id for layer in self.config.layers if layer.map is not None}
        used |= {layer.coverage for layer in self.config.layers if layer.id in used}
        return [layer.id for layer in self.config.layers if layer.id in used]

    def columns_of(self, layer_id: str) -> list[str]:
        """Columns of a layer that somebody needs."""
        areas = self.config.areas
        columns = list(areas.fields.values()) if areas.source == layer_id else []
        if areas.admin is not None and areas.admin.layer == layer_id:
            columns += areas.admin.fields.values()
        for item in self.config.indicators:
            if check_parameters(item):
                continue
            parameters = parse_parameters(item)
            columns += parameters.layer_columns() if item.layer == layer_id else ()
            columns += parameters.other_columns().get(layer_id, ())
        return list(dict.fromkeys(columns))

    def sources(self, *, remember: bool = True) -> list[Source]:
        """The used layers with the hash of their content; the hashes are remembered, unless nothing may be written."""
        found = []
        sections = [self.config.layer(layer_id) for layer_id in self.used_layers()]
        with ThreadPoolExecutor(_HASHING_THREADS) as threads:
            hashes = list(threads.map(self._hashes.of, [self.folder / section.path for section in sections]))
        for section, (content, n_bytes) in zip(sections, hashes, strict=True):
            date = None if section.date is None else str(section.date)
            found.append(
                Source(
                    section.id, section.path, section.kind, section.source, section.licence, date, section.sensitivity,
                    content, n_bytes,
                )
            )  # fmt: skip
        if remember:
            self._hashes.save()
        return found

    def rows_of(self, name: str) -> pd.DataFrame:
        """Rows of a table, a vector layer or ``registry.TABLE``, whole."""
        if name.startswith(REGISTRY_PREFIX):
            return pd.DataFrame(self.registry.read(name.removeprefix(REGISTRY_PREFIX)))
        section = self.config.layer(name)
        layer = open_layer(section, self.folder)
        return layer.read() if isinstance(layer, TableLayer) else cast(VectorLayer, layer).read().frame

    def content_of(self, name: str) -> str:
        """Hash of what a layer or ``registry.TABLE`` holds, and of how it is read."""
        if name.startswith(REGISTRY_PREFIX):
            return self._registry_content(name.removeprefix(REGISTRY_PREFIX))
        section = self.config.layer(name)
        return digest_of({"file": self._hashes.of(self.folder / section.path)[0], "section": _reading(section)})

    def contents(self) -> dict[str, str]:
        """Hash of what each measured layer and table of records holds, by name."""
        return {name: self.content_of(name) for name in sorted({item.layer for item in self.config.indicators if item.layer})}

    def prepared(self, name: str, crs: CRS) -> Path:
        """A vector layer, or the located records of ``registry.TABLE``, as GeoParquet in the measuring CRS."""
        path = self.prepared_path(name, crs)
        if name.startswith(REGISTRY_PREFIX):
            if not path.exists():
                rows = gpd.GeoDataFrame(self.registry.read(name.removeprefix(REGISTRY_PREFIX)))
                prepared.prepare(rows[rows.geometry.notna()], crs, path)
        else:
            self.preparation(name, crs).run()
        path.touch()
        return path

    def prepared_path(self, name: str, crs: CRS) -> Path:
        """Where the prepared layer lies, whether or not it has been made."""
        columns = None if name.startswith(REGISTRY_PREFIX) else self._columns_to_prepare(name)
        key = digest_of({"content": self.content_of(name), "columns": columns, "crs": crs.to_wkt(), "version": prepared.VERSION})
        return self.cache / "layers" / f"{name}-{key[:16]}.parquet"

    def preparation(self, name: str, crs: CRS) -> Preparation:
        """The work of preparing a vector layer."""
        columns = tuple(self._columns_to_prepare(name))
        return Preparation(self.config.layer(name), self.folder, columns, crs.to_wkt(), self.prepared_path(name, crs))

    def raster(self, name: str) -> LayerSection:
        """A raster layer as it is best read: in tiles, made now where it is large and stored line by line."""
        tiling = self.tiling(name)
        if tiling is not None:
            tiling.run()
        return self.raster_section(name)

    def raster_section(self, name: str) -> LayerSection:
        """The section of a raster layer with the path that it is read from, whether or not its tiles have been made."""
        tiling, section = self.tiling(name), self.config.layer(name)
        if tiling is None:
            return section
        if tiling.path.exists():
            tiling.path.touch()
        return section.model_copy(update={"path": str(tiling.path.absolute())})

    def tiling(self, name: str) -> Tiling | None:
        """The work of converting a raster layer to tiles; None where it is read as it is."""
        if name not in self._tilings:
            section = self.config.layer(name)
            layer = RasterLayer(section, self.folder)
            key = digest_of({"file": self._hashes.of(self.folder / section.path)[0], "version": tiled.VERSION})
            path = self.cache / "layers" / f"{name}-{key[:16]}.tif"
            self._tilings[name] = Tiling(section, self.folder, path) if is_worth_tiling(layer) else None
            layer.close()
        return self._tilings[name]

    def is_vector(self, name: str) -> bool:
        """Whether a layer has geometry that can be measured against areas."""
        return name.startswith(REGISTRY_PREFIX) or self.config.layer(name).kind in ("polygon", "line", "point")

    def reference_day(self) -> dt.date | None:
        """Day that the data speak of: ``programme.data_until``, else the latest in the registry or of a layer."""
        if self.config.programme.data_until is not None:
            return self.config.programme.data_until
        state = digest_of({"head": self.registry.head(), "columns": _DATES})
        latest = self._hashes.remembered("latest day of the records", state, self._latest_day)
        if latest:
            return dt.date.fromisoformat(latest)
        dates = [layer.date for layer in self.config.layers if layer.date is not None]
        return max((dt.date(day, 12, 31) if isinstance(day, int) else day for day in dates), default=None)

    def _latest_day(self) -> str:
        """Latest day in the registry, ISO 8601; empty where it says none."""
        days = [day for table, columns in _DATES.items() for day in self._days(table, columns)]
        return max(days).isoformat() if days else ""

    def _days(self, table: str, columns: tuple[str, ...]) -> list[dt.date]:
        frame = self.registry.read(table)
        found = []
        for name in columns:
            if name in frame.columns:
                days = pd.to_datetime(frame[name].dropna().astype("str"), errors="coerce", format="ISO8601").dropna()
                found += [days.max().date()] if len(days) else []
        return found

    def _columns_to_prepare(self, name: str) -> list[str]:
        columns = self.columns_of(name)
        section = self.config.layer(name)
        return [*columns, *(column for column in section.where if column not in columns)]

    def _registry_content(self, table: str) -> str:
        if table not in self._contents:
            frame = self.registry.read(table)
            buffer = io.BytesIO()
            pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).astype("str").to_parquet(buffer)
            digest = hashlib.blake2b(buffer.getvalue(), digest_size=16)
            if "geometry" in frame.columns:
                digest.update(fingerprints(frame["geometry"].to_numpy()).tobytes())
            self._contents[table] = digest.hexdigest()
        return self._contents[table]

    def _check_indicator(self, item: IndicatorSection) -> list[Problem]:
        problems = check_parameters(item)
        where = f"indicators[{item.id}]"
        if problems or item.layer is None:
            return problems
        problems += self._check_others_only(item, where)
        if item.layer.startswith(REGISTRY_PREFIX):
            return self._check_registry_layer(item, where)
        if item.layer not in {layer.id for layer in self.config.layers}:
            return [Problem(f"{where}.layer", item.layer, "this must be an id under layers", "Add the layer or correct the id.")]
        section, kinds = self.config.layer(item.layer), KINDS_OF_METHOD[item.method]
        if kinds and section.kind not in kinds:
            need = " or ".join(kinds)
            problems.append(
                Problem(f"{where}.layer", item.layer, f"method {item.method} measures a {need} layer; it is {section.kind}",
                        "Choose another layer or method.")
            )  # fmt: skip
        parameters = parse_parameters(item)
        if isinstance(parameters, JoinParameters) and section.columns.key is None and not parameters.names:
            problems.append(
                Problem(f"layers[{section.id}].columns.key", "", "a joined layer must name its code column", "Add columns: {key: ...}.")
            )
        for name, others in _KINDS_OF_OTHER_LAYERS.items():
            for layer_id in _layers_named(getattr(parameters, name, None)):
                problems += self._check_other_layer(layer_id, others, f"{where}.parameters.{name}")
        if isinstance(parameters, RowFilter) and parameters.last_years is not None and self.reference_day() is None:
            problems.append(
                Problem("programme.data_until", "", f"last_years of {item.id} counts back from it", "Add the last day of the data.")
            )
        return problems

    def _check_others_only(self, item: IndicatorSection, where: str) -> list[Problem]:
        if not getattr(parse_parameters(item), "others_only", False) or item.layer == f"{REGISTRY_PREFIX}hazard_areas":
            return []
        problem = "others_only leaves out an area's own record among records of hazard areas"
        return [Problem(f"{where}.parameters.others_only", "", problem, f"Measure layer {REGISTRY_PREFIX}hazard_areas, or leave it out.")]

    def _check_registry_layer(self, item: IndicatorSection, where: str) -> list[Problem]:
        table = str(item.layer).removeprefix(REGISTRY_PREFIX)
        from geodata.schema.records import TABLES

        if table not in TABLES:
            return [Problem(f"{where}.layer", str(item.layer), "this must be a table of the registry", f"Known: {', '.join(TABLES)}.")]
        if item.method not in ("nearest", "within", "interpolate", "share", "join", "survey"):
            return [Problem(f"{where}.method", item.method, "records cannot be measured so", "Use nearest, within, share, survey or join.")]
        parameters = parse_parameters(item)
        if item.method != "join" and not TABLES[table].has_geometry:
            return [Problem(f"{where}.layer", str(item.layer), "records of this table have no place", "Use method join.")]
        wanted = [*parameters.layer_columns(), *([parameters.key] if isinstance(parameters, JoinParameters) else [])]
        missing = [name for name in dict.fromkeys(wanted) if name not in TABLES[table].columns]
        fix = f"Table {table} has {', '.join(TABLES[table].columns)}."
        return [Problem(f"{where}.parameters", name, f"table {table} must have this column", fix) for name in missing]

    def _check_other_layer(self, layer_id: str, kinds: tuple[str, ...], where: str) -> list[Problem]:
        usable = [layer.id for layer in self.config.layers if layer.kind in kinds]
        if layer_id in usable:
            return []
        return [Problem(where, layer_id, f"this must be a {' or '.join(kinds)} layer", f"Known: {', '.join(usable) or 'none yet'}.")]


def _layers_named(parameter: Any) -> tuple[str, ...]:
    """Layers that a parameter names: one, several, or one a group."""
    if parameter is None:
        return ()
    if isinstance(parameter, str):
        return (parameter,)
    return tuple(parameter.values() if isinstance(parameter, dict) else parameter)


def _reading(section: LayerSection) -> dict[str, object]:
    """The part of a layer's section that decides what is read from its file."""
    said = section.model_dump(mode="json")
    keys = ("layer", "kind", "crs", "columns", "encoding", "separator", "decimal", "thousands", "where")
    return {key: said[key] for key in keys}
