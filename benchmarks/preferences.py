"""Preferences learned in the example country from judges whose preferences are known: 20 judges, 500 answers, a tenth of them wrong."""

from __future__ import annotations

import numpy as np

from benchmarks.cases.judges import Judge, ranked_values
from benchmarks.cases.serving import example
from benchmarks.figure import Figure
from dashboard.programme import Programme

N_AREAS, N_JUDGES, N_ANSWERS = 2_000, 20, 500
N_CHOSEN = 350
"""30 % fewer."""


def run() -> list[Figure]:
    """How far what is learned is from what each judge holds, as 1 - Kendall's tau, from random pairs and from fewer chosen ones."""
    with example(N_AREAS) as folder:
        values = ranked_values(Programme.open(folder))
    by_chance = np.array([1 - Judge.of(values, seed).tau_of_random(N_ANSWERS) for seed in range(N_JUDGES)])
    chosen = np.array([1 - Judge.of(values, seed).tau_of_chosen(N_CHOSEN) for seed in range(N_JUDGES)])
    at = f"{len(values):,} areas, {N_JUDGES} judges, a tenth of the answers wrong"
    nothing = float("nan")
    return [
        Figure(f"1 - tau, {N_ANSWERS} random pairs, mean", at, float(by_chance.mean()), nothing, "", "", "<= 0.1"),
        Figure(f"1 - tau, {N_ANSWERS} random pairs, worst judge", at, float(by_chance.max()), nothing, "", "", "<= 0.1"),
        Figure(
            f"1 - tau, {N_CHOSEN} chosen pairs, mean",
            at,
            float(chosen.mean()),
            float(by_chance.mean()),
            f"{N_ANSWERS} random pairs",
            "",
            "<= 1x",
        ),
    ]
