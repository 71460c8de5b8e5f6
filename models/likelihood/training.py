"""A table to learn from: features before the decision, results after it, and the place that each area belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.likelihood.around import Days, PlaceSums, Results, sum_around
from models.likelihood.estimator import OrdnanceLikelihood
from models.likelihood.missed import detected_share, fit_corrected
from models.likelihood.parts import AROUND, REACHES_M
from models.likelihood.selection import SurveyWeights, weigh_survey

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

MOST_RESULTS: Final = 30_000
"""Areas that a model is learned from, or judged by, at most: more take longer and change hardly anything."""
LEAST_OF_EACH: Final = 50
LEAST_PLACES: Final = 5


@dataclass(frozen=True, eq=False)
class TrainingTable:
    """Areas with what was known before, and what was found.

    Attributes
    ----------
    features : DataFrame of float, n x k
        As known before ``asked_on``; NaN is unknown.
    result : array of float, n
        1 explosive ordnance found, 0 nothing found, NaN never looked at (or not known what was found).
    place : array of text, n
        Unit that is held out.
    xy : array, n x 2, metres
        NaN where the location is unknown.
    asked_on, known_on : array of datetime64, n
        Day of the decision; day on which the result was known (NaT without one).
    is_witnessed : array of bool, n
        An accident or incident inside the area proved explosive ordnance before ``asked_on``. It defines no result.
    monotone : mapping feature -> {-1, 1}
    baselines : mapping name -> tuple of feature
        What simple models may use.
    neighbours : Results, optional
        Results that may stand around these areas; None: those of the table itself.
    """

    features: pd.DataFrame
    result: Floats
    place: NDArray[np.object_]
    xy: Floats
    asked_on: Days
    known_on: Days
    is_witnessed: Flags
    monotone: Mapping[str, int] = field(default_factory=dict)
    baselines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    neighbours: Results | None = None

    @property
    def is_looked_at(self) -> Flags:
        """Whether it is known what the area held."""
        known: Flags = ~np.isnan(self.result)
        return known

    @property
    def is_present(self) -> Flags:
        """Whether explosive ordnance was found; False too where nobody looked."""
        found: Flags = self.result == 1
        return found

    def take(self, rows: Flags) -> TrainingTable:
        """Some of the areas; the results of all stand around them as before."""
        return replace(
            self,
            features=self.features[rows],
            **{name: getattr(self, name)[rows] for name in ("result", "place", "xy", "asked_on", "known_on", "is_witnessed")},
            neighbours=self._around(),
        )

    def sums(self) -> PlaceSums:
        """Results around every area, known before its day."""
        return sum_around(self.xy, self._around(), asked_on=self.asked_on, reaches_m=REACHES_M)

    def _around(self) -> Results:
        if self.neighbours is not None:
            return self.neighbours
        looked = self.is_looked_at
        return Results(self.xy[looked], self.place[looked], self.is_present[looked], self.known_on[looked])

    def whole(self, sums: PlaceSums, left_out: NDArray[np.object_] | None = None) -> pd.DataFrame:
        """Features with the results around in places that are not left out."""
        around = pd.DataFrame(sums.shares(self.place, left_out), columns=list(AROUND), index=self.features.index)
        return pd.concat([self.features, around], axis=1)

    @property
    def n_found(self) -> int:
        """Areas where explosive ordnance was found."""
        return int(self.is_present.sum())

    @property
    def n_empty(self) -> int:
        """Areas where nothing was found."""
        return int((self.result == 0).sum())

    @property
    def n_places(self) -> int:
        """Places with a result."""
        return len(np.unique(self.place[self.is_looked_at].astype(str)))

    def too_little(self) -> str:
        """Why there is too little to learn from, in words; "" where there is enough."""
        if min(self.n_found, self.n_empty) < LEAST_OF_EACH or self.n_places < LEAST_PLACES:
            return (
                f"Learning needs {LEAST_OF_EACH} areas where explosive ordnance was found, {LEAST_OF_EACH} where none was, and "
                f"{LEAST_PLACES} places; found {self.n_found}, {self.n_empty} and {self.n_places}."
            )
        return ""


def rows_to_learn_from(is_looked_at: Flags, *, n_most: int = MOST_RESULTS, seed: int = 0) -> Flags:
    """Areas that were looked at; of more than ``n_most``, so many drawn by the seed."""
    looked = np.flatnonzero(is_looked_at)
    chosen = np.zeros(len(is_looked_at), dtype=bool)
    chosen[looked if len(looked) <= n_most else np.random.default_rng(seed).choice(looked, n_most, replace=False)] = True
    return chosen


def new_model(table: TrainingTable, random_state: int = 0) -> OrdnanceLikelihood:
    """The likelihood model for a table: more found around never lowers the probability."""
    return OrdnanceLikelihood(monotone={**dict.fromkeys(AROUND, 1), **table.monotone}, random_state=random_state)


def survey_weights(table: TrainingTable, rows: Flags, random_state: int = 0) -> SurveyWeights | None:
    """Weights of areas among ``rows`` for which areas were looked at; None where all or none of them were."""
    looked = table.is_looked_at[rows]
    if looked.all() or not looked.any():
        return None
    return weigh_survey(table.features[rows], looked, table.place[rows], random_state=random_state)


def fit_table(
    table: TrainingTable, sums: PlaceSums, rows: Flags, *, left_out: NDArray[np.object_] | None = None, is_weighted: bool = False,
    is_corrected: bool = False, random_state: int = 0,
) -> OrdnanceLikelihood:  # fmt: skip
    """The model learned from the areas among ``rows`` that were looked at.

    Parameters
    ----------
    table : TrainingTable
    sums : PlaceSums
        Of ``table``.
    rows : array of bool, n
        Areas that may be used; those never looked at among them serve the weights only.
    left_out : array, optional
        Places whose results may stand in no feature.
    is_weighted : bool
        Weigh areas looked at so that they resemble those never looked at.
    is_corrected : bool
        P(present) in place of P(found): see :mod:`models.likelihood.missed`.
    random_state : int
    """
    learn = rows & table.is_looked_at
    weights = survey_weights(table, rows, random_state) if is_weighted else None
    weight = None if weights is None else weights.weight[table.is_looked_at[rows]]
    X = table.whole(sums, left_out)[learn]
    found, places = table.is_present[learn], table.place[learn]
    model = new_model(table, random_state).fit(X, found, sample_weight=weight, groups=places)
    if not is_corrected:
        return model
    detected = detected_share(found, table.is_witnessed[learn], np.ones(len(found), dtype=bool))
    return fit_corrected(model, X, found, places, detected.value, weight)
