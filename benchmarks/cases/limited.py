"""A build whose data are more than four times the memory that the operating system lets it have (RLIMIT_DATA, Linux)."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np
import pyogrio
import rasterio
from affine import Affine
from rasterio.windows import Window

from benchmarks.cases.land import CORNER_M, CRS, SIDE_M, make_areas, make_land_use
from benchmarks.cases.memory import MB_PER_KB
from dashboard.programme import Programme
from geodata.registry import open_registry
from geodata.registry.base import ChangeMeta

LIMIT_MIB, N_AREAS, N_CELLS, _BLOCK = 700, 1_000, 27_136, 512
CONFIG = """
programme: {name: {en: Benchmark}, country: Nowhere, fictional: true}
registry: registry.sqlite
layers:
  - {id: people, path: people.tif, kind: raster, source: made up, licence: CC0}
  - {id: land, path: land.gpkg, kind: polygon, source: made up, licence: CC0}
indicators:
  - {id: people_inside, layer: people, method: zonal, parameters: {stat: sum}, unit: people, label: {en: People}}
  - {id: people_2km, layer: people, method: zonal, parameters: {stat: sum, reach_m: 2000}, unit: people, label: {en: People}}
  - {id: farm, layer: land, method: share, parameters: {class_column: use, classes: [farm]}, unit: share, label: {en: Farm}}
"""


def make_programme(folder: Path) -> None:
    """A raster of 2.9 GB, half a million polygons, and 1,000 areas."""
    folder.mkdir(parents=True)
    rng, size = np.random.default_rng(4), SIDE_M / N_CELLS
    with rasterio.open(
        folder / "people.tif", "w", driver="GTiff", width=N_CELLS, height=N_CELLS, count=1, dtype="float32", nodata=-1, crs=CRS,
        tiled=True, blockxsize=_BLOCK, blockysize=_BLOCK, transform=Affine(size, 0, CORNER_M[0], 0, -size, CORNER_M[1] + SIDE_M),
    ) as file:  # fmt: skip
        for row in range(0, N_CELLS, _BLOCK):
            file.write(rng.gamma(1, 5, (_BLOCK, N_CELLS)).astype("float32"), 1, window=Window(0, row, N_CELLS, _BLOCK))
    pyogrio.write_dataframe(make_land_use(), folder / "land.gpkg", layer="land")
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    registry = open_registry(folder / "registry.sqlite", create=True)
    registry.apply("hazard_areas", make_areas(N_AREAS).to_crs(4326).assign(status="open", hazard_type="SHA"), ChangeMeta(author="b"))
    registry.close()


def main(folder: str, what: str = "build") -> None:
    """``make`` the programme, or ``build`` it under the limit and print what it took."""
    place = Path(folder)
    if what == "make":
        make_programme(place)
        return
    resource.setrlimit(resource.RLIMIT_DATA, (LIMIT_MIB << 20, LIMIT_MIB << 20))
    n_mib = sum(path.stat().st_size for path in place.iterdir() if path.is_file()) / 2**20
    started = time.perf_counter()
    snapshot = Programme.open(place).build()
    most_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MB_PER_KB
    print(
        f"{snapshot.n_areas:,} areas, {n_mib:,.0f} MiB of data, {n_mib / LIMIT_MIB:.1f} x the limit of {LIMIT_MIB} MiB: "
        f"{time.perf_counter() - started:.0f} s, {most_mb:.0f} MB resident at most"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
