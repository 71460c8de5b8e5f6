"""Headers of every answer."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.server.headers import content_security_policy

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/", "/_dash-layout", "/_dash-dependencies", "/api/nothing", "/account", "/health", "/sign-in.css"])
@pytest.mark.parametrize("role", ["", "viewer"])
def test_every_answer_has_the_headers(server: Flask, clients: dict[str, FlaskClient], path: str, role: str) -> None:
    answer = (clients[role] if role else server.test_client()).get(path)
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in re.sub(r"style-src [^;]*", "", policy)
    assert "Server" not in answer.headers or "Werkzeug" not in answer.headers["Server"]


def test_the_policy_names_each_inline_script_of_the_page_by_its_hash(clients: dict[str, FlaskClient]) -> None:
    import base64
    import hashlib

    page = clients["viewer"].get("/")
    scripts = re.search(r"script-src ([^;]*)", page.headers["Content-Security-Policy"])
    assert scripts is not None
    inline = re.findall(r"<script(?![^>]*(?:src=|application/json))[^>]*>(.*?)</script>", page.text, re.S)
    assert inline
    for script in inline:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in scripts[1]
    assert len(inline) == page.headers["Content-Security-Policy"].count("sha256-")


def test_pages_load_nothing_from_elsewhere(clients: dict[str, FlaskClient]) -> None:
    page = clients["viewer"].get("/").text
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', page) == []


def test_a_tile_server_of_the_programme_is_the_only_foreign_source_of_pictures() -> None:
    policy = content_security_policy(["'sha256-x'"], "https://*.tiles.example.org")
    assert "img-src 'self' data: blob: https://*.tiles.example.org;" in policy
    assert policy.count("example.org") == 1


def test_https_brings_strict_transport_security_and_secure_cookies(
    make_server: Callable[..., Flask], sign_in_as: Callable[..., FlaskClient]
) -> None:
    client = make_server(https=True).test_client()
    assert client.get("/health").headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in make_server().test_client().get("/health").headers


def test_answers_are_not_kept_unless_their_address_names_the_content(clients: dict[str, FlaskClient]) -> None:
    client = clients["viewer"]
    assert client.get("/_dash-layout").headers["Cache-Control"] == "private, no-store"
    page = client.get("/").text
    script = re.search(r'src="(/_dash-component-suites/dash/deps/[^"]*react@[^"]*)"', page)
    assert script is not None
    assert client.get(script[1]).headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_large_answers_are_compressed_for_those_who_take_it(clients: dict[str, FlaskClient]) -> None:
    client = clients["viewer"]
    page = client.get("/").text
    script = re.search(r'src="(/_dash-component-suites/dash/deps/[^"]*react-dom@[^"]*)"', page)
    assert script is not None
    plain = client.get(script[1])
    for _ in range(2):  # the second answer comes from what is kept
        packed = client.get(script[1], headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in plain.headers
    refused = client.get(script[1], headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers
