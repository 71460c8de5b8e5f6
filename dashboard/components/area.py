"""Tables of the Area page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import numpy as np
from dash import dcc, html

from dashboard.components.page import Page
from dashboard.i18n import format_area, format_date, format_share, format_value
from dashboard.i18n.measures import unit_word
from dashboard.services.facts import IndicatorFact, ProfileRank
from dashboard.services.firmness import FirmRank
from dashboard.services.views import RankedView
from geodata.registry import Event
from geodata.schema.codes import EO_CATEGORY

_TEXT_FACTS = ("imsma_id", "organisation", "tasked_to", "funded_by", "current_use", "blocked_use", "intended_use", "marking")
_DATE_FACTS = ("recorded_date", "last_survey_date")
_AREA_FACTS = ("area_m2", "area_stated_m2")


def facts_list(page: Page, view: RankedView, row: int) -> html.Dl:
    """What the record says; what it does not say is named as not known."""
    columns = view.columns
    land = [
        (name, _known(page, columns.cell(name, row), lambda value: format_area(float(str(value)), page.language)))
        for name in _AREA_FACTS
        if page.config.areas.unit == "hazard_area" or columns.cell(name, row) is not None
    ]
    categories = str(columns.cell("eo_categories", row) or "")
    labels = [EO_CATEGORY.label(code.strip(), page.language) for code in categories.split(";") if code.strip()]
    dates = [
        (name, _known(page, columns.cell(name, row), lambda value: format_date(value, page.language)))
        for name in _DATE_FACTS
        if page.config.areas.unit == "hazard_area" or columns.choices(name)
    ]
    stated = [(name, columns.cell(name, row)) for name in _TEXT_FACTS]
    texts = [(name, str(value)) for name, value in stated if value is not None]
    devices = [("eo_categories", ", ".join(labels) or page.t("value.unknown"))]
    is_hazard_area = page.config.areas.unit == "hazard_area"
    pairs = [*land, *(devices if labels or is_hazard_area else []), *dates, *texts]
    return html.Dl([html.Div([html.Dt(page.t(f"fact.{name}")), html.Dd(html.Bdi(text))]) for name, text in pairs], className="facts")


def values_table(page: Page, facts: Sequence[IndicatorFact]) -> html.Div:
    """Every indicator with unit, layer, source, date and coverage."""
    rows: list[list[Any]] = [
        [
            page.say(fact.label) or fact.indicator,
            page.t("value.unknown") if fact.value != fact.value else format_value(fact.value, fact.unit, page.language, fact.unit_words),
            unit_word(fact.unit, page.language, fact.unit_words),
            format_share(fact.coverage, page.language),
            html.Bdi(fact.layer or page.t("data.own_record")),
            fact.source or "–",
            format_date(fact.date, page.language) if fact.date else "–",
        ]
        for fact in facts
    ]
    return table(page, ("indicator", "measured", "unit", "coverage", "layer", "source", "date"), rows, numbers=(1, 3))


def profiles_table(page: Page, ranks: Sequence[ProfileRank]) -> html.Div:
    """Rank under every profile."""
    labels = {profile.id: (page.say(profile.label), profile.author) for profile in page.config.profiles}
    rows = [
        [labels[each.profile][0], labels[each.profile][1], page.number(each.rank) if each.rank else "–", page.number(each.score, 3)]
        for each in ranks
    ]
    return table(page, ("profile", "author", "rank", "score"), rows, numbers=(2, 3))


def stability_table(page: Page, firm: FirmRank) -> html.Div:
    """Between which shares each weight may move before the area enters or leaves the top; the nearest border first."""
    rows: list[list[Any]] = [
        [page.criterion_label(each.criterion), *(format_share(share, page.language, 1) for share in (each.share, each.low, each.high))]
        for each in firm.intervals
        if np.isfinite(each.smallest_change)
    ]
    told = page.t("area.stability_in" if firm.is_in else "area.stability_out", top=page.number(firm.top))
    parts: list[Any] = [html.P(told, className="quiet")]
    parts.append(table(page, ("criterion", "weight_own", "stays_from", "stays_to"), rows, numbers=(1, 2, 3)) if rows else "")
    n_free = len(firm.intervals) - len(rows)
    return html.Div([*parts, *([html.P(page.t("area.stability_free", n=page.number(n_free)), className="quiet")] if n_free else [])])


def neighbours_table(page: Page, view: RankedView, rows: Sequence[int], own: int) -> html.Div:
    """The areas just before and after in the list."""
    if not rows:
        return html.Div(html.P(page.t("area.no_rank")))
    lines: list[list[Any]] = []
    for row in rows:
        area_id, name = str(view.columns.area_ids[row]), html.Bdi(view.columns.name_of(row))
        link = dcc.Link(name, href=page.link(f"/areas/{quote(area_id, safe='')}", page.state.with_changes(area=area_id)))
        place = html.Bdi(", ".join(reversed(view.columns.place_of(row)[-2:])))
        rank = page.number(int(view.ranking.rank[row]))
        lines.append([rank, html.Strong(name) if row == own else link, place, page.number(float(view.ranking.score[row]), 3)])
    return table(page, ("rank", "name", "place", "score"), lines, numbers=(0, 3))


def history_table(page: Page, events: Sequence[Event] | None) -> html.Div:
    """What was changed, by whom, from which file, and when it became known."""
    if not events:
        return html.Div(html.P(page.t("area.no_history")))
    rows = [
        [
            format_date(event.true_on, page.language),
            format_date(event.known_at, page.language),
            page.t(f"event.{event.action}") if event.action in ("add", "update", "undo") else event.action,
            html.Bdi(event.author),
            html.Bdi(event.source_file or "–"),
            html.Bdi(event.reason or "–"),
        ]
        for event in events
    ]
    return table(page, ("true_on", "known_at", "action", "author", "file", "reason"), rows)


def table(page: Page, heads: Sequence[str], rows: Sequence[Sequence[Any]], *, numbers: Sequence[int] = ()) -> html.Div:
    """A plain table; ``numbers`` are the columns that hold figures. The first column heads its row."""
    head = html.Thead(
        html.Tr([html.Th(page.t(f"table.{key}"), scope="col", className=_class(place, numbers)) for place, key in enumerate(heads)])
    )
    body = [
        html.Tr(
            [
                html.Th(row[0], scope="row", className=_class(0, numbers)),
                *(html.Td(cell, className=_class(place, numbers)) for place, cell in enumerate(row[1:], 1)),
            ]
        )
        for row in rows
    ]
    return html.Div(html.Table([head, html.Tbody(body)], className="data-table"), className="table-scroll", tabIndex=0)


def _class(place: int, numbers: Sequence[int]) -> str:
    return "cell-number" if place in numbers else ""


def _known(page: Page, value: object, write: Any) -> str:
    return page.t("value.unknown") if value is None else str(write(value))
