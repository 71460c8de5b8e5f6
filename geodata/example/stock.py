"""The recorded stock: every area ever suspected, what it truly holds, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import ndimage
from scipy.special import ndtr

from geodata.example.contamination import add_ground_truth
from geodata.example.divisions import Divisions
from geodata.example.grid import Floats, generator
from geodata.example.network import Roads
from geodata.example.settlements import Settlements
from geodata.example.shapes import outlines, without_overlap
from geodata.example.surface import COVER, Surface
from geodata.example.terrain import Terrain
from geodata.example.war import CAUSES, Traces, War
from geodata.example.worlds import World

__all__ = ["FIRST_YEAR", "LAST_DAY", "Stock", "make_stock", "n_recorded"]

FIRST_YEAR = 2006
LAST_DAY = np.datetime64("2025-12-31")
MINISTERS_PROVINCE, DONORS_PROVINCES = 1, (2, 5)
"""Provinces that were served first: one for its minister, two because donors asked for them."""


@dataclass(frozen=True)
class Stock:
    """Recorded areas, in random order.

    Attributes
    ----------
    xy, heading, stretch : place and direction, metres and radians
    outline : array of Polygon, metres
    table : DataFrame of what the registry would know (``hazard_type``, ``era``, ``recorded``, ``released``, ``use`` ...)
    truth : DataFrame of what nobody in the country knows for sure
    """

    xy: Floats
    heading: Floats
    outline: NDArray[np.object_]
    table: pd.DataFrame
    truth: pd.DataFrame


def n_recorded(areas: int) -> int:
    """Areas ever recorded for so many open ones: five to one, fewer where the country would be full."""
    return areas + n_suspended(areas) + min(4 * areas, 40_000)


def n_suspended(areas: int) -> int:
    """Areas where work has been suspended, beside the open ones."""
    return round(0.03 * areas)


def make_stock(
    seed: int,
    areas: int,
    world: World,
    traces: Traces,
    terrain: Terrain,
    places: Settlements,
    divisions: Divisions,
    surface: Surface,
    war: War,
    roads: Roads,
) -> Stock | None:
    """The stock of a country with ``areas`` open hazard areas; None where the traces do not suffice."""
    rng = generator(seed, "stock")
    alone = _never_surveyed(traces, terrain, divisions)
    era = _era(rng, traces, _province(traces.xy, terrain, divisions) == alone)
    kind = np.where(rng.random(len(era)) < np.select([era == "impact survey", era == "reported"], [0.10, 0.28], 0.46), "CHA", "SHA")
    size = _sizes(rng, era, kind)
    keep = _usable(traces, size, terrain, surface)
    if not world.roads_are_blocked:
        keep &= _off_roads(traces, size, roads)
    keep &= without_overlap(traces.xy, np.sqrt(size / np.pi) * np.sqrt(traces.stretch) ** 0.7)
    chosen = np.flatnonzero(keep)[: n_recorded(areas)]
    if len(chosen) < n_recorded(areas):
        return None
    xy, heading = traces.xy[chosen], traces.heading[chosen]
    table = pd.DataFrame({"era": era[chosen], "hazard_type": kind[chosen], "cause_number": traces.cause[chosen], "size_m2": size[chosen]})
    _add_places(table, xy, terrain, places, divisions, surface, war)
    table["never_surveyed"] = table["province"] == alone
    _add_recorded(rng, table)
    truth = pd.DataFrame(index=table.index)
    add_ground_truth(seed, world, table, truth, traces.of(chosen), xy, terrain)
    _add_tenure(rng, table, truth)
    _add_release(rng, table, truth, min(areas, len(table)))
    _add_use(rng, table, truth, is_blocking=world.roads_are_blocked)
    shape = outlines(rng, xy, table["size_m2"].to_numpy(), heading, traces.stretch[chosen])
    return Stock(xy, heading, shape, table, truth)


def _era(rng: np.random.Generator, traces: Traces, is_alone: NDArray[np.bool_]) -> NDArray[np.str_]:
    """Which survey recorded an area; one province has seen none but the first."""
    draw = rng.random(len(traces.xy))
    era = np.where(draw < 0.56, "impact survey", np.where(draw < 0.68, "reported", "evidence survey"))
    era[is_alone] = "impact survey"
    late = traces.cause == [cause.name for cause in CAUSES].index("late insurgency")
    era[late] = "evidence survey"
    return era


def _province(xy: Floats, terrain: Terrain, divisions: Divisions) -> NDArray[np.int64]:
    village = terrain.grid.at(divisions.area_of_cell, xy).astype(np.int64)
    return np.where(village >= 0, divisions.parents[np.maximum(village, 0), 0], -1)


def _never_surveyed(traces: Traces, terrain: Terrain, divisions: Divisions) -> int:
    """The province with the fewest traces of war, of those with at least one in fifty; no donor's and no minister's."""
    province = _province(traces.xy, terrain, divisions)
    n = np.bincount(province[province >= 0], minlength=int(divisions.parents[:, 0].max()) + 1)
    fit = n >= 0.02 * n.sum()
    fit[[k for k in (MINISTERS_PROVINCE, *DONORS_PROVINCES) if k < len(n)]] = False
    return int(np.argmin(np.where(fit, n, n.max() + 1)))


def _sizes(rng: np.random.Generator, era: NDArray[np.str_], kind: NDArray[np.str_]) -> Floats:
    """Areas in m2: lognormal with a heavy tail; the first survey drew too generously."""
    n = len(era)
    inflated = np.select([era == "impact survey", era == "reported"], [1.30, 0.85], 0.60)
    sha = 30_500 * inflated * rng.lognormal(0, 1.05, n)
    cha = 10_000 * np.sqrt(inflated) * rng.lognormal(0, 0.95, n)
    size = np.where(kind == "SHA", sha, cha)
    tail = rng.random(n) < 0.03
    size[tail] *= (1 - rng.random(int(tail.sum()))) ** -0.8
    return np.clip(size, 400, 4_000_000)


def _usable(traces: Traces, size: Floats, terrain: Terrain, surface: Surface) -> NDArray[np.bool_]:
    """On land with some room to the sea and lakes, and not in the middle of a town."""
    dry = terrain.land & ~terrain.lake
    room = ndimage.distance_transform_edt(dry) * terrain.grid.cell_m
    radius = np.sqrt(size / np.pi) * np.sqrt(traces.stretch)
    cover = terrain.fine.at(surface.cover, traces.xy).astype(np.int64)
    town = terrain.fine.at(surface.people, traces.xy).astype(np.float64) > 40
    far = terrain.grid.at(room, traces.xy).astype(np.float64) > radius + 150
    return np.asarray(far & (cover > 0) & (cover != COVER["water"]) & ~town)


def _off_roads(traces: Traces, size: Floats, roads: Roads) -> NDArray[np.bool_]:
    """Neither on a road or bridge by cause nor with an outline that could touch one."""
    of_road = np.isin(traces.cause, [number for number, cause in enumerate(CAUSES) if cause.name in ("road", "bridge")])
    reach = 1.6 * np.sqrt(size / np.pi) * np.sqrt(traces.stretch) + 30
    lines = shapely.STRtree(roads.lines.geometry.to_numpy())
    near, _ = lines.query(shapely.points(traces.xy), predicate="dwithin", distance=reach)
    touches = np.zeros(len(size), dtype=bool)
    touches[near] = True
    return ~of_road & ~touches


def _add_places(
    table: pd.DataFrame, xy: Floats, terrain: Terrain, places: Settlements, divisions: Divisions, surface: Surface, war: War
) -> None:
    """Admin place, surroundings and the nearest place of each area."""
    grid = terrain.grid
    table["village"] = np.maximum(grid.at(divisions.area_of_cell, xy).astype(np.int64), 0)
    table["province"] = divisions.parents[table["village"].to_numpy(), 0]
    table["to_road_km"] = grid.at(surface.to_road_km, xy)
    table["to_place_km"] = grid.at(surface.to_place_km, xy)
    table["to_river_km"] = grid.at(surface.to_river_km, xy)
    table["slope_deg"] = grid.at(terrain.slope_deg, xy)
    table["intensity"] = grid.at(war.intensity, xy)
    table["cover"] = terrain.fine.at(surface.cover, xy)
    coarse = np.maximum(surface.people, 0).reshape(grid.n_rows, 4, grid.n_cols, 4).sum(axis=(1, 3), dtype=np.float64)
    table["people_1km"] = grid.at(ndimage.uniform_filter(coarse, size=5) * 25 * 0.785, xy)


def _add_recorded(rng: np.random.Generator, table: pd.DataFrame) -> None:
    """When each area was recorded: by its survey, or whenever somebody reported it."""
    start = np.select([table["era"] == "impact survey", table["era"] == "reported"], [0.2, 2.0], 8.0)
    length = np.select([table["era"] == "impact survey", table["era"] == "reported"], [1.8, 6.0], 11.6)
    table["recorded"] = _day(start + length * rng.beta(1.0, 1.25, len(table)))


def _add_release(rng: np.random.Generator, table: pd.DataFrame, truth: pd.DataFrame, n_open: int) -> None:
    """Which areas were released and when, and when each was last visited.

    Work went first to roads, larger villages, two provinces of donors and one minister's; ``survey_favour`` and
    ``survey_propensity`` (the probability of having been released by now) are kept in the truth.
    """
    n = len(table)
    recorded = (table["recorded"].to_numpy() - np.datetime64(f"{FIRST_YEAR}-01-01")) / np.timedelta64(1, "D") / 365.25
    province = table["province"].to_numpy()
    likely = -0.09 * np.minimum(table["to_road_km"].to_numpy(), 20) + 0.30 * np.log1p(table["people_1km"].to_numpy()) / 3
    likely += 0.9 * (province == MINISTERS_PROVINCE) + 0.35 * np.isin(province, DONORS_PROVINCES)
    likely += np.where(table["hazard_type"] == "CHA", -0.75, 0.0) - 0.09 * np.maximum(recorded - 10, 0)
    likely = np.where(table["never_surveyed"], -50.0 + likely, likely)
    favour = likely + rng.normal(0, 1.0, n)
    order = np.argsort(-favour, kind="stable")
    n_released = n - n_open - n_suspended(n_open)
    released = np.zeros(n, dtype=bool)
    released[order[:n_released]] = True
    table["is_released"] = released
    table["is_suspended"] = False
    table.loc[order[n - n_suspended(n_open) :], "is_suspended"] = True
    rest = 19.95 - recorded
    progress = np.clip(rng.beta(1.4, 1.1, n) - 0.06 * np.clip(favour, -2, 2), 0.03, 0.98)
    done = recorded + np.minimum(rest, 0.25 + rest * progress)
    table["released_on"] = np.where(released, _day(done), np.datetime64("NaT"))
    last = favour[order[n_released - 1]] if n_released else np.inf
    truth["survey_favour"] = np.round(favour, 4)
    truth["survey_propensity"] = np.round(ndtr(likely - last), 5)
    visited = np.where(released, done, recorded + (19.8 - recorded) * rng.beta(1.0, 3.0, n))
    is_visited = released | (rng.random(n) < ndtr(0.6 * favour + 0.1)) & ~table["never_surveyed"].to_numpy()
    table["last_survey"] = np.where(
        is_visited, _day(visited), np.where(table["era"] == "evidence survey", table["recorded"].to_numpy(), np.datetime64("NaT"))
    )
    table["updated"] = np.fmax(table["last_survey"].to_numpy(), table["recorded"].to_numpy())


def _day(years: Floats) -> NDArray[np.datetime64]:
    """Days from years after the start of the first year."""
    days = np.floor(years * 365.25).astype("timedelta64[D]")
    return np.minimum(np.datetime64(f"{FIRST_YEAR}-01-01") + days, LAST_DAY).astype("datetime64[s]")


def _add_tenure(rng: np.random.Generator, table: pd.DataFrame, truth: pd.DataFrame) -> None:
    """Whether suspicion really keeps people off: those whose hold on the land is weak farm it in spite of it.

    Tenure is a matter of whole villages and of no record.
    """
    n = len(table)
    of_village = rng.beta(1.6, 1.6, int(table["village"].max()) + 1)[table["village"]]
    tenure = np.clip(of_village + rng.normal(0, 0.08, n), 0, 1)
    usual = np.where(table["era"] == "impact survey", 0.38, 0.15)
    truth["unseen_tenure"] = np.round(tenure, 4)
    truth["use_really_suppressed"] = rng.random(n) >= np.clip(usual * 2.0 * (1 - tenure), 0, 0.95)
    truth["cost_overrun"] = np.round(rng.lognormal(0.08, 0.35, n), 4)


def _add_use(rng: np.random.Generator, table: pd.DataFrame, truth: pd.DataFrame, *, is_blocking: bool) -> None:
    """Blocked, current and intended use, from land cover and cause."""
    n = len(table)
    of_cover = {
        COVER["cropland"]: "cropland",
        COVER["pasture"]: "pasture",
        COVER["forest"]: "forest",
        COVER["shrub"]: "pasture",
        COVER["built"]: "housing",
    }
    use = table["cover"].map(of_cover).fillna("other").to_numpy(dtype=object)
    cause = truth["cause"].to_numpy()
    for name, what, share in (
        ("road", "road", 0.9),
        ("bridge", "road", 0.85),
        ("well", "water", 0.9),
        ("pylon", "infrastructure", 0.7),
        ("school used as barracks", "school", 0.8),
    ):
        use[(cause == name) & (rng.random(n) < share)] = what
    table["blocked_use"] = use
    used_anyway = ~truth["use_really_suppressed"].to_numpy() & (rng.random(n) < 0.8)
    known = rng.random(n) < 0.9
    table["current_use"] = np.where(~known, "", np.where(used_anyway | (table["is_released"] & (rng.random(n) < 0.7)), use, "none"))
    table["intended_use"] = np.where(rng.random(n) < 0.85, use, np.where(rng.random(n) < 0.5, "cropland", ""))
    is_stated = rng.random(n) < 0.94
    blocked = pd.Series(((use == "road") | (rng.random(n) < 0.02)) & is_blocking, dtype="boolean")
    table["road_blocked"] = blocked.mask(~is_stated)
