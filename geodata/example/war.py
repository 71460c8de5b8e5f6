"""Why hazards lie where they lie: the traces of an invented war, as clusters of places with a heading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy import ndimage, sparse
from scipy.sparse import csgraph
from scipy.spatial import Delaunay

from geodata.example.grid import CRS, Floats, fractal_noise, generator
from geodata.example.network import Roads
from geodata.example.settlements import Settlements
from geodata.example.surface import Surface
from geodata.example.terrain import Terrain

__all__ = ["CAUSES", "Cause", "Traces", "War", "make_traces", "make_war"]


@dataclass(frozen=True)
class Cause:
    """A reason for hazards: how common, how clustered and what it leaves.

    ``along_m`` and ``across_m`` spread a cluster, ``stretch`` is the length of an area over its width, ``mixes`` lists
    combinations of explosive ordnance with their shares.
    """

    name: str
    share: float
    per_cluster: float
    along_m: float
    across_m: float
    stretch: float
    mixes: tuple[tuple[str, float], ...]


CAUSES = (
    Cause("front line", 0.25, 7, 2600, 380, 2.2, (("AP_MINE", 0.6), ("AP_MINE;AV_MINE", 0.25), ("AP_MINE;UXO", 0.15))),
    Cause("armistice strip", 0.11, 9, 3800, 140, 3.6, (("AP_MINE", 0.55), ("AP_MINE;AV_MINE", 0.45))),
    Cause("base", 0.12, 5, 900, 900, 1.6, (("AP_MINE", 0.7), ("AP_MINE;AXO", 0.3))),
    Cause("bridge", 0.06, 2, 160, 160, 1.5, (("AP_MINE;AV_MINE", 0.5), ("AP_MINE", 0.3), ("AV_MINE", 0.2))),
    Cause("road", 0.10, 3, 900, 60, 4.5, (("AV_MINE", 0.8), ("AP_MINE;AV_MINE", 0.2))),
    Cause("pylon", 0.06, 4, 900, 40, 1.2, (("AP_MINE", 1.0),)),
    Cause("well", 0.04, 1.4, 250, 250, 1.2, (("AP_MINE", 0.8), ("BOOBY_TRAP", 0.2))),
    Cause("school used as barracks", 0.03, 1.3, 200, 200, 1.2, (("AP_MINE", 0.5), ("UXO", 0.3), ("BOOBY_TRAP;UXO", 0.2))),
    Cause("cluster strike", 0.11, 6, 1100, 380, 2.0, (("CMR", 0.85), ("CMR;UXO", 0.15))),
    Cause("village defence", 0.06, 3, 700, 700, 1.8, (("AP_MINE", 0.75), ("UXO", 0.25))),
    Cause("depot explosion", 0.02, 9, 700, 700, 1.1, (("UXO;AXO", 0.7), ("UXO", 0.3))),
    Cause("late insurgency", 0.04, 2.5, 1500, 1500, 1.5, (("AP_MINE_IMPROVISED", 0.6), ("IED", 0.25), ("AP_MINE_IMPROVISED;IED", 0.15))),
)


@dataclass(frozen=True)
class War:
    """Where the invented war went.

    Attributes
    ----------
    front_km : 2-d array, signed distance-like measure to the main front on the 400 m grid
    intensity : 2-d array 0..1, how hard a place was fought over
    power_line : GeoDataFrame of LineString
    insecure : GeoDataFrame of Polygon, where armed groups are active today
    """

    front_km: Floats
    strip_km: Floats
    intensity: Floats
    power_line: GeoDataFrame
    insecure: GeoDataFrame


@dataclass(frozen=True)
class Traces:
    """Candidate places of hazard areas, in random order.

    ``xy`` metres, ``heading`` radians, ``stretch`` length over width, ``cause`` number into ``CAUSES``.
    """

    xy: Floats
    heading: Floats
    stretch: Floats
    cause: NDArray[np.int64]
    cluster: NDArray[np.int64]

    def of(self, rows: NDArray[np.int64]) -> Traces:
        """The places of some rows, in their order."""
        return Traces(self.xy[rows], self.heading[rows], self.stretch[rows], self.cause[rows], self.cluster[rows])


def make_war(seed: int, terrain: Terrain, places: Settlements) -> War:
    """Fronts, strip, power lines and the zones that are insecure today."""
    rng = generator(seed, "war")
    grid = terrain.grid
    centres = grid.xy(np.arange(grid.n_rows * grid.n_cols)).reshape(*grid.shape, 2) / 1000
    middle = centres[terrain.land].mean(axis=0)
    turn = rng.uniform(0, np.pi)
    front = _line(centres, middle + rng.normal(0, 15, 2), turn) + 16 * fractal_noise(rng, grid.shape, 3.4)
    strip = _line(centres, middle + rng.normal(0, 40, 2), turn + rng.uniform(0.9, 1.6)) + 5 * fractal_noise(rng, grid.shape, 3.6)
    waves = [np.exp(-np.abs(front - shift) / width) for shift, width in ((0, 7.0), (26, 5.0), (-31, 5.0))]
    intensity = np.clip(np.max(waves, axis=0) + 0.6 * np.exp(-np.abs(strip) / 3.0), 0, 1)
    return War(front, strip, intensity, _power_line(places), _insecure(rng, terrain, intensity, places))


def _line(centres: Floats, through: Floats, turn: float) -> Floats:
    return np.asarray((centres[..., 0] - through[0]) * np.cos(turn) + (centres[..., 1] - through[1]) * np.sin(turn))


def _power_line(places: Settlements) -> GeoDataFrame:
    """High-voltage lines: the shortest tree over the towns."""
    xy = places.xy[places.seats(3)]
    triangles = Delaunay(xy).simplices
    pairs = np.unique(np.sort(np.concatenate((triangles[:, :2], triangles[:, 1:], triangles[:, ::2])), axis=1), axis=0)
    length = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    near = length < 45_000
    graph = sparse.csr_array((length[near], (pairs[near, 0], pairs[near, 1])), shape=(len(xy), len(xy)))
    one, two = csgraph.minimum_spanning_tree(graph).nonzero()
    lines = [shapely.LineString(xy[[a, b]]) for a, b in zip(one, two, strict=True)]
    return GeoDataFrame({"kind": ["power line"] * len(lines)}, geometry=lines, crs=CRS)


def _insecure(rng: np.random.Generator, terrain: Terrain, intensity: Floats, places: Settlements) -> GeoDataFrame:
    """Three zones of armed activity, away from the capital."""
    away = np.hypot(*(places.xy - places.xy[0]).T)
    weight = terrain.grid.at(intensity, places.xy).astype(np.float64) * (away > 60_000) + 1e-9
    picks = rng.choice(len(weight), size=3, replace=False, p=weight / weight.sum())
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    zones = []
    for pick in picks:
        radius = rng.uniform(7_000, 13_000) * (1 + 0.18 * np.sin(3 * turn + rng.uniform(0, 6)) + 0.1 * np.sin(5 * turn + rng.uniform(0, 6)))
        ring = places.xy[pick] + radius[:, None] * np.column_stack((np.cos(turn), np.sin(turn)))
        zones.append(shapely.intersection(shapely.Polygon(ring), terrain.coast))
    return GeoDataFrame({"zone": ["A", "B", "C"], "kind": ["armed activity"] * 3}, geometry=zones, crs=CRS)


def make_traces(seed: int, n: int, terrain: Terrain, places: Settlements, roads: Roads, surface: Surface, war: War) -> Traces:
    """At least ``n`` candidate places, each cause with its share; very many lie further apart than the war put them."""
    rng = generator(seed, "traces")
    spread = float(np.clip(np.sqrt(n / 20_000), 1.0, 8.0) ** 1.3)
    parts = []
    for number, cause in enumerate(CAUSES):
        wanted = max(int(np.ceil(cause.share * n)), 3)
        clusters = max(int(np.ceil(wanted / cause.per_cluster)), 1)
        centre, heading = _centres(rng, cause.name, clusters, terrain, places, roads, surface, war)
        member = rng.choice(clusters, size=wanted, p=rng.dirichlet(np.full(clusters, 2.0)))
        parts.append((number, member, centre[member], heading[member], cause))
    xy, turn, stretch, causes, cluster = [], [], [], [], []
    for number, member, centre, heading, cause in parts:
        along = rng.normal(0, spread * cause.along_m, len(member))
        across = rng.normal(0, spread * cause.across_m, len(member))
        ring = cause.name in {"base", "village defence", "school used as barracks", "well"}
        if ring:
            # Around a place, not on it.
            far = spread * cause.along_m * rng.uniform(0.5, 1.3, len(member))
            angle = rng.uniform(0, 2 * np.pi, len(member))
            along, across, heading = far * np.cos(angle), far * np.sin(angle), heading * 0 + angle + np.pi / 2
            offset = np.column_stack((along, across))
        else:
            offset = along[:, None] * np.column_stack((np.cos(heading), np.sin(heading)))
            offset += across[:, None] * np.column_stack((-np.sin(heading), np.cos(heading)))
        xy.append(centre + offset)
        turn.append(heading + rng.normal(0, 0.25, len(member)))
        stretch.append(np.maximum(cause.stretch * rng.lognormal(0, 0.25, len(member)), 1.0))
        causes.append(np.full(len(member), number))
        cluster.append(member + 1_000_000 * number)
    mixed = rng.permutation(sum(len(part) for part in causes))
    return Traces(
        np.concatenate(xy)[mixed],
        np.concatenate(turn)[mixed],
        np.concatenate(stretch)[mixed],
        np.concatenate(causes)[mixed],
        np.concatenate(cluster)[mixed],
    )


def _centres(
    rng: np.random.Generator, cause: str, n: int, terrain: Terrain, places: Settlements, roads: Roads, surface: Surface, war: War
) -> tuple[Floats, Floats]:
    """Cluster centres and headings of one cause."""
    grid = terrain.grid
    people = np.exp(-surface.to_place_km / 4.0)
    base = np.where(terrain.land & ~terrain.lake, 1.0, 0.0) * np.exp(-terrain.slope_deg / 14.0) * (0.15 + people)
    if cause == "bridge":
        return _at_points(rng, roads.bridges, 0.05 + grid.at(war.intensity, roads.bridges).astype(float), n, 120)
    if cause == "pylon":
        towers = shapely.get_coordinates(
            shapely.line_interpolate_point(war.power_line.geometry.to_numpy()[:, None], np.arange(0.02, 1, 0.02), normalized=True)
        )
        lines = np.repeat(shapely.get_coordinates(war.power_line.geometry.to_numpy()).reshape(-1, 2, 2), 49, axis=0)
        heading = np.arctan2(*(lines[:, 1] - lines[:, 0]).T[::-1])
        weight = 0.02 + grid.at(war.intensity, towers).astype(float) ** 2
        pick = rng.choice(len(towers), size=n, p=weight / weight.sum())
        return towers[pick] + rng.normal(0, 60, (n, 2)), heading[pick]
    if cause in {"base", "school used as barracks", "well", "village defence"}:
        weight = (0.03 + grid.at(war.intensity, places.xy).astype(float)) * (np.log(places.people) if cause == "base" else 1.0)
        return _at_points(rng, places.xy, weight, n, 500)
    weight_of = {
        "front line": war.intensity**2.0 * (1 + 1.5 * np.exp(-surface.to_road_km / 2.0)),
        "armistice strip": np.exp(-np.abs(war.strip_km) / 0.7),
        "road": (roads.grade > 0) * war.intensity * np.where(roads.grade == 3, 0.6, 1.0),
        "cluster strike": war.intensity**1.5 * np.exp(-np.abs(war.front_km - 14) / 12) + 0.004 * people,
        "depot explosion": war.intensity * people,
        "late insurgency": _near_zones(terrain, war) * people,
    }
    weight = (base * weight_of[cause]).ravel()
    cells = rng.choice(weight.size, size=n, p=weight / weight.sum())
    xy = grid.xy(cells) + rng.uniform(-200, 200, (n, 2))
    field = war.strip_km if cause == "armistice strip" else war.front_km
    if cause in {"front line", "armistice strip"}:
        down, right = np.gradient(ndimage.gaussian_filter(field, 3))
        return xy, np.arctan2(right.ravel()[cells], down.ravel()[cells])
    return xy, rng.uniform(0, np.pi, n)


def _at_points(rng: np.random.Generator, points: Floats, weight: Floats, n: int, jitter_m: float) -> tuple[Floats, Floats]:
    pick = rng.choice(len(points), size=n, p=weight / weight.sum())
    return points[pick] + rng.normal(0, jitter_m, (n, 2)), rng.uniform(0, np.pi, n)


def _near_zones(terrain: Terrain, war: War) -> Floats:
    """1 inside the insecure zones, fading over 15 km."""
    grid = terrain.grid
    middle = np.asarray([zone.centroid.coords[0] for zone in war.insecure.geometry if not zone.is_empty])
    centres = grid.xy(np.arange(grid.n_rows * grid.n_cols))
    away = np.min([np.hypot(*(centres - point).T) for point in middle], axis=0).reshape(grid.shape)
    return np.asarray(np.exp(-np.maximum(away - 8_000, 0) / 6_000), dtype=np.float64)
