"""Small countries with known answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geodata.schema.scenario import ResolvedScenario, WeightedCriterion
from models.ranking import Ranking, rank_areas

Scenario = Callable[..., ResolvedScenario]
Rank = Callable[..., Ranking]


def make_scenario(weights: Mapping[str, float], *, classes: Sequence[Mapping[str, Any]] = (), **settings: Any) -> ResolvedScenario:
    """A scenario whose criteria are their indicators, linear from 0 to 1, unless a shape is given under ``shapes``."""
    shapes = settings.pop("shapes", {})
    plain = {"shape": "linear", "low": 0, "high": 1}
    criteria = tuple(
        WeightedCriterion(id=name, group="need", indicator=name, weight=weight, value=shapes.get(name, plain))
        for name, weight in weights.items()
    )
    defaults = {"include_tasked": True, "include_released": False, "min_known_share": 0.5}
    return ResolvedScenario(
        id="test", profile="test", method="additive", criteria=criteria,
        classes=tuple({"label": "a label", "reason": "a reason", **section} for section in classes), **{**defaults, **settings},
    )  # fmt: skip


@pytest.fixture
def scenario() -> Scenario:
    """Factory of scenarios."""
    return make_scenario


@pytest.fixture
def rank() -> Rank:
    """Rank columns of values: rank({"a": [..]}, {"a": weight}, ids=[..], areas={..}, **settings)."""

    def run(
        columns: Mapping[str, Sequence[float]],
        weights: Mapping[str, float],
        *,
        ids: Sequence[str] | None = None,
        areas: Mapping[str, Sequence[Any]] | None = None,
        **settings: Any,
    ) -> Ranking:
        values = pd.DataFrame({name: np.array(column, dtype=float) for name, column in columns.items()})
        names = list(ids) if ids is not None else [f"A{place}" for place in range(len(values))]
        facts = pd.DataFrame({"area_id": pd.Series(names, dtype=object), **(areas or {})})
        return rank_areas(values, facts, make_scenario(weights, **settings))

    return run
