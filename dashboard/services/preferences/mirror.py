"""A mirror: what past decisions, and what came of released land, speak of; and who would be served less if they were followed.

Never the default: teams went where roads, donors and ministers were, and results are known where somebody went back to look.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.programme import Programme
from dashboard.services.importing import has_registry
from dashboard.services.preferences.judgements import Integers
from dashboard.services.preferences.learning import Learned, learn
from dashboard.services.views import RankedView, kept
from models.ranking.preference import GroupShare, pairs_of_decisions, pairs_of_grades, who_would_lose

if TYPE_CHECKING:
    from geodata.registry import Registry

Floats = NDArray[np.float64]
Source = Literal["decisions", "outcomes"]
SOURCES: Final[tuple[Source, ...]] = ("decisions", "outcomes")
USERS: Final = ("users_women", "users_men", "users_girls", "users_boys")
_FIFTHS: Final = 5


@dataclass(frozen=True, eq=False)
class Mirror:
    """What decisions or outcomes speak of.

    Attributes
    ----------
    source : {"decisions", "outcomes"}
        decisions: areas that a team has been given, before those that still wait. outcomes: released land with more users
        at its latest visit, before land with fewer.
    n_known, n_all : int
        Areas that were tasked, of all that are not released; or released areas whose users were counted, of all released ones.
    pairs : array of int, m x 2
    learned : Learned
    by_province, by_need : tuple of GroupShare
        Areas of the list in its top, now and if the mirror were followed; the province that would lose most comes first. Need:
        fifths of the list by the first criterion of need, from "1" to "5", the neediest; areas where it is unknown are in none of
        them. Empty where nothing was learned.
    need : str
        Id of that criterion; "" where there is none.
    """

    source: Source
    n_known: int
    n_all: int
    pairs: Integers
    learned: Learned
    by_province: tuple[GroupShare, ...]
    by_need: tuple[GroupShare, ...]
    need: str


def look_in_mirror(programme: Programme, view: RankedView, source: Source) -> Mirror:
    """What past decisions or outcomes speak of, beside the scenario's own list; kept by each worker until a record changes."""
    key = (view.data_version, view.digest, source)
    if source == "decisions":
        return kept(programme).get("mirror", key, lambda: _of_decisions(view))
    if not has_registry(programme):
        return _of_outcomes(view, np.full(len(view.snapshot.records), np.nan))
    with closing(programme.open_registry()) as registry:
        return kept(programme).get("mirror", (*key, registry.head()), lambda: _of_outcomes(view, users_of_released_land(view, registry)))


def _of_decisions(view: RankedView) -> Mirror:
    rows = np.flatnonzero(~view.columns.is_released)
    is_tasked = view.own.is_tasked[rows]
    return _look(view, "decisions", rows[pairs_of_decisions(is_tasked)], int(is_tasked.sum()), len(rows))


def _of_outcomes(view: RankedView, users: Floats) -> Mirror:
    return _look(view, "outcomes", pairs_of_grades(users), int((~np.isnan(users)).sum()), int(view.columns.is_released.sum()))


def _look(view: RankedView, source: Source, pairs: Integers, n_known: int, n_all: int) -> Mirror:
    learned = learn(view, pairs)
    need = next((criterion.id for criterion in view.scenario.criteria if criterion.group == "need"), "")
    by_province = _who_loses(view, learned, view.columns.text("admin1"))
    by_need = _who_loses(view, learned, need_fifths(view, need)) if need else ()
    fifths = tuple(sorted((share for share in by_need if share.group), key=lambda share: share.group))
    return Mirror(source, n_known, n_all, pairs, learned, by_province, fifths, need)


def users_of_released_land(view: RankedView, registry: Registry) -> Floats:
    """People who use each released area at its latest visit; 0 where it lies unused; NaN where nobody counted, or it is not released."""
    visits = pd.DataFrame(registry.read("outcomes"))
    counted = visits[list(USERS)].astype("Float64").sum(axis=1, skipna=False).to_numpy(dtype=float, na_value=np.nan)
    is_unused = visits["in_use"].eq(False).fillna(False).to_numpy(dtype=bool)
    visits = visits.assign(users=np.where(is_unused & np.isnan(counted), 0.0, counted))
    latest = (
        visits.sort_values(["visit_date", "outcome_id"], na_position="first").groupby("area_id", sort=False)["users"].last(skipna=False)
    )
    of_area = latest.reindex(view.snapshot.records["area_id"]).to_numpy(dtype=float)
    return np.where(view.columns.is_released, of_area, np.nan)


def need_fifths(view: RankedView, criterion: str) -> NDArray[np.object_]:
    """Fifth of each area of the list by a criterion's value, "1" to "5", the neediest "5"; "" where unknown or not in the list."""
    rows = view.own.order
    value = view.ranking.values[rows, view.ranking.criteria.index(criterion)]
    known = ~np.isnan(value)
    ends = np.quantile(value[known], np.arange(1, _FIFTHS) / _FIFTHS) if known.any() else np.empty(0)
    names = np.full(len(view.snapshot.records), "", dtype=object)
    numbers = np.array([str(fifth + 1) for fifth in range(_FIFTHS)], dtype=object)
    names[rows[known]] = numbers[np.searchsorted(ends, value[known], side="left")]
    return names


def _who_loses(view: RankedView, learned: Learned, groups: NDArray[np.object_]) -> tuple[GroupShare, ...]:
    if not learned.weights:
        return ()
    rows = view.own.order
    return who_would_lose(view.own.score[rows], learned.score[rows], view.n_top, groups[rows])
