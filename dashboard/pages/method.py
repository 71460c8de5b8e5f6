"""Method: how the list is made, from what, by whose choice, and what is not estimated yet."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import __version__
from dashboard.auth.identity import identity
from dashboard.components.area import table
from dashboard.components.frame import data_line, frame
from dashboard.components.ids import Method
from dashboard.components.method import classes_section, criteria_section, layers_section, profiles_section
from dashboard.components.page import Page
from dashboard.pages.query import query_of
from dashboard.services.jobs import may_start
from dashboard.services.priority_list import not_estimated
from dashboard.state import format_state
from geodata.errors import GeodataError

_STEPS = ("classes", "values", "score", "unknown", "ties", "versions")


def layout(**arguments: Any) -> Any:
    """The page, in the person's language."""
    page = Page.of_request(query_of(arguments))
    title = page.t("page.method")
    content = [
        html.H1(title),
        html.P(page.t("method.intro"), className="lead"),
        html.Section([html.H2(page.t("method.how")), html.Ol([html.Li(page.t(f"method.step_{step}")) for step in _STEPS]), _formula(page)]),
        html.Section([html.H2(page.t("method.classes")), classes_section(page)]),
        html.Section([html.H2(page.t("method.criteria")), html.P(page.t("method.criteria_note")), criteria_section(page)]),
        html.Section([html.H2(page.t("method.profiles")), profiles_section(page)]),
        html.Section([html.H2(page.t("method.layers")), layers_section(page)]),
        html.Section([html.H2(page.t("method.not_yet")), _not_yet(page)]),
        _evaluation(page),
        html.Section([html.H2(page.t("method.versions")), _versions(page)]),
    ]
    stores = [dcc.Store(id=Method.VIEW, data=format_state(page.state))]
    return frame(page, "method", title, content, stores=stores, class_name="page-text page-method")


def _evaluation(page: Page) -> html.Section:
    """Judging the models takes minutes: a job, and what became of the last one."""
    parts: list[Any] = [html.H2(page.t("method.evaluation")), html.P(page.t("method.evaluation_note")), html.Div(id=Method.EVALUATION)]
    if may_start(identity()):
        button = dmc.Button(page.t("method.evaluate"), id=Method.EVALUATE_GO, variant="default")
        parts.append(html.Div(button, className="button-row"))
    return html.Section(parts)


def _formula(page: Page) -> html.P:
    formula: list[Any] = [
        html.Span("score = Σ "),
        html.Em("w"),
        html.Sub("k"),
        html.Em(" v"),
        html.Sub("k"),
        "(",
        html.Em("x"),
        html.Sub("k"),
        ") / Σ ",
        html.Em("w"),
        html.Sub("k"),
    ]
    return html.P([html.Span(formula, dir="ltr", className="formula"), html.Br(), html.Span(page.t("method.formula"), className="quiet")])


def _not_yet(page: Page) -> html.Div:
    try:
        missing = not_estimated(page.programme.snapshot(), page.programme.scenario().firmness)
    except GeodataError:
        missing = ()
    items = [html.Li(page.t(f"fact.{name}")) for name in missing]
    return html.Div([html.P(page.t("method.not_yet_note")), html.Ul(items)])


def _versions(page: Page) -> html.Div:
    rows: list[list[Any]] = [["landrelease", __version__]]
    try:
        snapshot = page.programme.snapshot()
        rows += [
            [page.t("method.data_version"), html.Code(snapshot.data_version)],
            [page.t("method.n_areas"), page.number(snapshot.n_areas)],
        ]
    except GeodataError as error:
        rows.append([page.t("method.data_version"), str(error)])
    if data_line(page):
        rows.append([page.t("method.data_until"), data_line(page)])
    return table(page, ("item", "value_of"), rows)
