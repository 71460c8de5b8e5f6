"""Accounts, for administrators: who there is, and ending someone's sessions."""

from __future__ import annotations

from flask import Flask, Response

from dashboard.api.answers import json_answer
from dashboard.auth.identity import access, require
from dashboard.auth.roles import Permission
from dashboard.auth.users import list_users
from dashboard.programme import current
from dashboard.server.errors import RequestError


def register_people(server: Flask) -> None:
    """Add the paths of accounts to a server."""
    server.add_url_rule("/api/users", "api_users", people)
    server.add_url_rule("/api/users/<name>/sign-out", "api_user_sign_out", sign_out_user, methods=["POST"])


def people() -> Response:
    """Everyone with an account: name and role."""
    require(Permission.MANAGE_USERS)
    return json_answer({"users": [{"name": user.name, "role": user.role.value} for user in list_users(current().directory)]})


def sign_out_user(name: str) -> Response:
    """End every session of a person."""
    require(Permission.MANAGE_USERS)
    known = {user.name.casefold() for user in list_users(current().directory)}
    if name.casefold() not in known:
        raise RequestError(404, f"There is no user {name[:80]!r}.", "See the list of users.")
    return json_answer({"ended": access().sessions.end_all(name)})
