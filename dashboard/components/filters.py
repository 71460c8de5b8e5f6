"""The panels that say which part of the list is shown, and what the map draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.components.ids import Priorities
from dashboard.components.map import RELEASED_LAYER
from dashboard.components.page import Page
from dashboard.estimates.reasons import reason_words
from dashboard.i18n import format_date, format_share
from dashboard.services.estimated_measures import ACTION_CHOICES, ESTIMATED, LIKELIHOOD, NEXT_ACTION
from dashboard.services.measures import criterion_of_measure, known_measures, measure_of
from dashboard.services.views import NO_CLASS
from dashboard.state import N_ADMIN_LEVELS
from geodata.schema.codes import HAZARD_TYPE, STATUS
from geodata.snapshot import ContextInfo

Reasons = Mapping[str, Mapping[str, Any]]
"""Measure -> why nothing is estimated of it."""
ALL_ESTIMATED: Reasons = MappingProxyType({})


def filters_panel(
    page: Page, choices: Sequence[Sequence[str]], *, types: Sequence[str], statuses: Sequence[str], not_estimated: Reasons = ALL_ESTIMATED
) -> html.Div:
    """Filters by place, type, status, class, task, likelihood and next action.

    Parameters
    ----------
    page : Page
    choices : one sequence of names for each administrative level that the data name
    types, statuses : sequences of codes that occur
    not_estimated : mapping
    """
    state = page.state
    levels = [_level(page, level, choices[level - 1] if level <= len(choices) else None) for level in range(1, N_ADMIN_LEVELS + 1)]
    classes = [(section.id, page.say(section.label)) for section in _classes_of(page)]
    parts: list[Any] = [
        html.Fieldset([html.Legend(page.t("filter.place")), *levels], hidden=not choices),
        _chips(
            page, "filter.type", Priorities.TYPES, [(code, HAZARD_TYPE.label(code, page.language)) for code in types], state.hazard_types
        ),
        _chips(
            page, "filter.status", Priorities.STATUSES, [(code, STATUS.label(code, page.language)) for code in statuses], state.statuses
        ),
        _chips(
            page, "filter.class", Priorities.CLASSES, [*classes, (NO_CLASS, page.t("filter.no_class"))] if classes else [], state.classes
        ),
        _tasked(page),
        _likely(page, not_estimated.get(LIKELIHOOD)),
        _actions(page, not_estimated.get(NEXT_ACTION)),
        dmc.Button(page.t("filter.clear"), id=Priorities.CLEAR, size="sm", variant="default", fullWidth=True),
    ]
    return html.Div([part for part in parts if part is not None], className="filters")


def layers_panel(
    page: Page, layers: Sequence[ContextInfo], *, has_released: bool = False, not_estimated: Reasons = ALL_ESTIMATED
) -> html.Div:
    """What the colours show, and which layers lie beneath; released areas can be hidden like a layer."""
    measures = [_choice(page, measure, not_estimated.get(measure)) for measure in known_measures(page.programme)]
    boxes = [dmc.Checkbox(label=page.t("layers.released"), value=RELEASED_LAYER, size="sm")] if has_released else []
    boxes += [_layer(page, layer) for layer in layers]
    shown = [*([RELEASED_LAYER] if has_released else []), *(layer.id for layer in layers)]
    return html.Div(
        [
            dmc.Select(
                id=Priorities.MEASURE,
                label=page.t("layers.measure"),
                data=measures,
                value=measure_of(page.programme, page.state),
                allowDeselect=False,
                size="sm",
                comboboxProps={"withinPortal": True},
            ),
            *_missing(page, not_estimated),
            html.H2(page.t("layers.background"), id="priorities-layers-label", className="panel-title"),
            dmc.CheckboxGroup(
                html.Div(boxes, className="layer-list"),
                id=Priorities.PANES,
                value=[layer_id for layer_id in shown if layer_id not in page.state.hidden_layers],
            )
            if boxes
            else html.P(page.t("layers.none")),
        ],
        className="layers",
    )


def filter_words(page: Page) -> list[str]:
    """The filters of a view in words, one text a filter; empty where nothing is hidden."""
    state = page.state
    classes = {section.id: page.say(section.label) for section in page.config.classes} | {NO_CLASS: page.t("filter.no_class")}
    words = [" › ".join(state.place)] if state.place else []
    words += [HAZARD_TYPE.label(code, page.language) for code in state.hazard_types]
    words += [STATUS.label(code, page.language) for code in state.statuses]
    words += [classes.get(class_id, class_id) for class_id in state.classes]
    words += [page.t(f"filter.tasked_{state.tasked}")] if state.tasked else []
    words += [page.t("filter.text", text=state.text)] if state.text else []
    words += [page.t(f"filter.moved_{state.moved}")] if state.moved else []
    if state.likely_range is not None:
        low, high = (format_share(end, page.language) for end in state.likely_range)
        words.append(page.t("filter.likelihood_told", low=low, high=high))
    words += [page.t("filter.action_told", action=_action_label(page, action)) for action in state.actions]
    return words


def measure_label(page: Page, measure: str) -> str:
    """What the map's colours show, in words; the rank's where there is no such measure."""
    criterion = criterion_of_measure(measure)
    if criterion in {section.id for section in page.config.criteria}:
        return page.criterion_label(str(criterion))
    named = measure if measure in known_measures(page.programme) else "rank"
    return page.t(f"measure.{named}")


def _classes_of(page: Page) -> list[Any]:
    scenario_id = page.state.scenario
    scenarios = [section for section in page.config.scenarios if not scenario_id or section.id == scenario_id]
    wanted = scenarios[0].classes if scenarios else ()
    return [section for section in page.config.classes if section.id in wanted]


def _level(page: Page, level: int, names: Sequence[str] | None) -> dmc.Select:
    """Selector of one administrative level; hidden where the data do not name that level."""
    place = page.state.place
    return dmc.Select(
        id=Priorities.level(level),
        label=page.t(f"filter.admin{level}"),
        data=list(names or []),
        value=place[level - 1] if len(place) >= level else None,
        clearable=True,
        searchable=True,
        limit=200,
        size="sm",
        placeholder=page.t("filter.all"),
        disabled=not names,
        display="none" if names is None else None,
        nothingFoundMessage=page.t("filter.nothing_found"),
        clearButtonProps={"aria-label": page.t("filter.clear_one")},
    )


def _chips(page: Page, key: str, component_id: str, options: Sequence[tuple[str, str]], chosen: Sequence[str]) -> html.Fieldset:
    chips = [dmc.Chip(label, value=code, size="sm", radius="sm", variant="outline") for code, label in options]
    group = dmc.ChipGroup(chips, id=component_id, value=list(chosen), multiple=True)
    return html.Fieldset([html.Legend(page.t(key)), html.Div(group, className="chips")], hidden=not options)


def _tasked(page: Page) -> html.Fieldset:
    options = [{"value": value or "all", "label": page.t(f"filter.tasked_{value or 'all'}")} for value in ("", "yes", "no")]
    control = dmc.SegmentedControl(id=Priorities.TASKED, data=options, value=page.state.tasked or "all", size="sm", fullWidth=True)
    return html.Fieldset([html.Legend(page.t("filter.tasked")), control])


def _likely(page: Page, reason: Mapping[str, Any] | None) -> html.Fieldset:
    """Two per cents that the likelihood lies between; an empty one is no limit."""
    low, high = page.state.likely_range or (None, None)
    ends = [
        dmc.NumberInput(
            id=component_id, label=page.t(f"filter.likely_{end}"), value="" if share is None else round(share * 100), min=0, max=100,
            step=5, allowDecimal=False, suffix=" %", debounce=400, size="sm", disabled=reason is not None and share is None,
        )
        for component_id, end, share in ((Priorities.LIKELY_FROM, "from", low), (Priorities.LIKELY_TO, "to", high))
    ]  # fmt: skip
    note = _not_yet(page, reason) if reason is not None else page.t("filter.likelihood_help")
    return html.Fieldset([html.Legend(page.t("filter.likelihood")), html.Div(ends, className="from-to"), html.P(note, className="quiet")])


def _actions(page: Page, reason: Mapping[str, Any] | None) -> html.Fieldset:
    found = _chips(
        page, "filter.action", Priorities.ACTIONS, [(action, _action_label(page, action)) for action in ACTION_CHOICES], page.state.actions
    )
    return found if reason is None else html.Fieldset([*found.children, html.P(_not_yet(page, reason), className="quiet")])


def _action_label(page: Page, action: str) -> str:
    """A next action in words; one that an address names and nobody knows, as it stands."""
    return page.t(f"filter.action_{action}") if action in ACTION_CHOICES else action


def _choice(page: Page, measure: str, reason: Mapping[str, Any] | None) -> dict[str, str]:
    label = measure_label(page, measure)
    return {"value": measure, "label": label if reason is None else page.t("layers.not_estimated", measure=label)}


def _missing(page: Page, not_estimated: Reasons) -> list[html.P]:
    """Why colours of estimates would be all unknown, one line a reason."""
    named: dict[str, list[str]] = {}
    for measure in ESTIMATED:
        if measure in not_estimated:
            named.setdefault(_not_yet(page, not_estimated[measure]), []).append(measure_label(page, measure))
    return [html.P(f"{', '.join(measures)}: {words}", className="quiet") for words, measures in named.items()]


def _not_yet(page: Page, reason: Mapping[str, Any]) -> str:
    return page.t("estimate.not_yet_why", why=reason_words(reason, page.language))


def _layer(page: Page, layer: ContextInfo) -> dmc.Checkbox:
    facts = [layer.source, layer.licence, format_date(layer.date, page.language) if layer.date else ""]
    return dmc.Checkbox(
        label=page.say(layer.label) or layer.id, description=" · ".join(fact for fact in facts if fact), value=layer.id, size="sm"
    )
