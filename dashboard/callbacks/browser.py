"""Callbacks that run in the browser (``assets/js/screen``): they keep the view, the URL, the table and the map together."""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State

from dashboard.components.ids import Area, Frame, Priorities
from dashboard.components.map import map_ids, register_map_callbacks

_LEVELS = (1, 2, 3, 4)


def register(app: Any) -> None:
    """Register the callbacks."""
    _register_frame(app)
    _register_weights(app)
    _register_filters(app)
    _register_selection(app)
    for map_id in (Priorities.MAP, Priorities.PRINT_MAP, Area.MAP):
        register_map_callbacks(app, map_id)


def _in_browser(app: Any, function: str, *arguments: Any, **options: Any) -> None:
    app.clientside_callback(ClientsideFunction("screen", function), *arguments, **options)


def _register_frame(app: Any) -> None:
    _in_browser(app, "settle", Input(Frame.SETTINGS, "data"))
    _in_browser(app, "chooseLanguage", Input(Frame.LANGUAGE, "value"), State(Frame.SETTINGS, "data"))
    _in_browser(app, "switchTheme", Output(Frame.PROVIDER, "forceColorScheme"), Input(Frame.THEME, "n_clicks"), prevent_initial_call=True)
    _in_browser(app, "openHelp", Output(Frame.HELP_DRAWER, "opened"), Input(Frame.HELP, "n_clicks"), prevent_initial_call=True)


def _register_weights(app: Any) -> None:
    view, profiles = State(Priorities.VIEW, "data"), State(Priorities.PROFILES, "data")
    _in_browser(
        app,
        "moveWeight",
        Output(Priorities.VIEW, "data", allow_duplicate=True),
        Output(Priorities.share(ALL), "children"),
        Input(Priorities.weight(ALL), "value"),
        view,
        profiles,
        prevent_initial_call="initial_duplicate",
    )
    _in_browser(
        app,
        "toggleLock",
        Output(Priorities.VIEW, "data", allow_duplicate=True),
        Output(Priorities.weight(ALL), "disabled"),
        Output(Priorities.lock(ALL), "className"),
        Input(Priorities.lock(ALL), "n_clicks"),
        view,
        prevent_initial_call=True,
    )
    for component, prop in ((Priorities.PROFILE, "value"), (Priorities.PROFILE_CHIPS, "value")):
        _in_browser(
            app,
            "chooseProfile",
            Output(Priorities.VIEW, "data", allow_duplicate=True),
            Input(component, prop),
            view,
            profiles,
            prevent_initial_call=True,
        )
    _in_browser(app, "chooseScenario", Input(Priorities.SCENARIO, "value"), view, prevent_initial_call=True)
    _in_browser(app, "choosePreset", Input(Priorities.preset(ALL), "n_clicks"), view, prevent_initial_call=True)
    _in_browser(app, "resetWeights", Input(Priorities.RESET, "n_clicks"), view, profiles, prevent_initial_call=True)
    _in_browser(app, "undoWeights", Input(Priorities.UNDO, "n_clicks"), view, profiles, prevent_initial_call=True)
    for made in (Priorities.MADE, Priorities.PAIRS_MADE):
        _in_browser(app, "useMade", Input(made, "data"), view, profiles, prevent_initial_call=True)
    asked, done = (Priorities.LIST, "data"), (Priorities.DONE, "data")
    _in_browser(app, "showView", Input(Priorities.VIEW, "data"), State(*asked), State(*done))
    _in_browser(app, "listShown", Input(*done), view, State(*asked))


def _register_filters(app: Any) -> None:
    view = State(Priorities.VIEW, "data")
    changed = Output(Priorities.VIEW, "data", allow_duplicate=True)
    _in_browser(
        app,
        "filter",
        changed,
        *(Input(Priorities.level(level), "value") for level in _LEVELS),
        Input(Priorities.TYPES, "value"),
        Input(Priorities.STATUSES, "value"),
        Input(Priorities.CLASSES, "value"),
        Input(Priorities.TASKED, "value"),
        Input(Priorities.LIKELY_FROM, "value"),
        Input(Priorities.LIKELY_TO, "value"),
        Input(Priorities.ACTIONS, "value"),
        Input(Priorities.SEARCH, "value"),
        Input(Priorities.MEASURE, "value"),
        view,
        prevent_initial_call=True,
    )
    for button in (Priorities.CLEAR, Priorities.CLEAR_TOO):
        _in_browser(app, "clearFilters", changed, Input(button, "n_clicks"), view, prevent_initial_call=True)
    _in_browser(app, "showEntered", changed, Input(Priorities.WHICH_IN, "n_clicks"), view, prevent_initial_call=True)
    _in_browser(app, "showLeft", changed, Input(Priorities.WHICH_OUT, "n_clicks"), view, prevent_initial_call=True)
    _in_browser(app, "showLayers", changed, Input(Priorities.PANES, "value"), view, prevent_initial_call=True)
    _in_browser(app, "hideLayers", Input(map_ids(Priorities.MAP).status, "data"), view)
    _in_browser(
        app,
        "linkFiles",
        Output(Priorities.export(ALL), "href"),
        Output(Priorities.PRINT, "href"),
        Input(Priorities.VIEW, "data"),
        State(Priorities.export(ALL), "id"),
    )


def _register_selection(app: Any) -> None:
    view, ids = State(Priorities.VIEW, "data"), map_ids(Priorities.MAP)
    chosen = Output(Priorities.CHOSEN, "data", allow_duplicate=True)
    _in_browser(app, "chooseOnMap", chosen, Input(ids.selected, "data"), prevent_initial_call=True)
    _in_browser(app, "closeWhy", chosen, Input(Priorities.WHY_CLOSE, "n_clicks"), prevent_initial_call=True)
    _in_browser(
        app,
        "showChosen",
        Output(Priorities.VIEW, "data", allow_duplicate=True),
        Output(ids.selected, "data"),
        Input(Priorities.KNOWN, "data"),
        view,
        prevent_initial_call=True,
    )
    _in_browser(
        app, "moveMap", Output(Priorities.VIEW, "data", allow_duplicate=True), Input(ids.view, "data"), view, prevent_initial_call=True
    )
    _in_browser(
        app,
        "sortTable",
        Output(Priorities.VIEW, "data", allow_duplicate=True),
        Input(Priorities.TABLE, "getRowsRequest"),
        view,
        prevent_initial_call=True,
    )
