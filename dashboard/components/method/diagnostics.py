"""Section of the Method page: what the data alone would weigh, which is no reason to weigh it so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.components.area import table
from dashboard.components.ids import Method
from dashboard.components.notices import skeleton
from dashboard.components.page import Page
from dashboard.i18n import format_share
from dashboard.services.views import RankedView

_WAYS = ("entropy", "critic")


def diagnostics_section(page: Page) -> html.Div:
    """The section before the server has computed."""
    note = html.P([html.Strong(page.t("method.not_for_adoption")), " ", page.t("method.diagnostics_note")], className="class-note")
    return html.Div([note, html.Div(skeleton(4), id=Method.DIAGNOSTICS)], className="method-part")


def diagnostics_table(page: Page, view: RankedView, found: Mapping[str, Mapping[str, float]]) -> html.Div:
    """Each criterion's weight in force beside what entropy and CRITIC give."""
    rows: list[list[Any]] = [
        [page.criterion_label(criterion.id), _share(page, criterion.weight), *(_share(page, found[way][criterion.id]) for way in _WAYS)]
        for criterion in view.scenario.criteria
    ]
    return table(page, ("criterion", "weight_own", *_WAYS), rows, numbers=(1, 2, 3))


def _share(page: Page, share: float) -> str:
    return "–" if math.isnan(share) else format_share(share, page.language, 1)
