"""Jobs on screen: how far one is, the list of all, and the count in the header."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.auth.sessions import Identity
from dashboard.components.area import table
from dashboard.components.attributes import attributes
from dashboard.components.charts import icon
from dashboard.components.ids import Jobs
from dashboard.components.page import Page
from dashboard.i18n import format_date, format_share
from dashboard.jobs import Job, State
from dashboard.services.jobs import BUILD, may_cancel

_MINUTE_S = 60.0
_MINUTES_FROM_S = 90.0


def job_count(page: Page, n: int) -> list[Any]:
    """What the header says: how many jobs wait or run."""
    words = page.t("jobs.at_work", n=n) if n else page.t("jobs.idle")
    shown = [html.Span(page.number(n), className="job-count", **attributes(aria_hidden="true"))] if n else []
    return [icon("jobs"), *shown, html.Span(f"{page.t('page.jobs')}: {words}", className="hidden")]


def job_panel(page: Page, job: Job, now: float, who: Identity | None) -> html.Div:
    """One job where it was asked for: how far it is while it waits or runs, and what became of it."""
    kind, doing = html.Strong(page.t(f"jobs.kind.{job.kind}")), _part(job, "doing", state_words(page, job))
    head = html.P([kind, ": ", doing, " · ", html.Span(asked_words(page, job), className="quiet")], role="status")
    if job.is_ended:
        result = result_parts(page, job)
        return html.Div([head, *([html.P(result)] if result else [])], className=f"job-panel job-{job.state}")
    leave = html.Span(page.t("jobs.leave"), className="quiet")
    foot = html.Div([_part(job, "left", left_words(page, job, now)), leave, *_cancel_button(page, job, who)], className="job-foot")
    return html.Div([head, progress_bar(page, job, now), foot], className=f"job-panel job-{job.state}")


def progress_bar(page: Page, job: Job, now: float) -> html.Div:
    """A bar that a screen reader can ask; it does not speak by itself."""
    percent = f"{job.progress:.0%}"
    values = attributes(
        aria_valuemin="0",
        aria_valuemax="100",
        aria_valuenow=str(round(100 * job.progress)),
        aria_valuetext=told_words(page, job, now),
        aria_label=page.t(f"jobs.kind.{job.kind}"),
        data_job=job.job_id,
        data_part="bar",
    )
    return html.Div(html.Div(className="job-fill", style={"inlineSize": percent}), className="job-bar", role="progressbar", **values)


def state_words(page: Page, job: Job) -> str:
    """Where a job stands, and what it does where it runs."""
    if job.is_cancel_asked and not job.is_ended:
        return page.t("jobs.cancelling")
    if job.state is State.RUNNING:
        return page.t(f"jobs.doing.{job.doing or 'starting'}")
    return page.t(f"jobs.state.{job.state}")


def left_words(page: Page, job: Job, now: float) -> str:
    """How long a job will still take."""
    left_s = job.remaining_s(now)
    if left_s is None:
        return page.t("jobs.left_unknown")
    if left_s < _MINUTES_FROM_S:
        return page.t("jobs.left_s", n=max(round(left_s), 1))
    return page.t("jobs.left_min", n=round(left_s / _MINUTE_S))


def told_words(page: Page, job: Job, now: float) -> str:
    """Share done and time left, as a bar is read out."""
    return f"{format_share(job.progress, page.language)}, {left_words(page, job, now)}"


def job_now(page: Page, job: Job, now: float) -> dict[str, Any]:
    """What the browser changes in place as a job goes on."""
    return {
        "job": job.job_id,
        "share": job.progress,
        "doing": state_words(page, job),
        "left": left_words(page, job, now),
        "told": told_words(page, job, now),
    }


def asked_words(page: Page, job: Job) -> list[Any]:
    """Who asked for a job, and when."""
    return [html.Bdi(job.author), ", ", when_words(page, job.created_at)]


def when_words(page: Page, seconds: float) -> html.Bdi:
    """A moment with its day, as lists say it."""
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return html.Bdi(f"{format_date(moment.date(), page.language)} {moment:%H:%M} UTC")


def result_parts(page: Page, job: Job) -> list[Any]:
    """What a job gave; or what went wrong and what to do, with the reference under which the log has it."""
    if job.error:
        reference = job.error.get("reference", "")
        told = [
            html.Span(_without_folder(page, job.error["message"]), className="job-error"),
            " ",
            _without_folder(page, job.error["remedy"]),
        ]
        return [*told, *([" ", page.t("jobs.reference", reference=reference)] if reference else [])]
    if job.state is not State.DONE:
        return []
    if job.kind == BUILD:
        return [page.t("jobs.result.build", version=job.result["data_version"], n=job.result["n_areas"])]
    return [page.t("jobs.result.kept")]


def jobs_table(page: Page, jobs: Sequence[Job], now: float, who: Identity | None) -> Any:
    """Every recent job: what, by whom, when, how far, and what became of it."""
    if not jobs:
        return html.P(page.t("jobs.none"), className="empty")
    rows = [
        [
            page.t(f"jobs.kind.{job.kind}"),
            html.Bdi(job.author),
            when_words(page, job.created_at),
            _how_far(page, job, now),
            [*result_parts(page, job), *_cancel_button(page, job, who)] or "–",
        ]
        for job in jobs
    ]
    return table(page, ("job_what", "job_who", "job_when", "job_state", "job_result"), rows)


def _how_far(page: Page, job: Job, now: float) -> Any:
    if job.state is not State.RUNNING:
        return html.Span(state_words(page, job), className=f"job-state job-{job.state}")
    words: list[Any] = [_part(job, "doing", state_words(page, job)), " · ", _part(job, "left", left_words(page, job, now))]
    return html.Div([progress_bar(page, job, now), html.Span(words, className="quiet")], className="job-cell")


def _part(job: Job, name: str, words: str) -> html.Span:
    """Words that the browser changes in place."""
    return html.Span(words, className=f"job-{name}", **attributes(data_job=job.job_id, data_part=name))


def _cancel_button(page: Page, job: Job, who: Identity | None) -> list[Any]:
    if not may_cancel(who, job) or job.is_cancel_asked:
        return []
    label = page.t("jobs.cancel_of", what=page.t(f"jobs.kind.{job.kind}"))
    named: Any = {"id": Jobs.cancel(job.job_id), **attributes(aria_label=label)}
    return [html.Button(page.t("jobs.cancel"), type="button", className="text-button", **named)]


def _without_folder(page: Page, message: str) -> str:
    """A message without the place of the programme on the server, which is nobody's business but the log's."""
    return message.replace(str(page.programme.directory), "the programme folder")
