"""The table of jobs: ask, claim, report, end, cancel. Every change is one short transaction, whatever happens in between."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dashboard.jobs.database import Execute, JobDatabase, Row, open_database
from dashboard.jobs.job import Job, JobError, State, canonical, fingerprint_of

if TYPE_CHECKING:
    from dashboard.programme import Programme

LEASE_S = 30.0
MAX_ATTEMPTS = 3
KEPT_S = 90 * 86_400.0
_COLUMNS = (
    "job_id", "kind", "parameters", "fingerprint", "author", "state", "created_at", "started_at", "ended_at", "progress", "doing",
    "attempts", "token", "lease_until", "is_cancel_asked", "result", "error",
)  # fmt: skip
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM jobs"  # noqa: S608 - names of our own
_DEAD = "(lease_until < ? OR lease_until > ?)"
_IDLE = f"(state = 'queued' OR (state = 'running' AND {_DEAD}))"
_COUNT_ALIVE = f"SELECT count(*) FROM jobs WHERE state = 'running' AND NOT {_DEAD}"  # noqa: S608
_END_CANCELLED = f"UPDATE jobs SET state = 'cancelled', ended_at = ?, token = '' WHERE is_cancel_asked = 1 AND {_IDLE}"  # noqa: S608
_END_STOPPED = f"UPDATE jobs SET state = 'failed', ended_at = ?, token = '', error = ? WHERE attempts >= ? AND {_IDLE}"  # noqa: S608
_STOPPED = {
    "message": f"The process that did this was stopped {MAX_ATTEMPTS} times before it was done.",
    "remedy": "The machine may be short of memory. Close other programs, or raise server.job_memory_mb, and start it again.",
    "code": "job_stopped",
}


class Answer(StrEnum):
    """What a process learns when it reports."""

    GO_ON = "go_on"
    CANCEL = "cancel"
    LOST = "lost"
    """Another process holds the job now, or it has ended: nothing that this one makes counts any more."""


class JobStore:
    """The jobs of one programme.

    Parameters
    ----------
    database : JobDatabase
    lease_s : float
        How long a process that holds a job may be silent before another may claim it.
    """

    def __init__(self, database: JobDatabase, lease_s: float = LEASE_S) -> None:
        self._database = database
        self.lease_s = lease_s

    def now(self) -> float:
        """Seconds since 1970 by the clock of the table."""
        return self._database.now()

    def submit(self, kind: str, parameters: Mapping[str, Any], author: str) -> Job:
        """Ask for a piece of work; where it waits or runs already, that job is the answer.

        Raises
        ------
        JobError
            The table cannot be written.
        """
        fingerprint, now = fingerprint_of(kind, parameters), self.now()
        with self._database.writing() as execute:
            execute("DELETE FROM jobs WHERE ended_at < ?", (now - KEPT_S,))
            found = execute(f"{_SELECT} WHERE fingerprint = ? AND state IN ('queued', 'running')", (fingerprint,))
            if found:
                return _job(found[0])
            job_id = uuid.uuid4().hex
            execute(
                "INSERT INTO jobs (job_id, kind, parameters, fingerprint, author, state, created_at) VALUES (?, ?, ?, ?, ?, 'queued', ?)",
                (job_id, kind, canonical(parameters), fingerprint, author, now),
            )
            return _get(execute, job_id)

    def get(self, job_id: str) -> Job:
        """One job.

        Raises
        ------
        JobError
            There is none of that id.
        """
        if not self._database.exists():
            raise _no_such(job_id)
        with self._database.reading() as execute:
            return _get(execute, job_id)

    def recent(self, limit: int = 50) -> list[Job]:
        """Jobs that wait or run, then those that ended, the newest first."""
        if not self._database.exists():
            return []
        order = "ORDER BY CASE WHEN state IN ('queued', 'running') THEN 0 ELSE 1 END, created_at DESC, job_id LIMIT ?"
        with self._database.reading() as execute:
            return [_job(row) for row in execute(f"{_SELECT} {order}", (limit,))]

    def at_work(self, kind: str = "") -> list[Job]:
        """Jobs that wait or run, the oldest first."""
        if not self._database.exists():
            return []
        with self._database.reading() as execute:
            found = execute(f"{_SELECT} WHERE state IN ('queued', 'running') ORDER BY created_at, job_id")
        return [job for job in map(_job, found) if kind in ("", job.kind)]

    def last(self, kind: str) -> Job | None:
        """The newest job of a kind."""
        if not self._database.exists():
            return None
        with self._database.reading() as execute:
            found = execute(f"{_SELECT} WHERE kind = ? ORDER BY created_at DESC, job_id LIMIT 1", (kind,))
        return _job(found[0]) if found else None

    def claim(self, at_once: int = 1) -> Job | None:
        """Take the oldest job that waits, or whose process has not been heard of for a lease; None where none may begin.

        Parameters
        ----------
        at_once : int
            Jobs that may run at a time, by all processes together.
        """
        if not self.at_work():
            return None
        now, token = self.now(), uuid.uuid4().hex
        with self._database.writing() as execute:
            self._end_the_dead(execute, now)
            if execute(_COUNT_ALIVE, self._lease_ends(now))[0][0] >= at_once:
                return None
            found = execute(f"SELECT job_id FROM jobs WHERE {_IDLE} ORDER BY created_at, job_id LIMIT 1", self._lease_ends(now))  # noqa: S608
            if not found:
                return None
            execute(
                "UPDATE jobs SET state = 'running', token = ?, lease_until = ?, started_at = ?, attempts = attempts + 1, progress = 0, "
                "doing = '' WHERE job_id = ?",
                (token, now + self.lease_s, now, found[0][0]),
            )
            return _get(execute, found[0][0])

    def beat(self, job_id: str, token: str, progress: float, doing: str) -> Answer:
        """Say that a process still works on its job and how far it is."""
        now = self.now()
        with self._database.writing() as execute:
            found = execute(
                "UPDATE jobs SET lease_until = ?, progress = ?, doing = ? WHERE job_id = ? AND token = ? AND state = 'running' "
                "RETURNING is_cancel_asked",
                (now + self.lease_s, min(max(progress, 0.0), 1.0), doing, job_id, token),
            )
        if not found:
            return Answer.LOST
        return Answer.CANCEL if found[0][0] else Answer.GO_ON

    def end(
        self,
        job_id: str,
        token: str,
        state: State,
        *,
        result: Mapping[str, Any] | None = None,
        error: Mapping[str, str] | None = None,
    ) -> bool:
        """Say how a job ended; False where another process holds it or it has ended, and then nothing is changed."""
        now = self.now()
        with self._database.writing() as execute:
            return bool(
                execute(
                    "UPDATE jobs SET state = ?, ended_at = ?, token = '', result = ?, error = ?, "
                    "progress = CASE WHEN ? = 'done' THEN 1.0 ELSE progress END "
                    "WHERE job_id = ? AND token = ? AND state = 'running' RETURNING job_id",
                    (str(state), now, canonical(result or {}), canonical(error or {}), str(state), job_id, token),
                )
            )

    def release(self, job_id: str, token: str, *, is_counted: bool) -> bool:
        """Give a job back undone; False where another process holds it.

        Parameters
        ----------
        job_id, token : str
        is_counted : bool
            Whether this was an attempt that failed. The third that fails ends the job; a server that is told to stop is none.
        """
        now = self.now()
        with self._database.writing() as execute:
            found = execute(
                "UPDATE jobs SET state = 'queued', token = '', lease_until = 0, attempts = attempts - ?, progress = 0, doing = '' "
                "WHERE job_id = ? AND token = ? AND state = 'running' RETURNING job_id",
                (0 if is_counted else 1, job_id, token),
            )
            self._end_the_dead(execute, now)
            return bool(found)

    def cancel(self, job_id: str) -> Job:
        """Ask that a job be ended: at once where it waits, by its process where it runs; one that has ended stays as it is.

        Raises
        ------
        JobError
            There is none of that id.
        """
        if not self._database.exists():
            raise _no_such(job_id)
        now = self.now()
        with self._database.writing() as execute:
            execute("UPDATE jobs SET is_cancel_asked = 1 WHERE job_id = ? AND state IN ('queued', 'running')", (job_id,))
            self._end_the_dead(execute, now)
            return _get(execute, job_id)

    def _end_the_dead(self, execute: Execute, now: float) -> None:
        """End what nobody works on and nobody shall: cancelled, or begun too often."""
        ends = self._lease_ends(now)
        execute(_END_CANCELLED, (now, *ends))
        execute(_END_STOPPED, (now, canonical(_STOPPED), MAX_ATTEMPTS, *ends))

    def _lease_ends(self, now: float) -> tuple[float, float]:
        """Between which times a lease that holds ends; one that ends later was given before the clock was set back."""
        return now, now + 2 * self.lease_s


def open_jobs(programme: Programme, lease_s: float = LEASE_S) -> JobStore:
    """The jobs of a programme; nothing is opened before it is used."""
    return JobStore(open_database(programme.registry_address, programme.directory), lease_s)


def _get(execute: Execute, job_id: str) -> Job:
    found = execute(f"{_SELECT} WHERE job_id = ?", (job_id,))
    if not found:
        raise _no_such(job_id)
    return _job(found[0])


def _no_such(job_id: str) -> JobError:
    return JobError(f"There is no job {job_id[:40]!r}.", "landrelease jobs lists them.", code="job_missing")


def _job(row: Row) -> Job:
    values = dict(zip(_COLUMNS, row, strict=True))
    read = {name: json.loads(values[name]) for name in ("parameters", "result", "error")}
    return Job(**{**values, **read, "state": State(values["state"]), "is_cancel_asked": bool(values["is_cancel_asked"])})
