"""One area: facts, every value with its source, the parts of its score, its rank under every profile, its history."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from dash import dcc, html

from dashboard.components.answers import four_answers
from dashboard.components.area import (
    facts_list,
    history_table,
    neighbours_table,
    profiles_table,
    stability_table,
    values_table,
)
from dashboard.components.estimates import cost_section, likelihood_section
from dashboard.components.frame import frame
from dashboard.components.ids import Area
from dashboard.components.map import priority_map
from dashboard.components.maptexts import map_texts
from dashboard.components.notices import error_notice, nothing_built, notice
from dashboard.components.page import Page
from dashboard.components.presets import preset_note
from dashboard.components.why import class_note, contribution_bars, range_facts, rank_line, type_line
from dashboard.pages.query import query_of
from dashboard.services.careful import list_careful
from dashboard.services.disagreement import standing
from dashboard.services.estimated import area_estimate
from dashboard.services.facts import history, indicator_facts, neighbours, profile_ranks
from dashboard.services.firmness import firm_rank
from dashboard.services.measures import measure_of
from dashboard.services.screen import screen
from dashboard.services.views import RankedView, ranked_view
from dashboard.services.why import Why, why
from dashboard.state import ViewState
from geodata.errors import GeodataError, SnapshotError

_ZOOM = 13.0


def layout(area_id: str = "", **arguments: Any) -> Any:
    """The page of an area, in the list that the view describes."""
    page = Page.of_list(query_of(arguments))
    wanted = unquote(area_id)
    try:
        view = ranked_view(page.programme, page.state)
        row = view.columns.row_of(wanted)
        content = _missing(page, wanted) if row is None else _content(page, view, row)
    except SnapshotError as error:
        content = [nothing_built(page, error)]
    except GeodataError as error:
        content = [error_notice(page, error)]
    return frame(page, "", page.t("page.area"), content, class_name="page-text page-area")


def _missing(page: Page, area_id: str) -> list[Any]:
    way_back = dcc.Link(page.t("page.back_to_list"), href=page.link("/"), className="button-link")
    return [notice(page.t("area.missing_title"), page.t("area.missing", area=area_id)), way_back]


def _content(page: Page, view: RankedView, row: int) -> list[Any]:
    answer = why(view, row, firm_rank(page.programme, view, row), standing(page.programme, view, row))
    estimate = area_estimate(page.programme, view.snapshot, row)
    area_id = str(view.columns.area_ids[row])
    back = dcc.Link(page.t("page.back_to_list"), href=page.link("/", page.state.with_changes(area=area_id)), className="back-link")
    printing = html.Button(page.t("export.print"), className="text-button print-button", type="button")
    head = html.Header(
        [
            html.Div([back, printing], className="page-tools"),
            html.H1(html.Bdi(view.columns.name_of(row))),
            html.P([html.Bdi(" › ".join(view.columns.place_of(row))), html.Span(area_id, className="area-id")], className="why-place"),
            *type_line(page, view, row),
            *preset_note(page),
        ]
    )
    reasons = [
        rank_line(page, answer),
        *class_note(page, view, row),
        four_answers(page, view, answer, estimate, list_careful(page.programme, view)),
        html.Dl(range_facts(page, answer, estimate), className="facts"),
    ]
    return [
        head,
        html.Div([html.Section([html.H2(page.t("why.title")), *reasons]), _map(page, view, row)], className="two-columns"),
        html.Div(
            [
                html.Section([html.H2(page.t("area.facts")), facts_list(page, view, row)]),
                html.Section([html.H2(page.t("why.parts")), contribution_bars(page, view, answer)], className="no-title"),
            ],
            className="two-columns",
        ),
        html.Div([likelihood_section(page, view, estimate), cost_section(page, estimate)], className="two-columns"),
        *_stability(page, answer),
        html.Section([html.H2(page.t("area.values")), values_table(page, indicator_facts(view, row))]),
        html.Div(
            [
                html.Section([html.H2(page.t("area.profiles")), profiles_table(page, profile_ranks(page.programme, page.state, row))]),
                html.Section([html.H2(page.t("area.neighbours")), neighbours_table(page, view, neighbours(view, row), row)]),
            ],
            className="two-columns",
        ),
        html.Section([html.H2(page.t("area.history")), history_table(page, history(page.programme, area_id))]),
    ]


def _stability(page: Page, answer: Why) -> list[html.Section]:
    """How far each weight could move; nothing where firmness is not estimated, or the area has no rank."""
    if answer.firm is None:
        return []
    return [html.Section([html.H2(page.t("area.stability")), stability_table(page, answer.firm)])]


def _map(page: Page, view: RankedView, row: int) -> html.Section:
    """The area on a small map; a place in the middle of the country where it has no location."""
    latitude, longitude = (view.columns.cell(name, row) for name in ("lat", "lon"))
    if latitude is None or longitude is None:
        return html.Section([html.H2(page.t("area.map")), html.P(page.t("area.no_location"))])
    state = page.state.of_list()
    colours = {"url": page.link(f"/colours/{view.data_version}/{measure_of(page.programme, state)}.bin", state)}
    west, south, east, north = map(float, view.snapshot.boxes[row])
    drawn = priority_map(
        Area.MAP,
        **screen(page.programme, page.state).map,
        fictional=page.config.programme.fictional,
        language=page.language,
        texts=map_texts(page),
        view=(float(str(latitude)), float(str(longitude)), _ZOOM),
        fit=(west, south, east, north),
        colours=colours,
        selected_row=row,
        tile_server=page.config.server.tile_server,
        base_path=page.link("/", ViewState()),
    )
    whole = dcc.Link(page.t("area.on_map"), href=page.link("/", page.state.with_changes(area=str(view.columns.area_ids[row]))))
    return html.Section([html.H2(page.t("area.map")), html.Div(drawn, className="area-map"), html.P(whole)])
