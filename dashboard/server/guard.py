"""One guard before every request: host, size, origin, sign-in, role. What the matrix does not name stays shut."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, redirect, request
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from dashboard.auth.identity import identity
from dashboard.auth.matrix import callback_permissions, path_permission
from dashboard.auth.roles import Permission, allows
from dashboard.server.bodies import check_callback_body, read_json
from dashboard.server.errors import RequestError, wants_page
from dashboard.server.settings import HOSTS_VARIABLE, ServerSettings
from dashboard.server.values import check_values

_LOG = logging.getLogger("landrelease.server")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CALLBACK_RULE = "/_dash-update-component"
_MAX_FORM_BYTES = 16 * 1024


def register_guard(server: Flask, settings: ServerSettings, callbacks: Callable[[], dict[str, Any]]) -> None:
    """Put the guard before everything else that a server does.

    Parameters
    ----------
    server : Flask
        Without any other function before its requests: the first one registered runs first.
    settings : ServerSettings
    callbacks : callable
        Gives ``Dash.callback_map``; asked at each callback.
    """
    server.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    server.config["MAX_FORM_MEMORY_SIZE"] = _MAX_FORM_BYTES

    def guard() -> AnyResponse | None:
        check_host(settings)
        check_origin()
        rule = request.url_rule.rule if request.url_rule else None
        permission = path_permission(rule, request.method) if rule else None
        if permission is Permission.PUBLIC:
            return None
        refusal = _refuse_strangers()
        if refusal is not None:
            return refusal
        if rule is None:
            return None  # 404 or 405, from the router
        _check_role(permission, rule)
        if rule == _CALLBACK_RULE:
            _check_callback(read_json(settings.max_depth), callbacks())
        return None

    server.before_request(guard)


def check_host(settings: ServerSettings) -> None:
    """Refuse requests for a host name that is not ours (a foreign name that was made to point here).

    Raises
    ------
    RequestError
        400.
    """
    accepted = settings.accepted_hosts
    if not accepted:
        return
    host = request.headers.get("Host", "")
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and not host.endswith("]") else host
    if name.lower() not in accepted:
        raise RequestError(
            400,
            f"Requests must name {' or '.join(accepted)} as their host; this one names {host[:100]!r}.",
            f"Use the address printed at start, or add the name to {HOSTS_VARIABLE}.",
        )


def check_origin() -> None:
    """Refuse unsafe requests that a page of another site makes the browser send.

    Raises
    ------
    RequestError
        403.
    """
    if request.method in _SAFE:
        return
    origin = request.headers.get("Origin")
    if origin is not None:
        is_own = urlsplit(origin).netloc.lower() == request.host.lower() and origin != "null"
    else:
        is_own = request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    if not is_own:
        raise RequestError(
            403, "Changes must come from this site's own pages; this request comes from another.", "Open the page here and try again."
        )


def _refuse_strangers() -> AnyResponse | None:
    """None for someone signed in; a way to the sign-in page for people; 401 for programs."""
    if identity() is not None:
        return None
    if request.method in ("GET", "HEAD") and wants_page():
        target = request.full_path.rstrip("?")
        return redirect("/sign-in" if target == "/" else f"/sign-in?next={quote(target, safe='')}", 303)
    raise Unauthorized()


def _check_role(permission: Permission | None, rule: str) -> None:
    who = identity()
    if permission is None:
        _LOG.error("%s %s has no line in dashboard/auth/matrix.py and stays shut", request.method, rule)
        raise Forbidden()
    if who is None or not allows(who.role, permission):
        raise Forbidden()


def _check_callback(body: Any, callbacks: dict[str, Any]) -> None:
    output = check_callback_body(body, callbacks)
    permissions = callback_permissions(output, callbacks[output]["inputs"])
    if permissions is None:
        _LOG.error("the callback %s has no line in dashboard/auth/matrix.py and stays shut", output)
        raise Forbidden()
    for permission in permissions:
        _check_role(permission, _CALLBACK_RULE)
    check_values(body)
