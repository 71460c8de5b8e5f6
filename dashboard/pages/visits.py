"""Next visits: which areas to visit first, by what a visit would change in the funded list for each dollar."""

from __future__ import annotations

import math
from typing import Any

from dash import html

from dashboard.components.frame import frame
from dashboard.components.notices import error_notice, nothing_built, notice
from dashboard.components.page import Page
from dashboard.components.visits import N_SHOWN, budget_form, summary_words, visits_table
from dashboard.estimates.reasons import NOT_BUILT, reason_words
from dashboard.pages.query import query_of
from dashboard.services.views import ranked_view
from dashboard.services.visits import view_visits
from geodata.errors import GeodataError, SnapshotError
from models.errors import ModelsError

_MOST_USD = 1e12


def layout(budget: str = "", **arguments: Any) -> Any:
    """The page, for the list that the view describes and the budget of the address."""
    page = Page.of_request(query_of(arguments))
    title = page.t("page.visits")
    try:
        content = _content(page, budget_of(budget))
    except SnapshotError as error:
        content = [nothing_built(page, error)]
    except (GeodataError, ModelsError) as error:
        content = [error_notice(page, error)]
    head = [html.H1(title), html.P(page.t("visits.intro"), className="lead")]
    return frame(page, "visits", title, [*head, *content], class_name="page-text page-visits")


def budget_of(text: object) -> float | None:
    """The budget of an address; None where it names none that can be used.

    >>> budget_of("250000"), budget_of("-1"), budget_of("x"), budget_of("")
    (250000.0, None, None, None)
    """
    try:
        amount = float(str(text))
    except ValueError:
        return None
    return amount if math.isfinite(amount) and 0 <= amount <= _MOST_USD else None


def _content(page: Page, budget: float | None) -> list[Any]:
    view = ranked_view(page.programme, page.state)
    found = view_visits(page.programme, view, budget)
    if found is None:
        estimates = page.programme.estimates(view.snapshot)
        reason = NOT_BUILT if estimates is None else estimates.facts["reason_prob"]
        return [notice(page.t("visits.no_likelihood"), page.t("estimate.not_yet_why", why=reason_words(reason, page.language)))]
    return [
        budget_form(page, found.budget_usd),
        html.P(summary_words(page, found)),
        html.Section([html.H2(page.t("visits.best", n=N_SHOWN)), visits_table(page, view, found)]),
        html.P(page.t("visits.how"), className="quiet"),
        html.P(page.t("estimate.never_releases"), className="class-note"),
    ]
