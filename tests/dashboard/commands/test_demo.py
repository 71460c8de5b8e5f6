"""The demo command: other worlds, and files as authorities send them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard import cli
from dashboard.cli import main
from geodata.example import WORLDS


def test_the_worlds_on_offer_are_those_of_the_example() -> None:
    assert tuple(WORLDS) == cli.WORLDS


def test_a_world_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["demo", "--world", "paradise"])
    assert stopped.value.code == 2
    assert "invalid choice: 'paradise'" in capsys.readouterr().err


@pytest.mark.slow
def test_raw_files_are_written_to_a_new_folder_and_named_and_nothing_else_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["demo", "--raw", "sent", "--areas", "10", "--world", "no-network-gain", "--json", "--quiet"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["directory"] == str(tmp_path / "sent")
    assert [file["table"] for file in answer["files"]] == [
        "hazard_areas", "activities", "release_products", "accidents", "outcomes", "evidence", "organisations", "actions",
    ]  # fmt: skip
    assert all((tmp_path / "sent" / file["file"]).is_file() and (tmp_path / "sent" / file["profile"]).is_file() for file in answer["files"])
    assert [path.name for path in tmp_path.iterdir()] == ["sent"]
    assert main(["demo", "--raw", "sent", "--quiet"]) != 0
    assert "new or empty folder" in capsys.readouterr().err
