"""The key that signs sessions: from the environment, or from a file of the programme that only its owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from dashboard.auth.errors import AccessError

VARIABLE = "LANDRELEASE_SECRET"
FILE_NAME = "access.key"
_MIN_CHARACTERS = 32


def read_secret(programme_dir: Path, *, create: bool) -> bytes | None:
    """The key, or None where there is none and none may be made.

    Parameters
    ----------
    programme_dir : Path
    create : bool
        Make the key file where there is neither variable nor file.

    Raises
    ------
    AccessError
        The key is too short, or its file can be read by others.
    """
    given = os.environ.get(VARIABLE)
    if given is not None:
        return _checked(given, f"The environment variable {VARIABLE}")
    path = programme_dir / FILE_NAME
    if not path.exists():
        if not create:
            return None
        _write(path)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise AccessError(
            f"The key file {FILE_NAME} must be readable by its owner only, but has mode {path.stat().st_mode & 0o777:03o}.",
            f"Run: chmod 600 {path}",
        )
    return _checked(path.read_text(encoding="ascii", errors="replace").strip(), f"The key file {FILE_NAME}")


def _checked(value: str, where: str) -> bytes:
    if len(value) < _MIN_CHARACTERS:
        raise AccessError(
            f"{where} must hold at least {_MIN_CHARACTERS} characters, but holds {len(value)}.",
            'Make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"',
        )
    return value.encode("utf-8")


def _write(path: Path) -> None:
    """Write a new key in one step; another process that was faster wins, and both then read the same key."""
    draft = path.with_name(f"{FILE_NAME}.{secrets.token_hex(6)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        except OSError:  # file systems without hard links
            if not path.exists():
                draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
