"""Firmness: how much of a ranking would stand under other weights."""

from __future__ import annotations

from models.firmness.acceptability import Acceptability, Advice, give_advice, top_acceptability
from models.firmness.draws import around_profile, between_profiles, uniform_weights
from models.firmness.stability import StabilityInterval, smallest_weight_change, stability_interval

__all__ = [
    "Acceptability",
    "Advice",
    "StabilityInterval",
    "around_profile",
    "between_profiles",
    "give_advice",
    "smallest_weight_change",
    "stability_interval",
    "top_acceptability",
    "uniform_weights",
]
