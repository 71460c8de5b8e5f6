"""What is learned from a programme's results: the likelihood of every area, with its parts, or why there is none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dashboard.estimates.result import NO_MODEL, RELEASED
from models.ranking.canonical import round_significant

if TYPE_CHECKING:
    from dashboard.services.likelihood import LikelihoodData
    from geodata.registry import Registry
    from geodata.schema.config import Config
    from geodata.snapshot import Snapshot
    from models.likelihood.estimator import OrdnanceLikelihood

Progress = Callable[[float, str], None]
_LIKELIHOOD_COLUMNS = ("prob", "modelled_prob", "logit", "is_floored", "is_unlike")


@dataclass(frozen=True, eq=False)
class Learned:
    """What was learned from the results: columns of all n rows, parts, features, facts, and the model itself (None: nothing)."""

    columns: Mapping[str, Any]
    contributions: pd.DataFrame
    features: pd.DataFrame
    facts: Mapping[str, Any]
    model: OrdnanceLikelihood | None = None


def learn(config: Config, snapshot: Snapshot, registry: Registry, seed: int, say: Progress) -> Learned:
    """Learn from the results of a snapshot; too few of them, or no evidence named, is no error but a reason."""
    if not config.likelihood.indicators:
        return _nothing(snapshot, {"code": "no_evidence"})  # without scikit-learn, which takes seconds to load
    from dashboard.services.likelihood import TooLittleError, gather_likelihood_data, learn_likelihood

    try:
        data = gather_likelihood_data(config, snapshot, registry, seed=seed)
        found, model, features = learn_likelihood(
            config, snapshot, data, seed=seed, say=lambda share, what: say(0.3 + 0.6 * share, f"estimates: {what}")
        )
    except TooLittleError as error:
        return _nothing(snapshot, error.reason)
    n, rows, areas = snapshot.n_areas, found.rows, found.areas
    logits = areas.base_logit + areas.contributions.to_numpy().sum(axis=1)
    values = (areas.prob, areas.modelled_prob, logits, areas.is_floored, areas.is_unlike)
    columns: dict[str, Any] = {
        name: _spread(np.asarray(value, dtype=float), rows, n) for name, value in zip(_LIKELIHOOD_COLUMNS, values, strict=True)
    }
    columns["result"] = data.table.result
    columns["why_no_prob"] = np.where(np.isnan(columns["prob"]), RELEASED, "")
    parts = pd.DataFrame({name: _spread(areas.contributions[name].to_numpy(), rows, n) for name in areas.contributions})
    facts = {**_facts(data, features), "base_logit": float(np.round(areas.base_logit, 12)), "has_signal": bool(model.has_signal)}
    return Learned(columns, parts, features, facts, model)


def _nothing(snapshot: Snapshot, reason: Mapping[str, Any]) -> Learned:
    n = snapshot.n_areas
    columns: dict[str, Any] = {name: np.full(n, np.nan) for name in (*_LIKELIHOOD_COLUMNS, "result")}
    released = snapshot.records["is_released"].to_numpy(dtype=bool)
    columns["why_no_prob"] = np.where(released, RELEASED, NO_MODEL)
    empty = pd.DataFrame(index=range(n))
    return Learned(columns, empty, empty, {"reason_prob": dict(reason)})


def _facts(data: LikelihoodData, features: pd.DataFrame) -> dict[str, Any]:
    table, detected = data.table, data.detected
    return {
        "reason_prob": None,
        "n_results": int(table.is_looked_at.sum()),
        "n_found": table.n_found,
        "n_places": table.n_places,
        "detected": {"value": detected.value, "n": detected.n, "n_found": detected.n_found, "is_known": detected.is_known},
        "left_out": list(data.left_out),
        "training_sha256": training_digest(data, features),
    }


def training_digest(data: LikelihoodData, features: pd.DataFrame) -> str:
    """SHA-256 over all that a model is fitted on: names of features, their values, result, place and proof by accidents."""
    table = data.table
    learn = table.is_looked_at
    digest = hashlib.sha256("\0".join(features.columns).encode())
    digest.update(round_significant(features[learn].to_numpy(dtype=float).ravel()).astype("<f8").tobytes())
    digest.update(table.result[learn].astype("<f8").tobytes() + table.is_witnessed[learn].astype("u1").tobytes())
    digest.update("\0".join(str(place) for place in table.place[learn]).encode())
    return digest.hexdigest()


def _spread(values: Any, rows: Any, n: int) -> Any:
    whole = np.full(n, np.nan)
    whole[rows] = values
    return whole
