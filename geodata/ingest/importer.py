"""Import a file into the registry: read, map, convert, check, commit; all or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from geodata.ingest.checks import check_rows
from geodata.ingest.child import read_file
from geodata.ingest.country import country_outline
from geodata.ingest.findings import Finding, ImportReport, finding, refuse
from geodata.ingest.guard import COMMAND_LIMITS, Limits
from geodata.ingest.profiles import ImportProfile, load_profile, next_version, save_profile
from geodata.ingest.steps import MappedFile, convert_rows, keep_rows, map_file
from geodata.registry.base import ChangeMeta, Registry
from geodata.schema.config import Config
from geodata.schema.records import record_table

_FATAL = frozenset(
    {
        "file_without_rows", "id_column_missing", "id_duplicate", "crs_missing", "crs_mixed", "crs_unknown", "crs_unknown_datum",
        "coordinates_swapped", "coordinates_projected", "coordinates_order", "no_rows_left", "column_missing",
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
    save_as: str | None = None,
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
        Report only; no record is written.
    save_as : str or None
        Keep the mapping that was used under this name, for the programme's country; also in a dry run.
    limits : Limits
        What the file may cost.

    Raises
    ------
    FileError, FileRefusedError, CrsError, RegistryError
        Nothing has changed; a FileRefusedError carries the report with every finding.
    """
    chosen = load_profile(profile, programme_dir)
    raw = read_file(path, limits, layer=layer or chosen.layer, encoding=chosen.encoding, separator=chosen.separator)
    file = map_file(record_table(table), path, raw, chosen, make_ids=make_ids)
    report = _report(path, file, dry_run=dry_run)
    if not len(file.raw.frame) or any(item.code == "column_missing" for item in file.findings):
        _stop_if_fatal(file.where, report)
    converted = convert_rows(file, crs or chosen.crs, country_outline(config, programme_dir), limits, make_ids=make_ids)
    report = _with(report, converted.findings)
    _stop_if_fatal(file.where, report)
    frame, refused = keep_rows(file.table, converted)
    report = _with(replace(report, rows_refused=refused), check_rows(file.table, frame))
    if not len(frame):
        nothing = finding("no_rows_left", "error", [], "No row is left to import.", "Mend what the report lists.", n_rows=report.rows_read)
        report = _with(report, [nothing])
        _stop_if_fatal(file.where, report)
    if save_as is not None:
        mapping = file.as_profile(name=save_as, country=config.programme.country, crs=crs)
        save_profile(next_version(mapping, programme_dir), programme_dir)
    meta = ChangeMeta(author=author, reason=reason, source_file=path.name, kind=kind, true_on=true_on)
    counts = registry.apply(table, frame, meta, dry_run=dry_run)
    return replace(
        report, rows_added=counts.added, rows_updated=counts.updated, rows_unchanged=counts.unchanged, import_id=counts.import_id
    )


def _report(path: Path, file: MappedFile, *, dry_run: bool) -> ImportReport:
    """The report of a file whose columns are known, before its rows are."""
    names = [str(name) for name in file.raw.frame.columns]
    return ImportReport(
        path.name, file.table.name, file.profile.name, len(file.raw.frame), 0, 0, 0, dry_run, file.findings,
        mapping=dict(file.mapping.fields), columns=file.mapping.columns(names),
    )  # fmt: skip


def _with(report: ImportReport, findings: Iterable[Finding]) -> ImportReport:
    return replace(report, findings=(*report.findings, *findings))


def _stop_if_fatal(where: str, report: ImportReport) -> None:
    if any(item.code in _FATAL for item in report.findings):
        raise refuse(where, replace(report, rows_refused=report.rows_read))
