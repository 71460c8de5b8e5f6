"""Which areas are unlike all that a model has learned from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

Floats = NDArray[np.float64]

N_REFERENCE = 2000
NEIGHBOURS = 5
UNUSUAL_SHARE = 0.01


class Familiar(NamedTuple):
    """What the areas learned from look like.

    Attributes
    ----------
    low, high : array, k
        Smallest and largest known value of each feature; NaN where no area's is known.
    centre, spread : array, k
        Median and spread (half the distance between the 10th and 90th percentile) that distances are measured in.
    reference : array, m x k
        At most 2,000 areas, scaled; unknown values at the centre.
    limit : float
        Mean distance to the 5 nearest others that 1 % of the reference exceeds.
    """

    low: Floats
    high: Floats
    centre: Floats
    spread: Floats
    reference: Floats
    limit: float


def learn_familiar(X: Floats, random_state: int) -> Familiar:
    """Ranges and a sample of the areas learned from; features n x k, NaN is unknown."""
    filled = np.where(np.isnan(X).all(axis=0), 0.0, X)
    low, middle, high = np.nanpercentile(filled, [10, 50, 90], axis=0)
    spread = (high - low) / 2
    spread = np.where(spread > 0, spread, np.nanstd(filled, axis=0))
    spread = np.where(spread > 0, spread, 1.0)
    is_empty = np.isnan(X).all(axis=0)
    least = np.where(is_empty, np.nan, np.nanmin(filled, axis=0))
    most = np.where(is_empty, np.nan, np.nanmax(filled, axis=0))
    rows = np.arange(len(X))
    if len(rows) > N_REFERENCE:
        rows = np.sort(np.random.default_rng(random_state).choice(len(X), N_REFERENCE, replace=False))
    reference = _scaled(X[rows], middle, spread)
    n_near = min(NEIGHBOURS, len(rows) - 1)
    if n_near < 1:
        return Familiar(least, most, middle, spread, reference, np.inf)
    near = NearestNeighbors(n_neighbors=n_near, algorithm="brute").fit(reference).kneighbors()[0].mean(axis=1)
    return Familiar(least, most, middle, spread, reference, float(np.quantile(near, 1 - UNUSUAL_SHARE)))


def outside_range(X: Floats, familiar: Familiar) -> NDArray[np.bool_]:
    """Which known values lie outside all that was learned from; n x k."""
    with np.errstate(invalid="ignore"):
        found: NDArray[np.bool_] = (familiar.low > X) | (familiar.high < X)
    return found | (~np.isnan(X) & np.isnan(familiar.low))


def is_unlike(X: Floats, familiar: Familiar) -> NDArray[np.bool_]:
    """Whether an area has a value outside the learned range, or lies further from its neighbours than 99 % of those learned from; n."""
    outside = np.asarray(outside_range(X, familiar).any(axis=1))
    if not np.isfinite(familiar.limit) or not len(X):
        return outside
    n_near = min(NEIGHBOURS, len(familiar.reference))
    near = NearestNeighbors(n_neighbors=n_near, algorithm="brute").fit(familiar.reference)
    distance = near.kneighbors(_scaled(X, familiar.centre, familiar.spread))[0].mean(axis=1)
    far: NDArray[np.bool_] = distance > familiar.limit * (1 + 1e-9)
    return outside | far


def _scaled(X: Floats, centre: Floats, spread: Floats) -> Floats:
    scaled: Floats = np.clip(np.where(np.isnan(X), 0.0, (X - centre) / spread), -1e6, 1e6)
    return scaled
