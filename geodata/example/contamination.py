"""What the ground truly holds: devices laid by a war, kept or lost by the soil, caught or missed by the survey's outline.

Nothing here is a score with a threshold. Each area has a rate at which a device comes to lie inside its outline: a product
of what was laid for that cause, how hard the place was fought over, what a gang laid along one stretch (shared by its
cluster), how the soil keeps metal, how much of the true field the survey's outline caught, and what floods carried off. The
first device is an exponential race over those rates; each survey era and type keeps the share that such surveys find.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from geodata.example.grid import Floats, fractal_noise, generator
from geodata.example.terrain import Terrain
from geodata.example.war import CAUSES, Traces
from geodata.example.worlds import World

__all__ = ["EO_SHARE", "EO_SHARE_BLIND", "EO_SHARE_CHA", "MOVED_YEAR", "add_ground_truth"]

EO_SHARE = {"impact survey": 0.075, "reported": 0.15, "evidence survey": 0.27}
"""Share of SHAs with ordnance, by survey era."""
EO_SHARE_CHA = 0.90
EO_SHARE_BLIND = 0.27
"""Share of all areas in the world where ordnance has no reasons."""
MOVED_YEAR = 2015
LAID_PER_HA = {
    "front line": 4.0, "armistice strip": 7.0, "base": 3.0, "bridge": 6.0, "road": 0.8, "pylon": 5.0, "well": 1.2,
    "school used as barracks": 0.9, "cluster strike": 5.0, "village defence": 0.8, "depot explosion": 8.0, "late insurgency": 0.9,
}  # fmt: skip
CAUGHT = {"impact survey": (0.7, 2.6), "reported": (1.2, 1.8), "evidence survey": (2.2, 1.6)}
FLOODED_KM, FLOOD_SHARE, LEFT_BY_FLOOD = 0.85, 0.35, 0.2


def add_ground_truth(
    seed: int, world: World, table: pd.DataFrame, truth: pd.DataFrame, traces: Traces, xy: Floats, terrain: Terrain
) -> None:
    """Write into ``truth``: what each area holds, why, and where floods have carried it.

    Parameters
    ----------
    seed, world
    table : DataFrame with era, hazard_type, cause_number, size_m2, intensity, to_river_km, recorded
    truth : DataFrame, same rows; columns are added
    traces : Traces of these rows, same order
    xy : array (n, 2), metres
    terrain : Terrain
    """
    rng = generator(seed, "contamination")
    n = len(table)
    soil = _soil(seed, terrain, xy) + 0.5 * rng.normal(0, 1, n)
    is_moved, moved_xy = _floods(rng, table, xy, terrain)
    rate = _rates(rng, world, table, traces, soil)
    rate = np.where(is_moved, LEFT_BY_FLOOD * rate, rate) if world.ordnance_has_reasons else np.ones(n)
    holds = _first_device(rng, world, table, rate)
    truth["holds_ordnance"] = holds
    truth["devices_per_ha"] = np.where(holds, _density(rng, world, table, rate), 0.0)
    truth["cause"] = [CAUSES[k].name for k in table["cause_number"]]
    truth["unseen_soil"] = np.round(soil, 4)
    truth["moved_by_flood"] = is_moved
    truth["moved_ordnance"] = is_moved & (rng.random(n) < 0.4)
    truth["moved_x"], truth["moved_y"] = (np.where(is_moved, np.round(moved_xy[:, k], 1), np.nan) for k in (0, 1))


def _soil(seed: int, terrain: Terrain, xy: Floats) -> Floats:
    """How well the ground keeps metal: a pattern over the country that no map shows."""
    pattern = fractal_noise(generator(seed, "soil"), terrain.grid.shape, 2.6)
    return np.asarray(terrain.grid.at(pattern, xy), dtype=np.float64)


def _rates(rng: np.random.Generator, world: World, table: pd.DataFrame, traces: Traces, soil: Floats) -> Floats:
    laid = np.asarray([LAID_PER_HA[cause.name] for cause in CAUSES])[table["cause_number"]]
    fought = table["intensity"].to_numpy()
    if world.war_moved:
        later = table["recorded"].to_numpy() >= np.datetime64(f"{MOVED_YEAR}-01-01")
        laid, fought = np.where(later, 4.0 / laid, laid), np.where(later, 1.0 - fought, fought)
    _, gang = np.unique(traces.cluster, return_inverse=True)
    of_gang = rng.gamma(1.3, 1.0, int(gang.max()) + 1)[gang]
    caught = np.zeros(len(table))
    for era, (a, b) in CAUGHT.items():
        rows = np.flatnonzero(table["era"] == era)
        caught[rows] = rng.beta(a, b, len(rows))
    caught = np.where(table["hazard_type"] == "CHA", rng.beta(6, 1.2, len(table)), caught)
    size = np.minimum(table["size_m2"].to_numpy() / 10_000, 40) ** 0.25
    return np.asarray(laid * (0.08 + fought) ** 1.6 * of_gang * np.exp(0.55 * soil) * (0.05 + caught) * size)


def _first_device(rng: np.random.Generator, world: World, table: pd.DataFrame, rate: Floats) -> NDArray[np.bool_]:
    """Whether a device came to lie in the outline in time; the time is that of the share its survey finds."""
    arrival = rng.exponential(1.0, len(table)) / rate
    if not world.ordnance_has_reasons:
        return np.asarray(arrival <= np.quantile(arrival, EO_SHARE_BLIND))
    holds = np.zeros(len(table), dtype=bool)
    shares = {(era, "SHA"): share for era, share in EO_SHARE.items()} | {(era, "CHA"): EO_SHARE_CHA for era in EO_SHARE}
    for (era, kind), share in shares.items():
        rows = np.flatnonzero((table["era"] == era) & (table["hazard_type"] == kind))
        if len(rows):
            holds[rows] = arrival[rows] <= np.quantile(arrival[rows], share)
    return holds


def _density(rng: np.random.Generator, world: World, table: pd.DataFrame, rate: Floats) -> Floats:
    """Devices on a hectare of an area that holds some; without reasons, as many in a small area as in a wide one."""
    devices = rng.lognormal(1.4, 0.8, len(table))
    if not world.ordnance_has_reasons:
        return np.asarray(np.round(devices / (table["size_m2"].to_numpy() / 10_000), 6))
    usual = np.log(np.maximum(rate / np.median(rate), 1e-6))
    return np.asarray(np.round(devices * np.exp(np.clip(0.3 * usual, -1.5, 1.5)), 3))


def _floods(rng: np.random.Generator, table: pd.DataFrame, xy: Floats, terrain: Terrain) -> tuple[NDArray[np.bool_], Floats]:
    """Areas in flood plains whose devices were carried off, and where to: downstream, a few kilometres away."""
    wet = np.flatnonzero((table["to_river_km"].to_numpy() < FLOODED_KM) & (table["slope_deg"].to_numpy() < 4))
    is_moved = np.zeros(len(table), dtype=bool)
    is_moved[wet] = rng.random(len(wet)) < FLOOD_SHARE
    moved = np.flatnonzero(is_moved)
    away = np.full((len(table), 2), np.nan)
    running = np.flatnonzero((terrain.river & ~ndimage.binary_dilation(~terrain.land)).ravel())
    if len(moved) == 0 or len(running) == 0:
        return is_moved, away
    places, flow = terrain.grid.xy(running), terrain.upstream_km2.ravel()[running]
    _, near = cKDTree(places).query(xy[moved], k=min(12, len(running)))
    near = near.reshape(len(moved), -1)
    best = near[np.arange(len(moved)), np.argmax(flow[near], axis=1)]
    away[moved] = places[best] + rng.normal(0, 90, (len(moved), 2))
    return is_moved, away
