"""Callbacks of the Method page: each part comes when the server has computed it, so that the page is there at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from dash import Input, Output

from dashboard.auth.identity import require
from dashboard.auth.roles import Permission
from dashboard.components.ids import Method
from dashboard.components.method.comparison import OTHERS, comparison_card
from dashboard.components.method.diagnostics import diagnostics_table
from dashboard.components.method.remarks import remarks_list
from dashboard.components.notices import error_notice
from dashboard.components.page import Page
from dashboard.services.comparison import data_weights, list_remarks, method_comparison
from dashboard.services.views import RankedView, ranked_view
from geodata.errors import GeodataError
from models.errors import ModelsError


def register(app: Any) -> None:
    """Register the callbacks."""
    view = Input(Method.VIEW, "data")
    app.callback(Output(Method.REMARKS, "children"), view)(show_remarks)
    app.callback(Output(Method.DIAGNOSTICS, "children"), view)(show_diagnostics)
    for method in OTHERS:
        app.callback(Output(Method.compared(method), "children"), view)(partial(show_comparison, method))


def show_remarks(query: str) -> Any:
    """What is flagged in the list."""
    return _of_list(query, lambda page, view: remarks_list(page, view, list_remarks(page.programme, view)))


def show_diagnostics(query: str) -> Any:
    """What the data alone would weigh."""
    return _of_list(query, lambda page, view: diagnostics_table(page, view, data_weights(page.programme, view)))


def show_comparison(method: str, query: str) -> Any:
    """The list beside that of another method."""
    return _of_list(query, lambda page, view: comparison_card(page, view, method_comparison(page.programme, view, method)))


def _of_list(query: str, show: Callable[[Page, RankedView], Any]) -> Any:
    require(Permission.VIEW)
    page = Page.of_list(query)
    try:
        return show(page, ranked_view(page.programme, page.state))
    except (GeodataError, ModelsError) as error:
        return error_notice(page, error)
