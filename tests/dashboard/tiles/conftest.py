"""A made-up snapshot as the tiles see it, and an independent decoder."""

from __future__ import annotations

import gzip
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely


@dataclass(frozen=True)
class Layer:
    id: str
    role: str
    kind: str
    min_zoom: int = 0
    n_features: int = 1
    sensitivity: str = "public"


@dataclass(frozen=True)
class Picture:
    path: Path


@dataclass
class MadeUpSnapshot:
    areas: gpd.GeoDataFrame
    layers: dict[str, tuple[Layer, gpd.GeoDataFrame | Path]] = field(default_factory=dict)

    @property
    def records(self) -> gpd.GeoDataFrame:
        return self.areas

    def outlines(self) -> np.ndarray:
        return self.areas.geometry.to_numpy()

    @property
    def boxes(self) -> np.ndarray:
        return shapely.bounds(self.outlines())

    @property
    def context_layers(self) -> list[Layer]:
        return [layer for layer, _ in self.layers.values()]

    def context(self, layer_id: str) -> Any:
        return self.layers[layer_id][1]

    def context_image(self, layer_id: str) -> Picture:
        return Picture(self.layers[layer_id][1])


def discs(n: int, seed: int = 3) -> np.ndarray:
    """n round areas of 50 m to 5 km about 10 E 5 N."""
    rng = np.random.default_rng(seed)
    centres = rng.normal((10, 5), 0.4, (n, 2))
    return shapely.buffer(shapely.points(centres), np.exp(rng.uniform(np.log(0.0005), np.log(0.05), n)), quad_segs=4)


@pytest.fixture(scope="session")
def snapshot() -> MadeUpSnapshot:
    n = 60
    geometries = discs(n)
    geometries[5] = shapely.Point(10.1, 5.1)
    geometries[6] = None
    columns = {
        "area_id": [f"HA-{i:04d}" for i in range(n)],
        "name": ["<b>Anden</b>", None, *(f"Field {i}" for i in range(2, n))],
        "hazard_type": ["SHA", "CHA", None] * 20,
        "admin1": ["North"] * n,
        "admin2": ["Anden", "North"] * 30,
        "is_tasked": [True] + [False] * (n - 1),
        "is_released": [False] * (n - 1) + [True],
    }
    areas = gpd.GeoDataFrame(columns, geometry=geometries, crs="EPSG:4326")
    places = gpd.GeoDataFrame(
        {"name": ["Anden", "Berova", None], "class": ["capital", "hamlet", "town"]},
        geometry=shapely.points([[10, 5], [10.2, 5.2], [9.8, 4.8]]),
        crs="EPSG:4326",
    )
    lines = shapely.linestrings([[[9, 5], [11, 5.3]], [[9, 4], [11, 6]]])
    roads = gpd.GeoDataFrame({"class": ["track", "primary"]}, geometry=lines, crs="EPSG:4326")
    layers = {"places": (Layer("places", "place", "point"), places), "roads": (Layer("roads", "road", "line", 7), roads)}
    return MadeUpSnapshot(areas, layers)


@pytest.fixture(scope="session")
def decode() -> Callable[[bytes], dict[str, Any]]:
    """Decoder of another maker: layer name to its content, y down."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mapbox_vector_tile = pytest.importorskip("mapbox_vector_tile", reason="the oracle mapbox-vector-tile is not installed")

    def read(content: bytes) -> dict[str, Any]:
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        return mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})

    return read
