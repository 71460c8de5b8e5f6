"""Where pieces of work are done: in this process, in spawned ones, or by the workers of a Dask scheduler.

What is done never depends on where: tasks follow the data, and each is a pure function of its argument and the files that
it names. The order in which results come is that of finishing; callers put them in their place.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from geodata.errors import SnapshotError

Task = TypeVar("Task")
Result = TypeVar("Result")

_MAX_RESTARTS = 2
_CONNECT_S = 10


class Executor(Protocol):
    """Does tasks, here or elsewhere."""

    def run(self, work: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[int, Result]]:
        """Number of a task and its result, as they come; each once.

        Raises
        ------
        SnapshotError
            Workers keep dying.
        Exception
            What ``work`` raised.
        """

    def start(self) -> None:
        """Have workers begin, where there is much to do soon: they are ready when the first task comes."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        """Stop the workers, and drop what has not begun."""


def open_executor(workers: int = 1, scheduler: str | None = None) -> Executor:
    """The executor asked for.

    Parameters
    ----------
    workers : int
        Processes; 1 works in this one.
    scheduler : str, optional
        Address of a running Dask scheduler, e.g. ``tcp://127.0.0.1:8786``; its workers must see the programme's folder
        under the same path.

    Raises
    ------
    SnapshotError
        Dask is not installed, or nothing answers at the address.
    """
    if scheduler is not None:
        return DaskExecutor(scheduler)
    return SerialExecutor() if workers <= 1 else PoolExecutor(workers)


class SerialExecutor:
    """Everything in this process, one after the other."""

    def start(self) -> None:
        """Nothing to begin."""

    def run(self, work: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[int, Result]]:
        """Number of a task and its result, in order."""
        for number, task in enumerate(tasks):
            yield number, work(task)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        """Nothing to stop."""


class PoolExecutor:
    """Spawned processes, kept from one list of tasks to the next; one that dies is replaced and its task done again.

    Parameters
    ----------
    workers : int
        Processes at most.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def start(self) -> None:
        """Begin the processes, which take a second to load their libraries."""
        pool = self._open()
        for _ in range(self._workers):
            pool.submit(_load_libraries)

    def run(self, work: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[int, Result]]:
        """Number of a task and its result, as they come."""
        if len(tasks) <= 1 and self._pool is None:
            yield from SerialExecutor().run(work, tasks)
            return
        left = dict(enumerate(tasks))
        for _ in range(_MAX_RESTARTS + 1):
            try:
                for number, result in self._once(work, left):
                    del left[number]
                    yield number, result
            except BrokenProcessPool:
                self._stop()
            if not left:
                return
        raise SnapshotError(
            f"Workers stopped {_MAX_RESTARTS + 1} times while measuring; {len(left)} of {len(tasks)} pieces are not done.",
            "The machine may be short of memory: build with fewer --workers.",
        )

    def _once(self, work: Callable[[Task], Result], left: dict[int, Task]) -> Iterator[tuple[int, Result]]:
        pool = self._open()
        numbers = {pool.submit(work, task): number for number, task in list(left.items())}
        for future in as_completed(numbers):
            yield numbers.pop(future), future.result()  # forgotten at once: results of all pieces need not be held

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._workers, mp_context=context, initializer=_become_a_worker)
        return self._pool

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        """Wait for the tasks in work, drop the others."""
        self._stop()


class DaskExecutor:
    """Workers of a Dask scheduler, on this machine or on many; a task whose worker dies is given to another.

    Parameters
    ----------
    scheduler : str
        Address of the scheduler.
    """

    def __init__(self, scheduler: str) -> None:
        try:
            self._dask: Any = import_module("distributed")
        except ImportError as error:
            raise SnapshotError("--scheduler needs Dask, which is not installed.", "Install landrelease[dask].") from error
        try:
            self._client = self._dask.Client(scheduler, timeout=_CONNECT_S, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise SnapshotError(
                f"No Dask scheduler answers at {scheduler}.", "Start one (dask scheduler) and its workers, or build with --workers."
            ) from error

    def start(self) -> None:
        """Its workers run already."""

    def run(self, work: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[int, Result]]:
        """Number of a task and its result, as they come."""
        futures = {self._client.submit(work, task, pure=False): number for number, task in enumerate(tasks)}
        try:
            for future in self._dask.as_completed(list(futures), loop=self._client.loop):
                yield futures[future], future.result()
        except self._dask.KilledWorker as error:
            raise SnapshotError(
                f"Workers of the scheduler keep dying while measuring: {error}.", "Give the workers more memory, or look into their logs."
            ) from error
        finally:
            self._client.cancel(list(futures))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        """Leave the scheduler; it and its workers stay."""
        self._client.close()


def _become_a_worker() -> None:
    """Leave Ctrl-C, which reaches every process of a terminal, to the main one, and the other cores to the other workers."""
    import pyarrow as pa

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pa.set_cpu_count(1)


def _load_libraries() -> None:
    import_module("geodata.snapshot.work")
