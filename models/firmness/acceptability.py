"""Rank acceptability: in what share of all admissible weights an area is among the first k.

References
----------
Lahdelma, R. & Salminen, P. (2001). SMAA-2. Operations Research 49(3), 444-454. doi:10.1287/opre.49.3.444.11220
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelsError
from models.firmness.errors import DataErrors
from models.firmness.first import count_first_of, line_of
from models.firmness.whole import WEIGHT_UNITS, WholeValues, whole_weights
from models.ranking import Ranking

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Advice = Literal["do_now", "discuss", "defer"]
_CHUNK_CELLS: Final = 4_000_000
_PILOTS: Final = 1_000
_PILOTS_PER_PLACE: Final = 10


@dataclass(frozen=True, eq=False)
class Acceptability:
    """Share of draws in which each area is among the first ``top``.

    Attributes
    ----------
    top : int
    n_draws : int
    share : array of float, n
        0..1; NaN where the area is not ranked.
    """

    top: int
    n_draws: int
    share: Floats

    @property
    def standard_error(self) -> Floats:
        """Of each share, from the number of draws."""
        error: Floats = np.sqrt(self.share * (1 - self.share) / self.n_draws)
        return error


def top_acceptability(
    ranking: Ranking, draws: Floats, top: int, *, errors: DataErrors | None = None, progress: Callable[[float], None] | None = None
) -> Acceptability:
    """Draw weights again and again and count how often each area is among the first.

    Classes come before scores under any weights, so whole blocks are in or out, and only the block that the line runs
    through is sorted. Which areas are ranked, and in which class, stays as in the ranking. Counting is exact and the same on
    every processor (:mod:`models.firmness.whole`).

    Parameters
    ----------
    ranking : Ranking
        Additive.
    draws : array of float, d x k, >= 0, rows with a sum above 0
        Weights, in the order of the ranking's criteria.
    top : int, >= 1
    errors : DataErrors, optional
        Measurements too are drawn anew, once a draw of weights.
    progress : callable, optional
        Called with the share of the draws that are done, where measurements are drawn.

    Returns
    -------
    Acceptability

    Raises
    ------
    ModelsError
        The draws do not fit the criteria, ``top`` is below 1, or the ranking is not additive.
    """
    check_draws(ranking, draws)
    if top < 1:
        raise ModelsError(f"The top of a list holds one area or more; asked for were {top}.", "Ask for the first 50, for example.")
    share = np.full(ranking.table.n_areas, np.nan)
    share[ranking.order[:top]] = 1.0
    share[ranking.order[top:]] = 0.0
    block, places = _cut_block(ranking, top)
    if len(block) and places > 0:
        rows, weights = by_identifier(ranking, block), whole_weights(draws)
        if errors is None:
            counts = _count_first(ranking, rows, weights, places)
        else:
            counts = errors.count_first(ranking, rows, weights, places, progress)
        share[rows] = counts / len(draws)
    elif len(block):
        share[block] = 0.0
    return Acceptability(top, len(draws), share)


def give_advice(acceptability: Acceptability, *, firm: float = 0.95, out: float = 0.05) -> NDArray[np.object_]:
    """What the shares say: do now, discuss, or defer.

    Parameters
    ----------
    acceptability : Acceptability
    firm : float
        Areas in the top in at least this share of draws: do now.
    out : float
        Areas in the top in at most this share: defer.

    Returns
    -------
    array of {"do_now", "discuss", "defer", None}, n
        None where the area is not ranked.
    """
    share = acceptability.share
    advice = np.full(len(share), "discuss", dtype=object)
    advice[share >= firm] = "do_now"
    advice[share <= out] = "defer"
    advice[np.isnan(share)] = None
    return advice


def check_draws(ranking: Ranking, draws: Floats) -> None:
    """Refuse draws that do not fit a ranking, and rankings whose score is no weighted mean."""
    if draws.ndim != 2 or draws.shape[1] != len(ranking.criteria):
        raise ModelsError(f"One weight a criterion is needed: {len(ranking.criteria)}; the draws are {draws.shape}.", "Draw again.")
    if not ranking.is_additive:
        raise ModelsError(f"Weights are drawn for additive scores only; this list is by {ranking.scenario.method}.", "Rank additively.")


def by_identifier(ranking: Ranking, rows: Integers) -> Integers:
    """Rows in the order of their identifiers, so that of equal scores the one that stands first is ahead."""
    ties = rows if ranking.table.tie_place is None else ranking.table.tie_place[rows]
    return rows[np.argsort(ties)]


def _cut_block(ranking: Ranking, top: int) -> tuple[Integers, int]:
    """Rows of the block that the line after ``top`` runs through, and how many of them are above it."""
    if top >= ranking.n_ranked:
        return ranking.order[:0], 0
    blocks = ranking.table.assignment.block[ranking.order]
    inside = np.flatnonzero(blocks == blocks[top])
    return ranking.order[inside], int(top - inside[0])


def _count_first(ranking: Ranking, rows: Integers, weights: Floats, places: int) -> Integers:
    """How often each row is among the first of its block."""
    values = WholeValues.of(ranking.values[rows])
    near = _within_reach(values, weights, places)
    counts = np.zeros(len(rows), dtype=np.int64)
    counts[near] = count_first(values.take(near), weights, places)
    return counts


def count_first(values: WholeValues, weights: Floats, places: int) -> Integers:
    """How often each area is among the first ``places`` of all; of equal scores those that stand first."""
    counts = np.zeros(len(values), dtype=np.int64)
    pilot = _pilot(values, weights, places)
    step = max(_CHUNK_CELLS // len(values), 1)
    for start in range(0, len(weights), step):
        counts += count_first_of(values.scores(weights[start : start + step]), places, pilot)
    return counts


def _within_reach(values: WholeValues, weights: Floats, places: int) -> Integers:
    """Areas that may be among the first under any of the draws; all others are left out without being tried.

    An area reaches a score t under weights w_d where ``w_d . u >= 0`` with u = v - t for what it knows and 0 elsewhere; t is the
    lowest line of the pilots. With w the mean weights, ``w_d . u <= w . u + |w_d - w| |u - c|`` for any constant c, for the
    weights of a draw sum to the same but for their rounding.
    """
    if len(values) <= _PILOTS:
        return np.arange(len(values))
    mean = weights.mean(axis=0)
    away = weights - mean
    radius = float(np.sqrt((away * away).sum(axis=1)).max())
    lowest = _lowest_line(values.take(_pilot(values, weights, places)), weights, places)
    short = values.filled - lowest * (1.0 if values.known is None else values.known)
    middle = short.mean(axis=1)
    spread = np.sqrt(((short - middle[:, np.newaxis]) ** 2).sum(axis=1))
    slack = float(np.abs(away.sum(axis=1)).max()) * np.abs(middle) + 1.0
    near: Integers = np.flatnonzero(short @ mean + radius * spread * (1 + 1e-9) + slack >= 0)
    return near


def _lowest_line(pilots: WholeValues, weights: Floats, places: int) -> float:
    """The lowest score, in units of values, that is among the first of the pilots under any draw."""
    total = weights.sum(axis=1) if pilots.known is None else WEIGHT_UNITS
    lines = np.array([line_of(row, places) for row in pilots.scores(weights)])
    return float(((lines - 0.5) / total).min())


def _pilot(values: WholeValues, weights: Floats, places: int) -> Integers:
    """Areas that do well under the mean weights: the line among them is never above the line among all."""
    n_pilots = min(len(values), max(_PILOTS, _PILOTS_PER_PLACE * places))
    mean_score = values.scores(np.rint(weights.mean(axis=0, keepdims=True)))[0]
    pilot: Integers = np.argpartition(-mean_score, n_pilots - 1)[:n_pilots]
    return pilot
