"""Prices and shares of survey and clearance, as the costs section of config.yaml states them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.cost import SurveyCosts
from models.errors import ModelsError

if TYPE_CHECKING:
    from geodata.schema.config import CostSection

_FIGURES = (
    "nts_usd_per_m2", "ts_usd_per_m2", "clearance_usd_per_m2", "nts_shows_empty_share", "ts_shows_empty_share", "ts_leaves_share",
)  # fmt: skip
_CHEAP_WHEN_HIGH = ("nts_shows_empty_share", "ts_shows_empty_share")


class CostsMissingError(ModelsError):
    """Figures of the costs section that are needed and not given.

    Parameters
    ----------
    missing : sequence of str
        Their names.
    """

    code = "costs_missing"
    exit_code = 3

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        names = ", ".join(missing)
        super().__init__(f"The next action needs costs with their source; missing: {names}.", "Give them under costs: in config.yaml.")


def survey_costs(section: CostSection, end: str = "best") -> SurveyCosts:
    """The prices and shares of the costs section at one end of their ranges.

    Parameters
    ----------
    section : CostSection
    end : {"low", "best", "high"}
        ``low`` is what makes release cheapest: low prices, and surveys that show most empty areas to be empty.

    Raises
    ------
    CostsMissingError
        A figure is missing.
    """
    missing = [name for name in _FIGURES if getattr(section, name) is None]
    if missing:
        raise CostsMissingError(missing)
    other = {"low": "high", "high": "low"}.get(end, end)
    return SurveyCosts(*(float(getattr(getattr(section, name), other if name in _CHEAP_WHEN_HIGH else end)) for name in _FIGURES))
