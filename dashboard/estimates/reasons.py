"""Why something is not estimated, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from dashboard.i18n import translate

if TYPE_CHECKING:
    from dashboard.estimates.result import Estimates

NOT_BUILT: Final[Mapping[str, Any]] = {"code": "not_built"}


def reason_words(reason: Mapping[str, Any], language: str) -> str:
    """A reason as a clause, e.g. "explosive ordnance was found in 12 areas, 50 are needed"."""
    facts = {name: ", ".join(value) if isinstance(value, list) else value for name, value in reason.items() if name != "code"}
    return translate(f"estimate.why_{reason['code']}", language, **facts)


def column_reasons(estimates: Estimates | None) -> dict[str, Mapping[str, Any]]:
    """Columns of the list that are empty as a whole, with the reason."""
    if estimates is None:
        return dict.fromkeys(("recommended_action", "likelihood_prob", "cost_usd"), NOT_BUILT)
    prob, cost = estimates.facts["reason_prob"], estimates.facts["reason_cost"]
    found = {} if prob is None else {"likelihood_prob": prob}
    return found if cost is None else {"recommended_action": cost, **found, "cost_usd": cost}
