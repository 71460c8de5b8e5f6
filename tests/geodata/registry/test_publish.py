"""The published copy opens in GDAL, is whole or absent, and cannot be written to by accident."""

from __future__ import annotations

import datetime as dt
import itertools
import sqlite3
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas
import pandas as pd
import pyogrio
import pytest
import shapely

from geodata.errors import RegistryError
from geodata.registry import ChangeMeta, Registry, open_registry
from geodata.registry.publish import publish


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """A registry with areas and one organisation."""
    made = open_registry(tmp_path / "registry.sqlite", create=True)
    rows = geopandas.GeoDataFrame(
        {"area_id": ["A", "B"], "name": ["قرية", "two"], "recorded_date": pd.to_datetime(["2001-02-03", "2012-01-01"])},
        geometry=[shapely.box(30, 10, 30.01, 10.01), shapely.Point(30, 10)],
        crs=4326,
    )
    made.apply("hazard_areas", rows, ChangeMeta("Ana"))
    made.apply("organisations", pd.DataFrame({"organisation_id": ["O"], "name": ["Org"]}), ChangeMeta("Ana"))
    return made


def test_gdal_reads_every_table_of_the_copy(registry: Registry, tmp_path: Path) -> None:
    target = tmp_path / "exports" / "registry.gpkg"
    assert publish(registry, target, title="Example") == {"hazard_areas": 2, "organisations": 1}
    assert {name for name, _ in pyogrio.list_layers(target)} == {"hazard_areas", "organisations", "metadata", "layer_styles"}
    back = pyogrio.read_dataframe(target, layer="hazard_areas")
    assert back.area_id.tolist() == ["A", "B"]
    assert back.name.tolist() == ["قرية", "two"]
    assert back.recorded_date.tolist() == ["2001-02-03", "2012-01-01"]
    assert back.area_measured_m2.round(-4).tolist()[0] == 1210000
    assert back.geometry.iloc[1].equals(shapely.Point(30, 10))
    about = pyogrio.read_dataframe(target, layer="metadata").set_index("key").value
    assert about["registry_head"] == registry.head()
    assert target.stat().st_mode & 0o222 == 0
    assert [item.name for item in target.parent.iterdir()] == ["registry.gpkg"]


def test_qgis_finds_a_style_that_draws_every_area_once(registry: Registry, tmp_path: Path) -> None:
    target = tmp_path / "registry.gpkg"
    publish(registry, target)
    style = pyogrio.read_dataframe(target, layer="layer_styles").iloc[0]
    assert (style.f_table_name, style.f_geometry_column, bool(style.useAsDefault)) == ("hazard_areas", "geom", True)
    rules = [rule.get("filter") for rule in ET.fromstring(style.styleQML.split("\n", 1)[1]).iter("rule")]
    drawn = {}
    for hazard_type, status in itertools.product(("SHA", "CHA", "not_stated"), ("open", "suspended", "closed", "released", "not_stated")):
        said = (f"SELECT {rule} FROM (SELECT ? AS status, ? AS hazard_type)" for rule in rules)
        drawn[hazard_type, status] = [sqlite3.connect(":memory:").execute(sql, (status, hazard_type)).fetchone()[0] for sql in said]
    assert {sum(hits) for hits in drawn.values()} == {1}
    assert drawn["CHA", "open"].index(1) == 3
    assert drawn["CHA", "released"].index(1) == 0


def test_the_copy_cannot_be_changed_by_a_reader_in_gdal(registry: Registry, tmp_path: Path) -> None:
    target = tmp_path / "registry.gpkg"
    publish(registry, target)
    before = target.read_bytes()
    for layer in ("hazard_areas", "metadata"):
        pyogrio.read_info(target, layer=layer)
        pyogrio.read_dataframe(target, layer=layer)
    assert target.read_bytes() == before
    assert sorted(item.name for item in tmp_path.glob("*.gpkg*")) == ["registry.gpkg"]


def test_a_past_state_can_be_published(registry: Registry, tmp_path: Path) -> None:
    assert publish(registry, tmp_path / "past.gpkg", as_of=dt.date(2005, 1, 1))["hazard_areas"] == 1


def test_a_copy_that_fails_leaves_the_one_before(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "registry.gpkg"
    publish(registry, target)
    before = target.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("geodata.registry.publish.os.fsync", full)
    with pytest.raises(RegistryError, match="No space left on device"):
        publish(registry, target)
    assert target.read_bytes() == before
    assert sorted(item.name for item in tmp_path.glob("*.gpkg*")) == ["registry.gpkg"]
