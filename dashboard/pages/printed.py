"""The list and its map on paper: title, scenario, filters, legend, the first areas, warning, sources, a line to sign on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from dash import html

from dashboard.components.filters import filter_words
from dashboard.components.frame import data_line, fictional_badge, frame, source_line, warning_line
from dashboard.components.ids import Priorities
from dashboard.components.legend import legend, palette_of
from dashboard.components.map import priority_map
from dashboard.components.maptexts import map_texts
from dashboard.components.notices import error_notice, nothing_built
from dashboard.components.page import Page
from dashboard.components.presets import preset_note
from dashboard.i18n import format_date
from dashboard.pages.query import query_of
from dashboard.services.disagreement import profiles_top
from dashboard.services.measures import measure_of
from dashboard.services.screen import Screen, screen
from dashboard.services.table import TablePage, table_page
from dashboard.services.views import code_counts, map_classes, ranked_view
from dashboard.state import ViewState
from geodata.errors import GeodataError, SnapshotError

N_PRINTED = 40
_COLUMNS = ("rank", "area_id", "name", "place", "hazard_type", "class", "score", "people", "area_m2")


def layout(**arguments: Any) -> Any:
    """The page to print of a view."""
    asked = Page.of_list(query_of(arguments))
    page = replace(asked, state=asked.state.with_changes(theme="light"))  # paper is white
    try:
        content = _content(page, screen(page.programme, page.state, page.language))
    except SnapshotError as error:
        content = [nothing_built(page, error)]
    except GeodataError as error:
        content = [error_notice(page, error)]
    return frame(page, "", page.t("page.print"), content, class_name="page-print")


def _content(page: Page, facts: Screen) -> list[Any]:
    view = ranked_view(page.programme, page.state, facts.data_version)
    listed = table_page(page.programme, page.state, 0, N_PRINTED, page.language, facts.data_version)
    scenario = page.say(page.config.scenario(facts.scenario).label)
    profile = page.say(page.config.profile(facts.profile).label)
    filters = "; ".join(filter_words(page)) or page.t("print.whole_list")
    weights = page.t("print.changed_weights") if page.state.weights else page.t("print.own_weights")
    lines = [
        (page.t("toolbar.scenario"), scenario),
        (page.t("toolbar.profile"), f"{profile} · {weights}"),
        (page.t("print.shown"), f"{filters} · {page.t('print.first', n=len(listed.rows), total=listed.n_rows)}"),
        (page.t("print.printed_on"), format_date(dt.datetime.now(dt.UTC).date(), page.language)),
        (page.t("method.data_version"), view.data_version),
    ]
    return [
        html.Div(html.Button(page.t("export.print"), className="print-button text-button", type="button"), className="page-tools"),
        html.Header(
            [
                html.P([page.programme_name, " ", *fictional_badge(page)], className="overline"),
                html.H1(page.t("print.title", units=page.units(2))),
                html.P(data_line(page)),
                *preset_note(page),
                html.Dl([html.Div([html.Dt(name), html.Dd(html.Bdi(text))]) for name, text in lines], className="facts print-facts"),
            ]
        ),
        _map(page, facts),
        _table(page, listed, facts),
        html.Div(
            [
                warning_line(page),
                html.P(source_line(page), className="quiet"),
                html.P([page.t("print.signature"), html.Span(className="signature")], className="sign-line"),
            ]
        ),
    ]


def _map(page: Page, facts: Screen) -> html.Section:
    measure = measure_of(page.programme, page.state)
    address = page.link(f"/colours/{facts.data_version}/{measure}.bin", page.state.of_colours())
    colours = {"url": address, "palette": palette_of(measure)}
    state = page.state
    view = (
        None if state.latitude is None or state.longitude is None or state.zoom is None else (state.latitude, state.longitude, state.zoom)
    )
    classes = map_classes(page.programme, state, facts.data_version)
    counts = code_counts(page.programme, state, facts.data_version)
    top = profiles_top(page.programme, ranked_view(page.programme, state, facts.data_version))
    rows = legend(page, classes, counts, has_types=bool(facts.types), top=top, missing=facts.not_estimated.get(measure))
    key = html.Details(rows, className="legend", open=True)
    drawn = priority_map(
        Priorities.PRINT_MAP,
        **facts.map,
        fictional=page.config.programme.fictional,
        language=page.language,
        texts=map_texts(page),
        view=view,
        colours=colours,
        tile_server=page.config.server.tile_server,
        base_path=page.link("/", ViewState()),
        children=[key],
    )
    return html.Section([drawn, html.Span("N ↑", className="north", dir="ltr")], className="print-map")


def _table(page: Page, listed: TablePage, facts: Screen) -> html.Section:
    left_out = {"people": not facts.people_label, "hazard_type": not facts.types, "hazard_type_label": not facts.types}
    columns = [column for column in _COLUMNS if not left_out.get(column)]
    heads = [facts.people_label if column == "people" else page.t(f"column.{column}") for column in columns]
    body = [html.Tr([html.Td(html.Bdi(_cell(page, row, column))) for column in columns]) for row in listed.rows]
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in heads]))
    return html.Section(html.Table([head, html.Tbody(body)], className="data-table print-table"))


def _cell(page: Page, row: dict[str, Any], column: str) -> str:
    if column == "rank":
        return page.number(row["rank"]) if row["rank"] else page.t(f"cell.{row['reason'] or 'too_little_known'}")
    return str(row["score_text"] if column == "score" else row[column])
