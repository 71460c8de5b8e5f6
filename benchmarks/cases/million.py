"""A registry of a million records: 100,000 areas with some history, the rest accidents, activities and visits."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.imports import make_records
from geodata.registry import ChangeMeta, Registry, open_registry

N_AREAS = 100_000
BATCH = 100_000
OTHERS = {"accidents": ("accident_id", 4), "activities": ("activity_id", 3), "survey_visits": ("visit_id", 2)}
"""Table -> id field and batches; with the areas a million records."""
ME = ChangeMeta("benchmark")


def make_million(path: Path) -> Registry:
    """Make the registry; a third of the areas changed once in each of three years."""
    registry = open_registry(path, create=True)
    areas = make_records()
    areas = areas.assign(area_id=area_ids(), recorded_date=pd.to_datetime(areas.recorded_date))
    registry.apply("hazard_areas", areas, ME)
    generator = np.random.default_rng(1)
    for year in (2021, 2022, 2023):
        chosen = np.sort(generator.choice(areas.area_id.to_numpy(), N_AREAS // 3, replace=False))
        rows = pd.DataFrame({"area_id": chosen}).assign(status="suspended" if year % 2 else "open", tasked_to=f"team {year}")
        registry.apply("hazard_areas", rows, ChangeMeta("benchmark", true_on=dt.date(year, 6, 1)))
    for table, (id_field, batches) in OTHERS.items():
        for batch in range(batches):
            registry.apply(table, _others(table, id_field, batch), ME)
    return registry


def area_ids() -> list[str]:
    """Identifiers of the areas."""
    return [f"HA-{number:06d}" for number in range(N_AREAS)]


def _others(table: str, id_field: str, batch: int) -> pd.DataFrame:
    numbers = np.arange(BATCH)
    days = pd.to_datetime("2000-01-01") + pd.to_timedelta(numbers % 9000, unit="D")
    rows = pd.DataFrame({id_field: [f"{batch}-{number:06d}" for number in numbers]})
    date = "start_date" if table == "activities" else "date"
    return rows.assign(area_id=np.resize(area_ids(), BATCH), source="made up", **{date: days})
