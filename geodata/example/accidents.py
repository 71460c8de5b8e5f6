"""Accidents and incidents: ordnance that is there, times people who go there, times how they behave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geodata.example.grid import CRS, Floats, generator
from geodata.example.history import SOURCE
from geodata.example.stock import FIRST_YEAR, LAST_DAY, Stock
from geodata.example.terrain import Terrain
from geodata.example.worlds import World

__all__ = ["Accidents", "make_accidents"]

YEARS = 20
DECLINE_YEARS = 10.0
PER_CONTAMINATED_AREA = 1.25
DOING = ("farming", "herding", "collecting wood or water", "travelling", "playing or tampering", "collecting scrap", "passing by")


@dataclass(frozen=True)
class Accidents:
    """What was reported, and everything that happened.

    Attributes
    ----------
    reported : GeoDataFrame
        Records of the registry, in order of time.
    truth : DataFrame, one row an event
        ``row`` of the stock, ``day``, ``is_reported``, ``is_moved`` (ordnance that a flood had carried off).
    """

    reported: GeoDataFrame
    truth: pd.DataFrame


def make_accidents(
    seed: int, world: World, stock: Stock, area_id: NDArray[np.str_], eo: NDArray[np.object_], terrain: Terrain
) -> Accidents:
    """Accidents and incidents: contamination times exposure times behaviour; fewer over the years, fewer reports from far away."""
    rng = generator(seed, "accidents")
    events = _events(rng, world, stock)
    row = events["row"].to_numpy()
    heard = np.clip(0.92 - 0.035 * stock.table["to_road_km"].to_numpy()[row], 0.35, 1.0)
    heard *= np.where(stock.table["never_surveyed"].to_numpy()[row], 0.4, 1.0)
    events["is_reported"] = rng.random(len(events)) < heard
    return Accidents(_reports(rng, stock, area_id, eo, terrain, events[events["is_reported"]]), events)


def _reports(
    rng: np.random.Generator, stock: Stock, area_id: NDArray[np.str_], eo: NDArray[np.object_], terrain: Terrain, events: pd.DataFrame
) -> GeoDataFrame:
    area, day, moved = events["row"].to_numpy(), events["day"].to_numpy().astype("datetime64[D]"), events["is_moved"].to_numpy()
    n = len(area)
    code = np.asarray([str(codes).split(";")[k % (str(codes).count(";") + 1)] for k, codes in enumerate(eo[area])], dtype=object)
    is_remnant = np.isin(code, ["CMR", "UXO", "AXO"])
    doing = np.where(
        is_remnant & (rng.random(n) < 0.38), rng.choice([4, 5], n), rng.choice(7, n, p=[0.3, 0.19, 0.2, 0.15, 0.02, 0.06, 0.08])
    )
    doing = np.where((code == "AV_MINE") & (rng.random(n) < 0.8), 3, doing)
    known_area = (rng.random(n) < 0.55) & ~moved
    data = {
        "accident_id": [f"IN-{k + 1:05d}" for k in range(n)],
        "date": day,
        "kind": "mine_accident",
        "eo_category": np.where(rng.random(n) < 0.88, code, ""),
        "activity": np.where(rng.random(n) < 0.9, np.asarray(DOING, dtype=object)[doing], ""),
        "device_known": rng.random(n) < 0.7,
        **_people(rng, doing == 4, code == "AV_MINE"),
        "area_id": np.where(known_area, area_id[area], ""),
        "source": SOURCE,
    }
    frame = GeoDataFrame(data, geometry=shapely.points(_place(rng, stock, area, moved, terrain)), crs=CRS)
    counts = frame[[c for c in frame.columns if c.startswith(("killed", "injured"))]].sum(axis=1)
    frame["kind"] = np.where(counts > 0, "mine_accident", "incident")
    staff = (counts.to_numpy() > 0) & ~moved & (rng.random(n) < 0.02)
    frame.loc[staff, ["kind", "activity"]] = ["demining_accident", "demining"]
    return frame


def _events(rng: np.random.Generator, world: World, stock: Stock) -> pd.DataFrame:
    """Area and day of everything that went off, while the ordnance was still there; in order of time."""
    table, truth = stock.table, stock.truth
    holds, carried = truth["holds_ordnance"].to_numpy(), truth["moved_ordnance"].to_numpy()
    exposure = np.sqrt(5 + table["people_1km"].to_numpy()) * np.exp(-table["to_place_km"].to_numpy() / 5)
    behaviour = np.where(truth["use_really_suppressed"], 0.55, 1.8) * rng.lognormal(0, 0.7, len(table))
    there_now = np.column_stack((holds * np.sqrt(1 + truth["devices_per_ha"].to_numpy()), 1.6 * carried))
    if not world.ordnance_has_reasons:
        # What goes off says nothing about the areas recorded: it lies elsewhere, wherever people go.
        there_now = np.column_stack((np.ones(len(table)), np.zeros(len(table))))
    pull = (there_now * (exposure * behaviour)[:, None]).ravel()
    wanted = int(PER_CONTAMINATED_AREA * holds.sum())
    columns = {"row": np.empty(0, dtype=np.int64), "day": np.empty(0, dtype="datetime64[s]"), "is_moved": np.empty(0, dtype=bool)}
    if wanted == 0 or pull.sum() <= 0:
        return pd.DataFrame(columns)
    pick = rng.choice(len(pull), size=wanted, p=pull / pull.sum())
    area, moved = pick // 2, pick % 2 == 1
    years = -DECLINE_YEARS * np.log(1 - rng.random(wanted) * (1 - np.exp(-YEARS / DECLINE_YEARS)))
    day = np.datetime64(f"{FIRST_YEAR}-01-01") + np.floor(years * 365.25).astype("timedelta64[D]")
    gone = table["released_on"].to_numpy().astype("datetime64[D]")[area]
    there = (moved | np.isnat(gone) | (day < gone)) & (day <= LAST_DAY)
    out = pd.DataFrame({"row": area[there], "day": day[there].astype("datetime64[s]"), "is_moved": moved[there]})
    return out.sort_values(["day", "row"], kind="stable").reset_index(drop=True)


def _place(rng: np.random.Generator, stock: Stock, area: NDArray[np.int64], moved: NDArray[np.bool_], terrain: Terrain) -> Floats:
    """In or beside the area, as a report would say it; where a flood left the ordnance, if it did."""
    radius = np.sqrt(stock.table["size_m2"].to_numpy()[area] / np.pi)
    xy = stock.xy[area] + (0.6 * radius + np.where(rng.random(len(area)) < 0.2, 350, 40))[:, None] * rng.normal(0, 1, (len(area), 2))
    left = stock.truth[["moved_x", "moved_y"]].to_numpy()[area] + rng.normal(0, 60, (len(area), 2))
    xy = np.where(moved[:, None], left, xy)
    wet = ~terrain.fine.at(terrain.land_fine, xy).astype(bool)
    xy[wet] = stock.xy[area[wet]]
    return xy


def _people(rng: np.random.Generator, is_play: NDArray[np.bool_], is_vehicle: NDArray[np.bool_]) -> dict[str, NDArray[np.int64]]:
    """Killed and injured by sex and age: mostly men; children where things were played with."""
    n = len(is_play)
    harmed = (rng.random(n) < 0.88) * (1 + rng.poisson(np.where(is_vehicle, 1.6, np.where(is_play, 0.9, 0.3))))
    event = np.repeat(np.arange(n), harmed)
    male = rng.random(len(event)) < 0.86
    child = rng.random(len(event)) < np.where(is_play[event], 0.72, 0.17)
    unknown = rng.random(len(event)) < 0.07
    killed = rng.random(len(event)) < 0.34
    group = np.where(unknown, 4, np.where(child, np.where(male, 0, 1), np.where(male, 2, 3)))
    out = {}
    for fate, which in (("killed", killed), ("injured", ~killed)):
        for k, name in enumerate(("boys", "girls", "men", "women", "unknown")):
            out[f"{fate}_{name}"] = np.bincount(event[which & (group == k)], minlength=n)
    return out
