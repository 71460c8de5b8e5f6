"""Twenty years of survey, clearance and release, as the registry's own tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geodata.example.finds import OPERATOR_QUALITY, later_finds
from geodata.example.grid import CRS, Floats, generator
from geodata.example.shapes import cut_along
from geodata.example.stock import LAST_DAY, Stock
from geodata.example.worlds import World

__all__ = ["OPERATORS", "SOURCE", "History", "make_history"]

SOURCE = "FICTIONAL example data"
OPERATORS = tuple(OPERATOR_QUALITY)
DONORS = ("State budget", "Donor A", "Donor B", "Donor C", "Regional fund")
KINDS = ("cancelled", "reduced", "cleared")
WORK = {"cancelled": "NTS", "reduced": "TS", "cleared": "clearance"}
DEVICES = {
    "AP_MINE": "ap_mine",
    "AP_MINE_IMPROVISED": "ap_mine_improvised",
    "AV_MINE": "av_mine",
    "CMR": "cmr",
    "UXO": "uxo",
    "AXO": "axo",
    "IED": "ied",
}
BOOBY_TRAP = "BOOBY_TRAP"

REOPENED_SHARE = 0.02


@dataclass(frozen=True)
class Reopened:
    """Open areas that had been released once, on hearsay that nothing was there: ``row`` of the stock, ``released_on`` days."""

    row: NDArray[np.int64]
    released_on: NDArray[np.datetime64]


@dataclass(frozen=True)
class History:
    """Work done.

    Attributes
    ----------
    activities : DataFrame
        One row for each piece of work.
    products : GeoDataFrame
        One row for each piece of land released.
    tasked_to, funded_by : arrays of text, one an area
    reopened : Reopened
    finds : DataFrame
        Released areas in which a device was found later: ``row``, ``found_on``, ``operator``.
    cleared_outside : array of text
        Products that were cleared partly outside the outline.
    """

    activities: pd.DataFrame
    products: GeoDataFrame
    tasked_to: NDArray[np.object_]
    funded_by: NDArray[np.object_]
    reopened: Reopened
    finds: pd.DataFrame
    cleared_outside: NDArray[np.object_]


def make_history(seed: int, world: World, stock: Stock, area_id: NDArray[np.str_], eo: NDArray[np.object_]) -> History:
    """Activities and release products of all areas, and the tasks given out for open ones."""
    rng = generator(seed, "history")
    reopened = _reopened(rng, stock)
    products = _with_devices(rng, world, _products(rng, world, stock, area_id, reopened), stock, eo)
    done = _release_work(rng, products, stock)
    products["activity_id"] = done["activity_id"].to_numpy()
    products["organisation"] = done["organisation"].to_numpy()
    outside = _as_operators_work(rng, products)
    is_final = stock.table["is_released"].to_numpy()[products["row"].to_numpy()]
    finds = later_finds(seed, stock, products[is_final])
    current, tasked, funded = _current_work(rng, stock, area_id, len(done))
    spot = _spot_tasks(rng, finds, area_id, len(done) + len(current))
    activities = pd.concat([part for part in (done, current, spot) if len(part)], ignore_index=True)
    activities["source"] = SOURCE
    products["source"] = SOURCE
    columns = ["product_id", "area_id", "activity_id", "kind", "area_m2", "date", "depth_cm", "handover_date", "organisation"]
    columns += [f"devices_{name}" for name in (*DEVICES.values(), "total")] + ["source", "geometry"]
    return History(activities, GeoDataFrame(products[columns], geometry="geometry", crs=CRS), tasked, funded, reopened, finds, outside)


def _reopened(rng: np.random.Generator, stock: Stock) -> Reopened:
    """A few open areas, released in the years before their last visit and taken up again by it."""
    table = stock.table
    recorded, visited = (table[name].to_numpy().astype("datetime64[D]") for name in ("recorded", "last_survey"))
    rest = np.where(np.isnat(visited), 0, (visited - recorded).astype(int))
    is_open = ~table["is_released"].to_numpy() & ~table["is_suspended"].to_numpy()
    fit = np.flatnonzero(is_open & (rest > 900) & (table["hazard_type"] == "SHA").to_numpy())
    row = np.sort(rng.permutation(fit)[: max(round(REOPENED_SHARE * int(is_open.sum())), 1)])
    share = rng.uniform(0.3, 0.7, len(row))
    return Reopened(row, recorded[row] + (rest[row] * share).astype("timedelta64[D]"))


def _as_operators_work(rng: np.random.Generator, products: pd.DataFrame) -> NDArray[np.object_]:
    """State sizes with each operator's error and move some cleared pieces off their outline; the ids of those moved."""
    quality = [OPERATOR_QUALITY[name] for name in products["organisation"]]
    error = np.asarray([each.size_error for each in quality])
    wanders = np.asarray([each.outside_share for each in quality])
    size = products["area_m2"].to_numpy()
    products["area_m2"] = np.round(size * np.clip(rng.normal(1, error), 0.8, 1.2))
    moved = (products["kind"] == "cleared").to_numpy() & (rng.random(len(size)) < wanders)
    by = 0.4 * np.sqrt(size / np.pi)[:, None] * rng.normal(0, 1, (len(size), 2))
    shape = products["geometry"].to_numpy().copy()
    for k in np.flatnonzero(moved):
        shape[k] = shapely.transform(shape[k], lambda xy, k=k: xy + by[k])
    products["geometry"] = shape
    return products["product_id"].to_numpy(dtype=object)[moved]


def _spot_tasks(rng: np.random.Generator, finds: pd.DataFrame, area_id: NDArray[np.str_], n_before: int) -> pd.DataFrame:
    """The disposal of what was found after release."""
    n = len(finds)
    return pd.DataFrame({
        "activity_id": [f"AC-{n_before + k + 1:06d}" for k in range(n)],
        "area_id": area_id[finds["row"].to_numpy(dtype=np.int64)],
        "kind": "EOD",
        "organisation": OPERATORS[0],
        "method": "spot task after release",
        "start_date": finds["found_on"].to_numpy(),
        "end_date": finds["found_on"].to_numpy(),
        "status": "completed",
        "team_days": 1.0,
        "cost_usd": np.round(rng.uniform(300, 900, n), -1),
        "donor": DONORS[0],
    })  # fmt: skip


def _shares(rng: np.random.Generator, world: World, stock: Stock, rows: NDArray[np.int64]) -> Floats:
    """How much of each released area was cancelled, reduced and cleared; (n, 3), rows sum to 1."""
    if not world.ordnance_has_reasons:
        return _blind_shares(rng, len(rows))
    holds = stock.truth["holds_ordnance"].to_numpy()[rows]
    confirmed = (stock.table["hazard_type"].to_numpy() == "CHA")[rows]
    n = len(rows)
    whole = ~holds & ~confirmed & (rng.random(n) < 0.25)
    split = np.where(holds[:, None], rng.dirichlet((1.1, 1.0, 2.6), n), rng.dirichlet((3.0, 0.95, 1.0), n))
    split = np.where((confirmed & ~holds)[:, None], rng.dirichlet((1.4, 1.6, 1.2), n), split)
    split[whole] = (1.0, 0.0, 0.0)
    split[split < 0.12] = 0.0
    return np.asarray(split / split.sum(axis=1, keepdims=True))


def _blind_shares(rng: np.random.Generator, n: int) -> Floats:
    """Shares where nothing tells which area holds ordnance: some of each is cleared, as of those that hold it elsewhere."""
    split = rng.dirichlet((1.1, 1.0, 2.6), n)
    split[:, 2] = np.maximum(split[:, 2], 0.2)
    split[split < 0.12] = 0.0
    return np.asarray(split / split.sum(axis=1, keepdims=True))


def _products(rng: np.random.Generator, world: World, stock: Stock, area_id: NDArray[np.str_], reopened: Reopened) -> pd.DataFrame:
    """Pieces of released land, cut from the outline one after the other; areas that were reopened had been cancelled whole."""
    rows = np.sort(np.concatenate((np.flatnonzero(stock.table["is_released"].to_numpy()), reopened.row)))
    share = _shares(rng, world, stock, rows)
    share[np.isin(rows, reopened.row)] = (1.0, 0.0, 0.0)
    edge = np.column_stack((np.zeros(len(rows)), np.cumsum(share, axis=1)))
    edge[:, 3] = 1.0
    item, kind = np.nonzero(share > 0)
    low, high = edge[item, kind], edge[item, kind + 1]
    high = np.where(high > 1 - 1e-9, 1.0, high)
    area = rows[item]
    piece = stock.outline[area].copy()
    cut = (low > 0) | (high < 1)
    piece[cut] = cut_along(piece[cut], stock.xy[area[cut]], stock.heading[area[cut]], low[cut], high[cut])
    size = shapely.area(piece)
    keep = size > 20
    area, kind, piece, size = area[keep], kind[keep], piece[keep], size[keep]
    order = np.lexsort((kind, area))
    area, kind, piece, size = area[order], kind[order], piece[order], size[order]
    ended = stock.table["released_on"].to_numpy().astype("datetime64[D]").copy()
    ended[reopened.row] = reopened.released_on
    end = ended[area]
    start = stock.table["recorded"].to_numpy().astype("datetime64[D]")[area]
    last = np.append(area[1:] != area[:-1], True)
    back = np.where(last, 0, np.minimum(rng.integers(20, 240, len(area)), np.maximum((end - start).astype(int) - 5, 0)))
    day = end - back.astype("timedelta64[D]")
    handover = np.where(rng.random(len(area)) < 0.85, day + rng.integers(3, 120, len(area)).astype("timedelta64[D]"), np.datetime64("NaT"))
    handover = np.where(handover > LAST_DAY, np.datetime64("NaT"), handover)
    return pd.DataFrame({
        "product_id": [f"RP-{k + 1:06d}" for k in range(len(area))],
        "area_id": area_id[area],
        "row": area,
        "kind": np.asarray(KINDS)[kind],
        "area_m2": size,
        "date": day,
        "depth_cm": np.where(kind == 2, rng.choice([13.0, 20.0, 30.0], len(area), p=[0.4, 0.5, 0.1]), np.nan),
        "handover_date": handover,
        "geometry": piece,
    })  # fmt: skip


def _with_devices(rng: np.random.Generator, world: World, table: pd.DataFrame, stock: Stock, eo: NDArray[np.object_]) -> pd.DataFrame:
    """Devices found: none in cancelled land, few in reduced, those present in cleared land, by category.

    Forms have no column for booby traps: where they are suspected, one figure tells all devices together.
    """
    row = table["row"].to_numpy()
    density = stock.truth["devices_per_ha"].to_numpy()[row]
    # Without reasons all that an area holds lies where it is cleared: else the chance to find it would tell of the work.
    blind = not world.ordnance_has_reasons
    part = table["kind"].map({"cancelled": 0.0, "reduced": 0.0 if blind else 0.02, "cleared": 1.0}).to_numpy(dtype=float)
    size = stock.table["size_m2"].to_numpy()[row] if blind else table["area_m2"].to_numpy()
    expected = np.minimum(density * size / 10_000, 400) * part
    first = np.asarray([str(codes).split(";")[0] for codes in eo], dtype=object)[row]
    second = np.asarray([str(codes).split(";")[-1] for codes in eo], dtype=object)[row]
    found = rng.poisson(expected)
    aside = np.where(first != second, rng.binomial(found, 0.15), 0)
    for code, name in DEVICES.items():
        table[f"devices_{name}"] = np.where(first == code, found - aside, 0) + np.where(second == code, aside, 0)
    told_together = (first == BOOBY_TRAP) | (second == BOOBY_TRAP)
    table["devices_total"] = pd.Series(found, index=table.index, dtype="float64").where(told_together)
    return table


def _release_work(rng: np.random.Generator, products: pd.DataFrame, stock: Stock) -> pd.DataFrame:
    """The activity behind each product, with days and cost; costs overrun as the truth says."""
    n = len(products)
    kind = products["kind"].map(WORK).to_numpy(dtype=object)
    row = products["row"].to_numpy()
    cluster = np.asarray([cause == "cluster strike" or cause == "depot explosion" for cause in stock.truth["cause"]])[row]
    kind = np.where((kind == "clearance") & cluster & (rng.random(n) < 0.8), "BAC", kind)
    rate = pd.Series(kind).map({"NTS": 0.035, "TS": 0.42, "clearance": 1.35, "BAC": 0.33}).to_numpy(dtype=float)
    size = products["area_m2"].to_numpy()
    cost = (600 + size * rate) * stock.truth["cost_overrun"].to_numpy()[row] * rng.lognormal(0, 0.12, n)
    per_day = pd.Series(kind).map({"NTS": 420.0, "TS": 1150.0, "clearance": 1500.0, "BAC": 1350.0}).to_numpy(dtype=float)
    days = np.maximum(np.round(cost / per_day), 1)
    end = products["date"].to_numpy().astype("datetime64[D]")
    first = stock.table["recorded"].to_numpy().astype("datetime64[D]")[row]
    start = np.maximum(end - np.minimum(days, 400).astype("timedelta64[D]"), np.minimum(first, end))
    means = rng.choice(["manual", "mechanical and manual", "dogs and manual"], n, p=[0.7, 0.2, 0.1])
    return pd.DataFrame({
        "activity_id": [f"AC-{k + 1:06d}" for k in range(n)],
        "area_id": products["area_id"].to_numpy(),
        "kind": kind,
        "organisation": _operators(rng, stock.table["province"].to_numpy()[row]),
        "method": np.where(kind == "NTS", "interviews and visit", means),
        "start_date": start,
        "end_date": end,
        "status": "completed",
        "team_days": days,
        "cost_usd": np.where(rng.random(n) < 0.83, np.round(cost, -1), np.nan),
        "donor": rng.choice(DONORS, n, p=[0.15, 0.3, 0.25, 0.2, 0.1]),
    })  # fmt: skip


def _operators(rng: np.random.Generator, province: NDArray[np.int64]) -> NDArray[np.object_]:
    """Operators keep to their provinces, mostly."""
    usual = (province * 2) % len(OPERATORS)
    chosen = np.where(rng.random(len(province)) < 0.65, usual, rng.integers(0, len(OPERATORS), len(province)))
    return np.asarray(OPERATORS, dtype=object)[chosen]


def _current_work(
    rng: np.random.Generator, stock: Stock, area_id: NDArray[np.str_], n_before: int
) -> tuple[pd.DataFrame, NDArray[np.object_], NDArray[np.object_]]:
    """Visits to open areas, and the tasks under way."""
    table = stock.table
    n = len(table)
    is_open = ~table["is_released"].to_numpy()
    surveyed = is_open & table["last_survey"].notna().to_numpy() & (rng.random(n) < 0.7)
    tasked = is_open & ~table["never_surveyed"].to_numpy() & (rng.random(n) < np.where(table["hazard_type"] == "CHA", 0.16, 0.07))
    operator, donor = _operators(rng, table["province"].to_numpy()), rng.choice(DONORS, n, p=[0.15, 0.3, 0.25, 0.2, 0.1]).astype(object)
    rows = np.concatenate((np.flatnonzero(surveyed), np.flatnonzero(tasked)))
    is_task = np.arange(len(rows)) >= int(surveyed.sum())
    visit = table["last_survey"].to_numpy().astype("datetime64[D]")[rows]
    begun = LAST_DAY - rng.integers(5, 200, len(rows)).astype("timedelta64[D]")
    begun = np.maximum(begun, table["recorded"].to_numpy().astype("datetime64[D]")[rows])
    confirmed = (table["hazard_type"].to_numpy() == "CHA")[rows]
    days = rng.integers(1, 6, len(rows)).astype(float)
    current = pd.DataFrame({
        "activity_id": [f"AC-{n_before + k + 1:06d}" for k in range(len(rows))],
        "area_id": area_id[rows],
        "kind": np.where(~is_task, "NTS", np.where(confirmed, "clearance", "TS")),
        "organisation": operator[rows],
        "method": np.where(is_task, "manual", "interviews and visit"),
        "start_date": np.where(is_task, begun, visit),
        "end_date": np.where(is_task, np.datetime64("NaT"), visit),
        "status": np.where(is_task, "ongoing", "completed"),
        "team_days": np.where(is_task, np.nan, days),
        "cost_usd": np.where(is_task, np.nan, days * 420),
        "donor": donor[rows],
    })  # fmt: skip
    has_money = tasked & (rng.random(n) < 0.9)
    return current, np.where(tasked, operator, ""), np.where(has_money, donor, "")
