"""The table of hazard areas as an authority would send it: names, places, faults and all."""

from __future__ import annotations

import uuid

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geodata.example.divisions import Divisions
from geodata.example.grid import CRS, generator
from geodata.example.history import OPERATORS, SOURCE
from geodata.example.names import second_script
from geodata.example.settlements import Settlements
from geodata.example.stock import Stock
from geodata.example.war import CAUSES

__all__ = ["area_ids", "duplicates_added", "explosive_ordnance", "hazard_areas", "text_days", "uuids"]

WITHOUT_POLYGON = 0.08
WITHOUT_PLACE = 0.07
DUPLICATES = 0.03


def area_ids(n: int) -> NDArray[np.str_]:
    """Identifiers with leading zeros."""
    return np.asarray([f"HA-{k + 1:06d}" for k in range(n)])


def explosive_ordnance(seed: int, stock: Stock) -> NDArray[np.object_]:
    """Categories suspected or confirmed in each area, joined by ``;``."""
    rng = generator(seed, "ordnance")
    out = np.full(len(stock.table), "", dtype=object)
    cause = stock.table["cause_number"].to_numpy()
    for number, kind in enumerate(CAUSES):
        rows = np.flatnonzero(cause == number)
        mixes = [mix for mix, _ in kind.mixes]
        out[rows] = np.asarray(mixes, dtype=object)[rng.choice(len(mixes), len(rows), p=[share for _, share in kind.mixes])]
    return out


def hazard_areas(
    seed: int,
    stock: Stock,
    ids: NDArray[np.str_],
    eo: NDArray[np.object_],
    tasks: tuple[NDArray[np.object_], NDArray[np.object_]],
    places: Settlements,
    divisions: Divisions,
) -> GeoDataFrame:
    """One row for each area, columns as the registry names them."""
    rng = generator(seed, "records")
    table, n = stock.table, len(stock.table)
    village = divisions.levels[3].iloc[table["village"].to_numpy()].reset_index(drop=True)
    placed = rng.random(n) >= WITHOUT_PLACE
    admin = {f"admin{level}": np.where(placed, village[f"adm{level}_name"].to_numpy(), None) for level in range(1, 5)}
    released = table["is_released"].to_numpy()
    status = np.where(released, "released", np.where(table["is_suspended"], "suspended", "open"))
    stated = np.where(rng.random(n) < 0.9, table["size_m2"].to_numpy() * rng.choice([1.0, 1.0, 1.0, 1.12, 0.9], n), np.nan)
    old = table["era"].to_numpy() == "impact survey"
    direct = rng.poisson(np.clip(0.15 * table["people_1km"].to_numpy(), 3, 900))
    asked = rng.random(n) < np.where(old, 0.35, 0.8)
    marking = rng.choice(["none", "local", "temporary", "permanent"], n, p=[0.4, 0.28, 0.2, 0.12])
    data = {
        "area_id": ids,
        "imsma_id": uuids(seed, n),
        "imsma_links": None,
        "name": _names(rng, stock, village["adm4_name"].to_numpy(dtype=object)),
        "hazard_type": table["hazard_type"].to_numpy(),
        "status": status,
        "area_stated_m2": np.round(stated, -1),
        "eo_categories": _or_none(np.where(rng.random(n) < np.where(old, 0.82, 0.97), eo, "")),
        "recorded_date": text_days(table["recorded"].to_numpy()),
        "updated_date": text_days(table["updated"].to_numpy()),
        "last_survey_date": text_days(table["last_survey"].to_numpy()),
        "organisation": np.where(old, "Impact survey 2006", np.asarray(OPERATORS, dtype=object)[rng.integers(0, len(OPERATORS), n)]),
        "source": SOURCE,
        **admin,
        "admin_code": np.where(placed, village["adm4_code"].to_numpy(), None),
        "blocked_use": _or_none(table["blocked_use"]),
        "current_use": _or_none(table["current_use"]),
        "intended_use": _or_none(table["intended_use"]),
        "marking": _or_none(np.where(old & (rng.random(n) < 0.5), "", marking)),
        "tasked_to": _or_none(tasks[0]),
        "funded_by": _or_none(tasks[1]),
        "road_blocked": table["road_blocked"].array,
        "beneficiaries_direct": np.where(asked, direct, np.nan),
        "beneficiaries_indirect": np.where(asked & (rng.random(n) < 0.8), np.round(direct * rng.uniform(1.5, 6, n)), np.nan),
    }
    return GeoDataFrame(data, geometry=_locations(rng, stock, old), crs=CRS)


def _locations(rng: np.random.Generator, stock: Stock, old: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Outlines; some areas are known as a point only, a few not even that."""
    n = len(stock.table)
    draw = rng.random(n) * np.where(old, 0.75, 1.6)
    shape = stock.outline.copy()
    vague = draw < WITHOUT_POLYGON
    shape[vague] = shapely.points(np.round(stock.xy[vague] + rng.normal(0, 200, (int(vague.sum()), 2)), -1))
    shape[draw < 0.1 * WITHOUT_POLYGON] = None
    return shape


def duplicates_added(seed: int, areas: GeoDataFrame) -> GeoDataFrame:
    """The table with a few released areas recorded twice, by another organisation and a little beside."""
    rng = generator(seed, "duplicates")
    n = round(DUPLICATES * len(areas))
    rows = np.sort(rng.choice(np.flatnonzero(areas["status"] == "released"), size=n, replace=False))
    twin = areas.iloc[rows].copy()
    twin["imsma_links"] = twin["imsma_id"].to_numpy()
    twin["imsma_id"] = uuids(seed + 1_000_003, n)
    twin["area_id"] = [f"HA-{len(areas) + k + 1:06d}" for k in range(n)]
    twin["organisation"] = np.asarray(OPERATORS, dtype=object)[rng.integers(0, len(OPERATORS), n)]
    twin["name"] = [f"{name} (B)" for name in twin["name"]]
    moved = [
        None if shape is None else shapely.transform(shape, lambda xy, by=by: xy + by)
        for shape, by in zip(twin.geometry, rng.normal(0, 12, (n, 2)), strict=True)
    ]
    twin = twin.set_geometry(moved, crs=areas.crs)
    return GeoDataFrame(pd.concat([areas, twin], ignore_index=True), geometry="geometry", crs=areas.crs)


def uuids(seed: int, n: int) -> list[str]:
    """Identifiers as IMSMA makes them, from a seed."""
    raw = generator(seed, "uuid").bytes(16 * n)
    return [str(uuid.UUID(bytes=raw[16 * k : 16 * k + 16], version=4)) for k in range(n)]


def _or_none(column: object) -> NDArray[np.object_]:
    values = np.array(column, dtype=object)
    values[values == ""] = None
    return values


def text_days(days: NDArray[np.datetime64]) -> NDArray[np.object_]:
    """Days in ISO form, None where there is none."""
    text = np.datetime_as_string(days.astype("datetime64[D]")).astype(object)
    text[np.isnat(days)] = None
    return np.asarray(text)


def _names(rng: np.random.Generator, stock: Stock, village: NDArray[np.object_]) -> NDArray[np.object_]:
    """Village and feature; a few names as data entry leaves them, to keep every screen and export honest."""
    features = {
        "front line": ("ridge", "old trench", "slope", "upper field"), "armistice strip": ("strip", "strip post", "strip bend"),
        "base": ("old base", "camp perimeter", "airfield edge"), "bridge": ("bridge", "bridge approach", "ford"),
        "road": ("road bend", "road shoulder", "track"), "pylon": ("pylon", "pylon row"), "well": ("well", "spring"),
        "school used as barracks": ("old school",), "cluster strike": ("strike", "orchard", "hillside"),
        "village defence": ("edge", "lower field", "gardens"), "depot explosion": ("depot",), "late insurgency": ("path", "wood path"),
    }  # fmt: skip
    options = [features[cause.name] for cause in CAUSES]
    draw, number = rng.random(len(village)), rng.integers(1, 13, len(village))
    cause = stock.table["cause_number"].to_numpy()
    out = np.asarray(
        [f"{place} {options[c][int(d * len(options[c]))]} {k}" for place, c, d, k in zip(village, cause, draw, number, strict=True)],
        dtype=object,
    )
    odd = (
        "<b>{}</b>", "{} <script>alert('x')</script>", "=2+3+{}", "+{} north", "-{} (old)", "@{}", "=HYPERLINK(\"x\",\"{}\")",
        "منطقة الجسر القديم {}", "حقل النبع", "{} 🌾", "⚠️ {} 🚜", "{} & sons' field", "\"{}\"; upper", "{}\tlower", "  {}  ",
    )  # fmt: skip
    rows = rng.choice(len(out), size=min(max(len(out) // 60, len(odd)), len(out)), replace=False)
    local = rng.random(len(out)) < 0.04
    out[local] = [f"{second_script(str(place))} {k}" for place, k in zip(village[local], number[local], strict=True)]
    for k, row in enumerate(rows):
        out[row] = odd[k % len(odd)].format(out[row])
    return out
