"""What covers the land and who lives on it: land cover, people and poverty as rasters, and land-use polygons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from rasterio import features
from scipy import ndimage
from scipy.special import ndtr

from geodata.example.grid import CRS, Floats, blur, fractal_noise, generator, north_up, refine
from geodata.example.network import Roads
from geodata.example.settlements import Settlements
from geodata.example.shapes import ruffled
from geodata.example.terrain import Terrain

__all__ = ["COVER", "Surface", "make_surface"]

COVER = {"forest": 10, "shrub": 20, "pasture": 30, "cropland": 40, "built": 50, "bare": 60, "water": 80, "wetland": 90}
"""Land cover codes, as in common global products; irrigated land exists in the land-use polygons only."""


@dataclass(frozen=True)
class Surface:
    """Rasters on the 100 m grid unless said otherwise.

    Attributes
    ----------
    cover : uint8, codes of ``COVER``, 0 in the sea
    people : float32, people per cell, -1 in the sea
    poverty : float32, 1 km grid, share of poor people 0..1, -1 in the sea
    slope_deg : float32, 400 m grid
    to_place_km, to_road_km, to_river_km : 400 m grid
    land_use : GeoDataFrame of Polygon with ``kind``
    """

    cover: NDArray[np.uint8]
    people: NDArray[np.float32]
    poverty: NDArray[np.float32]
    to_place_km: Floats
    to_road_km: Floats
    to_river_km: Floats
    land_use: GeoDataFrame


def make_surface(seed: int, terrain: Terrain, places: Settlements, roads: Roads, fought: Floats | None) -> Surface:
    """Land cover, people and poverty of one seed.

    ``fought`` (0..1, 400 m grid) is how hard places were fought over, which left them poor; None: poverty is a pattern of
    its own that has no part in anything else.
    """
    grid = terrain.grid
    here = np.zeros(grid.shape, dtype=bool)
    here.ravel()[grid.flat(places.xy)] = True
    km = grid.cell_m / 1000
    to_place = ndimage.distance_transform_edt(~here) * km
    to_road = ndimage.distance_transform_edt((roads.grade == 0) | (roads.grade == 3)) * km
    to_river = ndimage.distance_transform_edt(~(terrain.river | terrain.lake)) * km
    people = _people(seed, terrain, places)
    cover = _cover(seed, terrain, people, to_place, to_river)
    return Surface(
        cover=cover,
        people=people,
        poverty=_poverty(seed, terrain, places, to_road, fought),
        to_place_km=to_place,
        to_road_km=to_road,
        to_river_km=to_river,
        land_use=_land_use(cover, terrain, to_river),
    )


def _people(seed: int, terrain: Terrain, places: Settlements) -> NDArray[np.float32]:
    """People per 100 m cell: households scattered around their place, farms further out."""
    rng = generator(seed, "people")
    fine = terrain.fine
    households = np.maximum(places.people // 6, 4)
    place = np.repeat(np.arange(len(places.people)), households)
    persons = (places.people / households)[place]
    spread = 95.0 + 9.5 * np.sqrt(places.people) ** 0.93
    reach = spread[place] * np.where(rng.random(len(place)) < 0.22, 3.4, 1.0) * rng.gamma(2.0, 0.5, len(place))
    turn = rng.uniform(0, 2 * np.pi, len(place))
    xy = places.xy[place] + reach[:, None] * np.column_stack((np.cos(turn), np.sin(turn)))
    cell = fine.flat(xy)
    wet = ~terrain.land_fine.ravel()[cell]
    cell[wet] = fine.flat(places.xy[place[wet]])
    count = np.bincount(cell, weights=persons, minlength=fine.n_rows * fine.n_cols).astype(np.float32)
    count = np.round(count, 2).reshape(fine.shape)
    return np.where(terrain.land_fine | (count > 0), count, np.float32(-1))


def _cover(seed: int, terrain: Terrain, people: NDArray[np.float32], to_place: Floats, to_river: Floats) -> NDArray[np.uint8]:
    """Land cover by height, moisture, slope and the distance to people."""
    rng = generator(seed, "cover")
    shape, slope = terrain.grid.shape, terrain.slope_deg
    height = np.maximum(terrain.height, 0.0)
    noise, slow = fractal_noise(rng, shape, 1.7), fractal_noise(rng, shape, 3.0)
    patch = np.tile(fractal_noise(rng, shape, 1.2).astype(np.float32), (4, 4))
    moisture = 1.6 * np.exp(-to_river / 5.0) + 0.5 * slow + 0.35 * noise
    near = np.exp(-to_place / 3.0)
    cover = np.full(terrain.fine.shape, COVER["pasture"], dtype=np.uint8)
    wood = refine(moisture + 0.0011 * height + 0.09 * slope - 1.3 * near) + np.float32(0.3) * patch
    cover[wood > 0.55] = COVER["shrub"]
    cover[wood > 0.95] = COVER["forest"]
    crop = refine(2.0 * near + 0.5 * moisture - 0.16 * slope - 0.0009 * height) + np.float32(0.42) * patch
    cover[crop > 1.02] = COVER["cropland"]
    cover[refine(np.maximum((height + 90 * noise) / 1550, slope / 25)) + np.float32(0.05) * patch > 1.0] = COVER["bare"]
    damp = np.where((height < 14) & (slope < 1.0) & (near < 0.6), moisture, -9.0)
    cover[refine(damp) + np.float32(0.4) * patch > 1.35] = COVER["wetland"]
    cover[blur(people, 1.0).astype(np.float32) > 3.2] = COVER["built"]
    cover[refine(blur(terrain.lake, 0.8)) > 0.42] = COVER["water"]
    wide = refine(blur(np.where(terrain.river, np.minimum(terrain.upstream_km2, 4000.0), 0.0), 0.5)) > 900
    cover[wide] = COVER["water"]
    cover[~terrain.land_fine] = 0
    return cover


def _poverty(seed: int, terrain: Terrain, places: Settlements, to_road: Floats, fought: Floats | None) -> NDArray[np.float32]:
    """Share of poor people on a 1 km grid: war, remoteness, height, town and a slow regional pattern; or that pattern alone."""
    rng = generator(seed, "poverty")
    grid = terrain.grid
    slow, quick = fractal_noise(rng, grid.shape, 3.2, low_cut=4.0), fractal_noise(rng, grid.shape, 1.7)
    if fought is None:
        score = -0.6 + 1.1 * slow + 0.08 * quick
    else:
        centres = grid.xy(np.arange(grid.n_rows * grid.n_cols)).reshape(*grid.shape, 2)
        away = np.hypot(*(centres - places.xy[0]).transpose(2, 0, 1)) / 1000
        town = np.zeros(grid.shape)
        np.add.at(town.ravel(), grid.flat(places.xy), places.people.astype(float))
        urban = np.log1p(blur(town, 4.0) / 12.0)
        score = -1.6 + 0.0052 * away + 0.04 * np.minimum(to_road, 25) + 0.0006 * np.maximum(terrain.height, 0) - 0.42 * urban
        score += 1.0 * slow + 0.08 * quick + 2.3 * blur(fought, 4.0)
    share = 0.04 + 0.9 * ndtr(score / 1.7)
    share = np.where(ndimage.binary_dilation(terrain.land, iterations=2), share, -1.0)
    # 5 cells of 400 m become 2 cells of 1 km.
    half = refine(np.where(share < 0, np.nan, share), 2)
    shape = (half.shape[0] // 5, 5, half.shape[1] // 5, 5)
    trimmed = half[: shape[0] * 5, : shape[2] * 5].reshape(shape)
    known = np.isfinite(trimmed).sum(axis=(1, 3))
    mean = np.nansum(trimmed, axis=(1, 3)) / np.maximum(known, 1)
    return np.where(known > 0, np.round(mean, 4), -1.0).astype(np.float32)


def _without_specks(cover: NDArray[np.uint8], river: NDArray[np.bool_], least_cells: int = 4) -> None:
    """Give patches of a few cells, and rivers, which are lines on a map, to the cover around them, in place."""
    specks = river.copy()
    for code in np.unique(cover[cover > 0]):
        label, _ = ndimage.label(cover == code)
        specks |= (np.bincount(label.ravel()) < least_cells)[label] & (cover == code)
    row, col = ndimage.distance_transform_edt(specks | (cover == 0), return_distances=False, return_indices=True)
    cover[specks] = cover[row[specks], col[specks]]


def _land_use(cover: NDArray[np.uint8], terrain: Terrain, to_river: Floats) -> GeoDataFrame:
    """Land-use polygons: the land cover generalised, farmland beside water counted as irrigated."""
    coarse = ndimage.median_filter(cover[1::2, 1::2], size=4).astype(np.uint8)
    near, flat, lake = (
        np.repeat(np.repeat(part, 2, axis=0), 2, axis=1) for part in (to_river < 1.3, terrain.slope_deg < 2.5, terrain.lake)
    )
    coarse[(coarse == COVER["cropland"]) & near & flat] = 41
    coarse[lake] = COVER["water"]
    _without_specks(coarse, (coarse == COVER["water"]) & ~lake)
    label = {code: name for name, code in COVER.items()} | {41: "irrigated cropland", 40: "rainfed cropland"}
    wanted = (coarse > 0) & (coarse != COVER["water"])
    transform = north_up(terrain.grid.left, terrain.grid.top, terrain.grid.cell_m / 2)
    shapes = list(features.shapes(coarse, mask=wanted, transform=transform))
    rough = np.asarray([shapely.Polygon(part["coordinates"][0], part["coordinates"][1:]) for part, _ in shapes], dtype=object)
    smooth = shapely.coverage_simplify(ruffled(shapely.coverage_simplify(rough, 260.0, simplify_boundary=False), 190.0), 75.0)
    kind = [label[int(value)] for _, value in shapes]
    keep = shapely.area(smooth) > 0
    frame = GeoDataFrame({"kind": kind}, geometry=list(smooth), crs=CRS)[keep].reset_index(drop=True)
    frame.insert(0, "parcel", [f"LU{k + 1:06d}" for k in range(len(frame))])
    return frame
