"""The page on formats names every format, and its example is read as it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from geodata.ingest import COMMAND_LIMITS, UPLOAD_LIMITS, ImportReport
from geodata.ingest.guard import ACCEPTED
from geodata.registry import Registry

PAGE = (Path(__file__).parents[3] / "docs" / "formats.md").read_text(encoding="utf-8")


def _block(kind: str) -> str:
    return PAGE.split(f"```{kind}\n")[1].split("```")[0]


def test_the_example_of_a_profile_gives_the_rows_that_the_page_shows(
    tmp_path: Path, importer: Callable[..., ImportReport], registry: Registry
) -> None:
    (tmp_path / "areas.csv").write_text(_block("csv"), encoding="utf-8")
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "northern.yaml").write_text(_block("yaml"), encoding="utf-8")
    report = importer(tmp_path / "areas.csv", profile="northern")
    assert (report.rows_read, report.rows_added, report.profile) == (2, 2, "northern")
    frame = registry.read("hazard_areas")
    shown = [
        f"| {row.area_id} | {row.hazard_type} | {row.status} | {row.area_stated_m2} | {row.source} | {row.geometry.x} | {row.geometry.y} |"
        for row in frame.itertuples()
    ]
    assert PAGE.rstrip().splitlines()[-2:] == shown


def test_every_accepted_format_and_limit_is_named() -> None:
    names = ACCEPTED.replace("(also zipped)", "").replace("(.dta)", "").replace(" and ", ", ").split(", ")
    assert [name for name in names if name.strip() not in PAGE] == []
    mib, gib = 1 << 20, 1 << 30
    upload, command = UPLOAD_LIMITS, COMMAND_LIMITS
    stated = f"more than {upload.max_bytes // mib} MB, {upload.max_unpacked_bytes // mib} MB unpacked, {upload.seconds} s or "
    stated += f"{upload.memory_bytes // gib} GB of memory (upload; by command {command.max_bytes // gib} GB, "
    stated += f"{command.max_unpacked_bytes // gib} GB, {command.seconds // 60} min, {command.memory_bytes // gib} GB)"
    assert stated in PAGE
