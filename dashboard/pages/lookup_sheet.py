"""The sheet of a look-up: one place, its map, the answer and what it does not say, with a line to sign on; for paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import shapely
from dash import html

from dashboard.auth.identity import require
from dashboard.auth.roles import Permission
from dashboard.components.frame import data_line, fictional_badge, frame, source_line, warning_line
from dashboard.components.ids import Lookup
from dashboard.components.lookup import answer_parts, failed, nothing_asked
from dashboard.components.map import outline_feature, outline_layer, plain_map, priority_map
from dashboard.components.maptexts import map_texts
from dashboard.components.page import Page
from dashboard.i18n import format_date, format_number
from dashboard.pages.query import query_of
from dashboard.services.lookups import answer, as_of_date, place_of_text
from dashboard.services.screen import screen
from dashboard.state import ViewState
from geodata.errors import GeodataError, SnapshotError
from geodata.registry.lookup import LookUp

_ZOOM = 15.0


def layout(shape: str = "", as_of: str = "", **arguments: Any) -> Any:
    """The sheet of the place and day that the address names."""
    who = require(Permission.VIEW)
    asked = Page.of_request(query_of(arguments))
    page = replace(asked, state=asked.state.with_changes(theme="light"))  # paper is white
    try:
        content = nothing_asked(page)
        if shape:
            place = place_of_text(page.programme, shape, who.name)
            content = _content(page, place, answer(page.programme, place, as_of_date(as_of)), who.name)
    except GeodataError as error:
        content = failed(page, error)
    return frame(page, "", page.t("lookup.sheet_title"), content, class_name="page-print page-lookup-sheet")


def _content(page: Page, place: shapely.Geometry, found: LookUp, author: str) -> list[Any]:
    middle = place.representative_point() if shapely.get_dimensions(place) else place.centroid
    where = ", ".join(format_number(value, page.language, 5) for value in (middle.y, middle.x))
    lines: list[tuple[str, Any]] = [
        (page.t("lookup.where"), html.Span(where, dir="ltr")),
        (page.t("lookup.as_of"), format_date(found.as_of or _today(), page.language)),
        (page.t("print.printed_on"), format_date(_today(), page.language)),
        (page.t("lookup.printed_by"), html.Bdi(author)),
        (page.t("lookup.registry_head"), html.Code(found.registry_head[:16] or "–")),
    ]
    return [
        html.Div(html.Button(page.t("export.print"), className="print-button text-button", type="button"), className="page-tools"),
        html.Header(
            [
                html.P([page.programme_name, " ", *fictional_badge(page)], className="overline"),
                html.H1(page.t("lookup.sheet_title")),
                html.P(data_line(page)),
                html.Dl([html.Div([html.Dt(name), html.Dd(text)]) for name, text in lines], className="facts print-facts"),
            ]
        ),
        html.Section([_map(page, place), html.Span("N ↑", className="north", dir="ltr")], className="print-map"),
        html.Div(answer_parts(page, found, counts_people=False), className="lookup-answer-box"),
        html.Div(
            [
                warning_line(page),
                html.P(source_line(page), className="quiet"),
                html.P([page.t("print.signature"), html.Span(className="signature")], className="sign-line"),
            ]
        ),
    ]


def _map(page: Page, place: shapely.Geometry) -> Any:
    inside = [outline_layer(Lookup.SHEET_OUTLINE, [outline_feature(place, "place")])]
    west, south, east, north = place.bounds
    margin = max((east - west) * 0.6, (north - south) * 0.6, 0.004)
    box = (west - margin, south - margin, east + margin, north + margin)
    try:
        facts = screen(page.programme, page.state, page.language).map
    except SnapshotError:
        return plain_map(
            Lookup.SHEET_MAP, box, inside=inside, language=page.language, texts=map_texts(page), tile_server=page.config.server.tile_server
        )
    return priority_map(
        Lookup.SHEET_MAP,
        **facts,
        fictional=page.config.programme.fictional,
        language=page.language,
        texts=map_texts(page),
        view=((south + north) / 2, (west + east) / 2, _ZOOM),
        fit=box,
        waits_for_colours=False,
        tile_server=page.config.server.tile_server,
        base_path=page.link("/", ViewState()),
        inside=inside,
    )


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
