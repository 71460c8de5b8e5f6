"""Most memory that processes started by this one held, read while they live (Linux).

``ru_maxrss`` of ended children will not do: it counts what the parent held when it split off.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_POLL_S = 0.05
MB_PER_KB = 1 / 1024


class Watch:
    """The greatest memory seen of any child so far, in MB."""

    most_mb = 0.0


@contextmanager
def watch_children() -> Iterator[Watch]:
    """Watch the children of this process while the block runs."""
    watch, is_over = Watch(), threading.Event()

    def look() -> None:
        while not is_over.wait(_POLL_S):
            watch.most_mb = max([watch.most_mb, *map(_peak_mb, _children())])

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watch
    finally:
        is_over.set()
        thread.join()


def _children() -> list[str]:
    lists = []
    for task in Path("/proc/self/task").iterdir():
        try:
            lists.append((task / "children").read_text(encoding="ascii"))
        except OSError:  # the thread has ended
            continue
    return " ".join(lists).split()


def _peak_mb(pid: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
        name = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has ended
        return 0.0
    if name == Path("/proc/self/cmdline").read_bytes():  # split off, but not yet the program it is to become
        return 0.0
    peaks = [int(line.split()[1]) * MB_PER_KB for line in lines if line.startswith("VmHWM:")]
    return peaks[0] if peaks else 0.0
