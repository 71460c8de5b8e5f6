"""Weights from what people say: an order, swing points, pairwise judgements; and how far several of them agree."""

from __future__ import annotations

from models.ranking.weighting.ahp import MOST_CONSISTENT_RATIO, AhpWeights, Judgement, ahp_weights
from models.ranking.weighting.diagnostics import critic_weights, entropy_weights
from models.ranking.weighting.group import GroupWeights, agree_on_weights, kendall_w
from models.ranking.weighting.ordinal import rank_order_centroid, roc_weights
from models.ranking.weighting.swing import direct_weights, swing_weights

__all__ = [
    "MOST_CONSISTENT_RATIO",
    "AhpWeights",
    "GroupWeights",
    "Judgement",
    "agree_on_weights",
    "ahp_weights",
    "critic_weights",
    "direct_weights",
    "entropy_weights",
    "kendall_w",
    "rank_order_centroid",
    "roc_weights",
    "swing_weights",
]
