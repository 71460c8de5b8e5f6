"""A bounded cache of one worker: what another worker can make again from the same key."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

_Value = TypeVar("_Value")


class RecentCache:
    """Keeps the most recently used results, at most so many of each kind.

    Values must be pure functions of their keys; two threads that ask for the same key at once may both make it.

    Parameters
    ----------
    limits : mapping of kind to count
    """

    def __init__(self, **limits: int) -> None:
        self._limits = limits
        self._kept: dict[str, OrderedDict[Hashable, Any]] = {kind: OrderedDict() for kind in limits}
        self._lock = Lock()

    def get(self, kind: str, key: Hashable, make: Callable[[], _Value]) -> _Value:
        """The result of a key, made where it is not kept."""
        kept = self._kept[kind]
        with self._lock:
            if key in kept:
                kept.move_to_end(key)
                return cast("_Value", kept[key])
        value = make()
        with self._lock:
            kept[key] = value
            kept.move_to_end(key)
            while len(kept) > self._limits[kind]:
                kept.popitem(last=False)
        return value

    def count(self, kind: str) -> int:
        """How many results of a kind are kept."""
        return len(self._kept[kind])
