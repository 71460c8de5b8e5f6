"""The panel "Why this rank": the answer in a sentence, then the numbers behind it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.components.answers import four_answers, measured_words
from dashboard.components.charts import bar, icon
from dashboard.components.estimates import estimate_facts
from dashboard.components.ids import Priorities
from dashboard.components.page import Page
from dashboard.i18n import format_date, format_share
from dashboard.services.estimated import AreaEstimate
from dashboard.services.table import class_label
from dashboard.services.views import RankedView
from dashboard.services.why import GroupPart, Reason, Why
from geodata.schema.codes import HAZARD_TYPE, STATUS


def why_panel(page: Page, view: RankedView, answer: Why, estimate: AreaEstimate) -> list[Any]:
    """The panel of a chosen area."""
    columns, row = view.columns, answer.row
    area_id = str(columns.area_ids[row])
    whole_page = page.link(f"/areas/{quote(area_id, safe='')}", page.state.with_changes(area=area_id))
    title = html.Div([html.P(page.t("why.title"), className="overline"), html.H2(html.Bdi(columns.name_of(row)), className="area-name")])
    close = {"root": {"aria-label": page.t("action.close")}}
    return [
        html.Div(
            [title, dmc.ActionIcon(icon("close"), id=Priorities.WHY_CLOSE, variant="subtle", size=40, attributes=close)],
            className="why-head",
        ),
        html.P([html.Bdi(" › ".join(columns.place_of(row))), html.Span(area_id, className="area-id")], className="why-place"),
        *type_line(page, view, row),
        rank_line(page, answer),
        *class_note(page, view, row),
        four_answers(page, view, answer, estimate),
        contribution_bars(page, view, answer),
        html.Dl(range_facts(page, answer, estimate), className="facts"),
        html.P(page.t("estimate.never_releases"), className="quiet"),
        dcc.Link(page.t("why.open_area"), href=whole_page, className="button-link"),
    ]


def nothing_chosen(page: Page) -> list[Any]:
    """What the panel says before an area is chosen."""
    return [html.H2(page.t("why.title")), html.P(page.t("why.choose"))]


def type_words(page: Page, view: RankedView, row: int) -> str:
    """Type and status of an area in words; "" where the units of the programme have neither."""
    words = [
        codes.label(str(view.columns.cell(column, row) or "not_stated"), page.language)
        for column, codes in (("hazard_type", HAZARD_TYPE), ("status", STATUS))
        if view.columns.states(column)
    ]
    if view.ranking.is_tasked[row]:
        words.append(page.t("cell.tasked"))
    return " · ".join(words)


def type_line(page: Page, view: RankedView, row: int) -> list[Any]:
    """Type and status as a line, where there is anything to say."""
    words = type_words(page, view, row)
    return [html.P(words, className="why-type")] if words else []


def rank_line(page: Page, answer: Why) -> html.P:
    """The rank among all, or why there is none."""
    if answer.rank is None:
        return html.P(page.t(f"why.unranked.{answer.reason_unranked or 'too_little_known'}"), className="rank-line unranked")
    return html.P(
        [
            html.Span(page.t("why.rank", rank=answer.rank), className="rank-number"),
            html.Span(page.t("why.of", n=answer.n_ranked), className="rank-of"),
            html.Span(page.t("why.score", score=page.number(answer.score, 3)), className="rank-score"),
        ],
        className="rank-line",
    )


def class_note(page: Page, view: RankedView, row: int) -> list[Any]:
    """The class that decides before the score, with its rule."""
    label = class_label(view, row, page.language)
    if not label:
        return []
    section = view.ranking.table.classes[int(view.ranking.table.assignment.index[row])]
    return [html.P([html.Strong(label), " · ", page.say(section.reason)], className="class-note")]


def contribution_bars(page: Page, view: RankedView, answer: Why) -> html.Section:
    """What each group of criteria adds to the score, its criteria inside, with the table behind; all bars are of one scale."""
    longest = max((part.most for part in answer.groups), default=1.0) or 1.0
    bars = [_group_bars(page, part, longest) for part in answer.groups]
    if not math.isnan(answer.score):
        total = [
            html.Span(page.t("column.score"), className="bar-label"),
            html.Span(),
            html.Span(page.number(answer.score, 3), className="bar-number"),
        ]
        bars.append(html.Div(total, className="bar-row bar-total"))
    table = html.Details([html.Summary(page.t("why.table")), contribution_table(page, view, answer.reasons)], className="behind")
    return html.Section([html.H3(page.t("why.parts")), html.Div(bars, className="bars"), table])


def contribution_table(page: Page, view: RankedView, reasons: Sequence[Reason]) -> html.Table:
    """Value, weight and contribution of each criterion, with unit, source and date of the layer."""
    heads = ("criterion", "measured", "value", "weight", "contribution", "source")
    rows = [
        html.Tr(
            [
                html.Th(page.criterion_label(reason.criterion), scope="row"),
                html.Td(measured_words(page, view, reason)),
                html.Td(page.number(reason.value, 3), className="cell-number"),
                html.Td(format_share(reason.weight, page.language, 1), className="cell-number"),
                html.Td(page.number(reason.contribution, 3), className="cell-number"),
                html.Td(source_words(page, view, reason.indicator), className="cell-source"),
            ]
        )
        for reason in reasons
    ]
    head = html.Thead(html.Tr([html.Th(page.t(f"table.{key}"), scope="col") for key in heads]))
    return html.Table([head, html.Tbody(rows)], className="data-table")


def source_words(page: Page, view: RankedView, indicator: str) -> str:
    """Who measured an indicator's layer, and when."""
    info = view.snapshot.indicators[indicator]
    return ", ".join(part for part in (info.source or "", format_date(info.date, page.language) if info.date else "") if part) or "–"


def range_facts(page: Page, answer: Why, estimate: AreaEstimate) -> list[Any]:
    """How far what is not known could move score and rank, how likely explosive ordnance is, and what comes next."""
    pairs = [("why.known_share", format_share(answer.known_share, page.language))]
    if answer.rank is not None and answer.unknown:
        scores = f"{page.number(answer.score_low, 3)}–{page.number(answer.score_high, 3)}"
        pairs += [
            ("why.score_range", scores),
            ("why.rank_range", f"{page.number(answer.rank_best or 0)}–{page.number(answer.rank_worst or 0)}"),
        ]
    pairs += estimate_facts(page, estimate)
    return [html.Div([html.Dt(page.t(key)), html.Dd(text)]) for key, text in pairs]


def _group_bars(page: Page, part: GroupPart, longest: float) -> html.Div:
    head = _bar(page, page.t(f"group.{part.group}"), part.contribution, part.most, longest)
    rows = [_bar(page, page.criterion_label(each.criterion), each.contribution, each.most, longest) for each in part.reasons]
    return html.Div([html.Div(head, className="bar-group-head"), *rows], className="bar-group", role="group")


def _bar(page: Page, label: str, contribution: float, most: float, longest: float) -> html.Div:
    is_known = not math.isnan(contribution)
    number = page.number(contribution, 3) if is_known else page.t("value.unknown")
    drawn = bar(contribution / longest, most / longest) if is_known else html.Span(className="bar bar-unknown")
    return html.Div(
        [html.Span(label, className="bar-label"), drawn, html.Span(number, className="bar-number")],
        className="bar-row",
    )
