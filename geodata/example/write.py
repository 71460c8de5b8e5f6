"""Write the example's files: the same bytes for the same content, and FICTIONAL in the metadata of each."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import rasterio
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from rasterio.transform import Affine

from geodata.example.grid import CRS

__all__ = ["MARK", "fixed_clock", "write_csv", "write_geopackage", "write_raster", "write_workbook"]

MARK = "FICTIONAL: invented data of an invented country; no real place, person or hazard"
CLOCK = "2026-01-01T00:00:00.000Z"
DEGREES = "EPSG:4326"


@contextlib.contextmanager
def fixed_clock() -> Iterator[None]:
    """Let GeoPackages carry one fixed date, so that equal content gives equal files; do not wait for the disk."""
    wanted = {"OGR_CURRENT_DATE": CLOCK, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    before = {name: pyogrio.get_gdal_config_option(name) for name in wanted}
    pyogrio.set_gdal_config_options(wanted)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def write_geopackage(path: Path, layers: Mapping[str, GeoDataFrame], *, geometry_type: str | None = None) -> None:
    """Layers of one GeoPackage in degrees; each described as fictional."""
    path.unlink(missing_ok=True)
    for name, frame in layers.items():
        degrees = frame.to_crs(DEGREES) if frame.crs != DEGREES else frame
        pyogrio.write_dataframe(
            degrees,
            path,
            layer=name,
            driver="GPKG",
            geometry_type=geometry_type,
            append=path.exists(),
            layer_options={"DESCRIPTION": f"{name}. {MARK}", "IDENTIFIER": name},
            dataset_options=None if path.exists() else {"VERSION": "1.3"},
        )


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """A UTF-8 CSV whose every row carries the mark in ``source`` or, without such a column, in ``note``."""
    out = frame if "source" in frame.columns else frame.assign(note="FICTIONAL")
    out.to_csv(path, index=False, lineterminator="\n", date_format="%Y-%m-%d")


def write_workbook(path: Path, frame: pd.DataFrame, sheet: str) -> None:
    """An XLSX workbook with one sheet; the mark stands in its properties."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties(
            {"title": sheet, "comments": MARK, "subject": "FICTIONAL", "created": pd.Timestamp(CLOCK).tz_localize(None).to_pydatetime()}
        )
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_row(0, 0, list(frame.columns))
        for column, name in enumerate(frame.columns):
            values = frame[name]
            if pd.api.types.is_datetime64_any_dtype(values.dtype):
                for row in np.flatnonzero(values.notna().to_numpy()).tolist():
                    page.write_datetime(row + 1, column, values.iloc[row].to_pydatetime(), day)
            else:
                for row, value in enumerate(values.astype(object).tolist()):
                    if value is not None and value == value and value != "":
                        page.write(row + 1, column, value)


def write_raster(path: Path, values: NDArray[np.generic], transform: Affine, *, nodata: float, unit: str) -> None:
    """A tiled, compressed GeoTIFF in the metric CRS."""
    shape = {"height": values.shape[0], "width": values.shape[1], "count": 1, "dtype": values.dtype}
    blocks = {"tiled": True, "blockxsize": 256, "blockysize": 256}
    packed = {"compress": "deflate", "zlevel": 4, "predictor": 3 if values.dtype == np.float32 else 2}
    with rasterio.open(path, "w", driver="GTiff", crs=CRS, transform=transform, nodata=nodata, **shape, **blocks, **packed) as file:
        file.write(values, 1)
        file.update_tags(TIFFTAG_IMAGEDESCRIPTION=MARK, TIFFTAG_DATETIME="2026:01:01 00:00:00", UNIT=unit)
        file.set_band_description(1, f"{path.stem} ({unit}), FICTIONAL")
