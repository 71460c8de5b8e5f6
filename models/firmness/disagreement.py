"""Where stakeholders disagree: how far apart their profiles put each area, and in how many of them it comes among the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelsError
from models.ranking import Ranking

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Disagreement:
    """Ranks of areas in the lists of several stakeholders.

    Attributes
    ----------
    ranks : array of float, n x p
        1 for the first; NaN where a list does not rank the area, as where too little is known of what its profile weighs.
    n_ranked : array of int, p
        Ranked areas of each list.
    top : int
        Length of the top of the list that is spoken of.
    """

    ranks: Floats
    n_ranked: Integers
    top: int

    @property
    def n_profiles(self) -> int:
        """Number of lists."""
        return int(self.ranks.shape[1])

    @cached_property
    def n_ranking(self) -> Integers:
        """In how many lists each area has a rank, n."""
        counts: Integers = (~np.isnan(self.ranks)).sum(axis=1)
        return counts

    @cached_property
    def n_top(self) -> Floats:
        """In how many lists each area is among the first, n; NaN where no list ranks it."""
        counts = (self.ranks <= self.top).sum(axis=1)  # NaN is in no top
        return np.where(self.n_ranking > 0, counts, np.nan)

    @cached_property
    def best(self) -> Floats:
        """Best rank of each area in any list, n; NaN where no list ranks it."""
        return _over_rows(np.fmin, self.ranks)

    @cached_property
    def worst(self) -> Floats:
        """Worst rank of each area in any list, n; NaN where no list ranks it."""
        return _over_rows(np.fmax, self.ranks)

    @cached_property
    def spread(self) -> Floats:
        """How far apart the lists put each area, 0..1, n.

        Largest less smallest place over the lists that rank it, the place being (rank - 1) / (ranked areas - 1): 0 for the first of
        a list, 1 for its last, so that long and short lists compare. NaN where fewer than two lists rank the area.
        """
        places = (self.ranks - 1.0) / np.maximum(self.n_ranked - 1, 1)
        spread: Floats = _over_rows(np.fmax, places) - _over_rows(np.fmin, places)
        return np.where(self.n_ranking >= 2, spread, np.nan)


def disagreement(rankings: Sequence[Ranking], top: int) -> Disagreement:
    """Compare the lists that stakeholders' weights give.

    Parameters
    ----------
    rankings : sequence of Ranking, p >= 1
        Of the same n areas, by the same classes and rules; each with the weights of one profile.
    top : int, >= 1
        Length of the top; at most half of the shortest list that ranks anything.

    Raises
    ------
    ModelsError
        There is no list, the lists are of different areas, or the top is empty.

    Examples
    --------
    Three areas by two judges who see them the other way round agree about the middle one alone: its spread is 0, that of the
    others 1.
    """
    if not rankings or len({ranking.table.n_areas for ranking in rankings}) > 1:
        raise ModelsError(
            f"Lists of the same areas are compared; found lists of {[ranking.table.n_areas for ranking in rankings]} areas.",
            "Rank one snapshot under each profile.",
        )
    if top < 1:
        raise ModelsError(f"The top of a list holds one area or more; it is {top}.", "Use 50.")
    n_ranked = np.array([ranking.n_ranked for ranking in rankings], dtype=np.int64)
    ranks = np.column_stack([ranking.rank for ranking in rankings])
    shortest = int(n_ranked[n_ranked > 0].min(initial=np.iinfo(np.int64).max))
    return Disagreement(ranks, n_ranked, min(top, max(shortest // 2, 1)))


def _over_rows(choose: np.ufunc, table: Floats) -> Floats:
    """fmin or fmax over each row; NaN where a row holds nothing else."""
    result: Floats = choose.reduce(table, axis=1)
    return result
