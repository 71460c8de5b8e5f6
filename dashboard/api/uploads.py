"""The path that takes files: the body is the file itself, written to disk as it comes."""

from __future__ import annotations

import logging
from typing import BinaryIO, cast
from urllib.parse import unquote

from flask import Flask, Response, request

from dashboard.api.answers import json_answer
from dashboard.auth.identity import access, require
from dashboard.auth.roles import Permission
from dashboard.programme import current
from dashboard.server.errors import RequestError
from dashboard.services.uploads import discard, receive, too_large
from geodata.errors import FileError
from geodata.ingest.guard import UPLOAD_LIMITS

_LOG = logging.getLogger("landrelease.access")
NAME_HEADER = "X-File-Name"
_TYPE = "application/octet-stream"


def register_uploads(server: Flask) -> None:
    """Add the paths of uploaded files to a server."""
    server.add_url_rule("/api/uploads", "api_uploads", take_file, methods=["POST"])
    server.add_url_rule("/api/uploads/<upload_id>", "api_upload", give_up, methods=["DELETE"])


def take_file() -> Response:
    """Keep the body as a file of the person who sends it.

    The file's name stands percent-encoded in the header X-File-Name. Answers with the id under which the Data and Look-up
    pages read it.
    """
    who = require(Permission.EDIT)
    if request.mimetype != _TYPE:
        raise RequestError(415, f"A file must be sent as {_TYPE}.", "Use the page, or set the content type.")
    name = unquote(request.headers.get(NAME_HEADER, "file"))[:1000]
    if (request.content_length or 0) > UPLOAD_LIMITS.max_bytes:
        raise _refused(too_large(name))
    request.max_content_length = UPLOAD_LIMITS.max_bytes + 1  # this path alone takes more than an ordinary body
    try:
        upload = receive(current().directory, cast("BinaryIO", request.stream), name, who.name, access().now())
    except FileError as error:
        raise _refused(error) from None
    _LOG.info("%s uploads %r, %d bytes", who.name, upload.name, upload.size_bytes)
    return json_answer({"id": upload.id, "name": upload.name, "size_bytes": upload.size_bytes}, caching="private, no-store", status=201)


def give_up(upload_id: str) -> Response:
    """Remove a file that is not to be imported."""
    who = require(Permission.EDIT)
    discard(current().directory, upload_id, who.name)
    return Response(status=204)


def _refused(error: FileError) -> RequestError:
    return RequestError(413 if error.code == "file_too_large" else 422, error.message, error.remedy)
