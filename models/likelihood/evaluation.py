"""A model card: held-out places and years, groups, reliability, and whether there is any signal at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.likelihood.card import CardLine, card_lines
from models.likelihood.metrics import LowProbability, ReliabilityBin, by_group, low_probability, reliability
from models.likelihood.training import TrainingTable
from models.likelihood.validation import BASE_RATE, LIKELIHOOD, HeldOut, held_out_places, held_out_years

Flags = NDArray[np.bool_]

LEAST_OF_GROUP: Final = 50
GROUP_METRICS: Final = ("brier", "ece")
LOW: Final = 0.05


@dataclass(frozen=True)
class GroupCalibration:
    """How well probabilities hold in one group of areas, judged by held-out places.

    Attributes
    ----------
    kind, group : str
        E.g. ``hazard_type``, ``CHA``; both ``all`` for all areas.
    bins : tuple of ReliabilityBin
    low : LowProbability
        What areas under 5 % did hold.
    """

    kind: str
    group: str
    bins: tuple[ReliabilityBin, ...]
    low: LowProbability


@dataclass(frozen=True)
class ModelCard:
    """What is known of how good the likelihood is.

    Attributes
    ----------
    lines : tuple of CardLine
        Empty where there is too little to learn from.
    groups : tuple of GroupCalibration
    reason : str
        Why there are no lines; "" where there are some.
    has_signal : bool
        The paired interval of the Brier score against the overall share lies above 0 in held-out places.
    unlike_share : float
        Share of judged areas unlike those learned from.
    """

    lines: tuple[CardLine, ...]
    groups: tuple[GroupCalibration, ...]
    reason: str
    has_signal: bool
    unlike_share: float


def evaluate_table(table: TrainingTable, groupings: Mapping[str, ArrayLike], origins: ArrayLike = (), *, seed: int = 0) -> ModelCard:
    """Judge the likelihood by held-out places and held-out years.

    Parameters
    ----------
    table : TrainingTable
    groupings : mapping kind -> array of text, n
        Groups of at least 50 judged areas are calibrated apart; text with ``;`` holds several.
    origins : array of datetime64
        First days of held-out years.
    seed : int
        Of models and of the intervals.

    Returns
    -------
    ModelCard
        What is judged is P(found): what a record can confirm.
    """
    reason = table.too_little()
    if reason:
        return ModelCard((), (), reason, has_signal=False, unlike_share=float("nan"))
    places = held_out_places(table, random_state=seed)
    lines = _lines(table, places, seed)
    judged = table.is_looked_at & places.is_judged
    group_lines, groups = _groups(table, places, judged, groupings, seed)
    for origin in np.asarray(origins, dtype="datetime64[s]"):
        years = held_out_years(table, origin, random_state=seed)
        lines += _lines(table, years, seed)
    return ModelCard(tuple(lines + group_lines), tuple(groups), "", has_signal(lines), float(places.is_unlike[judged].mean()))


def has_signal(lines: list[CardLine]) -> bool:
    """Whether the first comparison of Brier scores with the overall share is above 0 beyond chance."""
    return next((line.is_better for line in lines if line.metric == "brier" and line.baseline == BASE_RATE), False)


def _lines(table: TrainingTable, held_out: HeldOut, seed: int) -> list[CardLine]:
    rows = table.is_looked_at & held_out.is_judged
    if not rows.any():
        return []
    probs = {name: prob[rows] for name, prob in held_out.probs.items()}
    return card_lines(probs, table.is_present[rows], table.place[rows], held_out.validation, seed=seed)


def _groups(
    table: TrainingTable, places: HeldOut, judged: Flags, groupings: Mapping[str, ArrayLike], seed: int
) -> tuple[list[CardLine], list[GroupCalibration]]:
    prob = places.probs[LIKELIHOOD]
    chosen = [("all", "all", judged)]
    for kind, values in groupings.items():
        chosen += [(kind, name, rows & judged) for name, rows in by_group(values)]
    lines: list[CardLine] = []
    found = []
    for kind, name, rows in chosen:
        if rows.sum() < LEAST_OF_GROUP:
            continue
        present = table.is_present[rows]
        found.append(GroupCalibration(kind, name, reliability(present, prob[rows]), low_probability(present, prob[rows], LOW)))
        if kind != "all":
            which = f"{places.validation}, {kind} {name}"
            lines += card_lines({LIKELIHOOD: prob[rows]}, present, table.place[rows], which, metrics=GROUP_METRICS, seed=seed)
    return lines, found
