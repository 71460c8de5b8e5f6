"""Relief as polygons for a vector basemap: height bands and a hill shade in two tones of shadow and one of light."""

from __future__ import annotations

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from rasterio import features

from geodata.example.grid import CRS, Floats, blur
from geodata.example.terrain import Terrain

__all__ = ["height_bands", "hill_shade"]

BANDS_M = (120, 350, 700, 1100, 1600)
SHADES = (("shadow_2", 0.44, -1), ("shadow_1", 0.60, -1), ("light", 0.83, 1))
SUN_AZIMUTH, SUN_HEIGHT, EXAGGERATION = 315.0, 45.0, 4.0


def height_bands(terrain: Terrain) -> GeoDataFrame:
    """Land above each of a few heights, lowest first, so that higher bands are drawn over lower ones."""
    smooth = blur(np.where(terrain.land, terrain.height, 0.0), 1.0)
    parts = [_outline(smooth > band, terrain, 6.0e6) for band in BANDS_M]
    names = [f"above_{band}_m" for band in BANDS_M]
    return GeoDataFrame({"kind": names, "height_m": list(BANDS_M)}, geometry=parts, crs=CRS)


def hill_shade(terrain: Terrain) -> GeoDataFrame:
    """Slopes turned away from the light (shadow) and towards it (light), on the 400 m grid smoothed a little."""
    light = _illumination(blur(np.where(terrain.land, terrain.height, 0.0), 0.9), terrain.grid.cell_m)
    dry = terrain.land & ~terrain.lake
    parts, names = [], []
    for name, bound, side in reversed(SHADES):
        parts.append(_outline(dry & ((light - bound) * side > 0), terrain, 1.2e6))
        names.append(name)
    return GeoDataFrame({"kind": names}, geometry=parts, crs=CRS)


def _illumination(height: Floats, cell_m: float) -> Floats:
    down, right = np.gradient(height * EXAGGERATION, cell_m)
    sun, up = np.radians(SUN_AZIMUTH), np.radians(SUN_HEIGHT)
    east, north = -right, down
    length = np.sqrt(east**2 + north**2 + 1)
    return np.asarray((np.cos(up) * (east * np.sin(sun) + north * np.cos(sun)) + np.sin(up)) / length)


def _outline(mask: NDArray[np.bool_], terrain: Terrain, least_m2: float) -> shapely.MultiPolygon:
    """Cells as polygons with their steps taken off; small parts and holes left out."""
    shapes = features.shapes(mask.astype(np.uint8), mask=mask, transform=terrain.grid.transform)
    rough = []
    for part, _ in shapes:
        outer, *holes = part["coordinates"]
        if shapely.Polygon(outer).area >= least_m2:
            rough.append(shapely.Polygon(outer, [hole for hole in holes if shapely.Polygon(hole).area >= least_m2]))
    smooth = shapely.make_valid(shapely.simplify(np.asarray(rough, dtype=object), 330.0))
    polygons = [part for part in shapely.get_parts(shapely.get_parts(smooth)) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(polygons)
