"""Servers on loopback that a benchmark starts, watches and ends."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
_PATIENCE_S = 60.0
_POLL_S = 0.02
_FAREWELL_S = 20


@dataclass(frozen=True)
class Running:
    """A server that answers.

    Attributes
    ----------
    pid, port : int
    start_s : float
        Seconds from its start to the first healthy answer.
    output : Path
        What it printed.
    """

    pid: int
    port: int
    start_s: float
    output: Path

    def workers(self) -> list[int]:
        """Processes of its workers (Linux)."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        return [int(pid) for pid in listed.split()]

    def cpu_s(self) -> float:
        """Processor seconds that its processes have used so far."""
        ticks = 0
        for pid in (self.pid, *self.workers()):
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def worker_mb(self) -> float:
        """Memory of the largest worker, pages shared with others counted in full (RSS)."""
        page_mb = os.sysconf("SC_PAGE_SIZE") / 1024**2
        return max(int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * page_mb for pid in self.workers())


@contextmanager
def serving(command: Sequence[str]) -> Iterator[Running]:
    """Start a server, wait until ``/health`` answers 200, and end it afterwards; ``PORT`` in the command is a free port."""
    port = free_port()
    with tempfile.NamedTemporaryFile() as output:
        started = time.perf_counter()
        child = subprocess.Popen(
            [part.replace("PORT", str(port)) for part in command], stdout=output, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            while not is_healthy(port):
                if child.poll() is not None or time.perf_counter() - started > _PATIENCE_S:
                    raise RuntimeError(f"{command[0]} did not answer within {_PATIENCE_S:.0f} s.")
                time.sleep(_POLL_S)
            yield Running(child.pid, port, time.perf_counter() - started, Path(output.name))
        finally:
            child.terminate()
            try:
                child.wait(timeout=_FAREWELL_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def is_healthy(port: int) -> bool:
    """Whether ``/health`` answers 200."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def example(n_areas: int) -> Iterator[Path]:
    """The fictional example country, made and built by the command; kept where ``LANDRELEASE_BENCHMARK_DIR`` says so."""
    kept = os.environ.get("LANDRELEASE_BENCHMARK_DIR")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(kept or name) / f"example-{n_areas}"
        command = [*LANDRELEASE, "demo", "--dir", str(folder), "--areas", str(n_areas), "--no-serve", "--quiet"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        yield folder


LANDRELEASE = (sys.executable, "-c", "import sys; from dashboard.cli import main; sys.exit(main())")
"""The command, whether or not it is installed."""
