"""Probabilities for areas whose place, or whose years, the model has not seen; the only kind that is ever judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from models.likelihood.baselines import base_rate, log_logistic, random_forest
from models.likelihood.training import TrainingTable, fit_table

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LIKELIHOOD: Final = "likelihood"
BASE_RATE: Final = "overall share"
YEARS: Final = "held-out years"
FOREST: Final = "random forest"
N_PLACE_FOLDS: Final = 5


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Probabilities by models that did not see the areas' place or years.

    Attributes
    ----------
    validation : str
    probs : mapping model -> array, n
        The likelihood first; NaN for areas that were not judged.
    is_unlike : array of bool, n
        Areas unlike those the model learned from.
    """

    validation: str
    probs: Mapping[str, Floats]
    is_unlike: Flags

    @property
    def is_judged(self) -> Flags:
        """Which areas have a probability."""
        judged: Flags = ~np.isnan(next(iter(self.probs.values())))
        return judged


def held_out_places(
    table: TrainingTable,
    *,
    n_folds: int = N_PLACE_FOLDS,
    is_weighted: bool = False,
    is_corrected: bool = False,
    has_baselines: bool = True,
    random_state: int = 0,
) -> HeldOut:
    """Every area judged by a model that saw no result of its place, in labels or in features.

    Parameters
    ----------
    table : TrainingTable
    n_folds : int
        Groups of places that are left out in turn; fewer where there are fewer places.
    is_weighted, is_corrected : bool
        See :func:`models.likelihood.training.fit_table`.
    has_baselines : bool
    random_state : int
    """
    code = np.unique(table.place.astype(str), return_inverse=True)[1]
    sums = table.sums()
    models: dict[str, Floats] = {}
    unlike = np.zeros(len(code), dtype=bool)
    for _, test in GroupKFold(min(n_folds, int(code.max()) + 1)).split(code, code, code):
        is_test = np.zeros(len(code), dtype=bool)
        is_test[test] = True
        out = np.unique(table.place[is_test].astype(str)).astype(object)
        model = fit_table(
            table, sums, ~is_test, left_out=out, is_weighted=is_weighted, is_corrected=is_corrected, random_state=random_state
        )
        X = table.whole(sums, out)
        _put(models, LIKELIHOOD, is_test, model.predict_proba(X[is_test])[:, 1])
        unlike[is_test] = model.is_unlike_training(X[is_test])
        if has_baselines:
            _judge_baselines(models, table, ~is_test, is_test, random_state)
    return HeldOut("held-out places", models, unlike)


def held_out_years(table: TrainingTable, origin: Any, *, random_state: int = 0) -> HeldOut:
    """Areas decided on or after a day, judged by a model of what was known before it.

    Parameters
    ----------
    table : TrainingTable
    origin : datetime64
        Results known before it are learned from; areas asked about on it or later, and looked at since, are judged.
    random_state : int
    """
    is_known = table.is_looked_at & (table.known_on < origin)
    is_test = table.is_looked_at & (table.asked_on >= origin)
    then = replace(table, result=np.where(is_known, table.result, np.nan), asked_on=np.minimum(table.asked_on, origin))
    models: dict[str, Floats] = {}
    unlike = np.zeros(len(is_test), dtype=bool)
    name = f"{YEARS}, from {np.datetime_as_string(origin, 'D')}"
    if then.too_little() or not is_test.any():
        return HeldOut(name, {LIKELIHOOD: np.full(len(is_test), np.nan)}, unlike)
    sums = then.sums()
    model = fit_table(then, sums, is_known, random_state=random_state)
    X = then.whole(sums)[is_test]
    _put(models, LIKELIHOOD, is_test, model.predict_proba(X)[:, 1])
    unlike[is_test] = model.is_unlike_training(X)
    _judge_baselines(models, then, is_known, is_test, random_state)
    return HeldOut(name, models, unlike)


def _judge_baselines(models: dict[str, Floats], table: TrainingTable, rows: Flags, is_test: Flags, random_state: int) -> None:
    learn = rows & table.is_looked_at
    makers: list[tuple[str, Callable[[], Any], list[str]]] = [(BASE_RATE, base_rate, list(table.features.columns[:1]))]
    makers += [(name, log_logistic, list(columns)) for name, columns in table.baselines.items() if columns]
    makers.append((FOREST, lambda: random_forest(random_state), list(table.features.columns)))
    for name, make, columns in makers:
        X = table.features[columns].to_numpy()
        fitted = make().fit(X[learn], table.is_present[learn])
        _put(models, name, is_test, fitted.predict_proba(X[is_test])[:, 1])


def _put(models: dict[str, Floats], name: str, rows: Flags, prob: Floats) -> None:
    models.setdefault(name, np.full(len(rows), np.nan))[rows] = prob
