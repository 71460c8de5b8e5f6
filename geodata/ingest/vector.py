"""Read vector layers through GDAL (in the reader process only)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import pyogrio.raw
from pyogrio.errors import DataLayerError, DataSourceError

from geodata.errors import FileError
from geodata.ingest.encoding import shapefile_encoding
from geodata.ingest.raw import GEOMETRY_COLUMN, FileInfo
from geodata.ingest.readers import choose_members

_CURVED = frozenset(range(8, 15))
"""WKB codes of circular strings, compound curves, curve polygons, multi-curves, multi-surfaces, curves and surfaces."""
DRIVERS = {
    "gpkg": ("GPKG",),
    "geojson": ("GeoJSON", "GeoJSONSeq", "TopoJSON"),
    "shapefile": ("ESRI Shapefile",),
    "flatgeobuf": ("FlatGeobuf",),
    "kml": ("KML", "LIBKML"),
}


def read_vector(path: Path, kind: str, *, layer: str | None, encoding: str | None) -> tuple[pa.Table, FileInfo]:
    """Read one layer.

    Raises
    ------
    FileError
        Damaged, opened by another driver than its bytes promise, or a layer must be chosen.
    """
    source = f"GeoJSON:{path}" if kind == "geojson" else str(path)
    notes: list[dict[str, Any]] = []
    if kind == "shapefile" and encoding is None:
        encoding, notes = shapefile_encoding(path)
    try:
        names = _layers_with_rows(source)
        chosen = choose_members(path.name, names, layer)[0] if names else None
        about = pyogrio.read_info(source, layer=chosen, encoding=encoding)
        if about["driver"] not in DRIVERS[kind]:
            raise FileError(
                f"{path.name} is not accepted: it opens as {about['driver']}.", "Export it as GeoPackage.", code="format_not_accepted"
            )
        meta, table = pyogrio.read_arrow(source, layer=chosen, encoding=encoding)
    except (DataSourceError, DataLayerError, pa.ArrowException) as error:
        message = f"{path.name} is damaged or incomplete: {_first_line(error, path)}"
        raise FileError(message, "Open it where it came from and export it again.", code="file_damaged") from None
    name = meta.get("geometry_name") or "wkb_geometry"
    if name in table.column_names:
        index = table.column_names.index(name)
        outlines = table.column(name).cast(pa.binary())
        if any(_is_curved(wkb) for wkb in outlines.to_pylist()):
            outlines = _binary_array(pyogrio.raw.read(source, layer=chosen, columns=[])[2].tolist())
        table = table.set_column(index, GEOMETRY_COLUMN, outlines)
    info = FileInfo(
        kind, chosen or "", tuple(names), meta.get("crs") or "", encoding or str(about.get("encoding") or ""), notes=tuple(notes)
    )
    return table, info


def _is_curved(wkb: bytes | None) -> bool:
    """Whether an outline has arcs, which GDAL straightens when it reads row by row."""
    if wkb is None or len(wkb) < 5:
        return False
    kind = int.from_bytes(wkb[1:5], "little" if wkb[0] else "big") & 0x1FFFFFFF
    return kind % 1000 in _CURVED


def _binary_array(values: list[bytes | None]) -> pa.Array:
    """Bytes as an Arrow array, without pandas, which Arrow would ask for and which is kept from loading here."""
    lengths = [len(value) if value is not None else 0 for value in values]
    offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)
    known = np.packbits([value is not None for value in values], bitorder="little")
    buffers = [pa.py_buffer(known.tobytes()), pa.py_buffer(offsets.tobytes()), pa.py_buffer(b"".join(value or b"" for value in values))]
    return pa.Array.from_buffers(pa.large_binary(), len(values), buffers)


def _layers_with_rows(source: str) -> list[str]:
    """Layers that hold rows; all of them where none does."""
    names = [str(name) for name, _ in pyogrio.list_layers(source)]
    if len(names) < 2:
        return names
    filled = [name for name in names if pyogrio.read_info(source, layer=name, force_feature_count=True)["features"]]
    return filled or names


def _first_line(error: Exception, path: Path) -> str:
    """What GDAL says, without the place where the file lies on this machine."""
    text = str(error).splitlines()[0] if str(error) else "it cannot be read"
    return text.replace(str(path), path.name).rstrip(".;") + "."
