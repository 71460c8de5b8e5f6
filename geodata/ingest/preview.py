"""What an import would make of a file, to be looked at and decided before anything is imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
import shapely
from pandas import DataFrame

from geodata.errors import CrsError
from geodata.geometry.crs import WGS84, crs_label, parse_crs
from geodata.ingest.checks import check_rows
from geodata.ingest.child import read_file
from geodata.ingest.convert import as_text, reader_of
from geodata.ingest.country import country_outline
from geodata.ingest.findings import Finding
from geodata.ingest.guard import COMMAND_LIMITS, Limits, check_file
from geodata.ingest.mapping import MappedColumn
from geodata.ingest.outlines import Outlines
from geodata.ingest.profiles import ImportProfile, load_profile
from geodata.ingest.raw import LayerNotChosenError
from geodata.ingest.steps import ConvertedFile, MappedFile, convert_rows, keep_rows, map_file
from geodata.schema.config import Config
from geodata.schema.records import record_table

N_SAMPLE = 5
"""Rows of the sample."""
MAX_VALUES = 200
"""Distinct values listed of a coded field, most frequent first."""


@dataclass(frozen=True)
class CodedValue:
    """A value of a coded column, its rows, and the code it becomes ("" is not stated; yes/no fields: ``true``, ``false``)."""

    value: str
    n_rows: int
    code: str


@dataclass(frozen=True)
class CodedColumn:
    """The distinct values of a coded or yes/no field, most frequent first.

    Attributes
    ----------
    field, column : str
    n_values : int
        Distinct values, of which ``values`` lists at most :data:`MAX_VALUES`.
    n_empty : int
        Rows without a value.
    values : tuple of CodedValue
    """

    field: str
    column: str
    n_values: int
    n_empty: int
    values: tuple[CodedValue, ...]


@dataclass(frozen=True)
class Preview:
    """A file as an import would take it.

    Attributes
    ----------
    file, table, profile : str
    format : str
        Key of :data:`geodata.ingest.guard.FORMATS`.
    layers : tuple of str
        What could be chosen; where there are several and none was, everything below is empty and a finding ``layer_not_chosen`` says so.
    layer : str
        Layer, sheet or archive member that was read, "" where there is only one.
    encoding, separator : str
        Of text files, "" otherwise.
    crs : str
        The CRS that coordinates are read in, stated or found (``EPSG:n`` or its name); "" where it is not known.
    n_rows : int
        Rows that would be looked at.
    columns : tuple of MappedColumn
        Every column of the file with what becomes of it.
    sample : tuple of rows
        The first rows as text, in the order of ``columns``; None is empty. Personal columns are not shown ("...").
    place : mapping of ``lon``/``lat``, ``x``/``y``, ``wkt``, ``latlon``, ``lonlat`` or ``pair`` -> column
        Where coordinates are columns.
    codes : tuple of CodedColumn
    bounds : (west, south, east, north) in degrees, or None
        Where places are known.
    mapping : ImportProfile
        The mapping as a profile without a name, to be changed and given to :func:`preview_file` or ``import_file``.
    findings : tuple of Finding
        What is known so far; those of severity ``error`` would refuse the file or rows of it.
    """

    file: str
    table: str
    profile: str
    format: str
    layers: tuple[str, ...] = ()
    layer: str = ""
    encoding: str = ""
    separator: str = ""
    crs: str = ""
    n_rows: int = 0
    columns: tuple[MappedColumn, ...] = ()
    sample: tuple[tuple[str | None, ...], ...] = ()
    place: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    codes: tuple[CodedColumn, ...] = ()
    bounds: tuple[float, float, float, float] | None = None
    mapping: ImportProfile = field(default_factory=ImportProfile)
    findings: tuple[Finding, ...] = ()


def preview_file(
    config: Config,
    path: Path,
    table: str,
    *,
    programme_dir: Path,
    layer: str | None = None,
    profile: str | Path | ImportProfile | None = None,
    crs: str | None = None,
    make_ids: bool = False,
    limits: Limits = COMMAND_LIMITS,
) -> Preview:
    """Look at a file as :func:`geodata.ingest.import_file` would, without a registry; parameters as there.

    A file that can be read is never refused: what it lacks (ids, a CRS, a choice of layer) is among the findings.

    Raises
    ------
    FileError
        The file cannot be read, or the profile is unknown or not valid.
    GeodataError
        The table is unknown, or the profile is for another one.
    """
    wanted, chosen = record_table(table), load_profile(profile, programme_dir)
    try:
        raw = read_file(path, limits, layer=layer or chosen.layer, encoding=chosen.encoding, separator=chosen.separator)
    except LayerNotChosenError as error:
        finding = Finding(error.code, "error", 0, error.layers[:3], error.message, error.remedy)
        return Preview(path.name, table, chosen.name, check_file(path, limits), layers=error.layers, findings=(finding,))
    file = map_file(wanted, path, raw, chosen, make_ids=make_ids)
    stated, problems = _stated_crs(crs or chosen.crs)
    converted = convert_rows(file, stated, country_outline(config, programme_dir), limits, make_ids=make_ids)
    return _preview(path, file, converted, stated, problems)


def _preview(path: Path, file: MappedFile, converted: ConvertedFile, crs: str | None, problems: tuple[Finding, ...]) -> Preview:
    info, raw = file.raw.info, file.raw
    columns = file.mapping.columns(str(name) for name in raw.frame.columns)
    return Preview(
        path.name, file.table.name, file.profile.name, info.format, info.layers, info.layer, info.encoding, info.separator,
        crs=_crs_used(file, crs), n_rows=len(raw.frame), columns=columns, sample=_sample(raw.frame, columns),
        place=MappingProxyType(dict(file.mapping.place)), codes=_codes(file), bounds=_bounds(converted.outlines),
        mapping=file.as_profile(name="", crs=crs), findings=(*file.findings, *problems, *converted.findings, *_checked(file, converted)),
    )  # fmt: skip


def _checked(file: MappedFile, converted: ConvertedFile) -> list[Finding]:
    """Checks of the rows that would be stored; none before ids and places are known."""
    if converted.ids.isna().all() or not (converted.outlines.geometry is None or converted.outlines.is_lonlat):
        return []
    return check_rows(file.table, keep_rows(file.table, converted)[0])


def _stated_crs(crs: str | None) -> tuple[str | None, tuple[Finding, ...]]:
    """The CRS that was chosen, None (and a finding) where it is no CRS."""
    if not crs:
        return None, ()
    try:
        parse_crs(crs)
    except CrsError as error:
        return None, (Finding("crs_unknown", "error", 0, (), error.message, error.remedy),)
    return crs, ()


def _crs_used(file: MappedFile, stated: str | None) -> str:
    found = (
        file.raw.info.crs
        if file.raw.geometry is not None
        else WGS84
        if {"lon", "latlon", "lonlat", "pair"} & set(file.mapping.place)
        else ""
    )
    text = stated or found
    try:
        return crs_label(parse_crs(text)) if text else ""
    except CrsError:
        return ""


def _sample(frame: DataFrame, columns: tuple[MappedColumn, ...]) -> tuple[tuple[str | None, ...], ...]:
    head = frame.head(N_SAMPLE)
    shown = [["..."] * len(head) if item.personal else as_text(head.iloc[:, index]).tolist() for index, item in enumerate(columns)]
    return tuple(tuple(str(value) if isinstance(value, str) else None for value in row) for row in zip(*shown, strict=True))


def _codes(file: MappedFile) -> tuple[CodedColumn, ...]:
    found = []
    for item in file.table.fields:
        if item.type not in ("code", "codes", "boolean") or item.name not in file.mapping.fields or item.name in file.profile.constants:
            continue
        column = file.mapping.fields[item.name]
        text = as_text(file.raw.frame[column])
        counts = sorted(((str(value), int(n)) for value, n in text.value_counts().items()), key=lambda pair: (-pair[1], pair[0]))
        read = reader_of(item, file.profile)
        values = [CodedValue(value, n, _code(read(value))) for value, n in counts[:MAX_VALUES]]
        found.append(CodedColumn(item.name, column, len(counts), int(text.isna().sum()), tuple(values)))
    return tuple(found)


def _code(meaning: str | bool | None) -> str:
    return "" if meaning is None else str(meaning).lower() if isinstance(meaning, bool) else meaning


def _bounds(outlines: Outlines) -> tuple[float, float, float, float] | None:
    """Extent in degrees, None where no place is known or coordinates cannot be trusted."""
    if outlines.geometry is None or not outlines.is_lonlat:
        return None
    west, south, east, north = (float(value) for value in shapely.total_bounds(outlines.geometry))
    return (west, south, east, north) if np.isfinite([west, south, east, north]).all() else None
