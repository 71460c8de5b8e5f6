"""The likelihood of a programme: from registry and snapshot to probabilities, contributions and a model card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.evidence import EMPTY, FOUND, gather_evidence, is_witnessed, survey_results
from geodata.evidence.features import HISTORY
from models.errors import ModelsError
from models.likelihood.estimate import AreaLikelihood, estimate_areas
from models.likelihood.evaluation import ModelCard, evaluate_table
from models.likelihood.missed import DetectedShare, detected_share
from models.likelihood.training import LEAST_OF_EACH, LEAST_PLACES, MOST_RESULTS, TrainingTable, fit_table, rows_to_learn_from

if TYPE_CHECKING:
    from dashboard.programme import Programme
    from geodata.registry import Registry
    from geodata.schema.config import Config
    from geodata.snapshot import Snapshot
    from models.likelihood.estimator import OrdnanceLikelihood

Flags = NDArray[np.bool_]

RECORD_ALONE = "type and year of record"
YEARS_BETWEEN_ORIGINS = 4
N_ORIGINS = 3


class TooLittleError(ModelsError):
    """Too few results to learn a likelihood from.

    Parameters
    ----------
    message, remedy : str
    reason : mapping, optional
        The same for programs: ``code`` (no_evidence or too_little), with the numbers found and needed.
    """

    code = "too_little_to_learn"
    exit_code = 3

    def __init__(self, message: str, remedy: str = "", reason: Mapping[str, Any] | None = None) -> None:
        super().__init__(message, remedy)
        self.reason: Mapping[str, Any] = reason or {"code": "too_little"}


@dataclass(frozen=True, eq=False)
class LikelihoodData:
    """What a programme's records say, ready to learn from.

    Attributes
    ----------
    table : TrainingTable
        Rows of the snapshot. Of more results than are learned from, features of released areas that are not learned from are NaN.
    is_contradicted : array of bool, n
        Land of the area was cancelled or reduced and nothing was found.
    left_out : tuple of str
        Indicators that cannot be told as of a day.
    detected : DetectedShare
        P(found | present).
    """

    table: TrainingTable
    is_contradicted: Flags
    left_out: tuple[str, ...]
    detected: DetectedShare


@dataclass(frozen=True, eq=False)
class ProgrammeLikelihood:
    """The likelihood of every area that is not released, as of the snapshot.

    Attributes
    ----------
    area_id : Series of text, n
    rows : array of int, n
        Rows of the snapshot.
    areas : AreaLikelihood
    detected : DetectedShare
    """

    area_id: pd.Series
    rows: NDArray[np.int64]
    areas: AreaLikelihood
    detected: DetectedShare


def read_likelihood_data(programme: Programme, snapshot: Snapshot, *, seed: int = 0) -> LikelihoodData:
    """Results, and features as they were known before each decision.

    Raises
    ------
    TooLittleError
        config.yaml names no indicator as evidence.
    """
    with closing(programme.open_registry()) as registry:
        return gather_likelihood_data(programme.config, snapshot, registry, seed=seed)


def gather_likelihood_data(config: Config, snapshot: Snapshot, registry: Registry, *, seed: int = 0) -> LikelihoodData:
    """The same, from an open registry; what is unknown on the snapshot's own day is not used, whatever the day of today.

    Raises
    ------
    TooLittleError
        config.yaml names no indicator as evidence.
    """
    if not config.likelihood.indicators:
        raise TooLittleError(
            "config.yaml names no indicator as evidence.", "List some under likelihood: indicators.", {"code": "no_evidence"}
        )
    until = snapshot.last_day
    areas = snapshot.areas
    results = survey_results(areas, registry.read("release_products"), registry.read("activities"), until)
    witnessed = is_witnessed(areas, registry.read("accidents"), results["asked_on"]).to_numpy(dtype=bool)
    result = np.asarray(results["result"].map({FOUND: 1.0, EMPTY: 0.0}), dtype=np.float64)
    wanted = rows_to_learn_from(~np.isnan(result), seed=seed) | ~areas["is_released"].to_numpy(dtype=bool)
    evidence = gather_evidence(config, snapshot, registry, results["asked_on"], _all_or(wanted, result))
    distances = tuple(name for name in config.likelihood.indicators if config.indicator(name).method == "nearest")
    table = TrainingTable(
        features=evidence.features,
        result=result,
        place=areas[config.likelihood.place].fillna("").to_numpy(dtype=object),
        xy=evidence.xy,
        asked_on=_days(results["asked_on"]),
        known_on=_days(results["known_on"]),
        is_witnessed=witnessed,
        monotone={HISTORY: 1, **config.likelihood.monotone},
        baselines={"distance-only logistic": distances, "history-only": (HISTORY,), RECORD_ALONE: (*_record_type(config), "recorded_year")},
    )
    detected = detected_share(table.is_present, witnessed, table.is_looked_at)
    return LikelihoodData(table, results["is_contradicted"].to_numpy(dtype=bool), evidence.left_out, detected)


def programme_likelihood(programme: Programme, snapshot: Snapshot | None = None, *, seed: int = 0) -> ProgrammeLikelihood:
    """The likelihood of every area that is not released, with contributions and flags.

    Raises
    ------
    TooLittleError
        Too few results to learn from; the message says how many there are.
    """
    frozen = snapshot or programme.snapshot()
    data = read_likelihood_data(programme, frozen, seed=seed)
    return learn_likelihood(programme.config, frozen, data, seed=seed)[0]


def learn_likelihood(
    config: Config, snapshot: Snapshot, data: LikelihoodData, *, seed: int = 0, say: Callable[[float, str], None] | None = None
) -> tuple[ProgrammeLikelihood, OrdnanceLikelihood, pd.DataFrame]:
    """The likelihood of every area that is not released, the model that gives it, and the features of every area.

    Where there are many results, features are those of areas learned from or not released; of the others they are NaN. ``say`` takes
    the share done, 0..1, and what is being done.

    Raises
    ------
    TooLittleError
        Too few results to learn from.
    """
    table = data.table
    reason = table.too_little()
    if reason:
        counts = {"found": table.n_found, "empty": table.n_empty, "places": table.n_places}
        needed = {"needed": LEAST_OF_EACH, "needed_places": LEAST_PLACES}
        advice = "Import more release products, or leave the likelihood unestimated."
        raise TooLittleError(reason, advice, {"code": "too_little", **counts, **needed})
    is_open = ~snapshot.areas["is_released"].to_numpy(dtype=bool)
    learn = rows_to_learn_from(table.is_looked_at, seed=seed)
    used = _all_or(learn | is_open, table.result)
    part = table if used.all() else table.take(used)
    tell = say or (lambda _share, _what: None)
    tell(0.0, "results around each area")
    sums = part.sums()
    tell(0.3, "learning the likelihood")
    model = fit_table(part, sums, learn[used], is_corrected=True, random_state=seed)
    features = part.whole(sums).reindex(table.features.index)
    rows = np.flatnonzero(is_open)
    tell(0.9, "the likelihood of each area")
    is_confirmed = (snapshot.areas["hazard_type"] == "CHA").to_numpy(dtype=bool)[rows]
    estimated = estimate_areas(model, features.iloc[rows], is_confirmed, data.is_contradicted[rows], config.likelihood.confirmed_floor_prob)
    return ProgrammeLikelihood(snapshot.areas["area_id"].iloc[rows], rows, estimated, data.detected), model, features


def programme_card(programme: Programme, snapshot: Snapshot | None = None, *, seed: int = 0) -> tuple[ModelCard, LikelihoodData]:
    """The model card of the likelihood by held-out places and years."""
    frozen = snapshot or programme.snapshot()
    data = read_likelihood_data(programme, frozen, seed=seed)
    learn = rows_to_learn_from(data.table.is_looked_at, seed=seed)
    is_drawn = learn.sum() < data.table.is_looked_at.sum()
    table = data.table.take(learn) if is_drawn else data.table
    areas = frozen.areas[learn] if is_drawn else frozen.areas
    groupings: dict[str, Any] = {
        "hazard_type": areas["hazard_type"].to_numpy(dtype=object),
        "survey_era": _eras(table.features["recorded_year"]),
        "eo_category": areas["eo_categories"].to_numpy(dtype=object),
        "province": areas["admin1"].to_numpy(dtype=object),
    }
    return evaluate_table(table, groupings, _origins(table), seed=seed), data


def _all_or(wanted: Flags, result: NDArray[np.float64]) -> Flags:
    """The wanted areas; all, where every result is learned from."""
    return wanted | (int((~np.isnan(result)).sum()) <= MOST_RESULTS)


def _record_type(config: Config) -> tuple[str, ...]:
    """Indicators of evidence that tell whether an area is suspected or confirmed."""
    named = [config.indicator(name) for name in config.likelihood.indicators]
    return tuple(item.id for item in named if item.method == "field" and item.parameters.get("field") == "hazard_type")


def _origins(table: TrainingTable) -> list[np.datetime64]:
    """First days of held-out years: every four years back from the last result, three at most."""
    known = table.known_on[table.is_looked_at]
    if not len(known):
        return []
    last = int(np.datetime64(known.max(), "Y").astype(int)) + 1970
    return [np.datetime64(f"{last - YEARS_BETWEEN_ORIGINS * (step + 1) + 1}-01-01") for step in reversed(range(N_ORIGINS))]


def _eras(year: pd.Series) -> NDArray[np.object_]:
    """Five-year spans of the year of recording, as text."""
    first = (year // 5 * 5).to_numpy(dtype=float)
    return np.array([None if np.isnan(value) else f"{value:.0f}-{value + 4:.0f}" for value in first], dtype=object)


def _days(column: pd.Series) -> Any:
    return column.to_numpy().astype("datetime64[s]")
