"""Callbacks of the Priorities page that ask the server."""

from __future__ import annotations

from itertools import takewhile
from typing import Any, NamedTuple

from dash import ALL, Input, Output, State, no_update

from dashboard.auth.identity import require
from dashboard.auth.roles import Permission
from dashboard.components.asking import consistency_words, made_words, ratio_of
from dashboard.components.filters import filter_words
from dashboard.components.ids import Priorities
from dashboard.components.legend import class_labels, legend, palette_of
from dashboard.components.listhead import list_head
from dashboard.components.map import map_ids
from dashboard.components.notices import error_notice, newer_data
from dashboard.components.page import Page, relative
from dashboard.components.weights import change_line, histogram_of
from dashboard.components.why import nothing_chosen, why_panel
from dashboard.programme import current
from dashboard.services.asked_weights import Way, asked_weights, paired_weights
from dashboard.services.changes import changes
from dashboard.services.disagreement import profiles_top, standing
from dashboard.services.estimated import area_estimate
from dashboard.services.estimated_measures import why_not_estimated
from dashboard.services.firmness import firm_rank
from dashboard.services.histograms import histograms
from dashboard.services.measures import measure_of
from dashboard.services.screen import place_choices
from dashboard.services.table import position_of, table_page
from dashboard.services.views import code_counts, filtered_rows, map_classes, points_of, ranked_view, resolve_state
from dashboard.services.why import why
from dashboard.state import ViewState, format_state, parse_state
from geodata.errors import GeodataError
from models.errors import ModelsError

PLACE_LEVELS = (2, 3, 4)


class ListAnswer(NamedTuple):
    """What a change of the list changes on the page, in the order of the callback's outputs."""

    colours: Any
    legend: Any
    count: Any
    change: Any
    notice: Any
    done: Any


def register(app: Any) -> None:
    """Register the callbacks."""
    version = State(Priorities.VERSION, "data")
    app.callback(
        Output(map_ids(Priorities.MAP).colours, "data"),
        Output(Priorities.LEGEND, "children"),
        Output(Priorities.COUNT, "children"),
        Output(Priorities.CHANGE, "children"),
        Output(Priorities.NOTICE, "children"),
        Output(Priorities.DONE, "data"),
        Input(Priorities.LIST, "data"),
        State(Priorities.VIEW, "data"),
        version,
    )(show_list)
    app.callback(
        Output(Priorities.TABLE, "getRowsResponse"),
        Input(Priorities.TABLE, "getRowsRequest"),
        State(Priorities.VIEW, "data"),
        version,
    )(show_rows)
    app.callback(
        Output(Priorities.WHY, "children"),
        Output(Priorities.KNOWN, "data"),
        Input(Priorities.CHOSEN, "data"),
        State(Priorities.VIEW, "data"),
        version,
    )(show_why)
    app.callback(
        Output(Priorities.histogram(ALL), "children"),
        Input(Priorities.VERSION, "data"),
        State(Priorities.VIEW, "data"),
        State(Priorities.histogram(ALL), "id"),
    )(show_histograms)
    app.callback(
        Output(Priorities.MADE, "data"),
        Output(Priorities.MADE_NOTICE, "children"),
        Input(Priorities.MAKE, "n_clicks"),
        State(Priorities.WAY, "value"),
        State(Priorities.told(ALL), "value"),
        State(Priorities.told(ALL), "id"),
        State(Priorities.VIEW, "data"),
        prevent_initial_call=True,
    )(make_weights)
    app.callback(
        Output(Priorities.PAIRS_MADE, "data"),
        Output(Priorities.PAIRS_NOTICE, "children"),
        Input(Priorities.MAKE_PAIRS, "n_clicks"),
        State(Priorities.pair(ALL), "value"),
        State(Priorities.pair(ALL), "id"),
        State(Priorities.VIEW, "data"),
        prevent_initial_call=True,
    )(make_weights_of_pairs)
    app.callback(
        [Output(Priorities.level(level), "data") for level in PLACE_LEVELS]
        + [Output(Priorities.level(level), "disabled") for level in PLACE_LEVELS],
        [Input(Priorities.level(level - 1), "value") for level in PLACE_LEVELS],
        version,
        prevent_initial_call=True,
    )(show_places)


def show_list(query: str, whole_query: str, data_version: str) -> ListAnswer:
    """The map's colours, its legend, the count and the line of changes."""
    require(Permission.VIEW)
    page = Page.of_list(_with_language(query, whole_query))
    programme, state = page.programme, page.state
    try:
        view = ranked_view(programme, state, data_version)
        classes = map_classes(programme, state, data_version)
    except GeodataError as error:
        return ListAnswer(no_update, no_update, no_update, no_update, error_notice(page, error), query)
    measure = measure_of(programme, state)
    address = f"/colours/{view.data_version}/{measure}.bin?{format_state(state.of_colours())}"
    colours = {"url": relative(address), "labels": class_labels(page, classes), "palette": palette_of(measure)}
    n_shown = len(filtered_rows(programme, state, data_version))
    return ListAnswer(
        colours,
        legend(
            page,
            classes,
            code_counts(programme, state, data_version),
            has_types=view.columns.states("hazard_type"),
            top=profiles_top(programme, view),
            missing=why_not_estimated(programme, view.snapshot).get(measure),
        ),
        list_head(page, view, n_shown, filter_words(page)),
        change_line(page, changes(view)),
        newer_data(page) if programme.current_version() != view.data_version else None,
        query,
    )


def show_rows(request: dict[str, Any] | None, query: str, data_version: str) -> Any:
    """One page of the table."""
    require(Permission.VIEW)
    if not request:
        return no_update
    page = Page.of_list(query)
    sort = request.get("sortModel") or [{}]
    order = ("-" if sort[0].get("sort") == "desc" else "") + str(sort[0].get("colId", ""))
    state = page.state.with_changes(sort=order)
    try:
        found = table_page(page.programme, state, int(request["startRow"]), int(request["endRow"]), page.language, data_version)
    except GeodataError:
        return {"rowData": [], "rowCount": 0}
    return {"rowData": found.rows, "rowCount": found.n_rows}


def show_why(chosen: dict[str, Any] | None, query: str, data_version: str) -> tuple[Any, Any]:
    """The panel of the chosen area, and what the browser must know to show it in table and map."""
    require(Permission.VIEW)
    page = Page.of_list(query)
    try:
        view = ranked_view(page.programme, page.state, data_version)
    except GeodataError:
        return no_update, no_update
    row = _row_of(chosen, view.columns)
    by = str((chosen or {}).get("by", ""))
    if row is None:
        return nothing_chosen(page), {"row": None, "by": by}
    area_id = str(view.columns.area_ids[row])
    position = position_of(page.programme, page.state, row, data_version)
    estimate = area_estimate(page.programme, view.snapshot, row)
    answer = why(view, row, firm_rank(page.programme, view, row), standing(page.programme, view, row))
    return why_panel(page, view, answer, estimate), {
        "row": row,
        "id": area_id,
        "position": position,
        "by": by,
    }


def show_histograms(data_version: str, query: str, ids: list[dict[str, str]]) -> list[Any]:
    """The small histogram of each criterion."""
    require(Permission.VIEW)
    page = Page.of_list(query)
    found = histograms(page.programme, data_version)
    criteria = {criterion.id: criterion for criterion in page.config.criteria}
    wanted = [criteria[each["criterion"]] for each in ids]
    return [histogram_of(page, criterion, found[criterion.id], page.config.indicator(criterion.indicator)) for criterion in wanted]


def make_weights(clicks: int | None, way: Way, numbers: list[float | str | None], ids: list[dict[str, str]], query: str) -> tuple[Any, Any]:
    """Points of each criterion from an order or from swing points; what is wrong stands in the form."""
    require(Permission.VIEW)
    if not clicks:
        return no_update, no_update
    page = Page.of_list(query)
    told = {each["criterion"]: None if number in (None, "") else float(number) for each, number in zip(ids, numbers, strict=True)}
    try:
        points = points_of(asked_weights(way, told))
    except ModelsError as error:
        return no_update, error_notice(page, error)
    return {"points": points, "press": clicks}, made_words(page)


def make_weights_of_pairs(clicks: int | None, ratios: list[str | None], ids: list[dict[str, str]], query: str) -> tuple[Any, Any]:
    """Points of each criterion from judgements about pairs of groups, with how well the judgements fit together."""
    require(Permission.VIEW)
    if not clicks:
        return no_update, no_update
    page = Page.of_list(query)
    judged = {str(each.get("groups")): ratio_of(ratio) for each, ratio in zip(ids, ratios, strict=True) if ratio is not None}
    groups = {criterion.id: criterion.group for criterion in page.config.criteria}
    try:
        weights, found = paired_weights(groups, resolve_state(page.programme, page.state).weights, judged)
    except (GeodataError, ModelsError) as error:
        return no_update, error_notice(page, error)
    return {"points": points_of(weights), "press": clicks}, consistency_words(page, found)


def show_places(*arguments: Any) -> list[Any]:
    """Names of the lower administrative levels, below what is chosen above them; and which selectors have none."""
    require(Permission.VIEW)
    *levels, data_version = arguments
    path = tuple(str(name) for name in takewhile(bool, levels))
    choices = place_choices(current(), ViewState(place=path), str(data_version))
    names = [list(choices[level - 1]) if len(choices) >= level else [] for level in PLACE_LEVELS]
    return [*names, *(not each for each in names)]


def _row_of(chosen: dict[str, Any] | None, columns: Any) -> int | None:
    """Row of the chosen area, checked: what the browser sends is not trusted."""
    if not isinstance(chosen, dict):
        return None
    row = chosen.get("row")
    if isinstance(row, int) and not isinstance(row, bool):
        return row if 0 <= row < columns.n_areas else None
    found: int | None = columns.row_of(str(chosen.get("id", "")))
    return found


def _with_language(query: str, whole_query: str) -> str:
    """The list's own query in the language and theme of the whole view."""
    whole = parse_state(whole_query)
    return format_state(parse_state(query).with_changes(language=whole.language, theme=whole.theme))
