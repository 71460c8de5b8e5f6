"""Runs the server: gunicorn with a few workers, or waitress where gunicorn does not run (Windows)."""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from dashboard.auth.errors import AccessError
from dashboard.server.settings import ServerSettings

if TYPE_CHECKING:
    from flask import Flask

    from dashboard.jobs.runner import JobRunner

_LOG = logging.getLogger("landrelease.server")
_MAX_LINE_BYTES = 8_190  # a view with many weights and filters stands in the address
_FAREWELL_S = 10
_ANSWER_S = 120
_JOBS = "landrelease.jobs"


class AddressError(AccessError):
    """The address to listen on is taken or does not exist."""

    code = "address_error"


def serve(
    programme_dir: Path | str,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
    *,
    one_time_link: bool = False,
    https: bool = False,
    trusted_hosts: tuple[str, ...] = (),
    settings: ServerSettings | None = None,
    say: Callable[[str], None] | None = None,
) -> None:
    """Serve a programme until the process is told to stop (SIGTERM, SIGINT); returns then.

    Parameters
    ----------
    programme_dir : Path or str
    host, port, workers
        Override the ``server`` section of config.yaml; port 0 lets the system choose.
    one_time_link : bool
        Print a link that opens one session without a password; loopback only (``demo``).
    https : bool
        Cookies are Secure in any case; needed only where a proxy does not send X-Forwarded-Proto.
    trusted_hosts : tuple of str
        Host names that people use; needed where a proxy stands in front of a loopback server (or set LANDRELEASE_HOSTS).
    settings : ServerSettings, optional
        Instead of the ``server`` section.
    say : callable, optional
        Takes each line for people; prints to stdout where not given.

    Raises
    ------
    ConfigError
        config.yaml is missing or wrong.
    AccessError
        The server would be open to others without users or key.
    AddressError
        The address is taken.
    """
    from dashboard.programme import Programme
    from dashboard.server.settings import settings_from_config

    programme = Programme.open(programme_dir)
    chosen = settings or settings_from_config(programme.config.server)
    changes: dict[str, Any] = {"host": host, "port": port, "workers": workers, "trusted_hosts": trusted_hosts or None}
    changes = {name: value for name, value in changes.items() if value is not None}
    chosen = replace(chosen, **changes, https=https or chosen.https, allow_links=one_time_link)
    check_safety(programme.directory, chosen)
    check_address(chosen.host, chosen.port)
    speak = say or _print
    link_path = _one_time_path(programme.directory, chosen) if one_time_link else ""
    _load_modules()
    run = _run_waitress if os.name == "nt" else _run_gunicorn
    lines = [f"Open once: {{base}}{link_path}"] if link_path else _advice(programme.directory, chosen)
    run(programme.directory, chosen, lambda bound_port: _announce(speak, chosen, bound_port, lines))


def check_safety(programme_dir: Path, settings: ServerSettings) -> None:
    """Refuse to listen where others can reach us without users or without a key; name all problems at once.

    Raises
    ------
    AccessError
    """
    from dashboard.auth.users import list_users
    from dashboard.server.secret import VARIABLE, read_secret

    if settings.is_loopback and not (settings.allow_links and settings.is_behind_proxy):
        settings.secret or read_secret(programme_dir, create=True)
        return
    problems, remedies = [], []
    if settings.allow_links:
        problems.append("one-time links open on this machine only")
        remedies.append("Use `landrelease serve`, or leave out --host and LANDRELEASE_HOSTS")
    if not list_users(programme_dir):
        problems.append("there are no users")
        remedies.append("Add one: landrelease user add NAME --role admin")
    if (settings.secret or read_secret(programme_dir, create=False)) is None:
        problems.append("there is no key to sign sessions with")
        remedies.append(f'Set {VARIABLE} to the output of: python -c "import secrets; print(secrets.token_urlsafe(48))"')
    if problems:
        raise AccessError(f"A server that others can reach ({settings.host}) must be safe, but {'; '.join(problems)}.", "\n".join(remedies))


def check_address(host: str, port: int) -> None:
    """Refuse an address that is taken, before anything is loaded.

    Raises
    ------
    AddressError
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            raise AddressError(
                f"The address {host}:{port} must be free to listen on, but is not: {error.strerror or error}.",
                "Stop the program that uses it, or choose another port with --port.",
            ) from error


def _one_time_path(programme_dir: Path, settings: ServerSettings) -> str:
    from dashboard.auth.links import create_link
    from dashboard.auth.roles import Role
    from dashboard.auth.store import AccessStore

    return f"/open/{create_link(AccessStore(programme_dir), Role.ANALYST, settings.clock())}"


def _advice(programme_dir: Path, settings: ServerSettings) -> list[str]:
    """What the person who starts the server should know of its safety."""
    from dashboard.auth.users import list_users

    lines = []
    if not list_users(programme_dir):
        lines.append("There are no users yet. Add one: landrelease user add NAME --role admin")
    if not settings.is_loopback and not settings.https:
        lines.append("Put a proxy with https in front: passwords travel readable otherwise.")
    return lines


def _announce(say: Callable[[str], None], settings: ServerSettings, port: int, lines: list[str]) -> None:
    """Tell where the server listens; ``{base}`` in a line stands for its address."""
    host = settings.host if ":" not in settings.host or settings.host.startswith("[") else f"[{settings.host}]"
    base = f"http://{host}:{port}"
    for line in (f"Serving on {base}/", *lines):
        say(line.replace("{base}", base))


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _load_modules() -> None:
    """Import what every worker needs before they fork: they share the pages of memory and start at once.

    Only modules are loaded, nothing is opened: a database or a thread must not be shared over a fork.
    """
    import dash_ag_grid  # noqa: F401
    import dash_mantine_components  # noqa: F401
    import geopandas  # noqa: F401

    import dashboard.app
    import dashboard.callbacks
    import dashboard.pages  # noqa: F401


def _logging() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("landrelease")
    if not logger.handlers:
        logger.addHandler(handler)
        logger.propagate = False
    logger.setLevel(logging.INFO)


def _run_gunicorn(programme_dir: Path, settings: ServerSettings, announce: Callable[[int], None]) -> None:
    from gunicorn.app.base import BaseApplication

    from dashboard.app import create_server

    def when_ready(arbiter: Any) -> None:
        announce(arbiter.LISTENERS[0].sock.getsockname()[1])

    def begin(worker: Any) -> None:
        start_warming(worker.wsgi)
        start_jobs(worker.wsgi)

    class Runner(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in gunicorn_settings(settings).items():
                self.cfg.set(name, value)
            self.cfg.set("when_ready", when_ready)
            self.cfg.set("post_worker_init", begin)
            self.cfg.set("worker_exit", lambda _arbiter, worker: stop_jobs(getattr(worker, "wsgi", None)))

        def load(self) -> Any:
            return create_server(programme_dir, settings=settings)

    _logging()
    master = os.getpid()
    try:
        Runner().run()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        if os.getpid() != master:  # a worker ends here: it must not go on with what the command does after serving
            sys.stderr.flush()
            os._exit(code)
        if code != 0:
            raise


def gunicorn_settings(settings: ServerSettings) -> dict[str, Any]:
    """What gunicorn is told.

    The application is made in each worker, after the fork (preload off): SQLite handles and threads do not survive a
    fork. The control socket is off: it would need a writable home, and we stop by signals.
    """
    host = f"[{settings.host}]" if ":" in settings.host and not settings.host.startswith("[") else settings.host
    return {
        "bind": f"{host}:{settings.port}",
        "workers": settings.workers,
        "worker_class": "gthread",
        "threads": settings.threads,
        "preload_app": False,
        "control_socket_disable": True,
        "limit_request_line": _MAX_LINE_BYTES,
        "graceful_timeout": _FAREWELL_S,
        "timeout": _ANSWER_S,
        "keepalive": 5,
        "proc_name": "landrelease",
        "loglevel": "warning",
        "accesslog": None,
        "errorlog": "-",
    }


def start_warming(server: Flask) -> Thread:
    """Begin to prepare, beside the first requests, what the first map, list and panel need: a worker's caches start empty."""
    thread = Thread(target=_warm, args=(server,), name="landrelease-warming", daemon=True)
    thread.start()
    return thread


def _warm(server: Flask) -> None:
    from dashboard.api.frozen import tiles_of
    from dashboard.services.disagreement import standing
    from dashboard.services.estimated import area_estimate
    from dashboard.services.firmness import firm_rank
    from dashboard.services.views import ranked_view
    from dashboard.state import ViewState
    from dashboard.tiles import BASEMAP
    from geodata.errors import GeodataError
    from models.errors import ModelsError

    programme = server.extensions["landrelease"]
    with server.app_context():
        try:
            view = ranked_view(programme, ViewState())
            tiles = tiles_of(view.data_version)
            tiles.areas(0, 0, 0)
            tiles.context(BASEMAP, 0, 0, 0)
            for row in map(int, view.ranking.order[:1]):  # draws of weights, lists of all profiles and estimates serve every panel
                firm_rank(programme, view, row)
                standing(programme, view, row)
                area_estimate(programme, view.snapshot, row)
        except (GeodataError, ModelsError) as error:
            _LOG.info("nothing to prepare: %s", error.message)


def start_jobs(server: Flask) -> JobRunner:
    """Begin to do the jobs that people ask for, beside the requests of this process."""
    from dashboard.jobs import open_jobs
    from dashboard.jobs.runner import JobLimits, JobRunner

    programme = server.extensions["landrelease"]
    section = programme.config.server
    limits = JobLimits(section.jobs_at_once, section.job_memory_mb, section.job_hours * 3600)
    runner = JobRunner(programme.directory, open_jobs(programme), limits)
    server.extensions[_JOBS] = runner
    runner.start()
    return runner


def stop_jobs(server: Flask | None) -> None:
    """Give unfinished jobs back, for the next server to do, and end their processes."""
    runner = None if server is None else server.extensions.pop(_JOBS, None)
    if runner is not None:
        runner.stop()


def _run_waitress(programme_dir: Path, settings: ServerSettings, announce: Callable[[int], None]) -> None:
    from waitress.server import create_server as listen

    from dashboard.app import create_server
    from geodata.ingest.guard import UPLOAD_LIMITS

    _logging()
    application = create_server(programme_dir, settings=settings)
    server = listen(
        application,
        host=settings.host.strip("[]"),
        port=settings.port,
        threads=settings.threads * settings.workers,
        max_request_body_size=max(settings.max_body_bytes, UPLOAD_LIMITS.max_bytes),  # each path has its own limit below
        max_request_header_size=32 * 1024,
        ident="",
    )
    announce(server.effective_port)
    start_warming(application)
    start_jobs(application)
    try:
        server.run()
    finally:
        stop_jobs(application)
        server.close()
