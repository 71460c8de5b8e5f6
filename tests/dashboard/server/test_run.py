"""The real thing: gunicorn with two workers on loopback, asked and stopped."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="gunicorn runs on POSIX only")

PROGRAM = """
import sys
from dashboard.server import serve
serve(sys.argv[1], port=0, workers=2, one_time_link=True)
print("after serving")
"""


@pytest.fixture
def running(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """A server process in a home that cannot be written; killed by its own id if a test leaves it running."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LANDRELEASE", "XDG"))}
    environment |= {"HOME": "/nonexistent", "PYTHONPATH": str(Path(__file__).parents[3])}
    errors = (tmp_path_factory.mktemp("log") / "stderr").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)], stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
        errors.close()


def ask(address: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one GET."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request("GET", parts.path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def line_with(process: subprocess.Popen[str], start: str) -> str:
    """The address on the next line of the output that begins so."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(start):
            return line.removeprefix(start).strip()
    raise AssertionError(f"the server ended without a line {start!r}")


def test_it_answers_opens_one_session_and_ends_cleanly_on_sigterm(running: subprocess.Popen[str]) -> None:
    base = line_with(running, "Serving on ").rstrip("/")
    link = line_with(running, "Open once: ")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", base)
    assert ask(f"{base}/health")[::2] == (200, b'{"status":"ok"}')
    assert ask(f"{base}/_dash-layout")[0] == 401
    status, headers, _ = ask(link)
    assert (status, headers["Location"]) == (303, "/")
    cookie = headers["Set-Cookie"].split(";")[0]
    for _ in range(8):  # whichever worker answers knows the session and the used link
        assert ask(f"{base}/account", {"Cookie": cookie})[0] == 200
        assert ask(link)[0] == 401
    assert json.loads(ask(f"{base}/_dash-dependencies", {"Cookie": cookie})[2])
    started = time.monotonic()
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=20) == 0
    assert time.monotonic() - started < 10
    assert running.stdout is not None
    assert running.stdout.read() == "after serving\n"  # once: the workers do not come back to the caller
