"""Four admin levels that nest and share their borders, grown from seats over the relief."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from rasterio import features
from scipy import ndimage, sparse
from scipy.sparse import csgraph

from geodata.example.drainage import neighbour_edges
from geodata.example.grid import CRS
from geodata.example.names import invented_names, second_script
from geodata.example.settlements import Settlements
from geodata.example.shapes import ruffled
from geodata.example.terrain import Terrain

__all__ = ["Divisions", "make_divisions"]

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Divisions:
    """Admin areas.

    Attributes
    ----------
    area_of_cell : 2-d array on the 400 m grid, number of the village area, also a little out at sea; -1 elsewhere
    parents : array (n_village_areas, 3), numbers of province, district and commune
    levels : list of four GeoDataFrames (province, district, commune, village area) with ``code``, ``name``,
        ``name_local`` and the codes and names of all levels above
    """

    area_of_cell: Ints
    parents: Ints
    levels: list[GeoDataFrame]


def make_divisions(terrain: Terrain, places: Settlements, rng: np.random.Generator) -> Divisions:
    """Village areas by the cheapest way to their seat, and the levels above by neighbourhood."""
    seats = places.seats(5)
    label = _grow(terrain, terrain.grid.flat(places.xy[seats]))
    neighbours = _adjacency(label, len(seats))
    xy = places.xy[seats]
    communes = _gather(neighbours, xy, np.flatnonzero(places.rank[seats] <= 4))
    districts = _gather(neighbours, xy, np.flatnonzero(places.rank[seats] <= 3))[_seat_of(communes)][communes]
    provinces = _gather(neighbours, xy, np.flatnonzero(places.rank[seats] <= 2))[_seat_of(districts)][districts]
    parents = np.column_stack((provinces, districts, communes))
    polygons = _polygons(label, terrain, len(seats))
    frame = _village_areas(polygons, parents, [places.name[k] for k in seats], rng)
    levels = [frame]
    for depth in (3, 2, 1):
        levels.insert(0, _dissolved(levels[0], depth))
    return Divisions(label, parents, levels)


def _grow(terrain: Terrain, seeds: Ints) -> Ints:
    """Number of the nearest seat for every cell; ridges and rivers are barriers."""
    grid = terrain.grid
    u, v, length = neighbour_edges(grid.shape, terrain.land)
    z, water = terrain.height.ravel(), terrain.river.ravel()
    cost = length * (1 + np.abs(z[u] - z[v]) / 25.0 + 3.0 * (water[u] != water[v]))
    graph = sparse.csr_array((cost, (u, v)), shape=(z.size, z.size))
    _, _, source = csgraph.dijkstra(graph, directed=False, indices=seeds, min_only=True, return_predecessors=True)
    number = np.full(z.size, -1, dtype=np.int64)
    number[seeds] = np.arange(len(seeds))
    reached = source >= 0
    label = np.where(reached, number[np.where(reached, source, 0)], -1).reshape(grid.shape)
    away, nearest = ndimage.distance_transform_edt(label < 0, return_indices=True)
    filled = label[nearest[0], nearest[1]]
    near = away <= 4
    # Islets further out belong to the nearest area too.
    return np.asarray(np.where(near | terrain.land | ndimage.binary_dilation(terrain.land, iterations=4), filled, -1), dtype=np.int64)


def _adjacency(label: Ints, n: int) -> Ints:
    """Pairs of village areas that touch."""
    pairs = []
    for one, two in ((label[:, :-1], label[:, 1:]), (label[:-1], label[1:])):
        differ = (one != two) & (one >= 0) & (two >= 0)
        pairs.append(np.column_stack((one[differ], two[differ])))
    both = np.sort(np.concatenate(pairs), axis=1)
    return np.asarray(np.unique(both, axis=0), dtype=np.int64)


def _gather(pairs: Ints, xy: NDArray[np.float64], seats: Ints) -> Ints:
    """Number of the nearest of some seats for every village area, going from neighbour to neighbour."""
    distance = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    graph = sparse.csr_array((distance, (pairs[:, 0], pairs[:, 1])), shape=(len(xy), len(xy)))
    _, _, source = csgraph.dijkstra(graph, directed=False, indices=seats, min_only=True, return_predecessors=True)
    number = np.zeros(len(xy), dtype=np.int64)
    number[seats] = np.arange(len(seats))
    return np.asarray(number[np.where(source >= 0, source, seats[0])], dtype=np.int64)


def _seat_of(groups: Ints) -> Ints:
    """First (largest) village area of each group: places stand in order of size."""
    return np.asarray([int(np.flatnonzero(groups == k)[0]) for k in range(int(groups.max()) + 1)], dtype=np.int64)


def _polygons(label: Ints, terrain: Terrain, n: int) -> NDArray[np.object_]:
    """Village areas as polygons with common borders, smoothed together and cut at the coast."""
    parts: list[list[shapely.Polygon]] = [[] for _ in range(n)]
    mask = label >= 0
    for shape, value in features.shapes(label.astype(np.int32), mask=mask, transform=terrain.grid.transform):
        parts[int(value)].append(shapely.Polygon(shape["coordinates"][0], shape["coordinates"][1:]))
    rough = np.asarray([shapely.MultiPolygon(p) if len(p) != 1 else p[0] for p in parts], dtype=object)
    smooth = ruffled(shapely.coverage_simplify(rough, 520.0, simplify_boundary=False))
    shapely.prepare(terrain.coast)
    inside = shapely.contains_properly(terrain.coast, smooth)
    cut = shapely.intersection(smooth[~inside], terrain.coast, grid_size=0.1)
    smooth[~inside] = [_polygonal(shape) for shape in cut]
    return np.asarray(shapely.set_precision(smooth, 0.1), dtype=object)


def _polygonal(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a shape, without the points and lines that an intersection may leave."""
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if part.geom_type == "Polygon"]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _village_areas(polygons: NDArray[np.object_], parents: Ints, names: list[str], rng: np.random.Generator) -> GeoDataFrame:
    """Village areas with codes and names of every level; codes keep leading zeros."""
    province, district, commune = parents.T
    rows = _numbered((province, district, commune, np.arange(len(parents))))
    data: dict[str, list[str] | NDArray[np.str_]] = {}
    own = [invented_names(rng, int(level.max()) + 1) for level in (province, district, commune)]
    for depth, level in enumerate((province, district, commune)):
        data[f"adm{depth + 1}_code"] = ["".join(f"{row[k]:02d}" for k in range(depth + 1)) for row in rows]
        seat_names = [names[int(np.flatnonzero(level == k)[0])] for k in range(int(level.max()) + 1)]
        chosen = own[0] if depth == 0 else seat_names
        data[f"adm{depth + 1}_name"] = [chosen[k] for k in level]
    data["adm4_code"] = ["".join(f"{part:02d}" for part in row) for row in rows]
    data["adm4_name"] = names
    data["code"], data["name"] = data["adm4_code"], names
    data["name_local"] = [second_script(name) for name in names]
    frame = GeoDataFrame(data, geometry=list(polygons), crs=CRS)
    frame["seat"] = np.arange(len(frame))
    return frame


def _numbered(levels: tuple[Ints, ...]) -> list[tuple[int, ...]]:
    """Running numbers from 1 within the level above, in order of the seats."""
    counters: dict[tuple[int, ...], dict[int, int]] = {}
    rows = []
    for keys in zip(*(level.tolist() for level in levels), strict=True):
        path: tuple[int, ...] = ()
        for key in keys:
            known = counters.setdefault(path, {})
            path = (*path, known.setdefault(key, len(known) + 1))
        rows.append(path)
    return rows


def _dissolved(frame: GeoDataFrame, depth: int) -> GeoDataFrame:
    """The level at this depth as unions of the areas of the level below."""
    code = f"adm{depth}_code"
    keys, group = np.unique(frame[code].to_numpy(dtype=str), return_inverse=True)
    first = [int(np.flatnonzero(group == k)[0]) for k in range(len(keys))]
    shapes = frame.geometry.to_numpy()
    merged = [_polygonal(shapely.union_all(shapes[group == k], grid_size=0.1)) for k in range(len(keys))]
    columns = [f"adm{level}_{what}" for level in range(1, depth + 1) for what in ("code", "name")]
    out = frame.iloc[first][columns].reset_index(drop=True)
    out["code"], out["name"] = out[code], out[f"adm{depth}_name"]
    out["name_local"] = [second_script(name) for name in out["name"]]
    return GeoDataFrame(out, geometry=merged, crs=CRS)
