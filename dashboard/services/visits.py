"""Survey first, but where: the next action of each area, its cost with a range, and the worth of the next visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dashboard.services.prices import survey_costs
from models.cost import next_action
from models.likelihood.survey_value import value_visits

if TYPE_CHECKING:
    from dashboard.programme import Programme
    from dashboard.services.likelihood import ProgrammeLikelihood
    from dashboard.services.views import RankedView
    from geodata.schema.scenario import ResolvedScenario
    from geodata.snapshot import Snapshot
    from models.ranking import Ranking

_WHOLE = 1.0 - 1e-9
_SHARE = 0.1


@dataclass(frozen=True, eq=False)
class NextVisits:
    """What to do next, and where a visit teaches most.

    Attributes
    ----------
    areas : DataFrame, one row an area that is not released
        ``area_id``, ``likelihood_prob``, ``recommended_action`` (``nts``, ``ts``, ``clearance``; empty where likelihood or size is
        unknown), ``cost_usd`` with ``cost_low_usd`` and ``cost_high_usd`` (all figures at that end, the path chosen anew),
        ``funded_share``, ``visit_usd``, ``visit_value`` (score gained by the funded list, the visit paid), ``visit_value_per_usd``,
        ``visit_changes_list``, ``visit_change_prob`` (chance that the visit changes which areas are wholly funded) and
        ``visit_n_changes`` (areas expected to come in or fall out). Best visits first; where there is nothing to learn, by area_id at
        the end.
    budget_usd : float
    """

    areas: pd.DataFrame
    budget_usd: float

    @property
    def n_funded(self) -> int:
        """Areas that the budget funds in whole."""
        return int((self.areas["funded_share"] >= _WHOLE).sum())

    @property
    def n_visits(self) -> int:
        """Areas where a visit could teach something and the budget pays for it."""
        return int(self.areas["visit_value"].notna().sum())

    @property
    def n_worth(self) -> int:
        """Visits that are worth more than their price."""
        return int((self.areas["visit_value"] > 0).sum())

    @property
    def n_changing(self) -> int:
        """Visits that may change which areas are wholly funded."""
        return int(self.areas["visit_changes_list"].sum())


def next_visits(
    programme: Programme,
    budget_usd: float,
    scenario: ResolvedScenario,
    *,
    likelihood: ProgrammeLikelihood | None = None,
    ranking: Ranking | None = None,
) -> NextVisits:
    """The next action and the worth of the next visit of every area that is not released.

    Parameters
    ----------
    programme : Programme
    budget_usd : float, >= 0
    scenario : ResolvedScenario
    likelihood : ProgrammeLikelihood, optional
        In place of what the build estimated.
    ranking : Ranking, optional
        Of the current snapshot under the scenario, where it is at hand; its scores are what freeing an area is worth.

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
    areas = snapshot.records.iloc[rows]
    listed = ranking or programme.rank(scenario, snapshot=snapshot)
    gain = np.where(listed.is_ranked, listed.score, np.nan)[rows]
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
        "visit_change_prob": visits.change_prob,
        "visit_n_changes": visits.n_changes,
    })  # fmt: skip
    order = np.lexsort((table["area_id"], -table["visit_value_per_usd"].fillna(-np.inf)))
    return NextVisits(table.iloc[order].reset_index(drop=True), budget_usd)


def view_visits(programme: Programme, view: RankedView, budget_usd: float | None = None) -> NextVisits | None:
    """The next visits of a view's list, kept for the pages that follow; None where the build estimated no likelihood.

    Parameters
    ----------
    programme : Programme
    view : RankedView
    budget_usd : float, >= 0, optional
        Where absent, a tenth of what all areas would cost, to two digits.

    Raises
    ------
    CostsMissingError
        A figure is missing from the costs section.
    """
    from dashboard.services.views import kept

    estimates = programme.estimates(view.snapshot)
    if estimates is None or not estimates.has_model:
        return None
    budget = float(f"{_SHARE * estimates.areas['cost_usd'].sum():.2g}") if budget_usd is None else budget_usd
    key = (view.data_version, view.digest, "visits", budget)
    return kept(programme).get("methods", key, lambda: next_visits(programme, budget, view.scenario, ranking=view.ranking))


def _likelihood_of(programme: Programme, snapshot: Snapshot, likelihood: ProgrammeLikelihood | None) -> tuple[Any, Any]:
    """Rows and probabilities: those given, else those that the build estimated, else computed now."""
    estimates = None if likelihood else programme.estimates(snapshot)
    if estimates is not None and estimates.has_model:
        rows = np.flatnonzero(estimates.areas["prob"].notna().to_numpy())
        return rows, estimates.areas["prob"].to_numpy(dtype=np.float64)[rows]
    found = likelihood or programme.likelihood(snapshot)
    return found.rows, found.areas.prob
