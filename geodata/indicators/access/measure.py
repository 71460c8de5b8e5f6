"""Measures of access for each area: what releasing it, or it with the other areas of its route or community, gives, and whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata.indicators.access.closures import Closures, find_closures
from geodata.indicators.access.gains import Times
from geodata.indicators.access.links import Links, cut_at_junctions
from geodata.indicators.access.network import Walking, build_network
from geodata.indicators.parameters import AccessParameters

MEASURES = (
    "minutes_now", "minutes_after", "minutes_saved", "people_gaining", "people_connected", "people_outside", "market_access_gain",
)  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """What access is measured on; everything in one projected CRS in metres.

    Attributes
    ----------
    areas : array of n geometries
        None where an area has no place.
    is_released : boolean array, n
    said : float array, n
        What the record says: 1 it blocks a road, 0 it does not, NaN it does not say.
    may_infer : boolean array, n
        The rule of config.yaml holds for the area.
    community : object array, n
        Code of the community; None where unknown.
    roads : array of lines
    speed_kmh : float array, one a road
    can_close, is_inferable : boolean arrays, one a road
        False for a road known to be in use; whether the rule may close it.
    route : object array, one a road
        Name of the route; None where it has none.
    places, people : float arrays, p x 2 and p
        Where people live, and how many.
    destinations, weight : float arrays, d x 2 and d
        Where they go to, and what each counts in market access.
    """

    areas: np.ndarray
    is_released: np.ndarray
    said: np.ndarray
    may_infer: np.ndarray
    community: np.ndarray
    roads: np.ndarray
    speed_kmh: np.ndarray
    can_close: np.ndarray
    is_inferable: np.ndarray
    route: np.ndarray
    places: np.ndarray
    people: np.ndarray
    destinations: np.ndarray
    weight: np.ndarray


@dataclass(frozen=True)
class AccessGains:
    """Measures of each area, and how far they rest on inference.

    Attributes
    ----------
    values : DataFrame, n rows, columns ``MEASURES``
        NaN = unknown: the area has no place, or blocks a road that the network does not hold.
    inferred_share : float or None
        Share 0..1 of the person-minutes saved (or, of market access, of its gain) by areas of which no record says that they
        block a road; None where nothing is gained.
    n_closing, n_inferred, n_lost : int
        Areas that close a road; of them by inference; areas that block a road which the network does not hold.
    """

    values: pd.DataFrame
    inferred_share: float | None
    n_closing: int
    n_inferred: int
    n_lost: int


def access(ground: Ground, parameters: AccessParameters, walking: Walking) -> AccessGains:
    """Travel time and market access now and with each area (or its route or community) released.

    Parameters
    ----------
    ground : Ground
    parameters : AccessParameters
    walking : Walking

    Returns
    -------
    AccessGains
        0 where an area closes no road: its release changes no travel time on this network.

    References
    ----------
    Donaldson & Hornbeck (2016), doi:10.1093/qje/qjw002; Chiovelli, Michalopoulos & Papaioannou, Econometrica 93(5), 2025.
    """
    links = cut_at_junctions(ground.roads, parameters.snap_m)
    closures = _closures(ground, links, parameters)
    minutes_per_m = 60.0 / (ground.speed_kmh[links.road] * 1_000.0)
    network = build_network(links, minutes_per_m, closures, ground.places, ground.destinations, walking)
    times = Times(network, parameters.max_minutes, nearest_only=parameters.theta is None)
    groups, of_area = _groups(ground, links, closures, parameters)
    values = pd.DataFrame(_measure(ground, times, groups, of_area, parameters), columns=list(MEASURES))
    is_unknown = shapely.is_missing(ground.areas) | closures.is_lost
    if parameters.together == "community":
        is_unknown |= pd.isna(ground.community)
    values.loc[is_unknown] = np.nan
    return AccessGains(
        values=values,
        inferred_share=_inferred_share(values, of_area, closures, parameters),
        n_closing=len(np.unique(closures.area)),
        n_inferred=int(closures.is_inferred.sum()),
        n_lost=int(closures.is_lost.sum()),
    )


def _closures(ground: Ground, links: Links, parameters: AccessParameters) -> Closures:
    areas = ground.areas.copy()
    areas[ground.is_released] = None
    can_close, is_inferable = ground.can_close[links.road], ground.is_inferable[links.road]
    inferred = np.isnan(ground.said) & ground.may_infer
    return find_closures(areas, ground.said == 1, inferred, links, can_close, is_inferable, parameters.reach_m)


def _groups(ground: Ground, links: Links, closures: Closures, parameters: AccessParameters) -> tuple[list[np.ndarray], np.ndarray]:
    """Closing areas that are freed together, and the group of each area, -1 for none."""
    closing = np.unique(closures.area)
    of_area = np.full(len(ground.areas), -1)
    if parameters.together == "area":
        of_area[closing] = np.arange(len(closing))
        return [closing[[number]] for number in range(len(closing))], of_area
    if parameters.together == "community":
        names = pd.Series(ground.community, dtype="object")
        members = pd.Series(closing).groupby(names.iloc[closing].to_numpy(), sort=True)
    else:
        names, members = _routes(ground, links, closures)
    number = {name: row for row, (name, _) in enumerate(members)}
    of_area = names.map(number).fillna(-1).to_numpy("int64")
    return [np.unique(rows.to_numpy()) for _, rows in members], of_area


def _routes(ground: Ground, links: Links, closures: Closures) -> tuple[pd.Series, Any]:
    """The route that each area closes most of, and all the areas that close each route."""
    route = ground.route[links.road[closures.link]]
    stretches = pd.DataFrame({"area": closures.area, "route": route, "m": closures.to_m - closures.from_m}).dropna(subset="route")
    closed_m = stretches.groupby(["area", "route"])["m"].sum().reset_index()
    main = closed_m.sort_values(["area", "m", "route"], ascending=[True, False, True]).drop_duplicates("area")
    names = pd.Series(None, index=range(len(ground.areas)), dtype="object")
    names.iloc[main["area"].to_numpy()] = main["route"].to_numpy()
    return names, closed_m.groupby("route", sort=True)["area"]


def _measure(ground: Ground, times: Times, groups: list[np.ndarray], of_area: np.ndarray, parameters: AccessParameters) -> np.ndarray:
    """All measures of each area, n x measures; an area of no group gains nothing."""
    found = np.zeros((len(of_area), len(MEASURES)))
    near = _Near(ground, parameters.near_m)
    now = _nearest(times.now)
    found[:, 0] = found[:, 1] = near.mean_minutes(now, now)
    if parameters.theta is None:
        found[:, 6] = np.nan
    for number, opening in enumerate(times.open(groups)):
        rows = np.flatnonzero(of_area == number)
        if opening is None or not len(rows):
            continue
        after = _nearest(opening.minutes)
        found[rows, 1] = near.mean_minutes(now, after, rows)
        found[rows, 2:6] = _people(ground.people, now, after, near.inside(groups[number]), parameters.gain_minutes)
        if parameters.theta is not None:
            found[rows, 6] = _market_gain(ground, times.now, opening.minutes, parameters)
    return found


def _nearest(minutes: np.ndarray) -> np.ndarray:
    return minutes.min(axis=0) if len(minutes) else np.full(minutes.shape[1], np.inf)


def _people(people: np.ndarray, now: np.ndarray, after: np.ndarray, is_near: np.ndarray, least: float) -> tuple[float, ...]:
    """Person-minutes saved by those who reach one now; people who gain, who reach one only then, and who gain elsewhere."""
    is_connected = np.isinf(now) & np.isfinite(after)
    with np.errstate(invalid="ignore"):
        saved = np.where(np.isfinite(now), now - after, 0.0)
    gains = is_connected | (saved >= least)
    return float(people @ saved), float(people[gains].sum()), float(people[is_connected].sum()), float(people[gains & ~is_near].sum())


def _market_gain(ground: Ground, now: np.ndarray, after: np.ndarray, parameters: AccessParameters) -> float:
    """Gain in the logarithm of market access added up over the people who reach a market now."""
    changed = np.flatnonzero((after < now).any(axis=0))
    before, then = (market_access(minutes[:, changed], ground.weight, parameters) for minutes in (now, after))
    is_known = ~np.isnan(before)
    return float(ground.people[changed][is_known] @ (np.log(then[is_known] / before[is_known])))


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
    pull = np.where(reached, np.maximum(minutes, parameters.least_minutes), np.inf) ** -parameters.theta
    return np.asarray(np.where(reached.any(axis=0), weight @ pull, np.nan))


class _Near:
    """Which places lie around which areas."""

    def __init__(self, ground: Ground, near_m: float) -> None:
        self._people, self._n_areas = ground.people, len(ground.areas)
        placed = np.flatnonzero(~shapely.is_missing(ground.areas))
        if len(ground.places) and len(placed):
            tree = shapely.STRtree(shapely.points(ground.places))
            area, place = tree.query(ground.areas[placed], predicate="dwithin", distance=near_m)
            order = np.lexsort((place, area))
            self._area, self._place = placed[area[order]], place[order]
        else:
            self._area = self._place = np.empty(0, dtype="int64")

    def mean_minutes(self, now: np.ndarray, minutes: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """Mean over the people around each area who reach a destination now; NaN where there are none."""
        area, place = (self._area, self._place) if rows is None else self._of(rows)
        people = np.where(np.isfinite(now[place]), self._people[place], 0.0)
        total = np.bincount(area, people * np.where(people > 0, minutes[place], 0.0), self._n_areas)
        mass = np.bincount(area, people, self._n_areas)
        mean = np.divide(total, mass, out=np.full(self._n_areas, np.nan), where=mass > 0)
        return np.asarray(mean if rows is None else mean[rows])

    def inside(self, areas: np.ndarray) -> np.ndarray:
        """Boolean per place: it lies around one of the areas."""
        is_near = np.zeros(len(self._people), dtype=bool)
        is_near[self._of(areas)[1]] = True
        return is_near

    def _of(self, areas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        first, last = np.searchsorted(self._area, areas, "left"), np.searchsorted(self._area, areas, "right")
        at = np.concatenate([np.arange(low, high) for low, high in zip(first, last, strict=True)]) if len(areas) else first
        return self._area[at], self._place[at]


def _inferred_share(values: pd.DataFrame, of_area: np.ndarray, closures: Closures, parameters: AccessParameters) -> float | None:
    column = "minutes_saved" if parameters.theta is None else "market_access_gain"
    closing = np.unique(closures.area)
    gain = values[column].to_numpy()[closing]
    if parameters.together != "area":
        # a group counts once, by the share of its closing areas that are inferred
        frame = pd.DataFrame({"group": of_area[closing], "gain": gain, "inferred": closures.is_inferred[closing]})
        frame = frame.groupby("group").agg(gain=("gain", "first"), inferred=("inferred", "mean"))
        gain, inferred = frame["gain"].to_numpy(), frame["inferred"].to_numpy("float64")
    else:
        inferred = closures.is_inferred[closing].astype("float64")
    total = np.nansum(gain)
    return float(np.nansum(gain * inferred) / total) if total > 0 else None
