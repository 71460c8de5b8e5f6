"""Commands on records and layers: new, import, build."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.commands.output import DATA_SAY_NO, DONE, Outcome, progress_bar
from dashboard.commands.results import BuildResult, CheckResult, FindingResult, ImportResult, IndicatorResult, NewResult
from dashboard.programme import CONFIG_NAME, Programme

SEVERITIES = ("error", "warning", "note")

if TYPE_CHECKING:
    from geodata.ingest import ImportReport
    from geodata.ingest.findings import Finding
    from geodata.snapshot import Snapshot


def run_new(arguments: argparse.Namespace) -> Outcome:
    """Make a programme folder."""
    programme = Programme.new(arguments.directory, preset=arguments.preset)
    config = programme.directory / CONFIG_NAME
    text = f"{config} is ready: fill it in, put layers into {programme.directory / 'layers'}, then import and build."
    return Outcome(NewResult(directory=str(programme.directory), config=str(config)), text)


def run_import(arguments: argparse.Namespace) -> Outcome:
    """Take a file's rows into the registry; refused rows do not make it fail, the report says them."""
    programme = Programme.open(arguments.programme)
    report = programme.import_file(
        arguments.file,
        arguments.table,
        layer=arguments.layer,
        profile=arguments.profile,
        crs=arguments.crs,
        make_ids=arguments.make_ids,
        dry_run=arguments.dry_run,
        author=arguments.author,
        reason=arguments.reason,
    )
    result = ImportResult.model_validate(report.as_dict())
    if arguments.report:
        Path(arguments.report).write_text(result.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return Outcome(result, _import_text(report))


def _import_text(report: ImportReport) -> str:
    verb = "would be" if report.dry_run else "were"
    lines = [
        f"{report.file} -> {report.table}: {report.rows_read:,} rows read; {report.rows_added:,} {verb} added, "
        f"{report.rows_updated:,} updated, {report.rows_refused:,} refused."
    ]
    return "\n".join([*lines, *_finding_lines(report.findings)])


def run_check(arguments: argparse.Namespace) -> Outcome:
    """Say what is wrong with records and layers; 1 where something must be mended."""
    quality = Programme.open(arguments.programme).check().as_dict()
    result = CheckResult.model_validate(quality)
    result.findings.sort(key=lambda found: SEVERITIES.index(found.severity))
    if arguments.report:
        Path(arguments.report).write_text(result.model_dump_json(indent=2) + "\n", encoding="utf-8")
    counts = [sum(found.severity == severity for found in result.findings) for severity in SEVERITIES]
    summary = f"{counts[0]} errors, {counts[1]} warnings, {counts[2]} notes."
    return Outcome(result, "\n".join([summary, *_finding_lines(result.findings)]), DATA_SAY_NO if counts[0] else DONE)


def _finding_lines(findings: Iterable[Finding | FindingResult]) -> list[str]:
    lines = []
    for found in findings:
        lines.append(f"  {found.severity}: {found.message}")
        if found.remedy:
            lines.append(f"      {found.remedy}")
    return lines


def run_build(arguments: argparse.Namespace) -> Outcome:
    """Measure what changed and freeze a snapshot."""
    programme = Programme.open(arguments.programme)
    with progress_bar(arguments, "Building") as progress:
        snapshot = programme.build(workers=arguments.workers, progress=progress)
    return Outcome(_build_result(snapshot), _build_text(snapshot))


def _build_result(snapshot: Snapshot) -> BuildResult:
    indicators = {
        name: IndicatorResult(unit=info.unit, layer=info.layer, method=info.method, n_known=info.n_known, join_rate=info.join_rate)
        for name, info in snapshot.indicators.items()
    }
    return BuildResult(data_version=snapshot.data_version, path=str(snapshot.path), n_areas=snapshot.n_areas, indicators=indicators)


def _build_text(snapshot: Snapshot) -> str:
    lines = [f"Snapshot {snapshot.data_version}: {snapshot.n_areas:,} areas, {len(snapshot.indicators)} indicators."]
    for name, info in snapshot.indicators.items():
        known = f"{info.n_known / snapshot.n_areas:.1%} known" if snapshot.n_areas else "no areas"
        joined = f", join rate {info.join_rate:.1%}" if info.join_rate is not None else ""
        lines.append(f"  {name} ({info.unit}): {known}{joined}")
    return "\n".join(lines)
