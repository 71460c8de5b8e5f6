"""Weights given as numbers: directly, or as points for the swing of a criterion from its worst to its best."""

from __future__ import annotations

import math
from collections.abc import Mapping

from models.errors import ModelsError
from models.ranking.weights import check_weights

_MOST_POINTS = 100.0


def direct_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights as shares that sum to 1.

    Raises
    ------
    ModelsError
        One is negative or not finite, or all are 0.

    >>> direct_weights({"lives": 3, "water": 1})
    {'lives': 0.75, 'water': 0.25}
    """
    check_weights(weights)
    total = math.fsum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def swing_weights(points: Mapping[str, float]) -> dict[str, float]:
    """Weights from swing points.

    "All criteria are at their worst. Which one would you bring to its best first?" gets 100 points; each other criterion gets
    the worth of its own swing compared with that, 0..100. The bounds of the value functions say what worst and best are.

    Parameters
    ----------
    points : mapping from criterion to points, 0..100, the largest 100

    Raises
    ------
    ModelsError
        The largest is not 100, or a number is negative or not finite.

    References
    ----------
    von Winterfeldt, D. & Edwards, W. (1986). Decision Analysis and Behavioral Research, ch. 8.

    >>> swing_weights({"lives": 100, "water": 60, "road": 40})
    {'lives': 0.5, 'water': 0.3, 'road': 0.2}
    """
    check_weights(points)
    largest = max(points.values())
    if largest != _MOST_POINTS:
        raise ModelsError(
            f"The criterion whose swing is worth most gets 100 points; the largest here is {largest:g}.",
            "Give 100 to the most important swing and judge the others against it.",
        )
    return direct_weights(points)
