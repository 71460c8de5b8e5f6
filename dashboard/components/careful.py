"""The careful estimate of firmness in the panel of an area: its words, the job that makes it, or the button that asks for it."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.auth.sessions import Identity
from dashboard.components.ids import Priorities
from dashboard.components.jobs import job_panel
from dashboard.components.page import Page
from dashboard.i18n import format_share
from dashboard.jobs import Job
from dashboard.services.careful import DRAWS, CarefulFirmness
from dashboard.services.jobs import may_start


def careful_box(page: Page, row: int, found: CarefulFirmness | None, job: Job | None, now: float, who: Identity | None) -> html.Div:
    """What the careful estimate says of an area, or how to come by it."""
    parts: list[Any] = [html.H3(page.t("careful.title"))]
    if found is not None:
        parts.append(html.P(careful_words(page, row, found)))
    else:
        if job is not None:
            parts.append(job_panel(page, job, now, who))
        if job is None or job.is_ended:
            parts.append(_start(page, who))
    return html.Div(parts, className="careful")


def careful_words(page: Page, row: int, found: CarefulFirmness) -> str:
    """The estimate of an area in words; "–" where it has no rank."""
    if found.share[row] != found.share[row]:
        return "–"
    told = page.t(
        "careful.told",
        n=found.n_draws,
        top=found.top,
        share=format_share(float(found.share[row]), page.language),
        low=int(found.low[row]),
        high=int(found.high[row]),
    )
    if not found.has_errors:
        return f"{told} {page.t('careful.no_errors')}"
    return f"{told} {page.t('careful.errors', share=format_share(float(found.share_with_errors[row]), page.language))}"


def _start(page: Page, who: Identity | None) -> Any:
    if not may_start(who):
        return html.P(page.t("careful.none"), className="quiet")
    return dmc.Button(page.t("careful.start", n=DRAWS), id=Priorities.CAREFUL_GO, variant="default", size="sm")
