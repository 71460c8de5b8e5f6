"""A PostgreSQL server with PostGIS of the tests' own, and fresh databases on it."""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_PROGRAMS = Path(os.environ.get("LANDRELEASE_POSTGRES_BIN", "/usr/lib/postgresql/15/bin"))
_POSTGIS = Path("/usr/share/postgresql/15/extension/postgis.control")


def _run(folder: Path, *command: str) -> None:
    """Run a program of PostgreSQL, which refuses to work for root."""
    user = "postgres" if os.getuid() == 0 else None
    subprocess.run(command, check=True, cwd=folder, user=user, capture_output=True)


def _missing() -> str:
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg is not installed"
    if not (_PROGRAMS / "initdb").is_file() or not _POSTGIS.is_file():
        return "PostgreSQL 15 with PostGIS 3 is not installed (postgresql-15-postgis-3)"
    return ""


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of a server that only this test run can reach (a socket in a private folder, no network)."""
    if reason := _missing():
        if os.environ.get("LANDRELEASE_REQUIRE_POSTGIS"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="lr-pg-", dir="/tmp"))
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data = folder / "data"
    try:
        _run(
            folder,
            str(_PROGRAMS / "initdb"),
            "-D",
            str(data),
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=40"
        log = str(folder / "log")
        subprocess.run(
            [str(_PROGRAMS / "pg_ctl"), "-D", str(data), "-o", options, "-l", log, "-w", "start"],
            check=True,
            user="postgres" if os.getuid() == 0 else None,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        yield f"postgresql://postgres@/postgres?host={folder}"
        _run(folder, str(_PROGRAMS / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(server: str) -> Iterator[str]:
    """Address of a fresh database."""
    import psycopg

    name = f"test_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
