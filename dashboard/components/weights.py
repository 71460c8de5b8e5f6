"""The panel of weights: one slider a criterion, and one line that says what a change did."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.components.asking import asking_form, pairs_form
from dashboard.components.attributes import attributes
from dashboard.components.charts import icon, spark
from dashboard.components.ids import Priorities
from dashboard.components.page import Page
from dashboard.components.presets import preset_chosen, presets_offered
from dashboard.i18n import format_area, format_share, format_value
from dashboard.services.changes import Changes
from dashboard.services.histograms import Histogram
from geodata.schema.config import IndicatorSection
from geodata.schema.criteria import Criterion

MAX_POINTS = 100


def weights_panel(page: Page, points: Mapping[str, float], profile_id: str) -> html.Div:
    """Profiles, the line of changes, and a slider for each criterion.

    Parameters
    ----------
    page : Page
    points : mapping from criterion to points
        As they stand in the view.
    profile_id : str
        The profile in force.
    """
    groups = groupby(page.config.criteria, key=lambda criterion: criterion.group)
    return html.Div(
        [
            preset_chosen(page),
            _profiles(page, profile_id),
            presets_offered(page),
            html.Div([_change_box(), _buttons(page)], className="change-box"),
            html.Div([asking_form(page), *pairs_form(page)]),
            *(_group(page, group, list(criteria), points) for group, criteria in groups),
        ],
        className="weights",
    )


def _change_box() -> html.Div:
    return html.Div(id=Priorities.CHANGE, className="change-line", role="status", **attributes(aria_live="polite"))


def _buttons(page: Page) -> html.Div:
    reset = dmc.Button(page.t("weights.reset"), id=Priorities.RESET, size="compact-sm", variant="default")
    undo = dmc.Button(page.t("weights.undo"), id=Priorities.UNDO, size="compact-sm", variant="default", disabled=True)
    return html.Div([reset, undo], className="button-row")


def change_line(page: Page, change: Changes) -> list[Any]:
    """One line: what entered and left the top of the list, and what it means in land."""
    if change.is_own:
        return [html.Span(page.t("change.own"))]
    if not change.n_entered:
        return [html.Span(page.t("change.none", n=change.n_top))]
    delta = change.now_m2 - change.own_m2
    share = delta / change.own_m2 if change.own_m2 else float("nan")
    sign = "+" if delta >= 0 else ""
    land = page.t("change.land", area=f"{sign}{format_area(delta, page.language)}", share=f"{sign}{format_share(share, page.language)}")
    return [
        html.Span(f"{page.t('change.moved', n=change.n_entered, left=change.n_left, top=change.n_top)} {land} "),
        _link(Priorities.WHICH_IN, page.t("change.which_in")),
        " · ",
        _link(Priorities.WHICH_OUT, page.t("change.which_out")),
    ]


def histogram_of(page: Page, criterion: Criterion, found: Histogram, measured: IndicatorSection) -> html.Span:
    """The histogram of a criterion, with its ends and unknown areas said in words."""
    low, high = (format_value(end, measured.unit_name, page.language, measured.unit_words) for end in (found.low, found.high))
    return spark(found.counts, page.t("weights.histogram", low=low, high=high, n=found.n_unknown))


def _link(component_id: str, text: str) -> html.Button:
    return html.Button(text, id=component_id, className="text-button", type="button")


def _profiles(page: Page, profile_id: str) -> html.Div:
    chips = [
        dmc.Chip(page.say(profile.label), value=profile.id, size="sm", radius="sm", variant="outline") for profile in page.config.profiles
    ]
    return html.Div(
        [
            html.H2(page.t("weights.profiles"), id="priorities-profiles-label", className="panel-title"),
            html.Div(
                dmc.ChipGroup(chips, id=Priorities.PROFILE_CHIPS, value=profile_id, multiple=False),
                className="chips",
                role="group",
                **attributes(aria_labelledby="priorities-profiles-label"),
            ),
        ],
        className="profiles",
    )


def _group(page: Page, group: str, criteria: list[Criterion], points: Mapping[str, float]) -> html.Section:
    rows = [_criterion(page, criterion, points[criterion.id]) for criterion in criteria]
    return html.Section([html.H3(page.t(f"group.{group}")), *rows], className="criteria-group")


def _criterion(page: Page, criterion: Criterion, points: float) -> html.Div:
    label = page.say(criterion.label)
    is_locked = criterion.id in page.state.locked
    return html.Div(
        [
            html.Div([html.Span([label, *_explanation(page, criterion)], className="criterion-label"), html.Span(
                "", id=Priorities.share(criterion.id), className="share")], className="criterion-head"),
            html.Div(
                [
                    dmc.Slider(
                        id=Priorities.weight(criterion.id), value=points, min=0, max=MAX_POINTS, step=1, precision=2,
                        updatemode="drag", thumbLabel=page.t("weights.slider", criterion=label), label=None, size="sm",
                        disabled=is_locked, inverted=False, className="weight-slider",
                    ),
                    html.Span(id=Priorities.histogram(criterion.id), className="histogram"),
                    dmc.ActionIcon(
                        icon("lock"), id=Priorities.lock(criterion.id), variant="subtle", size=28,
                        className="lock is-locked" if is_locked else "lock",
                        attributes={"root": {"aria-label": page.t("weights.lock", criterion=label), "title": page.t("weights.lock_help")}},
                    ),
                ],
                className="criterion-control",
            ),
        ],
        className="criterion",
    )  # fmt: skip


def _explanation(page: Page, criterion: Criterion) -> list[Any]:
    text = page.say(criterion.help)
    if not text:
        return []
    button = dmc.UnstyledButton(icon("info"), className="info", attributes={"root": {"aria-label": text}})
    return [dmc.Tooltip(button, label=text, multiline=True, w=260, events={"hover": True, "focus": True, "touch": True}, withArrow=True)]
