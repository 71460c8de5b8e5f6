"""The table of jobs keeps the same promises in a file and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import pytest

from dashboard.jobs import Job, JobError, JobStore, State
from dashboard.jobs.database import open_database
from dashboard.jobs.store import KEPT_S, MAX_ATTEMPTS, Answer
from tests.dashboard.conftest import Clock

LEASE_S = 30.0


@pytest.fixture
def clock() -> Clock:
    """The test's own clock."""
    return Clock()


@pytest.fixture
def open_store(address: str, tmp_path: Path, clock: Clock) -> Callable[[], JobStore]:
    """Opens the same table (again), as another process would."""

    def open_again() -> JobStore:
        database = open_database(address, tmp_path)
        database.now = clock  # type: ignore[method-assign]
        return JobStore(database, LEASE_S)

    return open_again


@pytest.fixture
def store(open_store: Callable[[], JobStore]) -> JobStore:
    """An empty table."""
    return open_store()


def claimed(store: JobStore, at_once: int = 1) -> Job:
    """A job that this process holds."""
    job = store.claim(at_once)
    assert job is not None
    return job


def test_nothing_is_made_by_looking(store: JobStore, tmp_path: Path) -> None:
    assert (store.recent(), store.at_work(), store.last("build"), store.claim()) == ([], [], None, None)
    with pytest.raises(JobError, match="There is no job 'abc'"):
        store.get("abc")
    assert not (tmp_path / "derived").exists()


def test_a_job_waits_runs_reports_and_ends(store: JobStore, open_store: Callable[[], JobStore], clock: Clock) -> None:
    job = store.submit("build", {"data_version": "0" * 16}, "Ana <b>")
    assert (job.state, job.author, job.attempts, job.progress) == (State.QUEUED, "Ana <b>", 0, 0.0)
    clock.now += 5
    held = claimed(store)
    assert (held.job_id, held.state, held.attempts, held.started_at) == (job.job_id, State.RUNNING, 1, clock.now)
    clock.now += 10
    assert store.beat(held.job_id, held.token, 0.25, "measuring") is Answer.GO_ON
    seen = open_store().get(job.job_id)
    assert (seen.progress, seen.doing, seen.lease_until) == (0.25, "measuring", clock.now + LEASE_S)
    assert seen.remaining_s(clock.now) == 30.0
    assert store.end(held.job_id, held.token, State.DONE, result={"data_version": "1" * 16})
    ended = open_store().get(job.job_id)
    assert (ended.state, ended.progress, ended.ended_at, ended.result) == (State.DONE, 1.0, clock.now, {"data_version": "1" * 16})
    assert ended.remaining_s(clock.now) is None
    assert (store.at_work(), store.recent(), store.last("build")) == ([], [ended], ended)


def test_the_same_work_is_asked_for_once_while_it_waits_or_runs(store: JobStore) -> None:
    first = store.submit("build", {"a": 1, "b": 2}, "Ana")
    assert store.submit("build", {"b": 2, "a": 1}, "Ben") == first
    held = claimed(store)
    assert store.submit("build", {"a": 1, "b": 2}, "Ben") == held
    assert store.submit("firmness", {"a": 1, "b": 2}, "Ben").job_id != first.job_id
    store.end(held.job_id, held.token, State.DONE)
    assert store.submit("build", {"a": 1, "b": 2}, "Ben").job_id != first.job_id


def test_so_many_run_at_once_as_are_allowed_and_the_oldest_first(store: JobStore, clock: Clock) -> None:
    ids = []
    for number in range(3):
        ids.append(store.submit("build", {"n": number}, "Ana").job_id)
        clock.now += 1
    assert claimed(store).job_id == ids[0]
    assert store.claim() is None
    assert claimed(store, at_once=2).job_id == ids[1]
    assert store.claim(at_once=2) is None
    assert [job.job_id for job in store.at_work()] == ids
    assert [job.job_id for job in store.recent()] == ids[::-1]


def test_of_several_that_claim_at_once_one_wins(store: JobStore, open_store: Callable[[], JobStore]) -> None:
    store.submit("build", {}, "Ana")
    found: list[Job | None] = []
    line = Barrier(6)

    def claim() -> None:
        own = open_store()
        line.wait()
        found.append(own.claim(at_once=6))

    threads = [Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(job is None for job in found) == [False, True, True, True, True, True]


def test_a_silent_process_loses_its_job_after_the_lease_and_cannot_end_it_any_more(store: JobStore, clock: Clock) -> None:
    store.submit("build", {}, "Ana")
    first = claimed(store)
    clock.now += LEASE_S - 1
    assert store.claim() is None
    clock.now += 2
    second = claimed(store)
    assert (second.job_id, second.attempts, second.progress) == (first.job_id, 2, 0.0)
    assert store.beat(first.job_id, first.token, 0.9, "measuring") is Answer.LOST
    assert not store.end(first.job_id, first.token, State.DONE, result={"of": "first"})
    assert not store.release(first.job_id, first.token, is_counted=True)
    assert store.get(first.job_id) == second
    assert store.end(second.job_id, second.token, State.DONE, result={"of": "second"})
    assert store.get(first.job_id).result == {"of": "second"}


def test_a_lease_given_before_the_clock_was_set_back_does_not_hold_for_hours(store: JobStore, clock: Clock) -> None:
    store.submit("build", {}, "Ana")
    first = claimed(store)
    clock.now -= 7200
    assert claimed(store).job_id == first.job_id


def test_a_job_given_back_is_begun_again_and_the_third_failure_ends_it(store: JobStore) -> None:
    job = store.submit("build", {}, "Ana")
    for _ in range(MAX_ATTEMPTS + 2):  # a server that stops is no failure
        held = claimed(store)
        assert store.release(held.job_id, held.token, is_counted=False)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        held = claimed(store)
        assert held.attempts == attempt
        assert store.release(held.job_id, held.token, is_counted=True)
    ended = store.get(job.job_id)
    assert (ended.state, ended.error["code"]) == (State.FAILED, "job_stopped")
    assert "stopped 3 times" in ended.error["message"]
    assert store.claim() is None


def test_a_process_that_dies_three_times_without_a_word_ends_the_job(store: JobStore, clock: Clock) -> None:
    job = store.submit("build", {}, "Ana")
    for _ in range(MAX_ATTEMPTS):
        claimed(store)
        clock.now += LEASE_S + 1
    assert store.claim() is None
    assert store.get(job.job_id).state is State.FAILED


def test_cancelling_ends_what_waits_and_asks_what_runs(store: JobStore, open_store: Callable[[], JobStore], clock: Clock) -> None:
    waits = store.submit("build", {}, "Ana")
    assert store.cancel(waits.job_id).state is State.CANCELLED
    store.submit("build", {}, "Ana")
    held = claimed(store)
    assert open_store().cancel(held.job_id) == replace(held, is_cancel_asked=True)
    assert store.beat(held.job_id, held.token, 0.5, "measuring") is Answer.CANCEL
    assert store.end(held.job_id, held.token, State.CANCELLED)
    ended = store.get(held.job_id)
    assert ended.state is State.CANCELLED
    assert store.cancel(held.job_id) == ended
    with pytest.raises(JobError, match="There is no job 'nothing'"):
        store.cancel("nothing")


def test_a_cancelled_job_whose_process_died_is_not_begun_again(store: JobStore, clock: Clock) -> None:
    store.submit("build", {}, "Ana")
    held = claimed(store)
    store.cancel(held.job_id)
    clock.now += LEASE_S + 1
    assert store.claim() is None
    assert store.get(held.job_id).state is State.CANCELLED


def test_what_ended_long_ago_is_forgotten(store: JobStore, clock: Clock) -> None:
    old = store.submit("build", {}, "Ana")
    store.cancel(old.job_id)
    clock.now += KEPT_S + 1
    new = store.submit("build", {}, "Ana")
    assert store.recent() == [new]


def test_a_table_of_a_newer_program_is_refused(address: str, tmp_path: Path, store: JobStore) -> None:
    store.submit("build", {}, "Ana")
    database = open_database(address, tmp_path)
    with database.writing() as execute:
        if address.startswith("postgresql"):
            execute("UPDATE version SET version = 2")
        else:
            execute("PRAGMA user_version = 2")
    with pytest.raises(JobError, match="must have version 1 or older, but has 2"):
        store.submit("build", {"other": 1}, "Ana")
