"""A small country with awkward names, and the exports of its list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from dashboard.export import Receipt, export_list
from geodata.errors import SnapshotError
from geodata.schema.config import Config
from geodata.schema.scenario import ResolvedScenario, resolve_scenario
from models.ranking import Ranking, rank_areas

NAMES = [
    "Velm ridge", "=cmd|' /C calc'!A0", "+15 people", "-5 degrees", "@name", "\tafter a tab", "two\nlines, and a \"quote\"", "قرية النهر",
    "＝1+1", "😀 school", "'=already quoted", "'quiet", "<img src=x onerror=alert(1)>", "1.0", "007", "_x0041_ escape", " space around ",
    "control \x01 sign", "NULL", "",
]  # fmt: skip
N = len(NAMES)


@dataclass
class Case:
    """A snapshot, its ranking and what exports of it need."""

    snapshot: Any
    config: Config
    scenario: ResolvedScenario
    ranking: Ranking

    @property
    def programme(self) -> Any:
        """What verifying asks of a programme."""

        def snapshot(data_version: str) -> Any:
            if data_version != self.snapshot.data_version:
                raise SnapshotError(f"There is no snapshot {data_version}.", "Run landrelease build.")
            return self.snapshot

        return SimpleNamespace(snapshot=snapshot)

    def export(self, path: Path, **options: Any) -> Receipt:
        """Write the list to a file."""
        return export_list(self.snapshot, self.ranking, path, config=self.config, **options)


def make_config() -> Config:
    """Two criteria, one class, a fictional programme."""
    criteria = [
        {"id": name, "group": "need", "indicator": name, "value": shape, "bounds_reason": "bounds of this test", "label": name}
        for name, shape in (
            ("people", {"shape": "log", "low": 0, "high": 5000, "scale": 10}),
            ("road_m", {"shape": "exponential", "low": 5000, "high": 0, "rate": 2}),
            ("accidents", {"shape": "linear", "low": 0, "high": 3}),
        )
    ]
    return Config.model_validate(
        {
            "programme": {
                "name": {"en": "Velm & Sons", "fr": "Velm et fils"}, "country": "Velm", "fictional": True, "languages": ["en", "fr"],
            },
            "criteria": criteria,
            "profiles": [
                {"id": "authority", "label": "a", "author": "b", "rationale": "c", "weights": {"people": 3, "road_m": 1, "accidents": 2}}
            ],
            "classes": [
                {
                    "id": "must_do", "kind": "first", "label": {"en": "Must do", "fr": "Obligatoire"}, "reason": "recent accidents",
                    "when": [{"indicator": "accidents", "op": "at_least", "value": 3}],
                }
            ],
            "scenarios": [{"id": "base", "label": "Base", "profile": "authority", "classes": ["must_do"]}],
        }
    )  # fmt: skip


def make_areas(draw: np.random.Generator) -> gpd.GeoDataFrame:
    """Areas with awkward names, one without a place, one known as a point, one of two parts, one released, one tasked."""
    points = shapely.points(draw.uniform(-30, -29, N), draw.uniform(-46, -45, N))
    outlines = shapely.buffer(points, 0.01, quad_segs=3).astype(object)
    outlines[2] = points[2]
    outlines[3] = None
    outlines[4] = shapely.MultiPolygon([outlines[4], shapely.affinity.translate(outlines[4], 0.1)])
    return gpd.GeoDataFrame(
        {
            "area_id": [f"HA-{row:04d}" for row in range(N)],
            "imsma_id": [f"{row:05d}" for row in range(N)],
            "name": NAMES,
            "hazard_type": ["SHA", "CHA"] * (N // 2),
            "status": "open",
            "eo_categories": "AP_MINE;CMR",
            "area_m2": draw.lognormal(10, 2, N),
            **{f"admin{level}": f"Place {level}" for level in (1, 2, 3, 4)},
            "last_survey_date": pd.Series(["2019-03-01", None, "1899-12-31", "2020"] * (N // 4), dtype=object),
            "tasked_to": None,
            "funded_by": None,
            "is_released": np.arange(N) == 9,
            "is_tasked": np.arange(N) == 10,
        },
        geometry=outlines,
        crs="EPSG:4326",
    )


@pytest.fixture
def case() -> Case:
    """The country of this module's names."""
    draw = np.random.default_rng(11)
    measured = draw.random((N, 3)) * [6000, 6000, 3.2]
    measured[draw.random(measured.shape) < 0.15] = np.nan
    values = pd.DataFrame(measured, columns=["people", "road_m", "accidents"])
    info = SimpleNamespace(layer="population", source="Census of Velm", licence="CC-BY-4.0", date="2018-01-01")
    areas = make_areas(draw)
    snapshot = SimpleNamespace(
        data_version="0123456789abcdef", n_areas=N, areas=areas, records=areas, values=values, indicators={"people": info}
    )
    config = make_config()
    scenario = resolve_scenario(config)
    return Case(snapshot, config, scenario, rank_areas(values, snapshot.areas, scenario))


@pytest.fixture
def read_back() -> dict[str, Callable[[Path], pd.DataFrame]]:
    """Readers that are not ours, by ending: pandas for tables, GDAL for GeoJSON and GeoPackage, geopandas for Parquet."""
    import pyogrio

    return {
        ".csv": lambda path: pd.read_csv(path, dtype={"imsma_id": str, "name": str}, keep_default_na=False, na_values={"score": [""]}),
        ".xlsx": lambda path: pd.read_excel(path, sheet_name="list", dtype={"imsma_id": str, "name": str}, keep_default_na=False),
        ".geojson": pyogrio.read_dataframe,
        ".gpkg": lambda path: pyogrio.read_dataframe(path, layer="priorities"),
        ".parquet": gpd.read_parquet,
    }
