"""What happened to records over the years: split, merged, extended, confirmed, released too early and reopened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geodata.example.grid import CRS, generator
from geodata.example.history import SOURCE, Reopened
from geodata.example.records import text_days, uuids
from geodata.example.shapes import cut_along
from geodata.example.stock import Stock

__all__ = ["Registers", "make_registers"]

SPLIT_SHARE, MERGED_SHARE, EXTENDED_SHARE = 0.008, 0.006, 0.04
CONFIRMED_SHARE = 0.25


@dataclass(frozen=True)
class Registers:
    """One register at three times.

    Attributes
    ----------
    first : GeoDataFrame
        Every area as it was first recorded.
    reopened : DataFrame
        Areas that were released once and taken up again: id, status and day of that release.
    today : GeoDataFrame
        The register as it stands.
    """

    first: GeoDataFrame
    reopened: pd.DataFrame
    today: GeoDataFrame


def make_registers(seed: int, stock: Stock, areas: GeoDataFrame, reopened: Reopened) -> Registers:
    """The register at three times, from the table of areas as it stands (rows of the stock first, then records without one)."""
    rng = generator(seed, "changes")
    closed = [_parents(rng, seed, stock, areas), _parts(rng, seed, stock, areas)]
    today = areas.copy()
    for extra in closed:
        links = extra.pop("today_row")
        for row, link in zip(links, extra["imsma_id"], strict=True):
            for each in row:
                before = today["imsma_links"].iloc[each]
                today.loc[today.index[each], "imsma_links"] = f"{before},{link}" if isinstance(before, str) else link
    today = GeoDataFrame(pd.concat([today, *closed], ignore_index=True), geometry="geometry", crs=CRS)
    today["area_id"] = [f"HA-{k + 1:06d}" for k in range(len(today))]
    early = pd.DataFrame({
        "area_id": today["area_id"].to_numpy()[reopened.row],
        "status": "released",
        "updated_date": text_days(reopened.released_on),
        "source": SOURCE,
    })  # fmt: skip
    return Registers(_first(rng, today, len(areas)), early, today)


def _first(rng: np.random.Generator, today: GeoDataFrame, n_lasting: int) -> GeoDataFrame:
    """The register as first recorded: all open, some smaller, some not yet confirmed."""
    first = today.copy()
    changed = (first["updated_date"] > first["recorded_date"]).to_numpy()
    first["status"] = "open"
    first["updated_date"] = first["recorded_date"]
    for name in ("last_survey_date", "tasked_to", "funded_by", "current_use"):
        first[name] = None
    draw, other = rng.random(len(first)), rng.random(len(first))
    was_suspected = changed & (first["hazard_type"] == "CHA").to_numpy() & (draw < CONFIRMED_SHARE)
    first.loc[was_suspected, "hazard_type"] = "SHA"
    is_polygon = (first.geom_type == "Polygon").to_numpy()
    grew = changed & is_polygon & (today["status"] == "open").to_numpy() & (other < EXTENDED_SHARE)
    grew[n_lasting:] = False
    shape = first.geometry.to_numpy().copy()
    for row in np.flatnonzero(grew):
        middle = np.asarray(shape[row].centroid.coords[0])
        shape[row] = shapely.transform(shape[row], lambda xy, middle=middle: middle + 0.72 * (xy - middle))
    return first.set_geometry(shape, crs=CRS)


def _parents(rng: np.random.Generator, seed: int, stock: Stock, areas: GeoDataFrame) -> GeoDataFrame:
    """Wide areas of the first survey that a later one split in two: closed, linked with both."""
    later = _polygons(stock, areas, stock.table["era"].to_numpy() != "impact survey")
    if len(later) < 2:
        return _closed(seed, areas, [], [], [], [])
    away, nearest = cKDTree(stock.xy[later]).query(stock.xy[later], k=2)
    pairs = [(later[k], later[nearest[k, 1]]) for k in np.flatnonzero(away[:, 1] < 900.0).tolist() if k < nearest[k, 1]]
    wanted = round(SPLIT_SHARE * len(stock.table))
    rows: list[tuple[int, ...]] = []
    shapes, used = [], set[int]()
    for one, two in (pairs[k] for k in rng.permutation(len(pairs)).tolist()):
        if len(rows) >= wanted:
            break
        if one in used or two in used:
            continue
        used |= {one, two}
        rows.append((int(one), int(two)))
        shapes.append(shapely.convex_hull(shapely.union(stock.outline[one], stock.outline[two])))
    recorded = stock.table["recorded"].to_numpy()
    ended = [recorded[list(row)].min() for row in rows]
    return _closed(seed, areas, rows, shapes, ended, ["(before the split)"] * len(rows))


def _parts(rng: np.random.Generator, seed: int, stock: Stock, areas: GeoDataFrame) -> GeoDataFrame:
    """Pairs of small records that a later survey found to be one area: closed, linked with it."""
    later = _polygons(stock, areas, stock.table["era"].to_numpy() == "evidence survey")
    chosen = np.sort(rng.permutation(later)[: round(MERGED_SHARE * len(stock.table))])
    rows: list[tuple[int, ...]] = []
    shapes, ended, words = [], [], []
    recorded = stock.table["recorded"].to_numpy()
    for number, (low, high) in enumerate(((0.0, 0.46), (0.46, 1.0)), 1):
        n = len(chosen)
        pieces = cut_along(stock.outline[chosen], stock.xy[chosen], stock.heading[chosen], np.full(n, low), np.full(n, high))
        shapes += list(pieces)
        rows += [(int(row),) for row in chosen]
        ended += list(recorded[chosen])
        words += [f"(part {number}, merged)"] * n
    return _closed(seed + 7, areas, rows, shapes, ended, words)


def _polygons(stock: Stock, areas: GeoDataFrame, where: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Rows of the stock that the register knows by outline, in a condition, recorded late enough for an earlier record."""
    known = (areas.geom_type.iloc[: len(stock.table)] == "Polygon").to_numpy()
    late = stock.table["recorded"].to_numpy() > np.datetime64("2009-01-01")
    return np.flatnonzero(known & where & late)


def _closed(
    seed: int,
    areas: GeoDataFrame,
    rows: list[tuple[int, ...]],
    shapes: list[shapely.Geometry],
    ended: list[np.datetime64],
    words: list[str],
) -> GeoDataFrame:
    """Closed records of the first survey that later ones replaced; ``today_row`` holds the rows that did."""
    first = [row[0] for row in rows]
    table = areas.iloc[first].copy().reset_index(drop=True)
    begun = np.datetime64("2006-03-01") + (23 * np.arange(len(rows)) % 600).astype("timedelta64[D]")
    table["imsma_id"] = uuids(seed + 2_000_003, len(rows))
    table["imsma_links"] = [",".join(areas["imsma_id"].iloc[list(row)]) for row in rows]
    table["name"] = [f"{name} {word}" for name, word in zip(table["name"], words, strict=True)]
    table["status"], table["hazard_type"], table["organisation"] = "closed", "SHA", "Impact survey 2006"
    table["recorded_date"] = text_days(begun)
    table["updated_date"] = text_days(np.asarray(ended, dtype="datetime64[s]"))
    table["area_stated_m2"] = np.round(shapely.area(np.asarray(shapes, dtype=object)), -1) if shapes else []
    for name in ("last_survey_date", "tasked_to", "funded_by", "beneficiaries_direct", "beneficiaries_indirect"):
        table[name] = None
    table["road_blocked"] = pd.array([None] * len(rows), dtype="boolean")
    table["today_row"] = rows
    return table.set_geometry(shapes, crs=CRS)
