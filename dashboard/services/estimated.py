"""What is estimated of one area, ready to be told in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.estimates.models import read_card
from dashboard.estimates.reasons import NOT_BUILT
from dashboard.estimates.result import NO_MODEL, NO_PROB, RELEASED
from models.cost import ACTIONS, NTS
from models.likelihood.parts import FLOOR

if TYPE_CHECKING:
    from dashboard.estimates import Estimates
    from dashboard.programme import Programme
    from geodata.snapshot import Snapshot

N_PARTS = 8
"""Parts that are shown by name; the rest are summed."""


@dataclass(frozen=True)
class LogitPart:
    """What one feature adds to the log-odds.

    Attributes
    ----------
    feature : str
        "" for all smaller parts together.
    logit : float
        Above 0 raises the likelihood, below lowers it.
    value : float
        Of the feature, as known before the area's day; NaN where unknown.
    """

    feature: str
    logit: float
    value: float


@dataclass(frozen=True)
class JudgedRange:
    """What was found in areas of places left out that were given about the same probability.

    Attributes
    ----------
    low, high : float
        Ends of what they were given.
    n : int
    share_low, share_high : float
        Exact 95 % interval of the share in which explosive ordnance was found.
    """

    low: float
    high: float
    n: int
    share_low: float
    share_high: float


@dataclass(frozen=True)
class AreaLikelihoodFacts:
    """The likelihood of one area with its parts; they and the log-odds of ``base_prob`` sum to the log-odds of ``prob``."""

    prob: float
    base_prob: float
    parts: tuple[LogitPart, ...]
    is_floored: bool
    modelled_prob: float
    is_unlike: bool
    n_results: int
    learned_to: str
    detected_share: float | None
    has_signal: bool
    judged: JudgedRange | None


@dataclass(frozen=True)
class AreaCostFacts:
    """The next action of one area.

    Attributes
    ----------
    action : str
    cost, low, high : float
        USD to the end of the path.
    by_first_step : mapping action -> USD
        Only lawful first steps.
    visit, visit_saves : float
        Price of NTS, and by how much it makes the whole path cheaper than going without it, its price paid; NaN where there is no
        choice. Below 0: dearer.
    """

    action: str
    cost: float
    low: float
    high: float
    by_first_step: Mapping[str, float]
    visit: float
    visit_saves: float


@dataclass(frozen=True)
class AreaEstimate:
    """What is estimated of one area, and why not.

    Attributes
    ----------
    likelihood : AreaLikelihoodFacts or None
    cost : AreaCostFacts or None
    why_no_likelihood, why_no_cost : mapping or None
        Reasons for :func:`dashboard.estimates.reasons.reason_words`.
    """

    likelihood: AreaLikelihoodFacts | None
    cost: AreaCostFacts | None
    why_no_likelihood: Mapping[str, Any] | None = None
    why_no_cost: Mapping[str, Any] | None = None


def area_estimate(programme: Programme, snapshot: Snapshot, row: int) -> AreaEstimate:
    """What the build of a snapshot estimated of one area."""
    estimates = programme.estimates(snapshot)
    if estimates is None:
        return AreaEstimate(None, None, NOT_BUILT, NOT_BUILT)
    area = estimates.areas.iloc[row]
    card = read_card(programme.directory, estimates.version)
    judged = judged_range(card, float(area["modelled_prob"]), str(snapshot.records["hazard_type"].iloc[row]))
    likelihood = None if math.isnan(area["prob"]) else _likelihood(estimates, area, row, judged)
    cost = None if math.isnan(area["cost_usd"]) else _cost(area)
    return AreaEstimate(
        likelihood,
        cost,
        None if likelihood else _reason(area["why_no_prob"], estimates.facts["reason_prob"]),
        None if cost else _reason(area["why_no_cost"], estimates.facts["reason_cost"]),
    )


def _reason(code: str, whole: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Of one area; the reason of the whole column where it has one and the area is not released."""
    if code == RELEASED or whole is None:
        return {"code": code if code != NO_PROB else "no_likelihood"}
    return whole if code != NO_MODEL or whole.get("code") else {"code": NO_MODEL}


def judged_range(card: Mapping[str, Any] | None, prob: float, hazard_type: str) -> JudgedRange | None:
    """The bin of an area's own hazard type, or of all areas; None where evaluate was not run or no area fell into it."""
    groups = {(group["kind"], group["group"]): group for group in (card or {}).get("calibration", ())}
    group = groups.get(("hazard_type", hazard_type)) or groups.get(("all", "all")) or {"bins": ()}
    for each in group["bins"]:
        if each["n"] and each["low"] <= prob < each["high"]:
            return JudgedRange(each["low"], each["high"], each["n"], each["share_low"], each["share_high"])
    return None


def _likelihood(estimates: Estimates, area: Any, row: int, judged: JudgedRange | None) -> AreaLikelihoodFacts:
    facts = estimates.facts
    detected = facts["detected"]
    return AreaLikelihoodFacts(
        prob=float(area["prob"]),
        base_prob=1 / (1 + math.exp(-facts["base_logit"])),
        parts=_parts(estimates, row),
        is_floored=bool(area["is_floored"]),
        modelled_prob=float(area["modelled_prob"]),
        is_unlike=bool(area["is_unlike"]),
        n_results=int(facts["n_results"]),
        learned_to=str(facts["learned_to"]),
        detected_share=float(detected["value"]) if detected["is_known"] else None,
        has_signal=bool(facts["has_signal"]),
        judged=judged,
    )


def _parts(estimates: Estimates, row: int) -> tuple[LogitPart, ...]:
    """The rule first where it holds, then the largest parts, then the sum of the rest."""
    told = estimates.contributions.iloc[row]
    features = estimates.features.iloc[row]
    parts = [LogitPart(str(name), float(told[name]), float(features.get(name, math.nan))) for name in told.index if name != FLOOR]
    parts.sort(key=lambda part: (-abs(part.logit), part.feature))
    rest = sum(part.logit for part in parts[N_PARTS:])
    shown = [*parts[:N_PARTS], *([LogitPart("", rest, math.nan)] if parts[N_PARTS:] else [])]
    rule = float(told[FLOOR])
    return tuple([LogitPart(FLOOR, rule, math.nan), *shown] if rule else shown)


def _cost(area: Any) -> AreaCostFacts:
    steps = {step: float(area[f"from_{step}_usd"]) for step in ACTIONS if not math.isnan(area[f"from_{step}_usd"])}
    without = min((cost for step, cost in steps.items() if step != NTS), default=math.nan)
    return AreaCostFacts(
        action=str(area["action"]),
        cost=float(area["cost_usd"]),
        low=float(area["cost_low_usd"]),
        high=float(area["cost_high_usd"]),
        by_first_step=steps,
        visit=float(area["visit_usd"]),
        visit_saves=without - steps[NTS] if NTS in steps else math.nan,
    )
