"""Answers of the data paths: JSON as text, bytes that are packed already, and what the browser may keep."""

from __future__ import annotations

import gzip
import hashlib
from typing import Any

import orjson
from flask import Response, request

from dashboard.server.headers import IMMUTABLE

CHANGING = "private, no-cache"


def json_answer(value: Any, *, caching: str = CHANGING, status: int = 200) -> Response:
    """A value as JSON; NaN becomes null, dates ISO text, names stay text."""
    body = orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)
    return bytes_answer(body, "application/json", caching=caching, status=status)


def packed_answer(packed: bytes, mimetype: str) -> Response:
    """Gzip'd bytes under an address that names their content: kept by the browser for good."""
    if request.accept_encodings.quality("gzip") > 0:
        response = bytes_answer(packed, mimetype, caching=IMMUTABLE)
        if response.status_code == 200:
            response.headers["Content-Encoding"] = "gzip"
    else:
        response = bytes_answer(gzip.decompress(packed), mimetype, caching=IMMUTABLE)
    response.vary.add("Accept-Encoding")
    return response


def bytes_answer(body: bytes, mimetype: str, *, caching: str, status: int = 200) -> Response:
    """Bytes with an ETag; 304 where the browser has them."""
    response = Response(body, status, mimetype=mimetype)
    response.headers["Cache-Control"] = caching
    response.set_etag(hashlib.sha256(body).hexdigest()[:24])
    response.make_conditional(request)
    return response
