"""Paths of the map: tiles of areas and basemap, styles, labels, pictures and colours, all named by data version."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, request

from dashboard.api.answers import CHANGING, bytes_answer, packed_answer
from dashboard.api.frozen import snapshot_of, tiles_of
from dashboard.auth.identity import require
from dashboard.auth.roles import Permission
from dashboard.programme import current
from dashboard.server.errors import RequestError
from dashboard.server.headers import IMMUTABLE
from dashboard.state import parse_state
from dashboard.tiles import TileRequestError
from geodata.errors import SnapshotError

_TILE = "application/vnd.mapbox-vector-tile"
_MAP_FIX = "Reload the page; a map of another version may be open."


def register_tiles(server: Flask) -> None:
    """Add the paths of the map to a server."""
    server.add_url_rule("/tiles/<data_version>/areas/<z>/<x>/<y>.mvt", "area_tile", area_tile)
    server.add_url_rule("/tiles/<data_version>/context/<layer_id>/<z>/<x>/<y>.mvt", "context_tile", context_tile)
    server.add_url_rule("/tiles/<data_version>/styles.bin", "area_styles", area_styles)
    server.add_url_rule("/tiles/<data_version>/labels/<chunk>.json", "area_labels", area_labels)
    server.add_url_rule("/tiles/<data_version>/image/<layer_id>.png", "context_picture", context_picture)
    server.add_url_rule("/colours/<data_version>/<measure>.bin", "colours", colours)


def area_tile(data_version: str, z: str, x: str, y: str) -> Response:
    """One tile of the areas: outlines and row numbers, nothing else."""
    require(Permission.VIEW)
    tiles = tiles_of(data_version)
    return packed_answer(_checked(lambda: tiles.areas(z, x, y)), _TILE)


def context_tile(data_version: str, layer_id: str, z: str, x: str, y: str) -> Response:
    """One tile of a basemap layer."""
    require(Permission.VIEW)
    tiles = tiles_of(data_version)
    return packed_answer(_checked(lambda: tiles.context(layer_id, z, x, y)), _TILE)


def area_styles(data_version: str) -> Response:
    """One byte an area that says how its outline is drawn."""
    require(Permission.VIEW)
    return packed_answer(tiles_of(data_version).styles(), "application/octet-stream")


def area_labels(data_version: str, chunk: str) -> Response:
    """Names and places of a thousand areas, for hovering; names are text."""
    require(Permission.VIEW)
    tiles = tiles_of(data_version)
    return packed_answer(_checked(lambda: tiles.labels(chunk)), "application/json")


def context_picture(data_version: str, layer_id: str) -> Response:
    """A raster basemap layer as PNG."""
    require(Permission.VIEW)
    try:
        picture = snapshot_of(data_version).context_image(layer_id)
    except SnapshotError as error:
        raise RequestError(404, error.message, _MAP_FIX) from None
    return bytes_answer(picture.path.read_bytes(), "image/png", caching=IMMUTABLE)


def colours(data_version: str, measure: str) -> Response:
    """One byte an area: 0 hidden, 1 unknown, 2.. classes, 255 released; the query is the state of the view.

    A scenario may change in config.yaml without a new data version. The browser keeps the answer for good only where ``of``
    in the query is the digest of the scenario that the answer was made with; else it asks again each time.
    """
    require(Permission.VIEW)
    from dashboard.services.estimated_measures import rests_on_estimates
    from dashboard.services.measures import known_measures, profile_measures
    from dashboard.services.presets import listed
    from dashboard.services.views import colour_bytes, ranked_view

    snapshot_of(data_version)
    state = parse_state(request.query_string.decode("ascii", "replace")).with_changes(measure=measure)
    programme = listed(current(), state)
    view = ranked_view(programme, state, data_version)
    if measure not in known_measures(programme):
        raise RequestError(404, f"There is no measure {measure[:80]!r} to colour by.", _MAP_FIX)
    body = colour_bytes(programme, state, data_version)
    # The own list, those of all profiles or the estimates decide too, and these change under the same data version and scenario.
    is_of_others = state.moved or measure in profile_measures(programme) or rests_on_estimates(state, measure)
    is_named = request.args.get("of") == view.digest and not is_of_others
    return bytes_answer(body, "application/octet-stream", caching=IMMUTABLE if is_named else CHANGING)


def _checked(make: Callable[[], bytes]) -> bytes:
    try:
        return make()
    except TileRequestError as error:
        raise RequestError(404, str(error), _MAP_FIX) from None
