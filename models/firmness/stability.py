"""How far one weight may move before an area enters or leaves the top of the list: exact, not sampled.

With the share of one criterion at t and all others in their present proportions, an area's score is
``((1 - t) g + t v) / ((1 - t) h + t u)``: g and h are the gains and known weights of the other criteria, v the value of this
one, u whether it is known. Another area is ahead where a polynomial of degree two in t is positive, so the area's place is
constant between the roots of these polynomials, and the ends of the interval are among them.

References
----------
Mareschal, B. (1988). Weight stability intervals in multicriteria decision aid. European Journal of Operational Research
33(1), 54-64. doi:10.1016/0377-2217(88)90254-8
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelsError
from models.ranking import Ranking

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_SAME: Final = 1e-15
"""A lead below this under any weight is none: the two areas are told apart by their identifiers only."""
_EDGE: Final = 1e-12
"""Roots this near to 0 or 1 are those ends, and a share this near to a border stands on it."""


@dataclass(frozen=True)
class StabilityInterval:
    """Shares of one criterion within which an area stays in, or out of, the top.

    Attributes
    ----------
    criterion : str
    share : float
        Its present share of the whole weight.
    low, high : float
        0..1. At an end that is not 0 or 1 the area changes sides.
    """

    criterion: str
    share: float
    low: float
    high: float

    @property
    def smallest_change(self) -> float:
        """Smallest change of the share by which the area changes sides; infinite where none does."""
        down = self.share - self.low if self.low > 0 else np.inf
        up = self.high - self.share if self.high < 1 else np.inf
        return float(min(down, up))


def stability_interval(ranking: Ranking, row: int, criterion: str, top: int) -> StabilityInterval:
    """Shares of a criterion within which an area stays on its side of the line after ``top``.

    Parameters
    ----------
    ranking : Ranking
    row : int
        Row of a ranked area.
    criterion : str
    top : int, >= 1

    Returns
    -------
    StabilityInterval
        Which areas are ranked stays as in the ranking; so do classes.

    Raises
    ------
    ModelsError
        The area is not ranked, or there is no such criterion.
    """
    if np.isnan(ranking.rank[row]):
        raise ModelsError(f"Only ranked areas have a place to keep; {ranking.table.area_ids[row]} is not ranked.", "Choose a ranked area.")
    if not ranking.is_additive:
        raise ModelsError(f"Weights are told apart in additive scores only; this list is by {ranking.scenario.method}.", "Rank additively.")
    if criterion not in ranking.criteria:
        raise ModelsError(f"There is no criterion {criterion!r}.", f"Use one of: {', '.join(ranking.criteria)}.")
    place = ranking.criteria.index(criterion)
    weights = np.array([part.weight for part in ranking.scenario.criteria])
    share = float(weights[place] / weights.sum())
    blocks = ranking.table.assignment.block[ranking.order]
    own = ranking.table.assignment.block[row]
    rivals = ranking.order[(blocks == own) & (ranking.order != row)]
    allowed = top - 1 - int((blocks < own).sum())
    starts, counts = _rivals_ahead(ranking, row, rivals, weights, place)
    return _around(criterion, share, starts, counts <= allowed, bool(ranking.rank[row] <= top))


def smallest_weight_change(ranking: Ranking, row: int, top: int) -> StabilityInterval:
    """The criterion whose share needs the smallest change for an area to enter or leave the top, with its interval."""
    intervals = [stability_interval(ranking, row, criterion, top) for criterion in ranking.criteria]
    return min(intervals, key=lambda interval: interval.smallest_change)


def _rivals_ahead(ranking: Ranking, row: int, rivals: Integers, weights: Floats, place: int) -> tuple[Floats, Integers]:
    """Where each piece of 0..1 starts, and how many rivals are ahead of the area on it."""
    c0, c1, c2 = _lead(*_parts(ranking, rivals, weights, place), *_parts(ranking, np.array([row]), weights, place))
    first, second = _roots(c0, c1, c2)
    middles = (first / 2, (first + second) / 2, (second + 1) / 2)
    ahead = [c0 + middle * (c1 + middle * c2) > 0 for middle in middles]
    never_differs = np.flatnonzero((np.abs(c0) < _SAME) & (np.abs(c1) < _SAME) & (np.abs(c2) < _SAME))
    for piece in ahead:
        piece[never_differs] = ranking.table.area_ids[rivals[never_differs]] < ranking.table.area_ids[row]
    at, by = [np.zeros(1)], [np.array([int(ahead[0].sum())])]
    for root, left, right in ((first, ahead[0], ahead[1]), (second, ahead[1], ahead[2])):
        turns = np.flatnonzero(left != right)
        at.append(root[turns])
        by.append(np.where(right[turns], 1, -1))
    return _pieces(np.concatenate(at), np.concatenate(by))


def _pieces(at: Floats, by: Integers) -> tuple[Floats, Integers]:
    """Starts of the pieces in rising order, and the running sum on each; changes at one place count together."""
    order = np.argsort(at)
    at, counts = at[order], np.cumsum(by[order])
    is_last = np.append(at[1:] != at[:-1], True)
    return at[is_last], counts[is_last]


def _parts(ranking: Ranking, rows: Integers, weights: Floats, place: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Gains and known weights of the other criteria (as shares of theirs), value of this one and whether it is known."""
    values = ranking.values[rows]
    known = (~np.isnan(values)).astype(np.float64)
    filled = np.where(known > 0, values, 0.0)
    others = np.where(np.arange(len(weights)) == place, 0.0, weights)
    others = others / others.sum() if others.sum() > 0 else others
    return filled @ others, known @ others, filled[:, place], known[:, place]


def _lead(
    g: Floats, h: Floats, v: Floats, u: Floats, own_g: Floats, own_h: Floats, own_v: Floats, own_u: Floats
) -> tuple[Floats, Floats, Floats]:
    """Coefficients of the polynomial that is positive where a rival is ahead: numerators crossed with denominators.

    A score whose criterion is unknown is g / h whatever t is; leaving its factor 1 - t out keeps the roots exact.
    """
    is_fixed, own_is_fixed = u == 0, own_u == 0
    a, b, p, q = g, np.where(is_fixed, 0.0, v - g), h, np.where(is_fixed, 0.0, u - h)
    e, f = own_g, np.where(own_is_fixed, 0.0, own_v - own_g)
    c, d = own_h, np.where(own_is_fixed, 0.0, own_u - own_h)
    return a * c - e * p, a * d + b * c - e * q - f * p, b * d - f * q


def _roots(c0: Floats, c1: Floats, c2: Floats) -> tuple[Floats, Floats]:
    """Roots within 0..1 of c0 + c1 t + c2 t^2, the smaller and the larger; 1 where there is none."""
    is_curved = np.abs(c2) > 1e-14
    with np.errstate(divide="ignore", invalid="ignore"):
        line = -c0 / c1
        half = -0.5 * (c1 + np.copysign(np.sqrt(c1 * c1 - 4 * c2 * c0), c1))
        one, other = np.where(is_curved, half / c2, line), np.where(is_curved, c0 / half, 1.0)
    one, other = (np.where((root > _EDGE) & (root < 1 - _EDGE), root, 1.0) for root in (one, other))
    return np.minimum(one, other), np.maximum(one, other)


def _around(criterion: str, share: float, starts: Floats, is_in: NDArray[np.bool_], was_in: bool) -> StabilityInterval:
    """The pieces on the area's side around its present share; at a border it belongs to the piece of its own side."""
    ends = np.append(starts[1:], 1.0)
    touches = np.flatnonzero((starts <= share + _EDGE) & (ends >= share - _EDGE) & (is_in == was_in))
    if not len(touches):
        return StabilityInterval(criterion, share, share, share)
    changed = np.flatnonzero(is_in != was_in)
    before, after = changed[changed < touches[0]], changed[changed > touches[0]]
    low = starts[before[-1] + 1] if len(before) else starts[0]
    high = starts[after[0]] if len(after) else ends[-1]
    return StabilityInterval(criterion, share, float(low), float(high))
