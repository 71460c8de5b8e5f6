"""The process that does one job: limits first, then the work, with a line of life to the table and one to its parent.

Run as ``python -m dashboard.jobs.child`` with a request (JSON) as the first line of standard input, which then stays open: when
it closes, the server is gone and the process gives the job back and ends. What is printed goes to the job's log.
"""

from __future__ import annotations

import _thread
import json
import logging
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

from dashboard.jobs.job import Job, JobError, State
from dashboard.jobs.kinds import run_kind
from dashboard.jobs.store import Answer, JobStore, open_jobs
from dashboard.programme import Programme
from geodata.errors import GeodataError
from models.errors import ModelsError

_LOG = logging.getLogger("landrelease.jobs")
_BEATS_PER_LEASE = 20
_LONGEST_BEAT_S = 1.0
_GRACE_S = 5.0
_NICE = 5
MIB = 1 << 20


@dataclass(frozen=True)
class Request:
    """What a child is started with.

    Attributes
    ----------
    folder : str
        The programme.
    job_id, token : str
    lease_s : float
    memory_mb : int
        Address space beyond what the process needs to start; 0 for no limit.
    """

    folder: str
    job_id: str
    token: str
    lease_s: float
    memory_mb: int


class LifeLine:
    """Reports to the table beside the work, and ends the work where it is cancelled, lost, or its server is gone."""

    def __init__(self, store: JobStore, request: Request) -> None:
        self._store = store
        self._request = request
        self._told = (0.0, "")
        self._over = Event()
        self.is_cancelled = False

    def report(self, share: float, doing: str) -> None:
        """How far the work is."""
        self._told = (share, doing)

    def start(self) -> None:
        """Begin to report and to listen."""
        for work in (self._beat, self._listen):
            Thread(target=work, daemon=True).start()

    def stop(self) -> None:
        """The work has ended."""
        self._over.set()

    def _beat(self) -> None:
        every_s = min(self._request.lease_s / _BEATS_PER_LEASE, _LONGEST_BEAT_S)
        while not self._over.wait(every_s):
            with suppress(JobError):  # a table out of reach for a moment; the lease says for how long
                answer = self._store.beat(self._request.job_id, self._request.token, *self._told)
                if answer is Answer.CANCEL:
                    self._cancel()
                    return
                if answer is Answer.LOST and not self._over.is_set():
                    end_group()

    def _cancel(self) -> None:
        """Interrupt the work, and end it where it does not let itself be interrupted."""
        self.is_cancelled = True
        _thread.interrupt_main()
        if not self._over.wait(_GRACE_S):
            self._store.end(self._request.job_id, self._request.token, State.CANCELLED)
            end_group()

    def _listen(self) -> None:
        with suppress(OSError, ValueError):
            while sys.stdin.buffer.read(1):
                pass
        if not self._over.is_set():
            with suppress(JobError):
                self._store.release(self._request.job_id, self._request.token, is_counted=False)
            end_group()


def end_group() -> None:
    """End this process and those that it started, at once."""
    if os.name == "posix" and os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def do_job(store: JobStore, programme: Programme, job: Job, line: LifeLine) -> None:
    """Do the work of a job and write down how it ended."""
    result: Mapping[str, Any] = {}
    error: Mapping[str, str] = {}
    try:
        try:
            result, state = run_kind(programme, job.kind, job.parameters, line.report), State.DONE
        finally:
            line.stop()
    except KeyboardInterrupt:
        state = State.CANCELLED
    except BaseException as problem:  # noqa: BLE001 - the last border: a person gets a message, the log the traceback
        state, error = State.FAILED, describe(problem)
    if state is State.CANCELLED and not line.is_cancelled:
        store.release(job.job_id, job.token, is_counted=False)
    else:
        store.end(job.job_id, job.token, state, result=result, error=error)


def describe(problem: BaseException) -> dict[str, str]:
    """What went wrong, for people; what nobody foresaw gets a reference number under which the log has it."""
    if isinstance(problem, GeodataError | ModelsError):
        return {"message": problem.message, "remedy": problem.remedy, "code": problem.code}
    if isinstance(problem, MemoryError):
        remedy = "Raise server.job_memory_mb in config.yaml, or run it by command on a larger machine."
        return {"message": "It needed more memory than a job may take.", "remedy": remedy, "code": "job_memory"}
    if isinstance(problem, OSError) and problem.errno is not None:
        place = f"{problem.filename}: " if problem.filename else ""
        remedy = "Check that the programme folder may be written and has space left, then start it again; nothing was changed."
        return {"message": f"{place}{problem.strerror or problem}.", "remedy": remedy, "code": "system_error"}
    from dashboard.server.errors import new_reference

    reference = new_reference()
    _LOG.error("%s: a job failed", reference, exc_info=problem)
    remedy = "The server's log and the job's own under derived/jobs hold the details; send them with a report."
    return {"message": "Something unexpected happened.", "remedy": remedy, "code": "unexpected_error", "reference": reference}


def limit_memory(memory_mb: int) -> None:
    """Bound the address space of this process, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory_mb:
        status = Path("/proc/self/statm")
        own = int(status.read_text().split()[0]) * resource.getpagesize() if status.is_file() else 0
        resource.setrlimit(resource.RLIMIT_AS, (own + memory_mb * MIB, own + memory_mb * MIB))


def main() -> int:
    """Entry of the process; returns its exit status."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a server in the background may have it ignored
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    if os.name == "posix":
        os.nice(_NICE)  # who reads a page goes first
    values: Mapping[str, Any] = json.loads(sys.stdin.buffer.readline())
    request = Request(**values)
    programme = Programme.open(request.folder)
    store = open_jobs(programme, request.lease_s)
    line = LifeLine(store, request)
    line.start()
    limit_memory(request.memory_mb)
    try:
        do_job(store, programme, store.get(request.job_id), line)
    except KeyboardInterrupt:  # cancelled in the moment in which it ended: then it stays as it ended
        store.end(request.job_id, request.token, State.CANCELLED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
