"""The line above the table: how many areas are listed, and what hides the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.components.ids import Priorities
from dashboard.components.page import Page
from dashboard.services.views import RankedView


def list_head(page: Page, view: RankedView, n_shown: int, filters: Sequence[str]) -> list[Any]:
    """Counts, and each filter in words with the button that clears them."""
    n_ranked = view.ranking.n_ranked
    counts: list[Any] = [
        html.Strong(page.t("list.ranked", n=n_ranked, units=page.units(n_ranked))),
        html.Span(page.t("list.shown", n=n_shown), className="quiet") if filters else None,
    ]
    pills = [html.Span(html.Bdi(words), className="pill") for words in filters]
    clear = [html.Button(page.t("filter.clear"), id=Priorities.CLEAR_TOO, className="text-button", type="button")] if filters else []
    return [part for part in counts if part is not None] + pills + clear
