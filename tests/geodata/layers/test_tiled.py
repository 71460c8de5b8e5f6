"""Rasters in tiles: every cell, its mask and its meaning as in the file they were made from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from numpy.typing import DTypeLike

from geodata.layers.raster import RasterLayer
from geodata.layers.tiled import Tiling, is_worth_tiling
from geodata.schema.config import LayerSection

SECTION = LayerSection.model_validate({"id": "people", "path": "lines.tif", "kind": "raster", "source": "s", "licence": "l"})


def write(folder: Path, cells: np.ndarray, *, nodata: float | None = None, mask: np.ndarray | None = None, **said: object) -> RasterLayer:
    profile = {"driver": "GTiff", "width": cells.shape[1], "height": cells.shape[0], "count": 1, "dtype": cells.dtype, "nodata": nodata}
    at = {"crs": "EPSG:32637", "transform": Affine(100, 0, 1000, 0, -100, 2000)}
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(folder / "lines.tif", "w", **{**profile, **at, **said}) as file:
        file.write(cells, 1)
        file.scales, file.offsets = [0.5], [3.0]
        if mask is not None:
            file.write_mask(mask)
    return RasterLayer(SECTION, folder)


def as_tiles(folder: Path) -> RasterLayer:
    tiling = Tiling(SECTION, folder, folder / "derived" / "tiles.tif")
    tiling.run()
    return RasterLayer(SECTION.model_copy(update={"path": str(tiling.path.absolute())}), folder)


@pytest.mark.parametrize(("dtype", "nodata", "has_mask"), [("float32", np.nan, False), ("int16", -1, False), ("uint8", None, True)])
def test_every_window_reads_as_before(tmp_path: Path, dtype: DTypeLike, nodata: float | None, has_mask: bool) -> None:
    rng = np.random.default_rng(1)
    cells = rng.integers(0, 200, (300, 700)).astype(dtype)
    if nodata is not None:
        cells[rng.random(cells.shape) < 0.1] = nodata
    mask = rng.choice([0, 255], cells.shape).astype("uint8") if has_mask else None
    lines = write(tmp_path, cells, nodata=nodata, mask=mask)
    tiles = as_tiles(tmp_path)
    assert (lines.block, tiles.block) == ((lines.block[0], 700), (256, 256))
    assert tiles.grid == lines.grid
    for window in ((0, 0, 700, 300), (250, 250, 20, 50), (699, 299, 1, 1)):
        before, after = lines.read(window), tiles.read(window)
        np.testing.assert_array_equal(np.ma.getmaskarray(after), np.ma.getmaskarray(before))
        np.testing.assert_array_equal(after.filled(-9), before.filled(-9))
        assert after.dtype == before.dtype
    lines.close()
    tiles.close()


def test_only_large_rasters_in_long_lines_or_huge_blocks_are_worth_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = np.zeros((64, 6000), "uint8")
    small = write(tmp_path, cells)
    assert not is_worth_tiling(small)
    monkeypatch.setattr("geodata.layers.tiled._LEAST_CELLS", cells.size)
    assert is_worth_tiling(small)
    small.close()
    tiled = write(tmp_path, cells, tiled=True, blockxsize=64, blockysize=64)
    assert not is_worth_tiling(tiled)
    monkeypatch.setattr("geodata.layers.tiled._MOST_CELLS_A_BLOCK", 4000)
    assert is_worth_tiling(tiled)
    tiled.close()


def test_a_conversion_that_fails_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, np.zeros((4, 4), "uint8")).close()

    def fail(_: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr("geodata.layers.tiled._write_tiles", fail)
    with pytest.raises(OSError, match="disk full"):
        as_tiles(tmp_path)
    assert list((tmp_path / "derived").iterdir()) == []
