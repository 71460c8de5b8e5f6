"""What it costs to make an area free for use, by the cheapest lawful order of survey and clearance.

A decision tree. A suspected area may be surveyed without entering it (NTS) first; if evidence remains, or straight away, technical
survey (TS) or clearance follows; what TS confirms is cleared. A confirmed area starts with TS or clearance. Explosive ordnance that
is there always leaves evidence: survey that could miss it would not be all reasonable effort.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.errors import ModelsError

Floats = NDArray[np.float64]

NTS: Final = "nts"
TS: Final = "ts"
CLEARANCE: Final = "clearance"
ACTIONS: Final = (NTS, TS, CLEARANCE)
NOT_ESTIMATED: Final = ""


@dataclass(frozen=True)
class SurveyCosts:
    """Prices, and what survey tells. All from national records.

    Attributes
    ----------
    nts_usd_per_m2, ts_usd_per_m2, clearance_usd_per_m2 : float, >= 0
    nts_shows_empty_share, ts_shows_empty_share : float, 0..1
        Share of empty areas in which NTS leaves no evidence, and in which TS finds nothing.
    ts_leaves_share : float, 0..1
        Share of an area that is left to clear where TS confirms explosive ordnance.
    """

    nts_usd_per_m2: float
    ts_usd_per_m2: float
    clearance_usd_per_m2: float
    nts_shows_empty_share: float
    ts_shows_empty_share: float
    ts_leaves_share: float

    def __post_init__(self) -> None:
        """Refuse prices below 0 and shares outside 0..1."""
        wrong = [name for name, value in vars(self).items() if not (0 <= value < np.inf and (value <= 1 or name.endswith("_usd_per_m2")))]
        if wrong:
            raise ModelsError(
                f"Prices are 0 or more and shares lie within 0..1; {', '.join(wrong)} do not.", "Correct costs: in config.yaml."
            )


@dataclass(frozen=True, eq=False)
class NextAction:
    """The first step of the cheapest lawful path of each area. Never to cancel, reduce or release: people with evidence decide that.

    Attributes
    ----------
    action : array of text, n
        ``nts``, ``ts`` or ``clearance``; empty where likelihood or size is unknown.
    cost_usd : array, n
        Expected cost of that path to its end; NaN where unknown.
    cost_by_first_step : array, n x 3
        Expected cost if the path began with NTS, TS, clearance; NaN where that is not lawful or not known.
    """

    action: NDArray[np.str_]
    cost_usd: Floats
    cost_by_first_step: Floats


def after_nts(prob: Floats, costs: SurveyCosts) -> tuple[Floats, Floats]:
    """Probability that NTS leaves evidence, and the likelihood where it does; n each."""
    evidence = prob + (1 - prob) * (1 - costs.nts_shows_empty_share)
    with np.errstate(invalid="ignore", divide="ignore"):
        later = np.where(evidence > 0, prob / evidence, 0.0)
    return evidence, later


def cost_without_nts(prob: Floats, size_m2: Floats, costs: SurveyCosts) -> tuple[Floats, Floats]:
    """Expected cost in USD of TS with clearance of what it confirms, and of clearing all; n each."""
    confirmed = prob + (1 - prob) * (1 - costs.ts_shows_empty_share)
    surveyed = size_m2 * (costs.ts_usd_per_m2 + confirmed * costs.ts_leaves_share * costs.clearance_usd_per_m2)
    return surveyed, size_m2 * costs.clearance_usd_per_m2 + 0.0 * prob


def next_action(prob: ArrayLike, size_m2: ArrayLike, is_confirmed: ArrayLike, costs: SurveyCosts) -> NextAction:
    """The cheapest lawful path of each area.

    Parameters
    ----------
    prob : array, n, 0..1
        P(explosive ordnance present); NaN is unknown.
    size_m2 : array, n
        NaN is unknown.
    is_confirmed : array of bool, n
    costs : SurveyCosts

    Returns
    -------
    NextAction
        Ties go to the earlier step: NTS, TS, clearance.
    """
    p, size = np.asarray(prob, dtype=float), np.asarray(size_m2, dtype=float)
    surveyed, cleared = cost_without_nts(p, size, costs)
    evidence, later = after_nts(p, costs)
    rest = np.minimum(*cost_without_nts(later, size, costs))
    first = size * costs.nts_usd_per_m2 + evidence * rest
    first = np.where(np.asarray(is_confirmed, dtype=bool), np.nan, first)
    by_step = np.column_stack((first, surveyed, cleared))
    known = ~np.isnan(p) & ~np.isnan(size)
    best = np.argmin(np.where(np.isnan(by_step), np.inf, by_step), axis=1)
    action = np.where(known, np.array(ACTIONS)[best], NOT_ESTIMATED)
    return NextAction(action, np.where(known, by_step[np.arange(len(p)), best], np.nan), by_step)
