"""Long work as jobs: a table of what is asked for, and a runner that does it in processes of its own."""

from __future__ import annotations

from dashboard.jobs.job import Job, JobError, State
from dashboard.jobs.store import JobStore, open_jobs

__all__ = ["Job", "JobError", "JobStore", "State", "open_jobs"]
