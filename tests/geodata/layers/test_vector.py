"""Vector layers: any format, any CRS, read by window, refused with the reason."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from geodata.errors import CrsError, LayerError
from geodata.layers.vector import VectorLayer
from geodata.schema.config import LayerSection


def layer(folder: Path, **said: object) -> VectorLayer:
    base = {"id": "zones", "path": "zones.gpkg", "kind": "polygon", "source": "s", "licence": "l"}
    return VectorLayer(LayerSection.model_validate({**base, **said}), folder)


def squares(n: int = 3) -> gpd.GeoDataFrame:
    boxes = [shapely.box(i, 0, i + 0.5, 0.5) for i in range(n)]
    return gpd.GeoDataFrame({"code": [f"0{i}" for i in range(n)], "n": range(n)}, geometry=boxes, crs=4326)


@pytest.mark.parametrize("name", ["zones.gpkg", "zones.geojson", "zones.shp", "zones.fgb", "zones.parquet"])
def test_each_format_gives_the_same_rows(tmp_path: Path, name: str) -> None:
    frame = squares()
    frame.to_parquet(tmp_path / name) if name.endswith("parquet") else frame.to_file(tmp_path / name)
    read = layer(tmp_path, path=name).read(["code", "n"]).frame.sort_values("code", ignore_index=True)
    assert read["code"].tolist() == ["00", "01", "02"]
    assert read["n"].tolist() == [0, 1, 2]
    assert read.crs == CRS.from_epsg(4326)
    assert shapely.equals(read.geometry.to_numpy(), frame.geometry.to_numpy()).all()


@pytest.mark.parametrize("name", ["zones.gpkg", "zones.parquet"])
def test_a_window_reads_only_what_touches_it(tmp_path: Path, name: str) -> None:
    squares().to_parquet(tmp_path / name) if name.endswith("parquet") else squares().to_file(tmp_path / name)
    assert layer(tmp_path, path=name).read(["code"], bbox=(0.9, -1, 1.6, 1)).frame["code"].tolist() == ["01"]


def test_text_of_a_typed_file_stays_text_and_where_filters(tmp_path: Path) -> None:
    frame = squares()
    frame["code"] = ["11", "12", "13"]
    frame.to_file(tmp_path / "zones.gpkg")
    read = layer(tmp_path, where={"code": [12, "13"]}).read(["code"]).frame
    assert read["code"].tolist() == ["12", "13"]


def test_points_come_from_columns_and_rows_without_place_are_counted(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text('lon,lat,kind\n-74.5,4.5,a\n,4,b\n"-75,5",5,c\n', encoding="utf-8")
    rows = layer(tmp_path, path="events.csv", kind="point", columns={"x": "lon", "y": "lat"}, crs="EPSG:4326").read(["kind"])
    assert rows.frame["kind"].tolist() == ["a"]
    assert rows.frame.geometry.iloc[0].coords[0] == (-74.5, 4.5)
    assert rows.n_without_place == 2


def test_outlines_come_from_well_known_text(tmp_path: Path) -> None:
    text = 'id,geometrie\n1,"POLYGON ((0 0, 10 0, 10 10, 0 0))"\n2,nonsense\n'
    (tmp_path / "zones.csv").write_text(text, encoding="utf-8")
    rows = layer(tmp_path, path="zones.csv", columns={"wkt": "geometrie"}, crs="EPSG:28992").read(["id"])
    assert rows.frame["id"].tolist() == [1.0]
    assert rows.frame.crs.to_epsg() == 28992
    assert rows.n_without_place == 1


def test_a_file_without_crs_needs_one_in_the_configuration(tmp_path: Path) -> None:
    squares().set_crs(None, allow_override=True).to_parquet(tmp_path / "zones.parquet")
    with pytest.raises(CrsError, match=r"zones.parquet \(layer zones\) does not say its CRS"):
        layer(tmp_path, path="zones.parquet").read()
    assert layer(tmp_path, path="zones.parquet", crs="EPSG:3857").read().frame.crs.to_epsg() == 3857


def test_a_contradicted_crs_is_refused(tmp_path: Path) -> None:
    squares().to_file(tmp_path / "zones.gpkg")
    with pytest.raises(CrsError, match="only one can be right"):
        layer(tmp_path, crs="EPSG:3857").read()


def test_a_layer_of_another_kind_is_refused(tmp_path: Path) -> None:
    squares().to_file(tmp_path / "zones.gpkg")
    with pytest.raises(LayerError, match=r"holds Polygon, config\.yaml says kind: line"):
        layer(tmp_path, kind="line").read()


def test_single_geometries_of_another_kind_are_left_out_and_counted(tmp_path: Path) -> None:
    frame = pd.concat([squares(2), gpd.GeoDataFrame({"code": ["x"]}, geometry=[shapely.Point(0, 0)], crs=4326)])
    frame.to_parquet(tmp_path / "zones.parquet")
    rows = layer(tmp_path, path="zones.parquet").read(["code"])
    assert (rows.frame["code"].tolist(), rows.n_other_kind) == (["00", "01"], 1)


def test_a_missing_inner_layer_is_named(tmp_path: Path) -> None:
    squares().to_file(tmp_path / "zones.gpkg", layer="here")
    with pytest.raises(LayerError, match=r"zones.gpkg, layer 'there' \(layer zones\) cannot be read"):
        layer(tmp_path, layer="there").read()


def test_heights_are_dropped(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"code": ["a"]}, geometry=[shapely.Point(1, 2, 3)], crs=4326)
    frame.to_file(tmp_path / "zones.gpkg")
    assert not layer(tmp_path, kind="point").read().frame.geometry.has_z.any()
