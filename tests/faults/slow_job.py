"""A job's process with kinds for tests, and a server process that is nothing but a runner: ``python slow_job.py serve DIR LEASE_S``."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dashboard.jobs import child, kinds, open_jobs
from dashboard.jobs.kinds import Report
from dashboard.jobs.runner import JobLimits, JobRunner
from dashboard.programme import Programme

PATIENCE_S = 60
COMMAND = (sys.executable, str(Path(__file__).resolve()))


def slow(programme: Programme, parameters: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Note that it has begun, wait until it may go on, add one line to its result."""
    folder = programme.directory
    if parameters.get("with_others"):
        other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        (folder / "other").write_text(str(other.pid), "ascii")
    with (folder / "begun").open("a") as begun:
        begun.write(f"{os.getpid()}\n")
    until = time.monotonic() + PATIENCE_S
    while not (folder / "go").exists() and time.monotonic() < until:
        report(0.5, "measuring")
        time.sleep(0.01)
    with (folder / "result").open("a") as result:
        result.write("done\n")
    return {"n": 1}


def stubborn(programme: Programme, parameters: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Does not let itself be interrupted."""
    while True:
        try:
            slow(programme, parameters, report)
        except KeyboardInterrupt:
            continue


def greedy(programme: Programme, parameters: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Takes two gigabytes."""
    return {"n": len(bytearray(2 << 30))}


def broken(programme: Programme, parameters: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Fails in a way that nobody foresaw."""
    os.write(1, b"what a solver prints")
    raise RuntimeError("secret detail")


def full(programme: Programme, parameters: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Meets a full disk."""
    raise OSError(28, os.strerror(28), "/somewhere/derived/x")


def serve(folder: str, lease_s: str) -> None:
    """Do jobs until killed."""
    programme = Programme.open(folder)
    JobRunner(programme.directory, open_jobs(programme, float(lease_s)), JobLimits(), COMMAND).start()
    time.sleep(PATIENCE_S)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(*sys.argv[2:])
    else:
        kinds.KINDS = {"slow": slow, "stubborn": stubborn, "greedy": greedy, "broken": broken, "full": full}
        sys.exit(child.main())
