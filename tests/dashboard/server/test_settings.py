"""Settings, the key, and what is refused before a server listens."""

from __future__ import annotations

import os
import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.app import create_server
from dashboard.auth.errors import AccessError
from dashboard.auth.users import add_user
from dashboard.server.run import AddressError, check_address, check_safety, gunicorn_settings
from dashboard.server.secret import read_secret
from dashboard.server.settings import ServerSettings, settings_from_config, tile_origin
from geodata.errors import ConfigError
from geodata.schema.config import ServerSection

LONG = "s" * 48


@pytest.fixture(autouse=True)
def no_secret_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own environment holds no key."""
    monkeypatch.delenv("LANDRELEASE_SECRET", raising=False)


def test_settings_follow_config_and_the_command_line_wins() -> None:
    section = ServerSection(session_hours=3, idle_minutes=600, tile_server="https://tiles.example.org:8443/{z}/{x}/{y}.png")
    settings = settings_from_config(section, port=9000, workers=None)
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 9000, 2)
    assert (settings.session_max_s, settings.session_idle_s) == (10_800, 10_800)
    assert settings.tile_origin == "https://tiles.example.org:8443"


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "https://a.b; script-src *", "//tiles.example.org/", "https://a b/"])
def test_an_address_that_is_no_tile_server_opens_nothing(address: str) -> None:
    assert tile_origin(address) == ""


def test_others_can_reach_a_server_only_with_users_and_a_key_and_all_problems_are_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ServerSettings(host="0.0.0.0", allow_links=True)
    with pytest.raises(AccessError) as found:
        check_safety(folder, settings)
    assert found.value.message == (
        "A server that others can reach (0.0.0.0) must be safe, but one-time links open on this machine only; "
        "there are no users; there is no key to sign sessions with."
    )
    assert not (folder / "access.key").exists()
    add_user(folder, "amina", "admin", "correct horse battery")
    monkeypatch.setenv("LANDRELEASE_SECRET", LONG)
    check_safety(folder, ServerSettings(host="0.0.0.0"))


def test_a_server_for_others_without_a_key_is_not_even_made(folder: Path) -> None:
    with pytest.raises(AccessError, match="needs a key"):
        create_server(folder, settings=ServerSettings(host="192.0.2.1"))


def test_a_loopback_server_makes_its_key_once_and_for_its_owner_only(folder: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        keys = set(pool.map(lambda _: read_secret(folder, create=True), range(8)))
    assert len(keys) == 1
    assert len(keys.pop() or b"") == 64
    assert sorted(path.name for path in folder.iterdir()) == ["access.key", "config.yaml"]
    if os.name == "posix":
        assert stat.S_IMODE((folder / "access.key").stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="modes of files are of POSIX")
def test_a_key_that_others_can_read_is_refused(folder: Path) -> None:
    read_secret(folder, create=True)
    (folder / "access.key").chmod(0o640)
    with pytest.raises(AccessError, match="must be readable by its owner only, but has mode 640"):
        create_server(folder)


@pytest.mark.parametrize("value", ["", "short"])
def test_a_short_key_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("LANDRELEASE_SECRET", value)
    with pytest.raises(AccessError, match=f"at least 32 characters, but holds {len(value)}"):
        create_server(folder)


def test_an_address_in_use_is_named(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(AddressError, match=f"127.0.0.1:{port} must be free"):
            check_address("127.0.0.1", port)
    with pytest.raises(AddressError, match=r"192\.0\.2\.1:0 must be free"):
        check_address("192.0.2.1", 0)


def test_gunicorn_needs_no_writable_home_and_takes_long_addresses() -> None:
    chosen = gunicorn_settings(ServerSettings(host="::1", port=8051, workers=3))
    assert chosen["bind"] == "[::1]:8051"
    assert chosen["control_socket_disable"] is True
    assert chosen["preload_app"] is False
    assert (chosen["workers"], chosen["limit_request_line"]) == (3, 8190)


def test_a_folder_without_a_programme_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError):
        create_server(tmp_path)
    monkeypatch.setenv("LANDRELEASE_PROGRAMME", str(tmp_path))
    with pytest.raises(ConfigError):
        create_server()


def test_names_of_a_proxy_come_from_the_environment_and_void_one_time_links(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANDRELEASE_HOSTS", "Demining.example, www.demining.example")
    settings = settings_from_config(ServerSection())
    assert settings.trusted_hosts == ("demining.example", "www.demining.example")
    assert "127.0.0.1" in settings.accepted_hosts
    with pytest.raises(AccessError, match="one-time links open on this machine only"):
        check_safety(folder, replace(settings, allow_links=True))
    check_safety(folder, settings)
