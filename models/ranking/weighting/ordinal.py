"""Weights from an order alone: rank-order centroid."""

from __future__ import annotations

import math
from collections.abc import Sequence

from geodata.errors import name_culprits
from models.errors import ModelsError


def rank_order_centroid(n: int) -> list[float]:
    """Centroid of all weights w1 >= w2 >= ... >= wn that sum to 1: ``w_k = (1/k + ... + 1/n) / n``.

    References
    ----------
    Barron, F. H. & Barrett, B. E. (1996). Decision quality using ranked attribute weights. Management Science 42(11),
    1515-1523. doi:10.1287/mnsc.42.11.1515

    >>> [round(weight, 4) for weight in rank_order_centroid(3)]
    [0.6111, 0.2778, 0.1111]
    """
    if n < 1:
        raise ModelsError(f"An order holds one criterion or more; this one holds {n}.", "Name the criteria, the most important first.")
    return [math.fsum(1.0 / place for place in range(first, n + 1)) / n for first in range(1, n + 1)]


def roc_weights(order: Sequence[str | Sequence[str]]) -> dict[str, float]:
    """Weights of criteria named in their order, the most important first.

    Parameters
    ----------
    order : sequence of criterion, or of several criteria that are as important as each other
        Criteria of equal importance share the weights of the places they take.

    Returns
    -------
    dict from criterion to weight
        They sum to 1.

    Raises
    ------
    ModelsError
        No criterion, or one named twice.

    >>> roc_weights(["lives", ["water", "school"]])
    {'lives': 0.611111111111111, 'water': 0.19444444444444442, 'school': 0.19444444444444442}
    """
    tiers = [[tier] if isinstance(tier, str) else list(tier) for tier in order]
    names = [name for tier in tiers for name in tier]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ModelsError(f"Each criterion stands once in an order; twice: {name_culprits(twice)}.", "Name it once.")
    centroid = rank_order_centroid(len(names))
    weights: dict[str, float] = {}
    for tier in tiers:
        shared = centroid[len(weights) : len(weights) + len(tier)]
        weights |= dict.fromkeys(tier, math.fsum(shared) / max(len(shared), 1))
    return weights
