"""Which ranks an area takes under all admissible weights: share of each rank, and the range that holds nine draws of ten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelsError
from models.firmness.acceptability import by_identifier, check_draws
from models.firmness.whole import CODE_BITS, VALUE_UNITS, WEIGHT_UNITS, WholeValues, whole_weights
from models.ranking import Ranking

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_CHUNK_CELLS: Final = 4_000_000
_MOST_RANKS_KEPT: Final = 40_000_000
_MOST_CODE: Final = (1 << CODE_BITS) - 1
_FEW: Final = 8
_SURE: Final = 2e-5
"""Leads in score (0..1) beyond this are told from single precision, whose error is ten times smaller; others are compared exactly."""


@dataclass(frozen=True, eq=False)
class RankRanges:
    """Ranks that areas take.

    Attributes
    ----------
    n_draws : int
    low, high : array of float, n
        Ends of the range that holds the asked share of the draws; NaN where not ranked or not asked for.
    expected : array of float, n
        Mean rank.
    """

    n_draws: int
    low: Floats
    high: Floats
    expected: Floats


def rank_ranges(ranking: Ranking, draws: Floats, *, rows: Integers | None = None, inside: float = 0.9) -> RankRanges:
    """Range of the ranks that areas take under drawn weights.

    Parameters
    ----------
    ranking : Ranking
        Additive.
    draws : array of float, d x k
        Of more than 40 million ranks in all, only the first draws that make so many are used.
    rows : array of int, optional
        Only these areas, which takes far less time for a few; all where absent.
    inside : float, 0..1
        Share of draws within the range: 0.9 leaves one in twenty out at each end.

    Returns
    -------
    RankRanges
    """
    check_draws(ranking, draws)
    if not 0 < inside <= 1:
        raise ModelsError(f"A range holds a share of the draws between 0 and 1; it is {inside}.", "Use 0.9.")
    wanted = ranking.order if rows is None else rows[ranking.is_ranked[rows]]
    low, high, expected = (np.full(ranking.table.n_areas, np.nan) for _ in range(3))
    n_draws = min(len(draws), max(_MOST_RANKS_KEPT // max(len(wanted), 1), 1))
    if len(wanted):
        ranks = _few_ranks if len(wanted) <= _FEW else _all_ranks
        taken = np.sort(ranks(ranking, whole_weights(draws[:n_draws]), wanted), axis=0)
        cut = int(np.floor((1.0 - inside) / 2.0 * n_draws))
        low[wanted], high[wanted], expected[wanted] = taken[cut], taken[n_draws - 1 - cut], taken.mean(axis=0)
    return RankRanges(n_draws, low, high, expected)


def rank_shares(ranking: Ranking, draws: Floats, n_ranks: int) -> Floats:
    """Share of draws in which each area takes each of the first ranks, n x n_ranks; NaN where not ranked."""
    check_draws(ranking, draws)
    shares = np.full((ranking.table.n_areas, n_ranks), np.nan)
    shares[ranking.order] = 0.0
    counts = np.zeros((ranking.table.n_areas, n_ranks))
    places = np.arange(min(n_ranks, ranking.n_ranked))
    for order in orders(ranking, whole_weights(draws)):
        counts[order[places], places] += 1
    shares[ranking.order] = counts[ranking.order] / len(draws)
    return shares


def orders(ranking: Ranking, weights: Floats) -> Iterator[Integers]:
    """Rows of the ranked areas, best first, under each draw: one sort of whole numbers that hold block, score and place."""
    rows = by_identifier(ranking, ranking.order)
    values = WholeValues.of(ranking.values[rows])
    blocks = np.unique(ranking.table.assignment.block[rows], return_inverse=True)[1].reshape(-1)
    bits = max(len(rows) - 1, 1).bit_length()
    if CODE_BITS + bits + int(blocks.max(initial=0)).bit_length() > 63:
        raise ModelsError(f"At most 2 million areas in few classes are drawn at once; there are {len(rows)}.", "Draw parts of the country.")
    base = ((blocks.astype(np.int64) << CODE_BITS) + _MOST_CODE << bits) | np.arange(len(rows))
    step = max(_CHUNK_CELLS // max(len(rows), 1), 1)
    for start in range(0, len(weights), step):
        for scores in values.scores(weights[start : start + step]):
            keys = base - (scores.astype(np.int64) << bits)
            keys.sort()
            yield rows[keys & ((1 << bits) - 1)]


def _all_ranks(ranking: Ranking, weights: Floats, wanted: Integers) -> NDArray[np.int32]:
    """Rank of each wanted row under each draw, d x n."""
    taken = np.empty((len(weights), len(wanted)), dtype=np.int32)
    rank = np.zeros(ranking.table.n_areas, dtype=np.int32)
    places = np.arange(1, ranking.n_ranked + 1, dtype=np.int32)
    for number, order in enumerate(orders(ranking, weights)):
        rank[order] = places
        taken[number] = rank[wanted]
    return taken


def _few_ranks(ranking: Ranking, weights: Floats, wanted: Integers) -> NDArray[np.int32]:
    """The same for a few rows, by counting who is ahead."""
    rows = by_identifier(ranking, ranking.order)
    blocks = ranking.table.assignment.block
    taken = np.empty((len(weights), len(wanted)), dtype=np.int32)
    for column, row in enumerate(wanted):
        same = rows[blocks[rows] == blocks[row]]
        own = int(np.flatnonzero(same == row)[0])
        taken[:, column] = 1 + int((blocks[rows] < blocks[row]).sum()) + _ahead(WholeValues.of(ranking.values[same]), own, weights)
    return taken


def _ahead(values: WholeValues, own: int, weights: Floats) -> Integers:
    """How many are ahead of one under each draw; of equal scores those that stand before it.

    Who leads by more than a hair is told by one product in single precision: an area is ahead where ``w . (v - t known) > 0`` with t
    the score to beat. The few others are compared exactly.
    """
    counts = np.zeros(len(weights), dtype=np.int64)
    mine = values.take(np.array([own])).scores(weights)[:, 0]
    shares, line = weights / WEIGHT_UNITS, mine[:, np.newaxis] / (WEIGHT_UNITS * VALUE_UNITS)
    known, level = (np.ones((len(values), 1)), -line) if values.known is None else (values.known, -line * shares)
    areas = np.hstack([values.filled / VALUE_UNITS, known]).astype(np.float32)
    draws = np.hstack([shares, level]).astype(np.float32)
    step = max(_CHUNK_CELLS // max(len(values), 1), 1)
    for start in range(0, len(weights), step):
        lead = draws[start : start + step] @ areas.T
        counts[start : start + step] += np.count_nonzero(lead > _SURE, axis=1)
        draw, area = np.divmod(np.flatnonzero(np.abs(lead) <= _SURE), len(values))
        draw += start
        scores = values.scores_of(area, weights[draw])
        is_ahead = (scores > mine[draw]) | ((scores == mine[draw]) & (area < own))
        counts += np.bincount(draw[is_ahead], minlength=len(weights))
    return counts
