"""Estimate every area of a snapshot: likelihood where there are results enough, then next action and expected cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dashboard.estimates.learn import Learned, Progress, learn
from dashboard.estimates.result import NO_COSTS, NO_PROB, NO_SIZE, RELEASED, Estimates, canonical_areas, canonical_parts
from dashboard.estimates.settings import EstimateSettings
from dashboard.services.prices import CostsMissingError, survey_costs
from geodata.errors import SnapshotError
from models.cost import ACTIONS, SurveyCosts, next_action
from models.ranking.canonical import round_significant

if TYPE_CHECKING:
    from geodata.registry import Registry
    from geodata.schema.config import Config
    from geodata.snapshot import Snapshot
    from models.likelihood.estimator import OrdnanceLikelihood

_ENDS = ("low", "best", "high")


def make_estimates(
    config: Config, snapshot: Snapshot, registry: Registry, settings: EstimateSettings, say: Progress
) -> tuple[Estimates, OrdnanceLikelihood | None]:
    """Estimate a snapshot.

    Parameters
    ----------
    config : Config
    snapshot : Snapshot
    registry : Registry
        In the state that the snapshot was made from.
    settings : EstimateSettings
    say : callable
        Called with the share done and what is being done.

    Returns
    -------
    Estimates
        Too few results, or figures missing from the costs section, leave columns empty, with the reason.
    OrdnanceLikelihood or None

    Raises
    ------
    SnapshotError
        The registry is no longer, or does not stay, in the snapshot's state.
    """
    check_head(snapshot, registry)
    say(0.0, "estimates: reading results and evidence")
    learned = learn(config, snapshot, registry, settings.seed, say)
    check_head(snapshot, registry)
    say(0.95, "estimates: next action and cost")
    costs, reason_cost = _costs(config, snapshot, learned)
    areas = pd.DataFrame({"area_id": snapshot.records["area_id"].to_numpy(dtype=object), **learned.columns, **costs})
    facts = {**learned.facts, "reason_cost": reason_cost, "learned_to": snapshot.last_day.isoformat()}
    features = pd.DataFrame({name: round_significant(learned.features[name].to_numpy(dtype=float)) for name in learned.features})
    return Estimates(settings, canonical_areas(areas), canonical_parts(learned.contributions), features, facts), learned.model


def check_head(snapshot: Snapshot, registry: Registry) -> None:
    """Refuse a registry that is not in the state that a snapshot was made from.

    Raises
    ------
    SnapshotError
    """
    if registry.head() != snapshot.manifest["registry_head"]:
        raise SnapshotError(
            f"Estimates of snapshot {snapshot.data_version} need the records that it was made from; the registry has changed since.",
            "Run landrelease build again.",
        )


def _costs(config: Config, snapshot: Snapshot, learned: Learned) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Columns of action and cost, and why they are all empty."""
    n = snapshot.n_areas
    numbers = ("cost_usd", "cost_low_usd", "cost_high_usd", "from_nts_usd", "from_ts_usd", "from_clearance_usd", "visit_usd")
    columns: dict[str, Any] = {name: np.full(n, np.nan) for name in numbers}
    prob, size = learned.columns["prob"], snapshot.records["area_m2"].to_numpy(dtype=np.float64, na_value=np.nan)
    why = np.where(np.isnan(prob), NO_PROB, np.where(np.isnan(size), NO_SIZE, ""))
    columns |= {"action": np.full(n, "", dtype=object), "why_no_cost": np.where(learned.columns["why_no_prob"] == RELEASED, RELEASED, why)}
    try:
        prices = {end: survey_costs(config.costs, end) for end in _ENDS}
    except CostsMissingError as error:
        columns["why_no_cost"] = np.where(columns["why_no_cost"] == RELEASED, RELEASED, NO_COSTS)
        return columns, {"code": "costs_missing", "missing": list(error.missing)}
    is_confirmed = (snapshot.records["hazard_type"] == "CHA").to_numpy(dtype=bool)
    columns |= _priced(prob, size, is_confirmed, prices)
    return columns, None if learned.model is not None else {"code": "no_likelihood"}


def _priced(prob: Any, size: Any, is_confirmed: Any, prices: Mapping[str, SurveyCosts]) -> dict[str, Any]:
    low, best, high = (next_action(prob, size, is_confirmed, prices[end]) for end in _ENDS)
    steps = {f"from_{step}_usd": best.cost_by_first_step[:, place] for place, step in enumerate(ACTIONS)}
    return {
        "action": best.action.astype(object),
        "cost_usd": best.cost_usd,
        "cost_low_usd": low.cost_usd,
        "cost_high_usd": high.cost_usd,
        "visit_usd": np.where(is_confirmed | np.isnan(prob), np.nan, size * prices["best"].nts_usd_per_m2),
        **{name: np.where(best.action == "", np.nan, cost) for name, cost in steps.items()},
    }
