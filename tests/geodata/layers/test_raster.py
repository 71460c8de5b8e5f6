"""Rasters: read by window, in physical units, unknown where there is no data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from geodata.errors import CrsError, LayerError
from geodata.layers.raster import RasterLayer
from geodata.schema.config import LayerSection


def raster(folder: Path, cells: np.ndarray, *, nodata: float | None = -1, crs: str | None = "EPSG:32637", scale: float = 1,
           transform: Affine | None = None) -> RasterLayer:  # fmt: skip
    with rasterio.open(
        folder / "people.tif", "w", driver="GTiff", width=cells.shape[1], height=cells.shape[0], count=1, dtype=cells.dtype,
        crs=crs, transform=transform or Affine(100, 0, 1000, 0, -100, 2000), nodata=nodata,
    ) as file:  # fmt: skip
        file.write(cells, 1)
        if scale != 1:
            file.scales = [scale]
    said = {"id": "people", "path": "people.tif", "kind": "raster", "source": "s", "licence": "l"}
    return RasterLayer(LayerSection.model_validate(said), folder)


def test_the_grid_says_its_cells_and_windows(tmp_path: Path) -> None:
    grid = raster(tmp_path, np.zeros((5, 4), "float32")).grid
    assert (grid.bounds, grid.cell_width, grid.cell_height) == ((1000, 1500, 1400, 2000), 100, 100)
    assert grid.window((1250, 1650, 1260, 1660)) == (1, 2, 3, 3)
    assert grid.window((9000, 9000, 9100, 9100))[2] == 0


def test_values_come_in_physical_units_and_masked_without_data(tmp_path: Path) -> None:
    layer = raster(tmp_path, np.array([[2, -1], [4, 6]], "int16"), scale=0.5)
    cells = layer.read((0, 0, 2, 2))
    assert np.ma.filled(cells, np.nan).tolist()[1] == [2.0, 3.0]
    assert np.ma.getmaskarray(cells).tolist() == [[False, True], [False, False]]
    layer.close()


def test_points_take_the_cell_under_them(tmp_path: Path) -> None:
    layer = raster(tmp_path, np.array([[1, -1], [3, 4]], "float32"))
    sampled = layer.sample(np.array([1050.0, 1150.0, 1150.0, 999.0]), np.array([1950.0, 1950.0, 1850.0, 1950.0]))
    np.testing.assert_array_equal(sampled, [1, np.nan, 4, np.nan])
    layer.close()


def test_infinite_cells_are_no_data(tmp_path: Path) -> None:
    layer = raster(tmp_path, np.array([[np.inf, np.nan, 1]], "float32"), nodata=None)
    np.testing.assert_array_equal(layer.sample(np.array([1050.0, 1150.0, 1250.0]), np.full(3, 1950.0)), [np.nan, np.nan, 1])
    layer.close()


def test_a_rotated_grid_is_refused(tmp_path: Path) -> None:
    layer = raster(tmp_path, np.zeros((2, 2), "float32"), transform=Affine(100, 5, 0, 0, -100, 0))
    with pytest.raises(LayerError, match="rotated or not north up"):
        _ = layer.grid
    layer.close()


def test_a_grid_without_crs_is_refused(tmp_path: Path) -> None:
    layer = raster(tmp_path, np.zeros((2, 2), "float32"), crs=None)
    with pytest.raises(CrsError, match="does not say its CRS"):
        _ = layer.grid
    layer.close()


def test_a_file_that_is_no_raster_is_refused(tmp_path: Path) -> None:
    (tmp_path / "people.tif").write_text("hello")
    said = {"id": "people", "path": "people.tif", "kind": "raster", "source": "s", "licence": "l"}
    with pytest.raises(LayerError, match="cannot be read as a raster"):
        _ = RasterLayer(LayerSection.model_validate(said), tmp_path).grid
