"""Preferences learned from judgements: weights and value functions, how far to trust them, and what to ask next."""

from __future__ import annotations

from models.ranking.preference.active import choose_pairs
from models.ranking.preference.mirror import GroupShare, Mirror, mirror_decisions
from models.ranking.preference.ranker import PairwisePreferenceRanker
from models.ranking.preference.validation import PreferenceMeasure, PreferenceReport, evaluate_preferences

__all__ = [
    "GroupShare",
    "Mirror",
    "PairwisePreferenceRanker",
    "PreferenceMeasure",
    "PreferenceReport",
    "choose_pairs",
    "evaluate_preferences",
    "mirror_decisions",
]
