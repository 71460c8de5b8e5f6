"""Jobs: long work that people asked for, how far it is, and what became of it."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.components.frame import frame
from dashboard.components.ids import Jobs
from dashboard.components.notices import skeleton
from dashboard.components.page import Page
from dashboard.pages.query import query_of
from dashboard.state import format_state


def layout(**arguments: Any) -> Any:
    """The page; the list is filled by a callback, and again while something runs."""
    page = Page.of_request(query_of(arguments))
    title = page.t("page.jobs")
    main = [html.H1(title), html.P(page.t("jobs.intro"), className="lead"), html.Div(skeleton(), id=Jobs.LIST)]
    stores = [dcc.Store(id=Jobs.VIEW, data=format_state(page.state))]
    return frame(page, "jobs", title, main, stores=stores, class_name="page-text page-jobs")
