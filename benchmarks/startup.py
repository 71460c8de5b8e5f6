"""Start of the command and of the server, and a worker's memory, beside a bare Dash application with geopandas."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.cases.serving import HOST, LANDRELEASE, Running, example, serving
from benchmarks.figure import Figure, time_pair

N_AREAS = 2_000
REPEATS = 3
SETTLING_S = 5.0


def run() -> list[Figure]:
    """Help first, then both servers in turn."""
    with example(N_AREAS) as programme:
        return [help_figure(), *server_figures(programme)]


def help_figure() -> Figure:
    """From the shell to the help text."""

    def quiet(*command: str) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    seconds = time_pair(lambda: quiet(*LANDRELEASE, "--help"), lambda: quiet(sys.executable, "-c", "import argparse"))
    return Figure("landrelease --help", "one process", *seconds, "bare python with argparse", "s", "<= 0.5 s")


def server_figures(programme: Path) -> list[Figure]:
    """Start to the first healthy answer with two workers, and memory once caches are warm."""
    ours = [*LANDRELEASE, "serve", "--programme", str(programme), "--host", HOST, "--port", "PORT", "--workers", "2", "--quiet"]
    bare = [sys.executable, "-m", "gunicorn", "--bind", f"{HOST}:PORT", "--workers", "2", "--worker-class", "gthread", "--threads", "4",
            "--no-control-socket", "benchmarks.cases.bare_app:make_server()"]  # fmt: skip
    starts: tuple[list[float], list[float]] = ([], [])
    megabytes: tuple[list[float], list[float]] = ([], [])
    for _ in range(REPEATS + 1):
        for command, seconds, memory in zip((ours, bare), starts, megabytes, strict=True):
            with serving(command) as server:
                seconds.append(server.start_s)
                settle(server)
                memory.append(server.worker_mb())
    start, peer = (median(each[1:]) for each in starts)
    used, floor = (median(each[1:]) for each in megabytes)
    name = "bare Dash + geopandas under gunicorn"
    at = f"2 workers, example of {N_AREAS:,} areas"
    return [
        Figure("start to first healthy answer", at, start, peer, name, "s", "<= 3.5 s"),
        Figure("memory of a worker", at, used, floor, name, "MB", "told beside the next"),
        Figure("memory of a worker beyond a bare one", at, used - floor, float("nan"), "difference of the two", "MB", "<= 350 MB"),
    ]


def settle(server: Running) -> None:
    """Ask for the first page, which refuses strangers in ours, and let what runs beside the first requests end."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=10)
    connection.request("GET", "/")
    connection.getresponse().read()
    connection.close()
    time.sleep(SETTLING_S)
