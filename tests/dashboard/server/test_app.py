"""Making the server: nothing when imported, several in one process, one person's choices never another's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.app import create_server


def test_two_servers_of_one_process_have_the_same_pages_and_callbacks(
    make_server: Callable[..., Flask], sign_in_as: Callable[..., FlaskClient]
) -> None:
    servers = [make_server(), make_server(), make_server()]
    found = []
    for number, server in enumerate(servers):
        client = sign_in_as(server, "viewer", f"person{number}")
        assert client.get("/").status_code == 200
        callbacks = {entry["output"] for entry in client.get("/_dash-dependencies").get_json()}
        found.append((callbacks, client.get("/_dash-layout").get_json()))
    assert len(found[0][0]) >= 2
    assert found[0] == found[1] == found[2]


def test_the_programme_comes_from_the_environment_where_none_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANDRELEASE_PROGRAMME", str(folder))
    monkeypatch.setenv("LANDRELEASE_SECRET", "s" * 48)
    assert create_server().extensions["landrelease"].directory == folder


def test_everything_is_served_from_here_and_the_machine_interface_is_off(server: Flask) -> None:
    app = server.extensions["landrelease.dash"]
    assert app.config.serve_locally is True
    assert app._enable_mcp is False
    assert not [rule.rule for rule in server.url_map.iter_rules() if "mcp" in rule.rule]


def test_the_machine_interface_stays_off_whatever_the_environment_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASH_MCP_ENABLED", "true")
    monkeypatch.setenv("LANDRELEASE_SECRET", "s" * 48)
    server = create_server(folder)
    assert not [rule.rule for rule in server.url_map.iter_rules() if "mcp" in rule.rule]


def test_callbacks_that_only_the_first_server_would_have_are_refused(
    make_server: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    import dash
    from dash import _callback

    import dashboard.callbacks

    def stray(app: object) -> None:
        dash.callback(dash.Output("frame-x", "children"), dash.Input("frame-y", "value"))(str)

    monkeypatch.setattr(dashboard.callbacks, "register_callbacks", stray)
    with pytest.raises(RuntimeError, match=r"registered with `app.callback`.*frame-x.children"):
        make_server()
    _callback.GLOBAL_CALLBACK_LIST.clear()
    _callback.GLOBAL_CALLBACK_MAP.clear()


def test_importing_the_server_makes_nothing_and_opens_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, dashboard.app as a, flask, dash; "
        "assert not [v for v in vars(a).values() if isinstance(v, (flask.Flask, dash.Dash))]; "
        "assert 'gunicorn' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_the_page_states_its_language_and_direction(server: Flask, clients: dict[str, FlaskClient]) -> None:
    page = clients["viewer"].get("/?lang=ar").text
    assert '<html lang="ar" dir="rtl">' in page
    assert 'id="react-entry-point"' in page
    assert "جارٍ التحميل" in page
    assert "<title>Test &lt;b&gt;country&lt;/b&gt;</title>" in page
