"""Import of 100,000 polygons (read, check, commit with events), beside a bare read and write of the same file."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import pyogrio

from benchmarks.cases.importing import import_once
from benchmarks.cases.land import make_areas
from benchmarks.figure import Figure, time_pair

N_AREAS = 100_000
REPEATS = 2
MB_PER_GIB = 1024.0


def run() -> list[Figure]:
    """Time of the whole import, and the most memory that it and its reading process took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "areas.gpkg"
        pyogrio.write_dataframe(make_records(), source, layer="areas")

        def bare() -> None:
            pyogrio.write_dataframe(pyogrio.read_dataframe(source), folder / "copy.gpkg", layer="areas")

        seconds = time_pair(lambda: import_once(folder, source), bare, REPEATS)
        command = [sys.executable, "-m", "benchmarks.cases.importing", str(folder), str(source)]
        peak = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    at = f"{N_AREAS:,} polygons"
    nothing = float("nan")
    return [
        Figure("import, check, commit", at, *seconds, "bare pyogrio read + write", "s", "<= 4x"),
        Figure("peak memory of an import", at, peak["own_mb"], nothing, "none", "MB", f"<= {1.5 * MB_PER_GIB:g} MB"),
        Figure("peak memory of its reading process", at, peak["child_mb"], nothing, "none", "MB", f"<= {1.5 * MB_PER_GIB:g} MB"),
    ]


def make_records() -> gpd.GeoDataFrame:
    """Areas with the columns that a hazard area usually comes with."""
    areas = make_areas(N_AREAS).to_crs(4326)
    numbers = areas.index.to_numpy()
    said = {
        "name": [f"area {number}" for number in numbers],
        "hazard_type": ["SHA" if number % 3 else "CHA" for number in numbers],
        "status": "open",
        "eo_categories": "AP_MINE;UXO",
        "recorded_date": [f"{2000 + number % 20}-05-01" for number in numbers],
        "organisation": "Made-up operator",
        "area_stated_m2": 1000.0 + numbers,
    }
    return areas.assign(**said)
