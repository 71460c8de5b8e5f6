"""Sections of the Method page."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from dash import html

from dashboard.components.area import table
from dashboard.components.charts import curve
from dashboard.components.page import Page
from dashboard.i18n import format_date, format_share, format_value
from geodata.schema.config import ClassSection, IndicatorSection, LayerSection
from geodata.schema.criteria import Categorical, Criterion, Piecewise
from geodata.schema.scenario import normalise_weights, profile_weights
from models.ranking import evaluate
from models.ranking.weighting import agree_on_weights

_N_POINTS = 41


def classes_section(page: Page) -> Any:
    """Classes in their order, each with its rule in words."""
    if not page.config.classes:
        return html.P(page.t("method.no_classes"))
    rows: list[list[Any]] = [
        [page.say(section.label), page.t(f"method.class_{section.kind}"), _rule(page, section)] for section in page.config.classes
    ]
    return table(page, ("class", "place_in_list", "reason"), rows)


def criteria_section(page: Page) -> html.Div:
    """Each criterion with its value function as a line, its bounds and the reason for them."""
    measured = [page.config.indicator(criterion.indicator) for criterion in page.config.criteria]
    cards = [_criterion(page, *each) for each in zip(page.config.criteria, measured, strict=True)]
    return html.Div(cards, className="criterion-cards")


def profiles_section(page: Page) -> html.Div:
    """Each profile with its author and rationale, and the weights of all beside each other."""
    cards = [
        html.Article(
            [
                html.H3(page.say(profile.label)),
                html.P(page.t("method.author", author=profile.author), className="quiet"),
                html.P(page.say(profile.rationale)),
            ]
        )
        for profile in page.config.profiles
    ]
    return html.Div([html.Div(cards, className="cards"), *_agreement(page), _weights_table(page)])


def agreement_words(page: Page) -> str:
    """How far the profiles agree on the order of the criteria; "" where that cannot be said."""
    found = agree_on_weights({profile.id: profile_weights(page.config, profile) for profile in page.config.profiles})
    if math.isnan(found.kendall_w):
        return ""
    return page.t("method.agreement", word=page.t(f"method.agreement_{found.agreement}"), w=page.number(found.kendall_w, 2))


def _agreement(page: Page) -> list[html.P]:
    words = agreement_words(page) if len(page.config.profiles) > 1 else ""
    return [html.P(words)] if words else []


def layers_section(page: Page) -> html.Div:
    """Every layer with source, licence and date."""
    rows = [
        [layer.id, layer.source, layer.licence, format_date(layer.date, page.language) if layer.date else "–", _use(page, layer)]
        for layer in page.config.layers
    ]
    return table(page, ("layer", "source", "licence", "date", "used_for"), rows)


def value_points(criterion: Criterion) -> list[tuple[float, float]]:
    """Points (x, value) of a value function over its range; both ends belong to it."""
    function = criterion.value
    if isinstance(function, Categorical):
        return sorted(function.values.items())
    if isinstance(function, Piecewise):
        return list(function.points)
    xs = np.linspace(min(function.low, function.high), max(function.low, function.high), _N_POINTS)
    return [(float(x), float(value)) for x, value in zip(xs, evaluate(function, xs), strict=True)]


def _criterion(page: Page, criterion: Criterion, measured: IndicatorSection) -> html.Article:
    def told(x: float) -> str:
        return format_value(x, measured.unit_name, page.language, measured.unit_words)

    points = value_points(criterion)
    low, high = points[0][0], points[-1][0]
    width = (high - low) or 1.0
    drawn = curve([((x - low) / width, value) for x, value in points], page.t("method.curve", criterion=page.say(criterion.label)))
    ends = [told(low), told(high)]
    rows = [[told(x), page.number(value, 2)] for x, value in points[:: max(len(points) // 5, 1)]]
    behind = html.Details([html.Summary(page.t("why.table")), table(page, ("measured", "value"), rows, numbers=(0, 1))], className="behind")
    return html.Article(
        [
            html.H3([page.say(criterion.label), html.Span(page.t(f"group.{criterion.group}"), className="group-tag")]),
            html.P(page.say(criterion.help)),
            html.Div(
                [
                    html.Div([html.Span("1"), html.Span("0")], className="curve-y"),
                    drawn,
                    html.Div([html.Span(end) for end in ends], className="curve-x"),
                ],
                className="curve-box",
                dir="ltr",
            ),
            html.P([html.Strong(page.t("method.bounds")), " ", criterion.bounds_reason], className="quiet"),
            behind,
        ],
        className="card",
    )


def _weights_table(page: Page) -> html.Div:
    names = [criterion.id for criterion in page.config.criteria]
    shares = {profile.id: normalise_weights(profile_weights(page.config, profile), names) for profile in page.config.profiles}
    head = html.Thead(
        html.Tr(
            [
                html.Th(page.t("table.criterion"), scope="col"),
                *(html.Th(page.say(profile.label), scope="col", className="cell-number") for profile in page.config.profiles),
            ]
        )
    )
    rows = [
        html.Tr(
            [
                html.Th(page.say(criterion.label), scope="row"),
                *(
                    html.Td(format_share(shares[profile.id][criterion.id], page.language), className="cell-number")
                    for profile in page.config.profiles
                ),
            ]
        )
        for criterion in page.config.criteria
    ]
    return html.Div(html.Table([head, html.Tbody(rows)], className="data-table"), className="table-scroll", tabIndex=0)


def _rule(page: Page, section: ClassSection) -> str:
    return page.say(section.reason)


def _use(page: Page, layer: LayerSection) -> str:
    labels = [page.say(indicator.label) for indicator in page.config.indicators if indicator.layer == layer.id]
    return "; ".join([*labels, *([page.t("method.basemap")] if layer.map is not None else [])]) or "–"
