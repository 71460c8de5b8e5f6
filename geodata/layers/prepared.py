"""Vector layers converted once to the measuring CRS: sorted along a space-filling curve, read by window."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geodata.geometry.crs import reproject
from geodata.layers.vector import Box, VectorLayer
from geodata.schema.config import LayerSection

VERSION = 1
"""Raised when the same layer is prepared otherwise."""

_ROWS_PER_GROUP = 20_000
_CURVE_REACH_M = 20_040_000.0


@dataclass(frozen=True)
class PreparedLayer:
    """A vector layer in the measuring CRS.

    Attributes
    ----------
    path : Path
        GeoParquet with a covering box per row.
    """

    path: Path

    def read(self, columns: Sequence[str] = (), bbox: Box | None = None) -> gpd.GeoDataFrame:
        """Rows whose box touches the window, in a fixed order that no window changes.

        Parameters
        ----------
        columns : sequence of str
        bbox : 4 floats, metres, optional
        """
        rows = gpd.read_parquet(self.path, columns=[*dict.fromkeys(columns), "geometry"], bbox=bbox)
        return rows.reset_index(drop=True)


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
