"""Build of 50,000 areas by zonal, share and nearest: with one process and two, after small changes, and unchanged."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyogrio
import shapely

from benchmarks.cases.land import make_areas, make_land_use, make_roads, write_people
from benchmarks.figure import Figure
from geodata.registry import open_registry
from geodata.registry.base import ChangeMeta

N_AREAS, N_ROADS = 50_000, 500_000
CHANGED_SHARE = 0.01
CONFIG = """
programme: {name: {en: Benchmark}, country: Nowhere, fictional: true}
registry: registry.sqlite
layers:
  - {id: people, path: people.tif, kind: raster, source: made up, licence: CC0}
  - {id: land, path: land.gpkg, kind: polygon, source: made up, licence: CC0}
  - {id: roads, path: roads.gpkg, kind: line, source: made up, licence: CC0}
indicators:
  - {id: people_inside, layer: people, method: zonal, parameters: {stat: sum}, unit: people, label: {en: People}}
  - {id: farm, layer: land, method: share, parameters: {class_column: use, classes: [farm]}, unit: share, label: {en: Farm}}
  - {id: road_m, layer: roads, method: nearest, unit: m, label: {en: Road}}
"""


def run() -> list[Figure]:
    """Full with one process, one area in a hundred moved and rebuilt, unchanged, then full again with two."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_programme(folder)
        one = build(folder, 1)
        move_some(folder)
        after = build(folder, 1)
        unchanged = build(folder, 1)
        kept = contents(Path(after["path"]))
        shutil.rmtree(folder / "derived")
        two = build(folder, 2)
        is_equal = contents(Path(two["path"])) == kept
    at, full = f"{N_AREAS:,} areas, {N_ROADS:,} polygons, {N_ROADS:,} lines, 5,000 x 5,000 cells", "full build, 1 process"
    same = "bytes equal to a fresh build" if is_equal else "BYTES DIFFER from a fresh build"
    nothing = float("nan")
    return [
        Figure("full build, 2 processes", at, two["seconds"], one["seconds"], full, "s", "<= 0.6x"),
        Figure("the same in processor time", at, two["cpu_s"], one["cpu_s"], full, "s", "told, no target"),
        Figure("rebuild after 1 % changed", f"{at}; {same}", after["seconds"], one["seconds"], full, "s", "<= 0.05x"),
        Figure("of it measuring alone", at, after["measuring_s"], one["measuring_s"], "all measured, 1 process", "s", "<= 0.05x"),
        Figure("rebuild, nothing changed", at, unchanged["seconds"], one["seconds"], full, "s", "told, no target"),
        Figure("memory of a full build, 1 process", at, one["own_mb"], nothing, "none", "MB", "<= 1240 MB"),
        Figure("memory of the main process of 2", at, two["own_mb"], nothing, "none", "MB", "told, no target"),
        Figure("memory of a worker of 2", at, two["worker_mb"], nothing, "none", "MB", "<= 600 MB"),
    ]


def make_programme(folder: Path) -> None:
    """Layers, configuration and registry."""
    write_people(folder / "people.tif")
    pyogrio.write_dataframe(make_land_use(), folder / "land.gpkg", layer="land")
    pyogrio.write_dataframe(make_roads(N_ROADS), folder / "roads.gpkg", layer="roads")
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    registry = open_registry(folder / "registry.sqlite", create=True)
    areas = make_areas(N_AREAS).to_crs(4326).assign(status="open", hazard_type="SHA")
    registry.apply("hazard_areas", areas, ChangeMeta(author="benchmark"))
    registry.close()


def move_some(folder: Path) -> None:
    """One area in a hundred gets another outline."""
    every = round(1 / CHANGED_SHARE)
    areas = make_areas(N_AREAS).iloc[::every]
    moved = areas.set_geometry(shapely.buffer(areas.geometry.to_numpy(), 25, quad_segs=2)).set_crs(areas.crs, allow_override=True)
    registry = open_registry(folder / "registry.sqlite")
    registry.apply("hazard_areas", moved.to_crs(4326), ChangeMeta(author="benchmark"))
    registry.close()


def build(folder: Path, workers: int) -> dict[str, Any]:
    """Build in a process of its own, so that memory is that build's alone."""
    command = [sys.executable, "-m", "benchmarks.cases.building", str(folder), str(workers)]
    told: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    return told


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a snapshot."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
