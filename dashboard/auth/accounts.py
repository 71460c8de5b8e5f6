"""Signing in and changing one's password: the acts behind the forms."""

from __future__ import annotations

import logging

from dashboard.auth.delays import begin_attempt, forgive
from dashboard.auth.identity import Access
from dashboard.auth.passwords import hash_password, is_dated, is_right
from dashboard.auth.sessions import Identity
from dashboard.auth.users import set_password

_LOG = logging.getLogger("landrelease.access")


def sign_in(people: Access, name: str, password: str, address: str) -> str | None:
    """Begin a session for a person.

    Parameters
    ----------
    people : Access
    name, password : str
        As typed.
    address : str
        Network address that the request came from.

    Returns
    -------
    str or None
        Value of the session cookie; None where name or password is wrong, which of the two is not told.

    Raises
    ------
    DelayedError
        Too many failures before.
    """
    stored = _checked_name(people, name, password, address)
    if stored is None:
        return None
    _LOG.info("%s signed in", stored)
    return people.sessions.begin(people.now(), user_name=stored)


def change_password(people: Access, who: Identity, current: str, new: str, address: str) -> str | None:
    """Change a person's password; ends all their sessions and begins one.

    Returns
    -------
    str or None
        Value of the new session's cookie; None where the current password is wrong.

    Raises
    ------
    DelayedError
        Too many failures before.
    AccessError
        The new password is not accepted.
    """
    if _checked_name(people, who.name, current, address) is None:
        return None
    set_password(people.store.path.parent, who.name, new, now=people.now())
    _LOG.info("%s changed the password", who.name)
    return people.sessions.begin(people.now(), user_name=who.name)


def _checked_name(people: Access, name: str, password: str, address: str) -> str | None:
    """The stored name of the person, or None; counts the attempt first and forgives it when it was right."""
    begin_attempt(people.store, name.strip(), address, people.now())
    rows = people.store.read("SELECT name, password_hash FROM users WHERE name = ?", (name.strip(),))
    stored, password_hash = rows[0] if rows else (None, None)
    if not is_right(password_hash, password):
        _LOG.warning("failed sign-in from %s", address)
        return None
    forgive(people.store, name.strip(), address)
    if is_dated(password_hash):
        with people.store.write() as db:
            db.execute("UPDATE users SET password_hash = ? WHERE name = ?", (hash_password(password, name=""), stored))
    return str(stored)
