"""A place to look up comes from any accepted file, whole and with a known CRS, or not at all."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely

from geodata.errors import FileError, GeodataError
from geodata.ingest import FileRefusedError
from geodata.ingest.parcel import read_place

PARTS = [shapely.box(65, 33, 65.01, 33.01), shapely.box(65.01, 33, 65.02, 33.01)]
PARCEL = geopandas.GeoDataFrame({"plot": ["1", "2"]}, geometry=PARTS, crs=4326)


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp", "fgb", "kml", "parquet"])
def test_every_format_gives_the_union_of_its_rows(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"parcel.{ending}"
    if ending == "parquet":
        PARCEL.to_parquet(path)
    else:
        PARCEL.to_file(path, **({"driver": "KML"} if ending == "kml" else {}))
    geometry, _ = read_place(path)
    assert shapely.symmetric_difference(geometry, shapely.box(65, 33, 65.02, 33.01)).area < 1e-12


def test_another_crs_is_carried_over_and_a_missing_one_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "parcel.shp"
    PARCEL.to_crs(32641).to_file(path)
    known, _ = read_place(path)
    assert known.bounds == pytest.approx((65, 33, 65.02, 33.01), abs=1e-6)
    path.with_suffix(".prj").unlink()
    with pytest.raises(FileRefusedError, match="does not say in which coordinate reference system") as caught:
        read_place(path)
    assert caught.value.code == "crs_missing"
    assert shapely.equals_exact(read_place(path, crs="EPSG:32641")[0], known, tolerance=1e-9)


def test_a_road_and_points_are_read_as_such(tmp_path: Path) -> None:
    path = tmp_path / "road.csv"
    path.write_text('name;wkt\nroad;"LINESTRING (65 33, 65.1 33)"\n')
    with pytest.raises(FileRefusedError, match="does not say in which"):
        read_place(path)
    assert read_place(path, crs="EPSG:4326")[0] == shapely.LineString([(65, 33), (65.1, 33)])
    path.write_text("name,lat,lon\nschool,33,65\nwell,33.5,65.5\n")
    assert read_place(path)[0] == shapely.MultiPoint([(65, 33), (65.5, 33.5)])
    several = geopandas.GeoDataFrame(geometry=[shapely.MultiPoint([(65, 33), (66, 34)])], crs=4326)
    several.to_file(tmp_path / "several.gpkg")
    assert read_place(tmp_path / "several.gpkg")[0] == shapely.MultiPoint([(65, 33), (66, 34)])


def test_a_place_of_which_a_part_cannot_be_used_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "parcel.csv"
    path.write_text('wkt\n"POLYGON ((65 33, 66 33, 66 34, 65 33))"\n"POLYGON ((oops"\n')
    with pytest.raises(FileRefusedError, match=r"1 rows hold no valid well-known text \(row 2\)"):
        read_place(path, crs="EPSG:4326")
    flat = [PARTS[0], shapely.Polygon([(65, 33), (66, 33), (65, 33)])]
    geopandas.GeoDataFrame(geometry=flat, crs=4326).to_file(tmp_path / "flat.gpkg")
    with pytest.raises(FileRefusedError, match="have no area after repair"):
        read_place(tmp_path / "flat.gpkg")


@pytest.mark.parametrize(
    ("text", "code"),
    [("name,colour\na,red\n", "place_empty"), ("name,lat,lon\na,,\n", "place_empty"), ("{}", "file_damaged")],
    ids=["no columns", "no coordinates", "nothing"],
)
def test_a_file_without_a_place_is_named(text: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "parcel.txt"
    path.write_text(text)
    with pytest.raises(GeodataError) as caught:
        read_place(path)
    assert caught.value.code == code


def test_areas_and_lines_in_one_file_are_not_mixed(tmp_path: Path) -> None:
    path = tmp_path / "mixed.gpkg"
    geopandas.GeoDataFrame(geometry=[PARTS[0], shapely.LineString([(65, 33), (66, 33)])], crs=4326).to_file(path)
    with pytest.raises(FileError, match="mixes areas, lines or points") as caught:
        read_place(path)
    assert caught.value.code == "place_mixed"


def test_exchanged_coordinates_are_refused_where_the_country_is_known(tmp_path: Path) -> None:
    path = tmp_path / "parcel.csv"
    path.write_text("lat,lon\n65,33\n")
    with pytest.raises(FileRefusedError, match="Coordinates look exchanged"):
        read_place(path, country=shapely.box(60, 29, 75, 39))
