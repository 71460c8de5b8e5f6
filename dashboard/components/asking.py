"""The form in the panel of weights that makes weights from an order or from swing points; nothing is stored."""

from __future__ import annotations

from typing import Any, Final

import dash_mantine_components as dmc
from dash import html

from dashboard.components.ids import Priorities
from dashboard.components.page import Page
from dashboard.services.asked_weights import WAYS, group_pairs
from geodata.schema.criteria import Criterion
from models.ranking.weighting import AhpWeights

MOST = 100
RATIOS: Final = {
    **{str(times): (float(times), times) for times in (9, 7, 5, 3, 1)},
    **{f"1/{times}": (1.0 / times, times) for times in (3, 5, 7, 9)},
}
"""Value of a pair's selector -> how many times as important the first group is, and the number that is shown."""


def asking_form(page: Page) -> html.Details:
    """The way of asking, one number for each criterion, and the button that makes weights of them."""
    ways = [{"value": way, "label": page.t(f"asking.{way}")} for way in WAYS]
    rows = [_row(page, criterion) for criterion in page.config.criteria]
    content = [
        html.P(page.t("asking.note")),
        dmc.SegmentedControl(id=Priorities.WAY, data=ways, value=WAYS[0], size="sm", fullWidth=True),
        html.Ul([html.Li([html.Strong(page.t(f"asking.{way}")), ": ", page.t(f"asking.{way}_help")]) for way in WAYS]),
        html.Div(rows, className="asking-rows"),
        dmc.Button(page.t("asking.make"), id=Priorities.MAKE, size="sm", fullWidth=True),
        html.Div(id=Priorities.MADE_NOTICE, role="status"),
    ]
    return html.Details([html.Summary(page.t("asking.title")), html.Div(content, className="asking-box")], className="asking")


def pairs_form(page: Page) -> list[html.Details]:
    """One selector for each pair of groups, and the button that makes weights of the judgements; none for fewer than two groups."""
    pairs = group_pairs({criterion.id: criterion.group for criterion in page.config.criteria})
    if not pairs:
        return []
    content = [
        html.P(page.t("asking.pairs_note")),
        html.Div([_pair(page, name, *pair) for name, pair in pairs.items()], className="asking-rows"),
        dmc.Button(page.t("asking.make"), id=Priorities.MAKE_PAIRS, size="sm", fullWidth=True),
        html.Div(id=Priorities.PAIRS_NOTICE, role="status"),
    ]
    return [html.Details([html.Summary(page.t("asking.pairs_title")), html.Div(content, className="asking-box")], className="asking")]


def ratio_of(code: str) -> float:
    """How many times as important the first group is, by the value of a pair's selector."""
    return RATIOS[code][0]


def consistency_words(page: Page, found: AhpWeights) -> list[html.P]:
    """How well the judgements fit together; which one fits least where they do not."""
    ratio = page.number(found.consistency_ratio, 2)
    if found.is_consistent or found.worst is None:
        return [made_words(page), html.P(page.t("asking.consistent", ratio=ratio), className="quiet")]
    worst = found.worst
    told = page.t(
        "asking.inconsistent",
        ratio=ratio,
        first=page.t(f"group.{worst.first}"),
        second=page.t(f"group.{worst.second}"),
        said=page.number(worst.ratio, 2),
        implied=page.number(found.implied_ratio, 2),
    )
    return [made_words(page), html.P(told, className="class-note")]


def made_words(page: Page) -> html.P:
    """What is said when weights were made."""
    return html.P(page.t("asking.made"), className="quiet")


def _pair(page: Page, name: str, *groups: str) -> dmc.Select:
    first, second = (page.t(f"group.{group}") for group in groups)
    options = [{"value": code, "label": _ratio(page, first, second, *told)} for code, told in RATIOS.items()]
    return dmc.Select(id=Priorities.pair(name), label=f"{first} : {second}", data=options, value="1", allowDeselect=False, size="sm")


def _ratio(page: Page, first: str, second: str, ratio: float, times: int) -> str:
    if times == 1:
        return page.t("asking.equal")
    return page.t("asking.times", group=first if ratio > 1 else second, n=times)


def _row(page: Page, criterion: Criterion) -> html.Div:
    label = page.say(criterion.label)
    number: Any = dmc.NumberInput(
        id=Priorities.told(criterion.id),
        min=0,
        max=MOST,
        allowNegative=False,
        allowDecimal=False,
        size="sm",
        attributes={"input": {"aria-label": page.t("asking.number", criterion=label)}},
    )
    return html.Div([html.Span(label), number], className="asking-row")
