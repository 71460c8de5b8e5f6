"""The part of the Data page that builds: what a build would do in words, the button, and how far it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.components.area import table
from dashboard.components.attributes import attributes
from dashboard.components.ids import Data
from dashboard.components.page import Page
from dashboard.estimates.plan import COSTS, DATA, FIRST, EstimatesPlan
from geodata.snapshot.explain import BuildPlan, IndicatorPlan

_NOT_KEPT = "the cache does not hold it"
_ALWAYS = "it is measured anew by every build"
REASONS = {
    "nothing has been built yet": "first",
    "a build was stopped before these areas": "stopped",
    "these areas are new, have another outline, or an earlier build was stopped before them": "areas",
    "the indicator is new": "new",
    "its method or layer is another": "other",
    "its parameters changed": "parameters",
    "areas, their records or a layer changed, and access depends on all of them": "access",
    "the measuring CRS changed": "crs",
    "the reference day of last_years changed": "day",
    _NOT_KEPT: "cache",
    _ALWAYS: "always",
}
ESTIMATE_REASONS = {FIRST: "estimates_first", DATA: "estimates_data", COSTS: "estimates_costs"}
"""Reasons of a plan, as `build --explain` prints them, by the key of their text."""
_NAMED = (
    ("code", re.compile(r"the code of method (\S+) changed")),
    ("library", re.compile(r"(\S+ \S+ became \S+)")),
    ("layer", re.compile(r"(\S+) changed")),
)


def build_section(page: Page, *, may_build: bool) -> html.Section:
    """Build: for those who may, with the plan first; how far it is for everyone."""
    parts: list[Any] = [html.H2(page.t("build.title")), html.P(page.t("build.intro"), className="quiet")]
    if may_build:
        go = dmc.Button(page.t("build.go"), id=Data.BUILD_GO, className="main-button")
        parts += [
            html.Div(dmc.Button(page.t("build.ask"), id=Data.BUILD_ASK, variant="default"), className="button-row"),
            html.Div(id=Data.BUILD_PLAN, **attributes(aria_live="polite")),
            html.Div(go, id=Data.BUILD_GO_BOX, hidden=True),
        ]
    parts += [html.Div(id=Data.BUILD), dcc.Link(page.t("jobs.see"), href=page.link("/jobs"), className="quiet-link")]
    return html.Section(parts, className="build-section", id="build")


def plan_parts(page: Page, plan: BuildPlan, estimates: EstimatesPlan) -> html.Div:
    """What a build would measure and estimate, and why."""
    estimated = html.P(estimates_words(page, estimates))
    if plan.is_built:
        is_current = plan.data_version == plan.previous
        key = "nothing" if is_current and estimates.is_made else "no_measuring" if is_current else "again"
        return html.Div([html.P(page.t(f"build.{key}")), estimated], className="build-plan")
    measured = [item for item in plan.indicators if item.n_areas]
    lines = [html.P(page.t("build.areas", n=plan.n_areas, new=plan.n_new, moved=plan.n_moved, gone=plan.n_gone))]
    if plan.layers_to_prepare:
        lines.append(html.P(page.t("build.prepare", layers=", ".join(plan.layers_to_prepare))))
    lines.append(html.P(page.t("build.kept", n=len(plan.indicators) - len(measured))))
    rows = _grouped(page, measured)
    table_of = [html.H3(page.t("build.measured")), table(page, ("why_measured", "n_measured", "indicators"), rows, numbers=(1,))]
    return html.Div([*lines, *(table_of if rows else []), estimated], className="build-plan")


def estimates_words(page: Page, plan: EstimatesPlan) -> str:
    """Whether likelihood, next action and cost would be estimated anew, and why."""
    if plan.is_made:
        return page.t("build.estimates_there")
    why = "; ".join(reason_words(page, each) for each in plan.reasons)
    return page.t("build.estimates_again" if plan.previous else "build.estimates_first", why=why)


def _grouped(page: Page, measured: Sequence[IndicatorPlan]) -> list[list[Any]]:
    """Indicators with the same reason and number of areas in one row, in the order of config.yaml."""
    labels = {section.id: page.say(section.label) for section in page.config.indicators}
    groups: dict[tuple[tuple[str, ...], int], list[str]] = {}
    for item in measured:
        reasons = tuple(each for each in item.reasons if each != _NOT_KEPT or _ALWAYS not in item.reasons)
        groups.setdefault((reasons, item.n_areas), []).append(labels.get(item.id) or item.id)
    return [
        ["; ".join(reason_words(page, each) for each in reasons), page.number(n_areas), "; ".join(names)]
        for (reasons, n_areas), names in groups.items()
    ]


def reason_words(page: Page, reason: str) -> str:
    """A reason in the person's language; as it stands where nobody has translated it."""
    if reason in ESTIMATE_REASONS:
        return page.t(f"build.why.{ESTIMATE_REASONS[reason]}")
    if reason in REASONS:
        return page.t(f"build.why.{REASONS[reason]}")
    for key, pattern in _NAMED:
        if found := pattern.fullmatch(reason):
            return page.t(f"build.why.{key}", name=found[1])
    return reason
