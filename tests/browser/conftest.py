"""A real browser for tests: Chromium without a window, fresh for each session, watched for errors and stray requests.

Fixtures for every browser test: ``open_page(url, viewport=..., **context options)`` and ``serve(command, port)``; for tests
of the whole product ``dashboard``, one served programme for all of them, and ``signed_in``, one context of its viewer.
A page fails its test at the end on a script error, an error in the console, a report of the content security policy, or
a request that leaves this machine. ``wait_for_function`` of Playwright needs ``eval``, which the policy refuses: wait
for selectors, or ask with ``page.evaluate``.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from dashboard.app import create_server
from dashboard.programme import Programme

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TRIES_AFTER_A_TIMEOUT = 2
LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "::1"}
WATCH_POLICY = """
window.policyReports = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.policyReports.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try a browser test again where it waited in vain: server, browser and test share two cores. A wrong answer stands."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=TRIES_AFTER_A_TIMEOUT, only_rerun=["TimeoutError"]))


def cannot(reason: str) -> None:
    """Skip for a reason, or fail where the browser is required."""
    if os.environ.get("LANDRELEASE_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def chromium() -> str:
    """Path of the browser, from LANDRELEASE_CHROMIUM or the search path; "" where there is none."""
    named = os.environ.get("LANDRELEASE_CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The browser of this session."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        cannot("browser tests need the package playwright: pip install '.[test]'")
    path = chromium()
    if not path:
        cannot("browser tests need Chromium on the search path or in LANDRELEASE_CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield started
        started.close()


class Watch:
    """What went wrong on a page."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.allowed: list[str] = []

    def attach(self, page: Any) -> None:
        """Listen to a page."""
        page.add_init_script(WATCH_POLICY)
        page.on("console", lambda message: self.note(f"console: {message.text}") if message.type == "error" else None)
        page.on("pageerror", lambda error: self.note(f"script: {error}"))
        page.on("request", lambda request: self.note_request(request.url))

    def note(self, fault: str) -> None:
        """Remember a fault."""
        self.faults.append(fault)

    def note_request(self, url: str) -> None:
        """Remember a request that leaves this machine."""
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOOPBACK:
            self.note(f"request leaves this machine: {url}")

    def found(self) -> list[str]:
        """Faults that the test did not expect."""
        return [fault for fault in self.faults if not any(words in fault for words in self.allowed)]


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens addresses in fresh contexts, or in ``context`` where one is given and stays open.

    ``page.watch.allowed.append("words")`` permits faults that a test provokes.
    """
    opened: list[tuple[Any, Any, Watch]] = []

    def open_address(url: str, viewport: tuple[int, int] = (1366, 768), context: Any = None, **options: Any) -> Any:
        own = context is None
        if own:
            context = browser.new_context(viewport={"width": viewport[0], "height": viewport[1]}, **options)
        page = context.new_page()
        page.set_default_timeout(45_000)
        page.watch = Watch()
        page.watch.attach(page)
        opened.append((context if own else page, page, page.watch))
        page.goto(url)
        return page

    yield open_address
    faults: list[str] = []
    for closed_after, page, watch in opened:
        reports = [] if page.is_closed() else page.evaluate("() => window.policyReports || []")
        faults += watch.found() + [f"content security policy: {report}" for report in reports]
        closed_after.close()
    assert faults == []


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_answers(url: str, child: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    """Return when the address answers; fail with the child's own words when it ends or the time is up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if child.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"no answer from {url} within {seconds:.0f} s:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Starts a server ("{port}" in the command is replaced) and returns its address once it answers; ends it afterwards."""
    children: list[subprocess.Popen[bytes]] = []

    def start(command: list[str], environment: dict[str, str] | None = None) -> str:
        port = free_port()
        log = tmp_path_factory.mktemp("server") / "output.txt"
        written = [sys.executable if word == "python" else word.replace("{port}", str(port)) for word in command]
        surroundings = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
        with log.open("wb") as output:
            child = subprocess.Popen(written, stdout=output, stderr=output, cwd=log.parent, env=surroundings)
        children.append(child)
        address = f"http://127.0.0.1:{port}"
        wait_until_answers(address + "/", child, log)
        return address

    yield start
    for child in children:
        child.terminate()
    for child in children:
        child.wait(timeout=10)


@dataclass(frozen=True)
class Dashboard:
    """A server of the example country and the session of a viewer."""

    address: str
    cookie: dict[str, str]
    programme: Programme


@pytest.fixture(scope="session")
def dashboard(browser: Any, serve: Callable[..., str], example_programme: Programme, tmp_path_factory: pytest.TempPathFactory) -> Dashboard:
    """The example country, served once for every test; no test changes it."""
    folder = tmp_path_factory.mktemp("journey") / "programme"
    shutil.copytree(example_programme.directory, folder)
    access = create_server(folder).extensions["landrelease.access"]
    with access.store.write() as db:
        db.execute("INSERT INTO users VALUES (?, ?, ?, ?, ?)", ("viewer", "analyst", "", access.now(), access.now()))
    session = access.sessions.begin(access.now(), user_name="viewer")
    address = serve(["python", "-m", "dashboard.cli", "serve", "--programme", str(folder), "--port", "{port}", "--workers", "1"])
    return Dashboard(address, {"name": access.cookie_name, "value": session, "url": address}, Programme.open(folder))


@pytest.fixture(scope="session")
def serve_copy(serve: Callable[..., str], example_programme: Programme) -> Callable[[Path, int], tuple[str, dict[str, dict[str, str]]]]:
    """Serves a copy of the example country, which tests may change, by so many processes; gives its address and a cookie for each role."""

    def start(folder: Path, workers: int) -> tuple[str, dict[str, dict[str, str]]]:
        shutil.copytree(example_programme.directory, folder)
        access = create_server(folder).extensions["landrelease.access"]
        address = serve(
            ["python", "-m", "dashboard.cli", "serve", "--programme", str(folder), "--port", "{port}", "--workers", str(workers)]
        )
        cookies = {}
        for role in ("analyst", "viewer"):
            with access.store.write() as db:
                db.execute("INSERT INTO users VALUES (?, ?, ?, ?, ?)", (f"a-{role}", role, "", access.now(), access.now()))
            session = access.sessions.begin(access.now(), user_name=f"a-{role}")
            cookies[role] = {"name": access.cookie_name, "value": session, "url": address}
        return address, cookies

    return start


@pytest.fixture(scope="module")
def editable(browser: Any, serve_copy: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server of a copy of the example country that tests may change, and a cookie for each role."""
    return serve_copy(tmp_path_factory.mktemp("editable") / "programme", 1)


@pytest.fixture(scope="session")
def signed_in(browser: Any, dashboard: Dashboard) -> Iterator[Any]:
    """One context for many pages, so that scripts are read once."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.add_cookies([dashboard.cookie])
    yield context
    context.close()


@pytest.fixture(scope="session")
def kept_page(signed_in: Any) -> Iterator[Any]:
    """One page for the journeys that begin with the scenario's own list."""
    page = signed_in.new_page()
    page.set_default_timeout(45_000)
    page.watch = Watch()
    page.watch.attach(page)
    yield page
    page.close()
