"""Areas and rasters that several tests of indicators use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS

from geodata.layers.raster import RasterLayer
from geodata.schema.config import LayerSection

METRES = CRS.from_epsg(32637)


@pytest.fixture
def frame() -> Callable[..., gpd.GeoDataFrame]:
    """Make a frame of geometries in metres with an index that is no range."""

    def make(*geometry: object, **columns: object) -> gpd.GeoDataFrame:
        index = [f"row {number}" for number in range(len(geometry))]
        return gpd.GeoDataFrame(columns, index=index, geometry=list(geometry), crs=METRES)

    return make


@pytest.fixture
def raster(tmp_path: Path) -> Callable[..., RasterLayer]:
    """Write cells of 100 m with the upper left corner at (0, 1000) and open them."""

    def make(cells: object, *, nodata: float | None = -1, crs: object = METRES, transform: Affine | None = None) -> RasterLayer:
        array = np.asarray(cells)
        path = tmp_path / "cells.tif"
        with rasterio.open(
            path, "w", driver="GTiff", width=array.shape[1], height=array.shape[0], count=1, dtype=array.dtype, nodata=nodata,
            crs=CRS.from_user_input(crs).to_wkt(), transform=transform or Affine(100, 0, 0, 0, -100, 1000),
        ) as file:  # fmt: skip
            file.write(array, 1)
        said = {"id": "cells", "path": path.name, "kind": "raster", "source": "s", "licence": "l"}
        return RasterLayer(LayerSection.model_validate(said), tmp_path)

    return make
