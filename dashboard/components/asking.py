"""The form in the panel of weights that makes weights from an order or from swing points; nothing is stored."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.components.ids import Priorities
from dashboard.components.page import Page
from dashboard.services.asking import WAYS
from geodata.schema.criteria import Criterion

MOST = 100


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


def made_words(page: Page) -> html.P:
    """What is said when weights were made."""
    return html.P(page.t("asking.made"), className="quiet")


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
