"""The same areas by several methods: how far their lists agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau
from sklearn.base import BaseEstimator

from geodata.schema.scenario import ResolvedScenario
from models.errors import ModelsError
from models.ranking.additive import AdditiveValueRanker
from models.ranking.methods.promethee import PrometheeRanker
from models.ranking.methods.reversal import RankReversal, own_scores, rank_reversal
from models.ranking.methods.spotis import SpotisRanker
from models.ranking.methods.topsis import TopsisRanker
from models.ranking.methods.vikor import VikorRanker
from models.ranking.result import Ranking, rank_table
from models.ranking.table import ValueTable

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_MOST_REVERSAL_AREAS: Final = 2_000
_RANKERS: Final = {
    "additive": AdditiveValueRanker,
    "topsis": TopsisRanker,
    "vikor": VikorRanker,
    "spotis": SpotisRanker,
    "promethee": PrometheeRanker,
}


_WITHOUT_REVERSAL: Final = frozenset({"additive", "spotis"})
"""Methods whose scores look at no other area, so that none can turn an order around."""


@dataclass(frozen=True)
class AreaMove:
    """One area in two lists.

    Attributes
    ----------
    row : int
    own_rank, other_rank : int
        By the additive method, and by the other.
    """

    row: int
    own_rank: int
    other_rank: int


@dataclass(frozen=True)
class MethodComparison:
    """One method beside the additive one.

    Attributes
    ----------
    method : str
    kendall_tau : float
        Between the two orders of the ranked areas, -1..1; NaN with fewer than two.
    n_top : int
        Length of the top of the list: 50, or all of a shorter list.
    n_top_shared : int
        Areas that both have in their top.
    largest_move : int
        Places by which the area that moves most moves; 0 where none does.
    entered, left : tuple of AreaMove
        Areas that come into the top by this method, by their rank in it; and those that fall out of it, by their own rank.
    most_moved : AreaMove or None
        The first in the list of those that move furthest; None where none moves.
    can_reverse : bool
        Whether an area that comes or goes can turn the order of two others around, by the method's construction.
    reversal : RankReversal
        Measured on the scores, classes aside, on at most 2,000 areas.
    """

    method: str
    kendall_tau: float
    n_top: int
    n_top_shared: int
    largest_move: int
    entered: tuple[AreaMove, ...]
    left: tuple[AreaMove, ...]
    most_moved: AreaMove | None
    can_reverse: bool
    reversal: RankReversal


def make_ranker(scenario: ResolvedScenario, *, min_known_share: float | None = None) -> BaseEstimator:
    """The estimator of a scenario's method, with its criteria."""
    if scenario.method not in _RANKERS:
        raise ModelsError(f"There is no method {scenario.method!r}.", f"Use one of: {', '.join(_RANKERS)}.")
    least = scenario.min_known_share if min_known_share is None else min_known_share
    return _RANKERS[scenario.method](criteria=scenario.criteria, min_known_share=least)


def method_scores(table: ValueTable, scenario: ResolvedScenario, rows: Integers) -> Floats:
    """Scores of some rows by a scenario's method, judged against each other, n; NaN for all other rows.

    Which areas know enough to be ranked is not asked again.
    """
    scores = np.full(table.n_areas, np.nan)
    measured = _measured(table, scenario, rows)
    scores[rows] = own_scores(make_ranker(scenario, min_known_share=0.0), measured)
    return scores


def compare_methods(table: ValueTable, scenario: ResolvedScenario, methods: Sequence[str], *, top: int = 50) -> list[MethodComparison]:
    """Rank a table by several methods and say how far each agrees with the additive one.

    Parameters
    ----------
    table : ValueTable
    scenario : ResolvedScenario
        Its own method is not used.
    methods : sequence of {"topsis", "vikor", "spotis", "promethee", "additive"}
    top : int, >= 1
    """
    own = rank_table(table, scenario.model_copy(update={"method": "additive"}))
    return [_compare(own, scenario.model_copy(update={"method": method}), top) for method in methods]


def _compare(own: Ranking, scenario: ResolvedScenario, top: int) -> MethodComparison:
    other = rank_table(own.table, scenario)
    rows = own.order
    ranks = own.rank[rows], other.rank[rows]
    n_top = min(top, len(rows))
    moved = np.abs(ranks[0] - ranks[1])
    furthest = rows[np.argmax(moved, keepdims=True)] if moved.any() else rows[:0]
    entered = other.order[:n_top][own.rank[other.order[:n_top]] > n_top]
    left = own.order[:n_top][other.rank[own.order[:n_top]] > n_top]
    sample = np.sort(np.random.default_rng(0).permutation(rows)[:_MOST_REVERSAL_AREAS])
    return MethodComparison(
        method=scenario.method,
        kendall_tau=float(kendalltau(*ranks).statistic) if len(rows) > 1 else float("nan"),
        n_top=n_top,
        n_top_shared=n_top - len(entered),
        largest_move=int(moved.max(initial=0)),
        entered=_moves(own, other, entered),
        left=_moves(own, other, left),
        most_moved=next(iter(_moves(own, other, furthest)), None),
        can_reverse=scenario.method not in _WITHOUT_REVERSAL,
        reversal=rank_reversal(make_ranker(scenario), _measured(own.table, scenario, sample)),
    )


def _moves(own: Ranking, other: Ranking, rows: Integers) -> tuple[AreaMove, ...]:
    return tuple(AreaMove(int(row), int(own.rank[row]), int(other.rank[row])) for row in rows)


def _measured(table: ValueTable, scenario: ResolvedScenario, rows: Integers) -> Floats:
    return np.column_stack([table.measurements[c.indicator].to_numpy(dtype=np.float64)[rows] for c in scenario.criteria])
