"""Growing delays after failed sign-ins, shared by all workers.

An attempt is counted before its password is checked, in one transaction, so that parallel guesses do not slip through.
Three counters guard against three things: one person's name from one address (guessing), one name from many addresses
(a distributed guess) and one address over many names (spraying).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from dashboard.auth.errors import DelayedError
from dashboard.auth.store import AccessStore

MAX_DELAY_S = 900
FORGET_S = 24 * 3600


@dataclass(frozen=True)
class _Counter:
    key: str
    n_free: int


def _counters(name: str, address: str) -> tuple[_Counter, ...]:
    folded = name.casefold()[:64]
    return (_Counter(f"pair:{folded}|{address}", 5), _Counter(f"name:{folded}", 20), _Counter(f"address:{address}", 50))


def delay_s(n_failed: int, n_free: int) -> int:
    """Seconds to wait after ``n_failed`` failures, of which ``n_free`` cost nothing.

    >>> [delay_s(n, 5) for n in (0, 4, 5, 6, 7, 20)]
    [0, 0, 2, 4, 8, 900]
    """
    over = n_failed - n_free
    return 0 if over < 0 else min(2 ** min(over + 1, 20), MAX_DELAY_S)


def begin_attempt(store: AccessStore, name: str, address: str, now: float) -> None:
    """Count an attempt, or refuse it where the delay after earlier ones has not passed.

    Raises
    ------
    DelayedError
        With the seconds left to wait; the attempt is not counted then.
    """
    with store.write() as db:
        db.execute("DELETE FROM failures WHERE last_at < ?", (now - FORGET_S,))
        wait = 0.0
        for counter in _counters(name, address):
            row = db.execute("SELECT n_failed, last_at FROM failures WHERE key = ?", (counter.key,)).fetchone()
            if row:
                wait = max(wait, row[1] + delay_s(row[0], counter.n_free) - now)
        if wait <= 0:
            for counter in _counters(name, address):
                db.execute(
                    "INSERT INTO failures VALUES (?, 1, ?) "
                    "ON CONFLICT (key) DO UPDATE SET n_failed = n_failed + 1, last_at = excluded.last_at",
                    (counter.key, now),
                )
    if wait > 0:
        raise DelayedError(min(ceil(wait), MAX_DELAY_S))


def forgive(store: AccessStore, name: str, address: str) -> None:
    """Forget the failures of a name after a right password; the address keeps all but this attempt."""
    pair, own, place = _counters(name, address)
    with store.write() as db:
        db.execute("DELETE FROM failures WHERE key IN (?, ?)", (pair.key, own.key))
        db.execute("UPDATE failures SET n_failed = n_failed - 1 WHERE key = ? AND n_failed > 0", (place.key,))
