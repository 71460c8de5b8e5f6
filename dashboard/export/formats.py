"""Which module writes and reads which file ending."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from dashboard.export.errors import ExportError

if TYPE_CHECKING:
    from dashboard.export.receipt import Receipt
    from dashboard.export.table import ExportTable

ENDINGS: Final = {".csv": "csv_file", ".xlsx": "xlsx_file", ".geojson": "geojson_file", ".gpkg": "gpkg_file", ".parquet": "parquet_file"}


class Format(Protocol):
    """What a format's module offers."""

    HOLDS_GEOMETRY: bool

    def write(self, path: Path, table: ExportTable, receipt: Receipt, **options: Any) -> None:
        """Write a table with its receipt; whole or not at all."""

    def read_receipt(self, path: Path) -> Receipt:
        """The receipt of a file; ReceiptError where there is none."""

    def read_table(self, path: Path, receipt: Receipt) -> ExportTable:
        """The canonical table of a file; TableMismatchError where it has another shape."""


def format_of(path: Path) -> Format:
    """The format of a path, by its ending; the module is loaded now.

    Raises
    ------
    ExportError
        The ending is none of :data:`ENDINGS`.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        known = ", ".join(name.lstrip(".") for name in ENDINGS)
        found = f"it ends in {ending!r}" if ending else "it has no ending"
        raise ExportError(f"{path}: the ending of the file says its format, and {found}.", f"Name a file that ends in one of: {known}.")
    module: Any = import_module(f"dashboard.export.{ENDINGS[ending]}")
    format_module: Format = module
    return format_module
