"""A cache with a ceiling in bytes, for answers that never change."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class ByteCache:
    """Keeps the answers used last, up to a number of bytes; safe to share between threads.

    Parameters
    ----------
    ceiling_bytes : int, >= 0
        An answer larger than this is made each time.
    """

    def __init__(self, ceiling_bytes: int) -> None:
        self._ceiling = ceiling_bytes
        self._held: OrderedDict[Hashable, bytes] = OrderedDict()
        self._used = 0
        self._lock = threading.Lock()

    @property
    def used_bytes(self) -> int:
        """Bytes held now."""
        return self._used

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The answer for ``key``, made on the first call. Two threads may make it at once; both get equal bytes."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        made = make()
        with self._lock:
            if key not in self._held and len(made) <= self._ceiling:
                self._held[key] = made
                self._used += len(made)
                while self._used > self._ceiling:
                    _, dropped = self._held.popitem(last=False)
                    self._used -= len(dropped)
        return made
