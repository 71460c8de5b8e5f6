"""Open a layer by what config.yaml says of it, and check that it is what config.yaml says."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from geodata.apart import refuse_apart
from geodata.errors import GeodataError, Problem
from geodata.layers.raster import RasterLayer
from geodata.layers.table import TableLayer
from geodata.layers.vector import VectorLayer
from geodata.schema.config import LayerSection

Layer = VectorLayer | RasterLayer | TableLayer


def open_layer(section: LayerSection, folder: Path) -> Layer:
    """The layer of a section; nothing is read before it is used.

    Parameters
    ----------
    section : LayerSection
    folder : Path
        The programme's folder.

    Raises
    ------
    FileError
        The file lies in a folder that is kept apart.
    """
    refuse_apart(folder / section.path)
    if section.kind == "raster":
        return RasterLayer(section, folder)
    if section.kind == "table":
        return TableLayer(section, folder)
    return VectorLayer(section, folder)


def check_layer(section: LayerSection, folder: Path, columns: Iterable[str]) -> list[Problem]:
    """What keeps a layer from being used: a missing file, column or CRS; empty where nothing does.

    Parameters
    ----------
    section : LayerSection
    folder : Path
    columns : iterable of str
        Columns that somebody needs.
    """
    where = f"layers[{section.id}]"
    path = folder / section.path
    if not path.exists():
        return [Problem(f"{where}.path", section.path, f"the file must exist under {folder}", "Add the file or correct the path.")]
    try:
        layer = open_layer(section, folder)
        if isinstance(layer, RasterLayer):
            _ = layer.grid
            layer.close()
            return []
        found = layer.columns()
        if isinstance(layer, VectorLayer):
            _ = layer.crs
    except GeodataError as error:
        return [Problem(where, section.path, error.message, error.remedy)]
    missing = [name for name in dict.fromkeys([*columns, *_named_columns(section)]) if name not in found]
    known = ", ".join(found[:12]) + (" ..." if len(found) > 12 else "")
    return [Problem(f"{where}.columns", name, f"{section.path} must have this column", f"It has {known}.") for name in missing]


def _named_columns(section: LayerSection) -> list[str]:
    said = section.columns
    named = [said.x, said.y, said.wkt, said.key, *said.text, *said.pad, *section.where]
    if section.map is not None and section.kind != "raster":
        named += [section.map.name, section.map.kind]
    return [name for name in named if name is not None]
