"""What would move an area: one measurement, named with the number it would take, and the rank that number gives."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dashboard.i18n import format_value
from dashboard.services.views import RankedView
from geodata.schema.scenario import WeightedCriterion
from models.ranking import Move, evaluate, moves_to_rank

_DIGITS = 3
_PER_CENT = 0.01
_PEOPLE = "people"


@dataclass(frozen=True)
class Mover:
    """One change that alone gives an area another rank, all else staying.

    Attributes
    ----------
    criterion, indicator : str
    rank : int
        With the number needed.
    now, needed : float
        In the indicator's unit; ``now`` is NaN where unknown, ``needed`` is NaN where no single number stands for a value.
    value_now, value_needed : float
        0..1 by the value function.
    """

    criterion: str
    indicator: str
    rank: int
    now: float
    needed: float
    value_now: float
    value_needed: float

    @property
    def has_number(self) -> bool:
        """Whether a number in the indicator's unit says what it would take."""
        return not math.isnan(self.needed)


def mover(view: RankedView, row: int) -> Mover | None:
    """The smallest change of one criterion that moves a ranked area far enough to matter.

    Up to the better half of the ranks above it, else up by one; down to the double of its rank, else down by one, where
    nothing lifts it. None where no single criterion moves it: a class is not left by a score.

    Parameters
    ----------
    view : RankedView
    row : int
        Row of an area; None is returned for one without a rank.
    """
    if np.isnan(view.ranking.rank[row]):
        return None
    for wanted in _goals(int(view.ranking.rank[row]), view.ranking.n_ranked):
        told = [found for move in moves_to_rank(view.ranking, row, wanted) if (found := _told(view, row, move)) is not None]
        if told:
            return next((found for found in told if found.has_number), told[0])
    return None


def _goals(rank: int, n_ranked: int) -> Iterator[int]:
    """Ranks worth reaching, each once, the most telling first."""
    goals = [rank // 2, rank - 1, min(2 * rank, n_ranked), rank + 1]
    return iter(dict.fromkeys(goal for goal in goals if 1 <= goal <= n_ranked and goal != rank))


def _told(view: RankedView, row: int, move: Move) -> Mover | None:
    """A move in a number that a person can read; None where that number would read as it stands."""
    criterion = next(each for each in view.scenario.criteria if each.id == move.criterion)
    now = math.nan if move.measure_now is None else move.measure_now
    if move.measure_needed is None:
        return Mover(move.criterion, criterion.indicator, move.rank, now, math.nan, move.value_now, move.value_needed)
    unit = view.snapshot.indicators[criterion.indicator].unit
    is_up = move.rank < view.ranking.rank[row]
    for needed in _readable(view, criterion, move):
        value = float(evaluate(criterion.value, np.array([needed]))[0])
        rank = view.ranking.rank_of_score(row, _score_with(view, row, move.criterion, value))
        reaches = rank <= move.rank if is_up else rank >= move.rank
        if reaches and format_value(needed, unit, "en") != format_value(now, unit, "en"):
            return Mover(move.criterion, criterion.indicator, rank, now, needed, move.value_now, value)
    return None


def _readable(view: RankedView, criterion: WeightedCriterion, move: Move) -> tuple[float, float]:
    """The number needed, as finely as the screen writes it, and the next one on the side that goes further."""
    needed = float(move.measure_needed or 0.0)
    step = max(10.0 ** (math.floor(math.log10(abs(needed))) - _DIGITS + 1) if needed else 0.0, _least_step(view, criterion.indicator))
    place = round(needed / step, 6)
    below, above = evaluate(criterion.value, np.array([needed - step, needed + step]))
    start = 0.0 if math.isnan(move.value_now) else move.value_now
    grows = (above >= below) == (move.value_needed >= start)
    first = math.ceil(place) if grows else math.floor(place)
    told, further = (float(f"{each * step:.12g}") for each in (first, first + (1 if grows else -1)))
    return told, further


def _least_step(view: RankedView, indicator: str) -> float:
    """What the smallest change of an indicator is: one of what is counted whole, one per cent of a share."""
    unit = view.snapshot.indicators[indicator].unit
    if unit in ("share", "prob"):
        return _PER_CENT
    known = view.snapshot.values[indicator].to_numpy(dtype=np.float64)
    known = known[~np.isnan(known)]
    return 1.0 if unit == _PEOPLE or bool((known == np.round(known)).all()) else 1e-6


def _score_with(view: RankedView, row: int, criterion: str, value: float) -> float:
    """The area's score, were one of its values another."""
    values = view.ranking.values[row].copy()
    values[view.ranking.criteria.index(criterion)] = value
    weights = np.array([each.weight for each in view.scenario.criteria])
    known = ~np.isnan(values)
    return min(float((weights[known] * values[known]).sum() / weights[known].sum()), 1.0)
