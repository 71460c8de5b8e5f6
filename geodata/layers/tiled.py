"""Large rasters stored line by line, converted once to tiles: a window then costs the cells it holds, not whole lines."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import rasterio
import rasterio.windows
from rasterio.enums import MaskFlags

from geodata.layers.raster import GDAL_OPTIONS, RasterLayer
from geodata.schema.config import LayerSection
from geodata.unfinished import unfinished_path

VERSION = 1
"""Raised when the same raster is converted otherwise."""

_LEAST_CELLS = 16_000_000
_LONGEST_LINE = 4_096
_MOST_CELLS_A_BLOCK = 4_000_000
_TILE = 256


@dataclass(frozen=True)
class Tiling:
    """A raster that is to be converted to tiles; holds all that is needed to do so in another process.

    Attributes
    ----------
    section : LayerSection
    folder : Path
        The programme's folder.
    path : Path
        The GeoTIFF to be made: the first band with its CRS, no-data value, mask, scale and offset; every cell as it was.
    """

    section: LayerSection
    folder: Path
    path: Path

    def run(self) -> None:
        """Convert, unless the file is there already; written beside and renamed, so that a kill leaves no half file."""
        if self.path.exists():
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = unfinished_path(self.path)
        try:
            _write_tiles(self.folder / self.section.path, beside)
            os.replace(beside, self.path)  # noqa: PTH105 - atomic on every system
        finally:
            beside.unlink(missing_ok=True)


def is_worth_tiling(layer: RasterLayer) -> bool:
    """Whether a raster is large and stored in long lines or in blocks so large that each window would read far too much."""
    grid, (block_rows, block_columns) = layer.grid, layer.block
    if grid.n_rows * grid.n_columns < _LEAST_CELLS:
        return False
    is_by_line = block_columns == grid.n_columns and block_columns > _LONGEST_LINE
    return is_by_line or block_rows * block_columns > _MOST_CELLS_A_BLOCK


def _write_tiles(source: Path, target: Path) -> None:
    with rasterio.Env(**GDAL_OPTIONS, GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(source) as cells:
        profile = {
            "driver": "GTiff", "width": cells.width, "height": cells.height, "count": 1, "dtype": cells.dtypes[0], "crs": cells.crs,
            "transform": cells.transform, "nodata": cells.nodatavals[0], "tiled": True, "blockxsize": _TILE, "blockysize": _TILE,
            "compress": "deflate", "zlevel": 1, "bigtiff": "if_safer",
        }  # fmt: skip
        has_mask = MaskFlags.per_dataset in cells.mask_flag_enums[0]
        with rasterio.open(target, "w", **profile) as tiles:
            tiles.scales, tiles.offsets = cells.scales[:1], cells.offsets[:1]
            for first in range(0, cells.height, _TILE):
                window = rasterio.windows.Window(0, first, cells.width, min(_TILE, cells.height - first))
                tiles.write(cells.read(1, window=window), 1, window=window)
                if has_mask:
                    tiles.write_mask(cells.read_masks(1, window=window), window=window)
