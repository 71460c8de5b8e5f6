"""What the Method page says of a list: its remarks, what the data alone would weigh, and the same areas by other methods.

Computed once for a data version and a scenario; at 100,000 areas each takes less than a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dashboard.services.disagreement import list_top
from models.ranking import TOO_LITTLE_KNOWN, Flag

if TYPE_CHECKING:
    from dashboard.programme import Programme
    from dashboard.services.views import RankedView
    from models.ranking.methods import MethodComparison


@dataclass(frozen=True)
class Remarks:
    """What is out of the ordinary about a list.

    Attributes
    ----------
    flags : tuple of Flag
    n_ranked, n_listed : int
        Ranked areas; and those with the areas of which too little is known.
    n_tied : int
        Ranked areas that only their identifier tells from another.
    n_too_little : int
        Listed areas without a rank.
    unknown : tuple of (criterion, count)
        Criteria with weight that are not known for some listed areas, the most first.
    """

    flags: tuple[Flag, ...]
    n_ranked: int
    n_listed: int
    n_tied: int
    n_too_little: int
    unknown: tuple[tuple[str, int], ...]


def list_remarks(programme: Programme, view: RankedView) -> Remarks:
    """Remarks on a view's list."""
    from dashboard.services.views import kept

    return kept(programme).get("methods", (view.data_version, view.digest, "remarks"), lambda: _remarks(view))


def data_weights(programme: Programme, view: RankedView) -> dict[str, dict[str, float]]:
    """Entropy and CRITIC weights of a view's ranked areas, by criterion: diagnostics, not for adoption."""
    from dashboard.services.views import kept
    from dashboard.services.weighting import ranking_diagnostics

    key = (view.data_version, view.digest, "diagnostics")
    return kept(programme).get("methods", key, lambda: ranking_diagnostics(view.ranking))


def method_comparison(programme: Programme, view: RankedView, method: str) -> MethodComparison:
    """A view's list beside that of another method, by the same values, weights and classes.

    Raises
    ------
    ModelsError
        There is no such method.
    """
    from dashboard.services.views import kept
    from models.ranking.methods import compare_methods

    top = min(list_top(programme), max(view.ranking.n_ranked // 2, 1))
    key = (view.data_version, view.digest, method)
    return kept(programme).get("methods", key, lambda: compare_methods(view.ranking.table, view.scenario, [method], top=top)[0])


def _remarks(view: RankedView) -> Remarks:
    ranking = view.ranking
    is_unknown = np.isnan(ranking.values[ranking.is_listed])
    counts = {
        criterion.id: int(is_unknown[:, place].sum()) for place, criterion in enumerate(view.scenario.criteria) if criterion.weight > 0
    }
    return Remarks(
        flags=ranking.flags,
        n_ranked=ranking.n_ranked,
        n_listed=int(ranking.is_listed.sum()),
        n_tied=ranking.n_tied,
        n_too_little=int((ranking.reason_unranked == TOO_LITTLE_KNOWN).sum()),
        unknown=tuple(sorted(((name, n) for name, n in counts.items() if n), key=lambda each: -each[1])),
    )
