"""A file as read: columns, outlines and what is known about them, before anything is interpreted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geodata.errors import FileError, GeodataError, name_culprits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pandas import DataFrame


GEOMETRY_COLUMN = "__geometry__"
"""Column of the rows' outlines (WKB) on the way from the reader process."""


@dataclass(frozen=True)
class FileInfo:
    """How a file was read.

    Attributes
    ----------
    format : str
        Key of :data:`geodata.ingest.guard.FORMATS`.
    layer : str
        Layer, sheet or archive member that was read, "" where there is only one.
    layers : tuple of str
        All that could have been chosen.
    crs : str
        WKT or code, "" where the file states none.
    encoding, separator : str
        Of text files, "" otherwise.
    notes : tuple of dict
        Findings of the reader (fields of :class:`geodata.ingest.findings.Finding`).
    """

    format: str
    layer: str = ""
    layers: tuple[str, ...] = ()
    crs: str = ""
    encoding: str = ""
    separator: str = ""
    notes: tuple[dict[str, Any], ...] = field(default=())


@dataclass(frozen=True)
class RawTable:
    """Rows of a file; ``geometry`` is None where the file has no outlines of its own."""

    frame: DataFrame
    geometry: NDArray[np.object_] | None
    info: FileInfo


class LayerNotChosenError(FileError):
    """A file holds several layers and none was chosen; ``layers`` names them."""

    code = "layer_not_chosen"

    def __init__(self, file: str, layers: Iterable[str]) -> None:
        self.file, self.layers = file, tuple(layers)
        message = f"{file} holds {len(self.layers)} layers: {name_culprits(self.layers)}."
        super().__init__(message, "Choose one with --layer NAME.")

    def __reduce__(self) -> tuple[type[GeodataError], tuple[str, tuple[str, ...]]]:  # type: ignore[override]
        return type(self), (self.file, self.layers)
