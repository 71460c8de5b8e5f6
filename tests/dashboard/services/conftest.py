"""A programme of six areas held in memory, whose ranking can be worked by hand."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import box

from dashboard.programme import Programme
from geodata.schema.config import Config

NAN = float("nan")

CONFIG = {
    "programme": {"name": {"en": "Six areas"}, "country": "Nowhere", "languages": ["en", "fr", "ar"]},
    "layers": [{"id": "census", "path": "x.tif", "kind": "raster", "source": "Census", "licence": "CC0"}],
    "indicators": [
        {"id": "people", "layer": "census", "method": "zonal", "unit": "people", "label": {"en": "People"}},
        {"id": "roads", "layer": "census", "method": "zonal", "unit": "m", "label": {"en": "Roads"}},
    ],
    "criteria": [
        {
            "id": "people",
            "group": "need",
            "indicator": "people",
            "value": {"shape": "linear", "low": 0, "high": 100},
            "bounds_reason": "a hundred people fill a village",
            "label": {"en": "People near"},
            "help": {"en": "Who lives there."},
        },
        {
            "id": "roads",
            "group": "benefit",
            "indicator": "roads",
            "value": {"shape": "linear", "low": 1000, "high": 0},
            "bounds_reason": "a kilometre is a long way",
            "label": {"en": "Close to a road"},
        },
    ],
    "profiles": [
        {"id": "even", "label": {"en": "Even"}, "author": "A", "rationale": {"en": "both"}, "weights": {"people": 1, "roads": 1}},
        {"id": "people", "label": {"en": "People only"}, "author": "B", "rationale": {"en": "one"}, "weights": {"people": 1}},
    ],
    "classes": [
        {
            "id": "must",
            "kind": "first",
            "label": {"en": "Must do"},
            "reason": {"en": "agreed"},
            "when": [{"field": "current_use", "op": "equals", "value": "school"}],
        },
    ],
    "scenarios": [{"id": "base", "label": {"en": "Base"}, "profile": "even", "classes": ["must"]}],
}


class MemoryProgramme(Programme):
    """A programme with one snapshot that lies in no folder."""

    def __init__(self, config: Config, snapshot: Any) -> None:
        super().__init__(Path("nowhere"), config)
        self._snapshot = snapshot

    def snapshot(self, data_version: str | None = None) -> Any:
        """The one snapshot."""
        return self._snapshot

    def current_version(self) -> str:
        """Its version."""
        return str(self._snapshot.data_version)


def memory_snapshot(areas: pd.DataFrame, values: pd.DataFrame, config: Config) -> Any:
    """What the services read of a snapshot."""
    info = {
        section.id: SimpleNamespace(
            unit=section.unit_name,
            unit_words=section.unit_words,
            label=section.label,
            layer=section.layer,
            source="Census",
            date="2020",
            licence="CC0",
        )
        for section in config.indicators
    }
    return SimpleNamespace(
        data_version="0" * 16,
        n_areas=len(areas),
        areas=areas,
        records=areas,
        outlines=lambda: areas.geometry.to_numpy(),
        boxes=shapely.bounds(areas.geometry.to_numpy()),
        values=values,
        coverage=values.notna().astype(float),
        indicators=info,
        context_layers=[],
    )


@pytest.fixture
def six() -> MemoryProgramme:
    """Six areas: A and B of province North, E is released, F has an unknown distance, C is a must-do."""
    config = Config.model_validate(CONFIG)
    areas = gpd.GeoDataFrame(
        {
            "area_id": ["A", "B", "C", "D", "E", "F"],
            "name": ["Alpha field", "Beta <b>road</b>", "Gamma school", None, "Epsilon", "زيتا"],
            "hazard_type": ["SHA", "CHA", "SHA", None, "CHA", "SHA"],
            "status": ["open", "open", "suspended", "open", "released", "open"],
            "admin1": ["North", "North", "South", "South", "South", None],
            "admin2": ["Old Town", "New Town", "Port", None, "Port", None],
            "area_m2": [10_000.0, 20_000.0, 30_000.0, NAN, 50_000.0, 60_000.0],
            "area_stated_m2": [NAN, NAN, NAN, 40_000.0, NAN, NAN],
            "current_use": [None, None, "school", None, None, None],
            "is_released": [False, False, False, False, True, False],
            "is_tasked": [False, True, False, False, False, False],
        },
        geometry=[box(i, 0, i + 1, 1) for i in range(6)],
        crs=4326,
    )
    values = pd.DataFrame({"people": [100.0, 50.0, 10.0, 80.0, 90.0, 60.0], "roads": [1000.0, 0.0, 500.0, 600.0, 0.0, NAN]})
    return MemoryProgramme(config, memory_snapshot(areas, values, config))


@pytest.fixture
def many() -> MemoryProgramme:
    """A thousand areas of known values, all ranked, drawn with a seed."""
    config = Config.model_validate({**CONFIG, "classes": [], "scenarios": [{**CONFIG["scenarios"][0], "classes": []}]})  # type: ignore[index]
    rng = np.random.default_rng(7)
    n = 1000
    areas = gpd.GeoDataFrame(
        {
            "area_id": [f"HA-{i:05d}" for i in range(n)],
            "name": [f"Area {i}" for i in range(n)],
            "hazard_type": rng.choice(["SHA", "CHA"], n),
            "status": "open",
            "admin1": rng.choice(["North", "South"], n),
            "area_m2": rng.uniform(1e3, 1e5, n),
            "is_released": False,
            "is_tasked": False,
        },
        geometry=gpd.points_from_xy(rng.uniform(0, 1, n), rng.uniform(0, 1, n)),
        crs=4326,
    )
    values = pd.DataFrame({"people": rng.uniform(0, 100, n), "roads": rng.uniform(0, 1000, n)})
    return MemoryProgramme(config, memory_snapshot(areas, values, config))
