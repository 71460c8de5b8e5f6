"""Sessions: a signed cookie that names a row in ``access.sqlite``, which ends by idleness, by age or by sign-out."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, Signer

from dashboard.auth.roles import Role
from dashboard.auth.store import AccessStore

_TOUCH_S = 60  # a session's last use is written at most this often


@dataclass(frozen=True)
class Identity:
    """Who asks.

    Attributes
    ----------
    name : str
        User name, or "demo" for a one-time link.
    role : Role
    session : str
        Hash of the session's id; never the id itself.
    is_user : bool
        False for a one-time link, which has no password and no account.
    """

    name: str
    role: Role
    session: str
    is_user: bool


@dataclass(frozen=True)
class Sessions:
    """Begins, finds and ends sessions.

    Parameters
    ----------
    store : AccessStore
    secret : bytes
        Key that signs the cookie.
    idle_s, max_s : int
        Seconds after which a session ends without use, and in any case.
    allow_links : bool
        Whether sessions of one-time links count at all.
    """

    store: AccessStore
    secret: bytes
    idle_s: int
    max_s: int
    allow_links: bool = False

    def begin(self, now: float, *, user_name: str | None = None, link_role: Role | None = None) -> str:
        """Begin a session of a person or of a one-time link; returns the cookie's value."""
        session_id = secrets.token_urlsafe(32)
        role = link_role.value if link_role else None
        with self.store.write() as db:
            db.execute("DELETE FROM sessions WHERE created_at <= ? OR seen_at <= ?", (now - self.max_s, now - self.idle_s))
            db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?)", (_digest(session_id), user_name, role, now, now))
        return self._signer().sign(session_id).decode()

    def find(self, cookie: str | None, now: float) -> Identity | None:
        """Who a cookie stands for, or None where it is forged, ended or too old."""
        if not cookie or len(cookie) > 256:
            return None
        try:
            id_hash = _digest(self._signer().unsign(cookie).decode())
        except (BadSignature, UnicodeError):
            return None
        rows = self.store.read(
            "SELECT s.user_name, u.name, COALESCE(u.role, s.link_role), s.created_at, s.seen_at "
            "FROM sessions s LEFT JOIN users u ON u.name = s.user_name WHERE s.id_hash = ?",
            (id_hash,),
        )
        if not rows:
            return None
        user_name, name, role, created_at, seen_at = rows[0]
        if now - created_at >= self.max_s or now - seen_at >= self.idle_s or (user_name is None and not self.allow_links):
            return None
        if now - seen_at >= _TOUCH_S:
            with self.store.write() as db:
                db.execute("UPDATE sessions SET seen_at = max(seen_at, ?) WHERE id_hash = ?", (now, id_hash))
        return Identity(name or "demo", Role(role), id_hash, user_name is not None)

    def end(self, identity: Identity) -> None:
        """End this session."""
        with self.store.write() as db:
            db.execute("DELETE FROM sessions WHERE id_hash = ?", (identity.session,))

    def end_all(self, user_name: str) -> int:
        """End every session of a person; returns how many there were."""
        with self.store.write() as db:
            db.execute("DELETE FROM sessions WHERE user_name = ?", (user_name,))
            return int(db.changes())

    def _signer(self) -> Signer:
        return Signer(self.secret, salt="landrelease.session", digest_method=hashlib.sha256)


def _digest(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()
