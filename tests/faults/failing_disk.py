"""A disk that fails at a chosen moment: SQLite's own calls of the operating system, replaced one for one."""

from __future__ import annotations

import ctypes
import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import apsw

_LIBC = ctypes.CDLL(None, use_errno=True)
_SSIZE, _INT, _POINTER, _OFFSET = ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_int64
_CALLS = {
    "pwrite64": (_SSIZE, (_INT, _POINTER, ctypes.c_size_t, _OFFSET)),
    "pwrite": (_SSIZE, (_INT, _POINTER, ctypes.c_size_t, _OFFSET)),
    "write": (_SSIZE, (_INT, _POINTER, ctypes.c_size_t)),
    "ftruncate": (_INT, (_INT, _OFFSET)),
}


@dataclass
class Disk:
    """Counts writes; the one numbered ``fail_at`` and all after it fail with ``error``."""

    error: int = errno.ENOSPC
    fail_at: int = 0
    n_writes: int = 0
    kept: list[object] = field(default_factory=list)

    def broken(self) -> bool:
        """Count a write; whether it fails."""
        self.n_writes += 1
        return 0 < self.fail_at <= self.n_writes


@contextmanager
def failing_disk() -> Iterator[Disk]:
    """Replace the calls by which SQLite writes (https://sqlite.org/c3ref/vfs.html, xSetSystemCall) while the block runs."""
    disk = Disk()
    vfs = next(item for item in apsw.vfs_details() if item["zName"] == "unix")
    shim = apsw.VFS(f"failing-{id(disk)}", base=str(vfs["zName"]))
    before = {name: shim.xGetSystemCall(name) for name in _CALLS}
    replaced = {name: address for name, address in before.items() if address}
    assert set(replaced) & {"pwrite64", "pwrite"}
    for name, address in replaced.items():
        kind = ctypes.CFUNCTYPE(_CALLS[name][0], *_CALLS[name][1], use_errno=True)
        callback = kind(_call(disk, kind(address)))
        disk.kept.append(callback)
        shim.xSetSystemCall(name, ctypes.cast(callback, ctypes.c_void_p).value)
    try:
        yield disk
    finally:
        for name, address in replaced.items():
            shim.xSetSystemCall(name, address)
        shim.unregister()


def _call(disk: Disk, original: object) -> object:
    def call(*arguments: int) -> int:
        if disk.broken():
            ctypes.set_errno(disk.error)
            return -1
        result: int = original(*arguments)  # type: ignore[operator]
        return result

    return call
