"""Priorities: the weights, the map, the ranked list, and why an area has its rank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.components.attributes import attributes
from dashboard.components.charts import icon
from dashboard.components.filters import filters_panel, layers_panel
from dashboard.components.frame import frame
from dashboard.components.ids import Priorities
from dashboard.components.map import priority_map
from dashboard.components.maptexts import map_texts
from dashboard.components.notices import error_notice, nothing_built, skeleton
from dashboard.components.page import Page
from dashboard.components.table import priority_table
from dashboard.components.weights import weights_panel
from dashboard.components.why import nothing_chosen
from dashboard.pages.query import query_of
from dashboard.services.screen import Screen, screen
from dashboard.services.views import profile_points
from dashboard.state import ViewState, format_state
from geodata.errors import GeodataError, SnapshotError

EXPORTS = ("csv", "xlsx", "geojson", "gpkg", "parquet")


def layout(**arguments: Any) -> Any:
    """The page of a view."""
    page = Page.of_list(query_of(arguments))
    title = page.t("page.priorities")
    try:
        facts = screen(page.programme, page.state, page.language)
    except SnapshotError as error:
        return frame(page, "priorities", title, nothing_built(page, error))
    except GeodataError as error:
        return frame(page, "priorities", title, error_notice(page, error))
    main = [
        html.H1(title, className="hidden"),
        html.Div(id=Priorities.NOTICE, role="alert"),
        _controls(page, facts),
        _map(page, facts),
        _divider(page),
        _list(page, facts),
        _why(page),
        _pane_tabs(page),
    ]
    return frame(page, "priorities", title, main, toolbar=_toolbar(page, facts), stores=_stores(page, facts), class_name="page-priorities")


def _stores(page: Page, facts: Screen) -> list[Any]:
    chosen = {"id": page.state.area} if page.state.area else None
    return [
        dcc.Store(id=Priorities.VIEW, data=format_state(page.state)),
        dcc.Store(id=Priorities.LIST, data=format_state(page.state.of_colours())),
        dcc.Store(id=Priorities.CHOSEN, data=chosen),
        dcc.Store(id=Priorities.KNOWN),
        dcc.Store(id=Priorities.DONE),
        dcc.Store(id=Priorities.MADE),
        dcc.Store(id=Priorities.PAIRS_MADE),
        dcc.Store(id=Priorities.VERSION, data=facts.data_version),
        dcc.Store(id=Priorities.PROFILES, data={"scenarioProfile": facts.own_profile, "points": _all_points(page)}),
    ]


def _all_points(page: Page) -> Mapping[str, Mapping[str, float]]:
    return {profile.id: profile_points(page.programme, page.state.scenario, profile.id) for profile in page.config.profiles}


def _toolbar(page: Page, facts: Screen) -> list[Any]:
    scenarios = [{"value": section.id, "label": page.say(section.label)} for section in page.config.scenarios]
    profiles = [{"value": section.id, "label": page.say(section.label)} for section in page.config.profiles]
    return [
        _picker(page, Priorities.SCENARIO, "toolbar.scenario", scenarios, facts.scenario),
        _picker(page, Priorities.PROFILE, "toolbar.profile", profiles, facts.profile),
        dmc.TextInput(
            id=Priorities.SEARCH, value=page.state.text, placeholder=page.t("toolbar.search"), debounce=300, leftSection=icon("search"),
            size="sm", className="search", attributes={"input": {"aria-label": page.t("toolbar.search"), "type": "search"}},
        ),
        _export_menu(page),
    ]  # fmt: skip


def _picker(page: Page, component_id: str, key: str, options: list[dict[str, str]], value: str) -> html.Div:
    label = page.t(key)
    select = dmc.Select(
        id=component_id, data=options, value=value, allowDeselect=False, size="sm", className="picker",
        comboboxProps={"width": 280, "position": "bottom-start"}, attributes={"input": {"aria-label": label}},
    )  # fmt: skip
    return html.Div([html.Span(label, className="picker-label", **attributes(aria_hidden="true")), select], className="picker-box")


def _export_menu(page: Page) -> html.Details:
    links = [
        html.A(page.t(f"export.{ending}"), id=Priorities.export(ending), href="#", className="menu-link", download="", target="_self")
        for ending in EXPORTS
    ]
    printing = html.A(page.t("export.print"), id=Priorities.PRINT, href="#", className="menu-link", target="_blank", rel="noopener")
    content = [html.P(page.t("export.note"), className="menu-note"), *links, html.Hr(), printing]
    button = html.Summary([icon("download"), page.t("export.title")], className="menu-button")
    return html.Details([button, html.Div(content, className="menu")], className="menu-box")


def _controls(page: Page, facts: Screen) -> html.Section:
    tabs = dmc.Tabs(
        [
            dmc.TabsList([dmc.TabsTab(page.t(f"tab.{key}"), value=key) for key in ("weights", "filters", "layers")], grow=True),
            dmc.TabsPanel(weights_panel(page, facts.points, facts.profile), value="weights"),
            dmc.TabsPanel(_filters(page, facts), value="filters"),
            dmc.TabsPanel(_layers(page, facts), value="layers"),
        ],
        value="weights",
        id=Priorities.TABS,
        keepMounted=True,
    )
    fold = html.Button(
        html.Span("«", **attributes(aria_hidden="true")),
        className="fold",
        type="button",
        **attributes(aria_label=page.t("pane.fold"), aria_expanded="true"),
    )
    return html.Section([tabs, fold], className="pane pane-controls", **attributes(aria_label=page.t("pane.controls")))


def _filters(page: Page, facts: Screen) -> html.Div:
    return filters_panel(page, facts.places, types=facts.types, statuses=facts.statuses, not_estimated=facts.not_estimated)


def _layers(page: Page, facts: Screen) -> html.Div:
    return layers_panel(page, facts.map["context_layers"], has_released=facts.has_released, not_estimated=facts.not_estimated)


def _map(page: Page, facts: Screen) -> html.Section:
    legend = html.Details(id=Priorities.LEGEND, className="legend", open=True, **attributes(aria_label=page.t("legend.label")))
    state = page.state
    view = (
        None if state.latitude is None or state.longitude is None or state.zoom is None else (state.latitude, state.longitude, state.zoom)
    )
    drawn = priority_map(
        Priorities.MAP,
        **facts.map,
        fictional=page.config.programme.fictional,
        language=page.language,
        texts=map_texts(page),
        view=view,
        tile_server=page.config.server.tile_server,
        base_path=page.link("/", ViewState()),
        children=[legend],
    )
    return html.Section(drawn, className="pane pane-map", **attributes(aria_label=page.t("pane.map")))


def _divider(page: Page) -> html.Div:
    """Moves the border between map and list, by pointer or arrow keys."""
    values = attributes(
        aria_label=page.t("pane.divider"), aria_orientation="horizontal", aria_valuenow="58", aria_valuemin="20", aria_valuemax="85"
    )
    return html.Div(className="divider", role="separator", tabIndex=0, **values)


def _list(page: Page, facts: Screen) -> html.Section:
    head = html.Div(
        [
            html.Div(id=Priorities.COUNT, className="list-count", role="status"),
        ],
        className="list-head",
    )
    table = html.Div(priority_table(page, facts.people_label, has_types=bool(facts.types)), className="list-table")
    return html.Section([head, table], className="pane pane-list", **attributes(aria_label=page.t("pane.list")))


def _why(page: Page) -> html.Aside:
    content = skeleton() if page.state.area else nothing_chosen(page)
    return html.Aside(
        [
            html.Div(content, id=Priorities.WHY, className="why"),
            html.Div(id=Priorities.CAREFUL, className="why-careful", **attributes(aria_live="off")),
        ],
        className="pane-why",
        **attributes(aria_label=page.t("why.title"), aria_live="polite"),
    )


def _pane_tabs(page: Page) -> html.Nav:
    """Below 900 px one pane is shown at a time; this chooses which."""
    buttons = [
        html.Button(
            [icon(key), page.t(f"pane.{key}")],
            className="pane-tab",
            type="button",
            **attributes(data_pane=key, aria_pressed=str(key == "map").lower()),
        )
        for key in ("map", "list", "controls")
    ]
    return html.Nav(buttons, className="pane-tabs", **attributes(aria_label=page.t("pane.choose")))
