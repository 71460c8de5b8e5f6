"""Ranking by other methods and weighting, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.programme import Programme


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    status = main(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_a_list_by_another_method_is_written_and_verifies(
    example_programme: Programme, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ("--programme", str(example_programme.directory))
    target = str(tmp_path / "topsis.csv")
    status, out, _ = run(capsys, "rank", "--method", "topsis", "-o", target, *here)
    assert status == 0
    assert "method topsis (for comparison)" in out
    assert run(capsys, "verify", target, *here)[0] == 0


def test_methods_are_compared_with_the_list(example_programme: Programme, capsys: pytest.CaptureFixture[str]) -> None:
    here = ("--programme", str(example_programme.directory))
    status, out, _ = run(capsys, "rank", "--compare-methods", "--json", *here)
    assert status == 0
    found = json.loads(out)["methods"]
    assert [each["method"] for each in found] == ["topsis", "vikor", "spotis", "promethee"]
    assert all(0.5 < each["kendall_tau"] < 1 and 25 <= each["n_top_shared"] <= each["n_top"] == 50 for each in found)
    assert [each["method"] for each in found if each["reversal_trials_turned"] == 0] == ["spotis"]
    text = run(capsys, "rank", "--compare-methods", *here)[1]
    assert "spotis     Kendall tau 0." in text
    assert "rank reversal in 0 of 10 trials" in text


def test_a_comparison_writes_no_file(example_programme: Programme, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = ("--programme", str(example_programme.directory))
    status, _, err = run(capsys, "rank", "--compare-methods", "-o", str(tmp_path / "x.csv"), *here)
    assert status == 2
    assert "--compare-methods writes no list" in err
    assert list(tmp_path.iterdir()) == []
