"""Error pages: what must hold, what was found, what to do, a reference number, and never a traceback."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import NotFound

from dashboard.server.errors import RequestError
from geodata.errors import LayerError, SnapshotError

REFERENCE = re.compile(r"[2-9A-HJ-NP-Z]{8}")


@pytest.fixture
def failing(make_server: Callable[..., Flask], sign_in_as: Callable[..., FlaskClient]) -> tuple[Flask, FlaskClient]:
    """A server on which /_favicon.ico, which is public, raises what a test puts into ``server.failure``."""
    server = make_server()

    def fail() -> None:
        raise server.extensions["failure"]

    server.view_functions["/_favicon.ico"] = fail
    return server, server.test_client()


def test_an_unexpected_error_shows_a_reference_that_the_log_knows_and_no_traceback(
    failing: tuple[Flask, FlaskClient], caplog: pytest.LogCaptureFixture
) -> None:
    server, client = failing
    server.extensions["failure"] = ZeroDivisionError("secret detail in /private/path")
    with caplog.at_level(logging.ERROR, logger="landrelease.server"):
        answer = client.get("/_favicon.ico", headers={"Accept": "text/html"})
    shown = REFERENCE.findall(answer.text)
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert shown[-1] in caplog.text
    assert "ZeroDivisionError: secret detail in /private/path" in caplog.text


def test_a_program_gets_the_error_as_json(failing: tuple[Flask, FlaskClient]) -> None:
    server, client = failing
    server.extensions["failure"] = RequestError(422, "The year must be 1990 or later, but is 1066.", "Choose another year.")
    error = json.loads(client.get("/_favicon.ico").data)["error"]
    assert REFERENCE.fullmatch(error.pop("reference"))
    assert error == {
        "status": 422,
        "title": "Cannot be done as asked",
        "message": "The year must be 1990 or later, but is 1066.",
        "remedy": "Choose another year.",
    }


@pytest.mark.parametrize(
    ("error", "status"),
    [(LayerError("A layer is missing.", "Add it."), 422), (SnapshotError("Nothing is built.", "Run landrelease build."), 503)],
    ids=["layer", "snapshot"],
)
def test_errors_of_our_own_families_carry_their_text(failing: tuple[Flask, FlaskClient], error: Exception, status: int) -> None:
    server, client = failing
    server.extensions["failure"] = error
    answer = client.get("/_favicon.ico")
    found = json.loads(answer.data)["error"]
    assert (answer.status_code, found["message"], found["remedy"]) == (status, error.args[0], error.remedy)  # type: ignore[attr-defined]
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_paths_of_this_machine_are_not_shown(failing: tuple[Flask, FlaskClient], folder: Path) -> None:
    server, client = failing
    server.extensions["failure"] = SnapshotError(f"Nothing has been built yet in {folder}.", "Run landrelease build.")
    assert str(folder) not in client.get("/_favicon.ico").text


def test_text_in_an_error_is_text(failing: tuple[Flask, FlaskClient]) -> None:
    server, client = failing
    server.extensions["failure"] = RequestError(404, "There is no area '<img src=x onerror=alert(1)>'.", "")
    page = client.get("/_favicon.ico", headers={"Accept": "text/html"}).text
    assert "&lt;img src=x" in page
    assert "<img" not in page


@pytest.mark.parametrize(("language", "start"), [("fr", '<html lang="fr" dir="ltr">'), ("ar", '<html lang="ar" dir="rtl">')])
def test_error_pages_speak_the_language_asked_for(failing: tuple[Flask, FlaskClient], language: str, start: str) -> None:
    server, client = failing
    server.extensions["failure"] = NotFound()
    assert start in client.get(f"/_favicon.ico?lang={language}", headers={"Accept": "text/html"}).text


def test_an_address_that_is_not_there_and_a_method_that_does_not_fit_are_told_apart(clients: dict[str, FlaskClient]) -> None:
    client = clients["viewer"]
    assert client.post("/no/such/path").status_code == 405  # the pages take any path, by GET only
    answer = client.delete("/account")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "path",
    [
        "/_dash-component-suites/dash/../../etc/passwd",
        "/_dash-component-suites/dash/dash.py",
        "/_dash-component-suites/os/path.py",
        "/assets/../dashboard/app.py",
        "/assets/..%2Fdashboard/app.py",
        "/assets/%00",
        "/assets/js",
    ],
)
def test_files_beside_the_public_ones_are_not_there(clients: dict[str, FlaskClient], path: str) -> None:
    assert clients["admin"].get(path).status_code == 404
