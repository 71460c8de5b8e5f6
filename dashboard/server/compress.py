"""Compression of answers with gzip.

Our own forty lines, because files that never change (scripts and styles of several MB) are compressed once per process and
kept, which flask-compress does not do without a cache of its own, and three dependencies stay away.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from threading import Lock

from flask import Flask, Response, request

from dashboard.server.headers import IMMUTABLE

_MIN_BYTES = 1_000
_TYPES = (
    "application/json",
    "application/javascript",
    "application/geo+json",
    "application/vnd.mapbox-vector-tile",
    "application/octet-stream",
    "image/svg+xml",
    "text/",
)
_KEPT_BYTES = 16 * 1024 * 1024
_QUICK, _SMALL = 4, 7  # levels: for answers made for one person, for files kept


class _Kept:
    """Compressed files of this process, the least used dropped first."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit, self._size = limit_bytes, 0
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._bodies:
                self._bodies.move_to_end(key)
            return self._bodies.get(key)

    def put(self, key: str, body: bytes) -> None:
        with self._lock:
            if key in self._bodies:
                return
            self._bodies[key] = body
            self._size += len(body)
            while self._size > self._limit:
                self._size -= len(self._bodies.popitem(last=False)[1])


def register_compression(server: Flask) -> None:
    """Compress the answers of a server where the client takes gzip and it is worth it."""
    kept = _Kept(_KEPT_BYTES)

    def compress(response: Response) -> Response:
        if not _is_worth_it(response):
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) < _MIN_BYTES:
            return response
        # only scripts and styles are kept: they are the same for everyone, and few
        is_file = response.headers.get("Cache-Control") == IMMUTABLE and request.path.startswith(("/assets/", "/_dash-comp"))
        small = kept.get(request.full_path) if is_file else None
        if small is None:
            small = gzip.compress(body, _SMALL if is_file else _QUICK, mtime=0)
            if is_file:
                kept.put(request.full_path, small)
        response.set_data(small)
        response.headers["Content-Encoding"] = "gzip"
        etag, _ = response.get_etag()
        if etag:
            response.set_etag(etag, weak=True)
        return response

    server.after_request(compress)


def _is_worth_it(response: Response) -> bool:
    kind = response.mimetype or ""
    if not kind.startswith(_TYPES) or response.status_code != 200 or request.method == "HEAD":
        return False
    response.vary.add("Accept-Encoding")
    return (
        request.accept_encodings.quality("gzip") > 0
        and "Content-Encoding" not in response.headers
        and "Content-Range" not in response.headers
        and "no-transform" not in response.headers.get("Cache-Control", "")
    )
