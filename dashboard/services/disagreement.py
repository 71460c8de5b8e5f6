"""Where the profiles of the programme disagree: computed once for a data version and a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.firmness import Disagreement, disagreement

if TYPE_CHECKING:
    from dashboard.programme import Programme
    from dashboard.services.views import RankedView


@dataclass(frozen=True)
class Standing:
    """One area in the lists of all profiles.

    Attributes
    ----------
    top, n_top, n_profiles : int
        Among the first ``top`` in ``n_top`` of so many profiles' lists.
    best, worst : (profile, rank) or None
        Where it stands highest and lowest, the first profile of several that are alike; None where no list ranks it.
    unranked : tuple of str
        Profiles that do not rank it.
    """

    top: int
    n_top: int
    n_profiles: int
    best: tuple[str, int] | None
    worst: tuple[str, int] | None
    unranked: tuple[str, ...]


def has_profiles(programme: Programme) -> bool:
    """Whether there are two profiles or more, so that they can disagree."""
    return len(programme.config.profiles) > 1


def list_top(programme: Programme) -> int:
    """Length of the top of the list that the programme speaks of: that of its firmness, or 50."""
    from dashboard.services.views import TOP

    return TOP if programme.config.firmness is None else programme.config.firmness.top


def view_disagreement(programme: Programme, view: RankedView) -> Disagreement | None:
    """Disagreement of the profiles under the classes and rules of a view's scenario; None where there are fewer than two."""
    from dashboard.services.views import kept

    if not has_profiles(programme):
        return None
    key = (view.data_version, view.scenario.id)
    return kept(programme).get("profiles", key, lambda: _compare_profiles(programme, view))


def profiles_top(programme: Programme, view: RankedView) -> int:
    """Length of the top in which the profiles' lists are compared; 0 where there are fewer than two."""
    found = view_disagreement(programme, view)
    return 0 if found is None else found.top


def standing(programme: Programme, view: RankedView, row: int) -> Standing | None:
    """One area in the lists of all profiles; None where there are fewer than two."""
    found = view_disagreement(programme, view)
    if found is None:
        return None
    names, ranks = [profile.id for profile in programme.config.profiles], found.ranks[row]
    ranked = np.flatnonzero(~np.isnan(ranks))
    ends = (ranked[np.argmin(ranks[ranked])], ranked[np.argmax(ranks[ranked])]) if len(ranked) else ()
    best, worst = ((names[place], int(ranks[place])) for place in ends) if len(ranked) else (None, None)
    return Standing(
        top=found.top,
        n_top=int(np.nan_to_num(found.n_top[row])),
        n_profiles=found.n_profiles,
        best=best,
        worst=worst,
        unranked=tuple(name for name, rank in zip(names, ranks, strict=True) if np.isnan(rank)),
    )


def _compare_profiles(programme: Programme, view: RankedView) -> Disagreement:
    from dashboard.services.views import resolve_state
    from dashboard.state import ViewState
    from models.ranking import rank_table

    scenarios = [resolve_state(programme, ViewState(scenario=view.scenario.id, profile=each.id)) for each in programme.config.profiles]
    return disagreement([rank_table(view.ranking.table, scenario) for scenario in scenarios], list_top(programme))
