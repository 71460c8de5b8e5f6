"""What became of released land, as far as anybody went to see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.example.grid import generator
from geodata.example.history import SOURCE
from geodata.example.stock import LAST_DAY, Stock

__all__ = ["Outcomes", "make_outcomes"]

SEEN_SHARE = 0.40
REASONS = ("people still afraid", "no money for seed or tools", "ownership disputed", "owners have not come back", "no water")


@dataclass(frozen=True)
class Outcomes:
    """What visits wrote down, and beside it the truth of all released land.

    Attributes
    ----------
    visits : DataFrame
        Records of the registry.
    truth : DataFrame, one row a released area
        ``row`` of the stock, ``in_use``, ``reason_unused``, ``visit_propensity``.
    """

    visits: pd.DataFrame
    truth: pd.DataFrame


def make_outcomes(seed: int, stock: Stock, area_id: NDArray[np.str_]) -> Outcomes:
    """Visits to about 40 % of released areas: more often near roads, and where there is something to show.

    15 to 20 % of released land lies unused; of land that was farmed before its release, less.
    """
    rng = generator(seed, "outcomes")
    truth = _use(rng, stock)
    rows = truth["row"].to_numpy()
    released = stock.table["released_on"].to_numpy().astype("datetime64[D]")[rows]
    spare = np.maximum((LAST_DAY - released).astype(int) - 60, 0)
    near = np.exp(-stock.table["to_road_km"].to_numpy()[rows] / 6.0) + 0.15
    near *= np.where(truth["in_use"], 1.06, 0.9) * (spare > 0)
    truth["visit_propensity"] = np.round(_scaled(near, SEEN_SHARE), 5)
    chosen = np.flatnonzero(rng.random(len(rows)) < truth["visit_propensity"].to_numpy())
    visit = released[chosen] + (60 + rng.random(len(chosen)) * np.minimum(spare[chosen], 1000)).astype(int).astype("timedelta64[D]")
    return Outcomes(_visits(rng, stock, area_id, truth.iloc[chosen], visit), truth)


def _use(rng: np.random.Generator, stock: Stock) -> pd.DataFrame:
    rows = np.flatnonzero(stock.table["is_released"].to_numpy())
    n = len(rows)
    suppressed = stock.truth["use_really_suppressed"].to_numpy()[rows]
    tenure = stock.truth["unseen_tenure"].to_numpy()[rows]
    in_use = rng.random(n) < np.where(suppressed, 0.66 + 0.22 * tenure, 0.93)
    weight = np.column_stack((np.full(n, 0.3), np.full(n, 0.25), 0.45 * (1 - tenure), np.full(n, 0.15), np.full(n, 0.1)))
    pick = (rng.random(n)[:, None] * weight.sum(axis=1, keepdims=True) > np.cumsum(weight, axis=1)).sum(axis=1)
    return pd.DataFrame({"row": rows, "in_use": in_use, "reason_unused": np.where(in_use, "", np.asarray(REASONS, dtype=object)[pick])})


def _scaled(weight: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Probabilities in proportion to a weight, none above 1, that come to a share on average where that can be."""
    out = np.clip(weight, 0, 1)
    for _ in range(30):
        out = np.clip(out * share / max(float(out.mean()), 1e-9), 0, 1) if len(out) else out
    return out


def _visits(
    rng: np.random.Generator, stock: Stock, area_id: NDArray[np.str_], truth: pd.DataFrame, visit: NDArray[np.datetime64]
) -> pd.DataFrame:
    n, seen, in_use = len(truth), truth["row"].to_numpy(), truth["in_use"].to_numpy()
    table = stock.table
    use = table["blocked_use"].to_numpy(dtype=object)[seen]
    kept = rng.random(n) < 0.8
    use_now = np.where(in_use, np.where(kept, use, np.where(rng.random(n) < 0.6, "pasture", "housing")), "none")
    hectares = table["size_m2"].to_numpy()[seen] / 10_000
    people = np.where(in_use, rng.poisson(np.clip(0.02 * table["people_1km"].to_numpy()[seen] + 4, 2, 80)), 0)
    split = rng.multinomial(people, (0.19, 0.17, 0.35, 0.29)) if n else np.zeros((0, 4), dtype=np.int64)
    return pd.DataFrame({
        "outcome_id": [f"OC-{k + 1:05d}" for k in range(n)],
        "area_id": area_id[seen],
        "visit_date": visit,
        "in_use": in_use,
        "use_now": use_now,
        "use_intended": table["intended_use"].to_numpy(dtype=object)[seen],
        "reason_unused": truth["reason_unused"].to_numpy(dtype=object),
        "cultivated_ha": np.where(in_use & (use_now == "cropland"), np.round(hectares * rng.uniform(0.5, 1.0, n), 2), 0.0),
        **{f"users_{name}": split[:, k] for k, name in enumerate(("boys", "girls", "men", "women"))},
        "sense_of_safety": np.where(rng.random(n) < 0.9, np.clip(np.round(rng.normal(np.where(in_use, 4.1, 2.8), 0.8)), 1, 5), np.nan),
        "dispute": (truth["reason_unused"] == "ownership disputed").to_numpy() | (rng.random(n) < 0.04),
        "source": SOURCE,
    })  # fmt: skip
