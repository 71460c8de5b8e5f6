"""Ranking: value functions with fixed bounds, classes that come first, and the additive model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.ranking.flags import Flag
from models.ranking.groups import group_contributions, group_weights
from models.ranking.moves import Move, moves_to_rank
from models.ranking.points import impact_band, impact_points
from models.ranking.result import RANKED, RELEASED, TASKED, TOO_LITTLE_KNOWN, Ranking, rank_areas, rank_table
from models.ranking.table import ValueTable, build_value_table, value_table_key
from models.ranking.value import evaluate, invert
from models.ranking.weights import check_weights, reweight

if TYPE_CHECKING:
    from models.ranking.additive import AdditiveValueRanker

__all__ = [
    "RANKED",
    "RELEASED",
    "TASKED",
    "TOO_LITTLE_KNOWN",
    "AdditiveValueRanker",
    "Flag",
    "Move",
    "Ranking",
    "ValueTable",
    "build_value_table",
    "check_weights",
    "evaluate",
    "group_contributions",
    "group_weights",
    "impact_band",
    "impact_points",
    "invert",
    "moves_to_rank",
    "rank_areas",
    "rank_table",
    "reweight",
    "value_table_key",
]


def __getattr__(name: str) -> Any:
    """Load the estimator on first use: importing scikit-learn takes longer than ranking does."""
    if name == "AdditiveValueRanker":
        from models.ranking.additive import AdditiveValueRanker

        return AdditiveValueRanker
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
