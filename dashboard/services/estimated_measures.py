"""What the build estimated, as colours of the map and as filters of the list: likelihood, next action, expected cost.

An area without an estimate is unknown: hatched on the map, and left out by a filter that asks for a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.estimates.reasons import column_reasons
from models.cost import ACTIONS

if TYPE_CHECKING:
    from dashboard.estimates import Estimates
    from dashboard.programme import Programme
    from dashboard.state import ViewState
    from geodata.snapshot import Snapshot

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LIKELIHOOD, NEXT_ACTION, COST = "likelihood", "next_action", "cost"
ESTIMATED: Final = (LIKELIHOOD, NEXT_ACTION, COST)
"""Measures that come from the estimates stored beside the snapshot."""
NOT_ESTIMATED: Final = "none"
"""Choice of the filter of next actions: areas for which none is estimated."""
ACTION_CHOICES: Final = (*ACTIONS, NOT_ESTIMATED)
_COLUMNS: Final = {LIKELIHOOD: ("prob", "likelihood_prob"), NEXT_ACTION: ("action", "recommended_action"), COST: ("cost_usd", "cost_usd")}
"""Measure -> column of the estimates, and of the exported list."""
_PROB_ENDS: Final = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 1.0)
_COST_ENDS: Final = (1_000.0, 3_000.0, 10_000.0, 30_000.0, 100_000.0, 300_000.0, float("inf"))
"""Upper ends of the classes, fixed: the colours of two data versions can be compared."""


def rests_on_estimates(state: ViewState, measure: str = "") -> bool:
    """Whether a view's colours of a measure, or its filters, change with the estimates."""
    return measure in ESTIMATED or bool(state.likely or state.actions)


def estimates_version(programme: Programme, snapshot: Snapshot) -> str:
    """Identity of what is estimated of a snapshot; "" for nothing."""
    found = programme.estimates(snapshot)
    return "" if found is None else found.version


def why_not_estimated(programme: Programme, snapshot: Snapshot) -> dict[str, Mapping[str, Any]]:
    """Measure -> reason, for those of which nothing is estimated."""
    reasons = column_reasons(programme.estimates(snapshot))
    return {measure: reasons[column] for measure, (_, column) in _COLUMNS.items() if column in reasons}


def estimated_numbers(programme: Programme, snapshot: Snapshot, measure: str) -> Floats:
    """Likelihood 0..1, expected cost in USD, or place of the next action in ``ACTIONS``, of each area; NaN where unknown."""
    estimates = programme.estimates(snapshot)
    if estimates is None:
        return np.full(snapshot.n_areas, np.nan)
    if measure == NEXT_ACTION:
        return _places(_actions(estimates))
    numbers: Floats = estimates.areas[_COLUMNS[measure][0]].to_numpy(dtype=np.float64)
    return numbers


def estimated_steps(measure: str, numbers: Floats) -> Floats:
    """Class of each number, 0 for the lowest; an end belongs to the class below it. NaN stays."""
    if measure == NEXT_ACTION:
        return numbers
    ends = _PROB_ENDS if measure == LIKELIHOOD else _COST_ENDS
    return np.where(np.isnan(numbers), np.nan, np.searchsorted(ends, np.nan_to_num(numbers, posinf=0.0)))


def estimated_ends(measure: str) -> list[tuple[float, float]]:
    """Low and high end of each class, the lowest first; of a next action both are its place in ``ACTIONS``."""
    if measure == NEXT_ACTION:
        return [(float(place), float(place)) for place in range(len(ACTIONS))]
    ends = _PROB_ENDS if measure == LIKELIHOOD else _COST_ENDS
    return list(zip((0.0, *ends), ends, strict=False))


def estimate_flags(programme: Programme, snapshot: Snapshot, state: ViewState) -> Flags:
    """Areas that the filters of likelihood and next action leave; without an estimate, none that these ask for."""
    flags = np.ones(snapshot.n_areas, dtype=bool)
    if state.likely_range is not None:
        low, high = state.likely_range
        prob = estimated_numbers(programme, snapshot, LIKELIHOOD)
        flags &= (prob >= low) & (prob <= high)  # NaN is within no limits
    if state.actions:
        place = estimated_numbers(programme, snapshot, NEXT_ACTION)
        wanted = [ACTIONS.index(action) for action in state.actions if action in ACTIONS]
        flags &= np.isin(place, wanted) | (np.isnan(place) & (NOT_ESTIMATED in state.actions))
    return flags


def _actions(estimates: Estimates) -> NDArray[Any]:
    return estimates.areas["action"].to_numpy(dtype=object)


def _places(actions: NDArray[Any]) -> Floats:
    places = np.full(len(actions), np.nan)
    for place, action in enumerate(ACTIONS):
        places[actions == action] = place
    return places
