"""Begins jobs in processes of their own and ends those that take too long; one thread beside a server's requests.

Each server process has a runner. They meet in the table alone: which of them begins a job is decided there, and so is how many run
at once on all hosts together.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread

from dashboard.jobs.child import Request
from dashboard.jobs.job import Job, JobError, State
from dashboard.jobs.store import JobStore
from dashboard.server.errors import new_reference
from dashboard.server.secret import VARIABLE

_LOG = logging.getLogger("landrelease.jobs")
_LOOK_S = 1.0
_FAREWELL_S = 5.0
_CHILD = (sys.executable, "-m", "dashboard.jobs.child")


@dataclass(frozen=True)
class JobLimits:
    """What jobs may take.

    Attributes
    ----------
    at_once : int
        Jobs that run at a time, by all server processes together.
    memory_mb : int
        Address space of a job's process; 0 for no limit.
    seconds : float
        Longest time of one attempt.
    """

    at_once: int = 1
    memory_mb: int = 8_192
    seconds: float = 12 * 3600.0


@dataclass(frozen=True)
class Running:
    """A job whose process this runner has started."""

    job: Job
    process: subprocess.Popen[bytes]
    log: Path
    until: float


class JobRunner:
    """Does the jobs of a programme until it is stopped.

    Parameters
    ----------
    folder : Path
        The programme.
    store : JobStore
    limits : JobLimits
    command : sequence of str
        The program of a job's process.
    """

    def __init__(self, folder: Path, store: JobStore, limits: JobLimits, command: Sequence[str] = _CHILD) -> None:
        self._command = command
        self._folder = folder
        self._store = store
        self._limits = limits
        self._running: list[Running] = []
        self._stopped = Event()
        self._thread = Thread(target=self._work, name="landrelease-jobs", daemon=True)

    def start(self) -> None:
        """Begin to look for jobs."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking, give back what is unfinished and end its processes."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(_FAREWELL_S)
        for running in self._running:
            end_process(running.process)
            with suppress(JobError):
                self._store.release(running.job.job_id, running.job.token, is_counted=False)
        self._running = []

    def step(self) -> None:
        """Look once: at the processes of jobs, then for a job to begin."""
        for running in list(self._running):
            self._look_at(running)
        job = self._store.claim(self._limits.at_once)
        if job is not None:
            self._begin(job)

    def _work(self) -> None:
        is_well = True
        while not self._stopped.wait(_LOOK_S):
            try:
                self.step()
                is_well = True
            except (JobError, OSError) as error:
                if is_well:  # once, not every second
                    _LOG.error("jobs cannot be done: %s", error)
                is_well = False

    def _begin(self, job: Job) -> None:
        log = self._folder / "derived" / "jobs" / f"{job.job_id}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        request = Request(str(self._folder), job.job_id, job.token, self._store.lease_s, self._limits.memory_mb)
        surroundings = {name: value for name, value in os.environ.items() if name != VARIABLE}
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - this program itself
                self._command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=surroundings,
                start_new_session=True,
            )
        self._running.append(Running(job, process, log, time.monotonic() + self._limits.seconds))
        _LOG.info("job %s (%s, asked for by %s) begins in process %d", job.job_id, job.kind, job.author, process.pid)
        assert process.stdin is not None
        with suppress(BrokenPipeError):  # it ended at once, which the next look sees
            process.stdin.write(json.dumps(asdict(request)).encode() + b"\n")
            process.stdin.flush()

    def _look_at(self, running: Running) -> None:
        status = running.process.poll()
        if status is None and time.monotonic() <= running.until:
            return
        self._running.remove(running)
        end_process(running.process)
        if status is None:
            self._end(running, _TOO_LONG | {"message": _TOO_LONG["message"].format(hours=self._limits.seconds / 3600)})
        elif status < 0:  # killed from outside, or for want of memory
            self._store.release(running.job.job_id, running.job.token, is_counted=True)
        elif status > 0:
            self._end(running, _BROKEN | {"reference": new_reference()})
        elif self._store.get(running.job.job_id).state is State.DONE:
            running.log.unlink(missing_ok=True)

    def _end(self, running: Running, error: dict[str, str]) -> None:
        job = running.job
        if self._store.end(job.job_id, job.token, State.FAILED, error=error):
            _LOG.error("job %s failed (%s): %s See %s", job.job_id, error.get("reference", ""), error["message"], running.log)


_TOO_LONG = {
    "message": "It took longer than the {hours:g} hours that a job may take and was ended.",
    "remedy": "Raise server.job_hours in config.yaml, or run it by command.",
    "code": "job_time",
}
_BROKEN = {
    "message": "Its process ended before the work was done.",
    "remedy": "The server's log names the file with the details; start it again when that is mended.",
    "code": "job_broken",
}


def end_process(process: subprocess.Popen[bytes]) -> None:
    """End a job's process and those that it started; returns when it has ended."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # its group outlives it where it had started others
    else:
        process.kill()
    process.wait()
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
