"""One-time links: a token that opens one session, once, whichever worker answers."""

from __future__ import annotations

import hashlib
import secrets

from dashboard.auth.roles import Role
from dashboard.auth.store import AccessStore

VALID_S = 12 * 3600


def create_link(store: AccessStore, role: Role, now: float, *, valid_s: int = VALID_S) -> str:
    """Make a token for one session in ``role``; older unused tokens are void from then on."""
    token = secrets.token_urlsafe(24)
    with store.write() as db:
        db.execute("DELETE FROM links")
        db.execute("INSERT INTO links VALUES (?, ?, ?, NULL)", (_digest(token), role.value, now + valid_s))
    return token


def use_link(store: AccessStore, token: str, now: float) -> Role | None:
    """The role that a token opens, or None where it is unknown, used or too old; it is used up by this call."""
    with store.write() as db:
        row = db.execute(
            "UPDATE links SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ? RETURNING role",
            (now, _digest(token), now),
        ).fetchone()
    return Role(row[0]) if row else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
