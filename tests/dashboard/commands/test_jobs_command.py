"""``landrelease jobs``: what was asked for on screen, and ending it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.jobs import State, open_jobs
from dashboard.programme import Programme
from tests.dashboard.conftest import CONFIG


def test_jobs_are_listed_and_ended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    programme = Programme.open(tmp_path)
    common = ["jobs", "--programme", str(tmp_path)]
    assert main(common) == 0
    assert capsys.readouterr().out == "No job has been asked for yet.\n"
    job = open_jobs(programme).submit("build", {"data_version": "0" * 16}, "Ana")
    assert [each.job_id for each in programme.jobs()] == [job.job_id]
    assert main(common) == 0
    assert f"{job.job_id}  build  Ana" in capsys.readouterr().out
    assert main([*common, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["jobs"]
    assert [(each["job_id"], each["state"], each["fingerprint"]) for each in listed] == [(job.job_id, "queued", job.fingerprint)]
    assert main([*common, "--cancel", job.job_id]) == 0
    assert capsys.readouterr().out == f"Job {job.job_id}: cancelled.\n"
    assert open_jobs(programme).get(job.job_id).state is State.CANCELLED
    assert main([*common, "--cancel", "nothing"]) == 3
    assert "There is no job 'nothing'" in capsys.readouterr().err
