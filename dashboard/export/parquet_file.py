"""GeoParquet 1.0 with the receipt in the file's key-value metadata."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.export.atomic import replacing
from dashboard.export.cells import TableMismatchError, check_names, frame_from_cells
from dashboard.export.errors import ReceiptError
from dashboard.export.receipt import KEY, Receipt
from dashboard.export.table import GEOMETRY, ExportTable

if TYPE_CHECKING:
    import pyarrow as pa

HOLDS_GEOMETRY: Final = True


def write(path: Path, table: ExportTable, receipt: Receipt) -> None:
    """Write the table; without a stated CRS GeoParquet means longitude and latitude on WGS 84, which is what the list holds."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    import shapely

    if table.geometry is None:
        raise AssertionError("GeoParquet holds geometry")
    columns = {column.name: _to_arrow(table, column.name, column.kind) for column in table.columns}
    columns[GEOMETRY] = pa.array(shapely.to_wkb(table.geometry, byte_order=1, output_dimension=2), type=pa.binary())
    metadata = {"geo": _geo_metadata(table), KEY: receipt.to_json(), "notes": "\n".join(receipt.notes)}
    with replacing(path) as beside:
        pq.write_table(pa.table(columns).replace_schema_metadata(metadata), beside, compression="zstd")


def read_receipt(path: Path) -> Receipt:
    """The receipt of a Parquet file.

    Raises
    ------
    ReceiptError
        There is none, or it cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowInvalid) as error:
        raise ReceiptError(f"{path}: the file cannot be opened as Parquet ({error}).", "Export the list again.") from error
    if KEY.encode() not in metadata:
        raise ReceiptError(f"{path}: the metadata key {KEY!r} is missing.", "Export the list again.")
    return Receipt.from_json(metadata[KEY.encode()])


def read_table(path: Path, receipt: Receipt) -> ExportTable:
    """The canonical table of a Parquet file.

    Raises
    ------
    TableMismatchError
        The columns are not those of the receipt, or a cell is of another kind.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq
    import shapely

    try:
        content = pq.read_table(path)
        names = [name for name in content.column_names if name != GEOMETRY]
        check_names(names, receipt.columns)
        cells: dict[str, list[Any]] = {name: content[name].to_pylist() for name in names}
        wkb = np.array(content[GEOMETRY].to_pylist(), dtype=object)
        geometry = shapely.from_wkb(wkb).astype(object)
    except (pa.ArrowInvalid, KeyError, TypeError, shapely.GEOSException) as error:
        raise TableMismatchError(f"The file is no table with geometry ({error}).") from error
    return ExportTable(receipt.columns, frame_from_cells(cells, receipt.columns), geometry)


def _to_arrow(table: ExportTable, name: str, kind: str) -> pa.Array:
    import pyarrow as pa

    types = {"integer": pa.int64(), "number": pa.float64(), "flag": pa.bool_()}
    return pa.array(table.frame[name], type=types.get(kind, pa.string()), from_pandas=True)


def _geo_metadata(table: ExportTable) -> str:
    column = {"encoding": "WKB", "geometry_types": _geometry_types(table), "orientation": "counterclockwise"}
    return json.dumps({"version": "1.0.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}})


def _geometry_types(table: ExportTable) -> list[str]:
    return sorted({geometry.geom_type for geometry in table.geometry if geometry is not None}) if table.geometry is not None else []
