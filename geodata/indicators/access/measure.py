"""Measures of access for each area: what releasing it, or it with the other areas of its route or community, gives, and whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata.indicators.access.closures import Closures, find_closures
from geodata.indicators.access.gains import Times
from geodata.indicators.access.links import Links, cut_at_junctions
from geodata.indicators.access.network import build_network
from geodata.indicators.access.parameters import AccessParameters
from geodata.indicators.access.people import ALL, Around, count_gains, market_gain, stack_groups
from geodata.indicators.access.walking import Walking

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
        Where people live, and how many; NaN where unknown.
    destinations, weight : float arrays, d x 2 and d
        Where they go to, and what each counts in market access.
    groups : name -> float array, p
        People of a group, e.g. women, at each place; NaN where unknown.
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
    groups: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class GroupGains:
    """What each area gives to one group of people.

    Attributes
    ----------
    values : DataFrame, n rows, columns ``MEASURES``
        NaN = unknown: the area has no place, or blocks a road that the network does not hold, or the number of the group is
        known at none of the places that gain.
    known_share : float array, n
        Share 0..1 of the gain for which the number of people is known, by people; see :func:`count_gains`.
    inferred_share : float or None
        Share 0..1 of the person-minutes saved (or, of market access, of its gain) by areas of which no record says that they
        block a road; None where nothing is gained.
    """

    values: pd.DataFrame
    known_share: np.ndarray
    inferred_share: float | None


@dataclass(frozen=True)
class AccessGains:
    """Measures of each area, and how far they rest on inference.

    Attributes
    ----------
    groups : dict name -> GroupGains
        All people, under ``ALL``, and each group of the parameters.
    n_closing, n_inferred, n_lost : int
        Areas that close a road or a way on foot; of them by inference; areas that block a road which the network does not hold.
    unknown_friction_share : float or None
        Share 0..1 of the ground under ways on foot that the friction layer does not know; None without one.
    """

    groups: dict[str, GroupGains]
    n_closing: int
    n_inferred: int
    n_lost: int
    unknown_friction_share: float | None = None

    @property
    def values(self) -> pd.DataFrame:
        """Measures of all people."""
        return self.groups[ALL].values

    @property
    def inferred_share(self) -> float | None:
        """Of the gain of all people."""
        return self.groups[ALL].inferred_share


def access(ground: Ground, parameters: AccessParameters, walking: Walking, progress: Callable[[float], None] | None = None) -> AccessGains:
    """Travel time and market access now and with each area (or its route or community) released.

    Parameters
    ----------
    ground : Ground
    parameters : AccessParameters
    walking : Walking
    progress : callable, optional
        Called now and then with the share done, 0..1; what it raises stops the work.

    Returns
    -------
    AccessGains
        0 where an area closes no road: its release changes no travel time on this network.

    References
    ----------
    Donaldson & Hornbeck (2016), doi:10.1093/qje/qjw002; Chiovelli, Michalopoulos & Papaioannou, Econometrica 93(5), 2025.
    """
    say = progress or _silent
    links = cut_at_junctions(ground.roads, parameters.snap_m)
    say(0.05)
    closures = _closures(ground, links, parameters)
    say(0.1)
    minutes_per_m = 60.0 / (ground.speed_kmh[links.road] * 1_000.0)
    network = build_network(links, minutes_per_m, closures, ground.places, ground.destinations, walking)
    closing = np.unique(network.closers.indices).astype("int64")
    # an area that closes only ways on foot does so by the rule of config.yaml
    on_foot = np.setdiff1d(closing, closures.area)
    is_inferred = closures.is_inferred.copy()
    is_inferred[on_foot] = True
    closures = replace(closures, is_inferred=is_inferred)
    say(0.2)
    times = Times(network, parameters.max_minutes, nearest_only=parameters.theta is None, progress=lambda share: say(0.2 + 0.2 * share))
    groups, of_area = _groups(ground, links, closures, closing, parameters)
    values, known = _measure(ground, times, groups, of_area, parameters, lambda share: say(0.4 + 0.6 * share))
    is_unknown = shapely.is_missing(ground.areas) | closures.is_lost
    if parameters.together == "community":
        is_unknown |= pd.isna(ground.community)
    values[:, is_unknown], known[:, is_unknown] = np.nan, np.nan
    say(1.0)
    return AccessGains(
        groups={
            name: GroupGains(frame := pd.DataFrame(values[row], columns=list(MEASURES)), known[row],
                             _inferred_share(frame, of_area, closing, is_inferred, parameters))
            for row, name in enumerate([ALL, *ground.groups])
        },
        n_closing=len(closing), n_inferred=int(is_inferred.sum()), n_lost=int(closures.is_lost.sum()),
    )  # fmt: skip


def _silent(_share: float) -> None:
    """Progress that nobody watches."""


def _closures(ground: Ground, links: Links, parameters: AccessParameters) -> Closures:
    areas = ground.areas.copy()
    areas[ground.is_released] = None
    can_close, is_inferable = ground.can_close[links.road], ground.is_inferable[links.road]
    inferred = np.isnan(ground.said) & ground.may_infer
    return find_closures(areas, ground.said == 1, inferred, links, can_close, is_inferable, parameters.reach_m)


def _groups(
    ground: Ground, links: Links, closures: Closures, closing: np.ndarray, parameters: AccessParameters
) -> tuple[list[np.ndarray], np.ndarray]:
    """Closing areas that are freed together, and the group of each area, -1 for none."""
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


def _measure(
    ground: Ground, times: Times, groups: list[np.ndarray], of_area: np.ndarray, parameters: AccessParameters, say: Callable[[float], None]
) -> tuple[np.ndarray, np.ndarray]:
    """All measures of each group of people and area, and how much of them is known; an area of no group gains nothing."""
    counts = stack_groups(ground.people, ground.groups)
    found = np.zeros((len(counts), len(of_area), len(MEASURES)))
    known = np.ones((len(counts), len(of_area)))
    around = Around(ground.areas, ground.places, counts, parameters.near_m)
    now = _nearest(times.now)
    found[:, :, 0] = found[:, :, 1] = around.mean_minutes(now, now)
    if parameters.theta is None:
        found[:, :, 6] = np.nan
    for number, opening in enumerate(times.open(groups)):
        say(number / len(groups))
        rows = np.flatnonzero(of_area == number)
        if opening is None or not len(rows):
            continue
        after = _nearest(opening.minutes)
        found[:, rows, 1] = around.mean_minutes(now, after, rows)
        gains, known_share = count_gains(counts, now, after, around.inside(groups[number]), parameters.gain_minutes)
        found[:, rows, 2:6], known[:, rows] = gains[:, None, :], known_share[:, None]
        if parameters.theta is not None:
            gain = market_gain(counts, ground.weight, times.now, opening.minutes, parameters)
            found[:, rows, 6] = np.where(known_share > 0, gain, np.nan)[:, None]
    return found, known


def _nearest(minutes: np.ndarray) -> np.ndarray:
    return minutes.min(axis=0) if len(minutes) else np.full(minutes.shape[1], np.inf)


def _inferred_share(
    values: pd.DataFrame, of_area: np.ndarray, closing: np.ndarray, is_inferred: np.ndarray, parameters: AccessParameters
) -> float | None:
    column = "minutes_saved" if parameters.theta is None else "market_access_gain"
    gain = values[column].to_numpy()[closing]
    if parameters.together != "area":
        # a group counts once, by the share of its closing areas that are inferred
        frame = pd.DataFrame({"group": of_area[closing], "gain": gain, "inferred": is_inferred[closing]})
        frame = frame.groupby("group").agg(gain=("gain", "first"), inferred=("inferred", "mean"))
        gain, inferred = frame["gain"].to_numpy(), frame["inferred"].to_numpy("float64")
    else:
        inferred = is_inferred[closing].astype("float64")
    total = np.nansum(gain)
    return float(np.nansum(gain * inferred) / total) if total > 0 else None
