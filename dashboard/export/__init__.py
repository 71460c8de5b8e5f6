"""What leaves the programme: priority lists in five formats, each with a receipt by which it can be verified."""

from __future__ import annotations

from dashboard.export.errors import ExportError, ReceiptError
from dashboard.export.formats import ENDINGS
from dashboard.export.receipt import Receipt
from dashboard.export.verify import Verdict, verify_file
from dashboard.export.write import export_list

__all__ = ["ENDINGS", "ExportError", "Receipt", "ReceiptError", "Verdict", "export_list", "verify_file"]
