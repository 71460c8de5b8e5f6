"""Firmness: how much of a ranking would stand under other weights and other data."""

from __future__ import annotations

from models.firmness.acceptability import Acceptability, Advice, give_advice, top_acceptability
from models.firmness.disagreement import Disagreement, disagreement
from models.firmness.draws import around_profile, between_profiles, uniform_weights
from models.firmness.errors import DataErrors
from models.firmness.ranks import RankRanges, rank_ranges, rank_shares
from models.firmness.stability import StabilityInterval, smallest_weight_change, stability_interval
from models.firmness.summary import Firmness, admissible_weights, assess_firmness

__all__ = [
    "Acceptability",
    "Advice",
    "DataErrors",
    "Disagreement",
    "Firmness",
    "RankRanges",
    "StabilityInterval",
    "admissible_weights",
    "around_profile",
    "assess_firmness",
    "between_profiles",
    "disagreement",
    "give_advice",
    "rank_ranges",
    "rank_shares",
    "smallest_weight_change",
    "stability_interval",
    "top_acceptability",
    "uniform_weights",
]
