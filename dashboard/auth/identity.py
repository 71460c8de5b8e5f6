"""Who asks, in this request; and the check that data-bearing handlers make once more."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, g, request
from werkzeug.exceptions import Forbidden, Unauthorized

from dashboard.auth.roles import Permission, allows
from dashboard.auth.sessions import Identity, Sessions
from dashboard.auth.store import AccessStore
from dashboard.server.settings import ServerSettings

_EXTENSION = "landrelease.access"


@dataclass(frozen=True)
class Access:
    """What a server needs to know about people: kept in ``server.extensions["landrelease.access"]``."""

    store: AccessStore
    sessions: Sessions
    settings: ServerSettings

    @property
    def cookie_name(self) -> str:
        """Name of the session cookie; browsers accept ``__Host-`` only over https and for this host alone."""
        return "__Host-landrelease" if self.settings.https else "landrelease"

    def now(self) -> float:
        """Seconds since 1970, by the server's clock."""
        return self.settings.clock()


def register_access(server: Flask, access: Access) -> None:
    """Give a server its people."""
    server.extensions[_EXTENSION] = access


def access() -> Access:
    """People and sessions of the server that answers this request."""
    found: Access = current_app.extensions[_EXTENSION]
    return found


def identity() -> Identity | None:
    """Who asks, or None for someone not signed in; looked up once a request."""
    if "landrelease_identity" not in g:
        people = access()
        g.landrelease_identity = people.sessions.find(request.cookies.get(people.cookie_name), people.now())
    found: Identity | None = g.landrelease_identity
    return found


def require(permission: Permission) -> Identity:
    """Check, in a handler that hands out data, that whoever asks may have it.

    Raises
    ------
    Unauthorized, Forbidden
        Not signed in; or signed in with a role that does not hold the permission.
    """
    who = identity()
    if who is None:
        raise Unauthorized()
    if not allows(who.role, permission):
        raise Forbidden()
    return who
