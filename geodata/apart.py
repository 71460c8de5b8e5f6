"""Folders that nothing which imports, builds, ranks or trains may open: the truth of a simulated country."""

from __future__ import annotations

from pathlib import Path

from geodata.errors import FileError

__all__ = ["APART", "refuse_apart"]

APART = ".kept-apart"
"""Name of the file that marks such a folder."""


def refuse_apart(path: Path) -> None:
    """Refuse a file that lies in a folder kept apart, or below one.

    Raises
    ------
    FileError
        The folder, or one above it, is marked.
    """
    for folder in path.resolve().parents:
        if (folder / APART).exists():
            raise FileError(
                f"{path.name} lies in {folder}, which is kept apart: what a simulation knows may not reach what is judged by it.",
                "Name another file.",
                code="kept_apart",
            )
