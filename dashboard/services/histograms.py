"""How the values of each indicator are spread: small histograms for the sliders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.programme import Programme
from dashboard.services.views import kept, ranked_view
from dashboard.state import ViewState
from geodata.snapshot import Snapshot

N_BINS = 24
_TAIL_SHARE = 0.99


@dataclass(frozen=True)
class Histogram:
    """Counts of an indicator's known values in bins of equal width.

    Attributes
    ----------
    counts : tuple of int
        The last bin also holds what lies above ``high``.
    low, high : float
        Smallest value, and the value below which 99 % lie; NaN where nothing is known.
    n_unknown : int
    """

    counts: tuple[int, ...]
    low: float
    high: float
    n_unknown: int


def histograms(programme: Programme, data_version: str | None = None) -> dict[str, Histogram]:
    """Histogram of each criterion's indicator, by criterion."""
    snapshot = ranked_view(programme, ViewState(), data_version).snapshot
    return kept(programme).get(
        "facts",
        ("histograms", snapshot.data_version),
        lambda: {criterion.id: histogram(snapshot, criterion.indicator) for criterion in programme.config.criteria},
    )


def histogram(snapshot: Snapshot, indicator: str) -> Histogram:
    """Histogram of one indicator."""
    values = snapshot.values[indicator].to_numpy(dtype=float)
    known = values[np.isfinite(values)]
    n_unknown = len(values) - len(known)
    if not len(known):
        return Histogram((0,) * N_BINS, float("nan"), float("nan"), n_unknown)
    low, high = float(known.min()), float(np.quantile(known, _TAIL_SHARE))
    if not high > low:
        high = float(known.max())
    if not high > low:
        return Histogram((len(known), *(0,) * (N_BINS - 1)), low, low, n_unknown)
    counts, _ = np.histogram(np.minimum(known, high), bins=N_BINS, range=(low, high))
    return Histogram(tuple(int(count) for count in counts), low, high, n_unknown)
