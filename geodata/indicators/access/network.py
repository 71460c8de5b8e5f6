"""The graph of roads, of the places where people live, and of where they go to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import sparse

from geodata.indicators.access.closures import Closures
from geodata.indicators.access.links import Links
from geodata.indicators.access.walking import Walking

LEAST_MINUTES = 1e-6
"""Of any edge: a sparse matrix knows no edge of no time."""

_SAME_POINT_M = 1e-6


@dataclass(frozen=True)
class Network:
    """A directed graph; roads go both ways, nobody passes through a place or a destination.

    Attributes
    ----------
    n_nodes : int
    tail, head : int arrays, m
        Nodes of each edge.
    minutes : float array, m
    closers : csr_array, m edges x n areas
        1 where the area closes the edge.
    places, destinations : int arrays
        Their nodes.
    """

    n_nodes: int
    tail: np.ndarray
    head: np.ndarray
    minutes: np.ndarray
    closers: sparse.csr_array
    places: np.ndarray
    destinations: np.ndarray

    def graph(self, edges: np.ndarray, *, turned: bool = False) -> sparse.csr_array:
        """Minutes of the given edges; of parallel ones the quickest. ``turned`` lets every edge go the other way."""
        tail, head = (self.head, self.tail) if turned else (self.tail, self.head)
        return quickest(tail[edges], head[edges], self.minutes[edges], self.n_nodes)


def quickest(tail: np.ndarray, head: np.ndarray, minutes: np.ndarray, n: int) -> sparse.csr_array:
    """A graph of n nodes whose parallel edges are one, the quickest."""
    order = np.lexsort((minutes, head, tail))
    tail, head, minutes = tail[order], head[order], minutes[order]
    is_first = np.r_[True, (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])] if len(tail) else np.empty(0, dtype=bool)
    return sparse.csr_array((minutes[is_first], (tail[is_first], head[is_first])), shape=(n, n))


def build_network(
    links: Links, minutes_per_m: np.ndarray, closures: Closures, places: np.ndarray, destinations: np.ndarray, walking: Walking
) -> Network:
    """Cut links where areas close them and where people reach them, and tie places and destinations to them.

    Parameters
    ----------
    links : Links
    minutes_per_m : float array, one a link
    closures : Closures
    places, destinations : float arrays, p x 2 and d x 2, metres
    walking : Walking
    """
    tied = [_tie(at, links, walking) for at in (places, destinations)]
    length = shapely.length(links.geometry)
    n_links = len(length)
    link = np.concatenate([np.arange(n_links), np.arange(n_links), closures.link, closures.link, tied[0][1], tied[1][1]])
    at_m = np.concatenate([np.zeros(n_links), length, closures.from_m, closures.to_m, tied[0][2], tied[1][2]])
    node, n_nodes = _nodes(links, length, link, at_m)
    tail, head, edge_link, from_m, to_m = _pieces(link, at_m, node)
    closers = _closers(closures, edge_link, from_m, to_m)
    road_minutes = np.maximum((to_m - from_m) * minutes_per_m[edge_link], LEAST_MINUTES)
    n_areas = closers.shape[1]
    first_tie = 2 * n_links + 2 * len(closures.link)
    place_node = n_nodes + np.arange(len(places))
    destination_node = n_nodes + len(places) + np.arange(len(destinations))
    snap = node[first_tie : first_tie + len(tied[0][0])], node[first_tie + len(tied[0][0]) :]
    out, on_foot, closed_on_foot = _walks(places, destinations, walking, n_areas)
    tails = [tail, head, place_node[tied[0][0]], snap[1], place_node[out[0]]]
    heads = [head, tail, snap[0], destination_node[tied[1][0]], destination_node[out[1]]]
    times = [road_minutes, road_minutes, tied[0][3], tied[1][3], on_foot]
    on_ties = [walking.closers(at[rows], there, n_areas) for at, (rows, _, _, _, there) in zip((places, destinations), tied, strict=True)]
    return Network(
        n_nodes=n_nodes + len(places) + len(destinations),
        tail=np.concatenate(tails),
        head=np.concatenate(heads),
        minutes=np.maximum(np.concatenate(times), LEAST_MINUTES),
        closers=sparse.csr_array(sparse.vstack([closers, closers, *on_ties, closed_on_foot], format="csr")),
        places=place_node,
        destinations=destination_node,
    )


def _tie(at: np.ndarray, links: Links, walking: Walking) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Row of the place, link, metres along it, minutes on foot and where the road is met, for the nearest links of each place."""
    nothing = np.empty(0, dtype="int64")
    if not len(at) or not len(links.geometry):
        return nothing, nothing, np.empty(0), np.empty(0), np.empty((0, 2))
    points = shapely.points(at)
    row, link = shapely.STRtree(links.geometry).query(points, predicate="dwithin", distance=walking.max_m)
    if walking.barriers is not None:
        is_free = ~walking.is_barred(at[row], _foot(points[row], links.geometry[link])[1])
        row, link = row[is_free], link[is_free]
    away_m = shapely.distance(points[row], links.geometry[link])
    order = np.lexsort((link, away_m, row))
    row, link = row[order], link[order]
    place_in_row = np.arange(len(row)) - np.searchsorted(row, row)
    row, link = row[place_in_row < walking.ties], link[place_in_row < walking.ties]
    along_m, there = _foot(points[row], links.geometry[link])
    minutes = walking.minutes(at[row], there)
    can = np.isfinite(minutes)
    return row[can], link[can], along_m[can], minutes[can], there[can]


def _foot(points: np.ndarray, lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where along its line, and where on the map, the nearest point of each line lies."""
    along_m = shapely.line_locate_point(lines, points)
    return along_m, shapely.get_coordinates(shapely.line_interpolate_point(lines, along_m))


def _nodes(links: Links, length: np.ndarray, link: np.ndarray, at_m: np.ndarray) -> tuple[np.ndarray, int]:
    """Number of the node at each point of a link: its junctions, and new ones between; equal points are one."""
    order = np.lexsort((at_m, link))
    sorted_link, sorted_m = link[order], at_m[order]
    is_start, is_end = sorted_m <= _SAME_POINT_M, sorted_m >= length[sorted_link] - _SAME_POINT_M
    is_new = np.r_[True, (sorted_link[1:] != sorted_link[:-1]) | (np.diff(sorted_m) > _SAME_POINT_M)]
    is_between = is_new & ~is_start & ~is_end
    number = links.n_junctions + np.cumsum(is_between) - 1
    found = np.where(is_start, links.start[sorted_link], np.where(is_end, links.end[sorted_link], number))
    node = np.empty(len(link), dtype="int64")
    node[order] = found
    return node, links.n_junctions + int(is_between.sum())


def _pieces(link: np.ndarray, at_m: np.ndarray, node: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Edges between neighbouring points of a link: tail, head, link, from, to."""
    order = np.lexsort((at_m, link))
    link, at_m, node = link[order], at_m[order], node[order]
    joins = (link[1:] == link[:-1]) & (np.diff(at_m) > _SAME_POINT_M)
    return node[:-1][joins], node[1:][joins], link[1:][joins], at_m[:-1][joins], at_m[1:][joins]


def _closers(closures: Closures, link: np.ndarray, from_m: np.ndarray, to_m: np.ndarray) -> sparse.csr_array:
    """Which area closes which edge: one whose stretch holds the middle of it."""
    middle = (from_m + to_m) / 2
    n_areas = len(closures.is_inferred)
    order = np.lexsort((middle, link))
    by_link = link[order]
    first, last = np.searchsorted(by_link, closures.link, "left"), np.searchsorted(by_link, closures.link, "right")
    rows, columns = [], []
    for low, high, start, stop, area in zip(first, last, closures.from_m, closures.to_m, closures.area, strict=True):
        inside = order[low:high][(middle[order[low:high]] > start) & (middle[order[low:high]] < stop)]
        rows.append(inside)
        columns.append(np.full(len(inside), area))
    row = np.concatenate(rows) if rows else np.empty(0, dtype="int64")
    column = np.concatenate(columns) if columns else np.empty(0, dtype="int64")
    pairs = np.unique(np.column_stack([row, column]), axis=0) if len(row) else np.empty((0, 2), dtype="int64")
    return sparse.csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(link), n_areas))


def _walks(
    places: np.ndarray, destinations: np.ndarray, walking: Walking, n_areas: int
) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray, sparse.csr_array]:
    """Ways on foot from places to destinations in reach: their ends, minutes, and the areas that close them."""
    nothing = np.empty(0, dtype="int64")
    if not len(places) or not len(destinations):
        return (nothing, nothing), np.empty(0), sparse.csr_array((0, n_areas))
    tree = shapely.STRtree(shapely.points(destinations))
    place, destination = tree.query(shapely.points(places), predicate="dwithin", distance=walking.max_m)
    minutes = walking.minutes(places[place], destinations[destination])
    can = np.isfinite(minutes) & ~walking.is_barred(places[place], destinations[destination])
    place, destination = place[can], destination[can]
    return (place, destination), minutes[can], walking.closers(places[place], destinations[destination], n_areas)
