"""A small programme with data: six communities whose names try to be something else than text."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from flask import Flask
from flask.testing import FlaskClient
from shapely.geometry import box

from dashboard.app import create_server
from dashboard.programme import Programme
from dashboard.server.settings import ServerSettings

NAMES = ["<img src=x onerror=alert(1)>", "=cmd|'/C calc'!A0", "قرية الزيتون", "Ridge 🏔", 'a "quoted" name', "../../etc/passwd"]

CONFIG = """
programme:
  name: {en: "Small country"}
  country: Nowhere
  fictional: true
  languages: [en, ar]
areas:
  unit: community
  source: units
  fields: {area_id: code, name: name}
layers:
  - {id: units, path: layers/units.geojson, kind: polygon, source: "made for tests", licence: "CC0", map: {role: admin, name: name}}
indicators:
  - {id: need, layer: units, method: field, parameters: {field: need}, unit: people, label: {en: Need}}
  - {id: ease, layer: units, method: field, parameters: {field: ease}, unit: share, label: {en: Ease}}
criteria:
  - id: need
    group: need
    indicator: need
    value: {shape: linear, low: 0, high: 10}
    bounds_reason: "round numbers for tests"
    label: {en: Need}
  - id: ease
    group: feasibility
    indicator: ease
    value: {shape: linear, low: 0, high: 1}
    bounds_reason: "round numbers for tests"
    label: {en: Ease}
profiles:
  - {id: even, label: {en: Even}, author: tests, rationale: {en: "for tests"}, weights: {need: 1, ease: 1}}
  - {id: eased, label: {en: Eased}, author: tests, rationale: {en: "for tests"}, weights: {ease: 1}}
scenarios:
  - {id: base, label: {en: Base}, profile: even}
"""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small programme, built. Do not change it."""
    folder = tmp_path_factory.mktemp("small") / "programme"
    (folder / "layers").mkdir(parents=True)
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    squares = [box(-30 + n / 10, -40, -29.95 + n / 10, -39.95) for n in range(6)]
    frame = gpd.GeoDataFrame(
        {"code": [f"C{n}" for n in range(6)], "name": NAMES, "need": [9, 7, 5, 3, 1, None], "ease": [0.0, 0.2, 0.4, 0.6, 1.0, 0.5]},
        geometry=squares,
        crs="EPSG:4326",
    )
    frame.to_file(folder / "layers" / "units.geojson", driver="GeoJSON")
    Programme.open(folder).build()
    return folder


@pytest.fixture
def data_server(built: Path, tmp_path: Path, clock: Callable[[], float]) -> Flask:
    """A server of a copy of the small programme."""
    folder = tmp_path / "copy"
    shutil.copytree(built, folder)
    return create_server(folder, settings=ServerSettings(clock=clock, secret=b"k" * 48))


@pytest.fixture
def viewer(data_server: Flask, sign_in_as: Callable[..., FlaskClient]) -> FlaskClient:
    """A client signed in as viewer."""
    return sign_in_as(data_server, "viewer")


@pytest.fixture
def editor(data_server: Flask, sign_in_as: Callable[..., FlaskClient]) -> FlaskClient:
    """A client signed in as someone who may import."""
    return sign_in_as(data_server, "analyst")


@pytest.fixture
def version(data_server: Flask) -> str:
    """The current data version."""
    return str(data_server.extensions["landrelease"].snapshot().data_version)
