"""Other ranking methods, for comparison beside the additive one: each sees the same measurements and weights."""

from __future__ import annotations

from models.ranking.methods.base import MethodRanker
from models.ranking.methods.compare import AreaMove, MethodComparison, compare_methods, make_ranker, method_scores
from models.ranking.methods.promethee import PrometheeRanker, net_flows
from models.ranking.methods.reversal import RankReversal, rank_reversal
from models.ranking.methods.spotis import SpotisRanker, spotis_distance
from models.ranking.methods.topsis import TopsisRanker, topsis_closeness, topsis_reference
from models.ranking.methods.vikor import VikorRanker, vikor_index, vikor_reference

__all__ = [
    "AreaMove",
    "MethodComparison",
    "MethodRanker",
    "PrometheeRanker",
    "RankReversal",
    "SpotisRanker",
    "TopsisRanker",
    "VikorRanker",
    "compare_methods",
    "make_ranker",
    "method_scores",
    "net_flows",
    "rank_reversal",
    "spotis_distance",
    "topsis_closeness",
    "topsis_reference",
    "vikor_index",
    "vikor_reference",
]
