"""Criteria in their groups: what each branch of the hierarchy weighs and adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geodata.schema.scenario import ResolvedScenario

if TYPE_CHECKING:
    from models.ranking.result import Ranking

Floats = NDArray[np.float64]


def group_weights(scenario: ResolvedScenario) -> dict[str, float]:
    """Group -> share of the whole weight, in the order the groups first appear."""
    shares: dict[str, float] = {}
    for criterion in scenario.criteria:
        shares[criterion.group] = shares.get(criterion.group, 0.0) + criterion.weight
    return shares


def group_contributions(ranking: Ranking) -> dict[str, Floats]:
    """Group -> what its criteria add to each area's score, n.

    NaN where none of the group's criteria is known, and where the area has no score; the groups of a row sum to its score.
    """
    parts: dict[str, Floats] = {}
    for group in group_weights(ranking.scenario):
        columns = [place for place, criterion in enumerate(ranking.scenario.criteria) if criterion.group == group]
        chosen = ranking.contributions[:, columns]
        known = ~np.isnan(chosen)
        total = np.zeros(len(chosen))
        for column in np.where(known, chosen, 0.0).T:
            total += column
        parts[group] = np.where(known.any(axis=1), total, np.nan)
    return parts
