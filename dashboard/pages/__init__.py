"""Pages: each module offers ``layout``, a function from the address to components."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dash

from dashboard.components.page import Page
from dashboard.pages import area, data, jobs, judgements, lookup, lookup_sheet, method, not_found, printed, priorities, visits


def register_pages(app: Any) -> None:
    """Tell Dash which pages there are, and give it the frame they appear in."""
    register: Any = dash.register_page  # Dash carries no types
    register("dashboard.priorities", path="/", title=_title("priorities"), layout=priorities.layout)
    register("dashboard.area", path_template="/areas/<area_id>", title=_title("area"), layout=area.layout)
    register("dashboard.data", path="/data", title=_title("data"), layout=data.layout)
    register("dashboard.lookup", path="/lookup", title=_title("lookup"), layout=lookup.layout)
    register("dashboard.lookup_sheet", path="/lookup/sheet", title=_title("lookup"), layout=lookup_sheet.layout)
    register("dashboard.visits", path="/visits", title=_title("visits"), layout=visits.layout)
    register("dashboard.judgements", path="/judgements", title=_title("judge"), layout=judgements.layout)
    register("dashboard.method", path="/method", title=_title("method"), layout=method.layout)
    register("dashboard.jobs", path="/jobs", title=_title("jobs"), layout=jobs.layout)
    register("dashboard.printed", path="/print", title=_title("print"), layout=printed.layout)
    register("dashboard.not_found_404", path=None, title=_title("not_found"), layout=not_found.layout)
    app.layout = _shell


def _shell() -> Any:
    return dash.page_container


def _title(key: str) -> Callable[..., str]:
    """Title of the browser's tab, in the language of the request."""

    def title(**_: Any) -> str:
        page = Page.of_request("")
        return f"{page.t(f'page.{key}')} · {page.programme_name}"

    return title
