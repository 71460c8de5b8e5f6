"""Scores as points: what a sum of weight x points, such as IMSMA NG's Impact Scoring, gives."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models.ranking.result import Ranking

Floats = NDArray[np.float64]
_DIGITS = 6


def impact_points(ranking: Ranking, weights: Mapping[str, float]) -> Floats:
    """Points of every area, n.

    Where each criterion goes straight from 0 to ``high`` and weighs ``points x high``, the sum of points x counted is the score times the
    sum of the weights.

    Parameters
    ----------
    ranking : Ranking
        Additive, by these weights.
    weights : mapping from criterion to weight
        As the profile states them, before they are made shares of 1.

    Returns
    -------
    array of float, n
        NaN where anything that weighs is unknown: a sum with an unknown part is unknown. A count above its ``high`` counts as ``high``.
    """
    points = ranking.score * math.fsum(weights.values())
    return np.where(ranking.known_share >= 1.0 - 1e-9, np.round(points, _DIGITS), np.nan)


def impact_band(points: Floats, *, medium: float = 6.0, high: float = 11.0) -> NDArray[np.object_]:
    """Band of each number of points: "none" at 0, "low", "medium" and "high" from the stated ends; None where unknown.

    The ends are those of many Landmine Impact Surveys; verify them with the national report.
    """
    bands = np.full(points.shape, "low", dtype=object)
    bands[points >= medium] = "medium"
    bands[points >= high] = "high"
    bands[points == 0] = "none"
    bands[np.isnan(points)] = None
    return bands
