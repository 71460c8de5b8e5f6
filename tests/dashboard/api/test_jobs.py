"""Jobs on screen and for programs: who may ask for, see and end what, and what is said of it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dash import no_update
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.exceptions import Forbidden

from dashboard.auth.roles import Role
from dashboard.auth.sessions import Identity
from dashboard.callbacks import jobs as callbacks
from dashboard.components.data.building import ESTIMATE_REASONS, REASONS, plan_parts, reason_words
from dashboard.components.page import Page
from dashboard.estimates.plan import COSTS, EstimatesPlan
from dashboard.jobs import JobStore, State, open_jobs
from dashboard.pages import jobs as jobs_page
from dashboard.pages import method
from dashboard.programme import Programme
from geodata.snapshot import explain

BUILD = {"data_version": "0" * 16}


@pytest.fixture
def programme(data_server: Flask) -> Programme:
    """The small programme that the server serves."""
    found: Programme = data_server.extensions["landrelease"]
    return found


@pytest.fixture
def store(programme: Programme) -> JobStore:
    """Its jobs."""
    return open_jobs(programme)


@pytest.fixture
def as_role(request_on: Any, data_server: Flask) -> Callable[..., Any]:
    """Opens a request of a role on the small programme's server."""
    return lambda role=Role.ANALYST: request_on("/data", data_server, role=role)


def test_programs_list_see_and_end_jobs(editor: FlaskClient, viewer: FlaskClient, store: JobStore) -> None:
    job = store.submit("build", BUILD, "a-analyst")
    listed = viewer.get("/api/jobs").get_json()["jobs"]
    assert [(each["job_id"], each["kind"], each["state"], each["author"]) for each in listed] == [
        (job.job_id, "build", "queued", "a-analyst")
    ]
    assert viewer.get(f"/api/jobs/{job.job_id}").get_json()["progress"] == 0.0
    assert viewer.get("/api/jobs/nothing").status_code == 404
    assert viewer.post(f"/api/jobs/{job.job_id}/cancel").status_code == 403
    assert editor.post("/api/jobs/nothing/cancel").status_code == 404
    assert editor.post(f"/api/jobs/{job.job_id}/cancel").get_json()["state"] == "cancelled"
    assert store.get(job.job_id).state is State.CANCELLED


def test_an_analyst_ends_own_jobs_and_an_administrator_any(
    data_server: Flask, editor: FlaskClient, sign_in_as: Callable[..., FlaskClient], store: JobStore
) -> None:
    job = store.submit("build", BUILD, "another")
    assert editor.post(f"/api/jobs/{job.job_id}/cancel").status_code == 403
    assert store.get(job.job_id).state is State.QUEUED
    assert sign_in_as(data_server, "admin").post(f"/api/jobs/{job.job_id}/cancel").get_json()["state"] == "cancelled"


def test_a_build_is_explained_asked_for_once_and_shown_to_everyone(as_role: Any, programme: Programme, store: JobStore, words: Any) -> None:
    layer = programme.directory / "layers" / "units.geojson"
    with as_role():
        told, is_barred = callbacks.show_plan(1, "")
        assert "there is nothing to build" in words(told) and is_barred
        layer.write_text(layer.read_text().replace('"need": 9', '"need": 8'), encoding="utf-8")
        told, is_barred = callbacks.show_plan(1, "")
        assert "Areas: 6; new: 0" in words(told) and "units changed" in words(told) and not is_barred
        assert "would be estimated" in words(told) and "the likelihood section changed" in words(told)
        assert callbacks.begin_build(1, 4, "") == (5, None, True)
        assert callbacks.begin_build(1, 5, "") == (6, None, True)
    assert [(job.kind, job.author) for job in store.recent()] == [("build", "someone")]
    assert store.recent()[0].parameters == {"data_version": programme.planned_version()}
    with as_role(Role.VIEWER):
        assert "Build of the list" in words(callbacks.show_build("", "")) and "waits for its turn" in words(callbacks.show_build("", ""))
        assert "Cancel" not in words(callbacks.show_jobs("", ""))
        with pytest.raises(Forbidden):
            callbacks.begin_build(1, 0, "")
        with pytest.raises(Forbidden):
            callbacks.show_plan(1, "")


def test_a_build_that_would_only_estimate_can_be_asked_for(as_role: Any, programme: Programme, words: Any) -> None:
    shutil.rmtree(programme.directory / "derived" / "estimates")
    with as_role():
        told, is_barred = callbacks.show_plan(1, "")
    assert "nothing would be measured" in words(told) and "nothing has been estimated yet" in words(told) and not is_barred


def test_a_build_that_would_be_refused_says_why_and_is_not_asked_for(
    as_role: Any, programme: Programme, store: JobStore, words: Any
) -> None:
    (programme.directory / "layers" / "units.geojson").unlink()
    with as_role():
        told, is_barred = callbacks.show_plan(1, "")
        assert "units.geojson" in words(told) and is_barred
        done, told, _ = callbacks.begin_build(1, 0, "")
        assert done is no_update and "units.geojson" in words(told)
    assert store.recent() == []


def test_the_frame_tells_how_far_jobs_are_and_what_to_show_again_only_where_a_state_changed(
    as_role: Any, store: JobStore, words: Any, version: str
) -> None:
    with as_role():
        idle = callbacks.watch_jobs(1, 0, "", version, "")
        assert (idle.is_idle, idle.now, idle.newer) == (True, [], None) and "No job is at work" in words(idle.count)
        store.submit("build", BUILD, "someone")
        held = store.claim()
        assert held is not None
        store.beat(held.job_id, held.token, 0.25, "measuring")
        first = callbacks.watch_jobs(1, 0, "", version, "")
        assert not first.is_idle and "1 job at work" in words(first.count)
        assert [(job["job"], job["share"], job["doing"]) for job in first.now] == [(held.job_id, 0.25, "measuring")]
        store.beat(held.job_id, held.token, 0.5, "writing")
        again = callbacks.watch_jobs(2, 0, "", version, first.seen)
        assert again.seen is no_update and again.now[0]["doing"] == "writing"
        store.end(held.job_id, held.token, State.DONE, result={"data_version": "1" * 16, "n_areas": 6})
        last = callbacks.watch_jobs(3, 0, "", version, first.seen)
        assert last.is_idle and last.seen not in (no_update, first.seen)
        assert "Newer data since" in words(callbacks.watch_jobs(3, 0, "", "f" * 16, "").newer)


def test_a_bar_can_be_read_by_a_screen_reader(as_role: Any, store: JobStore, parts: Any) -> None:
    store.submit("build", BUILD, "someone")
    held = store.claim()
    assert held is not None
    store.beat(held.job_id, held.token, 0.254, "measuring")
    with as_role():
        found = parts(callbacks.show_build("", ""))
    bar = next(part.to_plotly_json()["props"] for part in found if getattr(part, "role", None) == "progressbar")
    values = [bar[f"aria-{name}"] for name in ("valuemin", "valuemax", "valuenow", "label")]
    assert values == ["0", "100", "25", "Build of the list"]
    assert bar["aria-valuetext"].startswith("25")
    assert [part.children for part in found if getattr(part, "className", "") == "text-button"] == ["Cancel"]


def test_the_list_says_what_went_wrong_and_what_to_do(as_role: Any, store: JobStore, programme: Programme, words: Any) -> None:
    store.submit("build", BUILD, "<b>Ana</b>")
    held = store.claim()
    assert held is not None
    error = {"message": f"{programme.directory}/x is full.", "remedy": "Make room.", "code": "x", "reference": "AB23CD45"}
    store.end(held.job_id, held.token, State.FAILED, error=error)
    with as_role():
        told = words(callbacks.show_jobs("", ""))
    assert "the programme folder/x is full. Make room. Reference AB23CD45" in re.sub(r"\s+", " ", told)
    assert "<b>Ana</b>" in told and str(programme.directory) not in told


def test_a_job_is_cancelled_by_its_button(as_role: Any, store: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    job = store.submit("build", BUILD, "someone")
    monkeypatch.setattr(callbacks, "ctx", SimpleNamespace(triggered_id={"type": "jobs-edit-cancel", "job": job.job_id}))
    with as_role():
        assert callbacks.cancel_job([None], 0) is no_update
        assert callbacks.cancel_job([1], 0) == 1
        assert store.get(job.job_id).state is State.CANCELLED
        again = store.submit("build", BUILD, "someone")
        monkeypatch.setattr(callbacks, "ctx", SimpleNamespace(triggered_id={"type": "jobs-edit-cancel", "job": again.job_id}))
        g.landrelease_identity = Identity(name="another", role=Role.ANALYST, session="", is_user=True)
        with pytest.raises(Forbidden):
            callbacks.cancel_job([1], 0)


def test_the_models_are_judged_by_a_job(as_role: Any, store: JobStore, version: str, words: Any) -> None:
    with as_role():
        assert "Judge the models now" in words(method.layout())
        assert callbacks.begin_evaluation(1, 0) == 1
        assert "Evaluation of the models" in words(callbacks.show_evaluation("", ""))
        assert "Nothing has been asked for" not in words(callbacks.show_jobs("", "")) and "Jobs" in words(jobs_page.layout())
    assert [(job.kind, job.parameters) for job in store.recent()] == [("evaluate", {"data_version": version})]
    with as_role(Role.VIEWER):
        assert "Judge the models now" not in words(method.layout())


def test_every_reason_of_a_plan_has_words(as_role: Any, words: Any) -> None:
    source = Path(explain.__file__).read_text(encoding="utf-8")
    assert [reason for reason in REASONS if f'"{reason}"' not in source] == []
    with as_role():
        page = Page.of_request("lang=ar")
        for reason in (*REASONS, *ESTIMATE_REASONS, "the code of method zonal changed", "roads changed", "numpy 2.1 became 2.2"):
            assert reason_words(page, reason) != reason
        assert reason_words(page, "something else") == "something else"
        plan = explain.BuildPlan(
            "1" * 16, None, False, 3, 2, 1, 0, ("roads",), (
                explain.IndicatorPlan("need", "zonal", "units", 3, ("the indicator is new",)),
                explain.IndicatorPlan("ease", "zonal", "units", 3, ("the indicator is new",)),
                explain.IndicatorPlan("old", "zonal", "units", 0, ()),
            ),
        )  # fmt: skip
        told = words(plan_parts(Page.of_request(""), plan, EstimatesPlan("2" * 16, False, "3" * 16, (COSTS, "numpy 2.1 became 2.2"))))
    assert "Areas: 3; new: 2, with another outline: 1, no longer there: 0." in told
    assert "Layers to be prepared first: roads." in told and "earlier builds: 1." in told
    assert "the indicator is new 3 Need; Ease" in told
    assert "estimated again: the costs section changed; another version of a library: numpy 2.1 became 2.2." in told
