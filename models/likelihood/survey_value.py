"""What the next visit is worth: how much more a budget buys once NTS has told whether evidence remains in one area.

The funded list takes areas by gain per dollar until the budget is spent; the last one may be funded in part, so the list is the
optimum of the linear knapsack and its value is exact. A visit costs its price out of the same budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.cost import SurveyCosts, after_nts, cost_without_nts, next_action
from models.errors import ModelsError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_EDGE: Final = 1e-12
"""Budgets this near to a sum, as a share, pay for it."""


@dataclass(frozen=True, eq=False)
class VisitValue:
    """The worth of visiting each area before the list is funded.

    Attributes
    ----------
    funded_share : array, n, 0..1
        Share of each area that the budget funds today; NaN where gain, cost or likelihood is unknown.
    value : array, n
        Expected gain of the funded list after the visit less that of today's list, in the unit of gain, the price of the visit
        paid; NaN where there is nothing to learn (confirmed areas) or something is unknown. Below 0: not worth its price.
    visit_usd : array, n
    value_per_usd : array, n
    change_prob : array, n, 0..1
        Probability that what the visit finds, or its price, changes which areas are wholly funded; NaN where value is.
    n_changes : array, n, >= 0
        Expected number of areas that come into the wholly funded list or leave it; NaN where value is.
    """

    funded_share: Floats
    value: Floats
    visit_usd: Floats
    value_per_usd: Floats
    change_prob: Floats
    n_changes: Floats

    @property
    def changes_list(self) -> Flags:
        """Whether some outcome changes which areas are wholly funded, n; False where nothing is known of it."""
        return np.nan_to_num(self.change_prob) > 0


def value_visits(
    prob: ArrayLike, size_m2: ArrayLike, gain: ArrayLike, is_confirmed: ArrayLike, costs: SurveyCosts, budget_usd: float
) -> VisitValue:
    """Expected value of sample information of NTS in each area.

    With V(b) the gain that a budget b buys, c the cost of an area's cheapest path without NTS once evidence is found, e the
    probability of evidence and v the price of the visit: ``e V(b - v | cost c) + (1 - e) V(b - v | cost 0) - V(b)``.

    Parameters
    ----------
    prob : array, n, 0..1
    size_m2 : array, n
    gain : array, n, >= 0
        What freeing the area is worth, in any one unit (for instance the score); NaN is unknown.
    is_confirmed : array of bool, n
    costs : SurveyCosts
    budget_usd : float, >= 0

    Returns
    -------
    VisitValue

    Raises
    ------
    ModelsError
        The budget is negative or not finite.

    References
    ----------
    Raiffa, H. & Schlaifer, R. (1961). Applied Statistical Decision Theory, ch. 4.
    """
    if not 0 <= budget_usd < np.inf:
        raise ModelsError(f"A budget is 0 USD or more; found {budget_usd}.", "Give a budget.")
    p, size, worth = (np.asarray(each, dtype=float) for each in (prob, size_m2, gain))
    confirmed = np.asarray(is_confirmed, dtype=bool)
    now = next_action(p, size, confirmed, costs).cost_usd
    known = ~np.isnan(now) & ~np.isnan(worth)
    funding = _Funding(np.where(known, worth, 0.0), np.where(known, now, np.inf))
    visit = size * costs.nts_usd_per_m2
    evidence, later = after_nts(p, costs)
    rest = np.minimum(*cost_without_nts(later, size, costs))
    left = budget_usd - visit
    is_visitable = known & ~confirmed & (left >= 0)
    rows = np.flatnonzero(is_visitable)
    today = funding.value(budget_usd)
    value = np.full(len(p), np.nan)
    outcomes = [(evidence[rows], rest[rows]), (1 - evidence[rows], np.zeros(len(rows)))]
    value[rows] = sum(share * funding.value_with(rows, cost, left[rows]) for share, cost in outcomes) - today
    funded = np.where(known, funding.shares(budget_usd), np.nan)
    change_prob, n_changes = np.full(len(p), np.nan), np.full(len(p), np.nan)
    moved = [funding.n_changes(rows, cost, left[rows], budget_usd) for _, cost in outcomes]
    change_prob[rows] = sum(share * (n > 0) for (share, _), n in zip(outcomes, moved, strict=True))
    n_changes[rows] = sum(share * n for (share, _), n in zip(outcomes, moved, strict=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        return VisitValue(funded, value, visit, np.where(visit > 0, value / visit, np.nan), change_prob, n_changes)


class _Funding:
    """The linear knapsack: areas by gain per dollar, and what any budget buys.

    Parameters
    ----------
    gain, cost : array, n
        ``cost`` is infinite for areas that cannot be funded.
    """

    def __init__(self, gain: Floats, cost: Floats) -> None:
        self.gain, self.cost = gain, cost
        self.ratio = _ratio(gain, cost)
        usable = np.flatnonzero(np.isfinite(cost))
        self.order = usable[np.lexsort((usable, -self.ratio[usable]))]
        self.position = np.full(len(gain), len(self.order))
        self.position[self.order] = np.arange(len(self.order))
        self.spent = np.concatenate([[0.0], np.cumsum(cost[self.order])])
        self.gained = np.concatenate([[0.0], np.cumsum(gain[self.order])])

    def value(self, budget: ArrayLike) -> Floats:
        """What a budget buys."""
        return np.asarray(_interpolate(np.asarray(budget, dtype=float), self.spent, self.gained))

    def value_without(self, rows: NDArray[np.int64], budget: Floats) -> Floats:
        """What a budget buys if an area is not offered: the same list, shifted by its cost beyond its place."""
        is_before = budget <= self.spent[self.position[rows]]
        return np.where(is_before, self.value(budget), self.value(budget + self.cost[rows]) - self.gain[rows])

    def value_with(self, rows: NDArray[np.int64], cost: Floats, budget: Floats) -> Floats:
        """What a budget buys if an area costs something else."""
        ahead = np.searchsorted(-self.ratio[self.order], -_ratio(self.gain[rows], cost), side="left")
        is_own = self.position[rows] < ahead
        before = self.spent[ahead] - np.where(is_own, self.cost[rows], 0.0)
        room = np.maximum(budget - before, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(cost > 0, np.minimum(room / cost, 1.0), 1.0)
        return self.value_without(rows, budget - share * cost) + share * self.gain[rows]

    def shares(self, budget: float) -> Floats:
        """Share of each area that a budget funds."""
        found = np.zeros(len(self.gain))
        room = budget - self.spent[:-1]
        with np.errstate(invalid="ignore", divide="ignore"):
            part = np.where(self.cost[self.order] > 0, room / self.cost[self.order], np.where(room >= 0, 1.0, 0.0))
        found[self.order] = np.clip(part, 0.0, 1.0)
        return found

    def n_changes(self, rows: NDArray[np.int64], cost: Floats, left: Floats, budget: float) -> NDArray[np.int64]:
        """How many areas come into the wholly funded list or leave it, if an area costs something else; n rows.

        The other areas keep their order, so those of them that are wholly funded are always the first so many.
        """
        was_in, n_before = self._wholly_funded(rows, self.position[rows], self.cost[rows], np.full(len(rows), budget))
        n_ahead = np.searchsorted(-self.ratio[self.order], -_ratio(self.gain[rows], cost), side="left")
        is_in, n_after = self._wholly_funded(rows, n_ahead - (self.position[rows] < n_ahead), cost, left)
        changes: NDArray[np.int64] = (was_in != is_in) + np.abs(n_after - n_before)
        return changes

    def _wholly_funded(
        self, rows: NDArray[np.int64], n_ahead: NDArray[np.int64], cost: Floats, budget: Floats
    ) -> tuple[Flags, NDArray[np.int64]]:
        """Whether an area that stands behind ``n_ahead`` others is wholly funded, and how many of the others are."""
        reach = budget * (1 + _EDGE)
        need = self._spent_on_others(rows, n_ahead) + cost
        is_in = need <= reach
        n_others = self._n_others(rows, reach - np.where(is_in, cost, 0.0))
        return is_in, np.where(is_in, n_others, np.minimum(n_others, n_ahead))

    def _spent_on_others(self, rows: NDArray[np.int64], n: NDArray[np.int64]) -> Floats:
        """Cost of the first ``n`` areas without one of them."""
        is_past = n > self.position[rows]
        spent: Floats = self.spent[n + is_past] - np.where(is_past, self.cost[rows], 0.0)
        return spent

    def _n_others(self, rows: NDArray[np.int64], reach: Floats) -> NDArray[np.int64]:
        """How many of the first areas, one left out, a budget pays for in whole."""
        with_it = np.searchsorted(self.spent, reach, side="right") - 1
        without = np.searchsorted(self.spent, reach + self.cost[rows], side="right") - 2
        found: NDArray[np.int64] = np.where(with_it < self.position[rows], with_it, without)
        return found


def _ratio(gain: Floats, cost: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(cost > 0, gain / cost, np.inf)


def _interpolate(budget: Floats, spent: Floats, gained: Floats) -> Floats:
    """Piecewise linear; areas that cost nothing are jumps, taken in full."""
    place = np.clip(np.searchsorted(spent, budget, side="right") - 1, 0, len(spent) - 1)
    after = np.minimum(place + 1, len(spent) - 1)
    step = spent[after] - spent[place]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(step > 0, np.clip((budget - spent[place]) / step, 0.0, 1.0), 0.0)
    found: Floats = gained[place] + share * (gained[after] - gained[place])
    return found
