"""Facts of one area with its rank and reasons, and which data versions there are."""

from __future__ import annotations

import math
from typing import Any

from flask import Flask, Response, request

from dashboard.api.answers import json_answer
from dashboard.api.frozen import snapshot_of
from dashboard.auth.identity import require
from dashboard.auth.roles import Permission
from dashboard.programme import current
from dashboard.server.errors import RequestError
from dashboard.server.language import request_language
from dashboard.state import parse_state

_MAX_ID = 200
_FACTS = ("imsma_links", "area_stated_m2", "recorded_date", "current_use", "blocked_use", "intended_use", "lon", "lat", "is_released")


def register_areas(server: Flask) -> None:
    """Add the paths of areas to a server."""
    server.add_url_rule("/api/areas/<path:area_id>", "api_area", area)
    server.add_url_rule("/api/versions", "api_versions", versions)


def area(area_id: str) -> Response:
    """One area: its record, its rank in the view that the query names, and the value and contribution of each criterion.

    ``data`` in the query names the data version; the current one where absent.
    """
    require(Permission.VIEW)
    from dashboard.services.presets import listed
    from dashboard.services.priority_list import priority_list
    from dashboard.services.views import ranked_view

    version = request.args.get("data")
    if version is not None:
        snapshot_of(version)
    state = parse_state(request.query_string.decode("ascii", "replace"))
    view = ranked_view(listed(current(), state), state, version)
    frozen = view.snapshot
    rows = frozen.records.index[frozen.records["area_id"] == area_id]
    if len(area_id) > _MAX_ID or len(rows) == 0:
        raise RequestError(
            404,
            f"There is no area {area_id[:80]!r} in data version {frozen.data_version}.",
            "Check the id, or choose the area in the list.",
        )
    record = frozen.records.iloc[int(rows[0])]
    estimates = current().estimates(frozen)
    rows_of_list = priority_list(frozen, view.ranking, language=request_language(), area_ids=[area_id], estimates=estimates)
    rows_of_list = rows_of_list.drop(columns="rank_in_selection")
    ranking = {name: _plain(rows_of_list[name].iloc[0]) for name in rows_of_list.columns} if len(rows_of_list) else None
    facts = {name: _plain(record[name]) for name in record.index}
    return json_answer({"data_version": frozen.data_version, "row": int(rows[0]), "area": facts, "ranking": ranking})


def versions() -> Response:
    """The current data version, so that an open page can say that there is newer data."""
    require(Permission.VIEW)
    snapshot = current().snapshot()
    return json_answer({"current": snapshot.data_version, "n_areas": snapshot.n_areas})


def _plain(value: Any) -> Any:
    """A cell as JSON has it: unknown is null."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if hasattr(value, "item"):
        return _plain(value.item())
    if isinstance(value, str | int | float | bool):
        return value
    return None if str(value) in ("NaT", "<NA>", "nan") else str(value)
