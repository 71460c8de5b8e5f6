"""Raster layers: opened lazily, read by window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import numpy as np
import rasterio
import rasterio.errors
import rasterio.windows
from affine import Affine
from pyproj import CRS

from geodata.errors import CrsError, LayerError
from geodata.layers.vector import Box
from geodata.schema.config import LayerSection

GDAL_OPTIONS = {"GDAL_CACHEMAX": 64}
"""MB of blocks that GDAL keeps; by itself it would take 5 % of the machine's memory in every process."""


@dataclass(frozen=True)
class Grid:
    """The cells of a raster: north up, square to its CRS.

    Attributes
    ----------
    crs : CRS
    bounds : xmin, ymin, xmax, ymax in units of the CRS
    n_rows, n_columns : int
    cell_width, cell_height : float, units of the CRS
    """

    crs: CRS
    bounds: Box
    n_rows: int
    n_columns: int

    @property
    def cell_width(self) -> float:
        """Width of a cell, units of the CRS."""
        return (self.bounds[2] - self.bounds[0]) / self.n_columns

    @property
    def cell_height(self) -> float:
        """Height of a cell, units of the CRS."""
        return (self.bounds[3] - self.bounds[1]) / self.n_rows

    def window(self, box: Box) -> tuple[int, int, int, int]:
        """First column, first row, columns and rows that cover a box, clipped to the grid; 0 columns where outside."""
        left, top = self.bounds[0], self.bounds[3]
        column = int(np.clip(np.floor((box[0] - left) / self.cell_width) - 1, 0, self.n_columns))
        row = int(np.clip(np.floor((top - box[3]) / self.cell_height) - 1, 0, self.n_rows))
        last_column = int(np.clip(np.ceil((box[2] - left) / self.cell_width) + 1, 0, self.n_columns))
        last_row = int(np.clip(np.ceil((top - box[1]) / self.cell_height) + 1, 0, self.n_rows))
        return column, row, max(last_column - column, 0), max(last_row - row, 0)


class RasterLayer:
    """A single-band raster (or the first band of several), opened when first used.

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

    @cached_property
    def _dataset(self) -> rasterio.io.DatasetReader:
        try:
            with rasterio.Env(**GDAL_OPTIONS):
                return rasterio.open(self.path)
        except rasterio.errors.RasterioIOError as error:
            raise LayerError(
                f"{self.path.name} (layer {self.section.id}) cannot be read as a raster: {error}.",
                f"Check path and kind of layers.{self.section.id} in config.yaml.",
            ) from error

    @cached_property
    def grid(self) -> Grid:
        """The cells of the raster.

        Raises
        ------
        CrsError
            Neither the file nor config.yaml says a CRS.
        LayerError
            The grid is rotated.
        """
        dataset = self._dataset
        transform: Affine = dataset.transform
        if transform.b or transform.d or transform.a <= 0 or transform.e >= 0:
            raise LayerError(
                f"{self.path.name} (layer {self.section.id}) is rotated or not north up.",
                "Warp it to a north-up grid, for example with gdalwarp.",
            )
        said = dataset.crs.to_wkt() if dataset.crs else self.section.crs
        if said is None:
            raise CrsError(
                f"{self.path.name} (layer {self.section.id}) does not say its CRS.",
                f"Set layers.{self.section.id}.crs in config.yaml, e.g. EPSG:4326.",
            )
        bounds = dataset.bounds
        return Grid(CRS.from_user_input(said), (bounds.left, bounds.bottom, bounds.right, bounds.top), dataset.height, dataset.width)

    @property
    def block(self) -> tuple[int, int]:
        """Rows and columns of a block as it is stored: what is read at least of a window."""
        rows, columns = self._dataset.block_shapes[0]
        return int(rows), int(columns)

    def read(self, window: tuple[int, int, int, int]) -> np.ma.MaskedArray:
        """Values of a window (first column, first row, columns, rows) in physical units, masked where no data."""
        dataset = self._dataset
        with rasterio.Env(**GDAL_OPTIONS):
            cells = dataset.read(1, window=rasterio.windows.Window(*window), masked=True)
        if dataset.scales[0] != 1.0 or dataset.offsets[0] != 0.0:
            cells = cells.astype("float64") * dataset.scales[0] + dataset.offsets[0]
        if np.issubdtype(cells.dtype, np.floating):
            cells = np.ma.masked_invalid(cells, copy=False)
        return cast(np.ma.MaskedArray, cells)

    def sample(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Values of the cells under points in the raster's CRS.

        Returns
        -------
        float64, same length; NaN outside the grid and where the raster has no data.
        """
        grid = self.grid
        column = np.floor((x - grid.bounds[0]) / grid.cell_width)
        row = np.floor((grid.bounds[3] - y) / grid.cell_height)
        inside = (column >= 0) & (column < grid.n_columns) & (row >= 0) & (row < grid.n_rows)
        values = np.full(len(x), np.nan)
        if inside.any():
            columns, rows = column[inside].astype(int), row[inside].astype(int)
            values[inside] = self._sample_cells(columns, rows)
        return values

    def _sample_cells(self, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
        first_column, first_row = int(columns.min()), int(rows.min())
        n_columns, n_rows = int(columns.max()) - first_column + 1, int(rows.max()) - first_row + 1
        if n_columns * n_rows <= 30_000_000:
            block = np.ma.filled(self.read((first_column, first_row, n_columns, n_rows)).astype("float64"), np.nan)
            return cast(np.ndarray, block[rows - first_row, columns - first_column])
        cells = (self.read((int(c), int(r), 1, 1)) for c, r in zip(columns, rows, strict=True))
        return np.array([np.ma.filled(cell.astype("float64"), np.nan)[0, 0] for cell in cells])

    def close(self) -> None:
        """Close the file; it opens again when next used."""
        if "_dataset" in self.__dict__:
            self.__dict__.pop("_dataset").close()
