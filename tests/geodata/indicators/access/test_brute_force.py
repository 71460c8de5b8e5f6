"""Access against another library that searches the whole graph anew for every area."""

from __future__ import annotations

import networkx
import numpy as np
import pytest
import shapely

from geodata.indicators.access.closures import find_closures
from geodata.indicators.access.gains import Times
from geodata.indicators.access.links import cut_at_junctions
from geodata.indicators.access.network import Network, build_network
from geodata.indicators.access.walking import Walking

from .conftest import on_foot

STEP_M = 1_000.0


def slow_ground(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Minutes over a coarse raster of friction: squares of 2 km, each with its own pace, one in twelve not to be walked."""
    cells = np.random.default_rng(4).uniform(0.01, 0.05, (8, 8))
    cells.ravel()[::12] = np.inf
    along = (np.arange(20) + 0.5) / 20
    at = start[:, None, :] + (end - start)[:, None, :] * along[None, :, None]
    cell = np.clip(at // (2 * STEP_M), 0, 7).astype(int)
    return np.asarray(np.linalg.norm(end - start, axis=1) * cells[cell[..., 0], cell[..., 1]].mean(axis=1))


def country(seed: int, n_areas: int, *, is_rough: bool = False) -> Network:
    """A grid of roads with gaps, places and markets beside them, and areas that close stretches, some of them together.

    Rough: walking is slowed by a raster, a river and a lake lie across, and nobody walks across an area.
    """
    rng = np.random.default_rng(seed)
    side = 15
    lines = []
    for row in range(side):
        for column in range(side - 1):
            for ends in (((column, row), (column + 1, row)), ((row, column), (row, column + 1))):
                if rng.random() < 0.75:
                    middle = np.mean(ends, axis=0) + rng.normal(0, 0.1, 2)
                    lines.append(shapely.LineString(np.array([ends[0], middle, ends[1]]) * STEP_M))
    roads = np.array(lines)
    links = cut_at_junctions(roads, 1.0)
    at = shapely.get_coordinates(shapely.line_interpolate_point(rng.choice(roads, n_areas), rng.random(n_areas), normalized=True))
    areas = shapely.buffer(shapely.points(at + rng.normal(0, 60, at.shape)), rng.uniform(40, 90, n_areas))
    said = rng.random(n_areas) < 0.8
    closures = find_closures(areas, said, ~said, links, np.ones(len(links.road), bool), rng.random(len(links.road)) < 0.5, 0.0)
    places, markets = (rng.uniform(0, (side - 1) * STEP_M, (n, 2)) for n in (60, 4))
    speed = rng.choice([20.0, 60.0], len(links.road))
    walking = on_foot(5, 800, 3)
    if is_rough:
        water = np.array([shapely.LineString([(0, 6_400), (7_000, 6_700), (14_000, 6_300)]), shapely.box(9_000, 9_000, 10_500, 9_800)])
        walking = Walking(slow_ground, 1_500, 3, water, shapely.buffer(areas, rng.uniform(0, 250, n_areas)))
    return build_network(links, 60 / (speed * 1_000), closures, places, markets, walking)


def brute_force(network: Network, released: set[int], max_minutes: float) -> np.ndarray:
    """Minutes from each place to each market on a graph built anew; markets x places."""
    closers = network.closers.tocsr()
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(network.n_nodes))
    for edge, (tail, head, minutes) in enumerate(zip(network.tail, network.head, network.minutes, strict=True)):
        by = set(closers.indices[closers.indptr[edge] : closers.indptr[edge + 1]].tolist())
        if by <= released and minutes < graph.get_edge_data(tail, head, {"minutes": np.inf})["minutes"]:
            graph.add_edge(tail, head, minutes=minutes)
    turned = graph.reverse()
    found = np.full((len(network.destinations), len(network.places)), np.inf)
    for row, market in enumerate(network.destinations):
        minutes = networkx.single_source_dijkstra_path_length(turned, market, cutoff=max_minutes, weight="minutes")
        found[row] = [minutes.get(place, np.inf) for place in network.places]
    return found


@pytest.mark.parametrize(
    ("seed", "max_minutes", "n_areas", "is_rough"),
    [(1, 480.0, 200, False), (2, 35.0, 60, False), (1, 480.0, 200, True)],
    ids=["plain", "cut off after 35 minutes", "friction, barriers, no way across areas"],
)
def test_every_area_alone_gives_what_a_search_on_the_changed_roads_gives(
    seed: int, max_minutes: float, n_areas: int, is_rough: bool
) -> None:
    network = country(seed, n_areas, is_rough=is_rough)
    if is_rough:
        # ways on foot are closed too
        is_on_foot = np.maximum(network.tail, network.head) >= network.places[0]
        assert np.diff(network.closers.indptr)[is_on_foot].sum() > 5
    whole = Times(network, max_minutes, nearest_only=False)
    nearest = Times(network, max_minutes, nearest_only=True)
    np.testing.assert_allclose(whole.now, brute_force(network, set(), max_minutes), rtol=1e-9)
    groups = [np.array([area]) for area in range(n_areas)]
    n_changed = 0
    for area, (opening, closest) in enumerate(zip(whole.open(groups), nearest.open(groups), strict=True)):
        expected = brute_force(network, {area}, max_minutes)
        np.testing.assert_allclose(whole.now if opening is None else opening.minutes, expected, rtol=1e-9)
        np.testing.assert_allclose(nearest.now[0] if closest is None else closest.minutes[0], expected.min(axis=0), rtol=1e-9)
        assert (opening is None) == np.allclose(np.nan_to_num(whole.now, posinf=-1), np.nan_to_num(expected, posinf=-1), rtol=1e-12)
        n_changed += opening is not None
    assert n_changed > n_areas // 10


@pytest.mark.parametrize("is_rough", [False, True])
def test_areas_released_together_give_what_a_search_on_the_changed_roads_gives(is_rough: bool) -> None:
    network = country(3, 120, is_rough=is_rough)
    rng = np.random.default_rng(3)
    groups = [rng.choice(120, size, replace=False) for size in (2, 3, 8, 30, 90, 120)]
    times = Times(network, 480.0, nearest_only=False)
    for group, opening in zip(groups, times.open(groups), strict=True):
        expected = brute_force(network, set(group.tolist()), 480.0)
        np.testing.assert_allclose(times.now if opening is None else opening.minutes, expected, rtol=1e-9)
