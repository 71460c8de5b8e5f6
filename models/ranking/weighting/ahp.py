"""Weights from pairwise judgements: the analytic hierarchy process, with its consistency and its weakest judgement.

References
----------
Saaty, T. L. (1977). A scaling method for priorities in hierarchical structures. Journal of Mathematical Psychology 15(3),
234-281. doi:10.1016/0022-2496(77)90033-5
Saaty, T. L. (1990). How to make a decision: the analytic hierarchy process. European Journal of Operational Research 48(1),
9-26. doi:10.1016/0377-2217(90)90057-I
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.errors import name_culprits
from models.errors import ModelsError

Floats = NDArray[np.float64]

MOST_CONSISTENT_RATIO: Final = 0.10
"""Above this ratio Saaty asks to look at the judgements again."""
_RANDOM_INDEX: Final = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
"""Mean consistency index of random reciprocal matrices of 1 to 15 criteria (Saaty 1980)."""
_LEAST, _MOST = 1.0 / 9.0, 9.0


@dataclass(frozen=True)
class Judgement:
    """One criterion is ``ratio`` times as important as another.

    Attributes
    ----------
    first, second : str
    ratio : float
        1/9 to 9; below 1 where the second is the more important.
    """

    first: str
    second: str
    ratio: float


@dataclass(frozen=True)
class AhpWeights:
    """Weights and how well the judgements fit together.

    Attributes
    ----------
    weights : dict from criterion to weight
        They sum to 1.
    largest_eigenvalue : float
        The number of criteria where the judgements fit together perfectly, more otherwise.
    consistency_ratio : float
        Consistency index over that of random judgements; 0 with two criteria or fewer.
    worst : Judgement or None
        The judgement furthest from what all others say together, the first of several that are as far off (with three
        criteria all are); None where every one fits.
    implied_ratio : float
        What the weights say in its place; 1 where there is none.
    """

    weights: dict[str, float]
    largest_eigenvalue: float
    consistency_ratio: float
    worst: Judgement | None
    implied_ratio: float

    @property
    def is_consistent(self) -> bool:
        """Whether the ratio is at most 0.10."""
        return self.consistency_ratio <= MOST_CONSISTENT_RATIO


def ahp_weights(judgements: Sequence[Judgement]) -> AhpWeights:
    """Weights as the principal eigenvector of the matrix of judgements.

    Parameters
    ----------
    judgements : sequence of Judgement
        One for every pair of criteria, 15 criteria at most.

    Raises
    ------
    ModelsError
        A pair is missing or judged twice, a ratio lies outside 1/9 .. 9, a criterion is compared with itself, or there are
        more criteria than Saaty gives a random index for.
    """
    names = list(dict.fromkeys(name for judgement in judgements for name in (judgement.first, judgement.second)))
    _check(judgements, names)
    matrix = np.ones((len(names), len(names)))
    for judgement in judgements:
        row, column = names.index(judgement.first), names.index(judgement.second)
        matrix[row, column], matrix[column, row] = judgement.ratio, 1.0 / judgement.ratio
    eigenvalue, vector = _principal(matrix)
    worst, implied = _worst(judgements, names, vector)
    return AhpWeights(
        weights=dict(zip(names, vector.tolist(), strict=True)),
        largest_eigenvalue=eigenvalue,
        consistency_ratio=_ratio(eigenvalue, len(names)),
        worst=worst,
        implied_ratio=implied,
    )


def _check(judgements: Sequence[Judgement], names: Sequence[str]) -> None:
    if not 2 <= len(names) < len(_RANDOM_INDEX) + 1:
        raise ModelsError(
            f"Pairwise judgements serve 2 to {len(_RANDOM_INDEX)} criteria; here are {len(names)}.", "Group the criteria and judge groups."
        )
    wild = [f"{j.first} : {j.second} = {j.ratio:g}" for j in judgements if not _LEAST - 1e-9 <= j.ratio <= _MOST + 1e-9]
    if wild:
        raise ModelsError(f"A judgement lies between 1/9 and 9; found {name_culprits(wild)}.", "Use 1 equal, 3 moderate, 5 strong, 7, 9.")
    pairs = [frozenset((j.first, j.second)) for j in judgements]
    selves = [j.first for j in judgements if j.first == j.second]
    twice = sorted(" : ".join(sorted(pair)) for pair in set(pairs) if pairs.count(pair) > 1)
    if selves or twice:
        raise ModelsError(
            f"Each pair of two criteria is judged once; found {name_culprits([*selves, *twice])} more than that.", "Keep one judgement."
        )
    missing = [f"{a} : {b}" for a, b in combinations(names, 2) if frozenset((a, b)) not in pairs]
    if missing:
        raise ModelsError(f"Every pair of criteria needs a judgement; missing are {name_culprits(missing)}.", "Judge these pairs too.")


def _principal(matrix: Floats) -> tuple[float, Floats]:
    """Largest eigenvalue and its vector, which sums to 1."""
    values, vectors = np.linalg.eig(matrix)
    place = int(np.argmax(values.real))
    vector = np.abs(vectors[:, place].real)
    return float(values[place].real), vector / vector.sum()


def _ratio(eigenvalue: float, n: int) -> float:
    if n <= 2:
        return 0.0
    return max((eigenvalue - n) / (n - 1) / _RANDOM_INDEX[n - 1], 0.0)


def _worst(judgements: Sequence[Judgement], names: Sequence[str], weights: Floats) -> tuple[Judgement | None, float]:
    """The judgement whose ratio differs most, as a factor, from the ratio of the weights."""
    implied = [float(weights[names.index(j.first)] / weights[names.index(j.second)]) for j in judgements]
    off = [abs(float(np.log(j.ratio / ratio))) for j, ratio in zip(judgements, implied, strict=True)]
    place = next(place for place, each in enumerate(off) if each > max(off) - 1e-9)
    return (judgements[place], implied[place]) if off[place] > 1e-6 else (None, 1.0)
