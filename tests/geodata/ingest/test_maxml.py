"""Field reports become rows: a layer a kind of record, a column an element, a place from its points."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from geodata.errors import FileError
from geodata.ingest import FileRefusedError, ImportReport
from geodata.ingest.child import read_file
from geodata.ingest.guard import UPLOAD_LIMITS
from geodata.registry import Registry

Importer = Callable[..., ImportReport]


def _point(lat: object, lon: object, kind: str = "Turning Point") -> str:
    return f"<Point><PointTypeEnum>{kind}</PointTypeEnum><Latitude>{lat}</Latitude><Longitude>{lon}</Longitude></Point>"


def _place(points: str, shape: str = "Polygon") -> str:
    return f"<GeospatialInfo><ShapeEnum>{shape}</ShapeEnum>{points}</GeospatialInfo>"


def _hazard(local_id: str, name: str, place: str) -> str:
    return (
        "<FieldReport><FieldReportInfo><ReportDate>2012-03-04</ReportDate><Status>Approved</Status></FieldReportInfo>"
        f"<Hazard><LocalID>{local_id}</LocalID><HazardName>{name}</HazardName><HazardType>SHA</HazardType><AreaSize>1234.5</AreaSize>"
        f"<Device><Type>AP mine</Type></Device><Device><Type>UXO</Type></Device>{place}</Hazard></FieldReport>"
    )


SQUARE = "".join(_point(lat, lon) for lat, lon in ((33, 65), (33, 65.01), (33.01, 65.01), (33.01, 65)))


def _file(folder: Path, *reports: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> Path:
    path = folder / "export.xml"
    body = "".join(reports)
    path.write_text(f'{head}<maXML xmlns="urn:maxml"><MineActionFieldReport>{body}</MineActionFieldReport></maXML>', encoding="utf-8")
    return path


def test_hazards_become_areas_with_outline_point_or_neither(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    reference = _point(34, 66, "Reference Point")
    path = _file(
        tmp_path,
        _hazard("HA-1", "Wādī &amp; Cañón", _place(reference + SQUARE)),
        _hazard("HA-2", "Point", _place(_point("33,5", 65.5), "Point")),
        _hazard("HA-3", "Nowhere", ""),
    )
    report = importer(path)
    assert (report.rows_added, report.rows_refused) == (3, 0)
    back = registry.read("hazard_areas")
    assert back.area_id.tolist() == ["HA-1", "HA-2", "HA-3"]
    assert back.name.tolist() == ["Wādī & Cañón", "Point", "Nowhere"]
    assert back.hazard_type.tolist() == ["SHA", "SHA", "SHA"]
    assert back.area_stated_m2.tolist() == [1234.5, 1234.5, 1234.5]
    assert back.geometry[0].equals(shapely.box(65, 33, 65.01, 33.01))
    assert back.geometry[1].equals(shapely.Point(65.5, 33.5))
    assert back.geometry[2] is None
    assert back.status.tolist() == ["not_stated"] * 3


def test_what_a_report_says_of_itself_and_repeated_elements_are_columns(tmp_path: Path) -> None:
    frame = read_file(_file(tmp_path, _hazard("HA-1", "x", "")), UPLOAD_LIMITS).frame
    assert frame.iloc[0].to_dict() == {
        "LocalID": "HA-1", "HazardName": "x", "HazardType": "SHA", "AreaSize": "1234.5", "Type": "AP mine; UXO",
        "FieldReportInfo ReportDate": "2012-03-04", "FieldReportInfo Status": "Approved",
    }  # fmt: skip


def test_each_kind_of_record_is_a_layer_and_victims_stay_out_of_accidents(tmp_path: Path) -> None:
    accident = (
        "<FieldReport><Accident><AccidentID>A-1</AccidentID><Date>2010-01-02</Date>"
        "<Victim><VictimName>Maria</VictimName></Victim></Accident></FieldReport>"
    )
    path = _file(tmp_path, _hazard("HA-1", "x", ""), accident)
    with pytest.raises(FileError, match="holds 2 layers: Hazard, Accident"):
        read_file(path, UPLOAD_LIMITS)
    frame = read_file(path, UPLOAD_LIMITS, layer="accident").frame
    assert frame.to_dict("records") == [{"AccidentID": "A-1", "Date": "2010-01-02"}]


def test_points_that_bound_nothing_are_no_outline(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    report = importer(_file(tmp_path, _hazard("HA-1", "x", _place(SQUARE, "Points"))))
    message = next(item.message for item in report.findings if item.code == "outline_not_stated")
    assert message == "1 records have several points and do not say that they bound an area; the first point is kept."
    assert registry.read("hazard_areas").geometry[0].equals(shapely.Point(65, 33))


def test_an_outline_with_an_unreadable_corner_is_not_made_of_the_others(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    report = importer(_file(tmp_path, _hazard("HA-1", "x", _place(SQUARE + _point("33.x", 65)))))
    assert "geometry_unreadable" in {item.code for item in report.findings}
    assert registry.read("hazard_areas").geometry[0] is None


def test_another_coordinate_system_has_to_be_chosen(tmp_path: Path, importer: Importer) -> None:
    place = _place("<CoordinateSystem>Pulkovo 1942</CoordinateSystem>" + SQUARE)
    path = _file(tmp_path, _hazard("HA-1", "x", place))
    with pytest.raises(FileRefusedError, match="does not say in which coordinate reference system") as caught:
        importer(path)
    assert caught.value.report is not None
    assert "crs_named" in {item.code for item in caught.value.report.findings}
    assert importer(path, crs="EPSG:4284").rows_added == 1


def test_legacy_encodings_that_a_file_names_are_read(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    path = _file(tmp_path, _hazard("HA-1", "Село", ""), head='<?xml version="1.0" encoding="windows-1251"?>')
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1251"))
    importer(path)
    assert registry.read("hazard_areas").name.tolist() == ["Село"]
