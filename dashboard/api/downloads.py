"""Downloads: the list of a view as a file, with its receipt."""

from __future__ import annotations

import io
import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

from flask import Flask, Response, request, send_file

from dashboard.api.frozen import snapshot_of
from dashboard.auth.identity import require
from dashboard.auth.roles import Permission
from dashboard.programme import current
from dashboard.server.errors import RequestError
from dashboard.server.language import request_language
from dashboard.state import format_state, parse_state

_LOG = logging.getLogger("landrelease.access")
_RECEIPT = ".receipt.json"
_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
}


def register_downloads(server: Flask) -> None:
    """Add the paths of files to a server."""
    server.add_url_rule("/download/priorities.<file_format>", "download_priorities", priorities)


def priorities(file_format: str) -> Response:
    """The list of the view that the query names, filtered as it is; ``csv.receipt.json`` is the receipt of the CSV.

    ``data`` in the query names the data version; the current one where absent.
    """
    who = require(Permission.DOWNLOAD)
    ending = file_format.removesuffix(_RECEIPT)
    if ending not in _TYPES or (ending != file_format and ending != "csv"):
        raise RequestError(404, f"A list can be had as {', '.join(_TYPES)}; not as {file_format[:40]!r}.", "Choose one of these.")
    folder = Path(tempfile.mkdtemp(prefix="landrelease-"))
    try:
        name = _write(folder, ending)
        _LOG.info("%s downloads %s with %r", who.name, name, _filter_text(request.query_string.decode("ascii", "replace")))
        return _send(folder / (name + (_RECEIPT if ending != file_format else "")))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, ending: str) -> str:
    """Write the file into a folder of its own; returns its name."""
    from dashboard.services.presets import listed
    from dashboard.services.views import filtered_rows, ranked_view

    query = request.query_string.decode("ascii", "replace")
    state, version = parse_state(query), request.args.get("data")
    if version is not None:
        snapshot_of(version)
    programme = listed(current(), state)
    view = ranked_view(programme, state, version)
    chosen = None
    if state.is_filtered:
        rows = filtered_rows(programme, state, version)
        chosen = view.snapshot.records["area_id"].iloc[rows].tolist()
    name = f"priorities-{view.scenario.id}-{view.data_version}.{ending}"
    programme.export(
        folder / name,
        view.ranking,
        snapshot=view.snapshot,
        language=state.language or request_language(),
        area_ids=chosen,
        filter_text=_filter_text(query) if state.is_filtered else "",
    )
    return name


def _filter_text(query: str) -> str:
    """The choices as they stand in the address, without what does not decide the list."""
    return format_state(parse_state(query).of_colours().with_changes(measure=""))


def _send(path: Path) -> Response:
    """Send a file that is removed while it is sent: nothing stays behind even where the process dies."""
    kind = _TYPES.get(path.suffix.removeprefix("."), "application/json")
    if os.name == "posix":
        body: IO[bytes] = path.open("rb")
    else:  # an open file cannot be removed there
        body = io.BytesIO(path.read_bytes())
    response = send_file(body, mimetype=kind, as_attachment=True, download_name=path.name, etag=False, max_age=None)
    response.content_length = path.stat().st_size
    response.headers["Cache-Control"] = "private, no-store, no-transform"
    return response
