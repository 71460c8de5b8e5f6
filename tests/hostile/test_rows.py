"""Files that open, but whose rows are wrong: repaired and reported, refused by row, or refused as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import openpyxl
import pytest
import shapely

from geodata.ingest import FileRefusedError, ImportReport, Limits
from geodata.ingest.profiles import ImportProfile
from geodata.registry import Registry

Importer = Callable[..., ImportReport]
GOOD = shapely.box(65, 33, 65.1, 33.1)


def _file(folder: Path, geometry: list[shapely.Geometry | None], crs: object = 4326, **columns: object) -> Path:
    path = folder / "areas.gpkg"
    names = {"area_id": [f"HA-{i + 1:04d}" for i in range(len(geometry))]}
    geopandas.GeoDataFrame({**names, **columns}, geometry=geometry, crs=crs).to_file(path, layer="sha")
    return path


def _csv(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "areas.csv"
    path.write_bytes(text.encode(encoding))
    return path


def _codes(report: ImportReport) -> set[str]:
    return {item.code for item in report.findings}


def _message(report: ImportReport, code: str) -> str:
    return next(item.message for item in report.findings if item.code == code)


def test_a_self_crossing_outline_is_repaired_with_its_area_before_and_after(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    bowtie = shapely.from_wkt("POLYGON ((65 33, 65.1 33.1, 65.1 33, 65 33.1, 65 33))")
    report = importer(_file(tmp_path, [bowtie, GOOD]))
    assert report.rows_added == 2
    before, after = re.findall(r"together ([\d,]+) m2 before, ([\d,]+) m2 after", _message(report, "geometry_repaired"))[0]
    assert int(before.replace(",", "")) < 20_000
    assert int(after.replace(",", "")) == pytest.approx(51_790_000, rel=1e-3)
    assert registry.read("hazard_areas").geometry.is_valid.all()


def test_an_outline_without_area_is_refused_by_row(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    flat = shapely.from_wkt("POLYGON ((65 33, 65.1 33.1, 65 33, 65 33))")
    report = importer(_file(tmp_path, [flat, GOOD]))
    assert (report.rows_added, report.rows_refused) == (1, 1)
    expected = "1 outlines have no area after repair (HA-0001) and are refused; each area needs more than 0 m2."
    assert _message(report, "area_zero") == expected
    assert registry.read("hazard_areas").area_id.tolist() == ["HA-0002"]


def test_a_row_without_outline_or_with_a_point_is_kept(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    report = importer(_file(tmp_path, [None, shapely.Point(65, 33), GOOD]))
    assert report.rows_added == 3
    assert _message(report, "not_located") == "1 hazard_areas have no place (HA-0001); they are kept, listed and counted apart."
    assert registry.read("hazard_areas").geometry.geom_type.tolist()[1:] == ["Point", "Polygon"]


def test_an_empty_layer_is_refused(tmp_path: Path, importer: Importer) -> None:
    path = tmp_path / "areas.gpkg"
    geopandas.GeoDataFrame({"area_id": []}, geometry=[], crs=4326).to_file(path, layer="sha")
    with pytest.raises(FileRefusedError, match=r"areas\.gpkg, layer 'sha': It holds 0 hazard_areas\."):
        importer(path)


def test_coordinates_that_are_not_finite_are_refused_by_row(tmp_path: Path, importer: Importer) -> None:
    report = importer(_csv(tmp_path, "area_id,lat,lon\nA,nan,65\nB,33,65\nC,inf,65\nD,1e308,65\n"))
    assert report.rows_added == 3
    findings = {item.code: item for item in report.findings}
    assert findings["coordinates_not_finite"].examples == ("D",)
    assert report.rows_refused == 1
    assert findings["not_located"].n_rows == 2


def test_a_geometry_with_endless_coordinates_is_refused_by_row(tmp_path: Path, importer: Importer) -> None:
    path = tmp_path / "areas.parquet"
    shapes = [shapely.Polygon([(65, 33), (1e308, 33), (65, 34)]), GOOD, shapely.Point(np.inf, 1)]
    geopandas.GeoDataFrame({"area_id": ["A", "B", "C"]}, geometry=shapes, crs=4326).to_parquet(path)
    report = importer(path)
    assert (report.rows_added, report.rows_refused) == (1, 2)
    expected = "2 rows have coordinates that are not finite numbers (A, C) and are refused."
    assert _message(report, "coordinates_not_finite") == expected


def test_metres_said_to_be_degrees_are_refused_with_the_zones_that_fit(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    metres = shapely.box(500000, 3800000, 500100, 3800100)
    with pytest.raises(FileRefusedError, match="which are no longitude and latitude") as caught:
        importer(_file(tmp_path, [metres, metres]))
    assert "import again with --crs EPSG:326" in caught.value.remedy
    assert registry.head() == ""
    report = importer(tmp_path / "areas.gpkg", crs="EPSG:32642")
    assert report.rows_added == 2
    assert "crs_overridden" in _codes(report)


def test_exchanged_coordinates_are_offered_never_applied(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    path = _csv(tmp_path, "area_id,lon,lat\nA,34.5,69.2\nB,33.1,65.5\nC,36.7,67.1\n")
    with pytest.raises(FileRefusedError, match="3 of 3 rows would fit with x and y swapped") as caught:
        importer(path)
    assert "swap_xy: true" in caught.value.remedy
    assert registry.head() == ""
    assert importer(path, profile=ImportProfile(swap_xy=True)).rows_added == 3
    assert registry.read("hazard_areas").geometry.x.tolist() == [69.2, 65.5, 67.1]


def test_a_lost_minus_sign_is_named_and_kept(tmp_path: Path, importer: Importer) -> None:
    report = importer(_csv(tmp_path, "area_id,lon,lat\nA,65,33\nB,-65,33\nC,66,33\n"))
    assert report.rows_added == 3
    assert _message(report, "outside_country") == "1 rows lie outside the country (B)."


def test_a_missing_crs_is_asked_for(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    path = _csv(tmp_path, f'area_id,wkt\nA,"{GOOD.wkt}"\n')
    with pytest.raises(FileRefusedError, match="does not say in which coordinate reference system") as caught:
        importer(path)
    assert caught.value.remedy == "Ask who made it, and import again with --crs EPSG:n."
    assert registry.head() == ""
    assert importer(path, crs="EPSG:4326").rows_added == 1


def test_an_outline_across_the_antimeridian_is_cut(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    fiji = shapely.Polygon([(179.9, -17), (-179.9, -17), (-179.9, -16.9), (179.9, -16.9)])
    report = importer(_file(tmp_path, [fiji]))
    assert "antimeridian_split" in _codes(report)
    assert len(registry.read("hazard_areas").geometry.iloc[0].geoms) == 2


def test_heights_curves_and_collections_become_flat_polygons(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    raised = shapely.from_wkt("POLYGON Z ((65 33 5, 65.1 33 5, 65.1 33.1 5, 65 33 5))")
    mixed = shapely.GeometryCollection([shapely.Point(65, 33), GOOD])
    path = tmp_path / "areas.parquet"
    geopandas.GeoDataFrame({"area_id": ["A", "B"]}, geometry=[raised, mixed], crs=4326).to_parquet(path)
    assert {"height_dropped", "parts_dropped"} <= _codes(importer(path))
    back = registry.read("hazard_areas").geometry
    assert back.geom_type.tolist() == ["Polygon", "Polygon"]
    assert not back.has_z.any()


def test_a_curved_outline_in_text_is_kept_without_a_place_and_named(tmp_path: Path, importer: Importer) -> None:
    path = _csv(tmp_path, 'area_id,wkt\nA,"CURVEPOLYGON (CIRCULARSTRING (65 33, 66 34, 67 33, 66 32, 65 33))"\nB,"POINT (65 33)"\n')
    report = importer(path, crs="EPSG:4326")
    assert report.rows_added == 2
    assert _message(report, "geometry_unreadable") == "1 rows hold no valid well-known text (A); they are kept without a place."


def test_lines_are_refused_by_row(tmp_path: Path, importer: Importer) -> None:
    report = importer(_file(tmp_path, [shapely.LineString([(65, 33), (66, 34)]), GOOD]))
    assert (report.rows_added, report.rows_refused) == (1, 1)
    assert _message(report, "line_not_area") == "1 rows are lines (HA-0001), which are no areas, and are refused."


@pytest.mark.parametrize(
    ("ids", "shown"),
    [
        (["HA-1", "HA-1", "HA-2"], r"1 stand on more than one row: HA-1 \(rows 1, 2\)"),
        (["HA-1", " HA-1 ", "HA-2"], r"HA-1 \(rows 1, 2\)"),
        (["ha-1", "HA-1", "HA-2"], r"ha-1 \(rows 1, 2\)"),
    ],
    ids=["same", "space", "case"],
)
def test_double_ids_refuse_the_file_and_both_rows_are_named(
    ids: list[str], shown: str, tmp_path: Path, importer: Importer, registry: Registry
) -> None:
    with pytest.raises(FileRefusedError, match=f"area_id must be unique, but {shown}" if "1 stand" in shown else shown) as caught:
        importer(_file(tmp_path, [GOOD] * 3, area_id=ids))
    assert caught.value.code == "id_duplicate"
    assert caught.value.report is not None
    assert caught.value.report.rows_refused == 3
    assert registry.head() == ""


def test_a_leading_zero_makes_another_id(tmp_path: Path, importer: Importer) -> None:
    assert importer(_csv(tmp_path, "area_id,lat,lon\n1,33,65\n01,33,65\n")).rows_added == 2


def test_whole_numbers_as_ids_lose_their_decimals(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    importer(_file(tmp_path, [GOOD, GOOD], area_id=[1.0, 2.0]))
    assert registry.read("hazard_areas").area_id.tolist() == ["1", "2"]


def test_a_row_without_id_is_refused_unless_ids_are_made(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    path = _file(tmp_path, [GOOD, GOOD], area_id=["A", None])
    report = importer(path, dry_run=True)
    assert (report.rows_added, report.rows_refused) == (1, 1)
    assert _message(report, "id_missing") == "1 rows have no id (row 2) and are refused."
    assert importer(path, make_ids=True).rows_added == 2
    assert importer(path, make_ids=True).rows_unchanged == 2


def test_a_file_without_an_id_column_is_refused_with_the_columns_that_could_be(tmp_path: Path, importer: Importer) -> None:
    path = _csv(tmp_path, "ref,lat,lon\n1,33,65\n2,33,65\n")
    with pytest.raises(FileRefusedError, match="no column is known to hold it") as caught:
        importer(path)
    assert caught.value.remedy == 'Map the column in a profile, or import with --make-ids. Different on every row: "ref".'


def test_all_problems_are_said_at_once(tmp_path: Path, importer: Importer) -> None:
    path = _csv(tmp_path, f'area_id,wkt\nA,"{GOOD.wkt}"\nA,"{GOOD.wkt}"\n')
    with pytest.raises(FileRefusedError, match=r"2 problems") as caught:
        importer(path)
    assert "must be unique" in str(caught.value)
    assert "coordinate reference system" in str(caught.value)


def test_an_outline_with_too_many_vertices_is_refused_by_row(tmp_path: Path, importer: Importer) -> None:
    circle = shapely.Point(65, 33).buffer(0.1, quad_segs=100)
    report = importer(_file(tmp_path, [circle, GOOD]), limits=Limits(max_vertices=100))
    assert (report.rows_added, report.rows_refused) == (1, 1)
    assert _message(report, "too_many_vertices").startswith("1 outlines have more than 100 vertices (HA-0001)")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8-sig", "Peñón"), ("utf-16", "Peñón"), ("cp1252", "Cañón del río Ñus"), ("cp1251", "Минное поле у села"),
        ("cp1256", "قرية الوادي"), ("utf-8", "قرية 🌾"),
    ],
)  # fmt: skip
def test_encodings_are_found_out(encoding: str, name: str, tmp_path: Path, importer: Importer, registry: Registry) -> None:
    report = importer(_csv(tmp_path, f"area_id;name;lat;lon\nA;{name};33,5;65,5\n", encoding))
    back = registry.read("hazard_areas")
    assert back.name.tolist() == [name]
    assert back.geometry.x.tolist() == [65.5]
    assert ("encoding_assumed" in _codes(report)) == encoding.startswith("cp")


def test_nul_characters_in_text_are_removed_and_reported(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    report = importer(_csv(tmp_path, "area_id,name,lat,lon\nA,x\0y,33,65\n", "utf-16"))
    assert _message(report, "nul_removed") == "1 NUL characters were removed."
    assert registry.read("hazard_areas").name.tolist() == ["xy"]


def test_marks_that_cannot_be_seen_make_no_other_id_and_no_other_text(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    importer(_csv(tmp_path, "area_id,name,lat,lon\n\u200fHA-1\u00a0,\u202bقرية\u202c ,33,65\n"))
    assert registry.read("hazard_areas")[["area_id", "name"]].values.tolist() == [["HA-1", "قرية"]]
    with pytest.raises(FileRefusedError, match=r"area_id must be unique, but 1 stand on more than one row: HA-2 \(rows 1, 2\)"):
        importer(_csv(tmp_path, "area_id,lat,lon\nHA\u200b-2,33,65\nHA-2 ,34,66\n"))


def test_a_crs_that_contradicts_the_file_is_used_as_chosen_and_named(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    report = importer(_file(tmp_path, [GOOD]), crs="EPSG:4267")
    message = "The file says EPSG:4326; its coordinates are read as EPSG:4267, as chosen."
    assert _message(report, "crs_overridden") == message


@pytest.mark.parametrize(("west", "east", "lat"), [(179, 181, -17), (179.5, 182, 66)], ids=["Fiji", "Chukotka"])
def test_areas_on_both_sides_of_the_antimeridian_keep_their_size(
    west: float, east: float, lat: float, tmp_path: Path, importer: Importer, registry: Registry
) -> None:
    report = importer(_file(tmp_path, [shapely.box(west, lat, east, lat + 1)]))
    assert "antimeridian_split" in _codes(report)
    outline = registry.read("hazard_areas").geometry[0]
    assert outline.bounds == (-180, lat, 180, lat + 1)
    assert outline.area == pytest.approx(east - west)


def test_markup_and_formulas_in_names_are_kept_as_text(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    names = ["<img src=x onerror=alert(1)>", "=cmd|'/c calc'!A1"]
    importer(_file(tmp_path, [GOOD, GOOD], name=names))
    assert registry.read("hazard_areas").name.tolist() == names


def test_values_that_are_no_known_code_are_not_stated_never_open(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    report = importer(_file(tmp_path, [GOOD] * 3, status=["open", "Blorp", None], hazard_type=["SHA", "CHA", "minefield"]))
    back = registry.read("hazard_areas")
    assert back.status.tolist() == ["open", "not_stated", "not_stated"]
    assert back.hazard_type.tolist() == ["SHA", "CHA", "not_stated"]
    expected = 'Column "status": 1 values are no known status (Blorp); their 1 rows are not stated.'
    assert _message(report, "code_unmapped") == expected or expected in [item.message for item in report.findings]


def test_an_update_with_an_unknown_code_keeps_what_is_known(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    importer(_file(tmp_path, [GOOD], status=["released"]))
    importer(_csv(tmp_path, "area_id,status\nHA-0001,Blorp\n"))
    assert registry.read("hazard_areas").status.tolist() == ["released"]


def test_who_a_victim_is_never_enters_the_registry_or_the_report(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    header = "accident_id,date,victim name,Date of birth,address,activity,lat,lon"
    text = f"{header}\nX1,2019-05-01,Jane Doe,1990-01-01,Main Street 5,farming,33,65\n"
    report = importer(_csv(tmp_path, text), "accidents")
    assert _message(report, "personal_data_dropped").startswith("3 columns look like personal data and were not taken over")
    stored = (tmp_path / "registry.sqlite").read_bytes() + (tmp_path / "registry.sqlite-wal").read_bytes()
    for secret in (b"Jane", b"1990-01-01", b"Main Street"):
        assert secret not in stored
        assert secret.decode() not in str(report.as_dict())


def test_unknown_columns_are_a_note(tmp_path: Path, importer: Importer) -> None:
    report = importer(_file(tmp_path, [GOOD], colour=["red"]))
    item = next(item for item in report.findings if item.code == "columns_unknown")
    assert (item.severity, item.message) == ("note", "1 columns are not fields of hazard_areas and were left out: colour.")


def test_uneven_lines_are_left_out_and_named(tmp_path: Path, importer: Importer) -> None:
    report = importer(_csv(tmp_path, "area_id,name,lat,lon\nA,x,33,65\nB,x,y,33,65\nC,x,33,65\n"))
    assert report.rows_added == 2
    assert _message(report, "uneven_lines") == "1 lines do not have 4 columns and were left out (line 3)."


def _book(folder: Path, rows: list[list[object]], merged: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(folder / "areas.xlsx")
    return folder / "areas.xlsx"


def test_titles_and_merged_headers_of_a_workbook_are_understood(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    rows = [
        ["National Mine Action Authority"],
        ["Hazard areas, as of 2020"],
        [],
        ["Area ID", "Direct beneficiaries", None, None, None, "Latitude", "Longitude"],
        [None, "Boys", "Girls", "Men", "Women", None, None],
        ["HA-1", 1, 2, 3, 4, 33.5, 65.5],
        ["HA-2", 5, 6, 7, 8, 34, 66],
    ]
    report = importer(_book(tmp_path, rows, ("A1:G1", "A4:A5", "B4:E4", "F4:F5", "G4:G5")))
    assert report.rows_added == 2
    assert _message(report, "rows_above_header") == '2 rows above the header were left out ("National Mine Action Authority").'
    expected = 'The header has two rows; their texts were joined, as in "Direct beneficiaries Girls".'
    assert _message(report, "header_of_two_rows") == expected
    back = registry.read("hazard_areas")
    people = [f"beneficiaries_direct_{who}" for who in ("boys", "girls", "men", "women")]
    assert back[people].values.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", "~", "^"])
def test_any_usual_separator_titles_and_tags_of_a_text_are_understood(
    mark: str, tmp_path: Path, importer: Importer, registry: Registry
) -> None:
    lines = ["Report of 2020", "", "area_id,name,lat,lon", "#meta+id,#loc+name,#geo+lat,#geo+lon", "A,One,33,65", "", "B,Two,34,66"]
    report = importer(_csv(tmp_path, "\r\n".join(line.replace(",", mark) for line in lines)))
    assert report.rows_added == 2
    assert {"rows_above_header", "tags_left_out"} <= _codes(report)
    assert registry.read("hazard_areas").name.tolist() == ["One", "Two"]


def test_a_header_over_several_lines_and_lines_that_end_in_returns_are_read(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    assert importer(_csv(tmp_path, '"area\nid",name,lat,lon\nA,"two\nlines",33,65\n')).rows_added == 1
    assert registry.read("hazard_areas").name.tolist() == ["two\nlines"]
    assert importer(_csv(tmp_path, "area_id,name,lat,lon\rB,x,33,65\r")).rows_added == 1


def test_a_first_row_of_data_is_never_taken_for_a_header(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    report = importer(_csv(tmp_path, "area_id,name,,lat,lon\nA,x,note,33,65\nB,y,note,33,65\n"))
    assert report.rows_added == 2
    assert "header_of_two_rows" not in _codes(report)


def test_separators_with_nothing_behind_at_the_end_of_each_row_are_no_columns(
    tmp_path: Path, importer: Importer, registry: Registry
) -> None:
    assert importer(_csv(tmp_path, "area_id;name;lat;lon\nA;x;33;65;\nB;y;34;66;\n")).rows_added == 2
