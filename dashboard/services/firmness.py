"""How firm the ranks of a list are: computed once for a data version and a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.firmness import Firmness, assess_firmness, smallest_weight_change

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
    """

    advice: str
    share: float
    top: int
    n_draws: int
    low: int
    high: int
    turning: TurningPoint | None


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
    return FirmRank(
        advice=str(found.advice_of(rows)[0]),
        share=float(found.share[row]),
        top=found.top,
        n_draws=found.plain.n_draws,
        low=int(ranges.low[row]),
        high=int(ranges.high[row]),
        turning=_turning_point(view.ranking, row, found.top),
    )


def _turning_point(ranking: Ranking, row: int, top: int) -> TurningPoint | None:
    interval = smallest_weight_change(ranking, row, top)
    if not np.isfinite(interval.smallest_change):
        return None
    down = interval.share - interval.low if interval.low > 0 else np.inf
    then = interval.low if down <= interval.smallest_change else interval.high
    return TurningPoint(interval.criterion, interval.share, float(then), bool(ranking.rank[row] <= top))


def _degrees(snapshot: Snapshot, column: str) -> Any:
    if column not in snapshot.records.columns:
        return np.full(len(snapshot.records), np.nan)
    return snapshot.records[column].to_numpy(dtype=np.float64, na_value=np.nan)
