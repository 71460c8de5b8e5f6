"""Files that are not what they say, or are meant to do harm: each gets one clear message, and nothing changes."""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import openpyxl
import pytest
import shapely

from geodata.errors import FileError, GeodataError
from geodata.ingest import ImportReport
from geodata.ingest.child import read_file
from geodata.ingest.guard import UPLOAD_LIMITS, Limits
from geodata.ingest.profiles import load_profile
from geodata.registry import Registry

Importer = Callable[..., ImportReport]


def _gpkg(path: Path, n: int = 3) -> Path:
    boxes = [shapely.box(65 + i * 0.1, 33, 65.05 + i * 0.1, 33.05) for i in range(n)]
    geopandas.GeoDataFrame({"area_id": [f"A{i}" for i in range(n)]}, geometry=boxes, crs=4326).to_file(path, layer="sha")
    return path


def _zip(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _shapefile_parts(folder: Path) -> dict[str, bytes]:
    source = folder / "parts" / "sha.shp"
    source.parent.mkdir()
    geopandas.GeoDataFrame({"area_id": ["A1"]}, geometry=[shapely.box(65, 33, 65.1, 33.1)], crs=4326).to_file(source)
    return {item.name: item.read_bytes() for item in source.parent.iterdir()}


def _secret(folder: Path) -> Path:
    secret = folder / "secret.csv"
    secret.write_text("area_id,lat,lon\nSECRET,33,65\n")
    return secret


def vrt(folder: Path) -> Path:
    target = folder / "areas.geojson"
    target.write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{_secret(folder)}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    )
    return target


def kml_with_entity(folder: Path) -> Path:
    target = folder / "areas.kml"
    target.write_text(
        f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file://{_secret(folder)}">]><kml><Document><name>&x;</name></Document></kml>'
    )
    return target


def traversal(folder: Path) -> Path:
    return _zip(folder / "areas.zip", {"../../areas.shp": b"x", "areas.dbf": b"x"})


def absolute(folder: Path) -> Path:
    return _zip(folder / "areas.zip", {"/etc/areas.shp": b"x"})


def drive(folder: Path) -> Path:
    return _zip(folder / "areas.zip", {"C:\\areas.shp": b"x"})


def link(folder: Path) -> Path:
    target = folder / "areas.zip"
    with zipfile.ZipFile(target, "w") as archive:
        info = zipfile.ZipInfo("areas.shp")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return target


def bomb(folder: Path) -> Path:
    return _zip(folder / "areas.zip", {"areas.shp": b"\0" * 60_000_000})


def crowd(folder: Path) -> Path:
    return _zip(folder / "areas.zip", {f"{i}.shp": b"" for i in range(1001)}, zipfile.ZIP_STORED)


def lying_member(folder: Path) -> Path:
    target = _zip(folder / "areas.zip", {"areas.geojson": b'{"type": "FeatureCollection", "features": []}' + b" " * 5000})
    content = bytearray(target.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = content.index(mark) + offset
        content[place : place + 4] = struct.pack("<I", 10)
    target.write_bytes(content)
    return target


def locked(folder: Path) -> Path:
    target = _zip(folder / "areas.zip", {"areas.geojson": b"{}"})
    content = bytearray(target.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    target.write_bytes(content)
    return target


def cut_zip(folder: Path) -> Path:
    target = _zip(folder / "areas.zip", {"areas.shp": b"x" * 1000})
    target.write_bytes(target.read_bytes()[:-30])
    return target


def cut_gpkg(folder: Path) -> Path:
    target = _gpkg(folder / "areas.gpkg")
    target.write_bytes(target.read_bytes()[:9000])
    return target


def cut_geojson(folder: Path) -> Path:
    target = folder / "areas.geojson"
    target.write_text('{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"area_id": "A"')
    return target


def wrong_ending(folder: Path) -> Path:
    target = folder / "areas.gpkg"
    target.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    return target


def plain_sqlite(folder: Path) -> Path:
    import sqlite3

    target = folder / "areas.gpkg"
    connection = sqlite3.connect(target)
    connection.execute("CREATE TABLE t (x)")
    connection.commit()
    connection.close()
    return target


def empty_file(folder: Path) -> Path:
    target = folder / "areas.csv"
    target.touch()
    return target


def folder_itself(folder: Path) -> Path:
    return folder


def nothing(folder: Path) -> Path:
    return folder / "areas.gpkg"


def workbook_with_doctype(folder: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["area_id"])
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as source:
        members = {name: source.read(name) for name in source.namelist()}
    members["xl/workbook.xml"] = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + members["xl/workbook.xml"][55:]
    return _zip(folder / "areas.xlsx", members)


def other_xml(folder: Path) -> Path:
    target = folder / "areas.gpx"
    target.write_text('<?xml version="1.0"?><gpx></gpx>')
    return target


def maxml_with_entity(folder: Path) -> Path:
    target = folder / "areas.xml"
    comment = "<!-- maXML " + "x" * 9000 + " -->"
    target.write_text(
        f'<?xml version="1.0"?>{comment}<!DOCTYPE x [<!ENTITY a SYSTEM "file://{_secret(folder)}">]><maXML><Hazard>&a;</Hazard></maXML>'
    )
    return target


def kml_with_late_doctype(folder: Path) -> Path:
    target = folder / "areas.kml"
    comment = "<!-- <kml> " + "x" * 9000 + " -->"
    target.write_text(f'<?xml version="1.0"?>{comment}<!DOCTYPE kml [<!ENTITY a "b">]><kml><Document><name>&a;</name></Document></kml>')
    return target


def kmz_with_doctype(folder: Path) -> Path:
    return _zip(folder / "areas.kmz", {"doc.kml": kml_with_entity(folder).read_bytes()})


def billion_laughs(folder: Path) -> Path:
    target = folder / "areas.xml"
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {new} "{("&" + old + ";") * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    target.write_text(f'<?xml version="1.0"?><!-- maXML --><!DOCTYPE x [{entities}]><maXML><Hazard><Name>&i;</Name></Hazard></maXML>')
    return target


def deep_maxml(folder: Path) -> Path:
    target = folder / "areas.xml"
    target.write_text("<maXML><Hazard>" + "<a>" * 100_000)
    return target


def cut_maxml(folder: Path) -> Path:
    target = folder / "areas.xml"
    target.write_text("<maXML><FieldReport><Hazard><LocalID>HA-1</LocalID>")
    return target


def maxml_without_records(folder: Path) -> Path:
    target = folder / "areas.xml"
    target.write_text("<maXML><Organisation/></maXML>")
    return target


def cut_stata(folder: Path) -> Path:
    target = _make("dta", folder)
    target.write_bytes(target.read_bytes()[:-200])
    return target


def lying_stata(folder: Path) -> Path:
    """A file that says it holds two thousand million rows."""
    target = _make("dta", folder)
    content = target.read_bytes()
    place = content.index(b"<N>") + 3
    target.write_bytes(content[:place] + struct.pack("<I", 2_000_000_000) + content[place + 4 :])
    return target


def esri_json(folder: Path) -> Path:
    target = folder / "areas.json"
    target.write_text('{"displayFieldName": "", "geometryType": "esriGeometryPolygon", "features": []}')
    return target


def old_excel(folder: Path) -> Path:
    target = folder / "areas.xls"
    target.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000)
    return target


def access(folder: Path) -> Path:
    target = folder / "areas.mdb"
    target.write_bytes(b"\x00\x01\x00\x00Standard Jet DB\x00" + b"\0" * 2000)
    return target


def open_document(folder: Path) -> Path:
    return _zip(folder / "areas.ods", {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"})


def rar(folder: Path) -> Path:
    target = folder / "areas.zip"
    target.write_bytes(b"Rar!\x1a\x07\x01\x00" + b"\0" * 100)
    return target


def nul_bytes(folder: Path) -> Path:
    target = folder / "areas.csv"
    target.write_bytes(b"area_id,name,lat,lon\nA,x\0y,33,65\n")
    return target


CASES = [
    (esri_json, "format_not_accepted", r"areas\.json is not accepted: it is Esri JSON; ask the service for GeoJSON \(f=geojson\)\."),
    (old_excel, "format_not_accepted", r"areas\.xls is not accepted: it is an old Office file \(\.xls, \.doc\); save it as \.xlsx\."),
    (access, "format_not_accepted", r"it is an Access database; export the table as XLSX or CSV"),
    (open_document, "format_not_accepted", r"it is an OpenDocument file \(\.ods\); save it as \.xlsx or CSV"),
    (rar, "format_not_accepted", r"it is a RAR archive; pack it as \.zip"),
    (nul_bytes, "format_not_accepted", r"areas\.csv is not accepted: its bytes are of no known kind"),
    (vrt, "format_not_accepted", r"areas\.geojson is not accepted: it is a virtual layer \(VRT\), which points to other files\."),
    (kml_with_entity, "format_not_accepted", r"its XML declares a document type, which could make the reader open other files"),
    (workbook_with_doctype, "format_not_accepted", r"areas\.xlsx is not accepted: its XML declares a document type"),
    (other_xml, "format_not_accepted", r"it is XML but neither KML nor maXML"),
    (maxml_with_entity, "format_not_accepted", r"areas\.xml is not accepted: its XML declares a document type"),
    (kml_with_late_doctype, "format_not_accepted", r"areas\.kml is not accepted: its XML declares a document type"),
    (kmz_with_doctype, "format_not_accepted", r"its XML declares a document type"),
    (billion_laughs, "format_not_accepted", r"areas\.xml is not accepted: its XML declares a document type"),
    (deep_maxml, "file_damaged", r"areas\.xml: its elements are nested more than 60 deep"),
    (cut_maxml, "file_damaged", r"areas\.xml is damaged: its XML breaks off at line 1"),
    (maxml_without_records, "file_damaged", r"areas\.xml holds no record of a known kind"),
    (cut_stata, "file_damaged", r"areas\.dta is damaged or no Stata file"),
    (lying_stata, "file_damaged|file_too_costly", r"areas\.dta (is damaged|needs more than)"),
    (traversal, "archive_refused", r"holds '\.\./\.\./areas\.shp', a path that leads out of the archive"),
    (absolute, "archive_refused", r"a path that leads out of the archive"),
    (drive, "archive_refused", r"a path that leads out of the archive"),
    (link, "archive_refused", r"holds the link 'areas\.shp'"),
    (bomb, "archive_refused", r"packed \d[\d,]+ to 1; at most 100 to 1 is read"),
    (crowd, "archive_refused", r"holds 1,001 files; at most 1,000 are read"),
    (lying_member, "file_damaged|archive_refused", r"areas\.zip"),
    (locked, "archive_locked", r"areas\.zip is locked with a password"),
    (cut_zip, "file_damaged", r"areas\.zip is a damaged or incomplete zip archive"),
    (cut_gpkg, "file_damaged", r"areas\.gpkg is damaged"),
    (cut_geojson, "file_damaged", r"areas\.geojson is damaged"),
    (wrong_ending, "format_not_accepted", r"areas\.gpkg is not accepted: its bytes are of no known kind"),
    (plain_sqlite, "format_not_accepted", r"it is a SQLite database but no GeoPackage"),
    (empty_file, "file_empty", r"areas\.csv is empty \(0 bytes\)"),
    (folder_itself, "file_missing", r"is a folder"),
    (nothing, "file_missing", r"areas\.gpkg does not exist"),
]


@pytest.mark.parametrize(("make", "code", "message"), CASES, ids=[case[0].__name__ for case in CASES])
def test_a_bad_file_is_refused_with_its_reason(
    make: Callable[[Path], Path], code: str, message: str, tmp_path: Path, importer: Importer, registry: Registry
) -> None:
    path = make(tmp_path)
    with pytest.raises(GeodataError, match=message) as caught:
        importer(path, limits=UPLOAD_LIMITS)
    assert re.fullmatch(code, caught.value.code)
    assert caught.value.remedy
    assert "SECRET" not in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert registry.head() == ""


def test_a_file_above_the_limit_is_not_opened(tmp_path: Path) -> None:
    path = _gpkg(tmp_path / "areas.gpkg")
    with pytest.raises(FileError, match="at most 0 MB are read") as caught:
        read_file(path, Limits(max_bytes=1000))
    assert caught.value.code == "file_too_large"


def test_an_archive_that_would_unpack_too_large_is_not_unpacked(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).bytes(3_000_000)
    path = _zip(tmp_path / "areas.zip", {"areas.shp": noise})
    with pytest.raises(FileError, match="would unpack to 3 MB; at most 1 MB are read"):
        read_file(path, Limits(max_unpacked_bytes=1 << 20))


def test_a_reader_that_needs_too_much_memory_ends_with_a_message(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("area_id,name\n" + "A,xxxxxxxxxxxxxxxxxxxx\n" * 1_000_000)
    with pytest.raises(FileError, match="needs more than 8 MB of memory to be read") as caught:
        read_file(path, Limits(memory_bytes=8 << 20))
    assert caught.value.code == "file_too_costly"


def test_a_zipped_shapefile_is_read_without_using_its_names(tmp_path: Path, importer: Importer) -> None:
    parts = _shapefile_parts(tmp_path)
    path = _zip(tmp_path / "areas.zip", {f"Données/{name}": content for name, content in parts.items()})
    assert importer(path).rows_added == 1


@pytest.mark.parametrize(
    "name", ["CON.csv", "nul.csv", "COM1/aux.csv", "-rf.csv", "a\nb.csv", "%s%n.csv", "x" * 200 + ".csv"], ids=range(7)
)
def test_device_names_and_odd_names_in_an_archive_are_never_used_as_names(name: str, tmp_path: Path, importer: Importer) -> None:
    path = _zip(tmp_path / "areas.zip", {name: b"area_id,lat,lon\nA,33,65\n"})
    assert importer(path, limits=UPLOAD_LIMITS).rows_added == 1
    assert {item.name for item in tmp_path.iterdir() if not item.name.startswith("registry.sqlite")} == {"areas.zip", "layers"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("columns: {ref: area_id}\ncolumns: {ref: name}\n", "the key 'columns' stands twice in line 2"),
        ("columns: {ref: area_id, ref: name}\n", "the key 'ref' stands twice"),
        ("columns: &a {ref: area_id}\ncodes: *a\n", "anchors and aliases (& and *) are not allowed"),
        ("name: !!python/object/apply:os.system [id]\n", "tags (tag:yaml.org,2002:python/object/apply:os.system) are not allowed"),
        ("a: " + "[" * 5000, "nested deeper than"),
        ("name: [1\n", "expected"),
    ],
    ids=["double section", "double column", "alias", "tag", "deep", "broken"],
)
def test_a_profile_that_is_not_plain_yaml_is_refused(text: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(text)
    with pytest.raises(FileError, match=re.escape(problem)) as caught:
        load_profile(path, tmp_path)
    assert caught.value.code == "profile_invalid"
    assert str(caught.value).startswith("profile.yaml is no valid YAML: ")


def test_a_profile_that_is_no_text_or_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_bytes(b"name: \xff\xfe")
    with pytest.raises(FileError, match=r"profile\.yaml is no valid YAML: it is not plain text"):
        load_profile(path, tmp_path)
    path.write_bytes(b"# " + b"x" * 1_000_001)
    with pytest.raises(FileError, match=r"profile\.yaml is larger than 1 MB"):
        load_profile(path, tmp_path)
    with pytest.raises(FileError, match="There is no import profile"):
        load_profile("../../etc/passwd", tmp_path)


@pytest.mark.parametrize("kind", ["gpkg", "geojson", "shp", "fgb", "kml", "parquet", "csv", "xlsx", "dta"])
def test_mutants_of_a_file_never_do_more_than_fail(kind: str, tmp_path: Path) -> None:
    source = _make(kind, tmp_path)
    original = source.read_bytes()
    generator = np.random.default_rng(len(kind))
    for number in range(2):
        content = bytearray(original)
        if number == 0:
            content = content[: int(generator.integers(1, len(content)))]
        else:
            for place in generator.integers(0, len(content), 20):
                content[place] ^= 1 << int(generator.integers(0, 8))
        source.write_bytes(content)
        try:
            read_file(source, Limits(seconds=10))
        except GeodataError as error:
            assert error.message
            assert str(tmp_path) not in error.message


def _make(kind: str, folder: Path) -> Path:
    frame = geopandas.GeoDataFrame(
        {"area_id": ["A1", "A2"], "name": ["x", "é"]}, geometry=[shapely.box(65, 33, 66, 34), shapely.box(66, 33, 67, 34)], crs=4326
    )
    path = folder / f"areas.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind == "csv":
        frame.assign(wkt=frame.to_wkt().geometry).drop(columns="geometry").to_csv(path, index=False)
    elif kind == "dta":
        frame.assign(wkt=frame.to_wkt().geometry).drop(columns="geometry").to_stata(path, version=118, write_index=False)
    elif kind == "xlsx":
        frame.drop(columns="geometry").to_excel(path, index=False)
    else:
        frame.to_file(path, **({"driver": "KML"} if kind == "kml" else {}))
    return path
