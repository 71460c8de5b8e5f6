"""Makes the server: Flask with the guard before it and Dash inside it. No global application, nothing when imported."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock
from typing import Any, cast

import dash
from flask import Flask, render_template
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.auth.errors import AccessError
from dashboard.auth.identity import Access, register_access
from dashboard.auth.sessions import Sessions
from dashboard.auth.store import AccessStore
from dashboard.i18n import direction
from dashboard.programme import Programme
from dashboard.server.bodies import register_json
from dashboard.server.compress import register_compression
from dashboard.server.errors import register_errors
from dashboard.server.guard import register_guard
from dashboard.server.headers import register_headers
from dashboard.server.language import request_language, text
from dashboard.server.secret import VARIABLE, read_secret
from dashboard.server.settings import ServerSettings, assets_folder, settings_from_config

PROGRAMME_VARIABLE = "LANDRELEASE_PROGRAMME"
_MAKING = Lock()  # Dash keeps the registry of pages in its module; servers of one process are made one after another


def create_server(programme_dir: Path | str | None = None, *, settings: ServerSettings | None = None) -> Flask:
    """Make the dashboard's server for one programme; may be called several times in a process.

    Parameters
    ----------
    programme_dir : Path or str, optional
        The programme folder; the environment variable LANDRELEASE_PROGRAMME where it is not given, else the working folder.
    settings : ServerSettings, optional
        The ``server`` section of config.yaml where not given.

    Returns
    -------
    flask.Flask
        A WSGI application; ``extensions`` holds "landrelease" (the Programme), "landrelease.dash" (the Dash app) and
        "landrelease.access" (people and sessions).

    Raises
    ------
    ConfigError
        config.yaml is missing or wrong.
    AccessError
        There is no key to sign sessions with, or it is not safe.
    """
    folder = programme_dir if programme_dir is not None else os.environ.get(PROGRAMME_VARIABLE, ".")
    programme = Programme.open(folder)
    chosen = settings or settings_from_config(programme.config.server)
    here = Path(__file__).parent
    server = Flask("dashboard", static_folder=None, template_folder=str(here / "server" / "templates"), root_path=str(here))
    if chosen.is_behind_proxy:
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    server.extensions["landrelease"] = programme
    register_access(server, _open_access(programme, chosen))
    register_json(server)
    register_errors(server)
    with _MAKING:
        dash_app = _make_dash(server, chosen, programme)
        _finish(server, chosen)
    server.extensions["landrelease.dash"] = dash_app
    return server


def _open_access(programme: Programme, settings: ServerSettings) -> Access:
    secret = settings.secret or read_secret(programme.directory, create=settings.is_loopback)
    if secret is None:
        raise AccessError(
            "A server that others can reach needs a key to sign sessions with, and there is none.",
            f'Set {VARIABLE} to the output of: python -c "import secrets; print(secrets.token_urlsafe(48))"',
        )
    store = AccessStore(programme.directory)
    sessions = Sessions(store, secret, settings.session_idle_s, settings.session_max_s, allow_links=settings.allow_links)
    return Access(store, sessions, settings)


def _make_dash(server: Flask, settings: ServerSettings, programme: Programme) -> Any:
    """Dash inside the server: guard first, then Dash's own functions, then pages, callbacks and data."""
    made: list[Any] = []
    register_guard(server, settings, lambda: made[0].callback_map)
    register_compression(server)  # functions after a request run last to first: compression sees the headers
    register_headers(server, settings, lambda: made[0].csp_hashes())
    app = _App(
        "dashboard",
        server=cast("Any", server),
        use_pages=True,
        pages_folder="",
        assets_folder=str(assets_folder()),
        serve_locally=True,
        suppress_callback_exceptions=True,  # components of a page exist only while it is open
        title=programme.name,
        update_title="",
        enable_mcp=False,
        add_log_handler=False,
        on_error=None,
    )
    made.append(app)
    _register_routes(server)
    _register_pages(app)
    return app


class _App(dash.Dash):
    """Dash with our own frame of the page: in the person's language and direction, without a script for browsers long gone."""

    def interpolate_index(
        self,
        metas: str = "",
        title: str = "",
        css: str = "",
        config: str = "",
        scripts: str = "",
        app_entry: str = "",
        favicon: str = "",
        renderer: str = "",
    ) -> str:
        """The page that loads everything else."""
        language = request_language()
        return render_template(
            "page.html",
            language=language,
            direction=direction(language),
            needs=text("needs_script", language),
            loading=text("loading", language),
            metas=metas,
            title=title,
            css=css,
            config=config,
            scripts=scripts,
            favicon=favicon,
            renderer=renderer,
        )


def _register_routes(server: Flask) -> None:
    from dashboard.api import register_api
    from dashboard.auth.routes import register_routes

    register_routes(server)
    register_api(server)


def _register_pages(app: Any) -> None:
    from dash import _callback

    from dashboard.callbacks import register_callbacks
    from dashboard.pages import register_pages

    register_pages(app)
    register_callbacks(app)
    if _callback.GLOBAL_CALLBACK_LIST:
        stray = ", ".join(str(entry["output"]) for entry in _callback.GLOBAL_CALLBACK_LIST[:3])
        raise RuntimeError(f"Callbacks must be registered with `app.callback`, so that a second server has them too; not so: {stray}.")


def _finish(server: Flask, settings: ServerSettings) -> None:
    """Let Dash complete itself now: it does so at the first request, where two at once would see it half made."""
    host = settings.accepted_hosts[0] if settings.accepted_hosts else "localhost"
    with server.test_request_context("/health", base_url=f"http://{host}"):
        server.preprocess_request()
