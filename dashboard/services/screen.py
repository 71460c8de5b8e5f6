"""What the layout of the Priorities page must know of the data: kept per data version, so that a page is made at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.components.map import map_facts
from dashboard.programme import Programme
from dashboard.services.columns import AreaColumns
from dashboard.services.estimated_measures import why_not_estimated
from dashboard.services.views import area_columns, kept, opened_snapshot, profile_points, resolve_state
from dashboard.state import N_ADMIN_LEVELS, ViewState
from geodata.schema.codes import HAZARD_TYPE, STATUS
from geodata.schema.text import say


@dataclass(frozen=True)
class Screen:
    """Facts of the page.

    Attributes
    ----------
    data_version, scenario, profile, own_profile : str
        ``profile`` is in force, ``own_profile`` is the scenario's.
    points : mapping from criterion to points
        As they stand in the view.
    places : tuple of tuples
        Names to choose from, for each administrative level that the data name.
    types, statuses : tuple of str
        Codes that occur; none where no area has a stated one.
    people_label : str
        Name of the indicator that counts people, "" for none.
    has_released : bool
        Whether any area is released.
    not_estimated : mapping from measure to reason
        Of likelihood, next action and expected cost, those of which nothing is estimated.
    map : dict
        Arguments of the map.
    """

    data_version: str
    scenario: str
    profile: str
    own_profile: str
    points: Mapping[str, float]
    places: tuple[tuple[str, ...], ...]
    types: tuple[str, ...]
    statuses: tuple[str, ...]
    people_label: str
    has_released: bool
    not_estimated: Mapping[str, Mapping[str, Any]]
    map: dict[str, Any]


def screen(programme: Programme, state: ViewState, language: str = "en") -> Screen:
    """Facts of the page of a view.

    Raises
    ------
    SnapshotError
        Nothing has been built.
    ScenarioError
        The view names a scenario, profile or criterion that is not there.
    """
    snapshot = opened_snapshot(programme)
    columns = area_columns(programme, snapshot)
    resolved = resolve_state(programme, state)
    return Screen(
        data_version=snapshot.data_version,
        scenario=resolved.id,
        profile=resolved.profile,
        own_profile=programme.config.scenario(resolved.id).profile,
        points={**profile_points(programme, state.scenario, state.profile), **state.points},
        places=place_choices(programme, state),
        types=_occurring(HAZARD_TYPE.values, columns, "hazard_type"),
        statuses=_occurring(STATUS.values, columns, "status"),
        people_label="" if columns.people_indicator is None else say(snapshot.indicators[columns.people_indicator].label, language),
        has_released=bool(columns.is_released.any()),
        not_estimated=why_not_estimated(programme, snapshot),
        map=kept(programme).get("facts", ("map", snapshot.data_version), lambda: map_facts(columns.snapshot)),
    )


def place_choices(programme: Programme, state: ViewState, data_version: str | None = None) -> tuple[tuple[str, ...], ...]:
    """Names to choose from at each administrative level, below what the view has chosen above it."""
    columns = area_columns(programme, opened_snapshot(programme, data_version))
    n_levels = sum(bool(len(columns.choices(f"admin{level}"))) for level in range(1, N_ADMIN_LEVELS + 1))
    return tuple(tuple(columns.places(state.place[:level])) if len(state.place) >= level else () for level in range(n_levels))


def _occurring(codes: tuple[str, ...], columns: AreaColumns, column: str) -> tuple[str, ...]:
    found = columns.choices(column) if columns.states(column) else []
    return tuple(code for code in codes if code in found)
