"""Look-up: draw or upload a place; was any of it ever suspected, how was it released, and what remains."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.auth.identity import identity
from dashboard.auth.roles import Permission, allows
from dashboard.components.attributes import attributes
from dashboard.components.charts import icon
from dashboard.components.dropzone import drop_zone
from dashboard.components.frame import frame
from dashboard.components.ids import Lookup
from dashboard.components.lookup import nothing_asked
from dashboard.components.map import drawing_layer, outline_layer, plain_map, priority_map
from dashboard.components.maptexts import map_texts
from dashboard.components.notices import error_notice, skeleton
from dashboard.components.page import Page
from dashboard.pages.query import query_of
from dashboard.services.lookups import as_of_date
from dashboard.services.screen import screen
from dashboard.state import ViewState, format_state
from geodata.errors import GeodataError, SnapshotError

_WORDS = ("rectangle", "polygon_start", "polygon_more", "polygon_end", "line_start", "line_more", "line_end", "crossing", "release")


def layout(shape: str = "", as_of: str = "", **arguments: Any) -> Any:
    """The page, with the place of the address drawn."""
    page = Page.of_request(query_of(arguments))
    title = page.t("page.lookup")
    try:
        drawn = _map(page)
    except GeodataError as error:
        return frame(page, "lookup", title, error_notice(page, error))
    answer = html.Aside(
        html.Div(skeleton() if shape else nothing_asked(page), id=Lookup.ANSWER, className="lookup-answer-box"),
        className="pane-answer",
        **attributes(aria_label=page.t("lookup.answer_label"), aria_live="polite"),
    )
    main = [
        html.Div([html.H1(title, className="hidden"), _tools(page, shape, as_of), drawn], className="lookup-place"),
        answer,
    ]
    stores = [
        dcc.Store(id=Lookup.VIEW, data=format_state(page.state)),
        dcc.Store(id=Lookup.PLACE, data=shape),
        *([dcc.Store(id=Lookup.UPLOAD)] if _may_upload() else []),
    ]
    return frame(page, "lookup", title, main, stores=stores, class_name="page-lookup")


def _may_upload() -> bool:
    who = identity()
    return who is not None and allows(who.role, Permission.EDIT)


def _map(page: Page) -> html.Section:
    inside = [outline_layer(Lookup.OUTLINE), drawing_layer(Lookup.DRAWING)]
    try:
        facts = screen(page.programme, page.state, page.language).map
    except SnapshotError:
        inside[0] = outline_layer(Lookup.OUTLINE, zooms=True)
        drawn = plain_map(
            Lookup.MAP, None, inside=inside, language=page.language, texts=map_texts(page), tile_server=page.config.server.tile_server
        )
        return html.Section(drawn, className="lookup-map", **attributes(aria_label=page.t("lookup.map_label")))
    state = page.state
    at = (state.latitude, state.longitude, state.zoom)
    drawn = priority_map(
        Lookup.MAP,
        **facts,
        fictional=page.config.programme.fictional,
        language=page.language,
        texts=map_texts(page),
        view=None
        if state.latitude is None or state.longitude is None or state.zoom is None
        else (at[0] or 0.0, at[1] or 0.0, at[2] or 0.0),
        waits_for_colours=False,
        tile_server=page.config.server.tile_server,
        base_path=page.link("/", ViewState()),
        inside=inside,
    )
    return html.Section(drawn, className="lookup-map", **attributes(aria_label=page.t("lookup.map_label")))


def _tools(page: Page, shape: str, as_of: str) -> html.Div:
    """Ways to say which place is meant, and of which day."""
    words: dict[str, Any] = {f"data-{key.replace('_', '-')}": page.t(f"lookup.drawing.{key}") for key in _WORDS}
    label = html.Span(page.t("lookup.draw"), id="lookup-draw-label", className="tool-label")
    draw = [
        html.Button(page.t(f"lookup.{tool}"), id=component_id, type="button", className="tool-button")
        for tool, component_id in (("rectangle", Lookup.RECTANGLE), ("polygon", Lookup.POLYGON), ("polyline", Lookup.POLYLINE))
    ]
    steer = [
        html.Button(page.t("lookup.finish"), id=Lookup.FINISH, type="button", className="tool-button tool-while"),
        html.Button(page.t("lookup.cancel"), id=Lookup.CANCEL, type="button", className="tool-button tool-while"),
        html.Button(page.t("lookup.clear"), id=Lookup.CLEAR, type="button", className="tool-button tool-after"),
    ]
    day = as_of_date(as_of)
    date = dmc.TextInput(
        id=Lookup.AS_OF, label=page.t("lookup.as_of"), value=day.isoformat() if day else "", debounce=400, size="sm",
        className="lookup-date", attributes={"input": {"type": "date"}},
    )  # fmt: skip
    return html.Div(
        [
            html.Div([label, *draw, *steer], className="tool-row", role="group", **attributes(aria_labelledby="lookup-draw-label")),
            _by_numbers(page),
            *_by_file(page),
            date,
        ],
        id=Lookup.TOOLS,
        className="lookup-tools has-place" if shape else "lookup-tools",
        **words,
    )


def _by_numbers(page: Page) -> html.Details:
    """A place by its coordinates: for those who have them, and for those who use no pointer."""
    content = [
        dmc.Textarea(
            id=Lookup.TYPED, label=page.t("lookup.typed"), description=page.t("lookup.typed_help"), autosize=True, minRows=3, maxRows=8,
            attributes={"input": {"dir": "ltr", "spellCheck": "false"}},
        ),
        html.Button(page.t("lookup.look_up"), id=Lookup.TYPED_GO, type="button", className="tool-button"),
        html.Div(id=Lookup.TYPED_NOTICE),
    ]  # fmt: skip
    return html.Details(
        [html.Summary(page.t("lookup.by_numbers"), className="tool-button"), html.Div(content, className="tool-menu")], className="tool-box"
    )


def _by_file(page: Page) -> list[Any]:
    """Upload, for people who may import."""
    if not _may_upload():
        return []
    content = [
        drop_zone(page, Lookup.UPLOAD, page.t("lookup.drop")),
        dmc.TextInput(id=Lookup.CRS, label=page.t("lookup.crs"), description=page.t("lookup.crs_help"), size="sm", debounce=True),
        html.Div(id=Lookup.UPLOAD_NOTICE),
    ]
    summary = html.Summary([icon("upload"), page.t("lookup.by_file")], className="tool-button")
    return [html.Details([summary, html.Div(content, className="tool-menu")], className="tool-box")]
