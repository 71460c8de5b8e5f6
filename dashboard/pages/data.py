"""Data: bring records in and take them back, see their quality, and see every layer and indicator."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.auth.identity import identity
from dashboard.auth.roles import Permission, allows
from dashboard.components.attributes import attributes
from dashboard.components.data.building import build_section
from dashboard.components.data.importing import import_panel
from dashboard.components.data.imports import undo_box
from dashboard.components.data.layers import layers_tab
from dashboard.components.dropzone import drop_zone
from dashboard.components.frame import frame
from dashboard.components.ids import Data
from dashboard.components.notices import skeleton
from dashboard.components.page import Page, relative
from dashboard.pages.query import query_of
from dashboard.state import format_state

TABS = ("imports", "quality", "layers")


def layout(tab: str = "imports", **arguments: Any) -> Any:
    """One of the page's three tabs."""
    page = Page.of_request(query_of(arguments))
    title = page.t("page.data")
    active = tab if tab in TABS else "imports"
    parts = {"imports": _imports, "quality": _quality, "layers": layers_tab}[active](page)
    main = [html.H1(title), _tabs(page, active), html.Div(id=Data.STALE), *parts]
    stores = [dcc.Store(id=Data.VIEW, data=format_state(page.state)), dcc.Store(id=Data.CHANGED, data=0)]
    return frame(page, "data", title, main, stores=stores, class_name="page-text page-data")


def may_import() -> bool:
    """Whether the person of this request may import and undo."""
    who = identity()
    return who is not None and allows(who.role, Permission.EDIT)


def _tabs(page: Page, active: str) -> html.Nav:
    def address(tab: str) -> str:
        kept = page.link("/data")
        return f"{kept}{'&' if '?' in kept else '?'}tab={tab}"

    links = [
        dcc.Link(
            page.t(f"data.tab.{tab}"),
            href=address(tab),
            className="nav-link nav-active" if tab == active else "nav-link",
        )
        for tab in TABS
    ]
    return html.Nav(links, className="sub-navigation", **attributes(aria_label=page.t("data.tabs")))


def _imports(page: Page) -> list[Any]:
    parts: list[Any] = []
    if may_import():
        from geodata.ingest.profiles import list_profiles

        parts = [
            html.Section(
                [
                    html.H2(page.t("data.add")),
                    drop_zone(page, Data.UPLOAD, page.t("data.drop")),
                    dcc.Store(id=Data.UPLOAD),
                    html.Div(id=Data.RESULT, role="alert"),
                    import_panel(page, list_profiles(page.programme.directory)),
                ],
                className="add-records",
            ),
            build_section(page, may_build=True),
            undo_box(page),
            dcc.Store(id=Data.UNDO_ID),
        ]
    else:
        parts = [html.P(page.t("data.read_only"), className="quiet"), build_section(page, may_build=False)]
    return [*parts, html.Section([html.H2(page.t("data.imports")), html.Div(skeleton(), id=Data.IMPORTS)])]


def _quality(page: Page) -> list[Any]:
    download = html.A(
        page.t("data.work_list"), href=relative("/download/quality.csv"), className="tool-button", download="", target="_self"
    )
    return [
        html.Div([html.P(page.t("data.quality_intro"), className="lead"), download], className="tab-head"),
        html.Div(skeleton(12), id=Data.QUALITY, className="quality"),
    ]
