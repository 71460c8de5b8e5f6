"""How people walk off the road: how long a way takes, and what lies across it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from scipy import sparse


@dataclass(frozen=True)
class Walking:
    """How people walk off the road.

    Attributes
    ----------
    minutes : function (k x 2 starts, k x 2 ends) -> k minutes
        inf where a way cannot be walked.
    max_m : float
        Farthest way, as the crow flies.
    ties : int
        Nearest links that a place is tied to.
    barriers : array of geometries, optional
        Nobody walks across them, e.g. rivers.
    around : array of n geometries, optional
        Areas, None where released; a way across one is closed until it is released.
    """

    minutes: Callable[[np.ndarray, np.ndarray], np.ndarray]
    max_m: float
    ties: int
    barriers: np.ndarray | None = None
    around: np.ndarray | None = None

    def is_barred(self, homes: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Boolean per way: a barrier lies across it, other than one that the home itself lies in."""
        barred = np.zeros(len(homes), dtype=bool)
        if self.barriers is not None:
            barred[find_crossed(homes, ends, self.barriers)[0]] = True
        return barred

    def closers(self, homes: np.ndarray, ends: np.ndarray, n_areas: int) -> sparse.csr_array:
        """Which area closes which way on foot, k x n; none where people walk across areas as if they were not there."""
        if self.around is None:
            return sparse.csr_array((len(homes), n_areas))
        way, area = find_crossed(homes, ends, self.around)
        return sparse.csr_array((np.ones(len(way)), (way, area)), shape=(len(homes), n_areas))


def find_crossed(homes: np.ndarray, ends: np.ndarray, shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of way and shape that lies across it; who lives in a shape has a way out of it.

    Parameters
    ----------
    homes, ends : float arrays, k x 2
        Straight ways from a home (or a destination) to a road or a destination.
    shapes : array of geometries
        None is never met.

    Returns
    -------
    two int arrays
        Rows of ways and of shapes, in order.
    """
    ways = shapely.linestrings(np.stack([homes, ends], axis=1)) if len(homes) else np.empty(0, dtype=object)
    way, shape = shapely.STRtree(shapes).query(ways, predicate="intersects")
    lives_outside = ~shapely.intersects(shapely.points(homes[way]), shapes[shape])
    way, shape = way[lives_outside], shape[lives_outside]
    order = np.lexsort((shape, way))
    return way[order], shape[order]
