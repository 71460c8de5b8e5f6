"""The example country made with its whole history, beside bare reading and writing of the GeoPackages it consists of."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pyogrio

from benchmarks.figure import Figure
from geodata.example import ExampleFiles, make_example

SIZES = ((2_000, 20.0), (100_000, 300.0))


def run() -> list[Figure]:
    """Seconds for 2,000 and 100,000 open areas."""
    figures = []
    for areas, target in SIZES:
        with tempfile.TemporaryDirectory(prefix="landrelease-") as folder:
            started = time.perf_counter()
            made = make_example(Path(folder) / "made", areas=areas, seed=1)
            ours = time.perf_counter() - started
            floor = _bare(made, Path(folder))
        at = f"{areas:,} open areas, seed 1"
        figures.append(Figure("example country made", at, ours, floor, "bare pyogrio read + write of its layers", "s", f"<= {target:g} s"))
    return figures


def _bare(made: ExampleFiles, folder: Path) -> float:
    paths = sorted(made.directory.rglob("*.gpkg"))
    started = time.perf_counter()
    for path in paths:
        for layer, _ in pyogrio.list_layers(path):
            frame = pyogrio.read_dataframe(path, layer=layer)
            pyogrio.write_dataframe(frame, folder / "bare.gpkg", layer=layer, driver="GPKG", geometry_type="Unknown")
    return time.perf_counter() - started
