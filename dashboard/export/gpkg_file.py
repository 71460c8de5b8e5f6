"""GeoPackage: one layer, the receipt as metadata of the data set, and a style by which QGIS shows classes and scores."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard.export.atomic import replacing
from dashboard.export.cells import TableMismatchError, check_names, frame_from_cells
from dashboard.export.errors import ExportError, ReceiptError
from dashboard.export.qgis_style import layer_style
from dashboard.export.receipt import KEY, Receipt
from dashboard.export.table import ExportTable

HOLDS_GEOMETRY: Final = True
LAYER: Final = "priorities"
_MADE: Final = "2000-01-01T00:00:00Z"
_MAGIC: Final = b"SQLite format 3\0"

_ADD_STYLE = """INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,
  styleSLD, useAsDefault, description, owner, ui, update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', NULL, ?)"""
_STANDARD: Final = f"urn:{KEY}"
_ADD_RECEIPT = "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) VALUES ('dataset', ?, 'application/json', ?)"
_ADD_REFERENCE = "INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, ?, NULL)"
_ADD_CONTENTS = """INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)
  VALUES (?, 'attributes', ?, ?, ?, 0)"""


def write(path: Path, table: ExportTable, receipt: Receipt) -> None:
    """Write the layer, its style, the notes and the receipt; equal lists give equal files."""
    import pyogrio

    if table.geometry is None:
        raise AssertionError("a GeoPackage holds geometry")
    with replacing(path) as beside, _words_for(path), _fixed_date():
        pyogrio.raw.write(
            beside,
            _wkb(table),
            [_field(table.frame[column.name], column.kind) for column in table.columns],
            np.array([column.name for column in table.columns], dtype=object),
            field_mask=[_mask(table.frame[column.name], column.kind) for column in table.columns],
            layer=LAYER,
            driver="GPKG",
            geometry_type=_geometry_type(table),
            crs="EPSG:4326",
            layer_metadata={"DESCRIPTION": receipt.notes[0]},
        )
        _add_tables(beside, receipt)


def read_receipt(path: Path) -> Receipt:
    """The receipt of a GeoPackage.

    Raises
    ------
    ReceiptError
        There is none, or it cannot be read.
    """
    with path.open("rb") as handle:
        if handle.read(len(_MAGIC)) != _MAGIC:
            raise ReceiptError(f"{path}: the file is no GeoPackage.", "Export the list again.")
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as store:
            found = store.execute("SELECT metadata FROM gpkg_metadata WHERE md_standard_uri = ?", (_STANDARD,)).fetchall()
    except sqlite3.Error as error:
        raise ReceiptError(f"{path}: the metadata cannot be read ({error}).", "Export the list again.") from error
    if len(found) != 1:
        raise ReceiptError(f"{path}: one receipt must stand in gpkg_metadata; found {len(found)}.", "Export the list again.")
    return Receipt.from_json(found[0][0])


def read_table(path: Path, receipt: Receipt) -> ExportTable:
    """The canonical table of a GeoPackage.

    Raises
    ------
    TableMismatchError
        The columns are not those of the receipt, or a cell is of another kind.
    """
    import pyogrio
    import shapely
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        meta, _, wkb, fields = pyogrio.raw.read(path, layer=LAYER, read_geometry=True)
    except (DataSourceError, DataLayerError) as error:
        raise TableMismatchError(f"The layer {LAYER!r} cannot be read ({error}).") from error
    check_names([str(name) for name in meta["fields"]], receipt.columns)
    cells: dict[str, list[Any]] = {column.name: fields[place].tolist() for place, column in enumerate(receipt.columns)}
    return ExportTable(receipt.columns, frame_from_cells(cells, receipt.columns), shapely.from_wkb(wkb).astype(object))


@contextmanager
def _words_for(path: Path) -> Iterator[None]:
    """What GDAL and SQLite say of a file they cannot write, as an ExportError."""
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        yield
    except (DataLayerError, DataSourceError, sqlite3.Error) as error:
        said = str(error).splitlines()[0][:200]
        raise ExportError(f"{path}: the file could not be written ({said}).", "Free some space, or name another folder.") from error


@contextmanager
def _fixed_date() -> Iterator[None]:
    """GDAL stamps files with the time of day; a fixed stamp makes equal lists equal files."""
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _MADE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _wkb(table: ExportTable) -> Any:
    import shapely

    return shapely.to_wkb(table.geometry, output_dimension=2)


def _geometry_type(table: ExportTable) -> str:
    kinds = {geometry.geom_type for geometry in table.geometry if geometry is not None} if table.geometry is not None else set()
    return kinds.pop() if len(kinds) == 1 else "Unknown"


def _field(column: pd.Series, kind: str) -> Any:
    if kind == "integer":
        return column.fillna(0).to_numpy(dtype=np.int64)
    if kind == "number":
        return column.to_numpy(dtype=np.float64)
    if kind == "flag":
        return column.to_numpy(dtype=bool)
    return column.astype(object).where(column.notna(), None).to_numpy(dtype=object)


def _mask(column: pd.Series, kind: str) -> Any:
    """Unknown whole numbers and numbers; texts say so themselves."""
    return column.isna().to_numpy(dtype=bool) if kind in ("integer", "number") else None


def _add_tables(path: Path, receipt: Receipt) -> None:
    """Receipt, style and notes, as tables that QGIS and GDAL know; through SQLite, once GDAL has closed the file."""
    tables = (files("dashboard.export") / "gpkg_tables.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path)) as store, store:
        for statement in tables.split(";"):
            store.execute(statement)
        entry = store.execute(_ADD_RECEIPT, (_STANDARD, receipt.to_json())).lastrowid
        store.execute(_ADD_REFERENCE, (_MADE, entry))
        store.execute(_ADD_STYLE, (LAYER, LAYER, layer_style(receipt), receipt.notes[0], _MADE))
        store.executemany("INSERT INTO notes (note) VALUES (?)", [(note,) for note in receipt.notes])
        for name, words in (("layer_styles", "Styles of QGIS"), ("notes", "What a reader must know")):
            store.execute(_ADD_CONTENTS, (name, name, words, _MADE))
