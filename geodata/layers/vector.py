"""Layers of polygons, lines and points: any GDAL vector, GeoParquet, and point tables with x and y or WKT columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
import pyogrio
import pyogrio.errors
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError as PyprojCrsError

from geodata.errors import CrsError, LayerError
from geodata.layers.table import (
    PARQUET_SUFFIXES,
    SHEET_SUFFIXES,
    TEXT_SUFFIXES,
    keep_rows,
    read_columns,
    read_table,
    read_table_parts,
    require_columns,
    type_columns,
)
from geodata.schema.config import LayerSection

Box = tuple[float, float, float, float]
"""xmin, ymin, xmax, ymax in the units of a CRS."""

_DIMENSION = {"point": 0, "line": 1, "polygon": 2}


@dataclass(frozen=True)
class VectorRows:
    """What was read of a vector layer, and what was left out.

    Attributes
    ----------
    frame : GeoDataFrame, RangeIndex, in the layer's own CRS
    n_without_place : int
        Rows without geometry or coordinates.
    n_other_kind : int
        Rows whose geometry is of another kind than the layer's (a line among polygons).
    """

    frame: gpd.GeoDataFrame
    n_without_place: int = 0
    n_other_kind: int = 0


class VectorLayer:
    """A layer of polygons, lines or points, opened when first used.

    Parameters
    ----------
    section : LayerSection
        What config.yaml says of it.
    folder : Path
        The programme's folder; ``section.path`` is relative to it.
    """

    def __init__(self, section: LayerSection, folder: Path) -> None:
        self.section = section
        self.path = folder / section.path

    @property
    def _is_table(self) -> bool:
        suffix = self.path.suffix.lower()
        columns = self.section.columns
        has_place = columns.wkt is not None or columns.x is not None
        return suffix in (*TEXT_SUFFIXES, *SHEET_SUFFIXES) or (suffix in PARQUET_SUFFIXES and has_place)

    @property
    def _where(self) -> str:
        inner = f", layer {self.section.layer!r}" if self.section.layer else ""
        return f"{self.path.name}{inner} (layer {self.section.id})"

    def columns(self) -> tuple[str, ...]:
        """Names of the attribute columns, in the order of the file."""
        if self._is_table:
            return read_columns(self.path, self.section)
        if self.path.suffix.lower() in PARQUET_SUFFIXES:
            place = self._parquet_geometry["primary_column"]
            return tuple(name for name in read_columns(self.path, self.section) if name != place)
        return tuple(str(name) for name in cast("np.ndarray", self._info["fields"]))

    @cached_property
    def crs(self) -> CRS:
        """CRS of the coordinates: the file's, or where it says none, config.yaml's.

        Raises
        ------
        CrsError
            Neither says one, or the two differ.
        """
        found = self._crs_of_file()
        said = self._crs_of_config()
        if found is None and said is None:
            raise CrsError(f"{self._where} does not say its CRS.", f"Set layers.{self.section.id}.crs in config.yaml, e.g. EPSG:4326.")
        if found is not None and said is not None and not found.equals(said, ignore_axis_order=True):
            raise CrsError(
                f"{self._where} says {found.name}, config.yaml says {said.name}; only one can be right.",
                f"Remove layers.{self.section.id}.crs, or correct the file.",
            )
        return cast(CRS, found if found is not None else said)

    def read(self, columns: Sequence[str] | None = None, *, bbox: Box | None = None) -> VectorRows:
        """Read rows with their geometry in the layer's CRS, as ``where`` keeps them.

        Parameters
        ----------
        columns : sequence of str, optional
            Attribute columns wanted; all where absent.
        bbox : 4 floats, optional
            Only rows that touch this window, in the layer's CRS.

        Raises
        ------
        LayerError, CrsError
            A column is missing, the file cannot be read, or nothing in it is of the layer's kind.
        """
        wanted = self._wanted(columns)
        frame = self._read_table(wanted, bbox) if self._is_table else self._read_file(wanted, bbox, None)
        return self._select(frame, columns, is_whole=True)

    def read_batches(self, columns: Sequence[str] | None = None, n_rows: int = 100_000) -> Iterator[VectorRows]:
        """The rows as :meth:`read` gives them, in order and at most ``n_rows`` of the file at a time; sheets of a workbook at once.

        Raises
        ------
        LayerError, CrsError
            As :meth:`read`.
        """
        any_kept = False
        for frame in self._parts(self._wanted(columns), n_rows):
            rows = self._select(frame, columns, is_whole=False)
            any_kept |= len(rows.frame) > 0
            yield rows
        if not any_kept:
            yield self.read(columns)

    def _wanted(self, columns: Sequence[str] | None) -> list[str] | None:
        """The columns to be read, those that ``where`` looks at among them; all where None."""
        wanted = None if columns is None else list(dict.fromkeys([*columns, *self.section.where]))
        if wanted is not None:
            require_columns(self.columns(), wanted, self._where)
        return wanted

    def _select(self, frame: gpd.GeoDataFrame, columns: Sequence[str] | None, *, is_whole: bool) -> VectorRows:
        attributes = pd.DataFrame(frame.drop(columns="geometry"))
        if not self._is_table:
            attributes = type_columns(attributes, self.section, parse=False)
        attributes["geometry"] = frame["geometry"].to_numpy()
        attributes = keep_rows(attributes, self.section.where)
        if columns is not None:
            attributes = attributes[[*dict.fromkeys(columns), "geometry"]]
        return self._of_kind(gpd.GeoDataFrame(attributes, geometry="geometry", crs=self.crs), is_whole=is_whole)

    def _parts(self, wanted: list[str] | None, n_rows: int) -> Iterator[gpd.GeoDataFrame]:
        if self._is_table:
            section, names = self.section.model_copy(update={"where": {}}), self._table_columns(wanted)
            for table in read_table_parts(self.path, section, names, n_rows):
                yield gpd.GeoDataFrame(table, geometry=self._geometry_of(table), crs=self.crs)
        elif self.path.suffix.lower() in PARQUET_SUFFIXES:
            yield from self._parquet_parts(wanted, n_rows)
        else:
            total = int(cast("int", self._info["features"]))
            starts = range(0, total, n_rows) if total > n_rows else [None]
            for start in starts:
                yield self._read_file(wanted, None, None if start is None else (start, n_rows))

    def _parquet_parts(self, wanted: list[str] | None, n_rows: int) -> Iterator[gpd.GeoDataFrame]:
        said, place = self._parquet_geometry, str(self._parquet_geometry["primary_column"])
        if said["columns"][place].get("encoding") != "WKB":
            yield self._read_file(wanted, None, None)
            return
        names = [*(self.columns() if wanted is None else wanted), place]
        try:
            with pyarrow.parquet.ParquetFile(self.path) as file:
                for batch in file.iter_batches(n_rows, columns=names):
                    geometry = shapely.from_wkb(batch.column(place).to_numpy(zero_copy_only=False))
                    attributes = pyarrow.Table.from_batches([batch]).drop_columns([place]).to_pandas()
                    yield gpd.GeoDataFrame(attributes.reset_index(drop=True), geometry=geometry, crs=self.crs)
        except (ValueError, OSError) as error:
            raise self._unreadable(error) from error

    def _of_kind(self, frame: gpd.GeoDataFrame, *, is_whole: bool) -> VectorRows:
        geometry = frame.geometry.to_numpy()
        if (shapely.get_coordinate_dimension(geometry) > 2).any():
            geometry = shapely.force_2d(geometry)
        is_empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
        is_kind = shapely.get_dimensions(geometry) == _DIMENSION[self.section.kind]
        frame = frame.set_geometry(gpd.GeoSeries(geometry, index=frame.index, crs=frame.crs))
        if is_whole and len(frame) and not is_empty.all() and not is_kind.any():
            kinds = sorted({str(kind) for kind in frame.geom_type[~is_empty]})
            raise LayerError(
                f"{self._where} holds {', '.join(kinds)}, config.yaml says kind: {self.section.kind}.",
                f"Correct layers.{self.section.id}.kind or its layer.",
            )
        kept = frame[is_kind & ~is_empty].reset_index(drop=True)
        return VectorRows(kept, int(is_empty.sum()), int((~is_kind & ~is_empty).sum()))

    @cached_property
    def _info(self) -> dict[str, object]:
        try:
            return cast("dict[str, object]", pyogrio.read_info(self.path, layer=self.section.layer))
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> LayerError:
        return LayerError(
            f"{self._where} cannot be read as a vector layer: {error}.",
            f"Check path, layer and kind of layers.{self.section.id} in config.yaml.",
        )

    def _crs_of_file(self) -> CRS | None:
        if self._is_table:
            return None
        if self.path.suffix.lower() in PARQUET_SUFFIXES:
            place = self._parquet_geometry
            said = place["columns"][place["primary_column"]].get("crs", "OGC:CRS84")
            return None if said is None else CRS.from_user_input(said)
        known = self._info["crs"]
        return None if known is None else CRS.from_user_input(known)

    @cached_property
    def _parquet_geometry(self) -> dict[str, Any]:
        metadata = pyarrow.parquet.read_schema(self.path).metadata or {}
        if b"geo" not in metadata:
            raise self._unreadable(ValueError("it is no GeoParquet file"))
        return cast("dict[str, Any]", json.loads(metadata[b"geo"]))

    def _crs_of_config(self) -> CRS | None:
        if self.section.crs is None:
            return None
        try:
            return CRS.from_user_input(self.section.crs)
        except PyprojCrsError as error:
            raise CrsError(
                f"layers.{self.section.id}.crs: {self.section.crs!r} is no CRS.", "Write an authority code such as EPSG:4326."
            ) from error

    def _read_file(self, columns: list[str] | None, bbox: Box | None, part: tuple[int, int] | None) -> gpd.GeoDataFrame:
        try:
            if self.path.suffix.lower() in PARQUET_SUFFIXES:
                place = str(self._parquet_geometry["primary_column"])
                frame = gpd.read_parquet(self.path, columns=None if columns is None else [*columns, place])
                frame = frame if place == "geometry" else frame.rename_geometry("geometry")
                return frame if bbox is None else frame[shapely.intersects(frame.geometry.to_numpy(), shapely.box(*bbox))]
            window = {} if part is None else {"skip_features": part[0], "max_features": part[1]}
            frame = pyogrio.read_dataframe(
                self.path, layer=self.section.layer, columns=columns, bbox=bbox, encoding=self.section.encoding, **window
            )
            if not isinstance(frame, gpd.GeoDataFrame):
                raise ValueError("it has no geometry")
            return frame
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, OSError) as error:
            raise self._unreadable(error) from error

    def _read_table(self, columns: list[str] | None, bbox: Box | None) -> gpd.GeoDataFrame:
        table = read_table(self.path, self.section.model_copy(update={"where": {}}), self._table_columns(columns))
        geometry = self._geometry_of(table)
        frame = gpd.GeoDataFrame(table, geometry=geometry, crs=self.crs)
        return frame if bbox is None else frame[shapely.intersects(geometry, shapely.box(*bbox))]

    def _table_columns(self, columns: list[str] | None) -> list[str] | None:
        """Columns of a table to be read: the wanted and those of the place."""
        place = self.section.columns
        if place.wkt is None and (place.x is None or place.y is None):
            raise LayerError(
                f"{self._where} is a table; its place must be in columns x and y, or wkt.",
                f"Set layers.{self.section.id}.columns, e.g. {{x: longitude, y: latitude}}.",
            )
        places = [name for name in (place.x, place.y, place.wkt) if name is not None]
        return None if columns is None else list(dict.fromkeys([*columns, *places]))

    def _geometry_of(self, table: pd.DataFrame) -> np.ndarray:
        place = self.section.columns
        if place.wkt is not None:
            return np.asarray(shapely.from_wkt(table[place.wkt].to_numpy(dtype=object), on_invalid="ignore"))
        x, y = (pd.to_numeric(table[name], errors="coerce").to_numpy("float64") for name in (place.x, place.y))
        is_known = np.isfinite(x) & np.isfinite(y)
        geometry = np.full(len(table), None, dtype=object)
        geometry[is_known] = shapely.points(x[is_known], y[is_known])
        return geometry
