"""One reader a format; each gives an Arrow table (outlines as WKB in one column) and how it was read."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pyarrow as pa

from geodata.errors import FileError, name_culprits
from geodata.ingest import archive
from geodata.ingest.guard import Limits, check_file
from geodata.ingest.raw import FileInfo, LayerNotChosenError
from geodata.ingest.xml import check_prolog

_VECTOR = ("gpkg", "geojson", "shapefile", "flatgeobuf", "kml")
_MEMBER_ENDINGS = {
    "shapefile_zip": (".shp",),
    "kmz": (".kml",),
    "zip": (".geojson", ".json", ".csv", ".tsv", ".gpkg", ".fgb", ".kml", ".parquet", ".xml", ".maxml"),
}


def load_libraries(kind: str) -> None:
    """Load what a format needs, before memory is limited.

    GDAL's rows leave as Arrow tables, so the frames that pyogrio could make are kept from loading, which halves the time to start.
    """
    if kind in (*_VECTOR, "shapefile_zip", "kmz"):
        sys.modules.update(dict.fromkeys(("geopandas", "pandas", "shapely")))  # type: ignore[arg-type]
    needed = {"parquet": "pyarrow.parquet", "xlsx": "openpyxl", "delimited": "pyarrow.csv", "stata": "pandas", "maxml": "shapely"}
    import_module(needed.get(kind, "pyogrio"))


def read_layer(
    path: Path,
    kind: str,
    *,
    layer: str | None,
    encoding: str | None,
    separator: str | None,
    folder: Path,
    limits: Limits,
) -> tuple[pa.Table, FileInfo]:
    """Read one layer of a file of a known format.

    Raises
    ------
    FileError
        The layer is unknown or must be chosen, or the file is damaged.
    """
    if kind in _MEMBER_ENDINGS:
        return _read_members(path, kind, layer, encoding, separator, folder, limits)
    if kind in _VECTOR:
        from geodata.ingest import vector

        if kind == "kml":
            with path.open("rb") as stream:
                check_prolog(path.name, stream)
        return vector.read_vector(path, kind, layer=layer, encoding=encoding)
    if kind == "parquet":
        from geodata.ingest import parquet

        return parquet.read_parquet(path)
    if kind == "xlsx":
        from geodata.ingest import sheet

        archive.check_members(path, limits)
        return sheet.read_sheet(path, layer)
    if kind == "delimited":
        from geodata.ingest import delimited

        return delimited.read_delimited(path, encoding=encoding, separator=separator)
    if kind == "stata":
        from geodata.ingest import stata

        return stata.read_stata(path, encoding)
    if kind == "maxml":
        from geodata.ingest import maxml

        return maxml.read_maxml(path, layer)
    raise FileError(
        f"{path.name} is of a format that this version does not read.", "Export it as GeoPackage or CSV.", code="format_not_accepted"
    )


def _read_members(
    path: Path, kind: str, layer: str | None, encoding: str | None, separator: str | None, folder: Path, limits: Limits
) -> tuple[pa.Table, FileInfo]:
    names = archive.list_layers(path, _MEMBER_ENDINGS[kind], limits)
    chosen = choose_members(path.name, names, layer)
    tables, infos = [], []
    for name in chosen:
        member = archive.extract(path, name, folder, limits)
        table, info = read_layer(
            member, check_file(member, limits), layer=None, encoding=encoding, separator=separator, folder=folder, limits=limits
        )
        tables.append(table)
        infos.append(info)
    systems = {info.crs for info in infos}
    if len(systems) > 1:
        message = f"{path.name}: its layers are in {len(systems)} coordinate reference systems."
        raise FileError(message, f"Choose one layer with --layer: {name_culprits(names)}.", code="layers_differ")
    joined = pa.concat_tables(tables, promote_options="permissive") if len(tables) > 1 else tables[0]
    whole = infos[0] if len(infos) == 1 else replace(infos[0], notes=tuple(note for info in infos for note in info.notes))
    return joined, replace(whole, format=kind, layer=layer or (chosen[0] if len(chosen) == 1 else "*"), layers=tuple(names))


def choose_members(file: str, names: list[str], layer: str | None) -> list[str]:
    """The layers to read: the one that was asked for (by name, or name without ending), the only one, or all for ``*``.

    Raises
    ------
    FileError
        There are several and none was chosen, or there is none of that name.
    """
    if layer == "*":
        return names
    if layer is None:
        if len(names) == 1:
            return names
        raise LayerNotChosenError(file, names)
    wanted = layer.casefold()
    found = [name for name in names if wanted in (name.casefold(), Path(name).stem.casefold())]
    if len(found) == 1:
        return found
    raise FileError(
        f"{file} has no layer {layer!r}; it holds {name_culprits(names)}.", "Choose one with --layer NAME.", code="layer_unknown"
    )


def write_rows(table: pa.Table, path: Path) -> None:
    """Write rows so that the parent process can read them without copying."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
