"""Preferences learned from judgements: weights and value functions, how far to trust them, and what to ask next."""

from __future__ import annotations

from models.ranking.preference.active import choose_pairs
from models.ranking.preference.mirror import GroupShare, who_would_lose
from models.ranking.preference.pairs import pairs_of_decisions, pairs_of_grades
from models.ranking.preference.ranker import PairwisePreferenceRanker
from models.ranking.preference.validation import PreferenceMeasure, PreferenceReport, evaluate_preferences

__all__ = [
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
