"""Made-up judges with known preferences about the areas of a programme: how near learning comes to what they hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from dashboard.programme import Programme
from models.ranking.preference import PairwisePreferenceRanker, choose_pairs

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def ranked_values(programme: Programme) -> Floats:
    """Values of the ranked areas for the criteria that weigh something, n x k; NaN unknown."""
    ranking = programme.rank()
    weighs = np.array([criterion.weight > 0 for criterion in ranking.scenario.criteria])
    return ranking.values[ranking.order][:, weighs]


@dataclass(frozen=True, eq=False)
class Judge:
    """Somebody whose weights are drawn and whose value functions bend; of what is unknown of an area the judge knows nothing.

    Attributes
    ----------
    values : array of float, n x k
    score : array of float, n
        What the judge holds of each area.
    draw : Generator
        Which pairs are asked, and which answers slip.
    wrong : float
        Share of answers given the wrong way round.
    """

    values: Floats
    score: Floats
    draw: np.random.Generator
    wrong: float

    @classmethod
    def of(cls, values: Floats, seed: int, wrong: float = 0.1) -> Judge:
        """A judge drawn with a seed."""
        draw = np.random.default_rng(seed)
        weights = draw.dirichlet(np.full(values.shape[1], 2.0))
        bent = values ** np.exp(draw.uniform(-0.7, 0.7, values.shape[1]))
        score = (np.nan_to_num(bent) @ weights) / (~np.isnan(values) @ weights)
        return cls(values, score, draw, wrong)

    def answers(self, pairs: Integers) -> Integers:
        """The pairs with the one judged to come first in front."""
        first, second = self.score[pairs[:, 0]], self.score[pairs[:, 1]]
        is_right = (first > second) ^ (self.draw.random(len(pairs)) < self.wrong)
        return np.where(is_right[:, np.newaxis], pairs, pairs[:, ::-1])

    def random_pairs(self, n: int) -> Integers:
        """Pairs of areas that the judge holds apart."""
        pairs = self.draw.integers(0, len(self.values), (4 * n, 2))
        return pairs[self.score[pairs[:, 0]] != self.score[pairs[:, 1]]][:n]

    def tau_of_random(self, n: int) -> float:
        """Kendall's tau between what is learned from so many random pairs and what the judge holds."""
        return self._tau(self.answers(self.random_pairs(n)))

    def tau_of_chosen(self, n: int, *, first: int = 50, step: int = 30) -> float:
        """The same from pairs of which all after the first are chosen to teach most, ``step`` at a time."""
        asked = self.answers(self.random_pairs(first))
        while len(asked) < n:
            ranker = PairwisePreferenceRanker().fit(self.values, pairs=asked)
            new = choose_pairs(ranker, self.values, asked, min(step, n - len(asked)), seed=len(asked))
            asked = np.vstack([asked, self.answers(new)])
        return self._tau(asked)

    def _tau(self, judged: Integers) -> float:
        found = PairwisePreferenceRanker().fit(self.values, pairs=judged).predict(self.values)
        known = ~np.isnan(found)
        return float(kendalltau(found[known], self.score[known]).statistic)
