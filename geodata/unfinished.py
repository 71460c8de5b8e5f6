"""Files that are being written beside their place: named after who writes them, so that what a killed process left is cleared away."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import sys
import time
import uuid
from pathlib import Path

_STALE_AFTER_S = 86_400.0
"""What another machine left is told by its age alone."""

_NAME = re.compile(r"\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.tmp$")


def unfinished_path(path: Path) -> Path:
    """A name of its own beside ``path``, for a file or folder to be renamed to it once it is whole."""
    return path.with_name(f"{path.name}.{_machine()}-{os.getpid()}-{uuid.uuid4().hex[:8]}.tmp")


def clear_unfinished(folder: Path) -> None:
    """Remove what processes left in a folder that are no more; what a living one is writing stays."""
    for path in folder.glob("*.tmp"):
        with contextlib.suppress(OSError):  # somebody else was quicker
            if _is_abandoned(path):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _is_abandoned(path: Path) -> bool:
    found = _NAME.search(path.name)
    if found and found[1] == _machine() and not _is_running(int(found[2])):
        return True
    return time.time() - path.stat().st_mtime > _STALE_AFTER_S


def _machine() -> str:
    """What makes a process number mean one process: this start of the machine, and the container where there is one."""
    said = [os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")]
    with contextlib.suppress(OSError):
        said += [Path("/proc/sys/kernel/random/boot_id").read_text("ascii"), str(Path("/proc/self/ns/pid").readlink())]
    return hashlib.blake2b("\n".join(said).encode(), digest_size=4).hexdigest()


def _is_running(process: int) -> bool:
    if sys.platform == "win32":  # asking there would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        return True
    return True
