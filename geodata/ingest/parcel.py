"""Read a place to look up (a parcel, a planned road, a school) from a file that is not trusted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from pandas import DataFrame

from geodata.errors import FileError
from geodata.ingest.child import read_file
from geodata.ingest.findings import Finding, ImportReport, refuse
from geodata.ingest.guard import UPLOAD_LIMITS, Limits
from geodata.ingest.mapping import find_place
from geodata.ingest.outlines import make_outlines
from geodata.ingest.profiles import ImportProfile
from geodata.ingest.raw import RawTable
from geodata.schema.records import Field, Table

_PLACES = Table(
    "places", "Places to look up.", "place_id", (Field("place_id", "text", "Identifier."),), ("polygon", "line", "point")
)  # fmt: skip


def read_place(
    path: Path,
    *,
    layer: str | None = None,
    crs: str | None = None,
    country: shapely.Geometry | None = None,
    limits: Limits = UPLOAD_LIMITS,
) -> tuple[shapely.Geometry, tuple[Finding, ...]]:
    """The union of all rows of a file, for :func:`geodata.registry.lookup.look_up`.

    Any accepted format is read, in the guarded child process. A place that could be read only in part is refused: what is missing would
    look like land without a record.

    Parameters
    ----------
    path : Path
    layer : str or None
        Layer, sheet or archive member.
    crs : str or None
        CRS of the coordinates; needed where the file states none.
    country : geometry or None
        The country's outline (EPSG:4326), by which exchanged coordinates are recognised.
    limits : Limits

    Returns
    -------
    geometry in EPSG:4326, and findings that need no refusal (repairs, rows without coordinates)

    Raises
    ------
    FileError, FileRefusedError, CrsError
        The file is not accepted, its CRS is unknown, or a row of it cannot be used.
    """
    raw = _simple_parts(read_file(path, limits, layer=layer))
    place = find_place(str(name) for name in raw.frame.columns) if raw.geometry is None else {}
    if not len(raw.frame) or (raw.geometry is None and not place):
        message = f"{path.name} holds no outline, line or point."
        raise FileError(message, "Give a layer with geometry, or columns of longitude and latitude or WKT.", code="place_empty")
    outlines = make_outlines(_PLACES, raw, place, ImportProfile(), crs, country, limits, lambda row: f"row {row + 1}")
    notes = tuple(Finding(**{**note, "examples": tuple(note["examples"])}) for note in raw.info.notes)
    findings = (*notes, *outlines.findings)
    if any(item.severity == "error" or item.code == "geometry_unreadable" for item in findings):
        fatal = tuple(replace(item, severity="error") if item.code == "geometry_unreadable" else item for item in findings)
        report = ImportReport(path.name, "places", "", len(raw.frame), 0, 0, len(raw.frame), True, fatal)
        raise refuse(path.name, report)
    parts = outlines.geometry if outlines.geometry is not None else np.empty(0, object)
    parts = parts[~(shapely.is_missing(parts) | shapely.is_empty(parts))]
    if not len(parts):
        raise FileError(f"{path.name} holds no coordinates.", "Draw the place, or export it again.", code="place_empty")
    if len(set(shapely.get_dimensions(parts).tolist())) > 1:
        message = f"{path.name} mixes areas, lines or points; a place to look up is one of these."
        raise FileError(message, "Keep one kind in a file.", code="place_mixed")
    return shapely.union_all(parts), findings


def _simple_parts(raw: RawTable) -> RawTable:
    """One row a simple part, so that several points are several places and not their middle."""
    if raw.geometry is None:
        return raw
    parts, rows = shapely.get_parts(raw.geometry, return_index=True)
    while (shapely.get_type_id(parts) >= shapely.GeometryType.MULTIPOINT).any():
        parts, index = shapely.get_parts(parts, return_index=True)
        rows = rows[index]
    return RawTable(DataFrame({"row": rows}), np.asarray(parts, dtype=object), raw.info)
