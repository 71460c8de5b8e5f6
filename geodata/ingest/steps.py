"""What an import and its preview do alike: say which column is which field, then convert rows; nothing here refuses a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame, Series

from geodata.errors import GeodataError, name_culprits
from geodata.geometry.crs import WGS84
from geodata.ingest import mapping as columns
from geodata.ingest.contents import check_contents
from geodata.ingest.convert import as_text, convert, share_known
from geodata.ingest.findings import Finding, finding
from geodata.ingest.guard import FORMATS, Limits
from geodata.ingest.identify import find_ids, row_names
from geodata.ingest.outlines import Outlines, make_outlines
from geodata.ingest.profiles import ImportProfile
from geodata.ingest.raw import RawTable
from geodata.schema.records import Field, Table

_MIN_KNOWN = 0.1
"""Share of values that must be known codes for a column to count as a coded field without being asked."""


@dataclass(frozen=True)
class MappedFile:
    """A file whose columns are known.

    Attributes
    ----------
    table : Table
    where : str
        How messages name it.
    raw : RawTable
        The rows that the profile asks for.
    profile : ImportProfile
    mapping : ColumnMapping
    findings : tuple of Finding
    """

    table: Table
    where: str
    raw: RawTable
    profile: ImportProfile
    mapping: columns.ColumnMapping
    findings: tuple[Finding, ...]

    def as_profile(self, *, name: str, country: str = "", crs: str | None = None) -> ImportProfile:
        """The mapping that was used, as a profile that maps the same columns again.

        Parameters
        ----------
        name, country : str
            For the profile.
        crs : str or None
            CRS that was chosen for this file.
        """
        taken = {column: field for field, column in self.mapping.fields.items()}
        left_out = {column: "" for column, field in self.profile.columns.items() if not field}
        place = self.mapping.place
        return self.profile.model_copy(
            update={
                "name": name, "country": country or self.profile.country, "table": self.table.name, "columns": {**left_out, **taken},
                "x": place.get("lon") or place.get("x"), "y": place.get("lat") or place.get("y"), "wkt": place.get("wkt"),
                "latlon": place.get("latlon"), "lonlat": place.get("lonlat"),
                "crs": crs or self.profile.crs or (WGS84 if {"lon", "latlon", "lonlat"} & set(place) else None),
            }
        )  # fmt: skip


@dataclass(frozen=True)
class ConvertedFile:
    """Values and outlines in the form of records.

    Attributes
    ----------
    rows : DataFrame
        One column a mapped field.
    ids : Series of str
    outlines : Outlines
    findings : tuple of Finding
        Of this step only.
    """

    rows: DataFrame
    ids: Series
    outlines: Outlines
    findings: tuple[Finding, ...]


def map_file(table: Table, path: Path, raw: RawTable, profile: ImportProfile, *, make_ids: bool) -> MappedFile:
    """Say which column is which field, and what is missing for an import.

    Raises
    ------
    GeodataError
        The profile is for another table, or maps to fields that the table does not have.
    """
    _check_profile(table, profile)
    raw, left_out = _only(raw, profile)
    where = f"{path.name}, layer {raw.info.layer!r}" if raw.info.layer else path.name
    mapping = _map_columns(table, raw, profile)
    findings = (*_notes(table, raw, mapping), *check_contents(raw.frame), *left_out, *_structure(table, raw, mapping, profile, make_ids))
    return MappedFile(table, where, raw, profile, mapping, findings)


def convert_rows(file: MappedFile, crs: str | None, country: shapely.Geometry | None, limits: Limits, *, make_ids: bool) -> ConvertedFile:
    """Bring values and outlines into the form of the records.

    Parameters
    ----------
    crs : str or None
        CRS that the person who imports has chosen; rules over the file's.
    country : geometry or None
        The country's outline, EPSG:4326.
    limits : Limits
    make_ids : bool

    Raises
    ------
    CrsError
        ``crs`` is no CRS.
    """
    rows, found = convert(file.table, file.raw.frame, file.mapping, file.profile)
    ids, id_findings = find_ids(file.table, rows, file.raw, make_ids)
    outlines = make_outlines(file.table, file.raw, dict(file.mapping.place), file.profile, crs, country, limits, row_names(ids))
    return ConvertedFile(rows, ids, outlines, (*found, *id_findings, *outlines.findings))


def keep_rows(table: Table, converted: ConvertedFile) -> tuple[DataFrame | GeoDataFrame, int]:
    """Rows that are not refused, as the registry takes them, and how many are."""
    outlines = converted.outlines
    refused = converted.ids.isna().to_numpy().copy()
    refused[list(outlines.refused)] = True
    frame = converted.rows.assign(**{table.id_field: converted.ids}).loc[~refused].reset_index(drop=True)
    frame = frame[[name for name in table.columns if name in frame.columns]]
    if outlines.geometry is None:
        return frame, int(refused.sum())
    return GeoDataFrame(frame, geometry=outlines.geometry[~refused], crs=WGS84), int(refused.sum())


def _check_profile(table: Table, profile: ImportProfile) -> None:
    if profile.table and profile.table != table.name:
        message = f"Profile {profile.name!r} is for {profile.table}, not for {table.name}."
        raise GeodataError(message, f"Import into {profile.table}, or use another profile.", code="profile_invalid")
    named = [*profile.columns.values(), *profile.codes, *profile.constants]
    wrong = [field for field in dict.fromkeys(named) if field and field not in table.columns]
    if wrong:
        message = f"The profile maps to {name_culprits(wrong)}, which {table.name} does not have."
        raise GeodataError(message, f"Its fields are {', '.join(table.columns)}.", code="profile_invalid")


def _map_columns(table: Table, raw: RawTable, profile: ImportProfile) -> columns.ColumnMapping:
    """The proposed mapping, ruled over by the profile's."""
    names = [str(name) for name in raw.frame.columns]
    free = [name for name in names if name not in profile.columns]
    proposed = columns.propose(table, free, has_geometry=raw.geometry is not None)
    own = {field: column for column, field in profile.columns.items() if field and column in names}
    rest = {field: column for field, column in proposed.fields.items() if field not in own and field not in profile.constants}
    doubtful = [field for field in rest if _is_doubtful(table.field(field), raw.frame[rest[field]], profile)]
    asked = (*proposed.asked, *(columns.Proposal(rest.pop(field), field, 0.5) for field in doubtful))
    place = dict(proposed.place)
    if profile.wkt:
        place = {"wkt": profile.wkt}
    elif profile.x and profile.y:
        place = {"x": profile.x, "y": profile.y}
    elif profile.latlon or profile.lonlat:
        place = {"latlon": profile.latlon} if profile.latlon else {"lonlat": profile.lonlat or ""}
    place = place if set(place.values()) <= set(names) else {}
    used = {*own.values(), *rest.values(), *place.values()}
    return replace(
        proposed, fields={**rest, **own}, place=place, asked=tuple(item for item in asked if item.field not in own),
        dropped=tuple(name for name in names if name not in used), confidence={**proposed.confidence, **dict.fromkeys(own, 1.0)},
    )  # fmt: skip


def _is_doubtful(field: Field, values: Series, profile: ImportProfile) -> bool:
    """Whether a column's name promises a code that hardly any of its values is."""
    return field.type in ("code", "codes") and field.name not in profile.codes and share_known(field, values) < _MIN_KNOWN


def _notes(table: Table, raw: RawTable, mapping: columns.ColumnMapping) -> tuple[Finding, ...]:
    """What the reader said, how it was read, and which columns are not taken over."""
    about = FORMATS[raw.info.format]
    if raw.info.encoding and raw.info.separator:
        about += f", {raw.info.encoding}, separator {'tab' if raw.info.separator == chr(9) else raw.info.separator!r}"
    notes = [Finding("file_read", "note", len(raw.frame), (), f"{len(raw.frame):,} rows read ({about}).")]
    notes += [Finding(**{**note, "examples": tuple(note["examples"])}) for note in raw.info.notes]
    plain = [name for name in mapping.dropped if name not in mapping.personal]
    if plain:
        message = f"{len(plain)} columns are not fields of {table.name} and were left out: {{culprits}}."
        notes.append(finding("columns_unknown", "note", plain, message, "Map them in a profile if they are.", n_rows=0))
    if mapping.personal:
        message = f"{len(mapping.personal)} columns look like personal data and were not taken over: {{culprits}}."
        notes.append(finding("personal_data_dropped", "note", mapping.personal, message, n_rows=0))
    asked = [item for item in mapping.asked if item.column in mapping.dropped]
    if asked:
        pairs = [f'"{item.column}" as {item.field} ({item.confidence:.0%})' for item in asked]
        message = "{n} columns may be fields, but not surely: {culprits}."
        notes.append(finding("mapping_asked", "warning", pairs, message, "Decide in a profile."))
    return tuple(notes)


def _structure(table: Table, raw: RawTable, mapping: columns.ColumnMapping, profile: ImportProfile, make_ids: bool) -> list[Finding]:
    """What must hold of the file as a whole."""
    found = []
    missing = [name for name in profile.columns if name not in raw.frame.columns]
    missing += [
        name
        for name in (profile.x, profile.y, profile.wkt, profile.latlon, profile.lonlat, *profile.only)
        if name and name not in raw.frame.columns
    ]
    if missing:
        message = f"The profile names {len(missing)} columns that the file does not have: {{culprits}}."
        found.append(finding("column_missing", "error", missing, message, "Use another profile, or mend it.", n_rows=0))
    if not len(raw.frame):
        found.append(Finding("file_without_rows", "error", 0, (), f"It holds 0 {table.name}.", "Choose another layer or file."))
    if table.id_field not in mapping.fields and not make_ids:
        has = name_culprits(f'"{name}"' for name in raw.frame.columns) or "no columns"
        message = f"Each record needs an {table.id_field}, but no column is known to hold it (found {has})."
        unique = [f'"{name}"' for name in raw.frame.columns if _tells_apart(raw.frame[name])]
        likely = f" Different on every row: {name_culprits(unique)}." if unique else ""
        remedy = f"Map the column in a profile, or import with --make-ids.{likely}"
        found.append(Finding("id_column_missing", "error", 0, (), message, remedy))
    return found


def _tells_apart(values: Series) -> bool:
    """Whether a column could be an id: filled and different on every row, and no measure."""
    is_measure = pd.api.types.is_float_dtype(values) and bool((values.dropna() % 1 != 0).any())
    return len(values) > 1 and not is_measure and bool(values.notna().all()) and bool(values.is_unique)


def _only(raw: RawTable, profile: ImportProfile) -> tuple[RawTable, list[Finding]]:
    """The rows that a profile asks for."""
    keep = np.ones(len(raw.frame), bool)
    for column, values in profile.only.items():
        if column in raw.frame:
            keep &= as_text(raw.frame[column]).isin(values).to_numpy(dtype=bool)
    if keep.all():
        return raw, []
    message = f"{{n}} rows were left out, because the profile asks only for {', '.join(profile.only)} of certain values."
    found = finding("rows_left_out", "note", np.flatnonzero(~keep) + 1, message)
    geometry = raw.geometry[keep] if raw.geometry is not None else None
    return RawTable(raw.frame.loc[keep].reset_index(drop=True), geometry, raw.info), [found]
