"""What a file is, by its bytes, and whether it is small enough to be looked into."""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

from geodata.errors import FileError

GIB = 1 << 30
MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What a file may cost.

    Attributes
    ----------
    max_bytes, max_unpacked_bytes : int
        Size of the file, and of what an archive holds.
    max_ratio : int
        Unpacked by packed bytes of an archive member.
    max_members : int
        Members of an archive.
    seconds, memory_bytes : int
        Processor time and address space of the process that reads it.
    max_vertices : int
        Vertices of one outline.
    """

    max_bytes: int = 50 * MIB
    max_unpacked_bytes: int = 500 * MIB
    max_ratio: int = 100
    max_members: int = 1_000
    seconds: int = 30
    memory_bytes: int = GIB
    max_vertices: int = 1_000_000


UPLOAD_LIMITS = Limits()
"""For files that come through the web."""
COMMAND_LIMITS = Limits(4 * GIB, 8 * GIB, 1_000, 10_000, 1_800, 6 * GIB, 5_000_000)
"""For files that a person at the machine imports by command."""

FORMATS = {
    "gpkg": "GeoPackage", "geojson": "GeoJSON", "shapefile": "Shapefile", "shapefile_zip": "zipped Shapefile", "flatgeobuf": "FlatGeobuf",
    "kml": "KML", "kmz": "KMZ", "parquet": "GeoParquet", "xlsx": "XLSX", "delimited": "CSV", "zip": "zip of layers",
    "stata": "Stata", "maxml": "IMSMA maXML",
}  # fmt: skip
ACCEPTED = "GeoPackage, GeoJSON, Shapefile (also zipped), FlatGeobuf, KML, KMZ, GeoParquet, CSV, TSV, XLSX, Stata (.dta) and IMSMA maXML"
_OLD_STATA = (105, 108, 111, 113, 114, 115)
"""First bytes of Stata files before release 13."""
_KNOWN = {
    b"\xd0\xcf\x11\xe0": "it is an old Office file (.xls, .doc); save it as .xlsx",
    b"\x00\x01\x00\x00Standard Jet DB": "it is an Access database; export the table as XLSX or CSV",
    b"\x00\x01\x00\x00Standard ACE DB": "it is an Access database; export the table as XLSX or CSV",
    b"Rar!": "it is a RAR archive; pack it as .zip",
    b"7z\xbc\xaf": "it is a 7-Zip archive; pack it as .zip",
    b"\x1f\x8b": "it is a gzip archive; unpack it",
    b"%PDF": "it is a PDF, which holds no records",
}
_GPKG_IDS = (b"GPKG", b"GP10", b"GP11")
_LAYER_ENDINGS = (".geojson", ".json", ".csv", ".tsv", ".gpkg", ".fgb", ".kml", ".parquet", ".xml", ".maxml")


def check_file(path: Path, limits: Limits) -> str:
    """Format of a file, by its bytes.

    Returns
    -------
    A key of :data:`FORMATS`.

    Raises
    ------
    FileError
        The file is missing, no plain file, empty, too large, or of a kind that is not accepted.
    """
    if not path.is_file():
        problem = "is a folder" if path.is_dir() else "does not exist"
        raise FileError(f"{path} {problem}.", "Name a file; a Shapefile is named by its .shp.", code="file_missing")
    size = path.stat().st_size
    if size == 0:
        raise FileError(f"{path.name} is empty (0 bytes).", "Export it again at the source.", code="file_empty")
    if size > limits.max_bytes:
        message = f"{path.name} has {size / MIB:,.0f} MB; at most {limits.max_bytes / MIB:,.0f} MB are read."
        raise FileError(message, "Split it, or import it by command on the server.", code="file_too_large")
    with path.open("rb") as stream:
        head = stream.read(8192)
    return _sniff(path, head)


def _sniff(path: Path, head: bytes) -> str:
    if head.startswith(b"SQLite format 3\0"):
        return _sniff_sqlite(path, head)
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _sniff_zip(path)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"fgb\x03"):
        return "flatgeobuf"
    if len(head) >= 32 and struct.unpack(">i", head[:4])[0] == 9994:
        return "shapefile"
    if head.startswith(b"<stata_dta>") or (path.suffix.lower() == ".dta" and head[0] in _OLD_STATA):
        return "stata"
    named = next((why for mark, why in _KNOWN.items() if head.startswith(mark)), None)
    if named:
        raise _not_accepted(path, named)
    text = _start_of_text(head)
    if text.startswith("<"):
        return _sniff_xml(path, text)
    if text.startswith(("{", "[")):
        if "esriGeometry" in text or ('"rings"' in text and '"coordinates"' not in text):
            raise _not_accepted(path, "it is Esri JSON; ask the service for GeoJSON (f=geojson)")
        return "geojson"
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _not_accepted(path, "its bytes are of no known kind")
    return "delimited"


def _start_of_text(head: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return head[: len(head) // 2 * 2].decode(encoding, errors="replace").lstrip()
    return head.decode("latin-1").lstrip()


def _sniff_sqlite(path: Path, head: bytes) -> str:
    if head[68:72] in _GPKG_IDS:
        return "gpkg"
    if head[68:72] == b"LREL":
        raise _not_accepted(path, "it is a registry; use landrelease restore, or export it first")
    raise _not_accepted(path, "it is a SQLite database but no GeoPackage")


def _sniff_xml(path: Path, text: str) -> str:
    lowered = text[:4096].lower()
    if "<!doctype" in lowered or "<!entity" in lowered:
        raise _not_accepted(path, "its XML declares a document type, which could make the reader open other files")
    if "<ogrvrt" in lowered or "<vrtdataset" in lowered:
        raise _not_accepted(path, "it is a virtual layer (VRT), which points to other files")
    if "<kml" in lowered:
        return "kml"
    if "maxml" in lowered or "<mineactionfieldreport" in lowered:
        return "maxml"
    raise _not_accepted(path, "it is XML but neither KML nor maXML")


def _sniff_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, OSError, UnicodeDecodeError, struct.error):
        message = f"{path.name} is a damaged or incomplete zip archive."
        raise FileError(message, "Copy or download it again.", code="file_damaged") from None
    if "[content_types].xml" in names and any(name.startswith("xl/") for name in names):
        return "xlsx"
    if any(name.endswith(".shp") for name in names):
        return "shapefile_zip"
    if "content.xml" in names and "mimetype" in names:
        raise _not_accepted(path, "it is an OpenDocument file (.ods); save it as .xlsx or CSV")
    if "doc.kml" in names or path.suffix.lower() == ".kmz":
        return "kmz"
    if any(name.endswith(_LAYER_ENDINGS) for name in names):
        return "zip"
    raise _not_accepted(path, "the archive holds no layer that can be read")


def _not_accepted(path: Path, why: str) -> FileError:
    return FileError(f"{path.name} is not accepted: {why}.", f"Accepted are {ACCEPTED}.", code="format_not_accepted")
