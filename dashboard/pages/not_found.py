"""The page of an address that names none."""

from __future__ import annotations

from typing import Any

from dash import dcc

from dashboard.components.frame import frame
from dashboard.components.notices import notice
from dashboard.components.page import Page
from dashboard.pages.query import query_of
from dashboard.state import ViewState


def layout(**arguments: Any) -> Any:
    """Says so, and offers the way back."""
    page = Page.of_request(query_of(arguments))
    title = page.t("page.not_found")
    way_back = dcc.Link(page.t("page.back_to_list"), href=page.link("/", ViewState()), className="button-link")
    return frame(page, "", title, [notice(title, page.t("state.not_found"), way_on=way_back)], class_name="page-text")
