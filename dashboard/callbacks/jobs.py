"""Callbacks of long work: the count in the header, the list of jobs, and what starts and ends one.

While something runs, one timer asks every two seconds how far it is; what the pages show follows from its answer, so that they see
the end of a job too. Where nothing runs, nothing is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from dash import ALL, ClientsideFunction, Input, Output, State, ctx, no_update

from dashboard.auth.identity import identity, require
from dashboard.auth.roles import Permission
from dashboard.components.careful import careful_box
from dashboard.components.data.building import plan_parts
from dashboard.components.ids import Data, Frame, Jobs, Method, Priorities
from dashboard.components.jobs import job_count, job_now, job_panel, jobs_table
from dashboard.components.notices import error_notice, newer_since
from dashboard.components.page import Page
from dashboard.jobs import Job
from dashboard.programme import current
from dashboard.services.jobs import (
    BUILD,
    EVALUATE,
    RECENT,
    cancel,
    careful_firmness,
    jobs_of,
    plan_build,
    start_build,
    start_evaluation,
    start_firmness,
)
from dashboard.services.views import ranked_view
from geodata.errors import GeodataError

_JUST_ENDED = 3


class Watched(NamedTuple):
    """What the timer's answer changes in the frame, in the order of the callback's outputs."""

    count: Any
    is_idle: bool
    seen: Any
    now: Any
    newer: Any


def register(app: Any) -> None:
    """Register the callbacks."""
    seen, done = Input(Frame.JOBS_SEEN, "data"), Output(Jobs.DONE, "data", allow_duplicate=True)
    n_done = State(Jobs.DONE, "data")
    app.callback(
        Output(Frame.JOBS, "children"),
        Output(Frame.JOBS_TIMER, "disabled"),
        Output(Frame.JOBS_SEEN, "data"),
        Output(Frame.JOBS_NOW, "data"),
        Output(Frame.NEWER, "children"),
        Input(Frame.JOBS_TIMER, "n_intervals"),
        Input(Jobs.DONE, "data"),
        State(Frame.VIEW, "data"),
        State(Frame.VERSION, "data"),
        State(Frame.JOBS_SEEN, "data"),
        prevent_initial_call=True,
    )(watch_jobs)
    app.clientside_callback(ClientsideFunction("screen", "showJobs"), Input(Frame.JOBS_NOW, "data"))
    app.callback(Output(Jobs.LIST, "children"), seen, State(Jobs.VIEW, "data"))(show_jobs)
    app.callback(Output(Data.BUILD, "children"), seen, State(Data.VIEW, "data"))(show_build)
    app.callback(done, Input(Jobs.cancel(ALL), "n_clicks"), n_done, prevent_initial_call=True)(cancel_job)
    app.callback(
        Output(Data.BUILD_PLAN, "children"),
        Output(Data.BUILD_GO_BOX, "hidden"),
        Input(Data.BUILD_ASK, "n_clicks"),
        State(Data.VIEW, "data"),
        prevent_initial_call=True,
        running=[(Output(Data.BUILD_ASK, "loading"), True, False)],
    )(show_plan)
    app.callback(
        done,
        Output(Data.BUILD_PLAN, "children", allow_duplicate=True),
        Output(Data.BUILD_GO_BOX, "hidden", allow_duplicate=True),
        Input(Data.BUILD_GO, "n_clicks"),
        n_done,
        State(Data.VIEW, "data"),
        prevent_initial_call=True,
        running=[(Output(Data.BUILD_GO, "loading"), True, False)],
    )(begin_build)
    _register_careful(app, done, n_done)
    app.callback(Output(Method.EVALUATION, "children"), seen, State(Method.VIEW, "data"))(show_evaluation)
    app.callback(done, Input(Method.EVALUATE_GO, "n_clicks"), n_done, prevent_initial_call=True)(begin_evaluation)


def _register_careful(app: Any, done: Any, n_done: Any) -> None:
    view, version = State(Priorities.VIEW, "data"), State(Priorities.VERSION, "data")
    app.callback(
        Output(Priorities.CAREFUL, "children"),
        Input(Priorities.KNOWN, "data"),
        Input(Priorities.DONE, "data"),
        Input(Frame.JOBS_SEEN, "data"),
        view,
        version,
        prevent_initial_call=True,
    )(show_careful)
    app.callback(done, Input(Priorities.CAREFUL_GO, "n_clicks"), n_done, view, version, prevent_initial_call=True)(begin_careful)


def watch_jobs(_: int | None, __: int | None, query: str, version: str, before: str | None) -> Watched:
    """How many jobs wait or run and how far they are, and whether newer data than the page's have been built."""
    require(Permission.VIEW)
    page = Page.of_request(query)
    try:
        store = jobs_of(page.programme)
        jobs, now = store.recent(RECENT), store.now()
    except GeodataError:
        return Watched(no_update, True, no_update, no_update, no_update)
    at_work = [job for job in jobs if not job.is_ended]
    shown = jobs[: len(at_work) + _JUST_ENDED]
    seen = " ".join(f"{job.job_id[:8]} {job.state} {job.is_cancel_asked:d}" for job in shown)
    return Watched(
        count=job_count(page, len(at_work)),
        is_idle=not at_work,
        seen=no_update if seen == before else seen,
        now=[job_now(page, job, now) for job in at_work],
        newer=newer_since(page, version),
    )


def show_jobs(_: str | None, query: str) -> Any:
    """The list of jobs."""

    def show(page: Page) -> Any:
        store = jobs_of(page.programme)
        return jobs_table(page, store.recent(RECENT), store.now(), identity())

    return _shown(query, show)


def show_build(_: str | None, query: str) -> Any:
    """The newest build that was asked for."""
    return _shown(query, lambda page: _newest(page, BUILD))


def show_evaluation(_: str | None, query: str) -> Any:
    """The newest evaluation that was asked for."""
    return _shown(query, lambda page: _newest(page, EVALUATE))


def show_plan(clicks: int | None, query: str) -> tuple[Any, Any]:
    """What a build would do; the button that builds comes with it, where there is anything to build."""
    require(Permission.EDIT)
    if not clicks:
        return no_update, no_update
    page = Page.of_request(query)
    try:
        plan, estimates = plan_build(page.programme)
    except GeodataError as error:
        return error_notice(page, error), True
    return plan_parts(page, plan, estimates), plan.is_built and plan.data_version == plan.previous and estimates.is_made


def begin_build(clicks: int | None, n_done: int | None, query: str) -> tuple[Any, Any, Any]:
    """Ask for a build."""
    who = require(Permission.EDIT)
    if not clicks:
        return no_update, no_update, no_update
    try:
        start_build(current(), who.name)
    except GeodataError as error:
        return no_update, error_notice(Page.of_request(query), error), no_update
    return (n_done or 0) + 1, None, True


def begin_evaluation(clicks: int | None, n_done: int | None) -> Any:
    """Ask for an evaluation of the models."""
    who = require(Permission.EDIT)
    if not clicks:
        return no_update
    start_evaluation(current(), who.name)
    return (n_done or 0) + 1


def show_careful(known: dict[str, Any] | None, _: str | None, __: str | None, query: str, version: str) -> Any:
    """The careful estimate of the chosen area."""
    require(Permission.VIEW)
    row = (known or {}).get("row")
    if row is None:
        return None

    def show(page: Page) -> Any:
        view = ranked_view(page.programme, page.state, version)
        if view.scenario.firmness is None or not 0 <= row < view.columns.n_areas:
            return None
        found, job = careful_firmness(page.programme, view.data_version, view.scenario)
        return careful_box(page, row, found, job, jobs_of(page.programme).now() if job else 0.0, identity())

    return _shown(query, show, of_list=True)


def begin_careful(clicks: int | None, n_done: int | None, query: str, version: str) -> Any:
    """Ask for the careful estimate of the list as it is weighed now."""
    who = require(Permission.EDIT)
    if not clicks:
        return no_update
    page = Page.of_list(query)
    view = ranked_view(page.programme, page.state, version)
    start_firmness(page.programme, view.data_version, view.scenario, who.name)
    return (n_done or 0) + 1


def cancel_job(clicks: list[int | None], n_done: int | None) -> Any:
    """End a job: one's own, or any for an administrator."""
    who = require(Permission.EDIT)
    asked = ctx.triggered_id
    if not any(clicks) or not isinstance(asked, dict):
        return no_update
    cancel(current(), str(asked.get("job", "")), who)
    return (n_done or 0) + 1


def _newest(page: Page, kind: str) -> Any:
    store = jobs_of(page.programme)
    job: Job | None = store.last(kind)
    return None if job is None else job_panel(page, job, store.now(), identity())


def _shown(query: str, show: Callable[[Page], Any], *, of_list: bool = False) -> Any:
    """What a function of the page shows, or what went wrong."""
    require(Permission.VIEW)
    page = Page.of_list(query) if of_list else Page.of_request(query)
    try:
        return show(page)
    except GeodataError as error:
        return error_notice(page, error)
