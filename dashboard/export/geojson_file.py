"""GeoJSON (RFC 7946) with the receipt as a member of the collection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from dashboard.export.atomic import replacing
from dashboard.export.cells import TableMismatchError, check_names, frame_from_cells
from dashboard.export.errors import ReceiptError
from dashboard.export.receipt import KEY, Receipt
from dashboard.export.table import UNITS_PER_DEGREE, ExportTable

HOLDS_GEOMETRY: Final = True
_CHUNK: Final = 5_000


def write(path: Path, table: ExportTable, receipt: Receipt) -> None:
    """Write one feature an area, coordinates with 7 decimals (about a centimetre)."""
    with replacing(path) as beside, beside.open("wb") as handle:
        handle.write(b'{"type":"FeatureCollection","name":"priorities",\n"' + KEY.encode() + b'":')
        handle.write(receipt.to_json().encode() + b',\n"features":[\n')
        for place, chunk in enumerate(_features(table)):
            handle.write(b",\n" * (place > 0) + chunk)
        handle.write(b"\n]}\n")


def read_receipt(path: Path) -> Receipt:
    """The receipt of a GeoJSON file.

    Raises
    ------
    ReceiptError
        There is none, or it cannot be read.
    """
    import orjson

    content = _load(path)
    if not isinstance(content, dict) or KEY not in content:
        raise ReceiptError(f"{path}: the member {KEY!r} is missing.", "Export the list again; programs that save GeoJSON drop it.")
    return Receipt.from_json(orjson.dumps(content[KEY]))


def read_table(path: Path, receipt: Receipt) -> ExportTable:
    """The canonical table of a GeoJSON file.

    Raises
    ------
    TableMismatchError
        Features are damaged, their properties are not those of the receipt, or a cell is of another kind.
    """
    import orjson
    import shapely

    features = _load(path).get("features")
    if not isinstance(features, list) or not all(isinstance(f, dict) and isinstance(f.get("properties"), dict) for f in features):
        raise TableMismatchError("The file is no collection of features with properties.")
    for feature in features:
        check_names(list(feature["properties"]), receipt.columns)
    cells = {column.name: [feature["properties"][column.name] for feature in features] for column in receipt.columns}
    shapes = np.array([None if f.get("geometry") is None else orjson.dumps(f["geometry"]).decode() for f in features], dtype=object)
    try:
        geometry = shapely.from_geojson(shapes)
    except shapely.GEOSException as error:
        raise TableMismatchError(f"A geometry cannot be read ({error}).") from error
    return ExportTable(receipt.columns, frame_from_cells(cells, receipt.columns), geometry.astype(object))


def _load(path: Path) -> Any:
    import orjson

    try:
        return orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise ReceiptError(f"{path}: the file cannot be read as GeoJSON ({error}).", "Export the list again.") from error


def _features(table: ExportTable) -> Iterator[bytes]:
    import orjson
    import shapely

    if table.geometry is None:
        raise AssertionError("GeoJSON holds geometry")
    for start in range(0, len(table), _CHUNK):
        part = slice(start, start + _CHUNK)
        rounded = shapely.transform(table.geometry[part], lambda xy: np.rint(xy * UNITS_PER_DEGREE) / UNITS_PER_DEGREE)
        shapes = shapely.to_geojson(rounded)
        rows = _properties(table, part)
        yield b",\n".join(
            b'{"type":"Feature","geometry":' + (b"null" if shape is None else shape.encode()) + b',"properties":' + orjson.dumps(row) + b"}"
            for shape, row in zip(shapes, rows, strict=True)
        )


def _properties(table: ExportTable, part: slice) -> Iterator[dict[str, Any]]:
    names = [column.name for column in table.columns]
    columns = [table.frame[name].iloc[part].astype(object) for name in names]
    cells = [column.where(column.notna(), None).tolist() for column in columns]
    return (dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True))
