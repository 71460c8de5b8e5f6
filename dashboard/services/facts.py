"""Facts of one area: every value with its source, its rank under every profile, its neighbours in the list, its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from dashboard.programme import Programme
from dashboard.services.views import RankedView, ranked_view
from dashboard.state import ViewState
from geodata.errors import GeodataError
from geodata.registry import Event

N_NEIGHBOURS = 3


@dataclass(frozen=True)
class IndicatorFact:
    """One measured value.

    Attributes
    ----------
    indicator, unit, layer : str
    label, unit_words : mapping from language to text
    value : float
        NaN where unknown.
    coverage : float
        Share of the area that the layer covers, 0..1; NaN where that has no meaning.
    source, date : str
        Of the layer; "" where not stated.
    """

    indicator: str
    label: dict[str, str]
    unit: str
    unit_words: Mapping[str, str]
    layer: str
    value: float
    coverage: float
    source: str
    date: str


@dataclass(frozen=True)
class ProfileRank:
    """Rank and score of an area under one profile; rank None where it is not ranked."""

    profile: str
    rank: int | None
    score: float


def indicator_facts(view: RankedView, row: int) -> list[IndicatorFact]:
    """Every indicator of the snapshot for one area, known or not."""
    snapshot = view.snapshot
    return [
        IndicatorFact(
            indicator=name,
            label=info.label,
            unit=info.unit,
            unit_words=info.unit_words,
            layer=info.layer or "",
            value=float(snapshot.values[name].to_numpy()[row]),
            coverage=float(snapshot.coverage[name].to_numpy()[row]) if name in snapshot.coverage else float("nan"),
            source=info.source or "",
            date=info.date or "",
        )
        for name, info in snapshot.indicators.items()
    ]


def profile_ranks(programme: Programme, state: ViewState, row: int, data_version: str | None = None) -> list[ProfileRank]:
    """Rank of an area under every profile of the programme, with the scenario's classes and rules."""
    ranks = []
    for profile in programme.config.profiles:
        ranking = ranked_view(programme, ViewState(scenario=state.scenario, profile=profile.id), data_version).ranking
        rank = ranking.rank[row]
        ranks.append(ProfileRank(profile.id, None if np.isnan(rank) else int(rank), float(ranking.score[row])))
    return ranks


def neighbours(view: RankedView, row: int) -> Sequence[int]:
    """Rows of the areas ranked just before and after one, best first, itself among them; empty where it has no rank."""
    rank = view.ranking.rank[row]
    if np.isnan(rank):
        return []
    place = int(rank) - 1
    return [int(each) for each in view.ranking.order[max(place - N_NEIGHBOURS, 0) : place + N_NEIGHBOURS + 1]]


def history(programme: Programme, area_id: str) -> list[Event] | None:
    """Events of an area, the newest first; None where the units of the programme are not records of the registry."""
    if programme.config.areas.source != "registry":
        return None
    try:
        with closing(programme.open_registry()) as registry:
            return sorted(registry.history("hazard_areas", area_id), key=lambda event: event.seq, reverse=True)
    except GeodataError:
        return []
