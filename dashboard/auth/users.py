"""People of a programme: add, list, remove, change role and password (``landrelease user ...``)."""

from __future__ import annotations

import re
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import apsw

from dashboard.auth.errors import AccessError
from dashboard.auth.passwords import hash_password
from dashboard.auth.roles import Role
from dashboard.auth.store import AccessStore

_NAME = re.compile(r"[\w][\w.@+-]{0,63}", re.UNICODE)


@dataclass(frozen=True)
class User:
    """One person.

    Attributes
    ----------
    name : str
        Sign-in name; upper and lower case are the same person.
    role : Role
    created_at, password_at : float
        Seconds since 1970 (UTC): account made, password last set.
    """

    name: str
    role: Role
    created_at: float
    password_at: float


def add_user(programme_dir: Path | str, name: str, role: str, password: str, *, now: float | None = None) -> User:
    """Add a person.

    Raises
    ------
    AccessError
        The name is taken or malformed, the role does not exist, or the password is not accepted.
    """
    clean, checked = clean_name(name), clean_role(role)
    password_hash = hash_password(password, name=clean)
    moment = time.time() if now is None else now
    with AccessStore(Path(programme_dir)).write() as db:
        if db.execute("SELECT 1 FROM users WHERE name = ?", (clean,)).fetchone():
            raise AccessError(f"A user name must be free, but {clean} exists already.", "Choose another, or change that person's role.")
        db.execute("INSERT INTO users VALUES (?, ?, ?, ?, ?)", (clean, checked.value, password_hash, moment, moment))
    return User(clean, checked, moment, moment)


def list_users(programme_dir: Path | str) -> list[User]:
    """Everyone, by name."""
    rows = AccessStore(Path(programme_dir)).read("SELECT name, role, created_at, password_at FROM users ORDER BY name")
    return [User(name, Role(role), created_at, password_at) for name, role, created_at, password_at in rows]


def remove_user(programme_dir: Path | str, name: str) -> None:
    """Remove a person and end their sessions; the last administrator stays.

    Raises
    ------
    AccessError
        No such person, or the last administrator.
    """
    with AccessStore(Path(programme_dir)).write() as db:
        _keep_an_admin(db, name, None)
        db.execute("DELETE FROM users WHERE name = ?", (name,))


def set_role(programme_dir: Path | str, name: str, role: str) -> None:
    """Give a person another role; it holds from their next request.

    Raises
    ------
    AccessError
        No such person or role, or the last administrator would be gone.
    """
    checked = clean_role(role)
    with AccessStore(Path(programme_dir)).write() as db:
        _keep_an_admin(db, name, checked)
        db.execute("UPDATE users SET role = ? WHERE name = ?", (checked.value, name))


def set_password(programme_dir: Path | str, name: str, password: str, *, now: float | None = None) -> None:
    """Give a person another password and end all their sessions.

    Raises
    ------
    AccessError
        No such person, or the password is not accepted.
    """
    password_hash = hash_password(password, name=name)
    with AccessStore(Path(programme_dir)).write() as db:
        _current_role(db, name)
        moment = time.time() if now is None else now
        db.execute("UPDATE users SET password_hash = ?, password_at = ? WHERE name = ?", (password_hash, moment, name))
        db.execute("DELETE FROM sessions WHERE user_name = ?", (name,))
        db.execute("DELETE FROM failures WHERE key = ?", (f"name:{name.casefold()}",))


def clean_name(name: str) -> str:
    """A user name as it is stored (NFC, no surrounding space).

    Raises
    ------
    AccessError
        It is empty, longer than 64 characters or holds other characters than letters, digits and ``. @ + - _``.
    """
    text = unicodedata.normalize("NFC", name.strip())
    if not _NAME.fullmatch(text):
        raise AccessError(f"A user name must have 1 to 64 letters, digits or . @ + - _, but is {text[:70]!r}.", "Choose another name.")
    return text


def clean_role(role: str) -> Role:
    """The role of that name.

    Raises
    ------
    AccessError
        There is no such role.
    """
    try:
        return Role(role.strip().lower())
    except ValueError:
        known = ", ".join(r.value for r in Role)
        raise AccessError(f"A role must be one of {known}, but is {role!r}.", "Choose one of these.") from None


def _current_role(db: apsw.Connection, name: str) -> Role:
    row = db.execute("SELECT role FROM users WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise AccessError(f"The user must exist, but there is no {name!r}.", "See `landrelease user list`.")
    return Role(row[0])


def _keep_an_admin(db: apsw.Connection, name: str, new_role: Role | None) -> None:
    if _current_role(db, name) is not Role.ADMIN or new_role is Role.ADMIN:
        return
    if not db.execute("SELECT 1 FROM users WHERE role = 'admin' AND name <> ?", (name,)).fetchone():
        raise AccessError(f"A programme needs an administrator, and {name} is the last one.", "Make another person admin first.")
