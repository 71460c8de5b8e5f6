"""How one server runs: where it listens, how long sessions last, what it accepts."""

from __future__ import annotations

import ipaddress
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata.schema.config import ServerSection

HOSTS_VARIABLE = "LANDRELEASE_HOSTS"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on ``host``.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class ServerSettings:
    """Settings of one server; every value has a safe default.

    Attributes
    ----------
    host : str
        Address it listens on.
    port : int
        Port it listens on; 0 lets the system choose.
    workers, threads : int
        Processes, and threads in each.
    allow_links : bool
        Whether one-time links open a session (the demonstration on this machine only).
    session_idle_s, session_max_s : int
        A session ends after this many seconds without a request, and after this many in any case.
    max_body_bytes : int
        Largest body of an ordinary request.
    max_depth : int
        Deepest nesting accepted in JSON.
    trusted_hosts : tuple of str
        Host names under which people reach the server; empty accepts any (loopback servers accept only loopback names).
        A loopback server with such names stands behind a proxy, whose X-Forwarded-For and X-Forwarded-Proto then count.
    https : bool
        Whether people reach the server by https in any case (cookies are then always Secure).
    tile_origin : str
        Origin of the tile server that the programme names, or "".
    clock : callable
        Seconds since 1970; tests hand in their own.
    secret : bytes or None
        Key that signs sessions; None reads the environment or the programme's key file.
    """

    host: str = "127.0.0.1"
    port: int = 8050
    workers: int = 2
    threads: int = 4
    allow_links: bool = False
    session_idle_s: int = 3600
    session_max_s: int = 12 * 3600
    max_body_bytes: int = 4 * 1024 * 1024
    max_depth: int = 64
    trusted_hosts: tuple[str, ...] = ()
    https: bool = False
    tile_origin: str = ""
    clock: Callable[[], float] = time.time
    secret: bytes | None = None

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)

    @property
    def is_behind_proxy(self) -> bool:
        """Whether requests come through a proxy on this machine."""
        return self.is_loopback and bool(self.trusted_hosts)

    @property
    def accepted_hosts(self) -> tuple[str, ...]:
        """Host names that a request may name; empty means any."""
        own = LOOPBACK_NAMES if self.is_loopback else ()
        return (*self.trusted_hosts, *own)


def settings_from_config(section: ServerSection, **changes: Any) -> ServerSettings:
    """Settings that the ``server`` section of config.yaml and LANDRELEASE_HOSTS ask for, with changes from the command line.

    Parameters
    ----------
    section : ServerSection
    **changes
        Fields of ServerSettings that override it; None leaves the section's value.
    """
    max_s = int(section.session_hours * 3600)
    values: dict[str, Any] = {
        "host": section.host,
        "port": section.port,
        "workers": section.workers,
        "session_max_s": max_s,
        "session_idle_s": min(int(section.idle_minutes * 60), max_s),
        "tile_origin": tile_origin(section.tile_server or ""),
        "trusted_hosts": tuple(filter(None, re.split(r"[,\s]+", os.environ.get(HOSTS_VARIABLE, "").lower()))),
    }
    values |= {name: value for name, value in changes.items() if value is not None}
    return ServerSettings(**values)


def tile_origin(address: str) -> str:
    """Source that the browser must be allowed to load background tiles from, or "".

    >>> tile_origin("https://{s}.tiles.example.org/{z}/{x}/{y}.png"), tile_origin("")
    ('https://*.tiles.example.org', '')
    """
    found = re.match(r"(https?)://(\{s\}\.)?([A-Za-z0-9.-]+(?::\d+)?)(?:/|$)", address)
    return f"{found[1]}://{'*.' if found[2] else ''}{found[3]}" if found else ""


def assets_folder() -> Path:
    """The installed folder of scripts, styles and fonts (package ``assets``).

    Raises
    ------
    RuntimeError
        The package is not installed.
    """
    import importlib.util

    spec = importlib.util.find_spec("assets")
    places = list(spec.submodule_search_locations or []) if spec else []
    if not places:
        raise RuntimeError(
            "The package `assets` (scripts and styles) must be installed beside `dashboard`, but is not found. "
            "Install landrelease again with pip."
        )
    return Path(places[0]).resolve()
