"""The work list: what check found, as a file."""

from __future__ import annotations

import logging

from flask import Flask, Response

from dashboard.auth.identity import require
from dashboard.auth.roles import Permission
from dashboard.programme import current
from dashboard.services.checks import work_list

_LOG = logging.getLogger("landrelease.access")


def register_quality(server: Flask) -> None:
    """Add the path of the work list to a server."""
    server.add_url_rule("/download/quality.csv", "download_quality", findings)


def findings() -> Response:
    """Findings of records and layers as CSV, the gravest first."""
    who = require(Permission.DOWNLOAD)
    response = Response(work_list(current()), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=quality.csv"
    response.headers["Cache-Control"] = "private, no-store, no-transform"
    _LOG.info("%s downloads quality.csv", who.name)
    return response
