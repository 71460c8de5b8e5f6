"""Whether two measures of many units go together: rank correlation, with an interval from resampling whole places.

Neighbours resemble each other in nearly everything, so an interval that takes them as independent finds links everywhere. Neighbouring
places resemble each other too, a little, which drawing whole places does not see: therefore 99 %, not 95 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm, rankdata, t

from models.likelihood.metrics import PlaceTable, draws_of

Floats = NDArray[np.float64]

LEAST_UNITS: Final = 30
LEAST_PLACES: Final = 5
LEVEL: Final = 0.99


@dataclass(frozen=True)
class RankLink:
    """How far two measures go together.

    Attributes
    ----------
    correlation, low, high : float
        Spearman's rank correlation with its 99 % interval; NaN where there is too little to tell by.
    n, n_places : int
        Units of which both are known, and the places that they lie in.
    """

    correlation: float
    low: float
    high: float
    n: int
    n_places: int

    @property
    def is_known(self) -> bool:
        """Whether there was enough to tell by."""
        return not np.isnan(self.low)

    @property
    def is_found(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0


def rank_link(one: ArrayLike, other: ArrayLike, place: ArrayLike, *, seed: int = 0) -> RankLink:
    """Rank correlation of two measures, and its interval over places.

    Parameters
    ----------
    one, other : array of float, n
        NaN is unknown; a unit counts where both are known.
    place : array, n
        Places are drawn whole, with replacement; the ranks stay those of all units.
    seed : int

    Returns
    -------
    RankLink
        NaN below 30 units or 5 places, and where a measure is the same everywhere.

    References
    ----------
    Spearman 1904, doi:10.2307/1412159; block bootstrap: Carlstein 1986, doi:10.1214/aos/1176350057; few places: Cameron, Gelbach &
    Miller 2008, doi:10.1162/rest.90.3.414.
    """
    x, y = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    known = ~(np.isnan(x) | np.isnan(y))
    x, y = x[known], y[known]
    code = np.unique(np.asarray(place)[known], return_inverse=True)[1]
    n, n_places = len(x), int(code.max(initial=-1)) + 1
    if n < LEAST_UNITS or n_places < LEAST_PLACES or np.ptp(x) == 0 or np.ptp(y) == 0:
        return RankLink(float("nan"), float("nan"), float("nan"), n, n_places)
    a, b = (rankdata(values) / n - 0.5 for values in (x, y))
    parts = np.column_stack((np.ones(n), a, b, a * a, b * b, a * b))
    total: Floats = np.column_stack([np.bincount(code, weights=column, minlength=n_places) for column in parts.T]).astype(np.float64)
    table = PlaceTable(total, np.bincount(code), _correlation)
    low, high = np.nanquantile(draws_of(table, seed), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    found = float(_correlation(total.sum(axis=0, keepdims=True))[0])
    ends = np.clip(found + _widening(n_places) * (np.array([low, high]) - found), -1, 1)
    return RankLink(found, float(ends[0]), float(ends[1]), n, n_places)


def _widening(n_places: int) -> float:
    """How much too narrow the ends are that few drawn places give: Student's t for the normal, g / (g - 1) for the variance."""
    tail = (1 + LEVEL) / 2
    return float(t.ppf(tail, n_places - 1) / norm.ppf(tail) * np.sqrt(n_places / (n_places - 1)))


def _correlation(total: Floats) -> Floats:
    """From sums of 1, a, b, aa, bb, ab; NaN where a sample holds one value only."""
    mean = total / total[:, :1]
    spread = (mean[:, 3] - mean[:, 1] ** 2) * (mean[:, 4] - mean[:, 2] ** 2)
    root = np.sqrt(np.where(spread > 1e-15, spread, np.nan))
    return np.asarray((mean[:, 5] - mean[:, 1] * mean[:, 2]) / root)
