"""Vector layers converted once to the measuring CRS: sorted along a space-filling curve, read by window."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from geodata.geometry.crs import reproject
from geodata.layers.vector import Box, VectorLayer
from geodata.schema.config import LayerSection
from geodata.unfinished import unfinished_path

VERSION = 1
"""Raised when the same layer is prepared otherwise."""

_ROWS_PER_GROUP = 20_000
_POINTS_AT_ONCE = 100_000
_CURVE_REACH_M = 20_040_000.0
_COARSE_CELLS = 1_024
_CORNERS = ("xmin", "ymin", "xmax", "ymax")


@dataclass(frozen=True)
class PreparedLayer:
    """A vector layer in the measuring CRS.

    Attributes
    ----------
    path : Path
        GeoParquet with a covering box per row.
    """

    path: Path

    def read(self, columns: Sequence[str] = (), bbox: Box | None = None, near: np.ndarray | None = None) -> gpd.GeoDataFrame:
        """Rows whose box touches the window, in a fixed order that no window changes.

        Parameters
        ----------
        columns : sequence of str
        bbox : 4 floats, metres, optional
        near : float array, n x 4, optional
            Boxes; rows that lie near none of them are left out, and of the others only these are decoded. Rows beside a
            box may come along.
        """
        if near is not None:
            return self._read_near(tuple(dict.fromkeys(columns)), near)
        rows = gpd.read_parquet(self.path, columns=[*dict.fromkeys(columns), "geometry"], bbox=bbox)
        return rows.reset_index(drop=True)

    def extent(self) -> Box | None:
        """The box of all rows; None where there are none."""
        box = json.loads(pq.read_schema(self.path).metadata[b"geo"])["columns"]["geometry"].get("bbox")
        return None if box is None or not np.isfinite(box).all() else (box[0], box[1], box[2], box[3])

    def spacing_m(self) -> float:
        """About how far its rows lie apart, were they spread evenly over their box; 0 where that box has no ground."""
        extent = self.extent()
        n_rows = pq.read_metadata(self.path).num_rows
        return 0.0 if extent is None else float(np.sqrt((extent[2] - extent[0]) * (extent[3] - extent[1]) / n_rows))

    def _read_near(self, columns: tuple[str, ...], near: np.ndarray) -> gpd.GeoDataFrame:
        coarse = _Occupied(near)
        with pq.ParquetFile(self.path) as file:
            crs = json.loads(file.schema_arrow.metadata[b"geo"])["columns"]["geometry"].get("crs")
            parts = [file.schema_arrow.empty_table().select([*columns, "geometry"])]
            for group in np.flatnonzero(coarse.touches(*_extents(file.metadata))):
                boxes = file.read_row_group(group, columns=["bbox"]).column("bbox").combine_chunks()
                is_near = coarse.touches(*(boxes.field(name).to_numpy() for name in _CORNERS))
                if is_near.any():
                    parts.append(file.read_row_group(group, columns=[*columns, "geometry"]).filter(pa.array(is_near)))
        table = pa.concat_tables(parts)
        geometry = shapely.from_wkb(table.column("geometry").to_numpy(zero_copy_only=False))
        return gpd.GeoDataFrame(table.select(list(columns)).to_pandas(), geometry=geometry, crs=crs)


def _extents(metadata: pq.FileMetaData) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The box of each row group, by the statistics of its boxes: xmin, ymin, xmax, ymax."""
    column = {metadata.schema.column(number).path: number for number in range(metadata.num_columns)}
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    said = [[group.column(column[f"bbox.{name}"]).statistics for group in groups] for name in _CORNERS]
    low, high = ([np.array([getattr(one, edge) for one in corner], dtype="float64") for corner in said] for edge in ("min", "max"))
    return low[0], low[1], high[2], high[3]


class _Occupied:
    """A coarse picture of boxes, which tells quickly and for many others at once which of them may touch one."""

    def __init__(self, boxes: np.ndarray) -> None:
        self._low = boxes[:, :2].min(axis=0)
        self._step = np.maximum((boxes[:, 2:].max(axis=0) - self._low) / _COARSE_CELLS, 1e-9)
        first, last = self._cell(boxes[:, :2]), self._cell(boxes[:, 2:]) + 1
        edges = np.zeros((_COARSE_CELLS + 1, _COARSE_CELLS + 1), dtype="int32")
        for x, y, sign in ((first, first, 1), (last, last, 1), (first, last, -1), (last, first, -1)):
            np.add.at(edges, (x[:, 0], y[:, 1]), sign)
        np.cumsum(edges, axis=0, out=edges)
        np.cumsum(edges, axis=1, out=edges)
        self._sum = np.zeros_like(edges)
        np.cumsum(edges[:-1, :-1] > 0, axis=0, out=self._sum[1:, 1:])
        np.cumsum(self._sum, axis=1, out=self._sum)
        self._high = boxes[:, 2:].max(axis=0)

    def touches(self, xmin: np.ndarray, ymin: np.ndarray, xmax: np.ndarray, ymax: np.ndarray) -> np.ndarray:
        """Boolean per box: it shares a cell of the picture with one of the boxes."""
        first, last = self._cell(np.column_stack([xmin, ymin])), self._cell(np.column_stack([xmax, ymax])) + 1
        total, (x0, y0), (x1, y1) = self._sum, first.T, last.T
        n = total[x1, y1] - total[x0, y1] - total[x1, y0] + total[x0, y0]
        is_inside = (xmax >= self._low[0]) & (ymax >= self._low[1]) & (xmin <= self._high[0]) & (ymin <= self._high[1])
        return np.asarray(is_inside & (n > 0))

    def _cell(self, at: np.ndarray) -> np.ndarray:
        return np.asarray(np.clip((at - self._low) / self._step, 0, _COARSE_CELLS - 1).astype("int64"))


@dataclass(frozen=True)
class Preparation:
    """A vector layer that is to be prepared; holds all that is needed to do so in another process.

    Attributes
    ----------
    section : LayerSection
    folder : Path
        The programme's folder.
    columns : tuple of str
        Columns kept.
    crs : str
        WKT of the measuring CRS.
    path : Path
        The file to be made.
    """

    section: LayerSection
    folder: Path
    columns: tuple[str, ...]
    crs: str
    path: Path

    def run(self) -> PreparedLayer:
        """Read and prepare the layer, unless the file is there already.

        Raises
        ------
        LayerError, CrsError
        """
        if self.path.exists():
            return PreparedLayer(self.path)
        batches = VectorLayer(self.section, self.folder).read_batches(self.columns)
        return prepare((rows.frame for rows in batches), CRS.from_wkt(self.crs), self.path)


def curve_order(geometry: np.ndarray) -> np.ndarray:
    """Order of geometries along a Hilbert curve over the whole CRS; ties keep their order.

    The curve does not depend on which geometries there are, so that adding one moves no other.

    Parameters
    ----------
    geometry : array of n geometries, metres

    Returns
    -------
    int array, n; missing and empty geometries last
    """
    return np.argsort(_curve_places(geometry), kind="stable")


def curve_order_of_points(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The same for points in metres, given by their coordinates and held as geometries some at a time; unknown ones last."""
    is_placed = np.isfinite(x) & np.isfinite(y)
    places = np.full(len(x), np.iinfo(np.int64).max, dtype="int64")
    for start in range(0, len(x), _POINTS_AT_ONCE):
        rows = start + np.flatnonzero(is_placed[start : start + _POINTS_AT_ONCE])
        places[rows] = _curve_places(shapely.points(x[rows], y[rows]))
    return np.argsort(places, kind="stable")


def _curve_places(geometry: np.ndarray) -> np.ndarray:
    reach = _CURVE_REACH_M
    is_placed = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    distance = np.full(len(geometry), np.iinfo(np.int64).max, dtype="int64")
    placed = gpd.GeoSeries(geometry[is_placed])
    if len(placed):
        distance[is_placed] = placed.hilbert_distance(total_bounds=(-reach, -reach, reach, reach), level=16)
    return distance


def prepare(rows: gpd.GeoDataFrame | Iterable[gpd.GeoDataFrame], crs: CRS, path: Path) -> PreparedLayer:
    """Reproject, repair, sort and write rows, unless the file is there already.

    Parameters
    ----------
    rows : GeoDataFrame, any CRS, or several in turn
        Of several, one is held in memory at a time; the others wait on disk beside ``path``.
    crs : CRS
        Projected, in metres.
    path : Path
        Written beside and renamed, so that a kill leaves no half file.
    """
    if path.exists():
        return PreparedLayer(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = unfinished_path(path)
    folder.mkdir()
    try:
        runs = [_sort_run(batch, crs, folder / f"{number}.arrow") for number, batch in enumerate(_in_turn(rows))]
        _merge_runs(runs, crs, folder / path.name)
        os.replace(folder / path.name, path)  # noqa: PTH105 - atomic on every system
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return PreparedLayer(path)


def _in_turn(rows: gpd.GeoDataFrame | Iterable[gpd.GeoDataFrame]) -> Iterable[gpd.GeoDataFrame]:
    return [rows] if isinstance(rows, gpd.GeoDataFrame) else rows


def _sort_run(rows: gpd.GeoDataFrame, crs: CRS, path: Path) -> tuple[Path, np.ndarray]:
    """Rows reprojected, repaired and sorted, as an Arrow file with WKB and boxes; and their places along the curve."""
    geometry = reproject(rows.geometry.to_numpy(), rows.crs, crs)
    is_finite = np.isfinite(shapely.bounds(geometry)).all(axis=1)
    rows, geometry = rows[is_finite], geometry[is_finite]
    is_broken = ~shapely.is_valid(geometry)
    geometry[is_broken] = shapely.make_valid(geometry[is_broken], method="structure", keep_collapsed=False)
    places = _curve_places(geometry)
    order = np.argsort(places, kind="stable")
    order = order[~shapely.is_empty(geometry[order])]
    geometry, box = geometry[order], shapely.bounds(geometry[order])
    table = pa.Table.from_pandas(pd.DataFrame(rows.drop(columns=rows.geometry.name)).iloc[order], preserve_index=False)
    corners = [pa.array(box[:, number], pa.float64()) for number in range(4)]
    columns = [*table.columns, pa.array(shapely.to_wkb(geometry), pa.binary()), pa.StructArray.from_arrays(corners, names=list(_CORNERS))]
    table = pa.table(columns, names=[*table.column_names, "geometry", "bbox"]).replace_schema_metadata(table.schema.metadata)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    return path, places[order]


def _merge_runs(runs: list[tuple[Path, np.ndarray]], crs: CRS, target: Path) -> None:
    """One GeoParquet file of all runs in the order of the curve; equal places keep the order of the file."""
    places = np.concatenate([run for _, run in runs])
    of_run = np.repeat(np.arange(len(runs)), [len(run) for _, run in runs])
    order = np.argsort(places, kind="stable")
    ends = np.zeros(len(runs), dtype="int64")
    with contextlib.ExitStack() as stack:
        tables = [pa.ipc.open_file(stack.enter_context(pa.memory_map(str(path)))).read_all() for path, _ in runs]
        schema = pa.unify_schemas([table.schema for table in tables], promote_options="permissive")
        schema = schema.with_metadata({**(tables[0].schema.metadata or {}), b"geo": _geo_metadata(tables, crs)})
        writer = stack.enter_context(pq.ParquetWriter(target, schema, compression="zstd"))
        for start in range(0, len(order), _ROWS_PER_GROUP):
            rows = order[start : start + _ROWS_PER_GROUP]
            counts = np.bincount(of_run[rows], minlength=len(runs))
            slices = [table.slice(first, n).cast(schema) for table, first, n in zip(tables, ends, counts, strict=True)]
            ends += counts
            mixed = pa.concat_tables(slices)
            # runs are sorted and stand one after the other: a stable sort by run gives where each row is now
            writer.write_table(mixed.take(pa.array(np.argsort(np.argsort(of_run[rows], kind="stable"), kind="stable"))))


def _geo_metadata(tables: list[pa.Table], crs: CRS) -> bytes:
    boxes = [table.column("bbox").combine_chunks() for table in tables if len(table)]
    corners = [np.concatenate([box.field(name).to_numpy() for box in boxes]) for name in _CORNERS if boxes]
    extent = [float(edge(corner)) for edge, corner in zip((np.min, np.min, np.max, np.max), corners, strict=False)]
    covering = {"bbox": {name: ["bbox", name] for name in _CORNERS}}
    return describe_geometry(crs, covering=covering, **({"bbox": extent} if extent else {}))


def describe_geometry(crs: CRS, **said: object) -> bytes:
    """The metadata ``geo`` that makes a Parquet file with WKB in ``geometry`` GeoParquet 1.1.

    References
    ----------
    https://geoparquet.org/releases/v1.1.0/
    """
    column = {"encoding": "WKB", "geometry_types": [], "crs": crs.to_json_dict(), **said}
    return json.dumps({"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}, sort_keys=True).encode()
