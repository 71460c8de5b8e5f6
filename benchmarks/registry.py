"""A registry of 1,000,000 records: one area with its history while four processes write, and a past state of 100,000 areas."""

from __future__ import annotations

import datetime as dt
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.cases.million import N_AREAS, area_ids, make_million
from benchmarks.figure import Figure, time_pair
from geodata.registry import Registry

N_READS = 4000
N_WRITERS = 4
PAUSE_S = 0.1
REPEATS = 5
PAST = dt.date(2022, 12, 31)


def run() -> list[Figure]:
    """95 % of the reads of one area stay within a time with and without writers; a past state beside the present one."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "registry.sqlite"
        registry = make_million(path)
        alone = _p95_ms(registry)
        with _writers(path) as counts:
            beside = _p95_ms(registry)
        read = [lambda: registry.read("hazard_areas", as_of=PAST), lambda: registry.read("hazard_areas")]
        past = time_pair(read[0], read[1], REPEATS)
        registry.close()
    at = "1,000,000 records"
    writing = f"{at}, {N_WRITERS} writers making {sum(counts)} changes meanwhile"
    return [
        Figure("one area and its history, 95 % within", writing, beside, alone, "the same with no writer", "ms", "<= 20 ms"),
        Figure("state of a past day", f"{N_AREAS:,} areas, {at}", past[0], past[1], "the present state", "s", "<= 2 s"),
    ]


def _p95_ms(registry: Registry) -> float:
    """The time within which 95 % of the reads stay, milliseconds."""
    chosen = random.Random(3).sample(area_ids(), N_READS)
    taken = []
    for area_id in chosen:
        started = time.perf_counter()
        record = registry.record("hazard_areas", area_id)
        events = registry.history("hazard_areas", area_id)
        taken.append(time.perf_counter() - started)
        assert record is not None
        assert events
    return float(np.percentile(taken, 95)) * 1000


@contextmanager
def _writers(path: Path) -> Iterator[list[int]]:
    """Processes that write while the block runs; holds how many changes each made when it has ended."""
    command = [sys.executable, "-m", "benchmarks.cases.registry_writer", str(path)]
    started = [
        subprocess.Popen(
            [*command, f"writer {number}", str(N_AREAS), str(PAUSE_S)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for number in range(N_WRITERS)
    ]
    for writer in started:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    counts: list[int] = []
    try:
        yield counts
    finally:
        counts += [int(writer.communicate()[0]) for writer in started]
