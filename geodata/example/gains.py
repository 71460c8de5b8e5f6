"""What release is truly worth and truly costs: known to nobody in the country, and shaped like no model of it.

Land gives what its scarcer input allows, hectares or hands (a constant elasticity of substitution, not a weighted sum). A
community may gain at once when its last area goes; most do not. A bridge gives minutes back to those beyond it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from geodata.example.divisions import Divisions
from geodata.example.drainage import neighbour_edges
from geodata.example.grid import Floats, generator
from geodata.example.network import Roads
from geodata.example.settlements import Settlements
from geodata.example.stock import Stock
from geodata.example.surface import Surface
from geodata.example.terrain import Terrain
from geodata.example.worlds import World

__all__ = ["Gains", "make_gains"]

USD_PER_HA = {
    "cropland": 780.0, "pasture": 110.0, "forest": 60.0, "housing": 900.0, "road": 260.0, "water": 420.0, "school": 520.0,
    "infrastructure": 340.0, "other": 70.0,
}  # fmt: skip
USD_PER_PAIR_OF_HANDS = 55.0
COMPLETION_MATTERS = 0.4
MINUTES_PER_CELL = {1: 0.4, 2: 0.6, 3: 1.2}
FORD_MIN, FORD_MIN_PER_KM2, LONGEST_DETOUR_MIN = 12.0, 0.16, 180.0
"""Where a bridge is closed, people wade: quickly through a stream, hardly through a river."""
BRIDGE_REACH_M = 650.0
MOST_BRIDGES = 250
USD_PER_PERSON_HOUR = 1.1
TRIPS_PER_YEAR = 6.0


@dataclass(frozen=True)
class Gains:
    """Truth beside the areas.

    Attributes
    ----------
    areas : DataFrame, one row an area: ``gain_usd_per_year``, ``true_cost_usd``, ``bridge`` ("" where it blocks none)
    communities : DataFrame: ``community`` (admin code), ``n_open``, ``completion_matters``, ``completion_gain_usd_per_year``
    bridges : DataFrame: ``bridge``, ``x``, ``y``, ``n_open``, ``people``, ``minutes_saved``, ``gain_usd_per_year``
    """

    areas: pd.DataFrame
    communities: pd.DataFrame
    bridges: pd.DataFrame


def make_gains(
    seed: int, world: World, stock: Stock, terrain: Terrain, places: Settlements, roads: Roads, divisions: Divisions, surface: Surface
) -> Gains:
    """Yearly gains (fictional USD) of every area, of communities made complete and of bridges reopened."""
    rng = generator(seed, "gains")
    own = _own_gain(rng, world, stock, terrain, surface)
    bridge, bridges = _bridges(stock, terrain, places, roads)
    areas = pd.DataFrame({"gain_usd_per_year": np.round(own, 1), "true_cost_usd": _cost(rng, stock), "bridge": bridge})
    return Gains(areas, _communities(rng, stock, own, divisions), bridges)


def _own_gain(rng: np.random.Generator, world: World, stock: Stock, terrain: Terrain, surface: Surface) -> Floats:
    table, truth = stock.table, stock.truth
    n = len(table)
    land = table["size_m2"].to_numpy() / 10_000 * table["blocked_use"].map(USD_PER_HA).to_numpy(dtype=float)
    hands = USD_PER_PAIR_OF_HANDS * (4 + 0.25 * table["people_1km"].to_numpy())
    scarce = (np.maximum(land, 1.0) ** -1.6 + hands**-1.6) ** (-1 / 1.6)
    held = np.exp(0.3 * truth["unseen_soil"].to_numpy()) * (0.4 + 1.1 * truth["unseen_tenure"].to_numpy())
    poor = 0.6 + 0.9 * _poverty(surface, terrain, stock.xy) if world.poverty_follows_war else np.ones(n)
    kept_off = np.where(truth["use_really_suppressed"].to_numpy(), 1.0, 0.04)
    return np.asarray(scarce * held * poor * kept_off * rng.lognormal(0, 0.3, n))


def _poverty(surface: Surface, terrain: Terrain, xy: Floats) -> Floats:
    col = np.clip((xy[:, 0] - terrain.grid.left) // 1000, 0, surface.poverty.shape[1] - 1).astype(np.int64)
    row = np.clip((terrain.grid.top - xy[:, 1]) // 1000, 0, surface.poverty.shape[0] - 1).astype(np.int64)
    return np.maximum(surface.poverty[row, col].astype(np.float64), 0.0)


def _cost(rng: np.random.Generator, stock: Stock) -> Floats:
    """A visit everywhere; technical survey and clearance where something is there, or was confirmed."""
    table, truth = stock.table, stock.truth
    size = table["size_m2"].to_numpy()
    opened = truth["holds_ordnance"].to_numpy() | (table["hazard_type"].to_numpy() == "CHA")
    part = np.where(opened, rng.beta(2.0, 2.2, len(size)), 0.06)
    steep = 1 + np.clip(table["slope_deg"].to_numpy() / 25, 0, 1.2)
    cost = 900 + 0.04 * size + opened * 0.4 * size * 0.6 + 1.35 * size * part * steep
    return np.asarray(np.round(cost * truth["cost_overrun"].to_numpy()))


def _communities(rng: np.random.Generator, stock: Stock, own: Floats, divisions: Divisions) -> pd.DataFrame:
    """Communities with open areas; where it matters, the last area brings more than all of them alone."""
    is_open = ~stock.table["is_released"].to_numpy() & ~stock.table["is_suspended"].to_numpy()
    village = stock.table["village"].to_numpy()
    n_villages = len(divisions.levels[3])
    n_open = np.bincount(village[is_open], minlength=n_villages)
    alone = np.bincount(village[is_open], weights=own[is_open], minlength=n_villages)
    matters = (n_open >= 2) & (rng.random(n_villages) < COMPLETION_MATTERS)
    gain = np.where(matters, alone * rng.lognormal(0.62, 0.5, n_villages), 0.0)
    table = pd.DataFrame({
        "community": divisions.levels[3]["adm4_code"].to_numpy(),
        "n_open": n_open,
        "completion_matters": matters,
        "completion_gain_usd_per_year": np.round(gain, 1),
    })  # fmt: skip
    return table[table["n_open"] > 0].reset_index(drop=True)


def _bridges(stock: Stock, terrain: Terrain, places: Settlements, roads: Roads) -> tuple[NDArray[np.object_], pd.DataFrame]:
    """Which bridge each area blocks, and what each blocked bridge keeps from those beyond it."""
    cause, n = stock.truth["cause"].to_numpy(dtype=object), len(stock.table)
    name = np.full(n, "", dtype=object)
    blocking = np.flatnonzero((cause == "bridge") & (stock.table["blocked_use"].to_numpy(dtype=object) == "road"))
    columns = ("bridge", "x", "y", "n_open", "people", "minutes_saved", "gain_usd_per_year")
    if len(blocking) == 0:
        return name, pd.DataFrame({column: [] for column in columns})
    away, nearest = cKDTree(roads.bridges).query(stock.xy[blocking])
    blocking, nearest = blocking[away < BRIDGE_REACH_M], nearest[away < BRIDGE_REACH_M]
    name[blocking] = [f"BR-{k:04d}" for k in nearest]
    still = ~stock.table["is_released"].to_numpy()[blocking]
    number, n_open = np.unique(nearest[still], return_counts=True)
    most = np.argsort(-roads.bridge_km2[number] / np.maximum(roads.bridge_grade[number], 1), kind="stable")[:MOST_BRIDGES]
    number, n_open = number[np.sort(most)], n_open[np.sort(most)]
    people, minutes = _minutes_saved(terrain, places, roads, number)
    return name, pd.DataFrame({
        "bridge": [f"BR-{k:04d}" for k in number],
        "x": np.round(roads.bridges[number, 0], 1),
        "y": np.round(roads.bridges[number, 1], 1),
        "n_open": n_open,
        "people": people,
        "minutes_saved": np.round(minutes, 1),
        "gain_usd_per_year": np.round(people * minutes / 60 * TRIPS_PER_YEAR * USD_PER_PERSON_HOUR, 1),
    })  # fmt: skip


def _minutes_saved(terrain: Terrain, places: Settlements, roads: Roads, bridges: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
    """People whose way to a town grows when one bridge is closed, and by how many minutes on average."""
    grade = roads.grade.ravel()
    u, v, length = neighbour_edges(terrain.grid.shape, roads.grade > 0)
    on_road = np.flatnonzero(grade > 0)
    index = np.full(grade.size, -1, dtype=np.int64)
    index[on_road] = np.arange(len(on_road))
    pace = np.asarray([0.0, *MINUTES_PER_CELL.values()])
    minutes = length * (pace[grade[u]] + pace[grade[v]]) / 2
    u, v = index[u], index[v]
    cells = index[terrain.grid.flat(places.xy)]
    served = cells >= 0
    towns = np.unique(cells[served & (places.rank <= 3)])
    cells, people = cells[served], places.people[served]

    def to_town(keep: NDArray[np.bool_]) -> Floats:
        graph = sparse.csr_array((minutes[keep], (u[keep], v[keep])), shape=(len(on_road), len(on_road)))
        return np.asarray(csgraph.dijkstra(graph, directed=False, indices=towns, min_only=True)[cells])

    usual = to_town(np.ones(len(u), dtype=bool))
    reached = np.isfinite(usual)
    cells, people, usual = cells[reached], people[reached], usual[reached]
    n_people, saved = np.zeros(len(bridges), dtype=np.int64), np.zeros(len(bridges))
    for k, cell in enumerate(index[terrain.grid.flat(roads.bridges[bridges])]):
        ford = min(FORD_MIN + FORD_MIN_PER_KM2 * float(roads.bridge_km2[bridges[k]]), LONGEST_DETOUR_MIN)
        longer = np.minimum(to_town((u != cell) & (v != cell)) - usual, ford)
        beyond = longer > 1.0
        n_people[k] = people[beyond].sum()
        saved[k] = (people[beyond] * longer[beyond]).sum() / max(int(n_people[k]), 1)
    return n_people, saved
