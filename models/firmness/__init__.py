"""Firmness: how much of a ranking would stand under other weights and other data."""

from __future__ import annotations

from models.firmness.acceptability import Acceptability, Advice, give_advice, top_acceptability
from models.firmness.draws import around_profile, between_profiles, uniform_weights
from models.firmness.errors import DataErrors
from models.firmness.ranks import RankRanges, profile_ranks, rank_ranges, rank_shares, rank_spread
from models.firmness.stability import StabilityInterval, smallest_weight_change, stability_interval
from models.firmness.summary import Firmness, admissible_weights, assess_firmness

__all__ = [
    "Acceptability",
    "Advice",
    "DataErrors",
    "Firmness",
    "RankRanges",
    "StabilityInterval",
    "admissible_weights",
    "around_profile",
    "assess_firmness",
    "between_profiles",
    "give_advice",
    "profile_ranks",
    "rank_ranges",
    "rank_shares",
    "rank_spread",
    "smallest_weight_change",
    "stability_interval",
    "top_acceptability",
    "uniform_weights",
]
