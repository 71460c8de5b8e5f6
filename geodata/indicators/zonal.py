"""Zonal statistics of a raster by exact fractions of cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from exactextract import exact_extract
from exactextract.feature import Feature, FeatureSource
from exactextract.operation import Operation
from exactextract.raster import RasterSource
from exactextract.writer import Writer

from geodata.indicators.measured import SEGMENTS_A_QUARTER, Measured, has_place, measured, require_metres
from geodata.indicators.parameters import ZonalParameters
from geodata.layers.raster import RasterLayer

VERSION = 1
"""Raised when the same inputs give other numbers."""

_MAX_BLOCK_CELLS = 30_000_000
_CELLS_A_READING = 20_000
"""Cells that are read in the time that one more reading takes: few areas far apart are read one by one."""

_LONGEST_EDGE_M = 2_000.0


def zonal(areas: gpd.GeoDataFrame, raster: RasterLayer, parameters: ZonalParameters) -> Measured:
    """Sum, mean, least, greatest or share of classes of the cells in or around each area.

    Cells count by the exact fraction that lies inside; in a geographic grid, mean and share weigh cells by their true
    size. An area known only as a point takes the cell under it (sum: unknown, it has no extent) unless ``reach_m``
    gives it one.

    Parameters
    ----------
    areas : GeoDataFrame, n rows
        In a projected CRS in metres where ``reach_m`` is above 0, else in any; the index is kept. Outlines given in the CRS
        they were recorded in are measured to the last digit, without a way there and back.
    raster : RasterLayer, any CRS
    parameters : ZonalParameters

    Returns
    -------
    Measured, n rows, unit of the raster (share: 0..1)
        NaN where no cell with data is touched; coverage is the share of the area (with its reach) that has data.

    Raises
    ------
    CrsError, LayerError

    References
    ----------
    exactextract, https://isciences.github.io/exactextract/
    """
    if parameters.reach_m > 0:
        require_metres(areas)
    values, coverage = np.full(len(areas), np.nan), np.full(len(areas), np.nan)
    located = has_place(areas)
    coverage[located] = 0.0
    shapes = _shapes(areas.geometry.to_numpy(), areas.crs, raster.grid.crs, parameters.reach_m)
    is_polygon = located & (shapely.get_dimensions(shapes) == 2)
    rows = np.flatnonzero(is_polygon)
    if len(rows):
        values[rows], coverage[rows] = _extract(shapes[rows], raster, parameters)
    rows = np.flatnonzero(located & ~is_polygon)
    if len(rows):
        values[rows] = _at_points(shapes[rows], raster, parameters)
        coverage[rows] = np.where(np.isnan(values[rows]), coverage[rows], 1.0)
    unit = "share" if parameters.stat == "share" else "unit of the raster"
    return measured(values, coverage, areas.index, f"zonal_{parameters.stat}", unit)


def _shapes(geometry: np.ndarray, crs: pyproj.CRS, target: pyproj.CRS, reach_m: float) -> np.ndarray:
    if reach_m > 0:
        geometry = shapely.buffer(geometry, reach_m, quad_segs=SEGMENTS_A_QUARTER)
        if crs != target:
            geometry = shapely.segmentize(geometry, _LONGEST_EDGE_M)
    if crs == target:
        return geometry
    transformer = pyproj.Transformer.from_crs(crs, target, always_xy=True)
    flat = shapely.get_coordinates(geometry)
    x, y = transformer.transform(flat[:, 0], flat[:, 1])
    return np.asarray(shapely.set_coordinates(geometry.copy(), np.column_stack([x, y])))


def _extract(shapes: np.ndarray, raster: RasterLayer, parameters: ZonalParameters) -> tuple[np.ndarray, np.ndarray]:
    box = tuple(shapely.total_bounds(shapes))
    source = _CellSource(raster, box, len(shapes), parameters.class_values)
    weight = {"coverage_weight": "area_spherical_m2"} if raster.grid.crs.is_geographic else {}
    stat = "mean" if parameters.stat == "share" else parameters.stat
    options = weight if stat == "mean" else {}
    writer = _ArrayWriter(len(shapes))
    operations = [Operation(stat, "value", source, options=options), Operation("count", "count", source)]
    exact_extract(source, _ShapeSource(shapes, source.srs_wkt()), operations, output=writer)
    count, values = writer.count, writer.value
    cell_area = raster.grid.cell_width * raster.grid.cell_height
    with np.errstate(invalid="ignore", divide="ignore"):
        coverage = np.clip(count * cell_area / shapely.area(shapes), 0.0, 1.0)
    values = np.where(count > 0, values, np.nan)
    return values, np.where(count > 0, np.nan_to_num(coverage), 0.0)


def _at_points(points: np.ndarray, raster: RasterLayer, parameters: ZonalParameters) -> np.ndarray:
    if parameters.stat == "sum":
        return np.full(len(points), np.nan)
    centre = shapely.centroid(points)
    values = raster.sample(shapely.get_x(centre), shapely.get_y(centre))
    if parameters.stat == "share":
        return np.where(np.isnan(values), np.nan, np.isin(values, parameters.class_values).astype("float64"))
    return values


class _CellSource(RasterSource):  # type: ignore[misc]
    """The cells of a raster for exactextract: always the whole grid, with the window in use held in memory.

    Cells without data are NaN, because the mask of a masked array is lost on a part of it. The grid stays whole so that
    a value does not depend on which other areas are measured beside it.
    """

    def __init__(self, raster: RasterLayer, box: tuple[float, float, float, float], n: int, classes: tuple[float, ...]) -> None:
        super().__init__()
        self._raster, self._grid, self._classes = raster, raster.grid, classes
        self._window = self._grid.window(box)
        n_cells = self._window[2] * self._window[3]
        is_worth_it = 0 < n_cells <= min(_MAX_BLOCK_CELLS, n * _CELLS_A_READING)
        self._block = self._cells(self._window) if is_worth_it else None
        self._wkt = self._grid.crs.to_wkt()

    def res(self) -> tuple[float, float]:
        return self._grid.cell_width, self._grid.cell_height

    def extent(self) -> tuple[float, float, float, float]:
        return self._grid.bounds

    def nodata_value(self) -> None:
        return None

    def srs_wkt(self) -> str:
        return self._wkt

    def read_window(self, x0: int, y0: int, nx: int, ny: int) -> np.ndarray:
        first_column, first_row, n_columns, n_rows = self._window
        column, row = x0 - first_column, y0 - first_row
        if self._block is None or column < 0 or row < 0 or column + nx > n_columns or row + ny > n_rows:
            return self._cells((x0, y0, nx, ny))
        return self._block[row : row + ny, column : column + nx]

    def _cells(self, window: tuple[int, int, int, int]) -> np.ndarray:
        cells = self._raster.read(window)
        plain, is_empty = np.ma.getdata(cells), np.ma.getmaskarray(cells)
        if self._classes:
            plain = np.isin(plain, self._classes).astype("float32")
        if is_empty.any():
            plain = plain if np.issubdtype(plain.dtype, np.floating) else plain.astype("float64")
            plain = np.where(is_empty, np.asarray(np.nan, dtype=plain.dtype), plain)
        return np.ascontiguousarray(plain)


class _Shape(Feature):  # type: ignore[misc]
    """One polygon for exactextract."""

    def __init__(self, wkb: bytes | None = None) -> None:
        Feature.__init__(self)
        self._wkb = wkb
        self.found: dict[str, Any] = {}

    def geometry(self) -> bytes | None:
        return self._wkb

    def set(self, name: str, value: Any) -> None:
        self.found[name] = value

    def get(self, name: str) -> Any:
        return self.found[name]

    def fields(self) -> list[str]:
        return list(self.found)

    def set_geometry(self, wkb: bytes | None) -> None:
        self._wkb = wkb

    def set_geometry_format(self) -> str:
        return "wkb"


class _ShapeSource(FeatureSource):  # type: ignore[misc]
    """Polygons in the raster's CRS for exactextract."""

    def __init__(self, shapes: np.ndarray, wkt: str) -> None:
        super().__init__()
        self._shapes, self._wkt = shapes, wkt

    def count(self) -> int:
        return len(self._shapes)

    def __iter__(self) -> Iterator[_Shape]:
        for wkb in shapely.to_wkb(self._shapes):
            yield _Shape(wkb)

    def srs_wkt(self) -> str:
        return self._wkt


class _ArrayWriter(Writer):  # type: ignore[misc]
    """Results of exactextract in the order of the polygons."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.value, self.count = np.full(n, np.nan), np.zeros(n)
        self._next = 0

    def add_operation(self, operation: Operation) -> None:
        """Nothing to prepare: both columns exist."""

    def write(self, feature: Feature) -> None:
        shape = _Shape()
        feature.copy_to(shape)
        value, count = shape.found.get("value"), shape.found.get("count")
        self.value[self._next] = np.nan if value is None else value
        self.count[self._next] = 0.0 if count is None else count
        self._next += 1

    def features(self) -> None:
        """Results are read from ``value`` and ``count``."""
