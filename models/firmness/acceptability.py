"""Rank acceptability: in what share of all admissible weights an area is among the first k.

References
----------
Lahdelma, R. & Salminen, P. (2001). SMAA-2. Operations Research 49(3), 444-454. doi:10.1287/opre.49.3.444.11220
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelsError
from models.ranking import Ranking

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Advice = Literal["do_now", "discuss", "defer"]
_CHUNK_CELLS: Final = 8_000_000
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


def top_acceptability(ranking: Ranking, draws: Floats, top: int) -> Acceptability:
    """Draw weights again and again and count how often each area is among the first.

    Classes come before scores under any weights, so whole blocks are in or out, and only the block that the line runs
    through is sorted. Which areas are ranked stays as in the ranking.

    Parameters
    ----------
    ranking : Ranking
    draws : array of float, d x k, >= 0, rows with a sum above 0
        Weights, in the order of the ranking's criteria.
    top : int, >= 1

    Returns
    -------
    Acceptability

    Raises
    ------
    ModelsError
        The draws do not fit the criteria, or ``top`` is below 1.
    """
    if draws.ndim != 2 or draws.shape[1] != len(ranking.criteria):
        raise ModelsError(f"One weight a criterion is needed: {len(ranking.criteria)}; the draws are {draws.shape}.", "Draw again.")
    if not ranking.is_additive:
        raise ModelsError(f"Weights are drawn for additive scores only; this list is by {ranking.scenario.method}.", "Rank additively.")
    if top < 1:
        raise ModelsError(f"The top of a list holds one area or more; asked for were {top}.", "Ask for the first 50, for example.")
    share = np.full(ranking.table.n_areas, np.nan)
    share[ranking.order[:top]] = 1.0
    share[ranking.order[top:]] = 0.0
    block, places = _cut_block(ranking, top)
    if len(block):
        share[block] = _times_first(ranking, block, draws, places) / len(draws)
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


def _cut_block(ranking: Ranking, top: int) -> tuple[Integers, int]:
    """Rows of the block that the line after ``top`` runs through, and how many of them are above it."""
    if top >= ranking.n_ranked:
        return ranking.order[:0], 0
    blocks = ranking.table.assignment.block[ranking.order]
    inside = np.flatnonzero(blocks == blocks[top])
    return ranking.order[inside], int(top - inside[0])


def _times_first(ranking: Ranking, rows: Integers, draws: Floats, places: int) -> Integers:
    """How often each row is among the first of its block; ties go by identifier."""
    if places <= 0:
        return np.zeros(len(rows), dtype=np.int64)
    ties = rows if ranking.table.tie_place is None else ranking.table.tie_place[rows]
    by_id = np.argsort(ties)
    values = ranking.values[rows[by_id]]
    is_known = ~np.isnan(values)
    filled, known = np.where(is_known, values, 0.0), None if is_known.all() else is_known.astype(np.float64)
    counts = np.zeros(len(rows), dtype=np.int64)
    pilot = _pilot(values, draws, places)
    step = max(_CHUNK_CELLS // len(rows), 1)
    for start in range(0, len(draws), step):
        weights = draws[start : start + step]
        scores = weights @ filled.T
        scores /= weights.sum(axis=1, keepdims=True) if known is None else np.maximum(weights @ known.T, np.finfo(float).tiny)
        for row in scores:
            counts[_first(row, places, pilot)] += 1
    unsorted = np.empty_like(counts)
    unsorted[by_id] = counts
    return unsorted


def _pilot(values: Floats, draws: Floats, places: int) -> Integers:
    """Areas that do well under the mean weights: the line among them is never above the line among all."""
    n_pilots = min(len(values), max(_PILOTS, _PILOTS_PER_PLACE * places))
    mean_score = np.where(np.isnan(values), 0.0, values) @ draws.mean(axis=0)
    pilot: Integers = np.argpartition(-mean_score, n_pilots - 1)[:n_pilots]
    return pilot


def _first(scores: Floats, places: int, pilot: Integers) -> Integers:
    """Positions of the first of some scores; of equal ones at the line, those that stand first.

    Only scores that reach the line among the pilots are sorted, which are all that can be among the first.
    """
    near = np.flatnonzero(scores >= _line(scores[pilot], places))
    candidates = scores[near]
    line = _line(candidates, places)
    above = near[candidates > line]
    tied = near[candidates == line]
    return np.concatenate([above, tied[: places - len(above)]])


def _line(scores: Floats, places: int) -> float:
    return -float(np.partition(-scores, places - 1)[places - 1])
