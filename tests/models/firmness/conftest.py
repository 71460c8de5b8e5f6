"""Rankings of small tables of values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geodata.schema.scenario import ResolvedScenario, WeightedCriterion
from models.ranking import Ranking, rank_areas


@pytest.fixture
def rank() -> Callable[..., Ranking]:
    """rank(table, weights, classes=...): columns c0, c1, ... within 0..1; ids A000, A001, ..."""

    def run(table: np.ndarray, weights: Sequence[float], classes: Sequence[Mapping[str, Any]] = (), **settings: Any) -> Ranking:
        names = [f"c{place}" for place in range(table.shape[1])]
        line = {"shape": "linear", "low": 0, "high": 1}
        criteria = tuple(
            WeightedCriterion(id=name, group="need", indicator=name, value=line, weight=weight)
            for name, weight in zip(names, weights, strict=True)
        )
        scenario = ResolvedScenario(
            id="s", profile="p", criteria=criteria, include_tasked=True, include_released=False,
            classes=tuple({"label": "x", "reason": "x", **section} for section in classes),
            **{"min_known_share": 0.0, "method": "additive", **settings},
        )  # fmt: skip
        areas = pd.DataFrame({"area_id": [f"A{row:03d}" for row in range(len(table))]})
        return rank_areas(pd.DataFrame(table, columns=names), areas, scenario)

    return run
