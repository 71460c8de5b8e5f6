"""Outlines of hazard areas: valid polygons of a given size and stretch, and their division into parts."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.example.grid import Floats

__all__ = ["cut_along", "outlines", "ruffled", "without_overlap"]


def outlines(rng: np.random.Generator, xy: Floats, size_m2: Floats, heading: Floats, stretch: Floats) -> NDArray[np.object_]:
    """Star-shaped polygons of 8 to 20 corners, centred on ``xy``, with the given sizes; always valid."""
    n = len(xy)
    corners = rng.integers(8, 21, n)
    owner = np.repeat(np.arange(n), corners)
    start = np.concatenate(([0], np.cumsum(corners)[:-1]))
    step = np.arange(len(owner)) - start[owner]
    angle = 2 * np.pi * (step + rng.uniform(-0.32, 0.32, len(owner))) / corners[owner]
    wave = rng.uniform(0, 2 * np.pi, (3, n))
    radius = (
        1 + 0.20 * np.sin(angle + wave[0, owner]) + 0.15 * np.sin(2 * angle + wave[1, owner]) + 0.10 * np.sin(3 * angle + wave[2, owner])
    )
    radius *= rng.uniform(0.86, 1.14, len(owner))
    long, short = np.sqrt(stretch), 1 / np.sqrt(stretch)
    x, y = radius * np.cos(angle) * long[owner], radius * np.sin(angle) * short[owner]
    following = np.where(step + 1 == corners[owner], start[owner], np.arange(len(owner)) + 1)
    doubled = np.bincount(owner, weights=x * y[following] - x[following] * y, minlength=n)
    scale = np.sqrt(size_m2 / (doubled / 2))
    cos, sin = np.cos(heading)[owner], np.sin(heading)[owner]
    points = np.column_stack((x * cos - y * sin, x * sin + y * cos)) * scale[owner][:, None] + xy[owner]
    # Each ring is closed by its first corner.
    order = np.insert(np.arange(len(owner)), start[1:], start[:-1])
    order = np.append(order, start[-1])
    rings = shapely.linearrings(np.round(points[order], 2), indices=np.repeat(np.arange(n), corners + 1))
    return np.asarray(shapely.polygons(rings), dtype=object)


def ruffled(coverage: NDArray[np.object_], every_m: float = 140.0) -> NDArray[np.object_]:
    """Polygons that share borders, with the straight edges of the grid they come from made uneven.

    Each point moves by a smooth function of its own coordinates, so that borders stay shared; gently enough (slope below 0.8)
    that none folds over.
    """

    def moved(xy: Floats) -> Floats:
        x, y = xy[:, 0], xy[:, 1]
        east = 68 * np.sin(x / 310 + 2.1 * np.sin(y / 905)) * np.cos(y / 262) + 15 * np.sin(y / 58 + x / 141)
        north = 68 * np.sin(y / 290 + 1.9 * np.sin(x / 1010)) * np.cos(x / 274) + 15 * np.sin(x / 61 - y / 133)
        return np.asarray(xy + np.column_stack((east, north)), dtype=np.float64)

    return np.asarray(shapely.transform(shapely.segmentize(coverage, every_m), moved), dtype=object)


def without_overlap(xy: Floats, radius_m: Floats) -> NDArray[np.bool_]:
    """Which circles to keep so that none covers another's middle part; earlier ones win."""
    points = shapely.points(xy)
    pairs = []
    for low, high in ((0.0, 120.0), (120.0, 300.0), (300.0, np.inf)):
        large = np.flatnonzero((radius_m > low) & (radius_m <= high))
        if len(large) == 0:
            continue
        smaller = np.flatnonzero(radius_m <= high)
        tree = shapely.STRtree(points[smaller])
        widest = float(radius_m[large].max())
        one, two = tree.query(points[large], predicate="dwithin", distance=0.85 * (radius_m[large] + widest))
        one, two = large[one], smaller[two]
        near = (one != two) & (np.hypot(*(xy[one] - xy[two]).T) < 0.85 * (radius_m[one] + radius_m[two]))
        pairs.append(np.column_stack((np.minimum(one[near], two[near]), np.maximum(one[near], two[near]))))
    both = np.unique(np.concatenate(pairs), axis=0) if pairs else np.empty((0, 2), dtype=np.int64)
    kept = np.ones(len(xy), dtype=bool)
    for first, last in both.tolist():
        if kept[first]:
            kept[last] = False
    return kept


def cut_along(shape: NDArray[np.object_], xy: Floats, heading: Floats, low: Floats, high: Floats) -> NDArray[np.object_]:
    """The part of each polygon between two shares (0..1) of its length along its heading."""
    points, owner = shapely.get_coordinates(shape, return_index=True)
    cos, sin = np.cos(heading), np.sin(heading)
    along = (points - xy[owner])[:, 0] * cos[owner] + (points - xy[owner])[:, 1] * sin[owner]
    least, most = np.full(len(shape), np.inf), np.full(len(shape), -np.inf)
    np.minimum.at(least, owner, along)
    np.maximum.at(most, owner, along)
    from_m = np.where(low <= 0, least - 1, least + low * (most - least))
    to_m = np.where(high >= 1, most + 1, least + high * (most - least))
    wide = most - least + 2000.0
    corners = np.stack([np.column_stack(pair) for pair in ((from_m, -wide), (to_m, -wide), (to_m, wide), (from_m, wide))], axis=1)
    turned = np.stack(
        (corners[..., 0] * cos[:, None] - corners[..., 1] * sin[:, None], corners[..., 0] * sin[:, None] + corners[..., 1] * cos[:, None]),
        axis=-1,
    )
    return np.asarray(shapely.intersection(shape, shapely.polygons(turned + xy[:, None, :])), dtype=object)
