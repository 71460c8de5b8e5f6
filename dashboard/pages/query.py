"""The address of a page as Dash hands it to a layout, made one query again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode


def query_of(arguments: Mapping[str, str | Sequence[str] | None]) -> str:
    """The query of an address from the arguments of a layout.

    >>> query_of({"type": ["SHA", "CHA"], "q": "a b", "none": None})
    'type=SHA&type=CHA&q=a+b'
    """
    pairs: list[tuple[str, str]] = []
    for name, value in arguments.items():
        texts = [value] if isinstance(value, str) else list(value or [])
        pairs += [(name, str(text)) for text in texts]
    return urlencode(pairs)
