"""Read GeoParquet and plain Parquet (in the reader process only)."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from geodata.errors import FileError
from geodata.ingest.raw import GEOMETRY_COLUMN, FileInfo


def read_parquet(path: Path) -> tuple[pa.Table, FileInfo]:
    """Read a Parquet file; outlines and CRS come from its ``geo`` metadata.

    Raises
    ------
    FileError
        Damaged, or outlines in an encoding other than WKB.
    """
    try:
        table = pq.ParquetFile(path).read()
        geo = json.loads((table.schema.metadata or {}).get(b"geo", b"{}"))
    except (pa.ArrowException, OSError, ValueError):
        raise FileError(f"{path.name} is damaged or incomplete.", "Export it again at the source.", code="file_damaged") from None
    name = geo.get("primary_column")
    if not name or name not in table.column_names:
        return table, FileInfo("parquet")
    column = geo["columns"][name]
    if column.get("encoding", "WKB") != "WKB":
        message = f"{path.name}: outlines are encoded as {column['encoding']}; only WKB is read."
        raise FileError(message, "Write it again with the encoding WKB.", code="format_not_accepted")
    index = table.column_names.index(name)
    table = table.set_column(index, GEOMETRY_COLUMN, table.column(name).cast(pa.binary()))
    covering = column.get("covering", {}).get("bbox", {}).get("xmin", [None])[0]
    if covering in table.column_names:
        table = table.drop_columns([covering])
    crs = column.get("crs", "OGC:CRS84")
    text = crs if isinstance(crs, str) else json.dumps(crs) if crs else ""
    return table.replace_schema_metadata(None), FileInfo("parquet", crs="EPSG:4326" if text == "OGC:CRS84" else text)
