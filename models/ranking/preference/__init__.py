"""Preferences learned from judgements: weights and value functions, how far to trust them, and what to ask next."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from models.ranking.preference.mirror import GroupShare, who_would_lose
from models.ranking.preference.pairs import MIN_PAIRS, pairs_of_decisions, pairs_of_grades

if TYPE_CHECKING:
    from models.ranking.preference.active import choose_pairs
    from models.ranking.preference.ranker import PairwisePreferenceRanker
    from models.ranking.preference.validation import PreferenceMeasure, PreferenceReport, evaluate_preferences

__all__ = [
    "MIN_PAIRS",
    "GroupShare",
    "PairwisePreferenceRanker",
    "PreferenceMeasure",
    "PreferenceReport",
    "choose_pairs",
    "evaluate_preferences",
    "pairs_of_decisions",
    "pairs_of_grades",
    "who_would_lose",
]

_LATER: Final = {
    "choose_pairs": "active",
    "PairwisePreferenceRanker": "ranker",
    "PreferenceMeasure": "validation",
    "PreferenceReport": "validation",
    "evaluate_preferences": "validation",
}


def __getattr__(name: str) -> Any:
    """Load what learns on first use: importing scikit-learn takes longer than a page does."""
    if name in _LATER:
        return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
