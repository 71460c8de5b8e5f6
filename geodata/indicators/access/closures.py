"""Which area closes which stretch of road: where its record says so, or a rule of config.yaml infers it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geodata.indicators.access.links import Links

_BESIDE_M = 1.0


@dataclass(frozen=True)
class Closures:
    """Stretches of links that areas close.

    Attributes
    ----------
    link, area : int arrays, k
        Row of the link and of the area.
    from_m, to_m : float arrays, k
        Where along the link.
    is_inferred : boolean array, n areas
        No record says that the area blocks a road; a rule does.
    is_lost : boolean array, n areas
        The area blocks a road, but none lies within reach: what it closes is unknown.
    """

    link: np.ndarray
    area: np.ndarray
    from_m: np.ndarray
    to_m: np.ndarray
    is_inferred: np.ndarray
    is_lost: np.ndarray


def find_closures(
    areas: np.ndarray, said: np.ndarray, is_inferred: np.ndarray, links: Links, may_close: np.ndarray, inferable: np.ndarray, reach_m: float
) -> Closures:
    """The stretches that each closing area lies on; where its outline meets no road, the place of the nearest within reach.

    Parameters
    ----------
    areas : array of n geometries, metres
        Released areas left out as None.
    said : boolean array, n
        The record says that the area blocks a road.
    is_inferred : boolean array, n
        The record does not say, and the rule of config.yaml holds.
    links : Links
    may_close, inferable : boolean arrays, one a link
        Links that can be closed at all, and those that the rule may close.
    reach_m : float
        How far beside a road an area may lie whose record says that it blocks one.
    """
    placed = ~shapely.is_missing(areas)
    by_record = _meet(areas, np.flatnonzero(said & placed), links.geometry, np.flatnonzero(may_close), reach_m)
    by_rule = _meet(areas, np.flatnonzero(is_inferred & placed), links.geometry, np.flatnonzero(may_close & inferable), 0.0)
    area, link, from_m, to_m = (np.concatenate(pair) for pair in zip(by_record, by_rule, strict=True))
    closes = np.zeros(len(areas), dtype=bool)
    closes[area] = True
    return Closures(link, area, from_m, to_m, is_inferred & closes, said & placed & ~closes)


def _meet(
    areas: np.ndarray, rows: np.ndarray, lines: np.ndarray, usable: np.ndarray, reach_m: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    nothing = np.empty(0, dtype="int64")
    if not len(rows) or not len(usable):
        return nothing, nothing, np.empty(0), np.empty(0)
    tree = shapely.STRtree(lines[usable])
    area, link = tree.query(areas[rows], predicate="intersects")
    area, link = rows[area], usable[link]
    found = _stretches(areas[area], area, lines, link)
    beside = np.setdiff1d(rows, found[0]) if reach_m > 0 else nothing
    if len(beside):
        (near, link), away_m = tree.query_nearest(areas[beside], max_distance=reach_m, return_distance=True, all_matches=False)
        area, link = beside[near], usable[link]
        grown = shapely.buffer(areas[area], away_m + _BESIDE_M)
        found = tuple(np.concatenate(pair) for pair in zip(found, _stretches(grown, area, lines, link), strict=True))  # type: ignore[assignment]
    return found


def _stretches(
    shapes: np.ndarray, area: np.ndarray, lines: np.ndarray, link: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Parts of links inside shapes, by their place along the link; a mere touch closes nothing."""
    parts, pair = shapely.get_parts(shapely.intersection(lines[link], shapes), return_index=True)
    is_line = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    parts, pair = parts[is_line], pair[is_line]
    on = lines[link[pair]]
    half_m = shapely.length(parts) / 2
    middle_m = shapely.line_locate_point(on, shapely.line_interpolate_point(parts, 0.5, normalized=True))
    low, high = np.maximum(middle_m - half_m, 0.0), np.minimum(middle_m + half_m, shapely.length(on))
    is_long = high > low
    return area[pair][is_long], link[pair][is_long], low[is_long], high[is_long]
