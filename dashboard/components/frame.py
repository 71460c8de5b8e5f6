"""The frame of every page: programme, navigation, language and theme above; the warning, sources and version below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import __version__
from dashboard.auth.identity import identity
from dashboard.components.attributes import attributes
from dashboard.components.charts import icon
from dashboard.components.ids import Frame, Jobs
from dashboard.components.jobs import job_count
from dashboard.components.page import Page, relative
from dashboard.i18n import LANGUAGES, format_date, language_name
from dashboard.services.jobs import n_at_work
from dashboard.state import format_state
from geodata.errors import GeodataError

PAGES = (
    ("priorities", "/"),
    ("visits", "/visits"),
    ("data", "/data"),
    ("lookup", "/lookup"),
    ("judge", "/judgements"),
    ("method", "/method"),
)
"""Pages of the navigation: key of the name and path; only pages that exist."""

_FONT = "'Noto Sans Variable', 'Noto Sans Arabic Variable', 'Noto Sans', 'Noto Sans Khmer', system-ui, sans-serif"
_ACCENT = ["#e3f6f4", "#cde9e6", "#9dd2cd", "#69bab3", "#40a59d", "#259890", "#0f7f78", "#0b6e68", "#065e59", "#004d49"]
_LOOK_MS = 2_000
_THEME: dict[str, Any] = {
    "fontFamily": _FONT,
    "headings": {"fontFamily": _FONT, "fontWeight": "600"},
    "primaryColor": "accent",
    "primaryShade": {"light": 7, "dark": 4},
    "colors": {"accent": _ACCENT},
    "defaultRadius": "sm",
    "cursorType": "pointer",
    "respectReducedMotion": True,
    "fontSizes": {"xs": "12px", "sm": "14px", "md": "14px", "lg": "16px", "xl": "20px"},
}


def frame(
    page: Page, active: str, title: str, children: Any, *, toolbar: Any = None, stores: Sequence[Any] = (), class_name: str = ""
) -> dmc.MantineProvider:
    """A whole page.

    Parameters
    ----------
    page : Page
    active : str
        Key of the page in the navigation.
    title : str
        Title of the browser's tab, and what a screen reader says first.
    children
        The main part.
    toolbar
        What stands beside the navigation.
    stores
        ``dcc.Store`` components of the page.
    class_name : str
        Added to the frame.
    """
    n_jobs = n_at_work(page.programme)
    settings = {"language": page.language, "direction": page.direction, "title": f"{title} · {page.programme_name}"}
    body = html.Div(
        [
            html.A(page.t("frame.skip"), href="#content", className="skip-link"),
            _header(page, n_jobs),
            html.Div(
                [
                    _navigation(page, active),
                    html.Div(toolbar, className="toolbar", role="search", **attributes(aria_label=page.t("toolbar.label"))),
                ],
                className="frame-bar",
            ),
            html.Div(id=Frame.NEWER, className="newer"),
            html.Main(children, id="content", className="frame-main", tabIndex=-1, **attributes(aria_label=title)),
            _footer(page),
            _help(page),
            dcc.Store(id=Frame.SETTINGS, data=settings),
            dcc.Store(id=Frame.PAGE, data=active),
            *_watch(page, n_jobs),
            *stores,
        ],
        className=f"frame {class_name}".strip(),
        **attributes(data_pane="map"),
        lang=page.language,
        dir=page.direction,
    )
    scheme = {"forceColorScheme": page.state.theme} if page.state.theme else {"defaultColorScheme": "auto"}
    return dmc.MantineProvider(dmc.DirectionProvider(body, direction=page.direction), id=Frame.PROVIDER, theme=_THEME, **scheme)


def data_line(page: Page) -> str:
    """How far the data reach, as every screen and print says it."""
    if page.config.programme.data_until is not None:
        return page.t("frame.data_to", date=format_date(page.config.programme.data_until, page.language))
    return ""


def fictional_badge(page: Page) -> list[Any]:
    """The badge of invented data, where the data are."""
    return [html.Strong(page.t("frame.fictional"), className="fictional")] if page.config.programme.fictional else []


def data_version(page: Page) -> str:
    """Version of the current data, "" where nothing is built."""
    try:
        return page.programme.current_version()
    except GeodataError:
        return ""


def warning_line(page: Page) -> html.P:
    """The sentence that stands on every map, screen and print."""
    return html.P(page.t("frame.warning"), className="warning-line")


def _header(page: Page, n_jobs: int) -> html.Header:
    facts = [*fictional_badge(page), html.Span(data_line(page), className="header-data"), html.Span(page.say(page.config.programme.note))]
    return html.Header(
        [
            html.Div(
                [html.Span("landrelease", className="brand"), html.Span(page.programme_name, className="programme-name")],
                className="identity",
            ),
            html.Div([fact for fact in facts if fact.children], className="header-facts"),
            html.Div([_language(page), _theme(page), _help_button(page), _jobs(page, n_jobs), *_person(page)], className="header-tools"),
        ],
        className="frame-header",
    )


def _language(page: Page) -> dmc.Select:
    offered = [language for language in page.config.programme.languages if language in LANGUAGES] or ["en"]
    return dmc.Select(
        id=Frame.LANGUAGE,
        data=[{"value": language, "label": language_name(language)} for language in offered],
        value=page.language,
        allowDeselect=False,
        className="language",
        size="sm",
        comboboxProps={"width": 140, "position": "bottom-end"},
        attributes={"input": {"aria-label": page.t("frame.language")}},
    )


def _theme(page: Page) -> dmc.ActionIcon:
    return dmc.ActionIcon(icon("theme"), id=Frame.THEME, variant="subtle", size=40, attributes=_label(page.t("frame.theme")))


def _help_button(page: Page) -> dmc.ActionIcon:
    return dmc.ActionIcon(icon("help"), id=Frame.HELP, variant="subtle", size=40, attributes=_label(page.t("frame.help")))


def _label(text: str) -> dict[str, dict[str, str]]:
    return {"root": {"aria-label": text, "title": text}}


def _jobs(page: Page, n_jobs: int) -> dcc.Link:
    inside = html.Span(job_count(page, n_jobs), id=Frame.JOBS, className="jobs-inside")
    return dcc.Link(inside, href=page.link("/jobs"), className="jobs-link", title=page.t("page.jobs"))


def _watch(page: Page, n_jobs: int) -> list[Any]:
    """What asks how far the jobs are while any waits or runs, and what it remembers."""
    return [
        dcc.Interval(id=Frame.JOBS_TIMER, interval=_LOOK_MS, disabled=n_jobs == 0),
        dcc.Store(id=Frame.JOBS_SEEN, data=""),
        dcc.Store(id=Frame.JOBS_NOW),
        dcc.Store(id=Frame.VIEW, data=format_state(page.state)),
        dcc.Store(id=Frame.VERSION, data=data_version(page)),
        dcc.Store(id=Jobs.DONE, data=0),
    ]


def _person(page: Page) -> list[Any]:
    someone = identity()
    if someone is None:
        return []
    label = [icon("person"), html.Span(someone.name, className="person-name")]
    if not someone.is_user:
        return [html.Span(label, className="person", title=someone.name)]
    return [html.A(label, href=relative("/account"), className="person", title=someone.name)]


def _navigation(page: Page, active: str) -> html.Nav:
    links = [
        dcc.Link(
            page.t(f"page.{key}"),
            href=page.link(path),
            className="nav-link nav-active" if key == active else "nav-link",
        )
        for key, path in PAGES
    ]
    return html.Nav(links, className="navigation", **attributes(aria_label=page.t("frame.navigation")))


def _footer(page: Page) -> html.Section:
    version = data_version(page)
    facts = [page.t("frame.data_version", version=version)] if version else []
    return html.Section(
        [
            warning_line(page),
            html.P(
                [html.Span(source_line(page), className="footer-sources"), html.Span(" · ".join([*facts, f"landrelease {__version__}"]))]
            ),
        ],
        className="frame-footer",
        **attributes(aria_label=page.t("frame.foot")),
    )


def source_line(page: Page) -> str:
    """Who made the data, each named once."""
    sources = dict.fromkeys(layer.source for layer in page.config.layers)
    return page.t("frame.sources", sources="; ".join(sources)) if sources else ""


def _help(page: Page) -> dmc.Drawer:
    topics = ("list", "weights", "unknown", "classes", "link", "keyboard")
    parts = [html.Section([html.H3(page.t(f"help.{topic}.title")), html.P(page.t(f"help.{topic}.text"))]) for topic in topics]
    return dmc.Drawer(
        html.Div(parts, className="help"),
        id=Frame.HELP_DRAWER,
        title=page.t("help.title"),
        position="right" if page.direction == "ltr" else "left",
        size=400,
        padding="md",
        closeButtonProps={"aria-label": page.t("action.close")},
    )
