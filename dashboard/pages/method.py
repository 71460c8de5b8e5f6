"""Method: how the list is made, from what, by whose choice, and what is not estimated yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import __version__
from dashboard.auth.identity import identity
from dashboard.components.area import table
from dashboard.components.frame import data_line, frame
from dashboard.components.ids import Method
from dashboard.components.method.comparison import comparison_section
from dashboard.components.method.diagnostics import diagnostics_section
from dashboard.components.method.links import links_section
from dashboard.components.method.remarks import remarks_section
from dashboard.components.method.sections import classes_section, criteria_section, layers_section, profiles_section
from dashboard.components.models import models_section
from dashboard.components.notices import error_notice
from dashboard.components.page import Page
from dashboard.components.presets import preset_note
from dashboard.estimates import settings_of
from dashboard.estimates.models import read_card
from dashboard.pages.query import query_of
from dashboard.services.jobs import may_start
from dashboard.services.models import shown_model
from dashboard.services.priority_list import not_estimated
from dashboard.services.views import opened_snapshot, resolve_state
from dashboard.state import format_state
from geodata.errors import GeodataError

_STEPS = ("classes", "values", "score", "unknown", "ties", "versions")


def layout(**arguments: Any) -> Any:
    """The page, in the person's language."""
    page = Page.of_list(query_of(arguments))
    title = page.t("page.method")
    content = [
        html.H1(title),
        html.P(page.t("method.intro"), className="lead"),
        *preset_note(page),
        *_of_list(page, ("method.remarks", remarks_section)),
        html.Section([html.H2(page.t("method.how")), html.Ol([html.Li(page.t(f"method.step_{step}")) for step in _STEPS]), _formula(page)]),
        html.Section([html.H2(page.t("method.classes")), classes_section(page)]),
        html.Section([html.H2(page.t("method.criteria")), html.P(page.t("method.criteria_note")), criteria_section(page)]),
        html.Section([html.H2(page.t("method.profiles")), profiles_section(page)]),
        *_of_list(page, ("method.diagnostics", diagnostics_section), ("method.compare", comparison_section)),
        html.Section([html.H2(page.t("link.title")), links_section(page, _card(page))], id="links"),
        html.Section([html.H2(page.t("method.layers")), layers_section(page)]),
        html.Section([html.H2(page.t("models.title")), *_models(page), *_evaluation(page)], id="models"),
        html.Section([html.H2(page.t("method.not_yet")), _not_yet(page)]),
        html.Section([html.H2(page.t("method.versions")), _versions(page)]),
    ]
    stores = [dcc.Store(id=Method.VIEW, data=format_state(page.state))]
    return frame(page, "method", title, content, stores=stores, class_name="page-text page-method")


def _of_list(page: Page, *sections: tuple[str, Callable[[Page], Any]]) -> list[html.Section]:
    """Sections about the present list; none where the view names no list that can be made."""
    try:
        opened_snapshot(page.programme)
        resolve_state(page.programme, page.state)
    except GeodataError:
        return []
    return [html.Section([html.H2(page.t(key)), section(page)]) for key, section in sections]


def _evaluation(page: Page) -> list[Any]:
    """Judging the models takes minutes: a job, and what became of the last one."""
    parts: list[Any] = [html.H3(page.t("method.evaluation")), html.P(page.t("method.evaluation_note")), html.Div(id=Method.EVALUATION)]
    if may_start(identity()):
        button = dmc.Button(page.t("method.evaluate"), id=Method.EVALUATE_GO, variant="default")
        parts.append(html.Div(button, className="button-row"))
    return parts


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


def _models(page: Page) -> list[Any]:
    try:
        estimates = page.programme.estimates()
        return models_section(page, shown_model(page.programme), None if estimates is None else estimates.facts["reason_prob"])
    except GeodataError as error:
        return [error_notice(page, error)]


def _card(page: Page) -> Mapping[str, Any] | None:
    """What the last evaluation of the present snapshot found; None where there is none."""
    try:
        return read_card(page.programme.directory, settings_of(page.config, page.programme.snapshot().data_version).version)
    except GeodataError:
        return None


def _not_yet(page: Page) -> html.Div:
    try:
        snapshot = opened_snapshot(page.programme)
        missing = not_estimated(snapshot, page.programme.scenario().firmness, page.programme.estimates(snapshot))
    except GeodataError:
        missing = ()
    items = [html.Li(page.t(f"fact.{name}")) for name in missing]
    return html.Div([html.P(page.t("method.not_yet_note")), html.Ul(items)])


def _versions(page: Page) -> html.Div:
    rows: list[list[Any]] = [["landrelease", __version__]]
    try:
        snapshot = opened_snapshot(page.programme)
        rows += [
            [page.t("method.data_version"), html.Code(snapshot.data_version)],
            [page.t("method.n_areas"), page.number(snapshot.n_areas)],
        ]
    except GeodataError as error:
        rows.append([page.t("method.data_version"), str(error)])
    if data_line(page):
        rows.append([page.t("method.data_until"), data_line(page)])
    return table(page, ("item", "value_of"), rows)
