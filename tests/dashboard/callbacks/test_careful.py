"""The careful estimate in the panel of an area: asked for by those who may, read by everyone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask
from werkzeug.exceptions import Forbidden

from dashboard.app import create_server
from dashboard.auth.roles import Role
from dashboard.callbacks.jobs import begin_careful, show_careful
from dashboard.jobs import open_jobs
from dashboard.programme import Programme
from dashboard.server.settings import ServerSettings
from dashboard.services.careful import careful_scenario, firmness_path


@pytest.fixture
def server(example_programme: Programme, tmp_path: Path) -> Flask:
    """A server of a copy of the example that a test may write to."""
    shutil.copytree(example_programme.directory, tmp_path / "programme")
    return create_server(tmp_path / "programme", settings=ServerSettings(secret=b"k" * 48))


def test_it_is_asked_for_waited_for_and_read(server: Flask, request_on: Any, words: Any) -> None:
    programme: Programme = server.extensions["landrelease"]
    version = programme.snapshot().data_version
    row = int(programme.rank().order[0])
    with request_on("/", server, role=Role.VIEWER):
        assert show_careful(None, "", "", "", version) is None
        assert "needs the role of an analyst" in words(show_careful({"row": row}, "", "", "", version))
        with pytest.raises(Forbidden):
            begin_careful(1, 0, "", version)
    with request_on("/", server, role=Role.ANALYST):
        assert "Estimate with 10,000 draws" in words(show_careful({"row": row}, "", "", "", version))
        assert begin_careful(1, 0, "", version) == 1
        assert "waits for its turn" in words(show_careful({"row": row}, "", "", "", version))
        assert "Estimate with" in words(show_careful({"row": row}, "", "", "profile=humanitarian", version))
    job = open_jobs(programme).recent()[0]
    scenario = careful_scenario(programme.scenario())
    assert scenario is not None
    assert (job.kind, job.parameters) == ("firmness", {"data_version": version, "scenario": scenario.model_dump(mode="json")})
    path = firmness_path(programme.directory, version, scenario)
    path.parent.mkdir(parents=True)
    shares = np.full(programme.snapshot().n_areas, np.nan)
    shares[row] = 0.75
    np.savez(path, top=50, n_draws=10_000, n_rank_draws=10_000, share=shares, share_with_errors=shares / 3, low=shares * 4, high=shares * 8)
    with request_on("/", server, role=Role.VIEWER):
        told = words(show_careful({"row": row}, "", "", "", version))
        assert "Of 10,000 draws of weights" in told and "first 50 in 75" in told and "lie from 3 to 6" in told and "it is 25" in told
        other = int(programme.rank().order[1])
        assert "–" in words(show_careful({"row": other}, "", "", "", version))
