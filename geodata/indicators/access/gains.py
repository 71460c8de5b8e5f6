"""What opening roads gives: exact new travel times from distances on the roads as they are.

A new edge can shorten a way only where it shortens the way of one of its own ends. So areas whose edges shorten nothing need
no search; for the others one search from each end of their edges, on the roads as they are, and a closure over these few nodes
give every new time without a search on the changed graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from geodata.indicators.access.network import Network, quickest

_SEARCHES_AT_ONCE = 256
_SAME_MINUTES = 1e-9


@dataclass(frozen=True)
class Opening:
    """What freeing some areas together gives.

    Attributes
    ----------
    minutes : float array, t targets x p places
        New time from each place to each target, inf where none leads there; equal to the time now where nothing changes.
    """

    minutes: np.ndarray


class Times:
    """Travel times on the roads as they are, and what changes where areas are released.

    Parameters
    ----------
    network : Network
    max_minutes : float
        Longer ways count as none.
    nearest_only : bool
        Only the time to the nearest destination is wanted: one target, not one a destination.
    progress : callable, optional
        Called with the share of the searches done, 0..1.
    """

    def __init__(
        self, network: Network, max_minutes: float, *, nearest_only: bool, progress: Callable[[float], None] | None = None
    ) -> None:
        self._say = progress or (lambda _share: None)
        self.network, self.max_minutes = network, max_minutes
        self._n_closers = np.diff(sparse.csr_array(network.closers).indptr)
        is_closed = self._n_closers > 0
        self._turned = network.graph(np.flatnonzero(~is_closed), turned=True)
        self._by_area = sparse.csc_array(network.closers)
        kept = np.unique(np.concatenate([network.places, network.tail[is_closed], network.head[is_closed]]))
        self._column = np.full(network.n_nodes, -1)
        self._column[kept] = np.arange(len(kept))
        self._to_targets = self._search(kept, nearest_only)
        self.now = self._to_targets[:, self._column[network.places]]
        """Minutes from each place to each target, targets x places; inf where no way leads there."""

    def _search(self, kept: np.ndarray, nearest_only: bool) -> np.ndarray:
        ends = self.network.destinations
        if not len(ends):
            return np.full((1 if nearest_only else 0, len(kept)), np.inf)
        if nearest_only:
            return np.asarray(csgraph.dijkstra(self._turned, indices=ends, min_only=True, limit=self.max_minutes))[None, kept]
        parts = [ends[start : start + _SEARCHES_AT_ONCE] for start in range(0, len(ends), _SEARCHES_AT_ONCE)]
        found = []
        for number, part in enumerate(parts):
            self._say(number / len(parts))
            found.append(np.asarray(csgraph.dijkstra(self._turned, indices=part, limit=self.max_minutes))[:, kept])
        return np.vstack(found)

    def opened_edges(self, areas: np.ndarray) -> np.ndarray:
        """Edges that freeing these areas together opens: those that no other area closes."""
        first, last = self._by_area.indptr[areas], self._by_area.indptr[areas + 1]
        parts = [self._by_area.indices[low:high] for low, high in zip(first, last, strict=True)]
        edges, mine = np.unique(np.concatenate([*parts, np.empty(0, dtype="int64")]).astype("int64"), return_counts=True)
        return np.asarray(edges[self._n_closers[edges] == mine])

    def open(self, groups: Iterable[np.ndarray]) -> Iterator[Opening | None]:
        """What freeing each group of areas (row numbers) gives; None where no time changes."""
        batch: list[np.ndarray] = []
        for areas in groups:
            batch.append(self._useful(self.opened_edges(np.asarray(areas))))
            if sum(len(edges) for edges in batch) >= _SEARCHES_AT_ONCE:
                yield from self._open(batch)
                batch = []
        yield from self._open(batch)

    def _to(self, nodes: np.ndarray) -> np.ndarray:
        """Minutes now from nodes that are kept to each target."""
        return self._to_targets[:, self._column[nodes]]

    def _useful(self, edges: np.ndarray) -> np.ndarray:
        """The edges, or none where no one of them shortens the way of its own tail."""
        tail, head, minutes = self.network.tail[edges], self.network.head[edges], self.network.minutes[edges]
        with np.errstate(invalid="ignore"):
            is_short = (self._to(head) + minutes < self._to(tail) - _SAME_MINUTES).any(axis=0)
        return edges if is_short.any() else edges[:0]

    def _open(self, batch: list[np.ndarray]) -> Iterator[Opening | None]:
        nodes = [np.unique(np.concatenate([self.network.tail[edges], self.network.head[edges]])) for edges in batch]
        wanted = np.unique(np.concatenate([*nodes, np.empty(0, dtype="int64")])).astype("int64")
        to_nodes = np.empty((0, self.network.n_nodes))
        if len(wanted):
            found = csgraph.dijkstra(self._turned, indices=wanted, limit=self.max_minutes)
            to_nodes = np.asarray(found).reshape(len(wanted), -1)
        for edges, ends in zip(batch, nodes, strict=True):
            yield None if not len(edges) else self._close(edges, ends, to_nodes[np.searchsorted(wanted, ends)])

    def _close(self, edges: np.ndarray, ends: np.ndarray, to_ends: np.ndarray) -> Opening | None:
        """New times by way of the opened edges.

        Parameters
        ----------
        edges : int array
        ends : int array, e
            Nodes of the edges, sorted.
        to_ends : float array, e x nodes
            Minutes now from every node to each of them.
        """
        among = to_ends[:, ends].T
        tail, head = np.searchsorted(ends, self.network.tail[edges]), np.searchsorted(ends, self.network.head[edges])
        reaches = np.isfinite(among) & ~np.eye(len(ends), dtype=bool)
        known = np.nonzero(reaches)
        joined = quickest(
            np.concatenate([known[0], tail]), np.concatenate([known[1], head]), np.concatenate([among[known], self.network.minutes[edges]]),
            len(ends),
        )  # fmt: skip
        closed = np.asarray(csgraph.shortest_path(joined, method="D" if len(ends) > 64 else "FW"))
        to_targets = self._to(ends)
        from_ends = np.full_like(to_targets, np.inf)
        for last in range(len(ends)):
            np.minimum(from_ends, to_targets[:, last, None] + closed[None, :, last], out=from_ends)
        minutes = np.full_like(self.now, np.inf)
        to_ends = to_ends[:, self.network.places]
        for node in np.flatnonzero((from_ends < to_targets).any(axis=0)):
            places = np.flatnonzero(np.isfinite(to_ends[node]))
            new = to_ends[node, places][None, :] + from_ends[:, node, None]
            minutes[:, places] = np.minimum(minutes[:, places], new)
        is_shorter = (minutes <= self.max_minutes) & (minutes < self.now - _SAME_MINUTES)
        return Opening(np.where(is_shorter, minutes, self.now)) if is_shorter.any() else None
