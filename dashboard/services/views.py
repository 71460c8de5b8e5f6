"""A view worked out: the ranking of a state, what the filters leave of it, and the colours of the map.

Everything here is a pure function of (data version, scenario, state). Each worker keeps the last few results beside the
programme; nothing is kept that another worker cannot make again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dashboard.programme import Programme
from dashboard.services.columns import AreaColumns
from dashboard.services.estimated_measures import estimate_flags, estimates_version, rests_on_estimates
from dashboard.services.lru import RecentCache
from dashboard.services.measures import FIRST_CLASS, HIDDEN, RELEASED_CODE, MapClass, class_ends, measure_codes, measure_of
from dashboard.services.presets import base_of
from dashboard.state import ViewState
from geodata.schema.scenario import ResolvedScenario, resolve_scenario
from geodata.snapshot import Snapshot
from models.ranking import RELEASED, Ranking, ValueTable, build_value_table, rank_table, value_table_key

Flags = NDArray[np.bool_]

TOP = 50
HEAVIEST_POINTS = 50.0
NO_CLASS = "none"


@dataclass(frozen=True, eq=False)
class RankedView:
    """The ranking of a view, beside that of the scenario's own profile.

    Attributes
    ----------
    snapshot : Snapshot
    scenario : ResolvedScenario
    ranking, own : Ranking
        ``own`` is the list of the scenario with its own profile and weights, to compare with.
    columns : AreaColumns
    digest, own_digest : str
        Of the scenario, and of the scenario with its own profile and weights.
    """

    snapshot: Snapshot
    scenario: ResolvedScenario
    ranking: Ranking
    own: Ranking
    columns: AreaColumns
    digest: str
    own_digest: str

    @property
    def data_version(self) -> str:
        """Version of the data that the ranking was made from."""
        return self.snapshot.data_version

    @property
    def n_top(self) -> int:
        """Length of the top of the list that changes are told of: 50, or half of a shorter list."""
        return min(TOP, max(self.ranking.n_ranked // 2, 1))

    @cached_property
    def entered(self) -> Flags:
        """Areas in the top now that are not in the top of the scenario's own list."""
        return self._top(self.ranking) & ~self._top(self.own)

    @cached_property
    def left(self) -> Flags:
        """Areas in the top of the scenario's own list that are not in the top now."""
        return self._top(self.own) & ~self._top(self.ranking)

    @cached_property
    def rank_change(self) -> NDArray[np.float64]:
        """Places won (positive) or lost against the scenario's own list; NaN where not ranked in both."""
        return self.own.rank - self.ranking.rank

    def _top(self, ranking: Ranking) -> Flags:
        return ranking.rank <= self.n_top  # NaN is in no top


def ranked_view(programme: Programme, state: ViewState, data_version: str | None = None) -> RankedView:
    """The ranking of a view.

    Parameters
    ----------
    programme : Programme
    state : ViewState
    data_version : str, optional
        The version an open page was made with; the current one where absent.

    Raises
    ------
    SnapshotError
        There is no snapshot.
    ScenarioError
        The view names a scenario, profile or criterion that is not there, or all its weights are 0.
    """
    snapshot = _snapshot(programme, data_version)
    key = (snapshot.data_version, state.of_list())
    return kept(programme).get("view", key, lambda: _make_view(programme, snapshot, state))


def resolve_state(programme: Programme, state: ViewState) -> ResolvedScenario:
    """The scenario of a view, with its profile and changed weights."""
    scenario_id, profile_id = _chosen(programme, state)
    if not state.weights:
        return resolve_scenario(programme.config, scenario_id, profile_id=profile_id)
    points = {**profile_points(programme, scenario_id or "", profile_id or ""), **state.points}
    return resolve_scenario(programme.config, scenario_id, points, profile_id=profile_id)


def profile_points(programme: Programme, scenario_id: str = "", profile_id: str = "") -> dict[str, float]:
    """Weights of a profile in points: 50 for its heaviest criterion, so that each can still rise to the double.

    The scenario's own profile comes with the weights that the scenario replaces.
    """
    state = ViewState(scenario=scenario_id, profile=profile_id)
    scenario_key, profile_key = _chosen(programme, state)
    return points_of(resolve_scenario(programme.config, scenario_key, profile_id=profile_key).weights)


def points_of(shares: Mapping[str, float]) -> dict[str, float]:
    """Shares of the weight, one above 0 at least, as points on the sliders: 50 for the heaviest."""
    largest = max(shares.values())
    return {criterion: round(HEAVIEST_POINTS * share / largest, 2) for criterion, share in shares.items()}


def area_columns(programme: Programme, snapshot: Snapshot) -> AreaColumns:
    """Columns of a snapshot's areas made ready to filter and sort."""
    return kept(programme).get("columns", snapshot.data_version, lambda: AreaColumns(snapshot, programme.config))


def area_mask(programme: Programme, state: ViewState, data_version: str | None = None) -> Flags:
    """Which areas the filters of a view leave; released areas only where their status is asked for."""
    view = ranked_view(programme, state, data_version)
    key = (view.data_version, _estimates_of(programme, view, state), view.digest, state.of_filters())
    return kept(programme).get("mask", key, lambda: _make_mask(programme, view, state))


def filtered_rows(programme: Programme, state: ViewState, data_version: str | None = None) -> NDArray[np.int64]:
    """Row numbers of a view's list: the ranked, best first, then those without a rank."""
    view = ranked_view(programme, state, data_version)
    mask = area_mask(programme, state, data_version)
    listing = view.ranking.listing
    rest = np.flatnonzero(mask & ~view.ranking.is_listed)
    return np.concatenate([listing[mask[listing]], rest])


def colour_bytes(programme: Programme, state: ViewState, data_version: str | None = None) -> bytes:
    """One byte an area: 0 hidden by a filter, 1 unknown, 2.. classes from the lowest, 255 released."""
    view = ranked_view(programme, state, data_version)
    measure = measure_of(programme, state)
    key = (view.data_version, _estimates_of(programme, view, state), view.digest, measure, state.of_filters())
    return kept(programme).get("colours", key, lambda: _make_colours(programme, view, state))


def _make_colours(programme: Programme, view: RankedView, state: ViewState) -> bytes:
    mask = area_mask(programme, state, view.data_version)
    codes = np.where(mask, measure_codes(programme, view, measure_of(programme, state)), HIDDEN).astype(np.uint8)
    if state.tasked != "yes" and not any((state.classes, state.moved, state.likely, state.actions)):
        codes[_released_shown(view, state)] = RELEASED_CODE
    return codes.tobytes()


def map_classes(programme: Programme, state: ViewState, data_version: str | None = None) -> tuple[MapClass, ...]:
    """Classes of the map with their ends and counts, the highest first."""
    view = ranked_view(programme, state, data_version)
    codes = np.frombuffer(colour_bytes(programme, state, data_version), dtype=np.uint8)
    counts = np.bincount(codes, minlength=256)
    ends = class_ends(programme, view, measure_of(programme, state))
    return tuple(
        MapClass(FIRST_CLASS + place, low, high, share, int(counts[FIRST_CLASS + place]))
        for place, (low, high, share) in reversed(list(enumerate(ends)))
    )


def code_counts(programme: Programme, state: ViewState, data_version: str | None = None) -> dict[int, int]:
    """Colour byte -> number of areas, for bytes that occur."""
    codes = np.frombuffer(colour_bytes(programme, state, data_version), dtype=np.uint8)
    counts = np.bincount(codes, minlength=256)
    return {int(code): int(counts[code]) for code in np.flatnonzero(counts)}


def _make_view(programme: Programme, snapshot: Snapshot, state: ViewState) -> RankedView:
    scenario = resolve_state(programme, state)
    digest, columns = scenario.digest, area_columns(programme, snapshot)
    ranking = _ranking(programme, snapshot, scenario, digest)
    own = _own_view(programme, snapshot, state)
    if own is None:
        return RankedView(snapshot, scenario, ranking, ranking, columns, digest, digest)
    return RankedView(snapshot, scenario, ranking, own.ranking, columns, digest, own.digest)


def _own_view(programme: Programme, snapshot: Snapshot, state: ViewState) -> RankedView | None:
    """The list to compare with: the scenario's own, under a preset the programme's first; None where that is this one, or there is none."""
    base = base_of(programme)
    if base is not programme:
        return ranked_view(base, ViewState(), snapshot.data_version) if base.config.scenarios else None
    own = ViewState(scenario=state.scenario)
    return None if state.of_list() == own else ranked_view(programme, own, snapshot.data_version)


def _make_mask(programme: Programme, view: RankedView, state: ViewState) -> Flags:
    mask = view.columns.matching(state)
    if state.likely or state.actions:
        mask &= estimate_flags(programme, view.snapshot, state)
    if RELEASED not in state.statuses:
        mask &= ~(view.columns.is_released & ~view.ranking.is_ranked)
    if state.classes:
        mask &= class_flags(view.ranking.table, state.classes)
    if state.tasked:
        mask &= view.ranking.is_tasked == (state.tasked == "yes")
    if state.moved:
        mask &= view.entered if state.moved == "in" else view.left
    return mask


def _released_shown(view: RankedView, state: ViewState) -> Flags:
    """Released areas that the map outlines: those the filters would leave, were they in the list."""
    return view.columns.is_released & ~view.ranking.is_ranked & view.columns.matching(state)


def class_flags(table: ValueTable, wanted: Sequence[str]) -> Flags:
    """Areas that belong to one of the classes; "none" stands for no class."""
    places = [place for place, section in enumerate(table.classes) if section.id in wanted]
    return np.isin(table.assignment.index, [*places, *([-1] if NO_CLASS in wanted else [])])


def _chosen(programme: Programme, state: ViewState) -> tuple[str | None, str | None]:
    """Scenario and profile of a view as the resolver takes them: a scenario's own profile is None."""
    scenario_id = state.scenario or (programme.config.scenarios[0].id if programme.config.scenarios else "")
    own = next((section.profile for section in programme.config.scenarios if section.id == scenario_id), "")
    return scenario_id or None, state.profile if state.profile not in ("", own) else None


def opened_snapshot(programme: Programme, data_version: str | None = None) -> Snapshot:
    """The snapshot of a data version, the current one where absent; opened once per worker.

    Raises
    ------
    SnapshotError
        There is none.
    """
    return _snapshot(programme, data_version)


def _estimates_of(programme: Programme, view: RankedView, state: ViewState) -> str:
    """Which estimates decide colours or filters, "" where none do: a build may bring them, or others, for the same data version."""
    is_needed = rests_on_estimates(state, measure_of(programme, state))
    return estimates_version(programme, view.snapshot) if is_needed else ""


def _snapshot(programme: Programme, data_version: str | None) -> Snapshot:
    wanted = programme.current_version() if data_version is None else data_version
    return kept(programme).get("snapshot", wanted, lambda: programme.snapshot(wanted))


def _ranking(programme: Programme, snapshot: Snapshot, scenario: ResolvedScenario, digest: str) -> Ranking:
    cache = kept(programme)
    key = value_table_key(scenario.criteria, scenario.classes)
    table = cache.get("table", (snapshot.data_version, key), lambda: build_value_table(snapshot.values, snapshot.records, scenario))
    return cache.get("ranking", (snapshot.data_version, digest), lambda: rank_table(table, scenario))


def kept(programme: Programme) -> RecentCache:
    """The results kept beside a programme; they end with it."""
    cache = vars(programme).get("_views")
    if cache is None:
        n = keeps(programme.snapshot().n_areas)
        limits = {"snapshot": 2, "columns": 2, "table": 2, "ranking": n, "view": n, "colours": n, "mask": 2 * n, "order": n}
        others = {"facts": 8, "firmness": 8, "firm_rank": 64, "mirror": 8, "profiles": 2, "methods": 16}
        cache = vars(programme).setdefault("_views", RecentCache(**limits, **others))
    found: RecentCache = cache
    return found


def keeps(n_areas: int) -> int:
    """How many lists a worker keeps: enough for the people it serves, and at most some 100 MB (100 bytes an area and list).

    >>> keeps(2_000), keeps(20_000), keeps(100_000), keeps(5_000_000)
    (40, 40, 10, 4)
    """
    return min(max(1_000_000 // max(n_areas, 1), 4), 40)
