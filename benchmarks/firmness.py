"""Rank acceptability with 1,000 draws of weights, beside the same draws with a bare partition or sort; exact weight changes."""

from __future__ import annotations

import numpy as np

from benchmarks.figure import Figure, time_pair
from benchmarks.rerank import N_AREAS, N_CRITERIA, make_case
from geodata.schema.config import MeasureError
from models.firmness import DataErrors, around_profile, rank_shares, smallest_weight_change, top_acceptability, uniform_weights
from models.ranking import rank_areas

N_DRAWS, TOP = 1_000, 50


def run() -> list[Figure]:
    """The top of the list under any weights and under weights around a profile, all ranks, errors of all data, one exact change."""
    values, areas, scenario = make_case(0.0)
    ranking = rank_areas(values, areas, scenario.model_copy(update={"classes": ()}))
    draws = uniform_weights(N_CRITERIA, N_DRAWS, seed=1)
    near = around_profile(list(ranking.scenario.weights.values()), N_DRAWS, spread=0.05, seed=1)
    matrix = np.ascontiguousarray(ranking.values[ranking.is_ranked].T)
    place = np.random.default_rng(2).random((2, N_AREAS))
    wrong = MeasureError(share=0.2, together=0.5, source="this benchmark")
    errors = DataErrors(dict.fromkeys(ranking.criteria, wrong), place[0], place[1], seed=1)

    def bare_partition() -> None:
        for weights in draws:
            np.argpartition(-(weights @ matrix), TOP)

    def bare_sort() -> None:
        for weights in draws:
            np.argsort(-(weights @ matrix))

    at = f"{N_AREAS:,} x {N_CRITERIA}, {N_DRAWS:,} draws"
    peer = "the same draws with bare argpartition"
    top, partition = time_pair(lambda: top_acceptability(ranking, draws, TOP), bare_partition, repeats=3)
    around, _ = time_pair(lambda: top_acceptability(ranking, near, TOP), lambda: None, repeats=3)
    everything, sort = time_pair(lambda: rank_shares(ranking, draws, TOP), bare_sort, repeats=1)
    with_errors, _ = time_pair(lambda: top_acceptability(ranking, near, TOP, errors=errors), lambda: None, repeats=1)
    row = int(ranking.order[TOP])
    interval, floor = time_pair(lambda: smallest_weight_change(ranking, row, TOP), lambda: np.argsort(ranking.score, kind="stable"))
    return [
        Figure("rank acceptability, any weights", f"{at}, top {TOP}", top, partition, peer, "s", "<= 1.2 s"),
        Figure("rank acceptability, around a profile", f"{at}, top {TOP}", around, partition, peer, "s", "<= 1.2 s"),
        Figure("all ranks", at, everything, sort, "the same draws with bare argsort", "s", "<= 8 s"),
        Figure("with errors of all data", f"{at}, top {TOP}", with_errors, partition, peer, "s", "<= 15 s"),
        Figure("smallest weight change", f"{N_AREAS:,} x {N_CRITERIA}, exact", interval, floor, "a stable argsort", "s", "<= 1 s"),
    ]
