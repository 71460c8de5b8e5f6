"""One measured figure beside its peer or floor."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """A measure of ours beside a peer's in the same run.

    Attributes
    ----------
    name : str
        What was measured.
    at : str
        At which size.
    ours, peer : float
        In ``unit``; peer is NaN where the target is absolute.
    peer_name : str
        What the peer or floor is.
    unit : str
    target : str
        What is to be reached, e.g. ``<= 1.5x`` or ``<= 0.2 s``.
    """

    name: str
    at: str
    ours: float
    peer: float
    peer_name: str
    unit: str
    target: str

    @property
    def ratio(self) -> float:
        """Ours over peer's."""
        return self.ours / self.peer

    @property
    def reached(self) -> bool | None:
        """Whether the target is met; None where it is not of the form ``<= number``."""
        words = self.target.split()
        if len(words) < 2 or words[0] != "<=":
            return None
        if words[1].endswith("x"):
            return self.ratio <= float(words[1][:-1])
        return self.ours <= float(words[1])


def time_median(run: Callable[[], object], repeats: int = 5) -> float:
    """Median wall-clock seconds over some runs, after one that is not counted."""
    run()
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    return median(seconds)


def time_pair(ours: Callable[[], object], peer: Callable[[], object], repeats: int = 5) -> tuple[float, float]:
    """Median seconds of two things run in turn, so that a drifting machine slows both."""
    ours()
    peer()
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for run, kept in zip((ours, peer), seconds, strict=True):
            started = time.perf_counter()
            run()
            kept.append(time.perf_counter() - started)
    return median(seconds[0]), median(seconds[1])
