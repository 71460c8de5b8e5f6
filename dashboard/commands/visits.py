"""The command that says which areas to visit next: what a visit would change in the funded list, per dollar."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboard.commands.output import Outcome
from dashboard.commands.results import VisitResult, VisitsResult
from dashboard.commands.tables import DISCLAIMER, aligned, heading
from dashboard.programme import Programme

if TYPE_CHECKING:
    from dashboard.services.visits import NextVisits

NOTE = "A visit directs survey; it never cancels, reduces or releases land."
_HEADINGS = ("area", "next action", "likelihood", "visit USD", "changes the list", "areas in or out", "score per 1,000 USD")


def run_visits(arguments: argparse.Namespace) -> Outcome:
    """The best visits under a budget as a table; nothing is changed."""
    programme = Programme.open(arguments.programme)
    scenario = programme.scenario(arguments.scenario)
    snapshot = programme.snapshot()
    ranking = programme.rank(scenario, snapshot=snapshot)
    found = programme.next_visits(arguments.budget, arguments.scenario)
    best = found.areas[found.areas["visit_value"].notna()].head(arguments.top).to_dict("records")
    result = VisitsResult(
        data_version=snapshot.data_version,
        scenario=scenario.id,
        budget_usd=found.budget_usd,
        n_funded=found.n_funded,
        n_visits=found.n_visits,
        n_worth=found.n_worth,
        n_changing=found.n_changing,
        note=NOTE,
        visits=[_visit(row) for row in best],
    )
    lines = [heading(programme, snapshot, ranking), *_summary(found), *aligned([_HEADINGS, *map(_row, best)])]
    return Outcome(result, "\n".join([*lines, "", NOTE, DISCLAIMER]))


def _summary(found: NextVisits) -> list[str]:
    return [
        f"{found.budget_usd:,.0f} USD fund {found.n_funded:,} areas in whole, the next one in part. Of {found.n_visits:,} visits that the "
        f"budget could pay for, {found.n_changing:,} may change the funded list and {found.n_worth:,} are worth more than their price."
    ]


def _visit(row: Mapping[Any, Any]) -> VisitResult:
    return VisitResult(
        area_id=row["area_id"],
        likelihood_prob=row["likelihood_prob"],
        recommended_action=row["recommended_action"],
        cost_usd=row["cost_usd"],
        funded_share=row["funded_share"],
        visit_usd=row["visit_usd"],
        value=row["visit_value"],
        value_per_usd=_finite(row["visit_value_per_usd"]),
        change_prob=row["visit_change_prob"],
        n_changes=row["visit_n_changes"],
    )


def _row(row: Mapping[Any, Any]) -> tuple[str, ...]:
    per_usd = _finite(row["visit_value_per_usd"])
    return (
        row["area_id"],
        row["recommended_action"],
        f"{row['likelihood_prob']:.0%}",
        f"{row['visit_usd']:,.0f}",
        f"{row['visit_change_prob']:.0%}",
        f"{row['visit_n_changes']:.1f}",
        "-" if per_usd is None else f"{1000 * per_usd:+.4f}",
    )


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
