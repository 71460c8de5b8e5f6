"""Weights from a few plain answers: an order of the criteria, points for their swings, or judgements about pairs of groups."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations, groupby
from typing import Final, Literal

from models.errors import ModelsError
from models.ranking.weighting import AhpWeights, Judgement, ahp_weights, roc_weights, swing_weights

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


def group_pairs(groups: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Every pair of the groups that criteria stand in (criterion -> group), in the order of the criteria, by its name.

    >>> group_pairs({"casualties": "risk", "poverty": "need", "ordnance": "risk"})
    {'risk:need': ('risk', 'need')}
    """
    return {":".join(pair): pair for pair in combinations(dict.fromkeys(groups.values()), 2)}


def paired_weights(
    groups: Mapping[str, str], shares: Mapping[str, float], told: Mapping[str, float]
) -> tuple[dict[str, float], AhpWeights]:
    """Weights from judgements about pairs of groups (AHP); inside a group the criteria keep their proportions.

    Parameters
    ----------
    groups : mapping from criterion to its group
    shares : mapping from criterion to its present share
        Criteria of a group that weighs nothing divide its weight evenly.
    told : mapping from "first:second" to how many times as important the first group is, 1/9 to 9

    Returns
    -------
    (dict from criterion to share, AhpWeights)
        The shares sum to 1; the second holds consistency and the judgement that fits least.

    Raises
    ------
    ModelsError
        There are fewer than two groups, a pair is missing, or a ratio lies outside 1/9 .. 9.
    """
    pairs = group_pairs(groups)
    missing = [name for name in pairs if name not in told]
    if missing or not pairs:
        raise ModelsError(
            f"Every pair of two groups or more needs a judgement; {len(missing)} of {len(pairs)} have none.", "Judge every pair."
        )
    found = ahp_weights([Judgement(*pair, told[name]) for name, pair in pairs.items()])
    weights = {}
    for name, group in groups.items():
        members = [each for each, own in groups.items() if own == group]
        total = math.fsum(shares[each] for each in members)
        weights[name] = found.weights[group] * (shares[name] / total if total > 0 else 1.0 / len(members))
    return weights, found


def _by_order(places: Mapping[str, float]) -> dict[str, float]:
    odd = [name for name, place in places.items() if not (math.isfinite(place) and place >= 1 and place == int(place))]
    if odd:
        raise ModelsError(f"A place is a whole number from 1; it is {places[odd[0]]:g} for {odd[0]}.", "Use 1, 2, 3 and so on.")
    ordered = sorted(places, key=lambda name: places[name])
    return roc_weights([list(tier) for _, tier in groupby(ordered, key=lambda name: places[name])])
