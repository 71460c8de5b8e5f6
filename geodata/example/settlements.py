"""Where people live: towns at rivers, bays and plains, villages around them, and what the larger ones have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from geodata.example.grid import Floats, fractal_noise, generator
from geodata.example.names import invented_names
from geodata.example.terrain import Terrain

__all__ = ["PROVINCES", "Settlements", "make_settlements"]

PROVINCES, DISTRICTS, COMMUNES, VILLAGE_AREAS, PLACES = 8, 44, 210, 1300, 2600
PEOPLE = 3_200_000
RETURNEE_PLACES = 60


@dataclass(frozen=True)
class Settlements:
    """Places, largest first.

    Attributes
    ----------
    xy : array (n, 2), metres
    people : array (n,)
    rank : array (n,), 1 capital, 2 province capital, 3 district town, 4 commune seat, 5 village with an area, 6 hamlet
    name : list of str
    is_listed : array (n,) of bool, False for returnee settlements that no gazetteer knows
    """

    xy: Floats
    people: NDArray[np.int64]
    rank: NDArray[np.int64]
    name: list[str]
    is_listed: NDArray[np.bool_]

    def seats(self, rank: int) -> NDArray[np.int64]:
        """Numbers of the places of this rank or a higher one."""
        return np.flatnonzero(self.rank <= rank)


def make_settlements(seed: int, terrain: Terrain) -> Settlements:
    """All places of the country."""
    rng = generator(seed, "settlements")
    charm = _suitability(rng, terrain)
    cells = _spread(rng, charm, terrain)
    n = len(cells)
    xy = terrain.grid.xy(cells) + rng.uniform(-140, 140, (n, 2))
    appeal = np.log(charm.ravel()[cells]) + 0.7 * np.log(charm.ravel()[terrain.grid.flat(xy)].clip(1e-6)) + rng.gumbel(0, 0.55, n)
    order = _capitals_apart(np.argsort(-appeal, kind="stable"), xy)
    xy = xy[order]
    size = (np.arange(n) + 2.2) ** -0.92 * rng.lognormal(0, 0.22, n)
    people = np.maximum(np.round(size / size.sum() * PEOPLE), 25).astype(np.int64)
    people = np.sort(people)[::-1].copy()
    people[0] = int(people[0] * 2.2)
    rank = np.digitize(np.arange(n), [1, PROVINCES, DISTRICTS, COMMUNES, VILLAGE_AREAS]) + 1
    listed = np.ones(n, dtype=bool)
    hamlets = np.flatnonzero(rank == 6)
    listed[rng.choice(hamlets, size=min(RETURNEE_PLACES, len(hamlets)), replace=False)] = False
    return Settlements(xy, people, rank, invented_names(rng, n), listed)


def _suitability(rng: np.random.Generator, terrain: Terrain) -> Floats:
    """How much a cell draws settlers, above 0 on land only."""
    to_river = ndimage.distance_transform_edt(~(terrain.river | terrain.lake)) * 0.4
    to_sea = ndimage.distance_transform_edt(terrain.land) * 0.4
    charm = np.exp(-((np.maximum(terrain.height, 0) / 750.0) ** 1.2)) * np.exp(-((terrain.slope_deg / 7.0) ** 1.5))
    charm *= 0.35 + np.exp(-to_river / 2.2) + 0.8 * np.exp(-to_sea / 3.5)
    charm *= np.exp(0.55 * fractal_noise(rng, terrain.grid.shape, 2.8))
    label, n = ndimage.label(terrain.land)
    sizes = np.bincount(label.ravel(), minlength=n + 1)
    large = sizes[label] >= 60
    return np.where(terrain.land & ~terrain.lake & large & (to_sea > 0.8), charm, 0.0)


def _spread(rng: np.random.Generator, charm: Floats, terrain: Terrain) -> NDArray[np.int64]:
    """Cells drawn by suitability, none closer than 1.6 km to one drawn before."""
    weight = charm.ravel() / charm.sum()
    drawn = rng.choice(charm.size, size=min(14_000, int((weight > 0).sum())), replace=False, p=weight, shuffle=True)
    tree = cKDTree(terrain.grid.xy(drawn))
    pairs = tree.query_pairs(1600.0, output_type="ndarray")
    pairs.sort(axis=1)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    kept = np.ones(len(drawn), dtype=bool)
    for one, two in pairs.tolist():
        if kept[one]:
            kept[two] = False
    return np.asarray(drawn[kept][:PLACES], dtype=np.int64)


def _capitals_apart(order: NDArray[np.int64], xy: Floats) -> NDArray[np.int64]:
    """Reorder so that seats of each level keep a distance from one another."""
    chosen: list[int] = []
    is_chosen = np.zeros(len(order), dtype=bool)
    for count, apart_m in ((PROVINCES, 52_000.0), (DISTRICTS, 19_000.0), (COMMUNES, 7_500.0), (VILLAGE_AREAS, 2_600.0)):
        while len(chosen) < min(count, len(order)):
            before = len(chosen)
            for k in order.tolist():
                if len(chosen) >= count:
                    break
                if is_chosen[k]:
                    continue
                near = np.asarray(chosen, dtype=np.int64)
                if len(near) == 0 or float(np.min(np.hypot(*(xy[near] - xy[k]).T))) >= apart_m:
                    chosen.append(k)
                    is_chosen[k] = True
            apart_m *= 0.8 if len(chosen) == before else 0.9
    rest = [k for k in order.tolist() if not is_chosen[k]]
    return np.asarray(chosen + rest, dtype=np.int64)
