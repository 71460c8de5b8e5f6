"""Paths of people: sign-in, sign-out, one's account, one-time links."""

from __future__ import annotations

import ipaddress
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from dashboard.auth.accounts import change_password, sign_in
from dashboard.auth.errors import AccessError, DelayedError
from dashboard.auth.identity import access, identity, require
from dashboard.auth.links import use_link
from dashboard.auth.roles import Permission
from dashboard.auth.users import list_users
from dashboard.i18n import direction, language_name
from dashboard.server.errors import RequestError
from dashboard.server.headers import PLAIN_POLICY
from dashboard.server.language import COOKIE, offered_languages, request_language, text
from geodata.schema.text import say

_STYLE = Path(__file__).parents[1] / "server" / "templates" / "sign-in.css"


def register_routes(server: Flask) -> None:
    """Add the paths of people to a server."""
    server.add_url_rule("/sign-in", "sign_in", show_sign_in, methods=["GET"])
    server.add_url_rule("/sign-in", "sign_in_form", take_sign_in, methods=["POST"])
    server.add_url_rule("/sign-in.css", "sign_in_style", send_style)
    server.add_url_rule("/open/<token>", "open_link", open_link)
    server.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])
    server.add_url_rule("/account", "account", show_account)
    server.add_url_rule("/account/password", "account_password", take_password, methods=["POST"])


def local_target(wish: str | None) -> str:
    """The path of this server that a person wanted to see, or "/" where the wish leads elsewhere.

    >>> local_target("/areas/HA-1?lang=fr"), local_target("//evil.example"), local_target("https://evil.example")
    ('/areas/HA-1?lang=fr', '/', '/')
    """
    if not wish or len(wish) > 4_000 or not wish.startswith("/") or wish.startswith(("//", "/\\")):
        return "/"
    if any(ord(sign) < 32 or sign in "\\\x7f" for sign in wish):
        return "/"
    parts = urlsplit(wish)
    return "/" if parts.scheme or parts.netloc or parts.path.startswith(("/sign-", "/open/")) else wish


def show_sign_in() -> AnyResponse:
    """The sign-in page; straight on for someone signed in."""
    if identity() is not None:
        return redirect(local_target(request.args.get("next")), 303)
    return _sign_in_page(HTTPStatus.OK)


def take_sign_in() -> AnyResponse:
    """Check name and password; a session and on to the wanted page, or the form again with the reason."""
    name, password = request.form.get("name", "")[:200], request.form.get("password", "")[:2_000]
    language = request_language()
    try:
        cookie = sign_in(access(), name, password, request.remote_addr or "")
    except DelayedError as error:
        response = _sign_in_page(HTTPStatus.TOO_MANY_REQUESTS, text("sign_in.delayed", language, seconds=error.wait_s), name)
        response.headers["Retry-After"] = str(error.wait_s)
        return response
    if cookie is None:
        return _sign_in_page(HTTPStatus.UNAUTHORIZED, text("sign_in.wrong", language), name)
    return _with_session(redirect(local_target(request.form.get("next")), 303), cookie)


def open_link(token: str) -> AnyResponse:
    """Begin the one session that a one-time link stands for; only on this machine, only once."""
    if request.method != "GET":
        return Response(status=HTTPStatus.NO_CONTENT)
    if identity() is not None:
        return redirect("/", 303)
    people = access()
    is_here = people.settings.allow_links and people.settings.is_loopback and _is_this_machine(request.remote_addr)
    role = use_link(people.store, token, people.now()) if is_here else None
    if role is None:
        return _sign_in_page(HTTPStatus.UNAUTHORIZED, text("sign_in.link_used", request_language()))
    cookie = people.sessions.begin(people.now(), link_role=role)
    return _with_session(redirect("/", 303), cookie)


def sign_out() -> AnyResponse:
    """End this session, or with ``everywhere`` each session of the person; the browser forgets what it kept."""
    who = require(Permission.OWN_ACCOUNT)
    sessions = access().sessions
    sessions.end(who)
    if request.form.get("everywhere") and who.is_user:
        sessions.end_all(who.name)
    response = redirect("/sign-in", 303)
    people = access()
    response.delete_cookie(people.cookie_name, path="/", secure=_is_secure(), httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def show_account() -> AnyResponse:
    """One's name and role, ways to sign out, and a form to change the password."""
    return _account_page(HTTPStatus.OK)


def take_password() -> AnyResponse:
    """Change one's own password; every session of the person ends and this one begins anew."""
    who = require(Permission.OWN_ACCOUNT)
    if not who.is_user:
        raise RequestError(
            409, "Only a person with an account has a password; this session came from a one-time link.", "Sign in with an account."
        )
    language = request_language()
    current, new = request.form.get("current", "")[:2_000], request.form.get("new", "")[:2_000]
    try:
        cookie = change_password(access(), who, current, new, request.remote_addr or "")
    except DelayedError as error:
        response = _account_page(HTTPStatus.TOO_MANY_REQUESTS, text("sign_in.delayed", language, seconds=error.wait_s))
        response.headers["Retry-After"] = str(error.wait_s)
        return response
    except AccessError as error:
        return _account_page(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    if cookie is None:
        return _account_page(HTTPStatus.UNAUTHORIZED, text("account.wrong", language))
    return _with_session(_account_page(HTTPStatus.OK, notice=text("account.changed", language)), cookie)


def send_style() -> AnyResponse:
    """The style of the server's own pages; the only file that needs no sign-in."""
    response = Response(_STYLE.read_bytes(), mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.add_etag()
    return response.make_conditional(request)


def _sign_in_page(status: HTTPStatus, problem: str = "", name: str = "") -> Response:
    wish = request.form.get("next") if request.method == "POST" else request.args.get("next")
    has_users = bool(list_users(access().store.path.parent))
    return _page("sign-in.html", status, problem=problem, name=name, next=local_target(wish), has_users=has_users)


def _account_page(status: HTTPStatus, problem: str = "", notice: str = "") -> Response:
    who = require(Permission.OWN_ACCOUNT)
    return _page("account.html", status, problem=problem, notice=notice, who=who)


def _page(template: str, status: HTTPStatus, **values: object) -> Response:
    language = request_language()
    programme = current_app.extensions["landrelease"].config.programme
    body = render_template(
        template,
        language=language,
        direction=direction(language),
        languages={code: language_name(code) for code in offered_languages()},
        programme_name=say(programme.name, language),
        is_fictional=bool(programme.fictional),
        say=lambda key, **parts: text(key, language, **parts),
        **values,
    )
    response = make_response(body, status)
    response.headers["Content-Security-Policy"] = PLAIN_POLICY
    if request.args.get("lang") == language:
        response.set_cookie(COOKIE, language, max_age=31_536_000, secure=_is_secure(), httponly=True, samesite="Lax")
    return response


def _with_session(response: AnyResponse, cookie: str) -> AnyResponse:
    people = access()
    response.set_cookie(
        people.cookie_name, cookie, max_age=people.settings.session_max_s, path="/", secure=_is_secure(), httponly=True, samesite="Lax"
    )
    return response


def _is_secure() -> bool:
    return access().settings.https or request.is_secure


def _is_this_machine(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False
