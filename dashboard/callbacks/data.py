"""Callbacks of the Data page: imports and undo, quality, layers."""

from __future__ import annotations

from typing import Any, NamedTuple

from dash import ALL, Input, Output, State, ctx, no_update

from dashboard.auth.identity import identity, require
from dashboard.auth.roles import Permission, allows
from dashboard.components.data.importing import stale_line
from dashboard.components.data.imports import imports_table
from dashboard.components.data.layers import indicator_cards, layer_box, layer_facts
from dashboard.components.data.quality import quality_parts
from dashboard.components.ids import Data
from dashboard.components.notices import error_notice
from dashboard.components.page import Page
from dashboard.programme import current
from dashboard.services.checks import quality
from dashboard.services.importing import changes_since_build, imports, try_undo, undo
from dashboard.services.jobs import may_start
from dashboard.services.layers import draw_layer, spreads
from geodata.errors import GeodataError


class UndoQuestion(NamedTuple):
    """What the question before an undo shows, in the order of the callback's outputs."""

    is_open: Any
    text: Any
    import_id: Any
    is_barred: Any
    notice: Any


def register(app: Any) -> None:
    """Register the callbacks."""
    view, changed = State(Data.VIEW, "data"), Input(Data.CHANGED, "data")
    app.callback(Output(Data.STALE, "children"), changed, view)(show_stale)
    app.callback(Output(Data.IMPORTS, "children"), changed, view)(show_imports)
    app.callback(Output(Data.QUALITY, "children"), changed, view)(show_quality)
    app.callback(Output(Data.LAYER_BOX, "children"), Input(Data.LAYER, "value"), view)(show_layer)
    app.callback(Output(Data.INDICATORS, "children"), changed, view)(show_indicators)
    app.callback(
        Output(Data.UNDO_BOX, "opened"),
        Output(Data.UNDO_TEXT, "children"),
        Output(Data.UNDO_ID, "data"),
        Output(Data.UNDO_GO, "disabled"),
        Output(Data.UNDO_NOTICE, "children"),
        Input(Data.undo(ALL), "n_clicks"),
        Input(Data.UNDO_CANCEL, "n_clicks"),
        view,
        prevent_initial_call=True,
    )(ask_undo)
    app.callback(
        Output(Data.UNDO_BOX, "opened", allow_duplicate=True),
        Output(Data.UNDO_NOTICE, "children", allow_duplicate=True),
        Output(Data.CHANGED, "data", allow_duplicate=True),
        Output(Data.UNDO_REASON, "value"),
        Input(Data.UNDO_GO, "n_clicks"),
        State(Data.UNDO_ID, "data"),
        State(Data.UNDO_REASON, "value"),
        State(Data.CHANGED, "data"),
        view,
        prevent_initial_call=True,
        running=[(Output(Data.UNDO_GO, "loading"), True, False)],
    )(do_undo)


def show_stale(_: int | None, query: str) -> Any:
    """Whether records have changed since the last build."""
    require(Permission.VIEW)
    page = Page.of_request(query)
    try:
        return stale_line(page, changes_since_build(page.programme), may_build=may_start(identity()))
    except GeodataError as error:
        return error_notice(page, error)


def show_imports(_: int | None, query: str) -> Any:
    """The list of imports."""
    require(Permission.VIEW)
    page, who = Page.of_request(query), identity()
    try:
        return imports_table(page, imports(page.programme), may_undo=who is not None and allows(who.role, Permission.EDIT))
    except GeodataError as error:
        return error_notice(page, error)


def show_quality(_: int | None, query: str) -> Any:
    """Scorecard and findings."""
    require(Permission.VIEW)
    page = Page.of_request(query)
    try:
        return quality_parts(page, quality(page.programme))
    except GeodataError as error:
        return error_notice(page, error)


def show_layer(layer_id: str | None, query: str) -> Any:
    """One layer on the map."""
    require(Permission.VIEW)
    page = Page.of_request(query)
    layer = next((each for each in page.config.layers if each.id == layer_id), None)
    if layer is None:
        return None
    try:
        return layer_box(page, layer, draw_layer(page.programme, layer.id))
    except GeodataError as error:
        return [error_notice(page, error), layer_facts(page, layer)]


def show_indicators(_: int | None, query: str) -> Any:
    """How each indicator is spread."""
    require(Permission.VIEW)
    page = Page.of_request(query)
    try:
        return indicator_cards(page, spreads(page.programme))
    except GeodataError as error:
        return error_notice(page, error)


def ask_undo(clicks: list[int | None], _: int | None, query: str) -> UndoQuestion:
    """Ask before an import is taken back; where it cannot be, say why."""
    who = require(Permission.EDIT)
    page, asked = Page.of_request(query), ctx.triggered_id
    if not isinstance(asked, dict) or not any(clicks):
        return UndoQuestion(False, no_update, None, True, None)
    import_id = str(asked.get("import", ""))
    try:
        counts = try_undo(current(), import_id, who.name)
    except GeodataError as error:
        return UndoQuestion(True, page.t("data.undo_refused", id=import_id), None, True, error_notice(page, error))
    words = page.t("data.undo_would", id=import_id, removed=counts.removed, updated=counts.updated)
    return UndoQuestion(True, words, import_id, False, None)


def do_undo(clicks: int | None, import_id: str | None, reason: str | None, changed: int | None, query: str) -> tuple[Any, Any, Any, Any]:
    """Take an import back."""
    who = require(Permission.EDIT)
    if not clicks or not import_id:
        return no_update, no_update, no_update, no_update
    try:
        undo(current(), import_id, who.name, reason or "")
    except GeodataError as error:
        return no_update, error_notice(Page.of_request(query), error), no_update, no_update
    return False, None, (changed or 0) + 1, ""
