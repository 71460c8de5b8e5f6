"""What would move an area: the smallest change of one measure by which it reaches a rank."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.errors import name_culprits
from models.errors import ModelsError
from models.ranking.canonical import round_scores
from models.ranking.result import Ranking
from models.ranking.value import invert


@dataclass(frozen=True)
class Move:
    """A change of one criterion by which an area reaches a rank, all else staying.

    Attributes
    ----------
    criterion : str
    value_now, value_needed : float
        0..1; now is NaN where unknown.
    measure_now, measure_needed : float or None
        In the indicator's unit; None where unknown, and where the value function does not name one measure for a value.
    rank : int
        Rank that the area has with the value needed.
    """

    criterion: str
    value_now: float
    value_needed: float
    measure_now: float | None
    measure_needed: float | None
    rank: int


def moves_to_rank(ranking: Ranking, row: int, wanted: int) -> tuple[Move, ...]:
    """Single changes by which a ranked area reaches a rank, or falls to it; the smallest change of value first.

    Parameters
    ----------
    ranking : Ranking
    row : int
        Row of a ranked area.
    wanted : int
        Rank to reach (or better), where it lies above the area's own; rank to fall to (or below), where it lies beneath.

    Returns
    -------
    tuple of Move
        One for each criterion that can do it alone; empty where none can, for a class is not left by a score.

    Raises
    ------
    ModelsError
        The area is not ranked, or there is no such rank.
    """
    if np.isnan(ranking.rank[row]):
        raise ModelsError(
            f"Only ranked areas can be moved; {name_culprits([ranking.table.area_ids[row]])} is not ranked.", "Choose a ranked area."
        )
    if not ranking.is_additive:
        raise ModelsError(
            f"What would move an area is told of additive scores only; this list is by {ranking.scenario.method}.",
            "Rank additively.",
        )
    if not 1 <= wanted <= ranking.n_ranked:
        raise ModelsError(f"Ranks go from 1 to {ranking.n_ranked}; asked for was {wanted}.", "Choose a rank of the list.")
    found = [_move(ranking, row, place, wanted) for place in range(len(ranking.criteria))]
    moves = [move for move in found if move is not None]
    return tuple(sorted(moves, key=lambda move: (abs(move.value_needed - np.nan_to_num(move.value_now)), move.criterion)))


def _move(ranking: Ranking, row: int, place: int, wanted: int) -> Move | None:
    """The least change of one criterion that reaches the rank, by bisection over its value."""
    criterion = ranking.scenario.criteria[place]
    values = ranking.values[row]
    if criterion.weight <= 0 or wanted == ranking.rank[row]:
        return None
    rises = wanted < ranking.rank[row]
    end = 1.0 if rises else 0.0
    if not _reaches(ranking, row, place, end, wanted, rises):
        return None
    start = values[place] if not np.isnan(values[place]) else 1.0 - end
    if _reaches(ranking, row, place, float(start), wanted, rises):
        needed = float(start)
    else:
        needed = _bisect(ranking, row, place, float(start), end, wanted, rises)
    measured = float(ranking.table.measurements[criterion.indicator].to_numpy(dtype=np.float64)[row])
    return Move(
        criterion=criterion.id,
        value_now=float(values[place]),
        value_needed=needed,
        measure_now=None if np.isnan(measured) else measured,
        measure_needed=invert(criterion.value, needed),
        rank=ranking.rank_of_score(row, _score_with(ranking, row, place, needed)),
    )


def _bisect(ranking: Ranking, row: int, place: int, start: float, end: float, wanted: int, rises: bool) -> float:
    """The value nearest to start that reaches the rank; end does, start does not."""
    for _ in range(50):
        middle = start + (end - start) / 2
        if _reaches(ranking, row, place, middle, wanted, rises):
            end = middle
        else:
            start = middle
    return end


def _reaches(ranking: Ranking, row: int, place: int, value: float, wanted: int, rises: bool) -> bool:
    rank = ranking.rank_of_score(row, _score_with(ranking, row, place, value))
    return rank <= wanted if rises else rank >= wanted


def _score_with(ranking: Ranking, row: int, place: int, value: float) -> float:
    """The area's score, were one of its values another."""
    values = ranking.values[row].copy()
    values[place] = value
    weights = np.array([criterion.weight for criterion in ranking.scenario.criteria])
    is_known = ~np.isnan(values)
    score = float((weights[is_known] * values[is_known]).sum() / weights[is_known].sum())
    return float(round_scores(np.array([min(score, 1.0)]))[0][0])
