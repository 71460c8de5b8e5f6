"""The panel "Why this rank": the answer in a sentence, then the numbers behind it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.components.charts import bar, icon
from dashboard.components.estimates import estimate_facts
from dashboard.components.ids import Priorities
from dashboard.components.page import Page
from dashboard.i18n import format_date, format_share, format_value
from dashboard.services.disagreement import Standing
from dashboard.services.estimated import AreaEstimate
from dashboard.services.movers import Mover
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
        reasons_list(page, view, answer),
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


def reasons_list(page: Page, view: RankedView, answer: Why) -> html.Ul:
    """Two reasons for, one against, one unknown, and what would move the area."""
    items = [_reason(page, view, reason, "for") for reason in answer.speaks_for]
    items += [_reason(page, view, reason, "against") for reason in answer.against]
    items += [_reason(page, view, reason, "unknown") for reason in answer.unknown]
    if answer.mover is not None and answer.rank is not None:
        label = html.Strong(f"{page.criterion_label(answer.mover.criterion)}: ")
        told = html.Span([label, mover_words(page, view, answer.mover)])
        items.append(html.Li([html.Span(page.t("why.moves"), className="reason-kind"), told], className="reason reason-moves"))
    return html.Ul(items, className="reasons")


def mover_words(page: Page, view: RankedView, found: Mover) -> str:
    """What would move an area, with the number and unit that it would take."""
    rank = page.number(found.rank)
    if not found.has_number:
        now, needed = page.number(found.value_now, 2), page.number(found.value_needed, 2)
        return page.t("why.mover_value" if now != "–" else "why.mover_value_unknown", now=now, needed=needed, rank=rank)
    info = view.snapshot.indicators[found.indicator]
    needed = format_value(found.needed, info.unit, page.language, info.unit_words)
    if math.isnan(found.now):
        return page.t("why.mover_unknown", needed=needed, rank=rank)
    return page.t("why.mover", needed=needed, now=format_value(found.now, info.unit, page.language, info.unit_words), rank=rank)


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


def measured_words(page: Page, view: RankedView, reason: Reason) -> str:
    """What was measured, with its unit; "not known" where it was not."""
    if reason.measured != reason.measured:
        return page.t("value.unknown")
    info = view.snapshot.indicators[reason.indicator]
    return format_value(reason.measured, info.unit, page.language, info.unit_words)


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
    pairs += [("column.firmness", firmness_words(page, answer)), *_standing(page, answer), *estimate_facts(page, estimate)]
    return [html.Div([html.Dt(page.t(key)), html.Dd(text)]) for key, text in pairs]


def firmness_words(page: Page, answer: Why) -> str:
    """How firm the rank is, in a sentence; "not yet estimated" where the programme does not ask for it, "–" without a rank."""
    if page.config.firmness is None:
        return page.t("cell.not_yet")
    firm = answer.firm
    if firm is None:
        return "–"
    told = page.t(
        "why.firm",
        advice=page.t(f"cell.{firm.advice}"),
        top=page.number(firm.top),
        share=format_share(firm.share, page.language),
        n=page.number(firm.n_draws),
        low=page.number(firm.low),
        high=page.number(firm.high),
    )
    if firm.turning is None:
        return told
    turning = page.t(
        "why.leaves" if firm.turning.leaves else "why.enters",
        top=page.number(firm.top),
        criterion=page.criterion_label(firm.turning.criterion),
        now=format_share(firm.turning.now, page.language, 1),
        then=format_share(firm.turning.then, page.language, 1),
    )
    return f"{told} {turning}"


def _standing(page: Page, answer: Why) -> list[tuple[str, str]]:
    return [] if answer.standing is None else [("why.profiles", standing_words(page, answer.standing))]


def standing_words(page: Page, found: Standing) -> str:
    """In how many profiles' lists the area is among the first, and where it stands highest and lowest."""
    labels = {profile.id: page.say(profile.label) for profile in page.config.profiles}
    if found.best is None or found.worst is None:
        return page.t("why.profiles_none")
    told = page.t(
        "why.profiles_top",
        n=page.number(found.n_top),
        profiles=page.number(found.n_profiles),
        top=page.number(found.top),
        best=page.number(found.best[1]),
        best_profile=labels[found.best[0]],
        worst=page.number(found.worst[1]),
        worst_profile=labels[found.worst[0]],
    )
    if not found.unranked:
        return told
    return f"{told} {page.t('why.profiles_unranked', profiles=', '.join(labels[name] for name in found.unranked))}"


def _reason(page: Page, view: RankedView, reason: Reason, kind: str) -> html.Li:
    label = page.criterion_label(reason.criterion)
    words = page.t("why.not_measured") if kind == "unknown" else measured_words(page, view, reason)
    weight = page.t("why.weighs", share=format_share(reason.weight, page.language))
    return html.Li(
        [
            html.Span(page.t(f"why.{kind}"), className="reason-kind"),
            html.Span([html.Strong(f"{label}: "), words, html.Span(f" · {weight}", className="quiet")]),
        ],
        className=f"reason reason-{kind}",
    )


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
