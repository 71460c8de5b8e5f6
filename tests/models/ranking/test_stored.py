"""Every ranking estimator comes back from a skops file as it was, and nothing but our own types has to be trusted for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skops.io

from models.ranking import AdditiveValueRanker
from models.ranking.methods import PrometheeRanker, SpotisRanker, TopsisRanker, VikorRanker
from models.ranking.preference import PairwisePreferenceRanker

RANKERS = [AdditiveValueRanker, TopsisRanker, VikorRanker, SpotisRanker, PrometheeRanker, PairwisePreferenceRanker]
SHAPES = {
    "a": {"shape": "log", "low": 0, "high": 5, "scale": 1},
    "b": {"shape": "exponential", "low": 5, "high": 0, "rate": 2},
    "c": {"shape": "logistic", "low": 0, "high": 5, "midpoint": 2, "steepness": 6},
    "d": {"shape": "piecewise", "points": [[0, 0], [1, 0.8], [5, 1]]},
    "e": {"shape": "linear", "low": 0, "high": 5},
}


@pytest.mark.parametrize("has_criteria", [False, True], ids=["plain", "with criteria"])
@pytest.mark.parametrize("ranker", RANKERS)
def test_a_stored_ranker_gives_the_same_scores(ranker: type[Any], has_criteria: bool, scenario: Any) -> None:
    criteria = scenario(dict.fromkeys(SHAPES, 0.2), shapes=SHAPES).criteria if has_criteria else None
    draw = np.random.default_rng(1)
    table = draw.random((60, 5)) * (5 if has_criteria else 1)
    table[draw.random(table.shape) < 0.1] = np.nan
    learned_from = {"pairs": draw.permutation(60)[:60].reshape(-1, 2).repeat(2, axis=0)} if ranker is PairwisePreferenceRanker else {}
    fitted = ranker(criteria, **({"min_pairs": 10} if learned_from else {})).fit(table, **learned_from)
    stored = skops.io.dumps(fitted)
    foreign = skops.io.get_untrusted_types(data=stored)
    assert all(name.startswith(("models.ranking.", "geodata.schema.")) for name in foreign)
    back = skops.io.loads(stored, trusted=foreign)
    assert np.array_equal(back.predict(table), fitted.predict(table), equal_nan=True)
    assert back.get_params(deep=False).keys() == fitted.get_params(deep=False).keys()
    assert back.criteria == fitted.criteria
