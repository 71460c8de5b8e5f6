"""Whatever happens to jobs in whatever order, each ends once and is held by one process at a time."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule

from dashboard.jobs import Job, JobStore, State
from dashboard.jobs.database import SqliteJobs
from dashboard.jobs.job import TRANSITIONS
from dashboard.jobs.store import Answer

LEASE_S = 30.0


class Jobs(RuleBasedStateMachine):
    """Several processes at one table; a process is its token."""

    tokens = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.now = 1_000_000.0
        self.store = JobStore(SqliteJobs(Path(self.folder.name) / "jobs.sqlite", lambda: self.now), LEASE_S)
        self.seen: dict[str, Job] = {}
        self.holders: dict[str, str] = {}
        self.ended_by: dict[str, int] = {}

    def teardown(self) -> None:
        self.folder.cleanup()

    @rule(number=st.integers(0, 3))
    def ask(self, number: int) -> None:
        job = self.store.submit("build", {"n": number}, "Ana")
        assert not job.is_ended
        assert len([each for each in self.store.at_work() if each.fingerprint == job.fingerprint]) == 1

    @rule(target=tokens, at_once=st.integers(1, 3))
    def claim(self, at_once: int) -> tuple[str, str] | None:
        latest = self.now + 2 * LEASE_S  # a lease that ends later was given before the clock was set back
        alive = [job for job in self.store.at_work() if job.state is State.RUNNING and self.now <= job.lease_until <= latest]
        job = self.store.claim(at_once)
        if job is None:
            return None
        assert len(alive) < at_once
        assert job.job_id not in {each.job_id for each in alive}
        self.holders[job.job_id] = job.token
        return job.job_id, job.token

    @precondition(lambda self: self.holders)
    @rule(held=tokens, share=st.floats(-1, 2))
    def report(self, held: tuple[str, str] | None, share: float) -> None:
        if held is None:
            return
        answer = self.store.beat(*held, share, "measuring")
        is_holder = self.holders.get(held[0]) == held[1] and self.store.get(held[0]).state is State.RUNNING
        assert (answer is not Answer.LOST) == is_holder

    @rule(held=consumes(tokens), state=st.sampled_from([State.DONE, State.FAILED, State.CANCELLED]))
    def end(self, held: tuple[str, str] | None, state: State) -> None:
        if held is not None and self.store.end(*held, state):
            assert self.holders[held[0]] == held[1]
            self.ended_by[held[0]] = self.ended_by.get(held[0], 0) + 1

    @rule(held=consumes(tokens), is_counted=st.booleans())
    def give_back(self, held: tuple[str, str] | None, is_counted: bool) -> None:
        if held is not None and self.store.release(*held, is_counted=is_counted):
            assert self.holders.pop(held[0]) == held[1]

    @rule(place=st.integers(0, 5))
    def cancel(self, place: int) -> None:
        for job in self.store.recent()[place : place + 1]:
            self.store.cancel(job.job_id)

    @rule(seconds=st.sampled_from([-7200.0, 1.0, 29.0, 31.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def states_follow_one_another_as_they_may(self) -> None:
        for job in self.store.recent():
            before = self.seen.get(job.job_id)
            if before is not None and before.state is not job.state:
                ways = TRANSITIONS[before.state] | {after for state in TRANSITIONS[before.state] for after in TRANSITIONS[state]}
                assert job.state in ways
            assert 0.0 <= job.progress <= 1.0
            assert (job.ended_at is not None) == job.is_ended
            assert bool(job.token) == (job.state is State.RUNNING)
            self.seen[job.job_id] = job

    @invariant()
    def each_ends_once(self) -> None:
        assert all(count == 1 for count in self.ended_by.values())


TestJobs = Jobs.TestCase
