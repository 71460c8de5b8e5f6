"""What releasing each of 50,000 areas gives in market access, beside searching the changed roads anew for each."""

from __future__ import annotations

import time

import numpy as np
import shapely
from scipy.sparse import csgraph

from benchmarks.cases.land import CORNER_M, SIDE_M
from benchmarks.figure import Figure
from geodata.indicators.access.gains import Times
from geodata.indicators.access.measure import Ground, access
from geodata.indicators.access.network import Network
from geodata.indicators.access.parameters import AccessParameters
from geodata.indicators.access.walking import Walking

N_AREAS, N_PLACES, N_MARKETS = 50_000, 2_600, 150
CLOSING_SHARE = 0.2
N_COMPARED = 200
SAID = {
    "measure": "market_access_gain", "theta": 1.5, "theta_source": "made up", "weight_column": "people", "roads": "roads",
    "kind_column": "kind", "speeds_kmh": {"road": 40}, "people_layer": "places", "people_column": "people", "walk_max_m": 3_000,
}  # fmt: skip


def run() -> list[Figure]:
    """All areas once; then 200 closing ones, ours beside a whole search for each."""
    ground, parameters = make_ground(), AccessParameters.model_validate(SAID)
    walking = Walking(lambda start, end: np.linalg.norm(end - start, axis=1) * 60 / 5_000, parameters.walk_max_m, 4)
    started = time.perf_counter()
    found = access(ground, parameters, walking)
    seconds = time.perf_counter() - started
    n_gaining = int((found.values["market_access_gain"] > 0).sum())
    at = f"{N_AREAS:,} areas, {found.n_closing:,} close a road, {n_gaining:,} gain; {N_PLACES:,} places, {N_MARKETS} markets"
    ours, peer, n_differ = compare(ground, parameters, walking)
    same = "all minutes equal" if n_differ == 0 else f"{n_differ} AREAS DIFFER"
    return [
        Figure("market access of every area", at, seconds, float("nan"), "none", "s", "<= 600 s"),
        Figure(f"{N_COMPARED} closing areas", same, ours, peer, "scipy's search of the changed roads, each area", "s", "<= 0.2x"),
    ]


def make_ground(seed: int = 5) -> Ground:
    """A square mesh of roads, 2 km wide, one in eight missing; one area in five lies on a road."""
    draw = np.random.default_rng(seed)
    side, step = 100, SIDE_M / 100
    at = np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), axis=-1) * step
    at = at + draw.uniform(-0.2 * step, 0.2 * step, at.shape) + CORNER_M
    ends = np.concatenate(
        [np.stack([at[:-1], at[1:]], axis=2).reshape(-1, 2, 2), np.stack([at[:, :-1], at[:, 1:]], axis=2).reshape(-1, 2, 2)]
    )
    roads = shapely.linestrings(ends[draw.random(len(ends)) < 7 / 8])
    on_road = shapely.get_coordinates(shapely.line_interpolate_point(draw.choice(roads, N_AREAS), draw.random(N_AREAS), normalized=True))
    away = draw.uniform(0, SIDE_M, (N_AREAS, 2)) + CORNER_M
    closes = draw.random(N_AREAS) < CLOSING_SHARE
    areas = shapely.buffer(shapely.points(np.where(closes[:, None], on_road, away)), draw.lognormal(3.5, 0.5, N_AREAS), quad_segs=4)
    nowhere = np.zeros(N_AREAS, dtype=bool)
    return Ground(
        areas=areas, is_released=nowhere, said=closes.astype("float64"), may_infer=nowhere,
        community=np.full(N_AREAS, "", dtype=object), roads=roads, speed_kmh=draw.choice([20.0, 40.0, 60.0], len(roads)),
        can_close=np.ones(len(roads), dtype=bool), is_inferable=np.ones(len(roads), dtype=bool),
        route=np.full(len(roads), None, dtype=object), places=draw.uniform(0, SIDE_M, (N_PLACES, 2)) + CORNER_M,
        people=draw.lognormal(5, 1, N_PLACES), destinations=draw.uniform(0, SIDE_M, (N_MARKETS, 2)) + CORNER_M,
        weight=draw.lognormal(8, 1, N_MARKETS),
    )  # fmt: skip


def compare(ground: Ground, parameters: AccessParameters, walking: Walking) -> tuple[float, float, int]:
    """Seconds of ours, of whole searches, and how many of the areas differ."""
    from geodata.indicators.access.closures import find_closures
    from geodata.indicators.access.links import cut_at_junctions
    from geodata.indicators.access.network import build_network

    links = cut_at_junctions(ground.roads, parameters.snap_m)
    every = np.ones(len(links.road), dtype=bool)
    closures = find_closures(ground.areas, ground.said == 1, ground.may_infer, links, every, every, 0.0)
    network = build_network(links, 60.0 / (ground.speed_kmh[links.road] * 1e3), closures, ground.places, ground.destinations, walking)
    times = Times(network, parameters.max_minutes, nearest_only=False)
    areas = np.unique(closures.area)[:: max(1, len(np.unique(closures.area)) // N_COMPARED)][:N_COMPARED]
    started = time.perf_counter()
    ours = [times.now if one is None else one.minutes for one in times.open(areas[:, None])]
    between = time.perf_counter()
    peer = [whole_search(network, area, parameters.max_minutes) for area in areas]
    seconds = between - started, time.perf_counter() - between
    n_differ = sum(not np.allclose(one, other, rtol=1e-9) for one, other in zip(ours, peer, strict=True))
    return *seconds, n_differ


def whole_search(network: Network, area: int, max_minutes: float) -> np.ndarray:
    """Minutes from each place to each market with one area released, on a graph made anew."""
    others = np.diff(network.closers.indptr) - network.closers[:, [area]].toarray().ravel()
    graph = network.graph(np.flatnonzero(others == 0), turned=True)
    return np.asarray(csgraph.dijkstra(graph, indices=network.destinations, limit=max_minutes))[:, network.places]
