"""A file as read: columns, outlines and what is known about them, before anything is interpreted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

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
