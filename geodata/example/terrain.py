"""Relief, coast, lakes and rivers: uplift worn down by running water, then partly drowned by the sea."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from rasterio import features
from scipy import ndimage

from geodata.example.drainage import Drainage, drain
from geodata.example.grid import CRS, Floats, Grid, base_grid, blur, fine_grid, fractal_noise, generator, refine, smooth_line

__all__ = ["Terrain", "make_terrain"]

EROSION_CELLS = 4
EROSION_STEPS = 24
HIGHEST_M = 2350.0
DROWNED_M = 34.0
STREAM_KM2 = 45.0
RIVER_KM2 = 700.0
LAKES = 26
LARGEST_LAKE_CELLS = 1800


@dataclass(frozen=True)
class Terrain:
    """The land before people.

    Attributes
    ----------
    grid, fine : Grid
        400 m grid of the simulation, 100 m grid of the rasters.
    height, height_fine : 2-d arrays, metres above the sea; below 0 in the sea
    land, land_fine : 2-d arrays of bool
    slope_deg : 2-d array, on the 400 m grid
    upstream_km2 : 2-d array, land drained through each cell
    river : 2-d array of bool, cells of streams and rivers
    lake : 2-d array of bool
    coast : MultiPolygon, the land, metres
    rivers : GeoDataFrame of LineString with ``kind`` (river, stream) and ``upstream_km2``
    lakes : GeoDataFrame of Polygon
    """

    grid: Grid
    fine: Grid
    height: Floats
    height_fine: NDArray[np.float32]
    land: NDArray[np.bool_]
    land_fine: NDArray[np.bool_]
    slope_deg: Floats
    upstream_km2: Floats
    river: NDArray[np.bool_]
    lake: NDArray[np.bool_]
    coast: shapely.MultiPolygon
    rivers: GeoDataFrame
    lakes: GeoDataFrame


def make_terrain(seed: int) -> Terrain:
    """The terrain of one seed; the number of hazard areas has no part in it."""
    grid, fine = base_grid(), fine_grid()
    height = _relief(seed, grid)
    height_fine = refine(height)
    height_fine += _texture(seed, fine, height_fine)
    coast, land_fine = _coast(height_fine, fine)
    land = land_fine.reshape(grid.n_rows, 4, grid.n_cols, 4).mean(axis=(1, 3)) >= 0.5
    height_fine = np.where(land_fine, np.maximum(height_fine, 0.5), np.minimum(height_fine, -0.5)).astype(np.float32)
    height = np.where(land, height, np.minimum(height, -0.5))
    drainage = drain(height, land)
    filled = drainage.filled(height).reshape(grid.shape)
    lake = _lake_cells(filled - height, land)
    cell_km2 = (grid.cell_m / 1000) ** 2
    upstream = drainage.accumulate(land.astype(np.float64) * cell_km2).reshape(grid.shape)
    height = np.where(land, np.maximum(height, 0.5), height)
    level = np.where(land, filled, 0.0)
    rise_y, rise_x = np.gradient(level, grid.cell_m)
    return Terrain(
        grid=grid,
        fine=fine,
        height=height,
        height_fine=height_fine,
        land=land,
        land_fine=land_fine,
        slope_deg=np.degrees(np.arctan(np.hypot(rise_x, rise_y))),
        upstream_km2=upstream,
        river=land & (upstream >= STREAM_KM2),
        lake=lake,
        coast=coast,
        rivers=_rivers(drainage, upstream, land, grid, seed),
        lakes=_lakes(lake, grid),
    )


def _relief(seed: int, grid: Grid) -> Floats:
    """Heights on the 400 m grid: worn uplift, refined, with finer hills; the coast drowned."""
    rng = generator(seed, "relief")
    shape = (grid.n_rows // EROSION_CELLS, grid.n_cols // EROSION_CELLS)
    inside = _island(rng, shape)
    inland = ndimage.distance_transform_edt(inside)
    ridges = 1 - np.abs(fractal_noise(rng, shape, 3.2)) / 2.2
    uplift = np.clip(ridges, 0.05, None) ** 2.2 * np.clip(inland / 22, 0.06, 1.0)
    uplift *= np.clip(0.75 + 0.5 * fractal_noise(rng, shape, 3.6), 0.12, 2.0)
    height = _worn(rng, uplift, inside)
    height *= HIGHEST_M / np.quantile(height[inside], 0.9995)
    sea = -6.0 * ndimage.distance_transform_edt(~inside) - 4.0
    out = refine(np.where(inside, height, sea), EROSION_CELLS).astype(np.float64)
    out = ndimage.gaussian_filter(out, 0.8)
    rough = np.clip(out / 700.0, 0.012, 1.0)
    out += fractal_noise(rng, grid.shape, 2.4, low_cut=16.0) * 75.0 * rough
    for row, col, depth, reach in _basins(rng, out):
        rows, cols = np.ogrid[: grid.n_rows, : grid.n_cols]
        out -= depth * np.exp(-(((rows - row) / reach) ** 2 + ((cols - col) / (1.6 * reach)) ** 2))
    return np.asarray(out - DROWNED_M)


def _island(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """One large island with bays and a few small ones, about half of the frame, away from its edge."""
    y, x = np.mgrid[-1 : 1 : complex(shape[0]), -1 : 1 : complex(shape[1])]
    tilt = rng.uniform(0, np.pi)
    along, across = x * np.cos(tilt) + y * np.sin(tilt), y * np.cos(tilt) - x * np.sin(tilt)
    dome = 1.0 - (along / 0.98) ** 2 - (across / 0.80) ** 2
    edge = np.maximum(np.abs(x), np.abs(y))
    field = dome + 0.36 * fractal_noise(rng, shape, 3.0) - 4.0 * np.clip(edge - 0.86, 0, None) * 4
    inside = field > np.quantile(field, 0.46)
    label, n = ndimage.label(inside)
    sizes = np.bincount(label.ravel(), minlength=n + 1)
    sizes[0] = 0
    keep = np.isin(label, np.flatnonzero(sizes >= 6))
    inside = ndimage.binary_fill_holes(keep)
    inside[:4] = inside[-4:] = False
    inside[:, :4] = inside[:, -4:] = False
    return np.asarray(inside)


def _worn(rng: np.random.Generator, uplift: Floats, inside: NDArray[np.bool_]) -> Floats:
    """Heights after uplift and erosion by streams (implicit stream power, Braun & Willett 2013)."""
    height = np.where(inside, rng.uniform(0, 1.0, uplift.shape), 0.0)
    hardness = np.exp(0.5 * fractal_noise(rng, (uplift.shape[0], uplift.shape[1]), 3.0)).ravel()
    step = 0.25
    for _ in range(EROSION_STEPS):
        drainage = drain(height, inside)
        upstream = drainage.accumulate(inside.astype(np.float64))
        pull = step * np.sqrt(upstream) / hardness
        z = (height + step * uplift).ravel()
        for k in range(len(drainage.levels) - 1):
            cells = drainage.order[drainage.levels[k] : drainage.levels[k + 1]]
            below = drainage.receiver[cells]
            base = np.where(below >= 0, z[below], 0.0)
            z[cells] = (z[cells] + pull[cells] * base) / (1 + pull[cells])
        height = np.where(inside, z.reshape(uplift.shape), 0.0)
        height = np.where(inside, 0.93 * height + 0.07 * blur(height, 1.0), 0.0)
    return height


def _basins(rng: np.random.Generator, height: Floats) -> list[tuple[int, int, float, float]]:
    """Places, depths and reaches (cells) of hollows that hold lakes."""
    low, high = np.quantile(height[height > 60], [0.12, 0.6])
    rows, cols = np.nonzero((height > low) & (height < high))
    picks = rng.choice(len(rows), size=12, replace=False)
    return [(int(rows[k]), int(cols[k]), float(rng.uniform(70, 200)), float(rng.uniform(4, 11))) for k in picks]


def _texture(seed: int, fine: Grid, height: NDArray[np.float32]) -> NDArray[np.float32]:
    """Small hills and crinkles at 100 m, weaker in the plains."""
    rng = generator(seed, "texture")
    tile = fractal_noise(rng, (768, 832), 1.9, low_cut=10.0).astype(np.float32)
    noise = np.tile(tile, (fine.n_rows // 768, fine.n_cols // 832))
    # Mirrored tiles would show; a slow second noise hides the repetition.
    noise *= refine(1.0 + 0.4 * fractal_noise(rng, (768, 832), 2.5))
    return np.asarray(noise * np.clip(height / 90.0, 2.2, 16.0), dtype=np.float32)


def _coast(height: NDArray[np.float32], fine: Grid) -> tuple[shapely.MultiPolygon, NDArray[np.bool_]]:
    """The coast as polygons, corners cut, and the 100 m cells inside; islets under 0.4 km2 are left out."""
    above = height > 0
    label, n = ndimage.label(above)
    sizes = np.bincount(label.ravel(), minlength=n + 1)
    sizes[0] = 0
    land = np.isin(label, np.flatnonzero(sizes >= 40))
    water, n = ndimage.label(~land)
    land |= water != water[0, 0]
    shapes = features.shapes(land.astype(np.uint8), mask=land, transform=fine.transform)
    polygons = [shapely.Polygon(_cut_corners(part["coordinates"][0])) for part, _ in shapes]
    sound = shapely.make_valid(np.asarray(polygons, dtype=object))
    return shapely.MultiPolygon([p for p in shapely.get_parts(shapely.union_all(sound)) if p.geom_type == "Polygon"]), land


def _cut_corners(ring: list[tuple[float, float]]) -> Floats:
    xy = np.asarray(shapely.simplify(shapely.LinearRing(ring), 75.0).coords)[:-1]
    for _ in range(2):
        after = np.roll(xy, -1, axis=0)
        xy = np.stack((0.75 * xy + 0.25 * after, 0.25 * xy + 0.75 * after), axis=1).reshape(-1, 2)
    return np.asarray(shapely.simplify(shapely.LinearRing(xy), 12.0).coords)


def _lake_cells(depth: Floats, land: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cells of pits deep and large enough to be lakes."""
    wet = land & (depth > 6.0)
    label, n = ndimage.label(wet)
    for number in np.flatnonzero(np.bincount(label.ravel()) > LARGEST_LAKE_CELLS)[1:]:
        # A basin this wide silts up: water stays in its deepest part.
        inside = label == number
        wet &= ~inside | (depth >= np.partition(depth[inside], -LARGEST_LAKE_CELLS)[-LARGEST_LAKE_CELLS])
    label, n = ndimage.label(wet)
    sizes = np.bincount(label.ravel(), minlength=n + 1)
    volume = ndimage.sum(depth, label, np.arange(n + 1))
    volume[sizes < 20] = 0
    volume[0] = 0
    keep = np.argsort(-volume, kind="stable")[:LAKES]
    return np.isin(label, keep[volume[keep] > 0])


def _lakes(lake: NDArray[np.bool_], grid: Grid) -> GeoDataFrame:
    fine = refine(blur(lake, 0.8)) > 0.42
    transform = fine_grid().transform
    shapes = features.shapes(fine.astype(np.uint8), mask=fine, transform=transform)
    rings = [[_cut_corners(ring) for ring in part["coordinates"]] for part, _ in shapes]
    parts = [shapely.Polygon(first, [hole for hole in rest if len(hole) > 4]) for first, *rest in rings]
    geometry = shapely.make_valid(np.asarray([p for p in parts if p.area >= 1.5e6], dtype=object))
    return GeoDataFrame({"kind": ["lake"] * len(geometry)}, geometry=list(geometry), crs=CRS)


def _rivers(drainage: Drainage, upstream: Floats, land: NDArray[np.bool_], grid: Grid, seed: int) -> GeoDataFrame:
    """Streams and rivers as lines between sources, confluences and mouths, drawn with a little meander."""
    flow = upstream.ravel()
    cells = np.flatnonzero(land.ravel() & (flow >= STREAM_KM2))
    is_river = np.zeros(land.size, dtype=bool)
    is_river[cells] = True
    below = drainage.receiver[cells]
    feeds = np.zeros(land.size, dtype=np.int64)
    np.add.at(feeds, below[below >= 0], 1)
    rng = generator(seed, "meander")
    place = np.zeros((land.size, 2), dtype=np.float64)
    place[cells] = grid.xy(cells) + rng.normal(0, 70.0, (len(cells), 2))
    lines, sizes = [], []
    for start in cells[feeds[cells] != 1]:
        path = [int(start)]
        while True:
            after = int(drainage.receiver[path[-1]])
            if after < 0:
                break
            path.append(after)
            if feeds[after] != 1:
                break
        if len(path) > 1:
            lines.append(smooth_line(place[path]))
            sizes.append(float(flow[path[-2]]))
    geometry = [shapely.LineString(line) for line in lines]
    kind = np.where(np.asarray(sizes) >= RIVER_KM2, "river", "stream")
    return GeoDataFrame({"kind": kind, "upstream_km2": np.round(sizes, 1)}, geometry=geometry, crs=CRS)
