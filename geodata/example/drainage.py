"""Where water runs: flow directions that never stop in a pit, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

__all__ = ["Drainage", "drain", "neighbour_edges"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Drainage:
    """Flow of every land cell down to the sea.

    ``order`` holds land cells from the sea inland, ``levels`` the bounds of equal distance (in cells) to the sea
    within it, ``receiver`` the next cell downstream by flat cell number (-1 at the mouth and in the sea).
    """

    order: Ints
    levels: Ints
    receiver: Ints

    def accumulate(self, amount: Floats) -> Floats:
        """Sum of ``amount`` over each cell and all cells upstream of it."""
        total = amount.ravel().copy()
        for k in range(len(self.levels) - 2, -1, -1):
            cells = self.order[self.levels[k] : self.levels[k + 1]]
            below = self.receiver[cells]
            inside = below >= 0
            np.add.at(total, below[inside], total[cells[inside]])
        return total

    def filled(self, height: Floats) -> Floats:
        """Height with every pit filled to its outlet."""
        out = height.ravel().copy()
        for k in range(len(self.levels) - 1):
            cells = self.order[self.levels[k] : self.levels[k + 1]]
            below = self.receiver[cells]
            out[cells] = np.maximum(out[cells], np.where(below >= 0, out[below], 0.0))
        return out


def neighbour_edges(shape: tuple[int, int], inside: NDArray[np.bool_]) -> tuple[Ints, Ints, Floats]:
    """Pairs of adjacent cells (eight neighbours) that are both inside, and their distance in cells."""
    flat = np.arange(shape[0] * shape[1]).reshape(shape)
    pairs = [
        (flat[:, :-1], flat[:, 1:], 1.0),
        (flat[:-1], flat[1:], 1.0),
        (flat[:-1, :-1], flat[1:, 1:], np.sqrt(2.0)),
        (flat[:-1, 1:], flat[1:, :-1], np.sqrt(2.0)),
    ]
    keep = inside.ravel()
    starts, ends, lengths = [], [], []
    for one, two, length in pairs:
        u, v = one.ravel(), two.ravel()
        both = keep[u] & keep[v]
        starts.append(u[both])
        ends.append(v[both])
        lengths.append(np.full(int(both.sum()), length))
    return np.concatenate(starts), np.concatenate(ends), np.concatenate(lengths)


def drain(height: Floats, land: NDArray[np.bool_]) -> Drainage:
    """Flow directions over the lowest passes to the sea (minimum spanning tree over pass heights).

    Parameters
    ----------
    height : 2-d array, metres
    land : 2-d array of bool, same shape
        Water flows to cells where this is False.
    """
    shape, n = height.shape, height.size
    u, v, length = neighbour_edges((shape[0], shape[1]), land)
    z = height.ravel()
    high, low = np.maximum(z[u], z[v]), np.minimum(z[u], z[v])
    # The pass decides; among lower neighbours of one cell the steepest wins.
    weight = high - 1e-3 * (high - low) / length
    shore = np.flatnonzero(land.ravel() & _touches(~land))
    rows = np.concatenate((u, np.full(len(shore), n)))
    cols = np.concatenate((v, shore))
    cost = np.concatenate((weight - weight.min() + 1.0, np.maximum(z[shore] - weight.min(), 0) + 0.5))
    tree = csgraph.minimum_spanning_tree(sparse.csr_array((cost, (rows, cols)), shape=(n + 1, n + 1)))
    order, before = csgraph.breadth_first_order(tree, n, directed=False)
    order = order.astype(np.int64)
    position = np.empty(n + 1, dtype=np.int64)
    position[order] = np.arange(len(order))
    parents = position[before[order[1:]]]
    bounds, first, last = [0], 0, 1
    while last < len(order):
        first, last = last, 1 + int(np.searchsorted(parents, last))
        bounds.append(first - 1)
    bounds.append(len(order) - 1)
    receiver = np.full(n, -1, dtype=np.int64)
    inland = order[1:]
    receiver[inland] = np.where(before[inland] == n, -1, before[inland])
    return Drainage(inland, np.asarray(sorted(set(bounds)), dtype=np.int64), receiver)


def _touches(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cells with one of four neighbours in ``mask``; flat."""
    out = np.zeros_like(mask)
    out[1:] |= mask[:-1]
    out[:-1] |= mask[1:]
    out[:, 1:] |= mask[:, :-1]
    out[:, :-1] |= mask[:, 1:]
    return out.ravel()
