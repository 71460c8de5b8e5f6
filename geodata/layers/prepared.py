"""Vector layers converted once to the measuring CRS: sorted along a space-filling curve, read by window."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from geodata.geometry.crs import reproject
from geodata.layers.vector import Box, VectorLayer
from geodata.schema.config import LayerSection

VERSION = 1
"""Raised when the same layer is prepared otherwise."""

_ROWS_PER_GROUP = 20_000
_CURVE_REACH_M = 20_040_000.0
_COARSE_CELLS = 1_024


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

    def _read_near(self, columns: tuple[str, ...], near: np.ndarray) -> gpd.GeoDataFrame:
        coarse = _Occupied(near)
        parts = []
        with pq.ParquetFile(self.path) as file:
            crs = json.loads(file.schema_arrow.metadata[b"geo"])["columns"]["geometry"].get("crs")
            for group in range(file.num_row_groups):
                boxes = file.read_row_group(group, columns=["bbox"]).column("bbox").combine_chunks()
                is_near = coarse.touches(*(boxes.field(name).to_numpy() for name in ("xmin", "ymin", "xmax", "ymax")))
                if is_near.any() or group == 0:
                    parts.append(file.read_row_group(group, columns=[*columns, "geometry"]).filter(pa.array(is_near)))
            empty = file.schema_arrow.empty_table().select([*columns, "geometry"])
        table = pa.concat_tables(parts) if parts else empty
        geometry = shapely.from_wkb(table.column("geometry").to_numpy(zero_copy_only=False))
        return gpd.GeoDataFrame(table.select(list(columns)).to_pandas(), geometry=geometry, crs=crs)


class _Occupied:
    """A coarse picture of boxes, which tells quickly and for many others at once which of them may touch one."""

    def __init__(self, boxes: np.ndarray) -> None:
        self._low = boxes[:, :2].min(axis=0)
        self._step = np.maximum((boxes[:, 2:].max(axis=0) - self._low) / _COARSE_CELLS, 1e-9)
        first, last = self._cell(boxes[:, :2]), self._cell(boxes[:, 2:]) + 1
        edges = np.zeros((_COARSE_CELLS + 1, _COARSE_CELLS + 1), dtype="int32")
        for x, y, sign in ((first, first, 1), (last, last, 1), (first, last, -1), (last, first, -1)):
            np.add.at(edges, (x[:, 0], y[:, 1]), sign)
        is_taken = edges.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0
        self._sum = np.zeros((_COARSE_CELLS + 1, _COARSE_CELLS + 1), dtype="int64")
        self._sum[1:, 1:] = is_taken.cumsum(axis=0).cumsum(axis=1)
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
        rows = VectorLayer(self.section, self.folder).read(self.columns).frame
        return prepare(rows, CRS.from_wkt(self.crs), self.path)


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
    reach = _CURVE_REACH_M
    is_placed = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    distance = np.full(len(geometry), np.iinfo(np.int64).max, dtype="int64")
    placed = gpd.GeoSeries(geometry[is_placed])
    if len(placed):
        distance[is_placed] = placed.hilbert_distance(total_bounds=(-reach, -reach, reach, reach), level=16)
    return np.argsort(distance, kind="stable")


def prepare(rows: gpd.GeoDataFrame, crs: CRS, path: Path) -> PreparedLayer:
    """Reproject, repair, sort and write rows, unless the file is there already.

    Parameters
    ----------
    rows : GeoDataFrame, any CRS
    crs : CRS
        Projected, in metres.
    path : Path
        Written beside and renamed, so that a kill leaves no half file.
    """
    if path.exists():
        return PreparedLayer(path)
    geometry = reproject(rows.geometry.to_numpy(), rows.crs, crs)
    is_finite = np.isfinite(shapely.bounds(geometry)).all(axis=1)
    rows, geometry = rows[is_finite], geometry[is_finite]
    is_broken = ~shapely.is_valid(geometry)
    geometry[is_broken] = shapely.make_valid(geometry[is_broken], method="structure", keep_collapsed=False)
    order = curve_order(geometry)
    order = order[~shapely.is_empty(geometry[order])]
    sorted_rows = rows.iloc[order].set_geometry(gpd.GeoSeries(geometry[order], index=rows.index[order], crs=crs))
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.stem}.{uuid.uuid4().hex}.tmp")
    sorted_rows.reset_index(drop=True).to_parquet(beside, write_covering_bbox=True, row_group_size=_ROWS_PER_GROUP, compression="zstd")
    os.replace(beside, path)  # noqa: PTH105 - atomic on every system
    return PreparedLayer(path)
