"""Fifty people at once on one laptop: answers, errors and processor time of the server, on loopback."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from benchmarks.cases.people import crowd, open_site
from benchmarks.cases.serving import HOST, example, serving
from benchmarks.figure import Figure
from dashboard.programme import Programme

SIZES = (2_000, 20_000)
N_PEOPLE, THINK_S, RUN_S, WARM_S = 50, 1.0, 20.0, 4.0
N_FEW = 2
SERVE = "import sys; from dashboard.server import serve; serve(sys.argv[1], sys.argv[2], int(sys.argv[3]), 2, one_time_link=True)"


def run() -> list[Figure]:
    """The example country in two sizes."""
    figures = []
    for n_areas in SIZES:
        with example(n_areas) as folder:
            figures += crowd_figures(folder, n_areas)
    return figures


def crowd_figures(folder: Path, n_areas: int) -> list[Figure]:
    """Seconds and processor time of one interaction: weight change, page of the table and colours; beside two people alone."""
    programme = Programme.open(folder)
    criteria = tuple(section.id for section in programme.config.criteria)
    with serving([sys.executable, "-c", SERVE, str(folder), HOST, "PORT"]) as server:
        site = open_site(server.port, server.output, programme.snapshot().data_version, criteria)
        crowd(site, N_FEW, THINK_S / 4, WARM_S)
        few = crowd(site, N_FEW, THINK_S, RUN_S / 2)
        before = server.cpu_s()
        many = crowd(site, N_PEOPLE, THINK_S, RUN_S)
        spent_ms = (server.cpu_s() - before) * 1000
        megabytes = server.worker_mb()
    for error in sorted(set(few.errors + many.errors))[:3]:
        sys.stderr.write(f"users: {error}\n")
    n, nothing = len(many.seconds), float("nan")
    at = f"{N_PEOPLE} people, {THINK_S:g} s think time, {n_areas:,} areas, {n / RUN_S:.0f} interactions a second"
    alone = f"{N_FEW} people"
    p50, p95 = np.percentile(many.seconds or [nothing], [50, 95])
    p50_few, p95_few = np.percentile(few.seconds or [nothing], [50, 95])
    return [
        Figure("interaction, half within", at, p50, p50_few, alone, "s", "told, no target"),
        Figure("interaction, 95 % within", at, p95, p95_few, alone, "s", "<= 0.5 s"),
        Figure("processor time of the server, each", at, spent_ms / max(n, 1), nothing, "none", "ms", "<= 40 ms"),
        Figure("errors", at, float(len(many.errors)), nothing, "none", "of them", "<= 0"),
        Figure("memory of a worker after it", at, megabytes, nothing, "none", "MB", "told, no target"),
    ]
