"""Survey first, but where: the next action of each area, its cost with a range, and the worth of the next visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dashboard.services.likelihood import ProgrammeLikelihood
from dashboard.services.prices import survey_costs
from models.cost import next_action
from models.likelihood.survey_value import value_visits

if TYPE_CHECKING:
    from dashboard.programme import Programme
    from geodata.schema.scenario import ResolvedScenario
    from geodata.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class NextVisits:
    """What to do next, and where a visit teaches most.

    Attributes
    ----------
    areas : DataFrame, one row an area that is not released
        ``area_id``, ``likelihood_prob``, ``recommended_action`` (``nts``, ``ts``, ``clearance``; empty where likelihood or size is
        unknown), ``cost_usd`` with ``cost_low_usd`` and ``cost_high_usd`` (all figures at that end, the path chosen anew),
        ``funded_share``, ``visit_usd``, ``visit_value`` (score gained by the funded list, the visit paid), ``visit_value_per_usd``,
        ``visit_changes_list``. Best visits first; where there is nothing to learn, by area_id at the end.
    budget_usd : float
    """

    areas: pd.DataFrame
    budget_usd: float


def next_visits(
    programme: Programme, budget_usd: float, scenario: ResolvedScenario, *, likelihood: ProgrammeLikelihood | None = None
) -> NextVisits:
    """The next action and the worth of the next visit of every area that is not released.

    Raises
    ------
    CostsMissingError
        A figure is missing from the costs section.
    TooLittleError
        Too few results to learn a likelihood from.
    """
    costs = {end: survey_costs(programme.config.costs, end) for end in ("low", "best", "high")}
    snapshot = programme.snapshot()
    rows, prob = _likelihood_of(programme, snapshot, likelihood)
    areas = snapshot.areas.iloc[rows]
    ranking = programme.rank(scenario, snapshot=snapshot)
    gain = np.where(ranking.is_ranked, ranking.score, np.nan)[rows]
    size = areas["area_m2"].to_numpy(dtype=np.float64)
    is_confirmed = (areas["hazard_type"] == "CHA").to_numpy(dtype=bool)
    actions = {end: next_action(prob, size, is_confirmed, prices) for end, prices in costs.items()}
    visits = value_visits(prob, size, gain, is_confirmed, costs["best"], budget_usd)
    table = pd.DataFrame({
        "area_id": areas["area_id"].to_numpy(),
        "likelihood_prob": prob,
        "recommended_action": actions["best"].action,
        "cost_usd": actions["best"].cost_usd,
        "cost_low_usd": actions["low"].cost_usd,
        "cost_high_usd": actions["high"].cost_usd,
        "funded_share": visits.funded_share,
        "visit_usd": visits.visit_usd,
        "visit_value": visits.value,
        "visit_value_per_usd": visits.value_per_usd,
        "visit_changes_list": visits.changes_list,
    })  # fmt: skip
    order = np.lexsort((table["area_id"], -table["visit_value_per_usd"].fillna(-np.inf)))
    return NextVisits(table.iloc[order].reset_index(drop=True), budget_usd)


def _likelihood_of(programme: Programme, snapshot: Snapshot, likelihood: ProgrammeLikelihood | None) -> tuple[Any, Any]:
    """Rows and probabilities: those given, else those that the build estimated, else computed now."""
    estimates = None if likelihood else programme.estimates(snapshot)
    if estimates is not None and estimates.has_model:
        rows = np.flatnonzero(estimates.areas["prob"].notna().to_numpy())
        return rows, estimates.areas["prob"].to_numpy(dtype=np.float64)[rows]
    found = likelihood or programme.likelihood(snapshot)
    return found.rows, found.areas.prob
