"""Import a file into the registry: read, map, convert, check, commit; all or nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import orjson
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame, Series

from geodata.errors import GeodataError, name_culprits
from geodata.geometry.crs import WGS84
from geodata.ingest import mapping as columns
from geodata.ingest.checks import check_rows
from geodata.ingest.child import read_file
from geodata.ingest.convert import as_text, convert, share_known
from geodata.ingest.country import country_outline
from geodata.ingest.findings import Finding, ImportReport, finding, refuse
from geodata.ingest.guard import COMMAND_LIMITS, FORMATS, Limits
from geodata.ingest.outlines import Outlines, make_outlines
from geodata.ingest.profiles import ImportProfile, load_profile
from geodata.ingest.raw import RawTable
from geodata.registry.base import ChangeMeta, Registry
from geodata.schema.config import Config
from geodata.schema.records import Field, Table, record_table

_MIN_KNOWN = 0.1
"""Share of values that must be known codes for a column to count as a coded field without being asked."""
_FATAL = frozenset(
    {
        "file_without_rows", "id_column_missing", "id_duplicate", "crs_missing", "crs_unknown_datum", "coordinates_swapped",
        "coordinates_projected", "no_rows_left", "column_missing",
    }
)  # fmt: skip


def import_file(
    registry: Registry,
    config: Config,
    path: Path,
    table: str,
    *,
    programme_dir: Path,
    author: str,
    reason: str = "",
    kind: str = "",
    true_on: dt.date | None = None,
    layer: str | None = None,
    profile: str | Path | ImportProfile | None = None,
    crs: str | None = None,
    make_ids: bool = False,
    dry_run: bool = False,
    limits: Limits = COMMAND_LIMITS,
) -> ImportReport:
    """Import one layer of a file into one table, in one transaction.

    Parameters
    ----------
    registry, config, programme_dir
        The programme.
    path : Path
        The file; what it is, its bytes say.
    table : str
        A table of :mod:`geodata.schema.records`.
    author, reason : str
        Kept with every event.
    kind, true_on : str, date or None
        What kind of change it is and since when, for rows that do not say it (:class:`geodata.registry.base.ChangeMeta`).
    layer : str or None
        Layer, sheet or archive member (``*``: all members of an archive).
    profile : str, Path, ImportProfile or None
        Saved mapping.
    crs : str or None
        CRS of the coordinates, rules over what the file says.
    make_ids : bool
        Give rows without an id a stable one made from their content.
    dry_run : bool
        Report only; nothing is written.
    limits : Limits
        What the file may cost.

    Raises
    ------
    FileError, FileRefusedError, CrsError, RegistryError
        Nothing has changed; a FileRefusedError carries the report with every finding.
    """
    chosen = load_profile(profile, programme_dir)
    raw = read_file(path, limits, layer=layer or chosen.layer, encoding=chosen.encoding, separator=chosen.separator)
    taken = _map_file(record_table(table), path, raw, chosen, make_ids=make_ids, dry_run=dry_run)
    checked = _convert_rows(taken, crs or chosen.crs, country_outline(config, programme_dir), limits, make_ids=make_ids)
    meta = ChangeMeta(author=author, reason=reason, source_file=path.name, kind=kind, true_on=true_on)
    counts = registry.apply(table, checked.frame, meta, dry_run=dry_run)
    return replace(
        checked.report, rows_added=counts.added, rows_updated=counts.updated, rows_unchanged=counts.unchanged, import_id=counts.import_id
    )


@dataclass(frozen=True)
class _Mapped:
    """A file whose columns are known, and what was found so far; ``where`` names it in messages."""

    table: Table
    where: str
    raw: RawTable
    profile: ImportProfile
    mapping: columns.ColumnMapping
    report: ImportReport


@dataclass(frozen=True)
class _Checked:
    """Rows as the registry takes them, and everything that was found."""

    frame: DataFrame | GeoDataFrame
    report: ImportReport


def _map_file(table: Table, path: Path, raw: RawTable, profile: ImportProfile, *, make_ids: bool, dry_run: bool) -> _Mapped:
    """Say which column is which field.

    Raises
    ------
    FileRefusedError
        The file has no rows, no id, or not the columns that the profile names.
    """
    raw, left_out = _only(raw, profile)
    where = f"{path.name}, layer {raw.info.layer!r}" if raw.info.layer else path.name
    mapping = _map_columns(table, raw, profile)
    report = ImportReport(
        path.name, table.name, profile.name, len(raw.frame), 0, 0, 0, dry_run, _notes(table, raw, mapping), mapping=dict(mapping.fields)
    )
    report = _with(report, [*left_out, *_structure(table, raw, mapping, profile, make_ids)])
    _stop_if_fatal(where, report)
    return _Mapped(table, where, raw, profile, mapping, report)


def _convert_rows(file: _Mapped, crs: str | None, country: shapely.Geometry | None, limits: Limits, *, make_ids: bool) -> _Checked:
    """Bring values and outlines into the form of the records, leave out the rows that are refused, and check the rest.

    Raises
    ------
    FileRefusedError
        The CRS is unknown, ids stand twice, coordinates cannot be what they are said to be, or no row is left.
    """
    rows, found = convert(file.table, file.raw.frame, file.mapping, file.profile)
    ids, id_findings = _ids(file.table, rows, file.raw, make_ids)
    outlines = make_outlines(file.table, file.raw, dict(file.mapping.place), file.profile, crs, country, limits, _row_names(ids))
    report = _with(file.report, [*found, *id_findings, *outlines.findings])
    _stop_if_fatal(file.where, report)
    frame, refused = _keep(file.table, rows, ids, outlines)
    report = _with(replace(report, rows_refused=refused), check_rows(file.table, frame))
    if not len(frame):
        nothing = finding("no_rows_left", "error", [], "No row is left to import.", "Mend what the report lists.", n_rows=report.rows_read)
        report = _with(report, [nothing])
        _stop_if_fatal(file.where, report)
    return _Checked(frame, report)


def _with(report: ImportReport, findings: list[Finding]) -> ImportReport:
    return replace(report, findings=(*report.findings, *findings))


def _stop_if_fatal(where: str, report: ImportReport) -> None:
    if any(item.code in _FATAL for item in report.findings):
        raise refuse(where, replace(report, rows_refused=report.rows_read))


def _map_columns(table: Table, raw: RawTable, profile: ImportProfile) -> columns.ColumnMapping:
    """The proposed mapping, ruled over by the profile's."""
    names = [str(name) for name in raw.frame.columns]
    unknown = [name for name in profile.columns if name not in names]
    wrong = [field for field in profile.columns.values() if field and field not in table.columns]
    if wrong:
        message = f"The profile maps to {name_culprits(wrong)}, which {table.name} does not have."
        raise GeodataError(message, f"Its fields are {', '.join(table.columns)}.", code="profile_invalid")
    free = [name for name in names if name not in profile.columns]
    proposed = columns.propose(table, free, has_geometry=raw.geometry is not None)
    own = {field: column for column, field in profile.columns.items() if field and column not in unknown}
    rest = {field: column for field, column in proposed.fields.items() if field not in own and field not in profile.constants}
    doubtful = [field for field in rest if _is_doubtful(table.field(field), raw.frame[rest[field]], profile)]
    asked = (*proposed.asked, *(columns.Proposal(rest.pop(field), field, 0.5) for field in doubtful))
    place = dict(proposed.place)
    if profile.wkt:
        place = {"wkt": profile.wkt}
    elif profile.x and profile.y:
        place = {"x": profile.x, "y": profile.y}
    used = {*own.values(), *rest.values(), *place.values()}
    dropped = tuple(name for name in names if name not in used)
    return columns.ColumnMapping({**rest, **own}, place, asked, dropped, proposed.personal)


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
    missing += [name for name in (profile.x, profile.y, profile.wkt, *profile.only) if name and name not in raw.frame.columns]
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


def _ids(table: Table, rows: DataFrame, raw: RawTable, make_ids: bool) -> tuple[Series, list[Finding]]:
    """Identifiers: trimmed text, made from content where asked; missing ones refuse the row, double ones the file."""
    ids = rows[table.id_field] if table.id_field in rows else Series(pd.NA, index=rows.index, dtype="str")
    found: list[Finding] = []
    missing = ids.isna().to_numpy()
    if missing.any() and make_ids:
        made = _made_ids(raw, np.flatnonzero(missing))
        ids = ids.copy()
        ids[missing] = made
        repeated = [index for index, name in enumerate(made, 1) if name.count("-") > 1]
        found.append(finding("ids_made", "note", made, "{n} rows had no id and got a stable one made from their content."))
        if repeated:
            message = f"{len(repeated):,} rows repeat another row in every value; each is kept as a record of its own."
            found.append(
                finding(
                    "rows_repeated", "warning", [made[i - 1] for i in repeated], message, "Remove them at the source if they are copies."
                )
            )
    elif missing.any():
        rows_without = [f"row {row + 1}" for row in np.flatnonzero(missing)]
        message = "{n} rows have no id ({culprits}) and are refused."
        found.append(finding("id_missing", "error", rows_without, message, "Give them one at the source, or import with --make-ids."))
    folded = ids.str.casefold().str.replace(r"\s+", " ", regex=True)
    double = folded[folded.duplicated(keep=False) & folded.notna()]
    if len(double):
        places = {key: group.index.tolist() for key, group in double.groupby(double, sort=False)}
        shown = [f"{ids.iloc[rows[0]]} (rows {', '.join(str(row + 1) for row in rows[:4])})" for rows in places.values()]
        message = f"{table.id_field} must be unique, but {len(places):,} stand on more than one row: {{culprits}}."
        remedy = "Keep one row for each, or map the column that tells them apart."
        found.append(finding("id_duplicate", "error", shown, message, remedy, n_rows=len(double)))
    return ids, found


def _made_ids(raw: RawTable, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> list[str]:
    """Stable ids from the content of rows; a row that repeats another gets a number behind."""
    part = raw.frame.iloc[rows]
    texts = [as_text(part[name]).fillna("").tolist() for name in sorted(part.columns, key=str)]
    shapes: list[str] = [""] * len(rows)
    if raw.geometry is not None:
        rounded = shapely.to_wkt(raw.geometry[rows], rounding_precision=7, trim=True)
        shapes = ["" if text is None else str(text) for text in rounded]
    seen: dict[str, int] = {}
    made = []
    for values in zip(*texts, shapes, strict=True):
        name = f"LR-{hashlib.sha256(orjson.dumps(values)).hexdigest()[:12].upper()}"
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return made


def _row_names(ids: Series) -> columns.RowNames:
    """How findings call a row: by its id, or its number where it has none."""
    known = [None if missing else str(name) for name, missing in zip(ids, ids.isna(), strict=True)]
    return lambda row: known[row] or f"row {row + 1}"


def _keep(table: Table, rows: DataFrame, ids: Series, outlines: Outlines) -> tuple[DataFrame | GeoDataFrame, int]:
    """Rows that are not refused, as the registry takes them, and how many are."""
    refused = ids.isna().to_numpy().copy()
    refused[list(outlines.refused)] = True
    frame = rows.assign(**{table.id_field: ids}).loc[~refused].reset_index(drop=True)
    frame = frame[[name for name in table.columns if name in frame.columns]]
    if outlines.geometry is None:
        return frame, int(refused.sum())
    return GeoDataFrame(frame, geometry=outlines.geometry[~refused], crs=WGS84), int(refused.sum())
