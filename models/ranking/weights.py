"""Weights: what must hold of them, and a scenario with other weights."""

from __future__ import annotations

import math
from collections.abc import Mapping

from geodata.errors import name_culprits
from geodata.schema.scenario import ResolvedScenario, normalise_weights
from models.errors import ModelsError


def check_weights(weights: Mapping[str, float]) -> None:
    """Refuse weights that no ranking follows from.

    Raises
    ------
    ModelsError
        There is none; one is negative or not finite; all are 0; their sum is not finite.
    """
    bad = [f"{name} = {weight}" for name, weight in weights.items() if not math.isfinite(weight) or weight < 0]
    if bad:
        raise ModelsError(
            f"Weights must be finite and 0 or more; found {name_culprits(bad)}.", "Give each criterion a number of 0 or more."
        )
    total = sum(weights.values())
    if math.isinf(total):
        raise ModelsError("The sum of the weights must be finite; it is not.", "Give smaller weights; only their shares count.")
    if total == 0:
        raise ModelsError(
            f"At least one weight must be above 0; all {len(weights)} are 0." if weights else "A ranking needs at least one criterion.",
            "Raise the weight of the criteria that should count.",
        )


def reweight(scenario: ResolvedScenario, weights: Mapping[str, float]) -> ResolvedScenario:
    """The same scenario with other weights.

    Parameters
    ----------
    scenario : ResolvedScenario
    weights : mapping from criterion to weight, >= 0, any scale
        Replaces all weights; a criterion left out weighs 0.

    Returns
    -------
    ResolvedScenario
        Weights as shares of 1, rounded to 9 significant digits.

    Raises
    ------
    ModelsError
        An unknown criterion; a weight negative or not finite; all weights 0.
    """
    names = [criterion.id for criterion in scenario.criteria]
    unknown = [name for name in weights if name not in names]
    if unknown:
        raise ModelsError(
            f"Weights belong to criteria of the scenario; unknown: {name_culprits(unknown)}.", f"Use one of: {', '.join(names)}."
        )
    check_weights(weights)
    shares = normalise_weights(weights, names)
    criteria = tuple(criterion.model_copy(update={"weight": shares[criterion.id]}) for criterion in scenario.criteria)
    return scenario.model_copy(update={"criteria": criteria})
