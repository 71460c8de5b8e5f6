"""The first of some scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def first_of(scores: Floats, places: int, pilot: Integers | None = None) -> Integers:
    """Positions of the first of some scores; of equal ones at the line, those that stand first.

    Only scores that reach the line among the pilots are sorted, which are all that can be among the first.
    """
    if places >= len(scores):
        return np.arange(len(scores))
    near = np.arange(len(scores)) if pilot is None else np.flatnonzero(scores >= line_of(scores[pilot], places))
    candidates = scores[near]
    line = line_of(candidates, places)
    above = near[candidates > line]
    tied = near[candidates == line]
    return np.concatenate([above, tied[: places - len(above)]])


def line_of(scores: Floats, places: int) -> float:
    """The score of the last that is among the first ``places``."""
    return float(np.partition(scores, len(scores) - places)[len(scores) - places])
