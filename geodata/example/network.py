"""Roads: the cheapest ways between towns, then branches to every seat and village, over the relief."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from geodata.example.drainage import neighbour_edges
from geodata.example.grid import CRS, Floats, smooth_line
from geodata.example.settlements import Settlements
from geodata.example.terrain import Terrain

__all__ = ["Roads", "make_roads"]

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Roads:
    """The road network.

    Attributes
    ----------
    lines : GeoDataFrame of LineString with ``kind`` (primary, secondary, track), metres
    grade : 2-d array on the 400 m grid: 1 primary, 2 secondary, 3 track, 0 none
    bridges : array (n, 2), metres, crossings of streams and rivers
    bridge_km2 : array (n,), land drained by the water crossed
    bridge_grade : array (n,), grade of the road on the bridge
    """

    lines: GeoDataFrame
    grade: NDArray[np.int64]
    bridges: Floats
    bridge_km2: Floats
    bridge_grade: Ints


def make_roads(terrain: Terrain, places: Settlements) -> Roads:
    """Roads of all grades and the bridges on them."""
    graph = _cost_graph(terrain)
    cells = terrain.grid.flat(places.xy)
    edges: dict[tuple[int, int], int] = {}
    _add(edges, _between_towns(graph, np.unique(cells[places.seats(3)])), 1)
    _add(edges, _branches(graph, edges, cells[places.seats(4)]), 2)
    wanted = np.flatnonzero((places.rank == 5) | ((places.rank == 6) & places.is_listed & (np.arange(len(cells)) % 3 == 0)))
    _add(edges, _branches(graph, edges, cells[wanted]), 3)
    grade = np.zeros(terrain.land.size, dtype=np.int64)
    for (u, v), kind in sorted(edges.items(), key=lambda item: -item[1]):
        grade[[u, v]] = kind
    bridges = _bridges(edges, terrain)
    return Roads(_lines(edges, terrain), grade.reshape(terrain.grid.shape), *bridges)


def _cost_graph(terrain: Terrain) -> sparse.csr_array:
    """Cost of going from a land cell to its neighbours: steepness, wet ground and river crossings."""
    open_land = terrain.land & ~terrain.lake
    shape = terrain.grid.shape
    u, v, length = neighbour_edges(shape, open_land)
    z, water = terrain.height.ravel(), (terrain.upstream_km2 * terrain.river).ravel()
    gradient = np.abs(z[u] - z[v]) / (length * terrain.grid.cell_m)
    wet = np.maximum(water[u], water[v])
    # Along a valley, beside the water, is easy; in the bed or across it is not.
    cost = length * (1 + (gradient / 0.05) ** 1.6 + 0.0012 * np.maximum(z[u], z[v]) + 1.1 * (wet > 0) + 0.004 * np.minimum(wet, 900.0))
    return sparse.csr_array((np.concatenate((cost, cost)), (np.concatenate((u, v)), np.concatenate((v, u)))), shape=(z.size, z.size))


def _between_towns(graph: sparse.csr_array, towns: Ints) -> list[list[int]]:
    """Paths of a minimum spanning tree over towns, and of links that save a long detour (Mehlhorn 1988)."""
    cost, before, source = csgraph.dijkstra(graph, indices=towns, min_only=True, return_predecessors=True)
    coo = graph.tocoo()
    u, v = coo.coords
    across = (u < v) & (source[u] != source[v]) & np.isfinite(cost[u]) & np.isfinite(cost[v])
    u, v, weight = u[across], v[across], coo.data[across]
    total = cost[u] + weight + cost[v]
    one, two = np.minimum(source[u], source[v]), np.maximum(source[u], source[v])
    best: dict[tuple[int, int], tuple[float, int, int]] = {}
    for k in np.argsort(total, kind="stable").tolist():
        best.setdefault((int(one[k]), int(two[k])), (float(total[k]), int(u[k]), int(v[k])))
    index = {int(town): k for k, town in enumerate(towns)}
    rows, cols = [index[a] for a, _ in best], [index[b] for _, b in best]
    weights = [value[0] for value in best.values()]
    links = sparse.csr_array((weights, (rows, cols)), shape=(len(towns), len(towns)))
    tree = csgraph.minimum_spanning_tree(links)
    detour = csgraph.shortest_path(tree, directed=False)
    in_tree = set(zip(*(c.tolist() for c in tree.nonzero()), strict=True))
    paths = []
    for (a, b), (length, x, y) in best.items():
        i, j = index[a], index[b]
        if (i, j) in in_tree or (j, i) in in_tree or length < 0.42 * detour[i, j]:
            paths.append(_trace(before, x)[::-1] + _trace(before, y))
    return paths


def _branches(graph: sparse.csr_array, edges: dict[tuple[int, int], int], wanted: Ints) -> list[list[int]]:
    """Cheapest paths from each wanted cell to the network there is; on an island without one, to its largest place."""
    network = np.unique(np.asarray(list(edges), dtype=np.int64))
    _, island = csgraph.connected_components(graph, directed=False)
    apart = wanted[~np.isin(island[wanted], island[network])]
    _, first = np.unique(island[apart], return_index=True)
    network = np.union1d(network, apart[first])
    cost, before, _ = csgraph.dijkstra(graph, indices=network, min_only=True, return_predecessors=True)
    return [_trace(before, int(cell)) for cell in wanted if np.isfinite(cost[cell]) and before[cell] >= 0]


def _trace(before: NDArray[np.int32], cell: int) -> list[int]:
    path = [cell]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    return path


def _add(edges: dict[tuple[int, int], int], paths: list[list[int]], grade: int) -> None:
    for path in paths:
        for u, v in itertools.pairwise(path):
            edges.setdefault((min(u, v), max(u, v)), grade)


def _bridges(edges: dict[tuple[int, int], int], terrain: Terrain) -> tuple[Floats, Floats, Ints]:
    """Where a road meets running water, one bridge for each stretch of touching cells."""
    pairs = np.asarray(list(edges), dtype=np.int64)
    grade = np.asarray(list(edges.values()), dtype=np.int64)
    water = terrain.river.ravel()
    hit = water[pairs[:, 0]] != water[pairs[:, 1]]
    wet = np.where(water[pairs[:, 0]], pairs[:, 0], pairs[:, 1])[hit]
    cells, first = np.unique(wet, return_index=True)
    return terrain.grid.xy(cells), terrain.upstream_km2.ravel()[cells], grade[hit][first]


def _lines(edges: dict[tuple[int, int], int], terrain: Terrain) -> GeoDataFrame:
    """Edges joined into lines between junctions and changes of grade."""
    around: dict[int, list[int]] = defaultdict(list)
    for u, v in edges:
        around[u].append(v)
        around[v].append(u)

    def grade(u: int, v: int) -> int:
        return edges[(min(u, v), max(u, v))]

    def is_end(cell: int) -> bool:
        near = around[cell]
        return len(near) != 2 or grade(cell, near[0]) != grade(cell, near[1])

    seen: set[tuple[int, int]] = set()
    paths: list[tuple[list[int], int]] = []
    for start in around:
        for after in around[start] if is_end(start) else []:
            if (start, after) in seen:
                continue
            path = [start, after]
            while not is_end(path[-1]):
                one, two = around[path[-1]]
                path.append(two if one == path[-2] else one)
            seen.update({(path[0], path[1]), (path[-1], path[-2])})
            paths.append((path, grade(start, after)))
    geometry = [shapely.LineString(smooth_line(terrain.grid.xy(np.asarray(path)))) for path, _ in paths]
    names = {1: "primary", 2: "secondary", 3: "track"}
    return GeoDataFrame({"kind": [names[g] for _, g in paths]}, geometry=geometry, crs=CRS)
