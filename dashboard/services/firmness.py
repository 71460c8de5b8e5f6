"""How firm the ranks of a list are: computed once for a data version and a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.firmness import Firmness, StabilityInterval, assess_firmness, stability_interval

if TYPE_CHECKING:
    from dashboard.programme import Programme
    from dashboard.services.views import RankedView
    from geodata.snapshot import Snapshot
    from models.ranking import Ranking


@dataclass(frozen=True)
class TurningPoint:
    """The smallest change of one weight by which an area enters or leaves the top, the others in their present proportions.

    Attributes
    ----------
    criterion : str
    now, then : float
        Its share of the whole weight, 0..1, now and where the area changes sides; exact, not sampled.
    leaves : bool
        Whether the area leaves the top there; it enters otherwise.
    """

    criterion: str
    now: float
    then: float
    leaves: bool


@dataclass(frozen=True)
class FirmRank:
    """How firm the rank of one area is.

    Attributes
    ----------
    advice : {"do_now", "discuss", "defer"}
    share : float
        Of the draws, in which the area is among the first ``top``.
    top, n_draws : int
    low, high : int
        Ranks that hold nine draws of ten.
    turning : TurningPoint or None
        None where no single weight moves the area across the line.
    is_in : bool
        Whether the area is among the first ``top`` by the present weights.
    intervals : tuple of StabilityInterval
        For each criterion, the shares of the weight within which the area stays on its side of the line; the nearest border first.
    """

    advice: str
    share: float
    top: int
    n_draws: int
    low: int
    high: int
    turning: TurningPoint | None
    is_in: bool = False
    intervals: tuple[StabilityInterval, ...] = ()


def list_firmness(snapshot: Snapshot, ranking: Ranking) -> Firmness | None:
    """Firmness of a list; None where the scenario does not ask for it, or the method is not additive."""
    return assess_firmness(ranking, _degrees(snapshot, "lon"), _degrees(snapshot, "lat"))


def view_firmness(programme: Programme, view: RankedView) -> Firmness | None:
    """Firmness of a view's list, kept for the pages that follow."""
    from dashboard.services.views import kept

    key = (view.data_version, view.digest)
    return kept(programme).get("firmness", key, lambda: list_firmness(view.snapshot, view.ranking))


def firm_rank(programme: Programme, view: RankedView, row: int) -> FirmRank | None:
    """How firm the rank of one area is; None where that is not estimated, or the area has no rank."""
    from dashboard.services.views import kept

    return kept(programme).get("firm_rank", (view.data_version, view.digest, row), lambda: _firm_rank(programme, view, row))


def _firm_rank(programme: Programme, view: RankedView, row: int) -> FirmRank | None:
    found = view_firmness(programme, view)
    if found is None or not view.ranking.is_ranked[row]:
        return None
    rows = np.array([row])
    ranges = found.ranges(rows)
    intervals = [stability_interval(view.ranking, row, criterion, found.top) for criterion in view.ranking.criteria]
    intervals.sort(key=lambda interval: interval.smallest_change)
    is_in = bool(view.ranking.rank[row] <= found.top)
    return FirmRank(
        advice=str(found.advice_of(rows)[0]),
        share=float(found.share[row]),
        top=found.top,
        n_draws=found.plain.n_draws,
        low=int(ranges.low[row]),
        high=int(ranges.high[row]),
        turning=_turning_point(intervals[0], leaves=is_in),
        is_in=is_in,
        intervals=tuple(intervals),
    )


def _turning_point(nearest: StabilityInterval, *, leaves: bool) -> TurningPoint | None:
    if not np.isfinite(nearest.smallest_change):
        return None
    down = nearest.share - nearest.low if nearest.low > 0 else np.inf
    then = nearest.low if down <= nearest.smallest_change else nearest.high
    return TurningPoint(nearest.criterion, nearest.share, float(then), leaves)


def _degrees(snapshot: Snapshot, column: str) -> Any:
    if column not in snapshot.records.columns:
        return np.full(len(snapshot.records), np.nan)
    return snapshot.records[column].to_numpy(dtype=np.float64, na_value=np.nan)
