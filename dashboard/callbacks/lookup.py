"""Callbacks of the Look-up page."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, no_update

from dashboard.auth.identity import require
from dashboard.auth.roles import Permission, allows
from dashboard.components.ids import Lookup
from dashboard.components.lookup import answer_parts, failed, nothing_asked, sheet_link
from dashboard.components.map import map_ids, outline_feature, register_map_callbacks
from dashboard.components.notices import error_notice
from dashboard.components.page import Page
from dashboard.programme import current
from dashboard.services.lookups import answer, as_of_date, place_of_text, text_of_upload
from dashboard.services.place_text import typed_to_text
from geodata.errors import GeodataError

_NO_OUTLINE: dict[str, Any] = {"type": "FeatureCollection", "features": []}


def register(app: Any) -> None:
    """Register the callbacks."""
    for map_id in (Lookup.MAP, Lookup.SHEET_MAP):
        register_map_callbacks(app, map_id)
    _register_browser(app)
    view = State(Lookup.VIEW, "data")
    app.callback(
        Output(Lookup.ANSWER, "children"),
        Output(Lookup.OUTLINE, "data"),
        Output(map_ids(Lookup.MAP).view, "data"),
        Input(Lookup.PLACE, "data"),
        Input(Lookup.AS_OF, "value"),
        view,
    )(show_answer)
    app.callback(
        Output(Lookup.PLACE, "data", allow_duplicate=True),
        Output(Lookup.TYPED_NOTICE, "children"),
        Input(Lookup.TYPED_GO, "n_clicks"),
        State(Lookup.TYPED, "value"),
        view,
        prevent_initial_call=True,
    )(take_typed)
    app.callback(
        Output(Lookup.PLACE, "data", allow_duplicate=True),
        Output(Lookup.UPLOAD_NOTICE, "children"),
        Input(Lookup.UPLOAD, "data"),
        State(Lookup.CRS, "value"),
        view,
        prevent_initial_call=True,
    )(take_upload)


def _register_browser(app: Any) -> None:
    def in_browser(function: str, *arguments: Any) -> None:
        app.clientside_callback(ClientsideFunction("screen", function), *arguments, prevent_initial_call=True)

    buttons = (Lookup.RECTANGLE, Lookup.POLYGON, Lookup.POLYLINE, Lookup.FINISH, Lookup.CANCEL)
    in_browser("startDrawing", Output(Lookup.DRAWING, "drawToolbar"), *(Input(button, "n_clicks") for button in buttons))
    place = Output(Lookup.PLACE, "data", allow_duplicate=True)
    in_browser("drawn", place, Output(Lookup.DRAWING, "editToolbar"), Input(Lookup.DRAWING, "geojson"), State(Lookup.PLACE, "data"))
    in_browser("clearPlace", place, Input(Lookup.CLEAR, "n_clicks"))
    app.clientside_callback(ClientsideFunction("screen", "rememberPlace"), Input(Lookup.PLACE, "data"), Input(Lookup.AS_OF, "value"))


def show_answer(shape: str | None, as_of: str | None, query: str) -> tuple[Any, Any, Any]:
    """The answer, the outline on the map, and the map's view."""
    who = require(Permission.VIEW)
    page = Page.of_request(query)
    if not shape:
        return nothing_asked(page), _NO_OUTLINE, no_update
    try:
        place = place_of_text(page.programme, shape, who.name)
    except GeodataError as error:
        return failed(page, error), _NO_OUTLINE, no_update
    outline = {"type": "FeatureCollection", "features": [outline_feature(place, "place")]}
    try:
        found = answer(page.programme, place, as_of_date(as_of))
    except GeodataError as error:
        return failed(page, error), outline, no_update
    counts = allows(who.role, Permission.EDIT) or allows(who.role, Permission.APPROVE)
    content = [sheet_link(page, shape, as_of), *answer_parts(page, found, counts_people=counts)]
    return content, outline, {"bounds": list(place.buffer(_margin(place)).bounds)}


def take_typed(clicks: int | None, typed: str | None, query: str) -> tuple[Any, Any]:
    """The place of typed coordinates."""
    require(Permission.VIEW)
    try:
        return (typed_to_text(typed or ""), None) if clicks else (no_update, None)
    except GeodataError as error:
        return no_update, error_notice(Page.of_request(query), error)


def take_upload(upload: dict[str, Any] | None, crs: str | None, query: str) -> tuple[Any, Any]:
    """The place in a file that has just been sent."""
    who = require(Permission.EDIT)
    if not upload:
        return no_update, None
    try:
        return text_of_upload(current(), str(upload.get("id", "")), who.name, crs or None), None
    except GeodataError as error:
        return no_update, error_notice(Page.of_request(query), error)


def _margin(place: Any) -> float:
    """Degrees of land shown around a place."""
    west, south, east, north = place.bounds
    return float(max((east - west) * 0.6, (north - south) * 0.6, 0.004))
