"""What became of released land, as far as anybody went to see."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.example.grid import generator
from geodata.example.history import SOURCE
from geodata.example.stock import LAST_DAY, Stock

__all__ = ["make_outcomes"]

SEEN_SHARE = 0.40
REASONS = ("people still afraid", "no money for seed or tools", "ownership disputed", "owners have not come back", "no water")


def make_outcomes(seed: int, stock: Stock, area_id: NDArray[np.str_]) -> pd.DataFrame:
    """Visits to about 40 % of released areas, more often near roads; 15 to 20 % of the land seen is not in use."""
    rng = generator(seed, "outcomes")
    table = stock.table
    rows = np.flatnonzero(table["is_released"].to_numpy())
    near = np.exp(-table["to_road_km"].to_numpy()[rows] / 6.0) + 0.15
    seen = rows[rng.random(len(rows)) < np.clip(SEEN_SHARE * near / max(float(near.mean()), 1e-9), 0, 1)]
    released = table["released_on"].to_numpy().astype("datetime64[D]")[seen]
    visit = released + rng.integers(180, 1100, len(seen)).astype("timedelta64[D]")
    seen, visit = seen[visit <= LAST_DAY], visit[visit <= LAST_DAY]
    n = len(seen)
    use = table["blocked_use"].to_numpy(dtype=object)[seen]
    suppressed = stock.truth["use_really_suppressed"].to_numpy()[seen]
    in_use = rng.random(n) < np.where(suppressed, 0.79, 0.93)
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
        "reason_unused": np.where(in_use, "", np.asarray(REASONS, dtype=object)[rng.choice(5, n, p=[0.3, 0.25, 0.2, 0.15, 0.1])]),
        "cultivated_ha": np.where(in_use & (use_now == "cropland"), np.round(hectares * rng.uniform(0.5, 1.0, n), 2), 0.0),
        **{f"users_{name}": split[:, k] for k, name in enumerate(("boys", "girls", "men", "women"))},
        "sense_of_safety": np.where(rng.random(n) < 0.9, np.clip(np.round(rng.normal(np.where(in_use, 4.1, 2.8), 0.8)), 1, 5), np.nan),
        "dispute": rng.random(n) < 0.06,
        "source": SOURCE,
    })  # fmt: skip
