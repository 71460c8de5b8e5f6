"""The same bytes wherever a snapshot is built, and a worker that is killed costs time, not results."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from geodata.snapshot import current_snapshot, work
from geodata.snapshot.executor import SerialExecutor

from .conftest import Programme, files_of


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "AREAS_PER_PIECE", 5)


class Reversed(SerialExecutor):
    """Does the last task first."""

    def run(self, work: Any, tasks: Any) -> Iterator[tuple[int, Any]]:
        for number in reversed(range(len(tasks))):
            yield number, work(tasks[number])


def fresh(programme: Programme, **options: Any) -> dict[str, bytes]:
    """Every file of a snapshot built from nothing."""
    shutil.rmtree(programme.folder / "derived", ignore_errors=True)
    return files_of(programme.build(**options))


def test_the_order_of_the_tasks_changes_no_byte(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    forwards = fresh(programme)
    monkeypatch.setattr("geodata.snapshot.build.open_executor", lambda *_: Reversed())
    assert fresh(programme) == forwards


@pytest.mark.slow
def test_two_and_three_workers_give_the_bytes_of_one_also_where_one_is_killed(programme: Programme) -> None:
    one = fresh(programme)
    assert fresh(programme, workers=3) == one
    killed: list[int] = []

    def kill_once(share: float, _what: str) -> None:
        children = multiprocessing.active_children()
        if children and not killed:
            killed.append(int(children[0].pid or 0))
            os.kill(killed[0], signal.SIGKILL)

    assert fresh(programme, workers=2, progress=kill_once) == one
    assert len(killed) == 1


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_scheduler_with_two_workers_gives_the_same_bytes_also_where_one_is_killed(programme: Programme) -> None:
    distributed = pytest.importorskip("distributed")
    one = fresh(programme)
    options = {"n_workers": 2, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
    with distributed.LocalCluster(processes=True, **options) as cluster:
        assert fresh(programme, scheduler=cluster.scheduler_address) == one
        pids = [nanny.pid for nanny in cluster.workers.values()]
        killed: list[int] = []

        def kill_once(share: float, _what: str) -> None:
            if share > 0.06 and not killed:
                killed.append(pids[0])
                os.kill(pids[0], signal.SIGKILL)

        assert fresh(programme, scheduler=cluster.scheduler_address, progress=kill_once) == one
        assert killed == pids[:1]


def test_a_build_that_is_stopped_leaves_the_old_snapshot_and_the_next_one_goes_on(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = programme.build().data_version
    programme.text = programme.text.replace("reach_m: 1000", "reach_m: 900").replace("stat: mean", "stat: max")
    whole, measured = work.measure_piece, []

    def stop_after_three(piece: work.Piece) -> Any:
        if len(measured) == 3:
            raise KeyboardInterrupt
        measured.append(len(piece.rows))
        return whole(piece)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(work, "measure_piece", stop_after_three)
        programme.build()
    assert current_snapshot(programme.folder).data_version == old
    assert list((programme.folder / "derived" / "snapshots").glob(".making*")) == []
    measured.clear()
    with monkeypatch.context() as patch:
        patch.setattr(work, "measure_piece", lambda piece: measured.append(len(piece.rows)) or whole(piece))
        resumed = files_of(programme.build())
    assert sum(measured) == 24 - 3 * 5
    assert fresh(programme) == resumed
