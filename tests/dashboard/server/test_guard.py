"""Deny by default: nothing of the programme leaves the server without a sign-in."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.auth.matrix import path_permission
from dashboard.auth.roles import Permission

VALUES = {
    "token": "abc", "path": "areas/HA-1", "filename": "js/x.js", "package_name": "dash", "fingerprinted_path": "deps/x.js",
    "data_version": "0" * 16, "layer_id": "roads", "z": "1", "x": "0", "y": "0", "measure": "rank", "area_id": "HA-1",
    "upload_id": "0" * 32, "job_id": "0" * 32, "file_format": "csv", "name": "someone", "chunk": "0",
}  # fmt: skip


def concrete(rule: object, server: Flask) -> str:
    """An address that fits a rule."""
    adapter = server.url_map.bind("localhost")
    arguments = {name: VALUES[name] for name in rule.arguments}  # type: ignore[attr-defined]
    return adapter.build(rule.endpoint, arguments)  # type: ignore[attr-defined, no-any-return]


def test_no_path_answers_a_stranger_unless_the_matrix_calls_it_public(server: Flask) -> None:
    client = server.test_client()
    closed = []
    for rule in server.url_map.iter_rules():
        for method in sorted(rule.methods - {"OPTIONS"}):
            if path_permission(rule.rule, method) is Permission.PUBLIC:
                continue
            answer = client.open(concrete(rule, server), method=method)
            closed.append(rule.rule)
            assert answer.status_code == 401, (method, rule.rule)
            assert b"HA-1" not in answer.data
    assert {"/", "/_dash-layout", "/_dash-dependencies", "/_dash-update-component", "/assets/<path:filename>"} <= set(closed)


@pytest.mark.parametrize("path", ["/", "/areas/HA-1", "/_dash-layout", "/_dash-dependencies", "/_reload-hash", "/nothing/at/all"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_a_stranger_gets_no_page_by_any_method(server: Flask, path: str, method: str) -> None:
    assert server.test_client().open(path, method=method).status_code == 401


def test_a_stranger_who_navigates_is_led_to_the_sign_in_page_and_back(server: Flask) -> None:
    answer = server.test_client().get("/areas/HA-1?scenario=one&w.need=3", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=%2Fareas%2FHA-1%3Fscenario%3Done%26w.need%3D3")


def test_a_path_without_a_line_in_the_matrix_stays_shut_for_everyone(
    make_server: Callable[..., Flask], sign_in_as: Callable[..., FlaskClient]
) -> None:
    server = make_server()
    server.add_url_rule("/api/forgotten", "forgotten", lambda: "secret")
    for role in ("viewer", "analyst", "approver", "admin"):
        answer = sign_in_as(server, role).get("/api/forgotten")
        assert (answer.status_code, b"secret" in answer.data) == (403, False)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=lambda headers: next(iter(headers.values())),
)
def test_a_page_of_another_site_changes_nothing(clients: dict[str, FlaskClient], headers: dict[str, str]) -> None:
    assert clients["viewer"].post("/sign-out", headers=headers).status_code == 403
    assert clients["viewer"].get("/account").status_code == 200


def test_a_page_of_this_site_and_a_program_may_change_things(clients: dict[str, FlaskClient]) -> None:
    assert clients["viewer"].post("/sign-out", headers={"Origin": "http://localhost"}).status_code == 303
    assert clients["analyst"].post("/sign-out").status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "localhost.evil.example:80"])
def test_a_loopback_server_answers_under_its_own_names_only(server: Flask, host: str) -> None:
    assert server.test_client().get("/health", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "localhost:8050", "127.0.0.1:8050", "[::1]:8050", "LOCALHOST"])
def test_a_loopback_server_answers_under_each_of_its_names(server: Flask, host: str) -> None:
    assert server.test_client().get("/health", headers={"Host": host}).status_code == 200


def test_a_body_over_the_limit_is_refused_whether_or_not_it_states_its_length(clients: dict[str, FlaskClient]) -> None:
    body = b'{"output":"' + b"x" * 5_000_000 + b'"}'
    client = clients["viewer"]
    assert client.post("/_dash-update-component", data=body, content_type="application/json").status_code == 413
    streamed = client.post(
        "/_dash-update-component",
        input_stream=io.BytesIO(body),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert streamed.status_code == 413


def test_a_sign_in_form_over_the_limit_is_refused(server: Flask) -> None:
    answer = server.test_client().post("/sign-in", data={"name": "a", "password": "x" * 5_000_000})
    assert answer.status_code == 413
    assert server.test_client().post("/sign-in", data={"name": "a", "password": "x" * 50_000}).status_code in (401, 413)


def test_a_server_behind_a_proxy_answers_under_the_name_people_use_and_knows_their_addresses(make_server: Callable[..., Flask]) -> None:
    server = make_server(trusted_hosts=("demining.example",))
    client = server.test_client()
    seen = {"Host": "demining.example", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    answer = client.get("/sign-in", headers=seen, environ_overrides={"REMOTE_ADDR": "127.0.0.1"})
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert client.get("/health", headers={**seen, "Host": "evil.example"}).status_code == 400
    client.post("/sign-in", data={"name": "a", "password": "b"}, headers={**seen, "Origin": "https://demining.example"})
    keys = [key for (key,) in server.extensions["landrelease.access"].store.read("SELECT key FROM failures ORDER BY key")]
    assert keys == ["address:203.0.113.9", "name:a", "pair:a|203.0.113.9"]


def test_a_server_without_a_proxy_takes_no_ones_word_for_an_address(server: Flask) -> None:
    server.test_client().post("/sign-in", data={"name": "a", "password": "b"}, headers={"X-Forwarded-For": "203.0.113.9"})
    keys = [key for (key,) in server.extensions["landrelease.access"].store.read("SELECT key FROM failures ORDER BY key")]
    assert keys == ["address:127.0.0.1", "name:a", "pair:a|127.0.0.1"]
