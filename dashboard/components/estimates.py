"""Likelihood, next action and expected cost of one area in words, with the parts that they are made of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.components.area import table
from dashboard.components.charts import bar
from dashboard.components.page import Page
from dashboard.estimates.reasons import reason_words
from dashboard.i18n import format_date, format_money, format_share, format_value
from dashboard.services.estimated import AreaCostFacts, AreaEstimate, AreaLikelihoodFacts, JudgedRange, LogitPart
from dashboard.services.views import RankedView
from geodata.evidence.features import HISTORY, RECORDED_YEAR
from geodata.schema.codes import EO_CATEGORY
from models.likelihood.parts import AROUND, FLOOR

_AROUND_KM = {name: name.removeprefix("found_around_").removesuffix("km") for name in AROUND}
_CATEGORY = "eo_"
_LEFT_TO_RIGHT = "\u200e"  # keeps a sign before its number in text of the other direction


def estimate_facts(page: Page, found: AreaEstimate) -> list[tuple[str, str]]:
    """Key of the catalogue and words: likelihood and next step, for a list of facts."""
    return [("column.likelihood", likelihood_words(page, found)), ("column.next_step", action_words(page, found))]


def likelihood_words(page: Page, found: AreaEstimate) -> str:
    """The likelihood with its flags in a line; why there is none."""
    told = found.likelihood
    if told is None:
        return _why_not(page, found.why_no_likelihood)
    flags = [page.t("estimate.by_rule")] if told.is_floored else []
    flags += [page.t("estimate.extrapolates")] if told.is_unlike else []
    return " · ".join([format_share(told.prob, page.language), *flags])


def action_words(page: Page, found: AreaEstimate) -> str:
    """The next action with its expected cost; why there is none."""
    cost = found.cost
    if cost is None:
        return _why_not(page, found.why_no_cost)
    return page.t(
        "estimate.action_cost",
        action=page.t(f"estimate.action_{cost.action}"),
        cost=money(page, cost.cost),
        low=money(page, cost.low),
        high=money(page, cost.high),
    )


def money(page: Page, amount: float) -> str:
    """US dollars in the person's language."""
    return format_money(amount, page.language)


def likelihood_section(page: Page, view: RankedView, found: AreaEstimate) -> html.Section:
    """How likely explosive ordnance is in the area, and what makes up the figure."""
    told = found.likelihood
    title = html.H2(page.t("estimate.title"))
    never = html.P(page.t("estimate.never_releases"), className="class-note")
    if told is None:
        return html.Section([title, html.P(_why_not(page, found.why_no_likelihood)), never])
    bars = [_bar(page, view, part, told.parts) for part in told.parts]
    start = page.t("estimate.start", share=format_share(told.base_prob, page.language))
    end = page.t("estimate.end", share=format_share(told.prob, page.language))
    return html.Section(
        [
            title,
            html.P(
                [
                    html.Span(format_share(told.prob, page.language), className="rank-number"),
                    html.Span(page.t("estimate.present"), className="rank-of"),
                ],
                className="rank-line",
            ),
            never,
            html.Ul([html.Li(line) for line in _caveats(page, told)]),
            html.H3(page.t("estimate.parts")),
            html.P(start, className="quiet"),
            html.Div(bars, className="bars"),
            html.P(end, className="quiet"),
            html.P(page.t("estimate.parts_note"), className="quiet"),
        ]
    )


def cost_section(page: Page, found: AreaEstimate) -> html.Section:
    """The next action, what each first step would cost to the end, and what a visit is worth."""
    title = html.H2(page.t("estimate.next_title"))
    never = html.P(page.t("estimate.never_releases"), className="class-note")
    cost = found.cost
    if cost is None:
        return html.Section([title, html.P(_why_not(page, found.why_no_cost)), never])
    rows: list[list[Any]] = [
        [html.Strong(label) if step == cost.action else label, money(page, amount)]
        for step, amount in cost.by_first_step.items()
        for label in [page.t(f"estimate.action_{step}")]
    ]
    return html.Section(
        [
            title,
            html.P([html.Strong(page.t(f"estimate.action_{cost.action}")), " · ", _range(page, cost)]),
            never,
            table(page, ("first_step", "cost_to_end"), rows, numbers=(1,)),
            *([html.P(_visit(page, cost))] if not math.isnan(cost.visit_saves) else []),
            html.P(page.t("estimate.cost_note"), className="quiet"),
        ]
    )


def feature_label(page: Page, view: RankedView, feature: str) -> str:
    """Name of what was learned from."""
    return label_of_feature(page, {name: info.label for name, info in view.snapshot.indicators.items()}, feature)


def label_of_feature(page: Page, labels: Mapping[str, Mapping[str, str]], feature: str) -> str:
    """Name of a feature: an indicator by its label, others by the catalogue."""
    if feature in labels:
        return page.say(labels[feature]) or feature
    if feature in _AROUND_KM:
        return page.t("estimate.feature_around", km=float(_AROUND_KM[feature]))
    if feature.startswith(_CATEGORY):
        return page.t("estimate.feature_category", category=EO_CATEGORY.label(feature.removeprefix(_CATEGORY), page.language))
    known = {HISTORY: "history", RECORDED_YEAR: "year", FLOOR: "rule", "": "rest"}
    return page.t(f"estimate.feature_{known[feature]}") if feature in known else feature


def _caveats(page: Page, told: AreaLikelihoodFacts) -> list[str]:
    lines = [page.t("estimate.whole_area", n=told.n_results, date=format_date(told.learned_to, page.language))]
    lines.append(_judged(page, told.judged))
    if told.is_floored:
        lines.append(page.t("estimate.rule_line", share=format_share(told.modelled_prob, page.language)))
    if told.is_unlike:
        lines.append(page.t("estimate.unlike_line"))
    if told.detected_share is None:
        lines.append(page.t("estimate.missed_unknown"))
    else:
        lines.append(page.t("estimate.missed", share=format_share(told.detected_share, page.language)))
    return lines if told.has_signal else [page.t("models.no_signal"), *lines]


def _judged(page: Page, judged: JudgedRange | None) -> str:
    if judged is None:
        return page.t("estimate.not_judged")
    shares = (judged.low, judged.high, judged.share_low, judged.share_high)
    low, high, found_low, found_high = (format_share(share, page.language) for share in shares)
    return page.t("estimate.judged", n=judged.n, low=low, high=high, found_low=found_low, found_high=found_high)


def _range(page: Page, cost: AreaCostFacts) -> str:
    return page.t("estimate.cost_range", cost=money(page, cost.cost), low=money(page, cost.low), high=money(page, cost.high))


def _visit(page: Page, cost: AreaCostFacts) -> str:
    key = "estimate.visit_saves" if cost.visit_saves >= 0 else "estimate.visit_costs"
    return page.t(key, visit=money(page, cost.visit), amount=money(page, abs(cost.visit_saves)))


def _bar(page: Page, view: RankedView, part: LogitPart, parts: tuple[LogitPart, ...]) -> html.Div:
    longest = max(abs(each.logit) for each in parts) or 1.0
    raises = part.logit >= 0
    number = f"{_LEFT_TO_RIGHT}{_sign(part.logit)}{page.number(abs(part.logit), 2)}"
    words: list[Any] = [feature_label(page, view, part.feature), html.Span(f" · {_measured(page, view, part)}", className="quiet")]
    way = page.t("estimate.raises" if raises else "estimate.lowers")
    return html.Div(
        [html.Span(words, className="bar-label"), bar(abs(part.logit) / longest), html.Span(number, className="bar-number", title=way)],
        className="bar-row bar-raises" if raises else "bar-row bar-lowers",
    )


def _sign(logit: float) -> str:
    return "" if round(logit, 2) == 0 else "+" if logit > 0 else "−"


def _measured(page: Page, view: RankedView, part: LogitPart) -> str:
    way = page.t("estimate.raises" if part.logit >= 0 else "estimate.lowers")
    if part.feature in (FLOOR, ""):
        return way
    return f"{_value_words(page, view, part)}, {way}"


def _value_words(page: Page, view: RankedView, part: LogitPart) -> str:
    if math.isnan(part.value):
        return page.t("value.unknown")
    if part.feature in view.snapshot.indicators:
        info = view.snapshot.indicators[part.feature]
        return format_value(part.value, info.unit, page.language, info.unit_words)
    if part.feature in _AROUND_KM:
        return format_share(part.value, page.language)
    if part.feature == RECORDED_YEAR:
        return str(int(part.value))
    if part.feature.startswith(_CATEGORY):
        return page.t("measure_unit.yes" if part.value else "measure_unit.no")
    return page.number(part.value, 1)


def _why_not(page: Page, reason: Any) -> str:
    return page.t("estimate.not_yet_why", why=reason_words(reason, page.language))
