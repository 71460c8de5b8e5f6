"""From an untrusted file to checked records in the registry, with a report of everything that was found.

Names are loaded when they are first used: the process that reads a file needs few of them, and starts for every file.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geodata.ingest.findings import FileRefusedError, Finding, ImportReport
    from geodata.ingest.guard import COMMAND_LIMITS, UPLOAD_LIMITS, Limits
    from geodata.ingest.importer import import_file
    from geodata.ingest.preview import Preview, preview_file

__all__ = [
    "COMMAND_LIMITS", "UPLOAD_LIMITS", "FileRefusedError", "Finding", "ImportReport", "Limits", "Preview", "import_file", "preview_file",
]  # fmt: skip

_HOME = {
    "FileRefusedError": "findings", "Finding": "findings", "ImportReport": "findings",
    "COMMAND_LIMITS": "guard", "UPLOAD_LIMITS": "guard", "Limits": "guard", "import_file": "importer",
    "Preview": "preview", "preview_file": "preview",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """A public name, from its module."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
