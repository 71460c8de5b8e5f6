"""Commands on who may sign in."""

from __future__ import annotations

import argparse
import getpass
import sys

from dashboard.commands.output import Outcome
from dashboard.commands.results import UserResult, UsersResult
from dashboard.programme import Programme


def run_add(arguments: argparse.Namespace) -> Outcome:
    """Add a user."""
    from dashboard.auth import users

    folder = Programme.open(arguments.programme).directory
    user = users.add_user(folder, arguments.name, arguments.role, _ask_password(arguments.name))
    return Outcome(UserResult(name=user.name, role=str(user.role)), f"{user.name} may sign in as {user.role}.")


def run_password(arguments: argparse.Namespace) -> Outcome:
    """Set a new password."""
    from dashboard.auth import users

    folder = Programme.open(arguments.programme).directory
    users.set_password(folder, arguments.name, _ask_password(arguments.name))
    return Outcome(UserResult(name=arguments.name), f"{arguments.name} has a new password; open sessions have ended.")


def run_role(arguments: argparse.Namespace) -> Outcome:
    """Change a role."""
    from dashboard.auth import users

    users.set_role(Programme.open(arguments.programme).directory, arguments.name, arguments.role)
    return Outcome(UserResult(name=arguments.name, role=arguments.role), f"{arguments.name} is now {arguments.role}.")


def run_remove(arguments: argparse.Namespace) -> Outcome:
    """Remove a user."""
    from dashboard.auth import users

    users.remove_user(Programme.open(arguments.programme).directory, arguments.name)
    return Outcome(UserResult(name=arguments.name), f"{arguments.name} may no longer sign in.")


def run_list(arguments: argparse.Namespace) -> Outcome:
    """List users and roles."""
    from dashboard.auth import users

    found = users.list_users(Programme.open(arguments.programme).directory)
    lines = [f"{user.name:<32} {user.role}" for user in found]
    result = UsersResult(users=[UserResult(name=user.name, role=str(user.role)) for user in found])
    return Outcome(result, "\n".join(lines) or "No users yet.")


def _ask_password(name: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass(f"Password for {name}: ")
