"""Small road networks in metres."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from geodata.indicators.access.measure import Ground
from geodata.indicators.access.parameters import AccessParameters
from geodata.indicators.access.walking import Walking

SAID: dict[str, Any] = {
    "roads": "roads", "kind_column": "kind", "speeds_kmh": {"road": 60}, "people_layer": "places", "people_column": "people",
    "walk_max_m": 500, "near_m": 3_000,
}  # fmt: skip
"""At 60 km/h a kilometre takes a minute."""


def parameters(**said: Any) -> AccessParameters:
    return AccessParameters.model_validate({**SAID, **said})


def on_foot(kmh: float = 6.0, max_m: float = 500.0, ties: int = 4) -> Walking:
    """At 6 km/h a hundred metres take a minute."""
    return Walking(lambda start, end: np.linalg.norm(end - start, axis=1) / (kmh * 1_000 / 60), max_m, ties)


def ground(
    roads: list[Any], areas: list[Any], places: dict[tuple[float, float], float], markets: dict[tuple[float, float], float], **said: Any
) -> Ground:
    """Roads of one kind; every area's record says that it blocks a road, unless said otherwise."""
    n, m = len(areas), len(roads)
    return Ground(
        areas=np.array(areas, dtype=object),
        is_released=np.asarray(said.get("is_released", [False] * n)),
        said=np.asarray(said.get("said", [1.0] * n), dtype="float64"),
        may_infer=np.asarray(said.get("may_infer", [False] * n)),
        community=np.array(said.get("community", ["one"] * n), dtype=object),
        roads=np.array([shapely.LineString(road) for road in roads], dtype=object),
        speed_kmh=np.asarray(said.get("speed_kmh", [60.0] * m)),
        can_close=np.asarray(said.get("can_close", [True] * m), dtype=bool),
        is_inferable=np.asarray(said.get("is_inferable", [True] * m), dtype=bool),
        route=np.array(said.get("route", [None] * m), dtype=object),
        places=np.array(list(places), dtype="float64").reshape(-1, 2),
        people=np.array(list(places.values()), dtype="float64"),
        destinations=np.array(list(markets), dtype="float64").reshape(-1, 2),
        weight=np.array(list(markets.values()), dtype="float64"),
        groups={name: np.asarray(counts, dtype="float64") for name, counts in said.get("groups", {}).items()},
    )


@pytest.fixture
def ring() -> dict[str, Any]:
    """A road of 10 km from a village to a market, another of 50 km around, a hamlet at kilometre 3 and an area at kilometre 4 to 5."""
    return {
        "roads": [[(0, 0), (10_000, 0)], [(0, 0), (0, 20_000), (10_000, 20_000), (10_000, 0)]],
        "areas": [shapely.box(4_000, -100, 5_000, 100)],
        "places": {(0.0, 0.0): 100.0, (3_000.0, 0.0): 10.0},
        "markets": {(10_000.0, 0.0): 1_000.0},
    }
