"""Commands on records and layers: new, import, profiles, check, build."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.commands.build_plan import plan_result, plan_text
from dashboard.commands.build_report import build_result, build_text
from dashboard.commands.output import DATA_SAY_NO, DONE, Outcome, note, progress_bar
from dashboard.commands.results import (
    CheckResult,
    FindingResult,
    GridResult,
    ImportResult,
    NewResult,
    ProfileResult,
    ProfilesResult,
)
from dashboard.commands.tables import aligned, plain
from dashboard.programme import CONFIG_NAME, Programme

SEVERITIES = ("error", "warning", "note")

if TYPE_CHECKING:
    from dashboard.estimates import Estimates
    from geodata.ingest import ImportReport
    from geodata.ingest.findings import Finding
    from geodata.registry.quality import Quality


def run_new(arguments: argparse.Namespace) -> Outcome:
    """Make a programme folder."""
    programme = Programme.new(arguments.directory, preset=arguments.preset)
    config = programme.directory / CONFIG_NAME
    text = f"{config} is ready: fill it in, put layers into {programme.directory / 'layers'}, then import and build."
    return Outcome(NewResult(directory=str(programme.directory), config=str(config)), text)


def run_import(arguments: argparse.Namespace) -> Outcome:
    """Take a file's rows into the registry; refused rows do not make it fail, the report says them.

    A file of which nothing can be taken over fails; in a dry run, what is wrong with it is the result.
    """
    from geodata.ingest import FileRefusedError

    try:
        report, status = _import(arguments), DONE
    except FileRefusedError as error:
        if error.report is None:
            raise
        _write_report(arguments, error.report)
        if not arguments.dry_run:
            raise
        report, status = error.report, DATA_SAY_NO
    return Outcome(_write_report(arguments, report), _import_text(report), status)


def _import(arguments: argparse.Namespace) -> ImportReport:
    return Programme.open(arguments.programme).import_file(
        arguments.file,
        arguments.table,
        layer=arguments.layer,
        profile=arguments.profile,
        crs=arguments.crs,
        make_ids=arguments.make_ids,
        dry_run=arguments.dry_run,
        save_as=arguments.save_profile,
        author=arguments.author,
        reason=arguments.reason,
        kind=arguments.kind or "",
        true_on=arguments.true_on,
    )


def _write_report(arguments: argparse.Namespace, report: ImportReport) -> ImportResult:
    result = ImportResult.model_validate(report.as_dict())
    if arguments.report:
        Path(arguments.report).write_text(result.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return result


def _import_text(report: ImportReport) -> str:
    verb = "would be" if report.dry_run else "were"
    lines = [
        f"{report.file} -> {report.table}: {report.rows_read:,} rows read; {report.rows_added:,} {verb} added, "
        f"{report.rows_updated:,} updated, {report.rows_refused:,} refused."
    ]
    columns = _column_lines(report) if report.dry_run else []
    return "\n".join([*lines, *columns, *_finding_lines(report.findings)])


def _column_lines(report: ImportReport) -> list[str]:
    """What becomes of each column, as a table."""
    words = {"accepted": "taken over", "coordinate": "coordinates", "asked": "asked", "dropped": "left out"}
    rows = [("column", "field", "sure", "")]
    for item in report.columns:
        state = "personal, left out" if item.personal else words[item.state]
        rows.append((plain(item.column), item.field or "-", f"{item.confidence:.0%}" if item.field else "", state))
    return aligned(rows)


def run_profiles(arguments: argparse.Namespace) -> Outcome:
    """The saved column mappings of a programme, or what one of them says."""
    import yaml

    from geodata.ingest.profiles import list_profiles, load_profile

    folder = Programme.open(arguments.programme).directory
    names = [arguments.show] if arguments.show else list_profiles(folder)
    found = [load_profile(name, folder) for name in names]
    entries = [
        ProfileResult(name=name, table=item.table, country=item.country, version=item.version)
        for name, item in zip(names, found, strict=True)
    ]
    if arguments.show:
        content = found[0].model_dump(mode="json", exclude_defaults=True)
        return Outcome(ProfilesResult(profiles=entries, content=content), yaml.safe_dump(content, allow_unicode=True, sort_keys=False))
    rows = [("profile", "table", "country", "version")]
    rows += [(item.name, item.table or "any", plain(item.country) or "-", item.version) for item in entries]
    return Outcome(ProfilesResult(profiles=entries), "\n".join(aligned(rows)) if entries else "No profiles are saved yet.")


def run_check(arguments: argparse.Namespace) -> Outcome:
    """Say what is wrong with records and layers; 1 where something must be mended."""
    programme = Programme.open(arguments.programme)
    quality = programme.check(as_of=arguments.as_of, known=arguments.known)
    result = CheckResult.model_validate({**quality.as_dict(), "work_list": arguments.work_list})
    result.findings.sort(key=lambda found: SEVERITIES.index(found.severity))
    if arguments.report:
        Path(arguments.report).write_text(result.model_dump_json(indent=2) + "\n", encoding="utf-8")
    if arguments.work_list:
        _write_work_list(programme, quality, Path(arguments.work_list))
    counts = [sum(found.severity == severity for found in result.findings) for severity in SEVERITIES]
    summary = f"{counts[0]} errors, {counts[1]} warnings, {counts[2]} notes."
    return Outcome(result, "\n".join([summary, *_finding_lines(result.findings)]), DATA_SAY_NO if counts[0] else DONE)


def _write_work_list(programme: Programme, quality: Quality, path: Path) -> None:
    from dashboard.export.plain_table import write_plain

    fictional = "FICTIONAL. " if programme.config.programme.fictional else ""
    note = f"{fictional}{programme.name}: what to mend in records and layers, {len(quality.work):,} rows."
    write_plain(path, quality.work_list(), [note], sheet="work list")


def _finding_lines(findings: Iterable[Finding | FindingResult]) -> list[str]:
    lines = []
    for found in findings:
        lines.append(f"  {found.severity}: {found.message}")
        if found.remedy:
            lines.append(f"      {found.remedy}")
    return lines


def run_grid(arguments: argparse.Namespace) -> Outcome:
    """Make cells over the country."""
    programme = Programme.open(arguments.programme)
    n_cells = programme.make_cells(arguments.output, size_m=arguments.size_m, h3=arguments.h3)
    text = (
        f"{arguments.output}: {n_cells:,} cells. To rank them, write in config.yaml:\n"
        "  areas: {unit: grid_cell, source: cells, fields: {area_id: area_id}}\n"
        f"  layers:\n    - {{id: cells, path: {arguments.output}, kind: polygon, source: made by landrelease grid, licence: not stated}}"
    )
    return Outcome(GridResult(file=arguments.output, n_cells=n_cells), text)


def run_build(arguments: argparse.Namespace) -> Outcome:
    """Measure what changed and freeze a snapshot, or say what would be done."""
    programme = Programme.open(arguments.programme)
    if arguments.explain:
        plan = programme.explain_build()
        planned = None if arguments.no_estimates else programme.explain_estimates(plan.data_version)
        return Outcome(plan_result(plan, planned), plan_text(plan, planned))
    with progress_bar(arguments, "Building") as progress:
        try:
            snapshot = programme.build(
                workers=arguments.workers, scheduler=arguments.scheduler, progress=progress, estimates=not arguments.no_estimates
            )
        except KeyboardInterrupt:
            note(arguments, "\nThe last snapshot stays the current one; what was measured is kept, and the next build goes on from there.")
            raise
    estimates = None if arguments.no_estimates else programme.estimates(snapshot)
    return Outcome(build_result(snapshot, estimates), build_text(snapshot, estimates, _model_warnings(programme, estimates)))


def _model_warnings(programme: Programme, estimates: Estimates | None) -> list[str]:
    if estimates is None or not estimates.has_model:
        return []
    from dashboard.commands.models import warning_lines
    from dashboard.estimates.models import current_model

    entry = current_model(programme)
    return [] if entry is None else warning_lines(entry)
