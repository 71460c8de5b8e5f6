"""Parts of the page "Next visits": the budget, what it funds, and the visits that would teach most per dollar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, quote

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.components.area import table
from dashboard.components.estimates import money
from dashboard.components.page import Page, relative
from dashboard.i18n import format_share
from dashboard.services.views import RankedView
from dashboard.services.visits import NextVisits
from dashboard.state import format_state

N_SHOWN: Final = 50
PER_USD: Final = 1_000
_HEADS: Final = ("name", "rank", "likelihood", "next_step", "visit_price", "list_change", "n_changes", "visit_gain")


def budget_form(page: Page, budget_usd: float) -> html.Form:
    """The budget, sent in the address so that a link keeps it."""
    field: Any = dmc.NumberInput(
        name="budget",
        label=page.t("visits.budget"),
        value=budget_usd,
        min=0,
        max=1e12,
        allowNegative=False,
        thousandSeparator=False,
        decimalScale=0,
        className="budget-field",
    )
    kept = [dcc.Input(type="hidden", name=name, value=value) for name, value in parse_qsl(format_state(page.state))]
    go = dmc.Button(page.t("visits.show"), variant="default", attributes={"root": {"type": "submit"}})
    return html.Form([*kept, field, go], action=relative("/visits"), method="get", className="budget-form")


def summary_words(page: Page, found: NextVisits) -> str:
    """What the budget funds, and how many visits would change that."""
    return page.t(
        "visits.summary",
        budget=money(page, found.budget_usd),
        funded=page.number(found.n_funded),
        n=page.number(found.n_visits),
        changing=page.number(found.n_changing),
        worth=page.number(found.n_worth),
    )


def visits_table(page: Page, view: RankedView, found: NextVisits) -> html.Div:
    """The visits that are worth most per dollar."""
    best = found.areas[found.areas["visit_value"] > 0].head(N_SHOWN)
    if not len(best):
        return html.Div(html.P(page.t("visits.none")))
    rows = [_row(page, view, row) for row in best.to_dict("records")]
    return table(page, _HEADS, rows, numbers=(1, 2, 4, 5, 6, 7))


def _row(page: Page, view: RankedView, visit: Mapping[Any, Any]) -> list[Any]:
    area_id = str(visit["area_id"])
    row = view.columns.row_of(area_id)
    assert row is not None
    href = page.link(f"/areas/{quote(area_id, safe='')}", page.state.with_changes(area=area_id))
    place = html.Bdi(", ".join(reversed(view.columns.place_of(row)[-2:])))
    return [
        [dcc.Link(html.Bdi(view.columns.name_of(row)), href=href), html.Br(), html.Span(place, className="quiet")],
        page.number(int(view.ranking.rank[row])),
        format_share(visit["likelihood_prob"], page.language),
        page.t(f"estimate.action_{visit['recommended_action']}"),
        money(page, visit["visit_usd"]),
        format_share(visit["visit_change_prob"], page.language),
        page.number(visit["visit_n_changes"], 1),
        page.number(PER_USD * visit["visit_value_per_usd"], 4),
    ]
