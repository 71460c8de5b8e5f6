"""Evidence that surveys wrote down: much for some areas, none for many that an old survey suspected."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.example.grid import generator
from geodata.example.history import SOURCE
from geodata.example.stock import LAST_DAY, Stock
from geodata.example.worlds import World

__all__ = ["make_evidence"]

SEEN = ("device seen on the surface", "fragments of a mine", "marking of a former unit", "trip wire", "crater of an accident")
SAID = (
    "villagers avoid the place",
    "a former soldier spoke of it",
    "animals were lost here",
    "the front passed here",
    "hearsay, source unknown",
)


def make_evidence(
    seed: int, world: World, stock: Stock, area_id: NDArray[np.str_], eo: NDArray[np.object_], finds: pd.DataFrame
) -> pd.DataFrame:
    """One row for each piece of evidence; areas of the first survey often have none, and later finds are evidence too."""
    rng = generator(seed, "evidence")
    table, n = stock.table, len(stock.table)
    holds = stock.truth["holds_ordnance"].to_numpy()
    if not world.ordnance_has_reasons:
        holds = np.ones(n, dtype=bool)
    old, confirmed = table["era"].to_numpy() == "impact survey", table["hazard_type"].to_numpy() == "CHA"
    direct = rng.random(n) < np.where(confirmed, np.where(holds, 0.88, 0.7), np.where(old, 0.04, 0.12) * np.where(holds, 2.2, 0.7))
    indirect = rng.poisson(np.where(old, 0.55, 1.0) * np.where(holds, 1.15, 0.95))
    row = np.concatenate((np.flatnonzero(direct), np.repeat(np.arange(n), indirect), finds["row"].to_numpy(dtype=np.int64)))
    kind = np.repeat(["direct", "indirect", "direct"], [int(direct.sum()), int(indirect.sum()), len(finds)])
    day = table["recorded"].to_numpy().astype("datetime64[D]")[row] + rng.integers(0, 40, len(row)).astype("timedelta64[D]")
    if len(finds):
        day[len(row) - len(finds) :] = finds["found_on"].to_numpy().astype("datetime64[D]")
    seen, said = (np.asarray(words, dtype=object)[rng.integers(0, len(words), len(row))] for words in (SEEN, SAID))
    text = np.where(kind == "direct", seen, said)
    text[len(row) - len(finds) :] = "device found after release"
    code = np.asarray([str(codes).split(";")[0] for codes in eo], dtype=object)[row]
    order = np.lexsort((np.arange(len(row)), day))
    return pd.DataFrame({
        "evidence_id": [f"EV-{k + 1:06d}" for k in range(len(row))],
        "area_id": area_id[row][order],
        "kind": kind[order],
        "description": text[order],
        "eo_category": np.where(rng.random(len(row)) < 0.7, code[order], ""),
        "date": np.minimum(day, LAST_DAY)[order],
        "source": SOURCE,
    })  # fmt: skip
