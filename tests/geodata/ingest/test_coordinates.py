"""Places in columns are read as they are written, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.ingest import FileRefusedError, ImportReport
from geodata.ingest.coordinates import parse_degrees
from geodata.ingest.profiles import ImportProfile
from geodata.registry import Registry

Importer = Callable[..., ImportReport]


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("34°31'12\"N", 34.52, None),
        ("34 31 12 N", 34.52, None),
        ("N34°31.2'", 34.52, None),
        ("34d31m12s", 34.52, 34.52),
        ("34:31:12", 34.52, 34.52),
        ("70°30′00″W", None, -70.5),
        ("12°10'5,5''S", -12.1681944444, None),
        ("55°45'21\" с.ш.", 55.7558333333, None),
        ("37° 37' в. д.", None, 37.6166666667),
        ("٣٣٫٥ شمال", 33.5, None),
        ("65,5", 65.5, 65.5),
        ("-65.5", -65.5, -65.5),
        ("33.5°", 33.5, 33.5),
        ("34 75 N", None, None),
        ("34.5 31", None, None),
        ("-34 30 N", None, None),
        ("500000", None, None),
        ("70 30 O", None, None),
        ("Kabul", None, None),
    ],
)
def test_degrees_as_people_write_them(text: str, lat: float | None, lon: float | None) -> None:
    assert parse_degrees(text, "lat") == lat
    assert parse_degrees(text, "lon") == lon


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 89),
    st.integers(0, 59),
    st.integers(0, 5999),
    st.sampled_from("NS"),
    st.sampled_from(["%d°%d'%.2f\"%s", "%d %d %.2f %s"]),
)
def test_degrees_written_out_are_the_number_they_came_from(degrees: int, minutes: int, hundredths: int, half: str, form: str) -> None:
    seconds = hundredths / 100
    expected = (degrees + minutes / 60 + seconds / 3600) * (1 if half == "N" else -1)
    assert parse_degrees(form % (degrees, minutes, seconds, half)) == pytest.approx(expected, abs=1e-9)


def _points(folder: Path, importer: Importer, registry: Registry, text: str, **options: object) -> list[tuple[float, float] | None]:
    path = folder / "areas.csv"
    path.write_text(text, encoding="utf-8")
    importer(path, **options)
    return [None if point is None else (round(point.x, 6), round(point.y, 6)) for point in registry.read("hazard_areas").geometry]


@pytest.mark.parametrize(
    ("header", "values", "expected"),
    [
        ("lat long", ["33.5, 65.5", "34 66"], [(65.5, 33.5), (66, 34)]),
        ("LonLat", ["65,5; 33,5"], [(65.5, 33.5)]),
        ("GPS", ["33°30'N 65°30'E", "34°N 66°E"], [(65.5, 33.5), (66, 34)]),
        ("coordinates", ["33.5N, 65.5E"], [(65.5, 33.5)]),
    ],
    ids=["name says latitude first", "name says longitude first", "letters", "letters behind decimals"],
)
def test_two_numbers_in_one_column_are_a_point(
    header: str, values: list[str], expected: list[tuple[float, float]], tmp_path: Path, importer: Importer, registry: Registry
) -> None:
    quoted = [value.replace('"', '""') for value in values]
    rows = "".join(f'A{number},"{value}"\n' for number, value in enumerate(quoted))
    assert _points(tmp_path, importer, registry, f"area_id,{header}\n{rows}") == expected


def test_which_of_two_numbers_is_the_latitude_is_asked_where_nothing_says_so(
    tmp_path: Path, importer: Importer, registry: Registry
) -> None:
    text = 'area_id,coordinates\nA,"33.5, 65.5"\n'
    with pytest.raises(
        FileRefusedError, match='Column "coordinates" holds two numbers a row, and which is the latitude cannot be told'
    ) as caught:
        _points(tmp_path, importer, registry, text)
    assert caught.value.remedy == "Say latlon: or lonlat: with the name of the column in a profile."
    profile = ImportProfile(latlon="coordinates", crs="EPSG:4326")
    assert _points(tmp_path, importer, registry, text, profile=profile) == [(65.5, 33.5)]


def test_grid_references_are_named_and_have_no_place(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("area_id,GPS\nA,42SWD1234567890\nB,33.5N 65.5E\n", encoding="utf-8")
    codes = {item.code: item.n_rows for item in importer(path).findings}
    assert codes["coordinates_mgrs"] == 1
    assert registry.read("hazard_areas").geometry.tolist() == [None, shapely.Point(65.5, 33.5)]


SQUARE = shapely.box(65, 33, 65.5, 33.5)


@pytest.mark.parametrize(
    ("text", "crs"),
    [
        (f"SRID=4326;{SQUARE.wkt}", None),
        (shapely.to_wkb(SQUARE, hex=True), "EPSG:4326"),
        (shapely.to_wkb(shapely.set_srid(SQUARE, 4326), hex=True, include_srid=True), None),
        (shapely.to_geojson(SQUARE), None),
        (SQUARE.wkt, "EPSG:4326"),
    ],
    ids=["EWKT", "hexadecimal WKB", "hexadecimal EWKB", "GeoJSON", "WKT"],
)
def test_geometry_in_a_column_is_read_with_the_crs_it_states(
    text: str, crs: str | None, tmp_path: Path, importer: Importer, registry: Registry
) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("area_id;geom\nA;" + '"' + text.replace('"', '""') + '"\nB;\n', encoding="utf-8")
    if crs:
        with pytest.raises(FileRefusedError, match="does not say in which"):
            importer(path)
    importer(path, crs=crs)
    back = registry.read("hazard_areas").geometry
    assert back[0].equals(SQUARE)
    assert back[1] is None


def test_rows_that_state_several_systems_are_refused(tmp_path: Path, importer: Importer) -> None:
    path = tmp_path / "areas.csv"
    path.write_text('area_id;wkt\nA;"SRID=4326;POINT(65 33)"\nB;"SRID=32642;POINT(500000 3700000)"\n', encoding="utf-8")
    with pytest.raises(FileRefusedError, match="The rows state 2 coordinate reference systems: EPSG:32642, EPSG:4326"):
        importer(path)


def test_thousands_in_metres_are_asked_for_and_decimals_in_degrees_are_not(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    text = 'area_id;x;y\nA;"500,000";"3,700,000"\n'
    assert _points(tmp_path, importer, registry, text, crs="EPSG:32642") == [None]
    text = "area_id;longitude;latitude\nA;65,123;33,123\nB;65.5;33.5\n"
    assert _points(tmp_path, importer, registry, text) == [(65.123, 33.123), (65.5, 33.5)]
