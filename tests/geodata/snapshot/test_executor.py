"""Executors: every task once, wherever it is done; a worker that dies costs time, never a result."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from geodata.errors import LayerError, SnapshotError
from geodata.snapshot.executor import PoolExecutor, SerialExecutor, open_executor


def square(number: int) -> int:
    return number * number


def process_of(_number: int) -> int:
    return os.getpid()


def die_once(marker: Path) -> int:
    """Kills its own process where the marker is there, and takes the marker with it."""
    try:
        marker.unlink()
    except FileNotFoundError:
        return 7
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def die_always(_number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def refuse(number: int) -> int:
    raise LayerError(f"Layer {number} is wrong.", "Mend it.")


def test_one_worker_works_in_this_process_in_order() -> None:
    with open_executor(1) as executor:
        executor.start()
        assert isinstance(executor, SerialExecutor)
        assert list(executor.run(square, [3, 1, 2])) == [(0, 9), (1, 1), (2, 4)]
        assert list(executor.run(process_of, [0])) == [(0, os.getpid())]


@pytest.mark.slow
def test_a_pool_does_every_task_once_in_other_processes_and_carries_errors_over(tmp_path: Path) -> None:
    with open_executor(2) as executor:
        executor.start()
        assert dict(executor.run(square, range(20))) == {number: number * number for number in range(20)}
        processes = {process for _, process in executor.run(process_of, range(20))}
        assert os.getpid() not in processes
        marker = tmp_path / "marker"
        marker.touch()
        assert dict(executor.run(die_once, [marker] * 4)) == dict.fromkeys(range(4), 7)
        with pytest.raises(LayerError, match="Layer 1 is wrong") as refused:
            list(executor.run(refuse, [1, 1]))
        assert refused.value.remedy == "Mend it."


@pytest.mark.slow
def test_workers_that_keep_dying_are_told() -> None:
    with PoolExecutor(1) as executor, pytest.raises(SnapshotError, match=r"Workers stopped 3 times while measuring; 2 of 2 pieces"):
        list(executor.run(die_always, [1, 2]))


def test_nobody_at_the_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("geodata.snapshot.executor._CONNECT_S", 0.5)
    with pytest.raises(SnapshotError, match=r"No Dask scheduler answers at tcp://127.0.0.1:9") as refused:
        open_executor(scheduler="tcp://127.0.0.1:9")
    assert "dask scheduler" in refused.value.remedy
