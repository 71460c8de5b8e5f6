"""A small programme on disk: hazard areas in a registry that lives in memory, and one layer of each kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine

from geodata.schema.config import Config
from geodata.schema.load import parse_config
from geodata.snapshot import Snapshot
from geodata.snapshot.build import build_snapshot

CORNER = np.array([39.0, 5.0])
"""Longitude and latitude of the lower left corner of the test country, a square degree."""

CONFIG = """
programme: {name: {en: Test}, country: Testland, data_until: 2020-12-31}
areas: {admin: {layer: districts, fields: {admin1: province, admin2: district, admin_code: code}}}
layers:
  - {id: districts, path: layers/districts.gpkg, kind: polygon, source: Office, licence: CC0, date: 2019, sensitivity: public,
     map: {role: admin, name: district, class: province, label: {en: Districts}}}
  - {id: people, path: layers/people.tif, kind: raster, source: Census, licence: CC0, map: {role: relief}}
  - {id: land, path: layers/land.gpkg, kind: polygon, source: Office, licence: CC0}
  - {id: roads, path: layers/roads.gpkg, kind: line, source: Office, licence: CC0, map: {role: road}}
  - {id: wealth, path: layers/wealth.csv, kind: point, crs: EPSG:4326, columns: {x: lon, y: lat}, source: Office, licence: CC0}
  - {id: poverty, path: layers/poverty.csv, kind: table, columns: {key: code}, source: Office, licence: CC0}
indicators:
  - {id: people_1km, layer: people, method: zonal, parameters: {stat: sum, reach_m: 1000}, unit: people, label: {en: People}}
  - {id: people_mean, layer: people, method: zonal, parameters: {stat: mean}, unit: people, label: {en: People}}
  - {id: farm, layer: land, method: share, parameters: {class_column: use, classes: [farm]}, unit: share, label: {en: Farm}}
  - {id: road_m, layer: roads, method: nearest, unit: m, label: {en: Road}}
  - {id: accidents_5y, layer: registry.accidents, method: within, parameters: {reach_m: 5000, date_column: date, last_years: 5},
     unit: accidents, label: {en: Accidents}}
  - {id: wealth, layer: wealth, method: interpolate, parameters: {column: rwi}, unit: index, label: {en: Wealth}}
  - {id: poverty, layer: poverty, method: join, parameters: {column: ipm, key: admin_code}, unit: {en: percent, fr: pour cent},
     label: {en: Poverty}}
  - {id: road_blocked, method: field, parameters: {field: road_blocked}, unit: yes/no, missing: zero,
     missing_reason: a record without the mark blocks no road, label: {en: Road blocked}}
"""


class MemoryRegistry:
    """Records in frames; ``head`` follows from their content."""

    def __init__(self, **tables: Any) -> None:
        self.tables = tables

    def head(self) -> str:
        return str(hash(tuple((name, frame.to_csv()) for name, frame in sorted(self.tables.items()))) & 0xFFFFFFFF)

    def read(self, table: str, *, as_of: Any = None, known: Any = None) -> Any:
        return self.tables.get(table, gpd.GeoDataFrame({f"{table}_id": []}, geometry=[], crs=4326)).copy()


class Programme:
    """Folder, configuration and registry of a test programme."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.text = folder, CONFIG
        self.registry = MemoryRegistry(hazard_areas=hazard_areas(), accidents=accidents())

    @property
    def config(self) -> Config:
        return parse_config(self.text)

    def build(self, **options: Any) -> Snapshot:
        return build_snapshot(self.config, self.registry, self.folder, **options)


def hazard_areas(n: int = 24) -> gpd.GeoDataFrame:
    """Discs in a square degree; the last three are a point, a nowhere and a released area."""
    rng = np.random.default_rng(5)
    places = rng.uniform(0.1, 0.9, (n, 2)) + CORNER
    geometry: list[Any] = [shapely.Point(place).buffer(size) for place, size in zip(places, rng.uniform(0.0005, 0.004, n), strict=True)]
    geometry[-3], geometry[-2] = shapely.Point(places[-3]), None
    frame = gpd.GeoDataFrame({"area_id": [f"HA-{i:03d}" for i in range(n)][::-1]}, geometry=geometry, crs=4326)
    frame["status"] = ["open"] * (n - 1) + ["released"]
    frame["hazard_type"], frame["eo_categories"] = "SHA", "AP_MINE;UXO"
    frame["recorded_date"] = "2010-05-01"
    frame["area_stated_m2"] = 1000.0
    frame["admin1"] = [None] * (n - 1) + ["As recorded"]
    frame["tasked_to"] = ["Team"] + [None] * (n - 1)
    frame["road_blocked"] = [True, False] + [None] * (n - 2)
    return frame


def accidents(n: int = 40) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(6)
    places = gpd.points_from_xy(*(rng.uniform(0, 1, (n, 2)) + CORNER).T)
    frame = gpd.GeoDataFrame({"accident_id": range(n), "date": [f"{2005 + i % 16}-06-30" for i in range(n)]}, geometry=places, crs=4326)
    frame["killed_men"] = 1
    return frame


def write_layers(folder: Path) -> None:
    """One layer of each kind over the square degree, in several CRS."""
    rng = np.random.default_rng(7)
    folder.mkdir()
    halves = [shapely.box(38.9, 4.9, 39.5, 6.1), shapely.box(39.5, 4.9, 40.1, 6.1)]
    said = {"district": ["West", "East"], "province": ["North"] * 2, "code": ["01", "02"]}
    gpd.GeoDataFrame(said, geometry=halves, crs=4326).to_crs(32637).to_file(folder / "districts.gpkg")
    cells = rng.gamma(1, 9, (120, 120)).astype("float32")
    with rasterio.open(
        folder / "people.tif", "w", driver="GTiff", width=120, height=120, count=1, dtype="float32", crs="EPSG:4326", nodata=-1,
        transform=Affine(0.01, 0, 38.9, 0, -0.01, 6.1),
    ) as file:  # fmt: skip
        file.write(cells, 1)
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(39, 40, 0.05), np.arange(5, 6, 0.05)))
    land = gpd.GeoDataFrame({"use": rng.choice(["farm", "forest"], len(x))}, geometry=shapely.box(x, y, x + 0.05, y + 0.05), crs=4326)
    land.to_file(folder / "land.gpkg")
    ends = rng.uniform(0, 1, (30, 2, 2)) + CORNER
    gpd.GeoDataFrame(geometry=shapely.linestrings(ends), crs=4326).to_crs(3857).to_file(folder / "roads.gpkg")
    wealth = rng.uniform(0, 1, (200, 2)) + CORNER
    pd.DataFrame({"lon": wealth[:, 0], "lat": wealth[:, 1], "rwi": rng.normal(size=200)}).to_csv(folder / "wealth.csv", index=False)
    (folder / "poverty.csv").write_text('code,ipm\n01,"1,040.5"\n02,12\n03,7\n', encoding="utf-8")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The programme, built once; for tests that only read."""
    folder = tmp_path_factory.mktemp("built")
    write_layers(folder / "layers")
    return Programme(folder).build()


@pytest.fixture
def programme(tmp_path: Path) -> Programme:
    """A programme of 24 hazard areas, not yet built."""
    write_layers(tmp_path / "layers")
    return Programme(tmp_path)


def files_of(snapshot: Snapshot) -> dict[str, bytes]:
    """Every file of a snapshot by name."""
    return {str(path.relative_to(snapshot.path)): path.read_bytes() for path in snapshot.path.rglob("*") if path.is_file()}
