"""What pairs "this area before that one" say about the weights, and how far to trust it.

It is a view beside the adopted weights; nothing takes it over by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dashboard.services.preferences.judgements import Integers, asked_apart, judgements_of
from dashboard.services.views import TOP, RankedView
from models.ranking.preference import MIN_PAIRS

if TYPE_CHECKING:
    import pandas as pd

    from models.ranking.preference import PreferenceReport

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Learned:
    """What pairs say.

    Attributes
    ----------
    n_pairs, min_pairs : int
        Fewer than ``min_pairs`` teach nothing.
    weights : dict of criterion to share
        Empty where there are too few.
    score : array of float, n
        Of every area of the snapshot, under what was learned; NaN where too little is known, or nothing was learned.
    n_top, n_top_shared : int
        Length of the top of the list, and areas that the learned scores and the adopted ones have in common there.
    tau : float or None
        Kendall's tau between the learned scores and the adopted ones of the list; None where nothing was learned.
    """

    n_pairs: int
    min_pairs: int
    weights: dict[str, float]
    score: Floats
    n_top: int
    n_top_shared: int
    tau: float | None

    @property
    def refused(self) -> str:
        """Why nothing was learned; "" where something was."""
        if self.weights:
            return ""
        return f"At least {self.min_pairs} judgements are needed to learn from; there are {self.n_pairs}."


def learn(view: RankedView, pairs: Integers) -> Learned:
    """Weights that pairs of rows, the first before the second, speak of."""
    from models.ranking.preference import PairwisePreferenceRanker

    ranker = PairwisePreferenceRanker(min_known_share=view.scenario.min_known_share)
    if len(pairs) < MIN_PAIRS:
        return Learned(len(pairs), MIN_PAIRS, {}, np.full(len(view.ranking.values), np.nan), view.n_top, 0, None)
    rows, places = _compact(pairs)
    ranker.fit(view.ranking.values[rows], pairs=places)
    weights = dict(zip((criterion.id for criterion in view.scenario.criteria), map(float, ranker.weights_), strict=True))
    score = ranker.predict(view.ranking.values)
    return Learned(len(pairs), MIN_PAIRS, weights, score, view.n_top, _shared_top(view, score), _tau(view, score))


def learn_apart(view: RankedView, table: pd.DataFrame, group: str = "") -> dict[str, Learned]:
    """What women's, men's and joint consultations of a group say, each by itself; none where fewer than two of them are stated.

    Parameters
    ----------
    view : RankedView
    table : DataFrame
        Judgements with the columns of the registry's table.
    group : str
        "" for everyone.
    """
    stated = [consultation for name, consultation in asked_apart(table) if name == group and consultation]
    if len(stated) < 2:
        return {}
    return {consultation: learn(view, judgements_of(view, table, group, consultation).pairs) for consultation in stated}


def foretell(view: RankedView, pairs: Integers, place: str) -> PreferenceReport:
    """How well pairs about held-out places are foretold by the others; takes some seconds.

    Parameters
    ----------
    view : RankedView
    pairs : array of int, m x 2
    place : str
        Column of the areas that names the places which are held out in turn (``likelihood: place`` of config.yaml).

    Raises
    ------
    ModelsError
        Too few pairs, or too few places.
    """
    rows, positions = _compact(pairs)
    places = view.snapshot.records[place].fillna("").to_numpy(dtype=object)[rows]
    from models.ranking.preference import PairwisePreferenceRanker, evaluate_preferences

    ranker = PairwisePreferenceRanker(min_pairs=1)
    return evaluate_preferences(ranker, view.ranking.values[rows], positions, places.tolist(), k=TOP)


def _compact(pairs: Integers) -> tuple[Integers, Integers]:
    """Rows that pairs speak of, and the pairs as positions among them: the rest of the country teaches nothing."""
    rows, positions = np.unique(pairs, return_inverse=True)
    return rows, positions.reshape(pairs.shape)


def _shared_top(view: RankedView, score: Floats) -> int:
    """Areas that are in the top by the scenario's own scores and by the learned ones; classes count in neither."""
    rows = view.own.order

    def top(by: Floats) -> Integers:
        first: Integers = rows[np.argsort(-np.nan_to_num(by[rows], nan=-1.0), kind="stable")[: view.n_top]]
        return first

    return len(np.intersect1d(top(view.own.score), top(score)))


def _tau(view: RankedView, score: Floats) -> float | None:
    rows = view.own.order[~np.isnan(score[view.own.order])]
    from scipy.stats import kendalltau

    tau = float(kendalltau(score[rows], view.own.score[rows]).statistic) if len(rows) > 1 else np.nan
    return None if np.isnan(tau) else tau
