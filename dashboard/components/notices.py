"""What a person sees when there is nothing to see yet, or something went wrong: what must hold, what was found, what to do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.components.attributes import attributes
from dashboard.components.page import Page
from geodata.errors import GeodataError


def notice(title: str, text: str, remedy: str = "", *, is_error: bool = False, way_on: Any = None) -> html.Div:
    """A short message in place of content, with what a person can do next below it."""
    parts = [html.H2(title), html.P(text)]
    if remedy:
        parts.append(html.P(remedy, className="remedy"))
    if way_on is not None:
        parts.append(html.P(way_on))
    return html.Div(parts, className="notice notice-error" if is_error else "notice", role="alert" if is_error else "status")


def error_notice(page: Page, error: Exception) -> html.Div:
    """An error as its message says it."""
    return notice(page.t("state.error"), str(getattr(error, "message", error)), str(getattr(error, "remedy", "")), is_error=True)


def newer_data(page: Page) -> html.Div:
    """The page shows an older snapshot than the current one; it stays as it is until the person reloads it."""
    again = html.Button(page.t("state.reload"), className="text-button reload-button", type="button")
    return html.Div([html.Span(page.t("state.newer")), again], className="notice notice-line", role="status")


def newer_since(page: Page, data_version: str) -> html.Div | None:
    """Since when there are newer data than a page shows; nothing where there are none."""
    try:
        snapshot = page.programme.snapshot()
    except GeodataError:
        return None
    if snapshot.data_version == data_version:
        return None
    built_at = dt.datetime.fromtimestamp((snapshot.path / "manifest.json").stat().st_mtime, dt.UTC)
    again = html.Button(page.t("state.reload"), className="text-button reload-button", type="button")
    told = html.Span(page.t("state.newer_since", time=f"{built_at:%H:%M} UTC"))
    return html.Div([told, again], className="notice notice-line", role="status")


def nothing_built(page: Page, error: Exception) -> html.Div:
    """The programme has no snapshot yet."""
    text = page.t("state.nothing_built")
    command = html.Pre("landrelease import FILE --table hazard_areas\nlandrelease build", className="command", dir="ltr")
    return html.Div(
        [html.H2(page.t("state.nothing_built_title")), html.P(text), command, html.P(str(error), className="remedy")], className="notice"
    )


def skeleton(n_lines: int = 6) -> html.Div:
    """Grey lines in the place of text that is on its way."""
    lines: list[Any] = [dmc.Skeleton(height=14, width=f"{90 - 11 * (place % 4)}%", mb=12) for place in range(n_lines)]
    return html.Div(lines, className="skeleton", **attributes(aria_hidden="true"))
