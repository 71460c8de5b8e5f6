"""Weights that somebody could hold: drawn at random, the same for the same seed.

References
----------
Lahdelma, R. & Salminen, P. (2001). SMAA-2: stochastic multicriteria acceptability analysis for group decision making.
Operations Research 49(3), 444-454. doi:10.1287/opre.49.3.444.11220
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelsError

Floats = NDArray[np.float64]


def uniform_weights(n_criteria: int, n_draws: int, *, seed: int) -> Floats:
    """Weights from the whole simplex, each set of shares as likely as another; n_draws x n_criteria, rows sum to 1."""
    _check_draws(n_draws)
    return np.random.default_rng(seed).dirichlet(np.ones(n_criteria), n_draws)


def around_profile(weights: Sequence[float], n_draws: int, *, spread: float, seed: int) -> Floats:
    """Weights around a profile.

    Parameters
    ----------
    weights : sequence of float, k, >= 0, sum above 0
        A criterion of weight 0 stays at 0.
    n_draws : int
    spread : float, above 0
        Standard deviation of a share of one half; a Dirichlet distribution with the profile as its mean.
    seed : int

    Returns
    -------
    array of float, n_draws x k, rows sum to 1
    """
    _check_draws(n_draws)
    if not 0 < spread < 0.5:
        raise ModelsError(f"The spread of weights lies between 0 and 0.5; it is {spread}.", "Give a spread such as 0.05.")
    shares = np.asarray(weights, dtype=np.float64)
    shares = shares / shares.sum()
    concentration = 0.25 / spread**2 - 1.0
    counted = shares > 0
    drawn = np.zeros((n_draws, len(shares)))
    drawn[:, counted] = np.random.default_rng(seed).dirichlet(shares[counted] * concentration, n_draws)
    return drawn


def between_profiles(profiles: Sequence[Sequence[float]], n_draws: int, *, seed: int) -> Floats:
    """Weights between stakeholders' profiles: mixtures of them, each mixture as likely as another; n_draws x k."""
    _check_draws(n_draws)
    corners = np.asarray(profiles, dtype=np.float64)
    corners = corners / corners.sum(axis=1, keepdims=True)
    mixtures: Floats = np.random.default_rng(seed).dirichlet(np.ones(len(corners)), n_draws)
    blended: Floats = mixtures @ corners
    return blended


def _check_draws(n_draws: int) -> None:
    if n_draws < 1:
        raise ModelsError(f"At least one draw is needed; asked for were {n_draws}.", "Draw 1,000 times or more.")
