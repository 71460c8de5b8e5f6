"""Operators of unequal quality, and what is found later in land that they had released."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.example.grid import generator
from geodata.example.stock import LAST_DAY, Stock

__all__ = ["LATER_FINDS", "OPERATOR_QUALITY", "Quality", "later_finds"]

LATER_FINDS = 0.005
"""Share of released m2 in areas where something was found after release."""


@dataclass(frozen=True)
class Quality:
    """How an operator works: share of devices it finds, error of its stated sizes, share of its clearance that runs out of the outline."""

    found_share: float
    size_error: float
    outside_share: float


OPERATOR_QUALITY = MappingProxyType({
    "Nemoria Demining Unit": Quality(0.985, 0.012, 0.05),
    "Fieldway Trust": Quality(0.999, 0.003, 0.02),
    "Open Path Group": Quality(0.995, 0.006, 0.03),
    "Plainstep": Quality(0.90, 0.045, 0.16),
    "Harbour Survey Teams": Quality(0.97, 0.025, 0.09),
})  # fmt: skip


def later_finds(seed: int, stock: Stock, products: pd.DataFrame) -> pd.DataFrame:
    """Released areas in which a device came to light afterwards.

    Parameters
    ----------
    seed : int
    stock : Stock
    products : DataFrame with ``row`` (of the stock), ``date``, ``organisation``; those of released areas

    Returns
    -------
    DataFrame with ``row``, ``found_on`` and ``operator``; as many areas as make up 0.5 % of released land, at least one where any
    area with ordnance was released
    """
    rng = generator(seed, "later finds")
    last = products.sort_values(["row", "date"]).drop_duplicates("row", keep="last")
    row = last["row"].to_numpy()
    missed = 1 - last["organisation"].map({name: quality.found_share for name, quality in OPERATOR_QUALITY.items()}).to_numpy(dtype=float)
    risk = stock.truth["holds_ordnance"].to_numpy()[row] * missed
    released = last["date"].to_numpy().astype("datetime64[D]")
    risk = np.where((LAST_DAY - released).astype(int) > 120, risk, 0.0)
    first = np.where(risk > 0, rng.exponential(1.0, len(risk)) / np.maximum(risk, 1e-12), np.inf)
    order = np.argsort(first, kind="stable")
    order = order[np.isfinite(first[order])]
    size = stock.table["size_m2"].to_numpy()
    allowed = LATER_FINDS * size[row].sum()
    taken = order[_within(size[row[order]], allowed)]
    after = rng.integers(60, np.maximum((LAST_DAY - released[taken]).astype(int), 61))
    return pd.DataFrame({
        "row": row[taken],
        "found_on": np.minimum(released[taken] + after.astype("timedelta64[D]"), LAST_DAY),
        "operator": last["organisation"].to_numpy(dtype=object)[taken],
    })  # fmt: skip


def _within(size: NDArray[np.float64], allowed: float) -> NDArray[np.int64]:
    """Items in order whose sizes fit into what is allowed, one that does not fit passed over."""
    kept: list[int] = []
    total = 0.0
    for k, one in enumerate(size.tolist()):
        if total + one <= allowed or not kept:
            kept.append(k)
            total += one
        if total >= 0.97 * allowed or k > 5_000:
            break
    return np.asarray(kept, dtype=np.int64)
