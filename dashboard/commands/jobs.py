"""The command on long work that was asked for on screen."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING

from dashboard.commands.output import Outcome
from dashboard.commands.results import JobResult, JobsResult
from dashboard.commands.tables import aligned, plain
from dashboard.programme import Programme

if TYPE_CHECKING:
    from dashboard.jobs import Job


def run_jobs(arguments: argparse.Namespace) -> Outcome:
    """List jobs, or ask that one be ended."""
    from dashboard.jobs import open_jobs

    programme = Programme.open(arguments.programme)
    now = open_jobs(programme).now()
    if arguments.cancel:
        job = programme.cancel_job(arguments.cancel)
        return Outcome(JobsResult(jobs=[job_result(job, now)]), f"Job {job.job_id}: {_state(job)}.")
    found = programme.jobs(arguments.last)
    rows = [("job", "kind", "asked for by", "at", "state", "done", ""), *(_row(job) for job in found)]
    text = "\n".join(aligned(rows)) if found else "No job has been asked for yet."
    return Outcome(JobsResult(jobs=[job_result(job, now) for job in found]), text)


def job_result(job: Job, now: float) -> JobResult:
    """A job as programs read it."""
    return JobResult(
        job_id=job.job_id,
        kind=job.kind,
        author=job.author,
        state=str(job.state),
        is_cancel_asked=job.is_cancel_asked,
        created_at=_moment(job.created_at),
        started_at=_moment(job.started_at),
        ended_at=_moment(job.ended_at),
        progress=job.progress,
        doing=job.doing,
        remaining_s=job.remaining_s(now),
        attempts=job.attempts,
        fingerprint=job.fingerprint,
        result=job.result,
        error=job.error,
    )


def _row(job: Job) -> tuple[str, ...]:
    when = f"{dt.datetime.fromtimestamp(job.created_at, dt.UTC):%Y-%m-%d %H:%M} UTC"
    return job.job_id, job.kind, plain(job.author), when, _state(job), f"{job.progress:.0%}", plain(job.error.get("message", ""))


def _state(job: Job) -> str:
    return "being cancelled" if job.is_cancel_asked and not job.is_ended else str(job.state)


def _moment(seconds: float | None) -> dt.datetime | None:
    return None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC)
