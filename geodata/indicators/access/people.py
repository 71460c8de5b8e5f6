"""Whom opening roads serves: minutes and people, all of them and by group, around an area and elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely

from geodata.indicators.access.parameters import AccessParameters

ALL = ""
"""Name of the group of all people."""


def stack_groups(people: np.ndarray, groups: Mapping[str, np.ndarray]) -> np.ndarray:
    """People of each group at each place, all of them first; NaN where unknown.

    Parameters
    ----------
    people : float array, p
    groups : name -> float array, p

    Returns
    -------
    float array, 1 + groups x p
    """
    return np.vstack([people, *groups.values()]) if groups else people[None, :]


def count_gains(
    counts: np.ndarray, now: np.ndarray, after: np.ndarray, is_near: np.ndarray, least_minutes: float
) -> tuple[np.ndarray, np.ndarray]:
    """Who gains, group by group.

    Parameters
    ----------
    counts : float array, groups x p
        All people first.
    now, after : float arrays, p
        Minutes to the nearest destination, inf where none is reached.
    is_near : boolean array, p
        The place lies around one of the areas that are released.
    least_minutes : float
        Least saving that counts as a gain.

    Returns
    -------
    gains : float array, groups x 4
        Person-minutes saved by those who reach one now; people who gain, who reach one only then, and who gain elsewhere. NaN
        where the number of the group is known at none of the places that gain.
    known_share : float array, groups
        Of all people who gain the share whose number in the group is known; of all people themselves, of the places that gain.
    """
    is_connected = np.isinf(now) & np.isfinite(after)
    with np.errstate(invalid="ignore"):
        saved = np.where(np.isfinite(now), now - after, 0.0)
    gains = is_connected | (saved >= least_minutes)
    is_known = ~np.isnan(counts)
    known = np.where(is_known, counts, 0.0)
    found = np.column_stack([known @ saved, *(known @ chosen for chosen in (gains, is_connected, gains & ~is_near))])
    weight = np.vstack([gains.astype("float64"), *([known[0] * gains] * (len(counts) - 1))])
    total = weight.sum(axis=1)
    share = np.divide((weight * is_known).sum(axis=1), total, out=np.ones(len(counts)), where=total > 0)
    found[share == 0] = np.nan
    return found, share


def market_gain(counts: np.ndarray, weight: np.ndarray, now: np.ndarray, after: np.ndarray, parameters: AccessParameters) -> np.ndarray:
    """Gain in the logarithm of market access added up over the people, group by group, who reach a market now."""
    changed = np.flatnonzero((after < now).any(axis=0))
    before, then = (market_access(minutes[:, changed], weight, parameters) for minutes in (now, after))
    is_known = ~np.isnan(before) & (before > 0)
    return np.asarray(np.nan_to_num(counts[:, changed][:, is_known]) @ np.log(then[is_known] / before[is_known]))


def market_access(minutes: np.ndarray, weight: np.ndarray, parameters: AccessParameters) -> np.ndarray:
    """sum_j weight_j minutes_ij^-theta of each place; NaN where it reaches none.

    Parameters
    ----------
    minutes : float array, targets x places
        inf where no way leads there: such a market counts nothing. Shorter ways than ``least_minutes`` count as that long.
    weight : float array, targets
        People, or what stands for the size of a market.
    parameters : AccessParameters
    """
    assert parameters.theta is not None
    reached = np.isfinite(minutes)
    pull = np.where(reached, np.maximum(minutes, parameters.least_minutes) ** -parameters.theta, 0.0)
    return np.asarray(np.where(reached.any(axis=0), weight @ pull, np.nan))


class Around:
    """Which places lie around which areas."""

    def __init__(self, areas: np.ndarray, places: np.ndarray, counts: np.ndarray, near_m: float) -> None:
        self._counts, self._n_areas = np.nan_to_num(counts), len(areas)
        placed = np.flatnonzero(~shapely.is_missing(areas))
        if len(places) and len(placed):
            tree = shapely.STRtree(shapely.points(places))
            area, place = tree.query(areas[placed], predicate="dwithin", distance=near_m)
            order = np.lexsort((place, area))
            self._area, self._place = placed[area[order]], place[order]
        else:
            self._area = self._place = np.empty(0, dtype="int64")

    def mean_minutes(self, now: np.ndarray, minutes: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """Mean over the people around each area who reach a destination now, groups x areas; NaN where there are none."""
        area, place = (self._area, self._place) if rows is None else self._of(rows)
        found = [self._mean(area, np.where(np.isfinite(now[place]), people[place], 0.0), minutes[place]) for people in self._counts]
        means = np.vstack(found)
        return means if rows is None else means[:, rows]

    def _mean(self, area: np.ndarray, people: np.ndarray, minutes: np.ndarray) -> np.ndarray:
        total = np.bincount(area, people * np.where(people > 0, minutes, 0.0), self._n_areas)
        mass = np.bincount(area, people, self._n_areas)
        return np.asarray(np.divide(total, mass, out=np.full(self._n_areas, np.nan), where=mass > 0))

    def inside(self, areas: np.ndarray) -> np.ndarray:
        """Boolean per place: it lies around one of the areas."""
        is_near = np.zeros(self._counts.shape[1], dtype=bool)
        is_near[self._of(areas)[1]] = True
        return is_near

    def _of(self, areas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        first, last = np.searchsorted(self._area, areas, "left"), np.searchsorted(self._area, areas, "right")
        at = np.concatenate([np.arange(low, high) for low, high in zip(first, last, strict=True)]) if len(areas) else first
        return self._area[at], self._place[at]
