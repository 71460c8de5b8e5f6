"""Error pages: what must hold, what was found, what to do, and a reference number that the log knows too."""

from __future__ import annotations

import logging
import secrets

from dash.exceptions import DependencyException
from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable, TooManyRequests

from dashboard.auth.errors import AccessError, DelayedError
from dashboard.i18n import direction
from dashboard.server.headers import PLAIN_POLICY
from dashboard.server.language import request_language, text
from geodata.errors import GeodataError, SnapshotError
from models.errors import ModelsError

_LOG = logging.getLogger("landrelease.server")
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_EXPLAINED = (400, 401, 403, 404, 405, 409, 413, 414, 415, 422, 429, 500, 503)


def new_reference() -> str:
    """A short number that a person can read out: eight signs without look-alikes."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


class RequestError(HTTPException):
    """A request that cannot be answered as asked, with the reason in the product's error form.

    Parameters
    ----------
    status : int
        HTTP status, 4xx or 503.
    message : str
        What must hold and what was found.
    remedy : str
        What to do.
    """

    def __init__(self, status: int, message: str, remedy: str = "") -> None:
        super().__init__(description=message)
        self.code = status
        self.remedy = remedy


def register_errors(server: Flask) -> None:
    """Turn every error of a server into a page or a JSON answer; nobody ever sees a traceback."""
    server.register_error_handler(HTTPException, _answer_http)
    server.register_error_handler(GeodataError, _answer_product)
    server.register_error_handler(ModelsError, _answer_product)
    server.register_error_handler(AccessError, _answer_product)
    server.register_error_handler(DependencyException, _answer_missing)
    server.register_error_handler(Exception, _answer_unexpected)


def _answer_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        response = error.get_response()
        assert isinstance(response, Response)
        return response
    is_ours = isinstance(error, RequestError)
    message = (error.description or "") if is_ours else ""
    remedy = error.remedy if isinstance(error, RequestError) else ""
    response = error_response(status, message, remedy)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _answer_product(error: GeodataError | ModelsError | AccessError) -> Response:
    """Errors of our own families carry a text for people; a missing snapshot passes, the rest is the request's fault."""
    message, remedy = _without_folder(error.message), _without_folder(error.remedy)
    if isinstance(error, DelayedError):
        response = error_response(TooManyRequests.code, message, remedy)
        response.headers["Retry-After"] = str(error.wait_s)
        return response
    if isinstance(error, SnapshotError | AccessError):
        _LOG.warning("%s", error)
        response = error_response(ServiceUnavailable.code, message, remedy)
        response.headers["Retry-After"] = "30"
        return response
    return error_response(422, message, remedy)


def _without_folder(message: str) -> str:
    """A message without the place of the programme on this machine, which is nobody's business but the log's."""
    return message.replace(str(current_app.extensions["landrelease"].directory), "the programme folder")


def _answer_missing(error: DependencyException) -> Response:
    """Dash raises this for a script that no component library has."""
    return error_response(404, "", "")


def _answer_unexpected(error: Exception) -> Response:
    return error_response(InternalServerError.code, "", "", error=error)


def error_response(status: int, message: str, remedy: str, *, error: BaseException | None = None) -> Response:
    """An answer that explains an error: a page for people who navigate, JSON for programs; logged under its reference.

    Parameters
    ----------
    status : int
        HTTP status, 4xx or 5xx.
    message, remedy : str
        What must hold and was found, what to do; where empty, the general text of the status in the person's language.
    error : exception, optional
        What went wrong inside; goes to the log only.
    """
    language = request_language()
    reference = new_reference()
    key = str(status if status in _EXPLAINED else (400 if status < 500 else 500))
    shown = {
        "title": text(f"error.{key}.title", language),
        "message": message or text(f"error.{key}.message", language),
        "remedy": remedy or text(f"error.{key}.remedy", language),
        "reference": reference,
    }
    level = logging.ERROR if status == 500 else logging.WARNING if status > 500 else logging.INFO
    _LOG.log(level, "%s: %d for %s %s: %s", reference, status, request.method, request.path, shown["message"], exc_info=error)
    if wants_page():
        body = render_template(
            "error.html",
            language=language,
            direction=direction(language),
            reference_label=text("error.reference", language),
            home_label=text("error.home", language),
            **shown,
        )
        response = Response(body, status, mimetype="text/html")
        response.headers["Content-Security-Policy"] = PLAIN_POLICY
        return response
    import orjson

    return Response(orjson.dumps({"error": {"status": status, **shown}}), status, mimetype="application/json")


def wants_page() -> bool:
    """Whether a person navigates here (and not a script, which wants JSON)."""
    if request.path.startswith(("/api/", "/_dash-", "/_reload-hash", "/tiles/", "/colours/", "/assets/")):
        return False
    mode = request.headers.get("Sec-Fetch-Mode")
    if mode is not None and mode != "navigate":
        return False
    accepted = request.accept_mimetypes
    return accepted.quality("text/html") > 0 and "text/html" in str(accepted)
