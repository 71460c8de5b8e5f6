"""Rank acceptability of the top 50 with 1,000 draws of weights, beside the same draws with a bare partition."""

from __future__ import annotations

import numpy as np

from benchmarks.figure import Figure, time_pair
from benchmarks.rerank import N_AREAS, N_CRITERIA, make_case
from models.firmness import smallest_weight_change, top_acceptability, uniform_weights
from models.ranking import rank_areas

N_DRAWS, TOP = 1_000, 50


def run() -> list[Figure]:
    """Top-k acceptability, and the exact weight-stability interval of one area over all criteria."""
    values, areas, scenario = make_case(0.0)
    ranking = rank_areas(values, areas, scenario.model_copy(update={"classes": ()}))
    draws = uniform_weights(N_CRITERIA, N_DRAWS, seed=1)
    matrix = np.ascontiguousarray(ranking.values[ranking.is_ranked].T)

    def bare() -> None:
        for weights in draws:
            np.argpartition(-(weights @ matrix), TOP)

    ours, peer = time_pair(lambda: top_acceptability(ranking, draws, TOP), bare, repeats=3)
    at = f"{N_AREAS:,} x {N_CRITERIA}, {N_DRAWS:,} draws, top {TOP}"
    row = int(ranking.order[TOP])
    interval, floor = time_pair(lambda: smallest_weight_change(ranking, row, TOP), lambda: np.argsort(ranking.score, kind="stable"))
    return [
        Figure("rank acceptability", at, ours, peer, "the same draws with bare argpartition", "s", "<= 1.2 s"),
        Figure("smallest weight change", f"{N_AREAS:,} x {N_CRITERIA}, exact", interval, floor, "a stable argsort", "s", "<= 1 s"),
    ]
