"""Password rules and hashes (argon2id; parameters of the OWASP password storage cheat sheet, 2023: 19 MiB, 2 passes)."""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dashboard.auth.errors import AccessError

MIN_LENGTH = 12
MAX_LENGTH = 256


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _nobody_hash() -> str:
    """Hash that is checked where no such person exists, so that both answers take equally long."""
    return _hasher().hash("a password that no one has")


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def hash_password(password: str, *, name: str) -> str:
    """Hash of a new password.

    Raises
    ------
    AccessError
        The password is too short, too long, or the person's own name; every problem is named.
    """
    text = _normal(password)
    problems = []
    if not MIN_LENGTH <= len(text) <= MAX_LENGTH:
        problems.append(f"it must have {MIN_LENGTH} to {MAX_LENGTH} characters and has {len(text)}")
    if name and name.casefold() in text.casefold() and len(text) < len(name) + MIN_LENGTH:
        problems.append("it must not be little more than the user name")
    if len(set(text)) < 5 and text:
        problems.append("it must use at least 5 different characters")
    if problems:
        raise AccessError(f"The password is not accepted: {'; '.join(problems)}.", "Choose a longer phrase that others do not know.")
    return _hasher().hash(text)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether a password fits a hash; takes equally long where there is no hash (None)."""
    text = _normal(password)
    if len(text) > MAX_LENGTH:
        return False
    try:
        fits = _hasher().verify(password_hash or _nobody_hash(), text)
    except (VerificationError, InvalidHashError):
        return False
    return fits and password_hash is not None


def is_dated(password_hash: str) -> bool:
    """Whether the hash was made with older parameters and should be made again."""
    return _hasher().check_needs_rehash(password_hash)
