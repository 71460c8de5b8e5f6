"""Weights from a few plain answers: an order of the criteria, or points for their swings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import groupby
from typing import Final, Literal

from models.errors import ModelsError
from models.ranking.weighting import roc_weights, swing_weights

Way = Literal["order", "points"]
WAYS: Final[tuple[Way, ...]] = ("order", "points")


def asked_weights(way: Way, told: Mapping[str, float | None]) -> dict[str, float]:
    """Weights as shares that sum to 1, of every criterion that was asked about.

    Parameters
    ----------
    way : {"order", "points"}
        Places (1 for the most important, the same number for equals; rank-order centroid), or swing points (100 for the swing
        that matters most).
    told : mapping from criterion to number
        None leaves a criterion out: it weighs 0.

    Raises
    ------
    ModelsError
        Nothing was told, a place is no whole number of 1 or more, or the points are none.

    >>> asked_weights("order", {"lives": 1, "water": 2, "road": None})
    {'lives': 0.75, 'water': 0.25, 'road': 0.0}
    """
    numbers = {name: float(number) for name, number in told.items() if number is not None}
    if not numbers:
        raise ModelsError("Weights need a number for one criterion or more; there is none.", "Give the most important one its number.")
    shares = swing_weights(numbers) if way == "points" else _by_order(numbers)
    return {name: shares.get(name, 0.0) for name in told}


def _by_order(places: Mapping[str, float]) -> dict[str, float]:
    odd = [name for name, place in places.items() if not (math.isfinite(place) and place >= 1 and place == int(place))]
    if odd:
        raise ModelsError(f"A place is a whole number from 1; it is {places[odd[0]]:g} for {odd[0]}.", "Use 1, 2, 3 and so on.")
    ordered = sorted(places, key=lambda name: places[name])
    return roc_weights([list(tier) for _, tier in groupby(ordered, key=lambda name: places[name])])
