"""Problems of writing a file that leaves the programme."""

from __future__ import annotations

from geodata.errors import GeodataError


class ExportError(GeodataError):
    """A list cannot be written as asked; nothing was changed."""

    code = "export_error"
    exit_code = 2


class ReceiptError(GeodataError):
    """A file has no receipt, or one that cannot be read."""

    code = "receipt_error"
    exit_code = 3
