"""What tests of the server share: a small programme without data, a clock of their own, and clients signed in by role."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component
from flask import Flask, g
from flask.testing import FlaskClient

from dashboard.app import create_server
from dashboard.auth.passwords import hash_password
from dashboard.auth.roles import Role
from dashboard.auth.sessions import Identity
from dashboard.programme import Programme
from dashboard.server.settings import ServerSettings

CONFIG = """
programme:
  name: {en: "Test <b>country</b>", fr: "Pays d'essai", ar: "بلد تجريبي"}
  country: Nowhere
  fictional: true
  languages: [en, fr, ar]
"""

PASSWORD = "correct horse battery"


@dataclass
class Clock:
    """Seconds since 1970 that a test moves by hand."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The test's own clock."""
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A programme folder with nothing but a small config.yaml."""
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


@pytest.fixture
def make_server(folder: Path, clock: Clock) -> Callable[..., Flask]:
    """Makes a server of the small programme; keyword arguments are ServerSettings."""

    def make(**changes: object) -> Flask:
        return create_server(folder, settings=ServerSettings(clock=clock, secret=b"k" * 48, **changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def server(make_server: Callable[..., Flask]) -> Flask:
    """A server of the small programme with default settings."""
    return make_server()


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Hash of PASSWORD, made once: it is slow on purpose."""
    return hash_password(PASSWORD, name="")


@pytest.fixture
def sign_in_as(password_hash: str) -> Callable[..., FlaskClient]:
    """Gives a client with a session of a new person of a role."""

    def sign_in(server: Flask, role: str, name: str | None = None) -> FlaskClient:
        access = server.extensions["landrelease.access"]
        person = name or f"a-{role}"
        with access.store.write() as db:
            db.execute("INSERT INTO users VALUES (?, ?, ?, ?, ?)", (person, role, password_hash, access.now(), access.now()))
        client = server.test_client()
        client.set_cookie(access.cookie_name, access.sessions.begin(access.now(), user_name=person))
        return client

    return sign_in


@pytest.fixture
def clients(server: Flask, sign_in_as: Callable[..., FlaskClient]) -> dict[str, FlaskClient]:
    """One signed-in client for each role."""
    return {role.value: sign_in_as(server, role.value) for role in Role}


@pytest.fixture(scope="session")
def example_server(example_programme: Programme, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A server of the example country."""
    folder = tmp_path_factory.mktemp("served") / "programme"
    shutil.copytree(example_programme.directory, folder)
    return create_server(folder, settings=ServerSettings(secret=b"k" * 48))


@pytest.fixture
def request_on(example_server: Flask) -> Callable[..., AbstractContextManager[None]]:
    """Opens a request on a server by a viewer; the server of the example country where none is given."""

    @contextmanager
    def open_request(address: str = "/", server: Flask | None = None, *, role: Role | None = Role.VIEWER) -> Iterator[None]:
        with (server or example_server).test_request_context(address):
            g.landrelease_identity = None if role is None else Identity(name="someone", role=role, session="", is_user=True)
            yield

    return open_request


@pytest.fixture
def parts() -> Callable[[Any], list[Component]]:
    """Every component of a layout, itself first."""

    def walk(found: Any) -> list[Component]:
        if isinstance(found, list | tuple):
            return [each for part in found for each in walk(part)]
        if not isinstance(found, Component):
            return []
        return [found, *walk(getattr(found, "children", None))]

    return walk


@pytest.fixture
def words() -> Callable[[Any], str]:
    """All text of a layout, as a person reads it."""

    def read(found: Any) -> str:
        if isinstance(found, str):
            return found
        if isinstance(found, list | tuple):
            return " ".join(filter(None, map(read, found)))
        return read(getattr(found, "children", None)) if isinstance(found, Component) else ""

    return read
