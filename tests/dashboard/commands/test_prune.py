"""``landrelease prune``: old snapshots and their estimates go, the current one and what is new stay."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.programme import Programme
from geodata.errors import WrongUseError
from tests.dashboard.conftest import CONFIG

VERSIONS = [f"{number:016x}" for number in range(5)]
"""The oldest first; each a day older than the next."""
NOW_S, DAY_S = 1_700_000_000, 86_400


def place(folder: Path, name: str, age_days: float, manifest: object) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    os.utime(folder / name, (NOW_S - age_days * DAY_S,) * 2)


@pytest.fixture
def programme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programme:
    """Five snapshots of which the second oldest is the current one, with the estimates of each, and one of a snapshot long gone."""
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    derived = tmp_path / "derived"
    for number, version in enumerate(VERSIONS):
        place(derived / "snapshots", version, 5 - number, {"data_version": version, "format": 1})
        place(derived / "estimates", f"{number + 16:016x}", 5 - number, {"settings": {"format": 1, "data_version": version}})
    place(derived / "estimates", "f" * 16, 9, {"settings": {"format": 1, "data_version": "9" * 16}})
    (derived / "current").write_text(VERSIONS[1] + "\n", "ascii")
    monkeypatch.setattr("dashboard.pruning.time.time", lambda: NOW_S)
    monkeypatch.setattr("dashboard.pruning.read_manifest", lambda path: json.loads((path / "manifest.json").read_text("utf-8")))
    monkeypatch.setattr("geodata.snapshot.prune.current_snapshot", lambda folder: Current(folder))
    return Programme.open(tmp_path)


class Current:
    """The snapshot that ``derived/current`` names."""

    def __init__(self, folder: Path) -> None:
        self.data_version = (folder / "derived" / "current").read_text("ascii").strip()


def names(programme: Programme, what: str) -> list[str]:
    return sorted(path.name for path in (programme.directory / "derived" / what).iterdir())


def test_the_current_one_and_the_latest_stay(programme: Programme) -> None:
    found = programme.prune(3)
    assert [one.data_version for one in found.kept] == [VERSIONS[1], VERSIONS[4], VERSIONS[3]]
    assert [one.data_version for one in found.removed] == [VERSIONS[2], VERSIONS[0]]
    assert found.estimates == (f"{16:016x}", f"{18:016x}", "f" * 16)
    assert names(programme, "snapshots") == [VERSIONS[1], VERSIONS[3], VERSIONS[4]]
    assert names(programme, "estimates") == [f"{number + 16:016x}" for number in (1, 3, 4)]


def test_what_would_go_is_told_and_stays(programme: Programme, capsys: pytest.CaptureFixture[str]) -> None:
    before = names(programme, "snapshots"), names(programme, "estimates")
    assert main(["prune", "--programme", str(programme.directory), "--keep", "4", "--dry-run", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["data_version"] for one in told["removed"]] == [VERSIONS[0]]
    assert told["freed_bytes"] > 0
    assert (names(programme, "snapshots"), names(programme, "estimates")) == before
    assert main(["prune", "--programme", str(programme.directory), "--keep", "4"]) == 0
    said = capsys.readouterr().out
    assert f"{VERSIONS[0]}, built 2023-11-09" in said
    assert f"{VERSIONS[1]} (current), built" in said
    assert "Lists exported from a removed snapshot can no longer be verified." in said
    assert names(programme, "snapshots") == VERSIONS[1:]


def test_what_the_last_hour_brought_stays(programme: Programme) -> None:
    os.utime(programme.directory / "derived" / "snapshots" / VERSIONS[4], (NOW_S - 60,) * 2)
    assert [one.data_version for one in programme.prune(1).kept] == [VERSIONS[1], VERSIONS[4]]


def test_nothing_at_all_cannot_be_kept(programme: Programme) -> None:
    with pytest.raises(WrongUseError, match="At least the current snapshot stays"):
        programme.prune(0)
