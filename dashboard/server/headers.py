"""Headers of every answer: what the browser may load, run, frame, remember."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Flask, Response, request

from dashboard.server.settings import ServerSettings

_YEAR_S = 31_536_000

# Answers that never change under their address (they name a data version, a file's hash or its time of change).
IMMUTABLE = f"private, max-age={_YEAR_S}, immutable"


def content_security_policy(script_hashes: Sequence[str], tile_origin: str = "") -> str:
    """The policy of the dashboard's pages.

    Scripts come from this server, or are the few inline ones of Dash, named by their hashes; ``eval`` is off. Styles may
    stand in the page because Leaflet and Mantine set them so (measured: both break without).

    Parameters
    ----------
    script_hashes : sequence of str
        Quoted hashes, as ``Dash.csp_hashes()`` gives them.
    tile_origin : str
        Origin of background tiles, where the programme names a tile server.
    """
    images = " ".join(filter(None, ["'self'", "data:", "blob:", tile_origin]))
    directives = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": images,
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


PLAIN_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def register_headers(server: Flask, settings: ServerSettings, script_hashes: Callable[[], Sequence[str]]) -> None:
    """Add the headers to every answer of a server.

    Parameters
    ----------
    server : Flask
    settings : ServerSettings
    script_hashes : callable
        Hashes of the inline scripts; asked at the first page, when all of them are defined, and then kept.
    """
    policies: dict[str, str] = {}

    def add_headers(response: Response) -> Response:
        if "page" not in policies:
            policies["page"] = content_security_policy(script_hashes(), settings.tile_origin)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policies["page"])
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        is_secure = settings.https or request.is_secure
        if is_secure or settings.is_loopback:  # browsers ignore it elsewhere, and say so in the console
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if is_secure:
            headers["Strict-Transport-Security"] = f"max-age={_YEAR_S}"
        _set_caching(response)
        return response

    server.after_request(add_headers)


def _set_caching(response: Response) -> None:
    """Immutable where the address names the content; nothing is kept otherwise unless the handler said so."""
    if request.path.startswith(("/assets/", "/_dash-component-suites/")):
        named = "m" in request.args or response.cache_control.max_age == _YEAR_S
        response.headers["Cache-Control"] = IMMUTABLE if named and response.status_code == 200 else "private, no-cache"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-store"
