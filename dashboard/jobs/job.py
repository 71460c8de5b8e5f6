"""One job: what is asked for, by whom, and how far it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from geodata.errors import GeodataError

_TOLD_FROM_SHARE = 0.02
_TOLD_FROM_S = 2.0


class JobError(GeodataError):
    """The table of jobs cannot be read or written, or there is no such job or kind."""

    code = "job_error"
    exit_code = 3


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({State.DONE, State.FAILED, State.CANCELLED})
TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.RUNNING, State.CANCELLED}),
    State.RUNNING: frozenset({State.RUNNING, State.QUEUED, State.DONE, State.FAILED, State.CANCELLED}),
    State.DONE: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELLED: frozenset(),
}
"""Which state may follow which; running follows running where the lease ran out and another process claims the job."""


@dataclass(frozen=True)
class Job:
    """A job as the table holds it.

    Attributes
    ----------
    job_id : str
        32 hexadecimal digits.
    kind : str
    parameters : dict
    fingerprint : str
        Equal for equal work: of jobs that wait or run there is at most one of each fingerprint.
    author : str
    state : State
    created_at, started_at, ended_at : float or None
        Seconds since 1970.
    progress : float
        0..1.
    doing : str
        Key of what is being done, e.g. ``measuring``; "" before the first report.
    attempts : int
        How often it was begun.
    token : str
        Of the process that holds it now; "" for none.
    lease_until : float
        Until when that process need not be heard of; seconds since 1970.
    is_cancel_asked : bool
    result : dict
        What a finished job gave; empty before.
    error : dict
        ``message``, ``remedy``, ``code`` and, for what nobody foresaw, ``reference``; empty where nothing went wrong.
    """

    job_id: str
    kind: str
    parameters: dict[str, Any]
    fingerprint: str
    author: str
    state: State
    created_at: float
    started_at: float | None
    ended_at: float | None
    progress: float
    doing: str
    attempts: int
    token: str
    lease_until: float
    is_cancel_asked: bool
    result: dict[str, Any]
    error: dict[str, str]

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED

    def remaining_s(self, now: float) -> float | None:
        """Seconds it will still take if it goes on as it went; None where that cannot be told yet."""
        if self.state is not State.RUNNING or self.started_at is None:
            return None
        passed = now - self.started_at
        if self.progress < _TOLD_FROM_SHARE or passed < _TOLD_FROM_S:
            return None
        return passed * (1.0 - self.progress) / self.progress


def canonical(value: Any) -> str:
    """JSON with sorted keys and no white space: equal values, equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def fingerprint_of(kind: str, parameters: Mapping[str, Any]) -> str:
    """Identity of a piece of work, 32 hexadecimal digits.

    >>> fingerprint_of("build", {"a": 1, "b": 2}) == fingerprint_of("build", {"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(canonical([kind, parameters]).encode()).hexdigest()[:32]
