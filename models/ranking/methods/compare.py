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
from models.ranking.methods.reversal import RankReversal, rank_reversal
from models.ranking.methods.spotis import SpotisRanker
from models.ranking.methods.topsis import TopsisRanker
from models.ranking.methods.vikor import VikorRanker
from models.ranking.result import Ranking, rank_table
from models.ranking.table import ValueTable

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_MOST_REVERSAL_AREAS: Final = 5_000
_RANKERS: Final = {
    "additive": AdditiveValueRanker,
    "topsis": TopsisRanker,
    "vikor": VikorRanker,
    "spotis": SpotisRanker,
    "promethee": PrometheeRanker,
}


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
    reversal : RankReversal
        Measured on the scores, classes aside, on at most 5,000 areas.
    """

    method: str
    kendall_tau: float
    n_top: int
    n_top_shared: int
    largest_move: int
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
    scores[rows] = make_ranker(scenario, min_known_share=0.0).fit(measured).predict(measured)
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
    sample = np.sort(np.random.default_rng(0).permutation(rows)[:_MOST_REVERSAL_AREAS])
    return MethodComparison(
        method=scenario.method,
        kendall_tau=float(kendalltau(*ranks).statistic) if len(rows) > 1 else float("nan"),
        n_top=n_top,
        n_top_shared=len(np.intersect1d(own.order[:n_top], other.order[:n_top])),
        largest_move=int(np.abs(ranks[0] - ranks[1]).max(initial=0)),
        reversal=rank_reversal(make_ranker(scenario), _measured(own.table, scenario, sample)),
    )


def _measured(table: ValueTable, scenario: ResolvedScenario, rows: Integers) -> Floats:
    return np.column_stack([table.measurements[c.indicator].to_numpy(dtype=np.float64)[rows] for c in scenario.criteria])
