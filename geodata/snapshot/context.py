"""Basemap layers frozen with a snapshot: outlines light enough to draw, rasters as pictures."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from affine import Affine
from pyproj import CRS, Transformer
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from geodata.errors import LayerError
from geodata.geometry.crs import WGS84, reproject
from geodata.layers.raster import RasterLayer
from geodata.layers.vector import VectorLayer

MAX_PIXELS = 2048
"""Longest edge of a picture."""

_SIMPLIFY_SHARE = 1 / 20_000
_MAX_VERTICES = 400_000
_MAX_DOUBLINGS = 8
_MAX_LATITUDE = 85.051128
_POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_WEB = "EPSG:3857"
_SUN_AZIMUTH_DEG, _SUN_HEIGHT_DEG = 315.0, 45.0


@dataclass(frozen=True)
class Picture:
    """A raster drawn in EPSG:3857.

    Attributes
    ----------
    png : bytes
    bounds_3857 : xmin, ymin, xmax, ymax in metres
    bounds : south, west, north, east in degrees
    """

    png: bytes
    bounds_3857: tuple[float, float, float, float]
    bounds: tuple[float, float, float, float]


def freeze_vector(layer: VectorLayer) -> gpd.GeoDataFrame:
    """A layer for the basemap: ``name``, ``class`` and outlines simplified to what a map of the country can show.

    Simplifying keeps shared borders of polygons together and starts at 1/20,000 of the layer's extent; it doubles, eight
    times at most, until no more than 400,000 vertices are left.

    Returns
    -------
    GeoDataFrame, EPSG:4326, RangeIndex
    """
    said = layer.section.map
    assert said is not None
    wanted = [name for name in (said.name, said.kind) if name is not None]
    rows = layer.read(wanted).frame
    geometry = reproject(rows.geometry.to_numpy(), layer.crs, CRS.from_user_input(WGS84))
    has_place = np.isfinite(shapely.bounds(geometry)).all(axis=1) if len(geometry) else np.zeros(0, dtype=bool)
    rows, geometry = rows[has_place], geometry[has_place]
    frame = gpd.GeoDataFrame(
        {"name": _texts(rows, said.name), "class": _texts(rows, said.kind)},
        geometry=simplify(geometry, layer.section.kind),
        crs=WGS84,
    )
    return frame[~(frame.geometry.isna() | frame.geometry.is_empty)].reset_index(drop=True)


def simplify(geometry: np.ndarray, kind: str) -> np.ndarray:
    """Fewer vertices, as many as a map of the whole can show; borders that polygons share stay shared."""
    if kind == "point" or not len(geometry):
        return geometry
    box = shapely.total_bounds(geometry)
    step = max(box[2] - box[0], box[3] - box[1]) * _SIMPLIFY_SHARE
    simplified = geometry
    is_coverage = bool((shapely.is_valid(geometry) & np.isin(shapely.get_type_id(geometry), _POLYGONAL)).all())
    for _ in range(_MAX_DOUBLINGS):
        if is_coverage:
            simplified = shapely.coverage_simplify(geometry, step)
        else:
            simplified = shapely.simplify(geometry, step, preserve_topology=True)
        if shapely.get_num_coordinates(simplified).sum() <= _MAX_VERTICES:
            break
        step *= 2
    return np.asarray(simplified)


def freeze_raster(layer: RasterLayer) -> Picture:
    """A raster as a picture: shaded relief for heights, one colour a class for land cover, grey for others."""
    said = layer.section.map
    assert said is not None
    is_relief = said.role == "relief"
    crs = layer.grid.crs
    how = Resampling.bilinear if is_relief else Resampling.nearest
    try:
        with (
            rasterio.open(layer.path) as dataset,
            WarpedVRT(dataset, src_crs=crs.to_wkt(), crs=_WEB, resampling=how, **_web_grid(layer)) as warped,
        ):
            cells = warped.read(1, masked=True)
            bounds = warped.bounds
    except rasterio.errors.RasterioError as error:
        raise LayerError(
            f"{layer.path.name} (layer {layer.section.id}) cannot be drawn: {error}.", "Check the file, or remove its map:."
        ) from error
    metres = (bounds.right - bounds.left) / cells.shape[1]
    to_degrees = Transformer.from_crs(_WEB, WGS84, always_xy=True)
    west, south = to_degrees.transform(bounds.left, bounds.bottom)
    east, north = to_degrees.transform(bounds.right, bounds.top)
    if is_relief:
        shade = hillshade(cells.filled(np.nan).astype("float64"), metres * np.cos(np.radians((south + north) / 2)))
        rgba = _grey(shade)
    else:
        rgba = _land_cover(cells)
    return Picture(_png(rgba), (bounds.left, bounds.bottom, bounds.right, bounds.top), (south, west, north, east))


def hillshade(heights: np.ndarray, cell_m: float) -> np.ndarray:
    """Light from the north-west on a surface.

    Parameters
    ----------
    heights : float array, rows from north to south, metres; NaN where unknown
    cell_m : float
        Edge of a cell on the ground.

    Returns
    -------
    float array, same shape, 0 (dark) .. 1 (bright), NaN where unknown

    References
    ----------
    Horn (1981), doi:10.1109/PROC.1981.11918
    """
    down, right = np.gradient(heights, cell_m)
    slope = np.arctan(np.hypot(right, down))
    aspect = np.arctan2(down, -right)
    azimuth = np.radians(360.0 - _SUN_AZIMUTH_DEG + 90.0)
    height = np.radians(_SUN_HEIGHT_DEG)
    light = np.sin(height) * np.cos(slope) + np.cos(height) * np.sin(slope) * np.cos(azimuth - aspect)
    return np.asarray(np.clip(light, 0.0, 1.0))


def _web_grid(layer: RasterLayer) -> dict[str, object]:
    """Square pixels in EPSG:3857 over the raster, about as many as it has cells, at most ``MAX_PIXELS`` along an edge."""
    grid = layer.grid
    to_degrees = Transformer.from_crs(grid.crs, WGS84, always_xy=True)
    west, south, east, north = to_degrees.transform_bounds(*grid.bounds, densify_pts=21)
    south, north = max(south, -_MAX_LATITUDE), min(north, _MAX_LATITUDE)
    left, bottom, right, top = Transformer.from_crs(WGS84, _WEB, always_xy=True).transform_bounds(west, south, east, north)
    longest = min(MAX_PIXELS, max(grid.n_rows, grid.n_columns))
    pixel = max(right - left, top - bottom) / longest
    width, height = max(1, round((right - left) / pixel)), max(1, round((top - bottom) / pixel))
    return {"transform": Affine(pixel, 0.0, left, 0.0, -pixel, top), "width": width, "height": height}


def _grey(shade: np.ndarray) -> np.ndarray:
    level = np.where(np.isnan(shade), 0, 90 + np.nan_to_num(shade) * 165).astype("uint8")
    alpha = np.where(np.isnan(shade), 0, 255).astype("uint8")
    return np.dstack([level, level, level, alpha])


_LAND_COLOURS = np.array(
    [[233, 226, 208], [214, 224, 196], [190, 208, 176], [226, 214, 184], [205, 218, 226], [222, 205, 196], [240, 236, 224],
     [200, 196, 188], [184, 204, 196], [236, 220, 200]], dtype="uint8",
)  # fmt: skip
"""Pale land colours that leave room for the areas drawn above; classes take them in the order of their value."""


def _land_cover(cells: np.ma.MaskedArray) -> np.ndarray:
    empty = np.ma.getmaskarray(cells)
    classes, position = np.unique(np.ma.getdata(cells), return_inverse=True)
    if len(classes) > len(_LAND_COLOURS):
        low, high = float(cells.min()), float(cells.max())
        return _grey(np.where(empty, np.nan, 1 - (np.ma.getdata(cells).astype("float64") - low) / ((high - low) or 1.0)))
    rgb = _LAND_COLOURS[position.reshape(cells.shape)]
    return np.dstack([rgb, np.where(empty, 0, 255).astype("uint8")])


def _png(rgba: np.ndarray) -> bytes:
    """A PNG of 8-bit RGBA pixels, with no metadata, so that equal pixels give equal bytes."""
    height, width, _ = rgba.shape
    rows = np.zeros((height, 1 + width * 4), dtype="uint8")
    rows[:, 1:] = rgba.reshape(height, width * 4)
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b"")]
    parts = [struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _texts(rows: pd.DataFrame, name: str | None) -> pd.Series:
    if name is None:
        return pd.Series([None] * len(rows), dtype="str")
    return rows[name].astype("str")
