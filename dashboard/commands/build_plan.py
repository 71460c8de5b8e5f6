"""What a build would do, for machines and as text."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from dashboard.commands.results import EstimatesPlanResult, ExplainResult

if TYPE_CHECKING:
    from dashboard.estimates.plan import EstimatesPlan
    from geodata.snapshot.explain import BuildPlan


def plan_result(plan: BuildPlan, estimates: EstimatesPlan | None) -> ExplainResult:
    """The plan for machines; no ``estimates`` where they are left out."""
    planned = None if estimates is None else EstimatesPlanResult.model_validate(dataclasses.asdict(estimates))
    return ExplainResult.model_validate({**dataclasses.asdict(plan), "estimates": planned})


def plan_text(plan: BuildPlan, estimates: EstimatesPlan | None) -> str:
    """What a build would do, a line an indicator, and what it would estimate."""
    return "\n".join([*_measuring(plan), _estimating(estimates)])


def _measuring(plan: BuildPlan) -> list[str]:
    if plan.is_built:
        state = "it is the current one" if plan.data_version == plan.previous else "it was built before and would become the current one"
        return [f"Snapshot {plan.data_version}: {state}. Nothing would be measured."]
    lines = [f"Snapshot {plan.data_version} would be made; the current one is {plan.previous or 'none'}."]
    lines.append(f"  {plan.n_areas:,} areas: {plan.n_new:,} new, {plan.n_moved:,} with another outline, {plan.n_gone:,} no longer there.")
    if plan.layers_to_prepare:
        lines.append(f"  layers to prepare: {', '.join(plan.layers_to_prepare)}")
    for item in plan.indicators:
        why = f": {'; '.join(item.reasons)}" if item.reasons else ""
        lines.append(f"  {item.id}: {f'{item.n_areas:,} areas would be measured' if item.n_areas else 'taken from the cache'}{why}")
    return lines


def _estimating(plan: EstimatesPlan | None) -> str:
    if plan is None:
        return "Estimates: left out, as --no-estimates asks."
    if plan.is_made:
        return f"Estimates {plan.version}: they are there. Nothing would be estimated."
    return f"Estimates {plan.version} would be made{' again' if plan.previous else ''}: {'; '.join(plan.reasons)}."
