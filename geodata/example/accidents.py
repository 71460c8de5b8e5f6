"""Accidents and incidents: ordnance that is there, times people who go there, times how they behave."""

from __future__ import annotations

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geodata.example.grid import CRS, Floats, generator
from geodata.example.history import SOURCE
from geodata.example.stock import FIRST_YEAR, LAST_DAY, Stock
from geodata.example.terrain import Terrain

__all__ = ["make_accidents"]

YEARS = 20
DECLINE_YEARS = 10.0
PER_CONTAMINATED_AREA = 1.25
DOING = ("farming", "herding", "collecting wood or water", "travelling", "playing or tampering", "collecting scrap", "passing by")


def make_accidents(seed: int, stock: Stock, area_id: NDArray[np.str_], eo: NDArray[np.object_], terrain: Terrain) -> GeoDataFrame:
    """Reported accidents and incidents; falling over twenty years, fewer reports from remote places."""
    rng = generator(seed, "accidents")
    area, day = _events(rng, stock)
    n = len(area)
    table, truth = stock.table, stock.truth
    reported = rng.random(n) < np.clip(0.92 - 0.035 * table["to_road_km"].to_numpy()[area], 0.35, 1.0)
    reported &= rng.random(n) < np.where(table["never_surveyed"].to_numpy()[area], 0.4, 1.0)
    area, day, n = area[reported], day[reported], int(reported.sum())
    order = np.lexsort((area, day))
    area, day = area[order], day[order]
    code = np.asarray([str(codes).split(";")[k % (str(codes).count(";") + 1)] for k, codes in enumerate(eo[area])], dtype=object)
    is_remnant = np.isin(code, ["CMR", "UXO", "AXO"])
    doing = np.where(
        is_remnant & (rng.random(n) < 0.38), rng.choice([4, 5], n), rng.choice(7, n, p=[0.3, 0.19, 0.2, 0.15, 0.02, 0.06, 0.08])
    )
    doing = np.where((code == "AV_MINE") & (rng.random(n) < 0.8), 3, doing)
    known_area = rng.random(n) < 0.55
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
    frame = GeoDataFrame(data, geometry=shapely.points(_place(rng, stock, area, terrain)), crs=CRS)
    counts = frame[[c for c in frame.columns if c.startswith(("killed", "injured"))]].sum(axis=1)
    frame["kind"] = np.where(counts > 0, "mine_accident", "incident")
    staff = (counts.to_numpy() > 0) & (truth["holds_ordnance"].to_numpy()[area]) & (rng.random(n) < 0.02)
    frame.loc[staff, ["kind", "activity"]] = ["demining_accident", "demining"]
    return frame


def _events(rng: np.random.Generator, stock: Stock) -> tuple[NDArray[np.int64], NDArray[np.datetime64]]:
    """Area and day of everything that went off, while the ordnance was still there."""
    table, truth = stock.table, stock.truth
    exposure = np.sqrt(5 + table["people_1km"].to_numpy()) * np.exp(-table["to_place_km"].to_numpy() / 5)
    behaviour = np.where(truth["use_really_suppressed"], 0.55, 1.8) * rng.lognormal(0, 0.7, len(table))
    pull = truth["holds_ordnance"].to_numpy() * exposure * behaviour * np.sqrt(1 + truth["devices_per_ha"].to_numpy())
    wanted = int(PER_CONTAMINATED_AREA * truth["holds_ordnance"].sum())
    if wanted == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype="datetime64[D]")
    area = rng.choice(len(table), size=wanted, p=pull / pull.sum())
    years = -DECLINE_YEARS * np.log(1 - rng.random(wanted) * (1 - np.exp(-YEARS / DECLINE_YEARS)))
    day = np.datetime64(f"{FIRST_YEAR}-01-01") + np.floor(years * 365.25).astype("timedelta64[D]")
    gone = table["released_on"].to_numpy().astype("datetime64[D]")[area]
    there = (np.isnat(gone) | (day < gone)) & (day <= LAST_DAY)
    return area[there], day[there]


def _place(rng: np.random.Generator, stock: Stock, area: NDArray[np.int64], terrain: Terrain) -> Floats:
    """In or beside the area, as a report would say it."""
    radius = np.sqrt(stock.table["size_m2"].to_numpy()[area] / np.pi)
    xy = stock.xy[area] + (0.6 * radius + np.where(rng.random(len(area)) < 0.2, 350, 40))[:, None] * rng.normal(0, 1, (len(area), 2))
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
