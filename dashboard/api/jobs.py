"""Jobs for programs: what was asked for, how far it is, and ending one."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response

from dashboard.api.answers import json_answer
from dashboard.auth.identity import require
from dashboard.auth.roles import Permission
from dashboard.commands.jobs import job_result
from dashboard.jobs import JobError
from dashboard.programme import current
from dashboard.server.errors import RequestError
from dashboard.services.jobs import RECENT, cancel, jobs_of


def register_jobs(server: Flask) -> None:
    """Add the paths of jobs to a server."""
    server.add_url_rule("/api/jobs", "api_jobs", list_jobs)
    server.add_url_rule("/api/jobs/<job_id>", "api_job", one_job)
    server.add_url_rule("/api/jobs/<job_id>/cancel", "api_job_cancel", end_job, methods=["POST"])


def list_jobs() -> Response:
    """What waits or runs, then what ended, the newest first."""
    require(Permission.VIEW)
    store = jobs_of(current())
    now = store.now()
    return json_answer({"jobs": [_told(job, now) for job in store.recent(RECENT)]})


def one_job(job_id: str) -> Response:
    """One job."""
    require(Permission.VIEW)
    store = jobs_of(current())
    try:
        return json_answer(_told(store.get(job_id), store.now()))
    except JobError as error:
        raise _missing(error) from error


def end_job(job_id: str) -> Response:
    """End a job: one's own, or any for an administrator."""
    who = require(Permission.EDIT)
    store = jobs_of(current())
    try:
        return json_answer(_told(cancel(current(), job_id, who), store.now()))
    except JobError as error:
        raise _missing(error) from error


def _told(job: Any, now: float) -> dict[str, Any]:
    found: dict[str, Any] = job_result(job, now).model_dump(mode="json")
    return found


def _missing(error: JobError) -> Exception:
    return RequestError(404, error.message, "See the list of jobs.") if error.code == "job_missing" else error
