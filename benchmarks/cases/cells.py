"""A programme whose areas are square cells over the made-up country: by default 5 million of them, people summed in each."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.cases.land import CORNER_M, CRS, SIDE_M, write_people
from benchmarks.cases.memory import MB_PER_KB
from dashboard.programme import Programme

CONFIG = """
programme: {name: {en: Benchmark}, country: Nowhere, fictional: true}
areas: {unit: grid_cell, source: cells, fields: {area_id: area_id}}
layers:
  - {id: cells, path: cells.parquet, kind: polygon, source: made up, licence: CC0}
  - {id: people, path: people.tif, kind: raster, source: made up, licence: CC0}
indicators:
  - {id: people_inside, layer: people, method: zonal, parameters: {stat: sum}, unit: people, label: {en: People}}
"""


def make_programme(folder: Path, n_cells: int) -> None:
    """Cells, people and configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    side = round(n_cells**0.5)
    step = SIDE_M / side
    column, row = (axis.ravel() for axis in np.meshgrid(np.arange(side), np.arange(side)))
    west, south = column * step + CORNER_M[0], row * step + CORNER_M[1]
    cells = gpd.GeoDataFrame(
        {"area_id": [f"G{number:08d}" for number in range(side * side)]},
        geometry=shapely.box(west, south, west + step, south + step),
        crs=CRS,
    )
    cells.to_parquet(folder / "cells.parquet", compression="zstd")
    write_people(folder / "people.tif")
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")


def main(folder: str, n_cells: str = "5000000", workers: str = "2") -> None:
    """Make the programme if it is not there, build it, and print time, memory and cost a cell."""
    place = Path(folder)
    if not (place / "config.yaml").exists():
        make_programme(place, int(n_cells))
    started = time.perf_counter()
    snapshot = Programme.open(place).build(workers=int(workers))
    seconds = time.perf_counter() - started
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu_s = sum(each.ru_utime + each.ru_stime for each in used)
    told = f"{seconds:.0f} s, {cpu_s:.0f} s of processor, {cpu_s / snapshot.n_areas * 1e6:.0f} us a cell"
    print(f"{snapshot.n_areas:,} cells: {told}; {used[0].ru_maxrss * MB_PER_KB:.0f} MB, a worker {used[1].ru_maxrss * MB_PER_KB:.0f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
