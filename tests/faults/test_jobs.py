"""Jobs whose process or server is killed, cancelled, stopped, too greedy or too slow: each ends once, and nothing is left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.jobs import Job, JobError, JobStore, State, open_jobs
from dashboard.jobs.runner import JobLimits, JobRunner
from dashboard.programme import Programme
from tests.dashboard.conftest import CONFIG
from tests.faults.failing_disk import failing_disk
from tests.faults.slow_job import COMMAND

PATIENCE_S = 60.0
ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and process groups are POSIX")


def until(condition: Callable[[], Any], what: str) -> Any:
    """What a condition gives, once it gives something."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    pytest.fail(f"not within {PATIENCE_S:.0f} s: {what}")


def is_alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def programme(tmp_path: Path) -> Programme:
    """A programme without data; the kinds of job here need none."""
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return Programme.open(tmp_path)


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes find the tests and the product."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def store(programme: Programme) -> JobStore:
    """Its jobs."""
    return open_jobs(programme)


@pytest.fixture
def run(programme: Programme) -> Iterator[Callable[..., JobRunner]]:
    """Starts runners as server processes do; stops them in the end."""
    runners: list[JobRunner] = []

    def start(lease_s: float = 30.0, **limits: Any) -> JobRunner:
        runner = JobRunner(programme.directory, open_jobs(programme, lease_s), JobLimits(**limits), COMMAND)
        runner.start()
        runners.append(runner)
        return runner

    yield start
    for runner in runners:
        runner.stop()


def begun(programme: Programme, times: int = 1) -> int:
    """Process of the work, once it has begun so many times."""

    def look() -> list[str]:
        file = programme.directory / "begun"
        lines = file.read_text().split() if file.exists() else []
        return lines if len(lines) >= times else []

    return int(until(look, f"the job begins for the {times}. time")[-1])


def ended(store: JobStore, job: Job) -> Job:
    """The job, once it has ended."""

    def look() -> Job | None:
        found = store.get(job.job_id)
        return found if found.is_ended else None

    found: Job = until(look, "the job ends")
    return found


def go(programme: Programme) -> None:
    """Let the work end."""
    (programme.directory / "go").touch()


def result_of(programme: Programme) -> str:
    """What the work left."""
    return (programme.directory / "result").read_text()


def test_a_killed_process_costs_time_and_not_the_result(programme: Programme, store: JobStore, run: Any) -> None:
    job = store.submit("slow", {}, "Ana")
    run()
    os.kill(begun(programme), signal.SIGKILL)
    begun(programme, times=2)
    go(programme)
    done = ended(store, job)
    assert (done.state, done.attempts, done.result) == (State.DONE, 2, {"n": 1})
    assert result_of(programme) == "done\n"


def test_a_killed_server_gives_its_job_to_another_and_leaves_no_process(programme: Programme, store: JobStore, run: Any) -> None:
    job = store.submit("slow", {}, "Ana")
    server = subprocess.Popen([*COMMAND, "serve", str(programme.directory), "600"])
    first = begun(programme)
    server.kill()
    server.wait()
    until(lambda: not is_alive(first), "its process ends")
    run(lease_s=600.0)  # no lease need run out: the process gave the job back before it ended
    begun(programme, times=2)
    go(programme)
    done = ended(store, job)
    assert (done.state, done.attempts) == (State.DONE, 1)
    assert result_of(programme) == "done\n"


def test_a_machine_that_dies_at_once_loses_its_job_after_the_lease(programme: Programme, store: JobStore, run: Any) -> None:
    job = store.submit("slow", {}, "Ana")
    server = subprocess.Popen([*COMMAND, "serve", str(programme.directory), "8"])
    first = begun(programme)
    os.kill(server.pid, signal.SIGSTOP)
    os.kill(first, signal.SIGKILL)
    server.kill()
    server.wait()
    assert store.get(job.job_id).state is State.RUNNING
    run(lease_s=8.0)
    begun(programme, times=2)
    go(programme)
    done = ended(store, job)
    assert (done.state, done.attempts) == (State.DONE, 2)
    assert result_of(programme) == "done\n"


def test_two_servers_do_one_job_once(programme: Programme, store: JobStore, run: Any) -> None:
    go(programme)
    run()
    run()
    jobs = [store.submit("slow", {"n": number}, "Ana") for number in range(3)]
    assert [ended(store, job).attempts for job in jobs] == [1, 1, 1]
    assert result_of(programme) == "done\n" * 3


def test_a_job_is_cancelled_from_elsewhere_with_what_it_started(programme: Programme, store: JobStore, run: Any) -> None:
    job = store.submit("slow", {"with_others": True}, "Ana")
    run()
    first = begun(programme)
    other = int((programme.directory / "other").read_text())
    store.cancel(job.job_id)
    assert ended(store, job).state is State.CANCELLED
    until(lambda: not is_alive(first) and not is_alive(other), "its processes end")
    assert not (programme.directory / "result").exists()


def test_work_that_cannot_be_interrupted_is_ended(programme: Programme, store: JobStore, run: Any) -> None:
    job = store.submit("stubborn", {}, "Ana")
    run()
    first = begun(programme)
    store.cancel(job.job_id)
    assert ended(store, job).state is State.CANCELLED
    until(lambda: not is_alive(first), "its process ends")


def test_a_server_that_stops_gives_its_job_back_at_once(programme: Programme, store: JobStore, run: Any) -> None:
    job = store.submit("slow", {}, "Ana")
    runner = run()
    first = begun(programme)
    runner.stop()
    assert not is_alive(first)
    assert (store.get(job.job_id).state, store.get(job.job_id).attempts) == (State.QUEUED, 0)
    go(programme)
    run()
    assert (ended(store, job).state, result_of(programme)) == (State.DONE, "done\n")


def test_a_job_that_takes_too_much_memory_says_so(programme: Programme, store: JobStore, run: Any) -> None:
    job = store.submit("greedy", {}, "Ana")
    run(memory_mb=512)
    failed = ended(store, job)
    assert (failed.state, failed.attempts, failed.error["code"]) == (State.FAILED, 1, "job_memory")
    assert failed.error["message"] == "It needed more memory than a job may take."


def test_a_job_that_takes_too_long_is_ended_and_says_so(programme: Programme, store: JobStore, run: Any) -> None:
    job = store.submit("slow", {}, "Ana")
    run(seconds=3.6)
    failed = ended(store, job)
    assert (failed.state, failed.error["code"]) == (State.FAILED, "job_time")
    assert failed.error["message"] == "It took longer than the 0.001 hours that a job may take and was ended."


def test_what_nobody_foresaw_is_in_the_log_and_not_on_the_screen(programme: Programme, store: JobStore, run: Any) -> None:
    job = store.submit("broken", {}, "Ana")
    run()
    failed = ended(store, job)
    assert failed.error["message"] == "Something unexpected happened."
    log = (programme.directory / "derived" / "jobs" / f"{job.job_id}.log").read_text()
    assert "what a solver prints" in log
    assert "secret detail" in log
    assert failed.error["reference"] in log


def test_a_full_disk_is_named(programme: Programme, store: JobStore, run: Any) -> None:
    job = store.submit("full", {}, "Ana")
    run()
    failed = ended(store, job)
    assert failed.error["message"] == "/somewhere/derived/x: No space left on device."
    assert "has space left" in failed.error["remedy"]


def test_a_table_that_cannot_grow_says_so_and_stays_whole(store: JobStore) -> None:
    store.submit("slow", {"n": 0}, "Ana")
    fail_at, is_done = 0, False
    while not is_done:
        fail_at += 1
        with failing_disk() as disk:
            disk.fail_at = fail_at
            try:
                store.submit("slow", {"n": fail_at}, "Ana")
                is_done = True
            except JobError as error:
                assert "must open and take changes" in error.message
                assert "room" in error.remedy
        assert len(store.recent()) == 1 + is_done
    assert fail_at > 3


def test_a_job_of_an_unknown_kind_fails_with_the_kinds_that_there_are(programme: Programme, store: JobStore) -> None:
    job = store.submit("nothing", {}, "Ana")
    runner = JobRunner(programme.directory, store, JobLimits(), (sys.executable, "-m", "dashboard.jobs.child"))
    runner.start()
    failed = ended(store, job)
    runner.stop()
    assert failed.error["message"] == "There is no kind of job 'nothing'; there are build, firmness, evaluate."
